"""Numbers and pictures taken from a notebook's outputs, so that none is typed.

A text has ``<<0>>``, ``<<1>>``, ... where a number belongs; a pattern says where in the
outputs of which cells it stands. If an output changes so that the pattern fits no
longer, the site is not built.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Mapping, Sequence

from nbformat import NotebookNode

from recnb.site.errors import SiteError
from recnb.site.lessons import PICTURE, sentence_of

SLOT = re.compile(r"<<(\w+)>>")
HEADING = re.compile(r"^## (.+)$", re.M)


def find(notebook: NotebookNode, cell: str) -> NotebookNode:
    """Return the cell with this id.

    Raises
    ------
    SiteError
        If there is none.
    """
    for each in notebook.cells:
        if each.get("id") == cell:
            return each
    raise SiteError(f"docs/lecturers names the cell {cell}, which is not there")


def said(notebook: NotebookNode, cells: Sequence[str]) -> str:
    """Return what code cells have put out as text, on one line."""
    parts = []
    for cell in cells:
        for output in find(notebook, cell).get("outputs", ()):
            data = output.get("data", {})
            parts.append(output.get("text", "") or data.get("text/plain", ""))
    return " ".join(" ".join(parts).split())


def numbers(
    notebook: NotebookNode, cells: Sequence[str], pattern: str
) -> dict[str, str]:
    """Return the groups of `pattern` in the cells' outputs, by their number from 0 on.

    Raises
    ------
    SiteError
        If the pattern does not fit.
    """
    if not pattern:
        return {}
    text = said(notebook, cells)
    found = re.search(pattern, text)
    if not found:
        raise SiteError(
            f"docs/lecturers looks for {pattern!r} in the outputs of "
            f"{', '.join(cells)}, which say: {text[:400]}"
        )
    return {str(place): group for place, group in enumerate(found.groups())}


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its slots filled; a hyphen before a number becomes a minus.

    Raises
    ------
    SiteError
        If a slot has no value, or a value no slot.
    """
    slots = set(SLOT.findall(text))
    if slots != set(values):
        raise SiteError(
            f"docs/lecturers has slots {sorted(slots)} for the values "
            f"{sorted(values)}: {text[:80]}"
        )
    return SLOT.sub(lambda slot: re.sub(r"^-(?=[\d.])", "−", values[slot[1]]), text)


def section_of(notebook: NotebookNode, cell: str) -> tuple[str, str]:
    """Return title and anchor of the section in which a cell stands.

    Raises
    ------
    SiteError
        If there is no such cell.
    """
    wanted = find(notebook, cell)
    title = ""
    for each in notebook.cells:
        if each.cell_type == "markdown":
            title = [title, *HEADING.findall(each.source)][-1]
        if each is wanted:
            break
    return title, anchor(title)


def anchor(title: str) -> str:
    """Return a heading's anchor, as MyST makes it."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def figure(notebook: NotebookNode, cell: str) -> tuple[bytes, str]:
    """Return the first figure of a cell as PNG, and its sentence.

    Raises
    ------
    SiteError
        If the cell has none, or the figure has no sentence.
    """
    for output in find(notebook, cell).get("outputs", ()):
        if PICTURE in output.get("data", {}):
            sentence = sentence_of(output, f"cell {cell}")
            return b64decode(output.data[PICTURE]), " ".join(sentence.split())
    raise SiteError(f"docs/lecturers names the cell {cell}, which has no figure")
