"""Leave-one-out: known users; hold out the newest item of each."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy import sparse

from recnb.data.interactions import Interactions
from recnb.evaluation.group import Group
from recnb.evaluation.protocols.cards import MASKED, TIES, card
from recnb.evaluation.protocols.checks import check_data, judging
from recnb.evaluation.protocols.matrices import (
    Pairs,
    binary,
    pairs_matrix,
    places_in_time,
    shares_of,
)
from recnb.evaluation.protocols.rows import last_rows, timestamps
from recnb.evaluation.split import Split
from recnb.evaluation.validation import Validation

LEAVE_ONE_OUT_METRICS = ("HR@10", "NDCG@10", "MRR@10")


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
    check_data(interactions)
    n_negatives = _count_negatives(interactions, candidates)
    rest, test_pairs = _hold_out_test(interactions)
    in_train = rest
    if validation:
        in_train, val_pairs = _hold_out_newest(interactions, rest)
    train = binary(interactions, in_train)
    shape = train.shape
    known = binary(interactions) + pairs_matrix(test_pairs, shape)
    draw = np.random.default_rng(seed)
    if candidates == "given":
        listed = np.column_stack([test_pairs[1], interactions.heldout.negatives])
    else:
        listed = _draw_candidates(draw, known, test_pairs, n_negatives)
    protocol = card(
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
        history = binary(interactions, shown)[users]
        heldout = pairs_matrix((np.arange(len(users)), pairs[1]), history.shape)
        order = places_in_time(interactions, shown, users)
        parts = (name, protocol, users, history, heldout, shares_of(train), listed)
        return judging(kind(*parts, order=order), "load a larger dataset")

    val = None
    if validation:
        drawn = _draw_candidates(draw, known, val_pairs, n_negatives)
        val = group(Validation, "val", in_train, val_pairs, drawn)
    test = group(Group, "test", rest, test_pairs, listed)
    users, items = (np.arange(n) for n in shape)
    train_order = places_in_time(interactions, in_train, users)
    table = interactions.item_table
    return Split(protocol, train, users, items, table, test, val, train_order)


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
    newest = last_rows(
        interactions.users, timestamps(interactions), rows, (counts >= 2).astype(int)
    )
    if not newest.any():
        raise ValueError(
            f"No user of {interactions.name} has two interactions left, so that none "
            "can be held out; load a larger dataset, or leave validation=True away."
        )
    lines = np.flatnonzero(newest)
    lines = lines[np.argsort(interactions.users[lines])]
    return rows & ~newest, (interactions.users[lines], interactions.items[lines])


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
