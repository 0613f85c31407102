"""The protocols: how data is split, and what a model is then judged by.

=========================  ========================================================
`strong_generalization`    new users; show a part of what they like, rank the rest
`weak_generalization`      known users; hold out a part of what each likes, rank it
`published_holdout`        known users; rank what a published split holds out
`leave_one_out`            known users; hold out the newest item of each
`rating_holdout`           known users; predict ratings that were held out
=========================  ========================================================

The same model gets very different numbers from them: never compare across them.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy import sparse

from recnb.data.interactions import Interactions
from recnb.evaluation.card import Protocol
from recnb.evaluation.group import Group
from recnb.evaluation.split import Split
from recnb.evaluation.validation import Validation

__all__ = [
    "leave_one_out",
    "published_holdout",
    "rating_holdout",
    "strong_generalization",
    "weak_generalization",
]

STRONG_METRICS = (
    "NDCG@100",
    "min-recall@20",
    "min-recall@50",
    "min-recall@100",
    "recall@20",
    "recall@50",
    "recall@100",
    "precision@100",
    "coverage@100",
    "novelty@100",
    "Gini@100",
)
WEAK_METRICS = (
    "NDCG@100",
    "MAP@10",
    "recall@20",
    "recall@50",
    "recall@100",
    "precision@100",
    "coverage@100",
    "novelty@100",
    "Gini@100",
)
PUBLISHED_METRICS = ("NDCG@20", "recall@20", "coverage@20", "novelty@20", "Gini@20")
LEAVE_ONE_OUT_METRICS = ("HR@10", "NDCG@10", "MRR@10")
RATING_METRICS = ("RMSE", "MAE")
#: What helps where nobody has anything held out.
FEW_KNOWN = (
    "its users have fewer than two items that training users have; lower min_rating, "
    "raise n_val and n_test, or load a larger dataset"
)
FEW_LEFT = (
    "its users have fewer than two items left to choose from; lower min_rating or "
    "raise min_items, do without validation (val_share=0), or load a larger dataset"
)
#: What `rating_holdout` takes from, in words.
HELD_OUT_OF = {
    "random": "the ratings at random",
    "time": "each user's ratings, the newest",
}

RECALL = "recall@k is hits / n held out, min-recall@k is hits / min(k, n held out)"
TIES = "equal scores go to the lower item code"
MASKED = "what the history holds is never recommended"

Pairs = tuple[np.ndarray, np.ndarray]


def strong_generalization(
    interactions: Interactions,
    min_rating: float | None = 4,
    min_items: int = 5,
    n_val: int = 750,
    n_test: int = 750,
    order: Literal["random", "time"] = "random",
    heldout_share: float = 0.2,
    seed: int = 0,
) -> Split:
    """Hold out whole users, and hold out a part of what each of them likes.

    The users who have enough positive items are divided at random into training,
    validation and test users. The columns of all matrices are the items that training
    users have; a held-out user's other items are dropped. Then, of a held-out user's n
    items, ``max(1, int(heldout_share * n))`` are held out and the others are the
    history. A user left with a single item keeps it as history, and with none has an
    empty history: both stay as rows with nothing held out, and so without a value in
    per-user metrics. Whoever is judged therefore has a history.

    Who is in which group depends on the seed and the filters, not on `order`, so that
    both orders can be compared on the same users.

    If the data has timestamps, the split also says in which order a training user met
    the items, and a held-out user those of the history, whichever part is held out:
    ``train_order`` and ``order``, for models of sequences.

    Parameters
    ----------
    interactions : Interactions
        `Interactions.heldout`, if there is one, is not used.
    min_rating : float, optional
        Lowest rating that counts as positive. None, or data without ratings: every
        interaction is positive.
    min_items : int
        Users with fewer positive items are left out.
    n_val, n_test : int
        Users of the two groups; never more than an eighth of the users each, so that
        small datasets keep a training set.
    order : {"random", "time"}
        Hold out random items, or each user's newest ones; of equal timestamps, the
        later line of the file is newer, as everywhere here.
    heldout_share : float
        Between 0 and 1.
    seed : int

    Returns
    -------
    Split
        Binary matrices; `train` has the training users as rows.

    Raises
    ------
    ValueError
        If an argument is out of its range, too few users remain, nobody of a group has
        anything held out, or order is "time" and there are no timestamps.

    Source
    ------
    Liang et al. (WWW 2018), section 4.1, and their published code; "time" as in
    Sachdeva et al. (WSDM 2019). The code of the former holds out nothing of a user with
    fewer than five items left; here two are enough. The latter's rounds the number of
    held-out items up, leaves out users with more than 1,000 items, and shows the model
    all but the last item of the history.
    """
    _check_data(interactions)
    _check_positive(min_items=min_items, n_val=n_val, n_test=n_test)
    _check_share("heldout_share", heldout_share)
    users, items = interactions.users, interactions.items
    positive = _positive(interactions, min_rating)
    groups = _divide_users(interactions, positive, min_items, n_val, n_test, seed)
    train_users, val_users, test_users = groups
    in_train = positive & _are_among(users, train_users, interactions.n_users)
    columns = _occurring(items[in_train], interactions.n_items)
    judged = np.concatenate([val_users, test_users])
    known = positive & _are_among(users, judged, interactions.n_users)
    known &= _are_among(items, columns, interactions.n_items)
    held = _hold_out_items(interactions, known, order, heldout_share, seed)
    rest = known & ~held

    train = _binary(interactions, in_train)[train_users][:, columns]
    shown = _binary(interactions, rest)[:, columns]
    hidden = _binary(interactions, held)[:, columns]
    train_order = _order(interactions, in_train, train_users, columns)
    which = {"random": "a random", "time": "the newest"}[order]
    usual = (min_rating, min_items, heldout_share) == (4, 5, 0.2)
    published = {"random": "strong-random-vae_cf", "time": "strong-time-svae"}[order]
    protocol = _protocol(
        interactions,
        f"strong generalisation, {order} fold-in",
        STRONG_METRICS,
        seed,
        published if usual else None,
        {
            "users": (
                f"{len(train_users):,} training, {len(val_users):,} validation, "
                f"{len(test_users):,} test; at least {min_items} positive items each"
            ),
            "items": f"{len(columns):,}: those that training users have",
            "interactions": f"{train.nnz:,} training",
            "positive": _positive_in_words(interactions, min_rating),
            "held out": (
                f"{which} {heldout_share:.0%} of the items of validation and test users"
            ),
            "masked": MASKED,
            "recall": RECALL,
            "ties": TIES,
        },
    )
    shares = _shares(train)

    def group(kind: type[Group], name: str, rows: np.ndarray) -> Group:
        theirs = rest & _are_among(users, rows, interactions.n_users)
        order = _order(interactions, theirs, rows, columns)
        parts = (name, protocol, rows, shown[rows], hidden[rows], shares)
        return _judging(kind(*parts, order=order), FEW_KNOWN)

    val = group(Validation, "val", val_users)
    test = group(Group, "test", test_users)
    table = interactions.item_table.iloc[columns].reset_index(drop=True)
    return Split(protocol, train, train_users, columns, table, test, val, train_order)


def weak_generalization(
    interactions: Interactions,
    min_rating: float | None = 4,
    min_items: int = 5,
    heldout_share: float = 0.2,
    val_share: float = 0.1,
    seed: int = 0,
) -> Split:
    """Hold out a part of what each user likes; the model is trained on the rest of it.

    All users who have enough positive items are training users. Of the n items of each,
    ``max(1, int(heldout_share * n))`` are held out at random for test, and of the items
    that are left, a part is found in the same way for validation. A model may keep
    something for each user, since it meets nobody new; that is also why its numbers say
    nothing about new users.

    If the data has timestamps, ``train_order`` and ``order`` say in which order a user
    met what `train` and the history hold, for models of sequences.

    Parameters
    ----------
    interactions : Interactions
        `Interactions.heldout`, if there is one, is not used.
    min_rating : float, optional
        Lowest rating that counts as positive. None, or data without ratings: every
        interaction is positive.
    min_items : int
        Users with fewer positive items are left out.
    heldout_share : float
        Between 0 and 1.
    val_share : float
        Share of the items that are left then; 0 for no validation group. The test items
        are the same whatever this share is.
    seed : int

    Returns
    -------
    Split
        Binary matrices. Row i of all of them is the same user; columns are the items
        that somebody here likes, some of which may have nobody left in `train`. The
        history of the test group holds the validation items, too.

    Raises
    ------
    ValueError
        If an argument is out of its range, no user has enough items, or nobody of a
        group has anything held out.

    Source
    ------
    Wu et al. (WSDM 2016) judge CDAE so, with validation by cross-validation, and with
    items filtered, too.
    """
    _check_data(interactions)
    _check_positive(min_items=min_items)
    _check_share("heldout_share", heldout_share)
    if val_share:
        _check_share("val_share", val_share)
    positive = _positive(interactions, min_rating)
    counts = np.bincount(interactions.users[positive], minlength=interactions.n_users)
    rows = np.flatnonzero(counts >= min_items)
    if not len(rows):
        raise ValueError(
            f"No user of {interactions.name} has at least {min_items} positive items: "
            "lower min_items or min_rating, or load a larger dataset."
        )
    kept = positive & _are_among(interactions.users, rows, interactions.n_users)
    columns = _occurring(interactions.items[kept], interactions.n_items)
    test_rows = _hold_out_items(interactions, kept, "random", heldout_share, seed)
    rest = kept & ~test_rows
    val_rows = np.zeros_like(rest)
    if val_share:
        val_rows = _hold_out_items(interactions, rest, "random", val_share, seed, 2)

    def matrix(which: np.ndarray) -> sparse.csr_array:
        return _binary(interactions, which)[rows][:, columns]

    train = matrix(rest & ~val_rows)
    protocol = _protocol(
        interactions,
        "weak generalisation",
        WEAK_METRICS,
        seed,
        None,
        {
            "users": f"{len(rows):,}, all of them in training; at least {min_items} "
            "positive items each",
            "items": f"{len(columns):,}",
            "interactions": f"{train.nnz:,} training",
            "positive": _positive_in_words(interactions, min_rating),
            "held out": f"a random {heldout_share:.0%} of each user's items for test"
            + (f", {val_share:.0%} of the others for validation" if val_share else ""),
            "masked": MASKED,
            "recall": RECALL,
            "ties": TIES,
        },
    )
    shares = _shares(train)

    def group(
        kind: type[Group], name: str, shown: np.ndarray, held: np.ndarray
    ) -> Group:
        order = _order(interactions, shown, rows, columns)
        parts = (name, protocol, rows, matrix(shown), matrix(held), shares)
        return _judging(kind(*parts, order=order), FEW_LEFT)

    val = group(Validation, "val", rest & ~val_rows, val_rows) if val_share else None
    test = group(Group, "test", rest, test_rows)
    table = interactions.item_table.iloc[columns].reset_index(drop=True)
    train_order = _order(interactions, rest & ~val_rows, rows, columns)
    return Split(protocol, train, rows, columns, table, test, val, train_order)


def published_holdout(
    interactions: Interactions, val_share: float = 0.1, seed: int = 0
) -> Split:
    """Rank what a published split holds out, among all items, for known users.

    ``gowalla`` brings such a split, as prepared for NGCF and LightGCN. Every
    interaction is positive. Published models were trained on all that the split leaves;
    to do the same, choose settings with a validation group, and then fit without one
    (``val_share=0``).

    Parameters
    ----------
    interactions : Interactions
        With `Interactions.heldout`.
    val_share : float
        Of a user's n training items, ``max(1, int(val_share * n))`` are held out at
        random for validation; 0 for no validation group. The test items are the same.
    seed : int
        Decides the validation items, and nothing else.

    Returns
    -------
    Split
        Binary matrices with all users as rows and all items as columns. The history of
        the test group holds the validation items, too.

    Raises
    ------
    ValueError
        If the data brings no held-out items, or an argument is out of its range.

    Source
    ------
    Wang et al. (SIGIR 2019), NGCF; He et al. (SIGIR 2020), LightGCN.
    """
    _check_data(interactions)
    given = interactions.heldout
    if given is None:
        raise ValueError(
            f"{interactions.name} brings no published split; use strong_generalization "
            "or weak_generalization."
        )
    rest = np.ones(len(interactions), dtype=bool)
    val_rows = np.zeros_like(rest)
    if val_share:
        _check_share("val_share", val_share)
        val_rows = _hold_out_items(interactions, rest, "random", val_share, seed)
    train = _binary(interactions, ~val_rows)
    users, items = (np.arange(n) for n in train.shape)
    protocol = _protocol(
        interactions,
        "published hold-out",
        PUBLISHED_METRICS,
        seed,
        "lightgcn-all" if interactions.name == "gowalla" else None,
        {
            "users": f"{train.shape[0]:,}, all of them in training",
            "items": f"{train.shape[1]:,}",
            "interactions": f"{train.nnz:,} training",
            "positive": "every interaction",
            "held out": f"what the published split holds out, {len(given.users):,}"
            + (f", and {val_share:.0%} of the others for validation" * bool(val_share)),
            "masked": MASKED,
            "recall": RECALL,
            "ties": TIES,
        },
    )
    shares, whole = _shares(train), _binary(interactions)

    def group(
        kind: type[Group], name: str, shown: sparse.csr_array, held: sparse.csr_array
    ) -> Group:
        return _judging(kind(name, protocol, users, shown, held, shares), FEW_LEFT)

    val = None
    if val_share:
        val = group(Validation, "val", train, _binary(interactions, val_rows))
    held = _pairs_matrix((given.users, given.items), train.shape)
    test = group(Group, "test", whole, held)
    return Split(protocol, train, users, items, interactions.item_table, test, val)


def leave_one_out(
    interactions: Interactions,
    candidates: Literal["given", "all"] | int = "given",
    validation: bool = False,
    seed: int = 0,
) -> Split:
    """Hold out one item of each user and rank it, among a few items or among all.

    If the dataset brings the test rows of a published split (``ncf-ml-1m``), these are
    held out. Otherwise it is the newest item of each user who has at least two; of
    equal timestamps, the later line of the file is newer. Every interaction is
    positive, whatever its rating.

    If the data has timestamps, ``train_order`` and ``order`` say in which order a user
    met what `train` and the history hold, for models of sequences.

    Ranking among few candidates gives much higher numbers than the full ranking, and
    can reverse the order of two models (Krichene and Rendle, KDD 2020).

    Parameters
    ----------
    interactions : Interactions
    candidates : {"given", "all"} or int
        "given": the published negatives. An int: that many negatives, drawn uniformly
        for each user from the items that the user does not have. "all": the whole
        catalogue.
    validation : bool
        Hold out one item more, the newest that is left, to choose hyper-parameters on.
        It is missing in `train`, but a test user's history contains it. With "given",
        its negatives are drawn, as many as are given for the test.
    seed : int
        Decides the drawn negatives, and nothing else.

    Returns
    -------
    Split
        Binary matrices; `train` has all users as rows and all items as columns. Row i
        of a group belongs to user ``group.users[i]``: ascending codes, or the order of
        the published rows. Its `candidates` have the held-out item in column 0, which
        gives nothing away: `evaluate` ranks by score and then by item code. A candidate
        that is listed twice counts once: 156 of the lists of ``ncf-ml-1m`` contain the
        held-out item among its own negatives, and to count it against itself costs a
        good model .003 in NDCG@10.

    Raises
    ------
    ValueError
        If there are no timestamps to find the newest item, no given negatives, more
        negatives asked for than a user has unseen items, nobody of whom an item could
        be held out, or a published split that holds out several items of one user.

    Source
    ------
    He et al. (WWW 2017), section 4.1; the validation item as in Rendle et al. (RecSys
    2020).
    """
    _check_data(interactions)
    n_negatives = _count_negatives(interactions, candidates)
    rest, test_pairs = _hold_out_test(interactions)
    in_train = rest
    if validation:
        in_train, val_pairs = _hold_out_newest(interactions, rest)
    train = _binary(interactions, in_train)
    shape = train.shape
    known = _binary(interactions) + _pairs_matrix(test_pairs, shape)
    draw = np.random.default_rng(seed)
    if candidates == "given":
        listed = np.column_stack([test_pairs[1], interactions.heldout.negatives])
    else:
        listed = _draw_candidates(draw, known, test_pairs, n_negatives)
    protocol = _protocol(
        interactions,
        f"leave-one-out, {_ranking_in_words(candidates, n_negatives)}",
        LEAVE_ONE_OUT_METRICS,
        seed,
        "ncf-loo-99" if candidates == "given" and not validation else None,
        {
            "users": f"{shape[0]:,}, of whom {len(test_pairs[0]):,} are tested",
            "items": f"{shape[1]:,}",
            "interactions": f"{train.nnz:,} training",
            "positive": "every interaction, whatever its rating",
            "held out": _heldout_in_words(interactions, validation),
            "ranked": _candidates_in_words(listed),
            "masked": MASKED,
            "ties": TIES,
        },
    )

    def group(
        kind: type[Group],
        name: str,
        shown: np.ndarray,
        pairs: Pairs,
        listed: np.ndarray | None,
    ) -> Group:
        users = pairs[0]
        history = _binary(interactions, shown)[users]
        heldout = _pairs_matrix((np.arange(len(users)), pairs[1]), history.shape)
        order = _order(interactions, shown, users)
        parts = (name, protocol, users, history, heldout, _shares(train), listed)
        return _judging(kind(*parts, order=order), "load a larger dataset")

    val = None
    if validation:
        drawn = _draw_candidates(draw, known, val_pairs, n_negatives)
        val = group(Validation, "val", in_train, val_pairs, drawn)
    test = group(Group, "test", rest, test_pairs, listed)
    users, items = (np.arange(n) for n in shape)
    train_order = _order(interactions, in_train, users)
    table = interactions.item_table
    return Split(protocol, train, users, items, table, test, val, train_order)


def rating_holdout(
    interactions: Interactions,
    test_share: float = 0.1,
    val_share: float = 0.1,
    seed: int = 0,
    order: Literal["random", "time"] = "random",
) -> Split:
    """Hold out ratings; the model sees the other ratings of the same users.

    Test ratings are in no history. Nor are validation ratings: they are there to choose
    hyper-parameters on, and ``train`` is the input of both groups.

    An item or a user without a training rating keeps its place in the matrices. What
    to predict there is the model's business: AutoRec's authors predict 3.

    Parameters
    ----------
    interactions : Interactions
        With ratings.
    test_share : float
        Share of all ratings, between 0 and 1.
    val_share : float
        Share of the ratings that are left then; 0 for no validation group. The test
        ratings are the same whatever this share is.
    seed : int
        Of a random order.
    order : {"random", "time"}
        By time, each user's newest ratings are test ratings, and the newest of the
        others validation ratings. Each share is rounded for each user; ratings of the
        same second stay in the order of the file.

    Returns
    -------
    Split
        Matrices of ratings; all users are rows and all items are columns.

    Raises
    ------
    ValueError
        If the data has no ratings (or, by time, no timestamps), an argument is out of
        its range, or a part is empty.

    Source
    ------
    Sedhain et al. (WWW 2015), section 3: 90/10 at random, and 10% of the training
    ratings for validation, five times.
    """
    _check_data(interactions)
    if interactions.ratings is None:
        raise ValueError(
            f"{interactions.name} has no ratings to predict; use strong_generalization "
            "or leave_one_out."
        )
    _check_share("test_share", test_share)
    if val_share:
        _check_share("val_share", val_share)
    _check_order(order)
    if order == "time":
        part = _deal_newest(interactions, test_share, val_share)
    else:
        part = _deal_ratings(len(interactions), test_share, val_share, seed)
    lowest, highest = interactions.ratings.min(), interactions.ratings.max()
    train = _ratings(interactions, part == "train")
    n_val, n_test = np.count_nonzero(part == "val"), np.count_nonzero(part == "test")
    protocol = _protocol(
        interactions,
        "rating holdout" if order == "random" else "rating holdout by time",
        RATING_METRICS,
        seed,
        "rating-holdout-90-10" if test_share == 0.1 and order == "random" else None,
        {
            "users": f"{train.shape[0]:,}",
            "items": f"{train.shape[1]:,}",
            "interactions": f"{train.nnz:,} training, {n_val:,} validation, "
            f"{n_test:,} test ratings, {lowest:g} to {highest:g}",
            "held out": f"{test_share:.0%} of {HELD_OUT_OF[order]}, then "
            f"{val_share:.0%} of the others for validation",
            "masked": "test and validation ratings are never input",
            "predictions": "moved into the range of the ratings",
            "error": "over all held-out ratings, each counting the same",
        },
    )
    users, items = (np.arange(n) for n in train.shape)
    shares = _shares(train)

    def group(kind: type[Group], name: str) -> Group:
        heldout = _ratings(interactions, part == name)
        scale = (float(lowest), float(highest))
        return kind(name, protocol, users, train, heldout, shares, rating_range=scale)

    val = group(Validation, "val") if val_share else None
    test, table = group(Group, "test"), interactions.item_table
    return Split(protocol, train, users, items, table, test, val)


# ---- choosing rows: masks over the interactions ----------------------------------


def _positive(interactions: Interactions, min_rating: float | None) -> np.ndarray:
    if min_rating is None or interactions.ratings is None:
        return np.ones(len(interactions), dtype=bool)
    return interactions.ratings >= min_rating


def _are_among(codes: np.ndarray, chosen: np.ndarray, n: int) -> np.ndarray:
    """Mark the codes, of n there are, that are among the chosen ones."""
    is_chosen = np.zeros(n, dtype=bool)
    is_chosen[chosen] = True
    return is_chosen[codes]


def _occurring(codes: np.ndarray, n: int) -> np.ndarray:
    """Return the codes, of n there are, that occur, each once and ascending."""
    return np.flatnonzero(np.bincount(codes, minlength=n)).astype(codes.dtype)


def _divide_users(
    interactions: Interactions,
    positive: np.ndarray,
    min_items: int,
    n_val: int,
    n_test: int,
    seed: int,
) -> list[np.ndarray]:
    """Return the codes of the training, validation and test users, ascending."""
    counts = np.bincount(interactions.users[positive], minlength=interactions.n_users)
    active = np.flatnonzero(counts >= min_items)
    largest = len(active) // 8
    if largest == 0:
        raise ValueError(
            f"{interactions.name} has {len(active)} users with at least {min_items} "
            "positive items, and 8 are needed to hold out an eighth: lower min_items "
            "or min_rating, or load a larger dataset."
        )
    n_val, n_test = min(n_val, largest), min(n_test, largest)
    shuffled = np.random.default_rng([seed, 0]).permutation(active)
    val, test, train = np.split(shuffled, [n_val, n_val + n_test])
    return [np.sort(train), np.sort(val), np.sort(test)]


def _hold_out_items(
    interactions: Interactions,
    known: np.ndarray,
    order: str,
    share: float,
    seed: int,
    stream: int = 1,
) -> np.ndarray:
    """Choose each user's held-out rows among the known ones; a mask over all rows.

    Another stream is another random choice; the users' one, which must not depend on
    `order`, is stream 0.
    """
    _check_order(order)
    if order == "random":
        keys = np.random.default_rng([seed, stream]).random(len(interactions))
    else:
        keys = _timestamps(interactions)
    counts = np.bincount(interactions.users[known], minlength=interactions.n_users)
    n_heldout = np.maximum(1, (share * counts).astype(int))
    n_heldout[counts < 2] = 0
    return _last_rows(interactions.users, keys, known, n_heldout)


def _hold_out_test(interactions: Interactions) -> tuple[np.ndarray, Pairs]:
    """Return the rows that are left, and the (users, items) that are tested."""
    given = interactions.heldout
    if given is None:
        return _hold_out_newest(interactions, np.ones(len(interactions), dtype=bool))
    if len(np.unique(given.users)) < len(given.users):
        raise ValueError(
            f"The published split of {interactions.name} holds out several items of a "
            "user, so it is no leave-one-out; use strong_generalization."
        )
    return np.ones(len(interactions), dtype=bool), (given.users, given.items)


def _hold_out_newest(
    interactions: Interactions, rows: np.ndarray
) -> tuple[np.ndarray, Pairs]:
    """Take the newest of these rows from each user who has at least two of them."""
    counts = np.bincount(interactions.users[rows], minlength=interactions.n_users)
    newest = _last_rows(
        interactions.users, _timestamps(interactions), rows, (counts >= 2).astype(int)
    )
    if not newest.any():
        raise ValueError(
            f"No user of {interactions.name} has two interactions left, so that none "
            "can be held out; load a larger dataset, or leave validation=True away."
        )
    lines = np.flatnonzero(newest)
    lines = lines[np.argsort(interactions.users[lines])]
    return rows & ~newest, (interactions.users[lines], interactions.items[lines])


def _order(
    interactions: Interactions,
    rows: np.ndarray,
    users: np.ndarray,
    columns: np.ndarray | slice = slice(None),
) -> sparse.csr_array | None:
    """Return the places in time of some users' rows; None if there are no times."""
    if interactions.timestamps is None:
        return None
    return _places(interactions, rows)[users][:, columns]


