"""The bill of three models for data of a given size: bytes, seconds, money.

The bytes are counted from the package's code: what a process holds at once, besides
Python. The seconds are straight lines through what was measured (`Rates`), so that they
assume data like the measured: as many weights an item, histories as unequal. Cores
share the work evenly; that is the best that can be, and a model in one process comes
near it only while its matrices are large.

====================  ==================================================================
EASE                  n_items² numbers; the pairs are counted, then n_items³ operations
SparseEASE            as many weights an item, bytes a weight, and time, as measured
MF + ImplicitSLIM     vectors of length L of users and items; in each epoch three
                      products of the interactions with them
====================  ==================================================================
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from recnb.ground.machine import GIB
from recnb.models.ease import BLOCK
from recnb.scale.gram import FLOAT32
from recnb.scale.plan import Slopes

#: Of a stored interaction: its item and its value.
STORED = 8
#: Length of the vectors for which `Slopes.multiply` was measured.
MEASURED_L = 64
DAY = 24 * 3600


@dataclass(frozen=True)
class Rates:
    """What one unit of work takes, in seconds of one core, as measured.

    Parameters
    ----------
    slopes : Slopes
        Of reading, counting pairs and multiplying.
    unequal : float
        Pairs of items a user, by those of equally long histories: 1 or more.
    inverses : tuple of pairs (n_items, seconds)
        Of inverses, from the smallest on.
    item : float
        Seconds of SparseEASE for an item, besides counting pairs.
    neighbors : float
        Weights that SparseEASE keeps for an item.
    weight_bytes : float
        Most bytes that its fit holds, for each weight that is left in the end: it holds
        pairs, too, of which no block speaks.
    """

    slopes: Slopes
    unequal: float
    inverses: tuple[tuple[int, float], ...]
    item: float
    neighbors: float
    weight_bytes: float


@dataclass(frozen=True)
class Bill:
    """What one model takes.

    Parameters
    ----------
    model : str
    process_bytes : float
        What a process holds at once.
    core_seconds : float
        Of one core.
    seconds : float
        By the clock, on all cores.
    money : float
        In the currency of the price.
    memory_used : float
        Share of a process's memory: above 1, it does not fit.
    """

    model: str
    process_bytes: float
    core_seconds: float
    seconds: float
    money: float
    memory_used: float

    @property
    def first_limit(self) -> str:
        """What breaks first when the data grows: the memory, or a day's time."""
        memory, days = self.memory_used, self.seconds / DAY
        if memory > 1:
            return f"memory: {memory:,.3g} times what there is"
        if memory >= days:
            return f"memory: {100 * memory:.3g}% of what there is"
        return (
            f"time: {days:,.3g} days"
            if days > 1
            else f"time: {100 * days:.3g}% of a day"
        )


def bills(
    rates: Rates,
    n_users: int,
    n_items: int,
    n_interactions: int,
    cores: int,
    memory: float,
    price: float,
    L: int = MEASURED_L,
    epochs: int = 10,
) -> list[Bill]:
    """Plan EASE, SparseEASE and MF + ImplicitSLIM.

    Parameters
    ----------
    rates : Rates
    n_users, n_items, n_interactions : int
    cores : int
        That work at once.
    memory : float
        Bytes that a process may hold.
    price : float
        Of an hour of one core, 0 or more.
    L, epochs : int
        Of matrix factorization.

    Returns
    -------
    list of Bill

    Raises
    ------
    ValueError
        If a number is not above 0 (the price may be 0), or there are more interactions
        than pairs of a user and an item.
    """
    if not min(n_users, n_items, n_interactions, cores, memory, L, epochs) > 0:
        raise ValueError("All numbers must be above 0; the price may be 0.")
    if not price >= 0:
        raise ValueError(f"price must be 0 or more, not {price}.")
    if n_interactions > n_users * n_items:
        raise ValueError(
            f"{n_users:,} users and {n_items:,} items are fewer pairs than "
            f"{n_interactions:,} interactions."
        )
    size = n_users, n_items, n_interactions
    found = {
        "EASE": (_ease_bytes(*size), _ease_seconds(rates, *size)),
        "SparseEASE": (_sparse_bytes(rates, *size), _sparse_seconds(rates, *size)),
        "MF + ImplicitSLIM": (
            _factors_bytes(*size, L),
            epochs * _epoch_seconds(rates, *size, L),
        ),
    }
    return [
        Bill(
            model,
            process_bytes=held,
            core_seconds=taken,
            seconds=taken / cores,
            money=taken / 3600 * price,
            memory_used=held / memory,
        )
        for model, (held, taken) in found.items()
    ]


