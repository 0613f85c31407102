"""What the cards of several protocols say in the same words."""

from __future__ import annotations

from recnb.data.interactions import Interactions
from recnb.evaluation.card import Protocol

RECALL = "recall@k is hits / n held out, min-recall@k is hits / min(k, n held out)"
TIES = "equal scores go to the lower item code"
MASKED = "what the history holds is never recommended"
#: How lists are judged that hold out several items of a user.
LISTS = {"masked": MASKED, "recall": RECALL, "ties": TIES}


def card(
    interactions: Interactions,
    name: str,
    metrics: tuple[str, ...],
    seed: int,
    published_as: str | None,
    details: dict[str, str],
) -> Protocol:
    """Return the card of a split of these data."""
    about = (interactions.name, interactions.is_simulated)
    return Protocol(name, *about, seed, metrics, details, published_as)


def positive_in_words(interactions: Interactions, min_rating: float | None) -> str:
    """Say what counts as positive."""
    if interactions.ratings is None:
        return "every interaction (there are no ratings)"
    if min_rating is None:
        return "every interaction, whatever its rating"
    return f"a rating of at least {min_rating:g}"