def _places(interactions: Interactions, rows: np.ndarray) -> sparse.csr_array:
    """Return users x items: at each of these rows, its place in its user's order."""
    rows, users = np.flatnonzero(rows), interactions.users
    # lexsort is stable: its last key sorts first, and the file breaks ties.
    rows = rows[np.lexsort((interactions.timestamps[rows], users[rows]))]
    ends = np.cumsum(np.bincount(users[rows], minlength=interactions.n_users))
    starts = np.concatenate([[0], ends[:-1]])[users[rows]]
    places = (1 + np.arange(len(rows)) - starts).astype(np.float32)
    shape = (interactions.n_users, interactions.n_items)
    cells = users[rows], interactions.items[rows]
    return sparse.coo_array((places, cells), shape=shape).tocsr()


def _last_rows(
    users: np.ndarray, keys: np.ndarray, rows: np.ndarray, n_last: np.ndarray
) -> np.ndarray:
    """Mark the n_last[u] rows of each user u with the largest keys, later rows first.

    Parameters
    ----------
    users, keys : arrays of shape (n_interactions,)
    rows : bool array of shape (n_interactions,)
        The rows to choose from.
    n_last : int array of shape (n_users,)

    Returns
    -------
    bool array of shape (n_interactions,)
    """
    rows = np.flatnonzero(rows)
    # lexsort is stable: its last key sorts first, and the file breaks ties.
    rows = rows[np.lexsort((keys[rows], users[rows]))]
    sorted_users = users[rows]
    ends = np.cumsum(np.bincount(sorted_users, minlength=len(n_last)))
    from_end = ends[sorted_users] - np.arange(len(rows))
    chosen = np.zeros(len(users), dtype=bool)
    chosen[rows[from_end <= n_last[sorted_users]]] = True
    return chosen


