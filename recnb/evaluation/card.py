"""`Protocol`: the card that says under which conditions a number was measured."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape


@dataclass(frozen=True, repr=False)
class Protocol:
    """The conditions under which a number was measured; printed as a card.

    Two results may stand in one table only if their protocols are equal.

    Parameters
    ----------
    name : str
        For example ``"leave-one-out"``.
    dataset : str
        Name of the `Interactions`.
    is_simulated : bool
        True if no real person stands behind the data; the card says so.
    seed : int
    metrics : tuple of str
        What `evaluate` reports unless told otherwise, for example ``"NDCG@100"``.
    details : dict of str
        Everything else that decides the number, in words, in the card's order.
    published_as : str, optional
        The protocol in `published` figures that this one follows, if there is one.
    """

    name: str
    dataset: str
    is_simulated: bool
    seed: int
    metrics: tuple[str, ...]
    details: dict[str, str] = field(default_factory=dict)
    published_as: str | None = None

    @property
    def summary(self) -> str:
        """One line for the title of a figure or a table."""
        simulated = " (simulated)" if self.is_simulated else ""
        return f"{self.dataset}{simulated}, {self.name}, seed {self.seed}"

    def facts(self) -> dict[str, str]:
        """Return the lines of the card, label -> text."""
        simulated = " (simulated: no real person stands behind it)"
        return {
            "protocol": self.name,
            "dataset": self.dataset + (simulated if self.is_simulated else ""),
            **self.details,
            "seed": str(self.seed),
        }

    def __repr__(self) -> str:
        facts = self.facts()
        width = max(len(label) for label in facts)
        return "\n".join(f"{label:<{width}}  {text}" for label, text in facts.items())

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th style='text-align:left'>{escape(label)}</th>"
            f"<td style='text-align:left'>{escape(text)}</td></tr>"
            for label, text in self.facts().items()
        )
        return f"<table>{rows}</table>"
