"""A lesson as a lecture: the rows of its plan, and the sections that they name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from nbformat import NotebookNode

HEADING = re.compile(r"^## (?P<title>.+?)(?: \(\d+ minutes?\))?$", re.M)
NUMBER = re.compile(r"(?P<number>\d+)\. .+")
LINK = re.compile(r"\[[^\]]*\]\([^)]*\)")
NUMBERS = re.compile(r"(\d+)(?: to (\d+))?")


@dataclass(frozen=True)
class Row:
    """One row of a plan.

    Parameters
    ----------
    minutes : str
        Such as ``"10 to 18"``.
    where : str
        Such as ``"sections 1 to 3"``, or a link to another lesson.
    what : str
        What is said and done, in Markdown.
    """

    minutes: str
    where: str
    what: str

    @property
    def sections(self) -> list[int]:
        """The numbers of the sections that `where` names; those of links are none."""
        found = NUMBERS.findall(LINK.sub("", self.where))
        return [
            number
            for first, last in found
            for number in range(int(first), int(last or first) + 1)
        ]


@dataclass
class Section:
    """A section: its title, such as "3. The net", and its text and code in order."""

    title: str
    pieces: list[str | NotebookNode] = field(default_factory=list)


def rows(plan: str) -> list[Row]:
    """Return the rows of a plan's table, without its head."""
    lines = [line for line in plan.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("| ").split("|")] for line in lines]
    return [Row(*row) for row in cells[2:]]


def sections(notebook: NotebookNode) -> dict[int, Section]:
    """Return a lesson's sections by their number; a section may begin inside a cell."""
    found: dict[int, Section] = {}
    current = Section("")  # what stands before the first, or has no number
    for cell in notebook.cells:
        if cell.cell_type == "code":
            current.pieces.append(cell)
            continue
        before, *parts = HEADING.split(cell.source)
        current.pieces.append(before)
        for title, text in zip(parts[::2], parts[1::2], strict=True):
            current = Section(title)
            if numbered := NUMBER.fullmatch(title):
                found[int(numbered["number"])] = current
            current.pieces.append(text)
    return found
