"""Strong generalisation over a folder of parts: whole parts of new users are judged.

Each task reads its parts, hides a share of each user's items, and judges the model's
lists by `recnb.evaluation`. What comes back are sums of the metrics, a few numbers a
task; a user's own numbers stay there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from operator import add
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd
from scipy import sparse

from recnb.evaluation import Group, Protocol, evaluate
from recnb.evaluation.evaluate import OF_HITS, Model
from recnb.scale.engine import Client, map_reduce
from recnb.scale.gram import chunks
from recnb.scale.parts import Part, Parts
from recnb.scale.shelf import fetched, shelf

METRICS = ("NDCG@100", "recall@20", "recall@50")
#: Tasks, if there are as many parts.
TASKS = 64


@dataclass(frozen=True, eq=False, repr=False)
class Judgement:
    """What `evaluate_parts` measured, and under which conditions.

    Parameters
    ----------
    model : str
        Class name of the model.
    protocol : Protocol
    table : DataFrame
        A row a metric: ``metric``, ``mean``, ``standard_error``, ``n_users``.
    wall_time_s : float
    """

    model: str
    protocol: Protocol
    table: pd.DataFrame
    wall_time_s: float

    def __repr__(self) -> str:
        return f"{self.model}\n{self.protocol!r}\n{self.table.to_string(index=False)}"


def evaluate_parts(
    model: Model,
    parts: Parts,
    metrics: Sequence[str] = METRICS,
    heldout_share: float = 0.2,
    seed: int = 0,
    most: int | None = None,
    client: Client | None = None,
) -> Judgement:
    """Judge a fitted model on the users of parts that it has not learned from.

    Of a user's n items, ``max(1, int(heldout_share * n))`` at random are held out, and
    the others are the history; a user of a single item is not judged.

    Parameters
    ----------
    model : object with ``predict(X)``
        For example one of the course's item-item models; sparse weights keep it small.
    parts : Parts
        Of test users: ``parts[-2:]``, if the model has learned from ``parts[:-2]``.
    metrics : sequence of str
        Of a list, such as ``"NDCG@100"``.
    heldout_share : float
        Between 0 and 1.
    seed : int
        Of what is held out. A part has random numbers of its own.
    most : int, optional
        Only the first so many users of each part.
    client : Client, optional
        Of a cluster; without one, it is done here.

    Returns
    -------
    Judgement
        The means of `recnb.evaluation.evaluate` for all users at once, to rounding.

    Raises
    ------
    ValueError
        If a metric is not one of a user's list, or nobody has anything held out.
    CorruptDatasetError
        If a part is damaged.
    DiskError
        If there is no room beside the parts for the model.
    """
    start = perf_counter()
    _check(metrics, heldout_share)
    protocol = _protocol(parts, metrics, heldout_share, seed, most)
    with shelf(parts.folder, model) as path:
        task = partial(_judged, path=path, protocol=protocol, most=most)
        pieces = chunks(parts, TASKS)
        sums = map_reduce(
            partial(task, heldout_share=heldout_share), pieces, add, client, "judging"
        )
    n, total, squares = sums
    if not n.any():
        raise ValueError("Nobody in these parts has two items: nothing is held out.")
    mean = total / n
    variance = (squares - n * mean**2) / np.maximum(n - 1, 1)
    table = pd.DataFrame(
        {
            "metric": list(metrics),
            "mean": mean,
            "standard_error": np.sqrt(variance.clip(min=0) / n),
            "n_users": n.astype(int),
        }
    )
    return Judgement(type(model).__name__, protocol, table, perf_counter() - start)


def group_of(
    part: Part, protocol: Protocol, heldout_share: float, most: int | None = None
) -> Group:
    """Return the users of a part as a group: what is shown, and what is held out."""
    X = part.read()[:most]
    rng = np.random.default_rng([protocol.seed, part.number])
    history, heldout = fold_in(X, heldout_share, rng)
    users = part.first_user + np.arange(X.shape[0])
    no_popularity = np.zeros(X.shape[1])  # only novelty asks for it
    return Group("test", protocol, users, history, heldout, no_popularity)


def fold_in(
    X: sparse.csr_array, heldout_share: float, rng: np.random.Generator
) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Divide each history at random into what is shown and what is held out.

    Parameters
    ----------
    X : csr_array of shape (n_users, n_items)
    heldout_share : float
    rng : Generator

    Returns
    -------
    history, heldout : csr_arrays of the shape of X
    """
    n = np.diff(X.indptr)
    n_held = np.where(n > 1, np.maximum(1, (heldout_share * n).astype(int)), 0)
    rows = np.repeat(np.arange(X.shape[0]), n)
    # Shuffled within the rows: the first of each row are held out.
    shuffled = np.lexsort((rng.random(X.nnz), rows))
    is_held = np.empty(X.nnz, dtype=bool)
    is_held[shuffled] = np.arange(X.nnz) - X.indptr[rows] < n_held[rows]
    return _only(X, rows, ~is_held), _only(X, rows, is_held)


def _only(X: sparse.csr_array, rows: np.ndarray, which: np.ndarray) -> sparse.csr_array:
    ends = np.cumsum(np.bincount(rows[which], minlength=X.shape[0]))
    values = X.data[which], X.indices[which], np.append(0, ends)
    return sparse.csr_array(values, shape=X.shape)


def _judged(
    parts: Parts, path: Path, protocol: Protocol, most: int | None, heldout_share: float
) -> np.ndarray:
    """Return users, sums and sums of squares of each metric; shape (3, n_metrics)."""
    model = fetched(path)
    sums = np.zeros((3, len(protocol.metrics)))
    for part in parts:
        group = group_of(part, protocol, heldout_share, most)
        if not group.heldout.nnz:
            continue
        result = evaluate(model, group)
        values = result.per_user[list(protocol.metrics)].dropna().to_numpy()
        sums += [(values**power).sum(axis=0) for power in (0, 1, 2)]
    return sums


def _protocol(
    parts: Parts,
    metrics: Sequence[str],
    heldout_share: float,
    seed: int,
    most: int | None,
) -> Protocol:
    judged = f"those of {len(parts):,} whole parts"
    details = {
        "users": judged if most is None else f"the first {most:,} of each of {judged}",
        "items": f"{parts.n_items:,}",
        "held out": f"a random {heldout_share:.0%} of each user's items",
        "masked": "what the history holds is never recommended",
        "ties": "equal scores go to the lower item code",
    }
    name = "strong generalisation over parts"
    about = (name, parts.name, parts.is_simulated, seed)
    return Protocol(*about, metrics=tuple(metrics), details=details)


def _check(metrics: Sequence[str], heldout_share: float) -> None:
    unknown = [name for name in metrics if name.partition("@")[0] not in OF_HITS]
    if unknown or not metrics:
        raise ValueError(
            f"metrics takes means over users, {', '.join(OF_HITS)}, each with @ and a "
            f"length as in NDCG@100, not {unknown}: coverage and Gini look at all "
            "lists at once."
        )
    if not 0 < heldout_share < 1:
        raise ValueError(f"heldout_share must be between 0 and 1: {heldout_share}.")