def _deal_newest(
    interactions: Interactions, test_share: float, val_share: float
) -> np.ndarray:
    """Say "train", "val" or "test" for each rating, by time within its user."""
    users, times = interactions.users, _timestamps(interactions)
    part = np.full(len(interactions), "train")
    for name, share in (("test", test_share), ("val", val_share)):
        left = part == "train"
        counts = np.bincount(users[left], minlength=interactions.n_users)
        n_last = np.round(share * counts).astype(int)
        part[_last_rows(users, times, left, n_last)] = name
        if share and not (part == name).any():
            raise ValueError(
                f"No user has enough ratings for a {name}_share of {share}; choose a "
                'larger share, or order="random".'
            )
    return part


def _deal_ratings(n: int, test_share: float, val_share: float, seed: int) -> np.ndarray:
    """Say "train", "val" or "test" for each of n ratings."""
    n_test = round(test_share * n)
    n_val = round(val_share * (n - n_test))
    if n_test == 0 or n_test + n_val == n or (val_share and n_val == 0):
        raise ValueError(
            f"{n} ratings are too few for test_share={test_share} and "
            f"val_share={val_share}: a part would be empty. Load a larger dataset."
        )
    part = np.full(n, "train")
    shuffled = np.random.default_rng(seed).permutation(n)
    part[shuffled[:n_test]] = "test"
    part[shuffled[n_test : n_test + n_val]] = "val"
    return part


