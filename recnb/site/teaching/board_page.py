"""The page of drawings for the board, and the pictures on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from recnb.site.teaching import quotes
from recnb.site.teaching.sketches import SKETCHES
from recnb.site.teaching.texts import (
    Notebooks,
    figure,
    link,
    link_to_cell,
    of_lesson,
    page,
)


def board_page(notebooks: Notebooks) -> str:
    """Return the drawings in the order of the lessons."""
    return page(
        "board",
        "A drawing that grows under a hand is followed better than one that is shown. "
        "Each of these takes two or three minutes. Where the lesson's own figure is "
        "the one to draw, it stands here. The sentence under it says what it shows. "
        "What stands in brackets is what the room should find. Where a plan sends a "
        "derivation to the board, its lines stand here, too.",
        *(part for each in _in_order(notebooks) for part in _drawing(notebooks, each)),
    )


def _in_order(notebooks: Notebooks) -> Iterator[Mapping]:
    """Yield all drawings in the order of the lessons."""
    for label in notebooks:
        yield from of_lesson("board", label)


def _drawing(notebooks: Notebooks, drawing: Mapping) -> Iterator[str]:
    label = drawing["lesson"]
    yield f"## {drawing['title']}\n\n*For {link(label)}.*"
    if "sketch" in drawing:
        yield figure(f"{drawing['sketch']}.svg", drawing["sentence"])
        if "why" in drawing:
            yield drawing["why"]
    elif "cell" in drawing:
        cell = drawing["cell"]
        _, sentence = quotes.figure(notebooks[label], cell)
        yield figure(f"board-{cell}.png", sentence)
        yield f"The figure of {link_to_cell(notebooks, label, cell)}. {drawing['why']}"
    order = drawing["lines"] if "lines" in drawing else drawing["steps"]
    yield "\n".join(f"{n}. {step}" for n, step in enumerate(order, 1))


def board_pictures(notebooks: Notebooks) -> Iterator[tuple[str, bytes]]:
    """Yield the files of the drawings: sketches, and figures of the lessons."""
    for drawing in _in_order(notebooks):
        if "sketch" in drawing:
            svg = SKETCHES[drawing["sketch"]]().svg(drawing["title"])
            yield f"{drawing['sketch']}.svg", svg.encode()
        elif "cell" in drawing:
            cell = drawing["cell"]
            png, _ = quotes.figure(notebooks[drawing["lesson"]], cell)
            yield f"board-{cell}.png", png
