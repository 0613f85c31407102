"""Code cells, by number and first line, so that a reader of a table finds them."""

from __future__ import annotations

from nbformat import NotebookNode

WIDTH = 44


def numbers_of_cells(notebook: NotebookNode) -> dict[int, int]:
    """Return, of each place of a code cell in a notebook, the number nbval gives it."""
    cells = enumerate(notebook.cells)
    places = [place for place, cell in cells if cell.cell_type == "code"]
    return {place: number for number, place in enumerate(places)}


def first_line(source: str) -> str:
    """Return the first line of a cell, cut to `WIDTH` characters."""
    line = source.strip().partition("\n")[0]
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…"