# ---- from rows to matrices -------------------------------------------------------


def _binary(
    interactions: Interactions, rows: np.ndarray | slice = slice(None)
) -> sparse.csr_array:
    pairs = interactions.users[rows], interactions.items[rows]
    return _pairs_matrix(pairs, (interactions.n_users, interactions.n_items))


def _pairs_matrix(pairs: Pairs, shape: tuple[int, int]) -> sparse.csr_array:
    ones = np.ones(len(pairs[0]), dtype=np.float32)
    return sparse.coo_array((ones, pairs), shape=shape).tocsr()


def _ratings(interactions: Interactions, rows: np.ndarray) -> sparse.csr_array:
    values = interactions.ratings[rows].astype(np.float32)
    pairs = interactions.users[rows], interactions.items[rows]
    shape = (interactions.n_users, interactions.n_items)
    return sparse.coo_array((values, pairs), shape=shape).tocsr()


def _shares(train: sparse.csr_array) -> np.ndarray:
    """Return the share of training users who have each item."""
    return np.bincount(train.indices, minlength=train.shape[1]) / train.shape[0]


def _draw_candidates(
    rng: np.random.Generator, known: sparse.csr_array, pairs: Pairs, n_negatives: int
) -> np.ndarray | None:
    """Put n_negatives items that the user does not have behind each held-out item."""
    if n_negatives == 0:
        return None
    users, items = pairs
    listed = np.empty((len(users), 1 + n_negatives), dtype=items.dtype)
    listed[:, 0] = items
    for row, user in enumerate(users):
        unseen = np.ones(known.shape[1], dtype=bool)
        unseen[known.indices[known.indptr[user] : known.indptr[user + 1]]] = False
        unseen = np.flatnonzero(unseen)
        if len(unseen) < n_negatives:
            raise ValueError(
                f"User {user} has {len(unseen)} unseen items, not {n_negatives}: lower "
                'candidates, or rank all items with candidates="all".'
            )
        listed[row, 1:] = rng.choice(unseen, n_negatives, replace=False)
    return listed


