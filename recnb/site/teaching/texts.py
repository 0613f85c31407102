"""The texts in ``docs/lecturers``, and the phrases that all pages are made of."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache

from nbformat import NotebookNode

from recnb.lesson.syllabus import find_lesson
from recnb.site.lessons import escaped
from recnb.site.teaching import quotes
from recnb.workshop.notebooks import ROOT

SOURCES = ROOT / "docs" / "lecturers"
#: A page's file -> its title.
TITLES = {
    "classes": "Classes of 90 minutes",
    "courses": "A course of two days, and one of a semester",
    "board": "Drawings for the board",
    "misconceptions": "Misconceptions, and what refutes them",
    "discussion": "Questions for discussion",
    "exam": "Exam questions",
    "exam_answers": "Exam questions, answered",
}

NUMBERED = re.compile(r"\b((?:section|exercise)s?) (?=\d)")
#: Lessons with their outputs, by their label.
Notebooks = Mapping[str, NotebookNode]


@cache
def entries(name: str) -> list[dict]:
    """Return the entries of a text, such as questions, in their order."""
    (found,) = source(name).values()
    return found


@cache
def source(name: str) -> dict:
    """Return a text as it stands in its file."""
    return tomllib.loads((SOURCES / f"{name}.toml").read_text("utf-8"))


def of_lesson(name: str, label: str) -> list[dict]:
    """Return a text's entries for a lesson."""
    return [each for each in entries(name) if each["lesson"] == label]


def asked_anew(label: str) -> dict[str, str]:
    """Return what votes of a lesson ask, by a guess's name, in words that stand alone.

    Here are those whose own words lean on the cells before them.
    """
    written = [each for each in entries("classes") if each["label"] == label]
    return written[0].get("asked", {}) if written else {}


def heading(label: str) -> str:
    """Return a lesson's number and title."""
    return f"{label} {find_lesson(label).title}"


def link(label: str) -> str:
    """Return a link to a lesson, with its number and title."""
    return f"[{heading(label)}](../../notebooks/{find_lesson(label).stem}.ipynb)"


def link_to_cell(notebooks: Notebooks, label: str, cell: str) -> str:
    """Return a link to the section of a lesson in which a cell stands."""
    title, anchor = quotes.section_of(notebooks[label], cell)
    number = title.partition(". ")[0]
    words = (
        unbroken(f"section {number}") if number.isdigit() else title.partition(" (")[0]
    )
    return f"[{words}](../../notebooks/{find_lesson(label).stem}.ipynb#{anchor})"


def unbroken(text: str) -> str:
    """Return text in which no line ends between "section" and its number."""
    return NUMBERED.sub("\\1\N{NO-BREAK SPACE}", text)


def figure(file: str, words: str) -> str:
    """Return a figure; its words are alternative text and caption."""
    alt = f":alt: {' '.join(words.split())}"
    return "\n".join(["```{figure} " + file, alt, "", escaped(words), "```"])


def page(name: str, *parts: str) -> str:
    """Return a page of its title and its parts."""
    return "\n\n".join([f"# {TITLES[name]}", *parts]) + "\n"


def listed(lines: Sequence[str]) -> str:
    """Return lines as a list."""
    return "\n".join(f"- {line}" for line in lines)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return rows of cells as a table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
