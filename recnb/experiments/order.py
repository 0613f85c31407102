"""What the order of a history is worth: tools to shuffle, cut and examine it.

Lesson 07 uses them live and in its experiments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import sparse

from recnb.data import Interactions
from recnb.evaluation import Group, Split, evaluate, paired_differences
from recnb.ground.ranking import mask_seen
from recnb.ground.sequences import in_order, places
from recnb.models.base import Recommender

#: Lengths of time that a reader can feel, each up to so many seconds.
SPANS = {
    "same second": 0,
    "< a minute": 59,
    "< an hour": 3599,
    "< a day": 86_399,
    "longer": np.inf,
}
METRIC = "NDCG@100"
#: In the copy of MovieLens 1M used here, times are genuine below this user.
FIRST_SURROGATE = 3000


def genuine_times(data: Interactions) -> np.ndarray:
    """Tell of each user whether two likes can share a second.

    In the copy of MovieLens 1M that the stored results come from, users 3000 to 6040
    have surrogate times, all different, in their genuine order.
    """
    if data.name != "ml-1m":
        return np.ones(data.n_users, dtype=bool)
    return data.user_ids.astype(int) < FIRST_SURROGATE


def ties_shuffled(data: Interactions, seed: int) -> Interactions:
    """Return the same data with its lines in random order.

    Timestamps decide the order within a user, and lines among equal timestamps: so only
    ties change.
    """
    lines = np.random.default_rng(seed).permutation(len(data))
    columns = ("users", "items", "ratings", "timestamps")
    return replace(data, **{name: getattr(data, name)[lines] for name in columns})


def likes_in_order(data: Interactions, least: float = 4) -> pd.DataFrame:
    """Return the ratings of at least so much, by user and time; ties as in the file.

    Returns
    -------
    DataFrame
        ``user``, a code, ``time`` in seconds, ``when`` as a date, and ``film``.
    """
    table = pd.DataFrame({"user": data.users, "time": data.timestamps})
    table["when"] = pd.to_datetime(table["time"], unit="s")
    table["film"] = data.item_table["title"].to_numpy()[data.items]
    table = table[data.ratings >= least]
    return table.sort_values(["user", "time"], kind="stable", ignore_index=True)


def spans(seconds: pd.Series) -> pd.Series:
    """Return the shares of waits that are as long as each of `SPANS` says."""
    edges = [-1, *SPANS.values()]
    groups = pd.cut(pd.Series(seconds), edges, labels=list(SPANS))
    return groups.value_counts(normalize=True)[list(SPANS)]


def waits(data: Interactions, split: Split) -> pd.DataFrame:
    """Return how long after the last like that is shown each held-out like came.

    Parameters
    ----------
    data : Interactions
        With timestamps.
    split : Split
        Of it, by time.

    Returns
    -------
    DataFrame, a row for each held-out like of the test users
        ``user``, the user's code, and ``seconds``.
    """
    group = split.test
    cell = data.users * data.n_items + data.items
    when = pd.Series(data.timestamps, cell)

    def times(X: sparse.csr_array) -> tuple[np.ndarray, np.ndarray]:
        likes = X.tocoo()
        cells = group.users[likes.row] * data.n_items + split.items[likes.col]
        return likes.row, when.loc[cells].to_numpy()

    shown, shown_at = times(group.history)
    held, held_at = times(group.heldout)
    last = pd.Series(shown_at).groupby(shown).max()
    seconds = held_at - last.loc[held].to_numpy()
    return pd.DataFrame({"user": group.users[held], "seconds": seconds})


@dataclass
class Rearranged:
    """A model that is shown histories in another order, or a part of them.

    Parameters
    ----------
    model : Recommender
        Fitted; with or without a sense of order.
    arrange : function of a history
        Gets item codes in time order, and returns some or all of them, in any order.
        What has been seen is masked all the same.
    """

    model: Recommender
    arrange: Callable[[np.ndarray], np.ndarray]
    needs_order = True

    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Score all items for the histories as they are after `arrange`."""
        shown = places([self.arrange(history) for history in in_order(X)], X.shape[1])
        return self.model.predict(as_the_model_wants(self.model, shown))