# ---- the card --------------------------------------------------------------------


def _protocol(
    interactions: Interactions,
    name: str,
    metrics: tuple[str, ...],
    seed: int,
    published_as: str | None,
    details: dict[str, str],
) -> Protocol:
    about = (interactions.name, interactions.is_simulated)
    return Protocol(name, *about, seed, metrics, details, published_as)


def _positive_in_words(interactions: Interactions, min_rating: float | None) -> str:
    if interactions.ratings is None:
        return "every interaction (there are no ratings)"
    if min_rating is None:
        return "every interaction, whatever its rating"
    return f"a rating of at least {min_rating:g}"


def _ranking_in_words(candidates: str | int, n_negatives: int) -> str:
    if candidates == "all":
        return "full ranking"
    return f"{n_negatives} {'given' if candidates == 'given' else 'drawn'} negatives"


def _heldout_in_words(interactions: Interactions, validation: bool) -> str:
    given = interactions.heldout is not None
    test = "the published item" if given else "the newest item"
    more = "; for validation, the newest item that is left" if validation else ""
    return f"{test} of each user{more}"


def _candidates_in_words(listed: np.ndarray | None) -> str:
    if listed is None:
        return "against every item of the catalogue"
    words = f"against {listed.shape[1] - 1} items that the user does not have"
    ordered = np.sort(listed, axis=1)
    doubled = np.count_nonzero((ordered[:, 1:] == ordered[:, :-1]).any(axis=1))
    if doubled:
        words += f" ({doubled:,} lists name an item twice: it counts once)"
    return words


