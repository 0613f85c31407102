"""Lesson 16's large data: what 200 million interactions cost, block by block.

Users of a simulated world are drawn to disk, 100,000 items in all, and a tenth of the
parts is set aside. From the others come the users of each item (one pass over the data,
which is what reading costs), the Gram matrix without small entries, and embeddings by
ImplicitSLIM. The users set aside, a hundred of each part, judge the cosines that the
Gram matrix gives: that a sum over blocks is a model. A pair of items counts if two
users in 100,000 have both.

Each step is a row: seconds by the clock, and seconds of one core that all processes
took together, which other work on the machine changes little. The peak of a worker is
the most that it has held so far, its Python and packages (250 MiB) included.

Expected, before the first run, from a few parts that were tried by hand: all seconds
are straight lines in the number of users. A million users take 15 seconds to draw, 4 to
read once, and 40 more for the Gram matrix (39 passes, at 1 second each, and the pairs)
beyond the minute that its 39 panels take for no users at all; ImplicitSLIM takes 15 to
25. Two workers halve the Gram matrix's time by the clock, since its panels are as many
tasks. No worker holds more than 1.5 GiB, whatever the number of users; ten million
users take half an hour on one worker.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse

from recnb.experiments.runner import Experiment
from recnb.ground.machine import peak_memory_mb
from recnb.models import FixedWeights
from recnb.scale import (
    Cost,
    Parts,
    Slopes,
    World,
    cluster,
    costs,
    evaluate_parts,
    implicit_slim_of_parts,
    item_users,
    panels,
    sparse_gram,
    write_world,
)

if TYPE_CHECKING:
    from distributed import Client

SIZES = (100_000, 300_000, 1_000_000, 3_000_000, 10_000_000)
WORKERS = (1, 2)
MEMORY = "4GB"  # of a worker
N_ITEMS = 100_000
#: A pair of items counts if so many of 100,000 users have both.
TOGETHER = 2
#: ImplicitSLIM's settings; no time depends on L2 and ALPHA.
L, L2, ALPHA = 64, 300.0, 1.0
JUDGED_OF_A_PART = 100
#: One part in so many is set aside.
SET_ASIDE = 10


class Steps:
    """Measures steps one after another, each a row.

    Parameters
    ----------
    client : Client
    """

    def __init__(self, client: Client) -> None:
        self.client = client
        self.engine = f"dask {version('dask')}; pyarrow {version('pyarrow')}"
        self.rows: list[dict[str, object]] = []

    @contextmanager
    def step(self, name: str, **about: object) -> Iterator[dict[str, object]]:
        """Measure what is done in the context; what it adds to the dict is stored."""
        row = {"step": name, **about}
        start, busy = time.perf_counter(), self._busy()
        yield row
        row["seconds"] = time.perf_counter() - start
        row["core_seconds"] = self._busy() - busy
        row["worker_mib"] = max(self.client.run(peak_memory_mb).values())
        row["own_mib"] = peak_memory_mb()
        row["engine"] = self.engine
        self.rows.append(row)

    def _busy(self) -> float:
        """Return the seconds that all processes have computed."""
        return time.process_time() + sum(self.client.run(time.process_time).values())


def measure(n_users: int, workers: int) -> list[dict[str, object]]:
    """Draw so many users, learn from them, and judge; a row a step."""
    with (
        TemporaryDirectory(prefix="recnb-at-scale-") as folder,
        cluster(workers, MEMORY) as client,
    ):
        return steps(World(n_users, N_ITEMS), Path(folder) / "parts", client)


def steps(world: World, folder: Path, client: Client) -> list[dict[str, object]]:
    """Return the rows of a world that is drawn into a folder."""
    steps = Steps(client)
    with steps.step("draw") as row:
        parts = write_world(world, folder, client)
        row |= sizes(parts)
    n_test = max(1, len(parts) // SET_ASIDE)
    train, test = parts[:-n_test], parts[-n_test:]
    with steps.step("read once", **sizes(train), passes=1):
        item_users(train, client)
    least = max(1, TOGETHER * world.n_users // 100_000)
    about = {"pairs": pairs_in(train), "passes": len(panels(world.n_items))}
    with steps.step("sparse Gram matrix", **sizes(train), **about) as row:
        G = sparse_gram(train, least, client=client)
        row["entries"] = G.nnz
    W = np.random.default_rng(0).normal(size=(L, world.n_items)).astype(np.float32)
    with steps.step("ImplicitSLIM", **sizes(train), passes=3):
        implicit_slim_of_parts(W, train, L2, ALPHA, client=client)
    model = FixedWeights(cosines(G)).fit(sparse.csr_array((1, world.n_items)))
    with steps.step("judge") as row:
        judged = evaluate_parts(model, test, most=JUDGED_OF_A_PART, client=client)
        row["n_judged"] = judged.table["n_users"].iloc[0]
        row["NDCG@100"] = judged.table["mean"].iloc[0]
        row["standard_error"] = judged.table["standard_error"].iloc[0]
    return steps.rows


def sizes(parts: Parts) -> dict[str, int]:
    """Return how much there is in some parts."""
    return {
        "users": parts.n_users,
        "interactions": parts.n_interactions,
        "bytes": parts.n_bytes,
    }


def pairs_in(parts: Parts) -> int:
    """Return the pairs of items of one user, of all parts; see `pairs_of`."""
    return sum(pairs_of(part.read()) for part in parts)


def pairs_of(X: sparse.csr_array) -> int:
    """Return the pairs of items of one user, each once, an item with itself too."""
    n = np.diff(X.indptr).astype(np.int64)
    return int((n * (n + 1) // 2).sum())


def cosines(G: sparse.csr_array) -> sparse.csr_array:
    """Return the cosine of each two items from a Gram matrix; 0 on the diagonal."""
    lengths = np.sqrt(G.diagonal())
    scale = sparse.diags_array(np.where(lengths > 0, 1 / lengths.clip(min=1), 0))
    C = (scale @ G @ scale).tocsr()
    C.setdiag(0)
    C.eliminate_zeros()
    return C.astype(np.float32)


# ---- from what was measured to what was not ---------------------------------------


def line(rows: pd.DataFrame, step: str, by: str) -> tuple[float, float]:
    """Return by how much a step grows with something, and what it takes for nothing.

    In seconds of one core: slope and start of the straight line through one worker's
    rows, by least squares.

    Parameters
    ----------
    rows : DataFrame
        Stored results, of two sizes or more.
    step : str
    by : str
        A column, such as ``"interactions"``.
    """
    of_step = rows[(rows["step"] == step) & (rows["workers"] == 1)]
    slope, start = np.polyfit(of_step[by], of_step["core_seconds"], deg=1)
    return float(slope), float(start)


def slopes(rows: pd.DataFrame) -> Slopes:
    """Return what one unit of work takes, from stored results."""
    gram = rows[rows["step"] == "sparse Gram matrix"].iloc[-1]
    drawn = rows[rows["step"] == "draw"].iloc[-1]
    draw, _ = line(rows, "draw", "interactions")
    read, _ = line(rows, "read once", "interactions")
    an_interaction, panels_alone = line(rows, gram["step"], "interactions")
    products, _ = line(rows, "ImplicitSLIM", "interactions")
    judge, _ = line(rows, "judge", "n_judged")
    # Of what an interaction takes in the Gram matrix, its passes of reading are a part.
    counting = an_interaction - gram["passes"] * read
    return Slopes(
        draw=draw,
        read=read,
        cell=panels_alone / (N_ITEMS**2 / 2),
        pair=float(counting * gram["interactions"] / gram["pairs"]),
        multiply=(products - 3 * read) / 2,
        judge=judge / N_ITEMS,
        bytes=float(drawn["bytes"] / drawn["interactions"]),
    )


def planned(
    rows: pd.DataFrame,
    n_items: int = 10**6,
    n_interactions: int = 10**9,
    workers: int = 16,
    **more: int,
) -> list[Cost]:
    """Plan larger data with the measured slopes, for histories as long as those here.

    Parameters
    ----------
    rows : DataFrame
        Stored results.
    n_items, n_interactions, workers : int
    **more
        As `recnb.scale.costs` takes them, such as ``panel_bytes``.
    """
    gram = rows[rows["step"] == "sparse Gram matrix"].iloc[-1]
    return costs(
        slopes(rows),
        n_users=round(n_interactions * gram["users"] / gram["interactions"]),
        n_items=n_items,
        n_interactions=n_interactions,
        workers=workers,
        pairs_a_user=gram["pairs"] / gram["users"],
        **more,
    )


AT_SCALE = Experiment(
    name="at_scale",
    question="What do millions of users cost, block by block, on one worker and two?",
    cases=[{"n_users": n, "workers": w} for n in SIZES for w in WORKERS],
    measure=measure,
)
