"""Lesson 03's experiments: AutoRec's table, its activations, and who gains from what.

`AUTOREC` re-measures the paper's numbers on five splits. `AUTOREC_ROWS` tests the
paper's explanation of why the item-based net wins: it takes users away, until a film
has fewer ratings than a user. `AUTOREC_HIDDEN` varies the hidden layer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
from sklearn.base import clone

import recnb
from recnb.data import Interactions
from recnb.experiments.rating_tuning import Trial, baseline, tune_and_test
from recnb.experiments.runner import Experiment
from recnb.models import AutoRec, Bias, ItemMean

L2 = {
    "ml-1m": {"item": (100, 200, 400), "user": (50, 100, 200)},
    "simulated": {"item": (5, 10, 20, 50), "user": (5, 10, 20, 50)},
}
#: The simulated dataset has only 600 items: smaller batches, or too few steps.
BATCH = {"ml-1m": {"item": 256, "user": 256}, "simulated": {"item": 64, "user": 256}}
#: Steps an epoch, at least, where users or films are taken away.
MIN_STEPS = 10
#: kind, output f, hidden g; how many splits.
NETS = (
    ("item", "identity", "sigmoid", 5),
    ("user", "identity", "sigmoid", 5),
    ("item", "sigmoid", "sigmoid", 3),
    ("item", "sigmoid", "identity", 3),
    ("item", "identity", "identity", 3),
)
#: Where the hidden layer varies: the penalty that 500 units prefer, and step sizes.
L2_OF_WIDTHS = {"ml-1m": 100, "simulated": 50}
LR_OF_WIDTHS = (0.001, 0.003, 0.01)
BASELINES = {"ItemMean": ItemMean, "Bias": Bias}


def trials(
    dataset: str,
    kind: str,
    f: str,
    g: str,
    hidden: int = 500,
    n_rows: int | None = None,
) -> Iterator[Trial]:
    """Yield AutoRec with every penalty that is tried.

    With `n_rows` the batches are made small enough for `MIN_STEPS` steps an epoch:
    where rows are taken away, a net shall not lose for want of steps.
    """
    batch = BATCH[dataset][kind]
    if n_rows is not None:
        batch = max(1, min(batch, n_rows // MIN_STEPS))
    net = AutoRec(kind=kind, activations=(f, g), hidden=hidden, batch_size=batch)
    for l2 in L2[dataset][kind]:
        yield Trial({"l2": l2}, clone(net).set_params(l2=l2))


def measure(
    dataset: str, seed: int, kind: str, output: str, hidden: str
) -> list[dict[str, object]]:
    """Tune and test one net on one split; kind "-" names a baseline in `output`."""
    data = recnb.load(dataset)
    if kind == "-":
        return [baseline(BASELINES[output](), data, seed, "random")]
    return [tune_and_test(trials(dataset, kind, output, hidden), data, seed)]


AUTOREC = Experiment(
    name="autorec",
    question="AutoRec on five splits: item or user, and which activations?",
    cases=[
        {"dataset": d, "seed": seed, "kind": kind, "output": f, "hidden": g}
        for d in ("simulated", "ml-1m")
        for kind, f, g, n in (*(("-", name, "-", 5) for name in BASELINES), *NETS)
        for seed in range(n)
    ],
    measure=measure,
)


def fewer_users(data: Interactions, share: float, seed: int) -> Interactions:
    """Return the data of a random share of the users; all items stay."""
    n = round(share * data.n_users)
    kept = np.sort(np.random.default_rng(seed).permutation(data.n_users)[:n])
    rows = np.isin(data.users, kept)
    return replace(
        data,
        users=np.searchsorted(kept, data.users[rows]),
        items=data.items[rows],
        ratings=data.ratings[rows],
        timestamps=None if data.timestamps is None else data.timestamps[rows],
        user_ids=data.user_ids[kept],
    )


def tune_on_part(data: Interactions, kind: str, seed: int) -> list[dict[str, object]]:
    """Tune and test on a part of a dataset, and say how many rows it has, how long."""
    n_rows = data.n_items if kind == "item" else data.n_users
    nets = trials(data.name, kind, "identity", "sigmoid", n_rows=n_rows)
    row = tune_and_test(nets, data, seed)
    return [{**row, "n_rows": n_rows, "ratings_per_row": len(data) / n_rows}]


def measure_rows(
    dataset: str, seed: int, users_kept: float, kind: str
) -> list[dict[str, object]]:
    """Tune and test on a share of the users, and say how long the rows are."""
    return tune_on_part(fewer_users(recnb.load(dataset), users_kept, seed), kind, seed)


AUTOREC_ROWS = Experiment(
    name="autorec_rows",
    question="Does the item-based net win because a film has more ratings than a user?",
    cases=[
        {"dataset": d, "seed": seed, "users_kept": share, "kind": kind}
        for d in ("simulated", "ml-1m")
        for share in (0.1, 0.25, 0.5)
        for kind in ("item", "user")
        for seed in range(2)
    ],
    measure=measure_rows,
)


def item_minus_user(
    parts: pd.DataFrame, whole: pd.DataFrame, data: Interactions, share: str
) -> pd.DataFrame:
    """Return the item-based net's error minus the user-based one's, split by split.

    Parameters
    ----------
    parts : DataFrame, results of `AUTOREC_ROWS` or of `autorec_films.AUTOREC_FILMS`
    whole : DataFrame, results of `AUTOREC`
        The default nets of the splits in `parts` are a row each, with a share of 1.
    data : Interactions
        The complete data; only its results are returned.
    share : "users_kept" or "films_kept"

    Returns
    -------
    DataFrame, index (share, seed)
        ``difference``, in RMSE (stars); ``per film`` and ``per user``, the mean numbers
        of ratings.
    """
    parts = parts[parts["dataset"] == data.name]
    default = (whole["output"] == "identity") & (whole["hidden"] == "sigmoid")
    whole = whole[default & (whole["dataset"] == data.name)]
    whole = whole[whole["seed"].isin(parts["seed"])]
    per_row = {"item": len(data) / data.n_items, "user": len(data) / data.n_users}
    whole = whole.assign(**{share: 1.0, "ratings_per_row": whole["kind"].map(per_row)})
    values = ["RMSE", "ratings_per_row"]
    both = pd.concat([parts, whole]).pivot_table(values, [share, "seed"], "kind")
    return pd.DataFrame(
        {
            "difference": both["RMSE", "item"] - both["RMSE", "user"],
            "per film": both["ratings_per_row", "item"],
            "per user": both["ratings_per_row", "user"],
        }
    )


def widths_trials(dataset: str, hidden: int) -> Iterator[Trial]:
    """Yield the item-based net with every step size that is tried.

    The fewer units, the more each of them has to grow from its small start: with the
    step size of 500 units, few are still growing when others are done.
    """
    net = AutoRec(hidden=hidden, batch_size=BATCH[dataset]["item"], epochs=100)
    for lr in LR_OF_WIDTHS:
        settings = {"l2": L2_OF_WIDTHS[dataset], "lr": lr}
        yield Trial(settings, clone(net).set_params(**settings))


def measure_hidden(dataset: str, seed: int, hidden: int) -> list[dict[str, object]]:
    """Tune and test the item-based net with so many hidden units."""
    nets = widths_trials(dataset, hidden)
    return [tune_and_test(nets, recnb.load(dataset), seed)]


AUTOREC_HIDDEN = Experiment(
    name="autorec_hidden",
    question="How many hidden units does the item-based net need?",
    cases=[
        {"dataset": d, "seed": seed, "hidden": hidden}
        for d in ("simulated", "ml-1m")
        for hidden in (5, 20, 100, 500)
        for seed in range(1)
    ],
    measure=measure_hidden,
)
