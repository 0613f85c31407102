"""What larger data would cost: bytes that follow from the sizes, and measured seconds.

The bytes are arithmetic. The seconds are a straight line through what was measured
(`Slopes`), and assume that the workers share the work evenly and that the disk, or the
network in front of it, keeps up: `Cost.read_rate` says what it would have to deliver.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from recnb.ground.machine import GIB
from recnb.scale.gram import FLOAT32, PANEL_BYTES, panels


@dataclass(frozen=True)
class Slopes:
    """Seconds of one core for one unit of work, and bytes on disk, as measured.

    Parameters
    ----------
    draw : float
        Seconds to draw and write an interaction.
    read : float
        Seconds to read an interaction, once.
    cell : float
        Seconds to make and search a number of the Gram matrix's lower triangle, whether
        anybody has the pair or not.
    pair : float
        Seconds to count a pair of items of one user in the Gram matrix, besides
        reading.
    multiply : float
        Seconds to multiply an interaction in one of ImplicitSLIM's products, besides
        reading.
    judge : float
        Seconds to score the catalogue for a user and judge the list, for each item of
        the catalogue.
    bytes : float
        Of an interaction on disk.
    """

    draw: float
    read: float
    cell: float
    pair: float
    multiply: float
    judge: float
    bytes: float


@dataclass(frozen=True)
class Cost:
    """What one step costs.

    Parameters
    ----------
    step : str
    seconds : float
        By the clock, on all workers.
    read_bytes : float
        From disk, all passes together.
    matrix_bytes : float
        The largest matrix that a worker fills. It holds more: Python and its packages,
        a part's likes, and what a panel becomes when it is thinned out.
    passes : int
        How often all parts are read.
    """

    step: str
    seconds: float
    read_bytes: float
    matrix_bytes: float
    passes: int

    @property
    def read_rate(self) -> float:
        """Bytes a second that the disk has to deliver to all workers together."""
        return self.read_bytes / self.seconds


def costs(
    slopes: Slopes,
    n_users: int,
    n_items: int,
    n_interactions: int,
    workers: int,
    pairs_a_user: float,
    L: int = 64,
    test_users: int = 10_000,
    panel_bytes: int = PANEL_BYTES,
) -> list[Cost]:
    """Plan the steps for data of a given size.

    Parameters
    ----------
    slopes : Slopes
    n_users, n_items, n_interactions : int
    workers : int
        Processes of one core.
    pairs_a_user : float
        Pairs of items of one user, each once, on average: it grows with the square of
        the histories' lengths.
    L : int
        Length of ImplicitSLIM's embeddings.
    test_users : int
        To be judged.
    panel_bytes : int
        Memory of a panel of the Gram matrix.

    Returns
    -------
    list of Cost
        Drawing, one pass of reading, the sparse Gram matrix, ImplicitSLIM, judging.

    Raises
    ------
    ValueError
        If a number is not above 0.
    """
    numbers = (n_users, n_items, n_interactions, workers, L, test_users, panel_bytes)
    if not min(*numbers, pairs_a_user) > 0:
        raise ValueError("All sizes must be above 0.")
    on_disk = slopes.bytes * n_interactions
    one_pass = slopes.read * n_interactions
    n_panels = len(panels(n_items, panel_bytes))
    gram = n_panels * one_pass + slopes.pair * pairs_a_user * n_users
    gram += slopes.cell * n_items**2 / 2
    # One pass counts users; two products multiply each interaction forth and back.
    slim = 3 * one_pass + 2 * slopes.multiply * n_interactions
    embeddings = 2 * L * n_items * FLOAT32
    seconds = {
        "draw": (slopes.draw * n_interactions, 0, 0),
        "read once": (one_pass, 1, 0),
        "sparse Gram matrix": (gram, n_panels, panel_bytes),
        "ImplicitSLIM": (slim, 3, embeddings),
        "judge": (slopes.judge * n_items * test_users, 0, 0),
    }
    return [
        Cost(step, of_one / workers, passes * on_disk, held, passes)
        for step, (of_one, passes, held) in seconds.items()
    ]


def cost_table(found: list[Cost], n_items: int) -> pd.DataFrame:
    """Return costs as a table, and what a dense Gram matrix would take beside them.

    Parameters
    ----------
    found : list of Cost
    n_items : int

    Returns
    -------
    DataFrame
        ``step``, ``minutes``, ``passes``, ``read_GiB``, ``read_MiB_a_second`` and
        ``matrix_GiB``; the last row is the dense matrix, which has no minutes.
    """
    rows = [
        {
            "step": cost.step,
            "minutes": cost.seconds / 60,
            "passes": cost.passes,
            "read_GiB": cost.read_bytes / GIB,
            "read_MiB_a_second": cost.read_rate / 2**20,
            "matrix_GiB": cost.matrix_bytes / GIB,
        }
        for cost in found
    ]
    dense = {"step": "dense Gram matrix", "matrix_GiB": FLOAT32 * n_items**2 / GIB}
    return pd.DataFrame([*rows, dense])