# ---- checks ----------------------------------------------------------------------


def _check_data(interactions: object) -> None:
    if not isinstance(interactions, Interactions):
        raise ValueError(
            f"A protocol splits Interactions, not a {type(interactions).__name__}; "
            "recnb.read_table makes them of a table of your own."
        )


def _timestamps(interactions: Interactions) -> np.ndarray:
    if interactions.timestamps is None:
        raise ValueError(
            f"{interactions.name} has no timestamps, so nobody knows which item is the "
            'newest; use strong_generalization with order="random".'
        )
    return interactions.timestamps


def _judging(group: Group, advice: str) -> Group:
    """Return the group if somebody there has something held out, or complain."""
    if group.heldout.nnz:
        return group
    raise ValueError(
        f"Nobody in the {group.name} group of {group.protocol.dataset} has anything "
        f"held out, so no model can be judged on it: {advice}."
    )


def _count_negatives(interactions: Interactions, candidates: str | int) -> int:
    """Return the negatives a user, 0 for the full ranking."""
    if candidates == "all":
        return 0
    if candidates == "given":
        given = interactions.heldout
        if given is None or given.negatives is None:
            raise ValueError(
                f"{interactions.name} brings no negatives; draw them with "
                'candidates=99, or rank all items with candidates="all".'
            )
        return given.negatives.shape[1]
    if isinstance(candidates, (int, np.integer)) and candidates >= 1:
        return int(candidates)
    raise ValueError(
        f'candidates must be "given", "all" or a whole number from 1 up, not '
        f"{candidates!r}."
    )


def _check_order(order: str) -> None:
    if order not in ("random", "time"):
        raise ValueError(f'order must be "random" or "time", not {order!r}.')


def _check_positive(**counts: int) -> None:
    for name, count in counts.items():
        if count < 1:
            raise ValueError(f"{name} must be at least 1, not {count}.")


def _check_share(name: str, share: float) -> None:
    if not 0 < share < 1:
        raise ValueError(f"{name} must be between 0 and 1, not {share}; try 0.1.")
