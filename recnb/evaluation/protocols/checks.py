"""Whether a protocol can split what it is handed, and judge on what comes out."""

from __future__ import annotations

from recnb.data.interactions import Interactions
from recnb.evaluation.group import Group

#: What helps where nobody has anything held out.
FEW_LEFT = (
    "its users have fewer than two items left to choose from; lower min_rating or "
    "raise min_items, do without validation (val_share=0), or load a larger dataset"
)


def check_data(interactions: object) -> None:
    """Check that these are interactions, or say what makes them."""
    if not isinstance(interactions, Interactions):
        raise ValueError(
            f"A protocol splits Interactions, not a {type(interactions).__name__}; "
            "recnb.read_table makes them of a table of your own."
        )


def check_order(order: str) -> None:
    """Check in which order items are held out."""
    if order not in ("random", "time"):
        raise ValueError(f'order must be "random" or "time", not {order!r}.')


def check_positive(**counts: int) -> None:
    """Check numbers that must be at least 1, by their names."""
    for name, count in counts.items():
        if count < 1:
            raise ValueError(f"{name} must be at least 1, not {count}.")


def check_share(name: str, share: float) -> None:
    """Check a share of which something has to be left."""
    if not 0 < share < 1:
        raise ValueError(f"{name} must be between 0 and 1, not {share}; try 0.1.")


def judging(group: Group, advice: str) -> Group:
    """Return the group if somebody there has something held out, or complain."""
    if group.heldout.nnz:
        return group
    raise ValueError(
        f"Nobody in the {group.name} group of {group.protocol.dataset} has anything "
        f"held out, so no model can be judged on it: {advice}."
    )
