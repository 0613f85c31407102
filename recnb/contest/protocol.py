"""From interactions of any field to a split, and the words for what was decided."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recnb.data.interactions import Interactions
from recnb.evaluation import Split, strong_generalization
from recnb.ground.machine import available_memory

MIN_ITEMS = 5
#: Fewer users of `MIN_ITEMS` likes are no contest: an eighth of them would judge.
LEAST_USERS = 40
#: A model of items x items has so many items at most; its fit holds some copies of
#: them, together so many bytes a cell.
MOST_ITEMS = 15_000
BYTES_A_CELL = 32
STARS, LIKED_STARS = 5, 4
#: Whole numbers are counts if the largest is so many times the median.
LONG_TAIL = 10


@dataclass(frozen=True)
class Plan:
    """What a contest is held on.

    Parameters
    ----------
    split : Split
    why : dict of str
        What was read, what was decided about it, and why; in the order of the card.
    left_out : str
        Items, and what that loses; empty if all have room.
    """

    split: Split
    why: dict[str, str]
    left_out: str = ""


def most_items() -> int:
    """Return how many items a dense model may have on this machine, as it is now."""
    return min(MOST_ITEMS, int(np.sqrt(available_memory() / BYTES_A_CELL)))


def plan(interactions: Interactions, seed: int = 0, most: int = MOST_ITEMS) -> Plan:
    """Decide what a like is and which items stay, and hold out users.

    Parameters
    ----------
    interactions : Interactions
    seed : int
        Of the split.
    most : int
        Number of items that may stay.

    Returns
    -------
    Plan

    Raises
    ------
    ValueError
        If too few users have enough likes; the message says how many there are.
    """
    least, like = likes(interactions.ratings)
    kept, left_out = with_fewer_items(interactions, most)
    _check_users(kept, least, like)
    split = strong_generalization(
        kept, min_rating=least, min_items=MIN_ITEMS, seed=seed
    )
    why = {
        "read from": interactions.source,
        "read": (
            f"{interactions.n_users:,} users, {interactions.n_items:,} items, "
            f"{len(interactions):,} interactions"
        ),
        "a like": like,
        "why this protocol": (
            "strong generalisation: models learn from some users' likes and are judged "
            "by other users. Of these they are shown four fifths of the likes, chosen "
            "at random, and have to find the rest. It asks for no times, and it is "
            "what a visitor meets whom the models were not trained on."
        ),
    }
    return Plan(split, why, left_out)


def likes(ratings: np.ndarray | None) -> tuple[float | None, str]:
    """Return the lowest rating that is a like, None for any, and why, in words.

    Parameters
    ----------
    ratings : float array, or None
    """
    if ratings is None:
        return None, "every interaction, since there are no ratings"
    low, high, middle = ratings.min(), ratings.max(), np.median(ratings)
    scale = f"the ratings go from {low:g} to {high:g}"
    if low == high:
        return None, f"every interaction, since all ratings are {low:g}"
    if low >= 0 and high == STARS and np.all(2 * ratings % 1 == 0):
        return LIKED_STARS, f"a rating of {LIKED_STARS} or more, since {scale}"
    if np.all(ratings % 1 == 0) and high >= LONG_TAIL * max(middle, 1):
        return 1, (
            f"every count from 1 up, since {scale} in whole numbers and half of them "
            f"are {middle:g} or less: counts, not opinions"
        )
    least = middle if middle > low else ratings[ratings > low].min()
    return float(least), (
        f"a rating of {least:g} or more, since {scale} and half of them are "
        f"{middle:g} or less"
    )


def with_fewer_items(interactions: Interactions, most: int) -> tuple[Interactions, str]:
    """Leave out the items with the fewest users until at most so many are left.

    Returns
    -------
    Interactions, str
        The second says what that loses; empty if nothing is left out.

    Raises
    ------
    ValueError
        If so many items have equally many users that none would be left.
    """
    if interactions.n_items <= most:
        return interactions, ""
    counts = np.bincount(interactions.items, minlength=interactions.n_items)
    min_users = int(np.sort(counts)[-most - 1]) + 1
    kept = interactions.keep_items(min_users)
    lost = 1 - len(kept) / len(interactions)
    return kept, (
        f"{interactions.n_items - kept.n_items:,} of {interactions.n_items:,} items, "
        f"which fewer than {min_users} users have, and with them {lost:.1%} of the "
        f"interactions: a model of items × items has room for {most:,} items here"
    )


def _check_users(interactions: Interactions, least: float | None, like: str) -> None:
    """Refuse data with too few users to judge anything by.

    Raises
    ------
    ValueError
    """
    is_like = np.ones(len(interactions), dtype=bool)
    if least is not None:
        is_like = interactions.ratings >= least
    counts = np.bincount(interactions.users[is_like], minlength=interactions.n_users)
    n_users = np.count_nonzero(counts >= MIN_ITEMS)
    if n_users < LEAST_USERS:
        raise ValueError(
            f"{interactions.name}: {n_users:,} of {interactions.n_users:,} users have "
            f"at least {MIN_ITEMS} likes, and a contest needs {LEAST_USERS}, of whom "
            f"an eighth judges the models. A like is {like}. Bring more users; if "
            "it is likes that lack, hand over the table without its ratings, so that "
            "every interaction counts."
        )
