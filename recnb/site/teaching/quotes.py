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
from recnb.site.lessons import PICTURE

SLOT = re.compile(r"<<(\w+)>>")
HEADING = re.compile(r"^## (.+)$", re.M)


def cell(notebook: NotebookNode, identity: str) -> NotebookNode:
    """Return the cell with this id.

    Raises
    ------
    SiteError
        If there is none.
    """
    for each in notebook.cells:
        if each.get("id") == identity:
            return each
    raise SiteError(f"docs/lecturers names the cell {identity}, which is not there")


def said(notebook: NotebookNode, cells: Sequence[str]) -> str:
    """Return what code cells have put out as text, on one line."""
    parts = []
    for identity in cells:
        for output in cell(notebook, identity).get("outputs", ()):
            data = output.get("data", {})
            parts.append(output.get("text", "") or data.get("text/plain", ""))
    return " ".join(" ".join(parts).split())


def numbers(notebook: NotebookNode, cells: Sequence[str], pattern: str) -> dict:
    """Return the groups of `pattern` in the cells' outputs, by their number.

    Raises
    ------
    SiteError
        If the pattern does not fit.
    """
    if not pattern:
        return {}
    found = re.search(pattern, said(notebook, cells))
    if not found:
        raise SiteError(
            f"docs/lecturers looks for {pattern!r} in the outputs of "
            f"{', '.join(cells)}, which say: {said(notebook, cells)[:400]}"
        )
    return {str(place): group for place, group in enumerate(found.groups())}


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its slots filled; a minus in front of a number is one.

    Raises
    ------
    SiteError
        If a slot has no value, or a value no slot.
    """
    slots = set(SLOT.findall(text))
    if slots != set(values):
        raise SiteError(f"slots {sorted(slots)}, values {sorted(values)}: {text[:80]}")
    return SLOT.sub(lambda slot: re.sub(r"^-(?=[\d.])", "−", values[slot[1]]), text)


def section_of(notebook: NotebookNode, identity: str) -> tuple[str, str]:
    """Return title and anchor of the section in which a cell stands."""
    title = ""
    for each in notebook.cells:
        found = HEADING.findall(each.source) if each.cell_type == "markdown" else []
        title = found[-1] if found else title
        if each.get("id") == identity:
            return title, anchor(title)
    raise SiteError(f"docs/lecturers names the cell {identity}, which is not there")


def anchor(title: str) -> str:
    """Return a heading's anchor, as MyST makes it."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def picture(notebook: NotebookNode, identity: str) -> bytes:
    """Return the first figure of a cell as PNG.

    Raises
    ------
    SiteError
        If the cell has none.
    """
    for output in cell(notebook, identity).get("outputs", ()):
        if PICTURE in output.get("data", {}):
            return b64decode(output.data[PICTURE])
    raise SiteError(f"docs/lecturers names the cell {identity}, which has no figure")