def costs(
    models: Mapping[str, Recommender],
    ways: Mapping[str, Callable[[np.ndarray], np.ndarray]],
    group: Group,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what each model gains when it is shown the histories in other ways.

    Parameters
    ----------
    models : dict of fitted models
    ways : dict of functions, as `Rearranged` takes them
    group : Group
        With an order.

    Returns
    -------
    differences, errors : DataFrames, index: ways, columns: models
        In NDCG@100, user by user, to the histories as they are.
    """
    rows = {}
    for name, model in models.items():
        shown = {way: Rearranged(model, change) for way, change in ways.items()}
        found = {way: evaluate(m, group, [METRIC]) for way, m in shown.items()}
        found[""] = evaluate(model, group, [METRIC])
        rows[name] = paired_differences(found, "", METRIC)
    table = pd.concat(rows, axis=1)
    columns = ("difference", "paired error")
    return tuple(table.xs(column, axis=1, level=1) for column in columns)


def by_latest(
    models: Mapping[str, Recommender], numbers: Sequence[int], group: Group
) -> pd.DataFrame:
    """Return NDCG@100 of models that are shown the latest films of a history only.

    Returns
    -------
    DataFrame, index: the numbers of films, and "all"; a column a model
    """
    table = pd.DataFrame(index=[*numbers, "all"], columns=list(models), dtype=float)
    for name, model in models.items():
        shown = {n: Rearranged(model, lambda h, n=n: h[-n:]) for n in numbers}
        for n, asked in {**shown, "all": model}.items():
            table.loc[n, name] = evaluate(asked, group, [METRIC]).metrics[METRIC]
    return table


def sequels(data: Interactions, split: Split) -> np.ndarray:
    """Return the planted pairs of films to be seen one after the other.

    Parameters
    ----------
    data : Interactions
        With its truth: the simulated dataset.
    split : Split
        Of it.

    Returns
    -------
    int array of shape (n_pairs, 2)
        Columns of the split's matrices: a part, and the part that follows it.
    """
    pairs = data.truth["pairs"].query("kind == 'sequel'")[["movie_a", "movie_b"]]
    ids = split.item_table["item_id"].astype(int)
    column = pd.Series(range(len(ids)), index=ids)
    known = pairs[pairs.isin(column.index).all(axis=1)]
    return known.map(column.get).to_numpy()


def moments(split: Split, pairs: np.ndarray) -> tuple[sparse.csr_array, np.ndarray]:
    """Return test users' histories, cut behind the first film of a pair.

    Parameters
    ----------
    split : Split
    pairs : int array of shape (n_pairs, 2)

    Returns
    -------
    X : csr_array of shape (n_moments, n_items)
        Places in time. Only histories that do not hold the second film by then.
    wanted : int array of shape (n_moments,)
        The second film.
    """
    follower = [pairs[pairs[:, 0] == film, 1] for film in range(split.train.shape[1])]
    found = [
        (history[:end], other)
        for history in in_order(split.test.order)
        for end, film in enumerate(history, start=1)
        for other in follower[film]
        if other not in history[:end]
    ]
    histories, wanted = zip(*found, strict=True)
    return places(histories, split.train.shape[1]), np.array(wanted)


def median_place(model: Recommender, split: Split, pairs: np.ndarray) -> float:
    """Return at which place of its list the second film of a pair stands.

    Parameters
    ----------
    model : Recommender
        Fitted; with or without a sense of order. What has been seen is not listed.
    split : Split
    pairs : int array of shape (n_pairs, 2)

    Returns
    -------
    float
        The median over all `moments`; 1 is the top of the list.
    """
    X, wanted = moments(split, pairs)
    scores = mask_seen(model.predict(as_the_model_wants(model, X)), X)
    of_wanted = scores[np.arange(len(wanted)), wanted]
    return float(np.median(1 + (scores > of_wanted[:, None]).sum(axis=1)))


def as_the_model_wants(model: Recommender, X: sparse.csr_array) -> sparse.csr_array:
    """Return places in time for a model that needs the order, ones for another."""
    if getattr(model, "needs_order", False):
        return X
    return sparse.csr_array((X > 0).astype(np.float32))
