"""The minutes of a lesson, as its headings say them: sections, exercises, quiz."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from nbformat import NotebookNode

SECTION = re.compile(r"^## (\d+)\. (.+?) \((\d+) minutes?\)$", re.M)
ALL_EXERCISES = re.compile(r"^## Exercises \((\d+) minutes\)$", re.M)
EXERCISE = re.compile(
    r"^### Exercise (\d+) \((warm-up|core|stretch)(?:, (\d+) minutes)?\): (.+)$", re.M
)
QUIZ = re.compile(r"^## Quiz \((\d+) minutes\)$", re.M)


@dataclass(frozen=True)
class Section:
    """A section with a number: its title, and the minutes that reading it takes."""

    number: int
    title: str
    minutes: int


@dataclass(frozen=True)
class Exercise:
    """An exercise: warm-up, core or stretch, and its minutes."""

    number: int
    kind: str
    title: str
    minutes: int


@dataclass(frozen=True)
class Times:
    """What a lesson consists of, with its minutes."""

    sections: dict[int, Section]
    exercises: dict[int, Exercise]
    quiz: int


def times(notebook: NotebookNode) -> Times:
    """Return a lesson's minutes.

    Where the exercises have no minutes of their own, each gets an equal share of those
    of all, rounded up.
    """
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    text = "\n\n".join(cells)
    sections = {
        int(number): Section(int(number), title, int(minutes))
        for number, title, minutes in SECTION.findall(text)
    }
    found = EXERCISE.findall(text)
    share = math.ceil(int(ALL_EXERCISES.search(text)[1]) / len(found))
    exercises = {
        int(number): Exercise(int(number), kind, title, int(minutes or share))
        for number, kind, minutes, title in found
    }
    return Times(sections, exercises, int(QUIZ.search(text)[1]))
