"""Helper package of the course "Can a linear model beat deep collaborative filtering?".

The rooms, each with one job:

=====================  ==========================================================
``recnb.data``         where data comes from: catalogue, download, parsing, simulation
``recnb.models``       one file a model family, nothing but the model
``recnb.evaluation``   metrics, the protocols, results
``recnb.contestants``  who competes, and the ranges of their settings
``recnb.scale``        data that outgrows the machine: parts on disk, tasks on Dask
``recnb.plots``        figures as pure functions: data in, matplotlib Figure out
``recnb.experiments``  long runs whose results are stored
``recnb.contest``      every model on data of one's own
``recnb.widgets``      thin ipywidgets shells around pure functions
=====================  ==========================================================

Importing ``recnb`` is cheap: torch, matplotlib and ipywidgets are imported only by
the rooms that use them. ``recnb.load`` and ``recnb.read_table`` open the data room
when they are called, and ``recnb.showdown`` opens the contest.
"""

from importlib import import_module

__version__ = "0.1.0"
__all__ = ["load", "read_table", "showdown"]

#: The room of each function.
ROOMS = {"load": "data", "read_table": "data", "showdown": "contest"}


def __getattr__(name: str):
    if name in ROOMS:
        return getattr(import_module(f"recnb.{ROOMS[name]}"), name)
    raise AttributeError(f"module 'recnb' has no attribute {name!r}")
