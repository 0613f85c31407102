"""The page of drawings for the board, and the pictures on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from recnb.site.teaching import quotes
from recnb.site.teaching.sketches import SKETCHES
from recnb.site.teaching.texts import (
    Notebooks,
    entries,
    figure,
    link,
    link_to_cell,
    page,
)


def board_page(notebooks: Notebooks) -> str:
    """Return the drawings in the order of the lessons."""
    return page(
        "board",
        "A drawing that grows under a hand is followed better than one that is shown. "
        "Each of these takes two or three minutes. Where the lesson's own figure is "
        "the one to draw, it stands here. The sentence under it says what it shows.",
        *(part for each in entries("board") for part in _drawing(notebooks, each)),
    )


def _drawing(notebooks: Notebooks, drawing: Mapping) -> Iterator[str]:
    label = drawing["lesson"]
    yield f"## {drawing['title']}\n\n*For {link(label)}.*"
    if "sketch" in drawing:
        yield figure(f"{drawing['sketch']}.svg", drawing["sentence"])
        yield "\n".join(f"{n}. {step}" for n, step in enumerate(drawing["steps"], 1))
    else:
        cell = drawing["cell"]
        _, sentence = quotes.figure(notebooks[label], cell)
        yield figure(f"board-{cell}.png", sentence)
        yield f"The figure of {link_to_cell(notebooks, label, cell)}. {drawing['why']}"


def board_pictures(notebooks: Notebooks) -> Iterator[tuple[str, bytes]]:
    """Yield the files of the drawings: sketches, and figures of the lessons."""
    for drawing in entries("board"):
        if "sketch" in drawing:
            svg = SKETCHES[drawing["sketch"]]().svg(drawing["title"])
            yield f"{drawing['sketch']}.svg", svg.encode()
        else:
            cell = drawing["cell"]
            png, _ = quotes.figure(notebooks[drawing["lesson"]], cell)
            yield f"board-{cell}.png", png
