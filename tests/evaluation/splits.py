"""A split of every protocol, and what a matrix or the data hold as pairs of codes."""

import dataclasses

from recnb.data import HeldOut
from recnb.evaluation import (
    leave_one_out,
    published_holdout,
    rating_holdout,
    strong_generalization,
    weak_generalization,
)


def pairs(matrix, users, items):
    """Return the (user code, item code) pairs that a matrix stores."""
    matrix = matrix.tocoo()
    return set(zip(users[matrix.row], items[matrix.col], strict=True))


def everything(interactions, min_rating=0):
    rows = interactions.ratings >= min_rating
    users, items = interactions.users[rows], interactions.items[rows]
    return set(zip(users, items, strict=True))


def strong(world, **changes):
    """Split a small world; three liked items are enough."""
    return strong_generalization(world, **{"min_items": 3, **changes})


def of_every_protocol(world):
    """Yield a split of every protocol, each with a validation group."""
    yield strong(world)
    yield weak_generalization(world)
    yield leave_one_out(world, candidates=5, validation=True)
    yield published_holdout(dataclasses.replace(world, heldout=HeldOut([0], [0])))
    yield rating_holdout(world)