def pairs_of_items(
    rates: Rates, n_users: int, n_items: int, n_interactions: int
) -> float:
    """Return the pairs of items of one user, each once, of all users."""
    n = n_interactions / n_users
    return rates.unequal * n_users * n * (n + 1) / 2


def inverse_seconds(rates: Rates, n: int) -> float:
    """Return the seconds of an n x n inverse.

    Seconds / n³ is interpolated between the measured sizes, on log scales, and is
    beyond them what it is at the nearest.
    """
    sizes, seconds = np.array(rates.inverses).T
    log_rate = np.interp(np.log(n), np.log(sizes), np.log(seconds / sizes**3))
    return float(np.exp(log_rate) * n**3)


def bill_table(found: list[Bill]) -> pd.DataFrame:
    """Return bills as a table, index: model.

    Columns ``GiB a process``, ``core-hours``, ``hours``, ``money`` and
    ``breaks first``.
    """
    rows = {
        bill.model: {
            "GiB a process": bill.process_bytes / GIB,
            "core-hours": bill.core_seconds / 3600,
            "hours": bill.seconds / 3600,
            "money": bill.money,
            "breaks first": bill.first_limit,
        }
        for bill in found
    }
    return pd.DataFrame.from_dict(rows, orient="index")


def _ease_bytes(n_users: int, n_items: int, n_interactions: int) -> float:
    # X, its transpose, its columns, and those of them that a block needs.
    return FLOAT32 * n_items**2 + 4 * STORED * n_interactions


def _ease_seconds(
    rates: Rates, n_users: int, n_items: int, n_interactions: int
) -> float:
    pairs = pairs_of_items(rates, n_users, n_items, n_interactions)
    return rates.slopes.pair * pairs + inverse_seconds(rates, n_items)


def _sparse_bytes(
    rates: Rates, n_users: int, n_items: int, n_interactions: int
) -> float:
    pairs = pairs_of_items(rates, n_users, n_items, n_interactions)
    entries = min(n_items, 2 * pairs / n_items)  # of a row of XᵀX
    # A block of its rows, as they are and sorted.
    rows = BLOCK * entries * 4 * STORED
    kept = rates.weight_bytes * min(n_items, rates.neighbors) * n_items
    return 2 * STORED * n_interactions + rows + kept  # X and its transpose


def _sparse_seconds(
    rates: Rates, n_users: int, n_items: int, n_interactions: int
) -> float:
    pairs = pairs_of_items(rates, n_users, n_items, n_interactions)
    return rates.slopes.pair * pairs + rates.item * n_items


def _factors_bytes(n_users: int, n_items: int, n_interactions: int, L: int) -> float:
    # Of the users, their vectors, what these solve for, and ImplicitSLIM's product; of
    # the items, six such matrices.
    vectors = 3 * n_users + 6 * n_items
    return FLOAT32 * L * vectors + 2 * STORED * n_interactions


def _epoch_seconds(
    rates: Rates, n_users: int, n_items: int, n_interactions: int, L: int
) -> float:
    # ImplicitSLIM multiplies by XᵀX twice, the two ridge regressions together once.
    products = 3 * rates.slopes.multiply * n_interactions * L / MEASURED_L
    # L x L systems: three products of as many operations as an inverse for L vectors.
    return products + 3 * inverse_seconds(rates, L) / L * (n_users + n_items)
