"""Data that outgrows the machine: parts on disk, and tasks that read one at a time.

    parts = write_parts(recnb.load("ml-1m"), "parts")  # or write_world(World(...), ...)
    with cluster(workers=2, memory="4GB") as client:  # or address="tcp://..."
        G = sparse_gram(parts, threshold=50, client=client)

Each function does the same in this process, without a client. One job: the same numbers
as in memory, to rounding, whatever the number of users and of workers.

=============  ========================================================================
``parts``      interactions as a folder of Parquet parts, each a block of users
``write``      writes one, block by block, so that an interrupted run can go on
``world``      simulated users by the million, drawn block by block
``engine``     tasks on Dask, a sum in a fixed order, lost workers, progress
``shelf``      what all tasks need, in a file
``gram``       XᵀX in panels, dense or without small entries
``slim``       ImplicitSLIM
``judge``      metrics of a model on parts of new users
``serve``      lists for many users, by the model or by an index
``plan``       bytes and seconds for sizes that were not measured
``bill``       the same of three models, with what it costs in money
``accident``   parts of which one ends a worker, for rehearsals
``extra``      Dask and pyarrow, or how to install them
=============  ========================================================================

Dask and pyarrow are an extra: ``pip install -e ".[scale]"``. They are imported when
they are used.
"""

from recnb.scale.accident import deadly
from recnb.scale.bill import Bill, Rates, bill_table, bills
from recnb.scale.engine import WorkerLostError, cluster
from recnb.scale.extra import MissingExtraError
from recnb.scale.gram import dense_gram, item_users, panels, sparse_gram
from recnb.scale.judge import Judgement, evaluate_parts
from recnb.scale.parts import Part, Parts, open_parts
from recnb.scale.plan import Cost, Slopes, cost_table, costs
from recnb.scale.serve import lists, searched_lists
from recnb.scale.slim import gram_times, implicit_slim_of_parts
from recnb.scale.world import World, write_world
from recnb.scale.write import DiskError, write_parts

__all__ = [
    "Bill",
    "Cost",
    "DiskError",
    "Judgement",
    "MissingExtraError",
    "Part",
    "Parts",
    "Rates",
    "Slopes",
    "WorkerLostError",
    "World",
    "bill_table",
    "bills",
    "cluster",
    "cost_table",
    "costs",
    "deadly",
    "dense_gram",
    "evaluate_parts",
    "gram_times",
    "implicit_slim_of_parts",
    "item_users",
    "lists",
    "open_parts",
    "panels",
    "searched_lists",
    "sparse_gram",
    "write_parts",
    "write_world",
]
