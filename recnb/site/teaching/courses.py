"""What a class leaves of a lesson as homework, and the time of day of a block."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from nbformat import NotebookNode

from recnb.site.teaching.classes import Step
from recnb.site.teaching.times import Exercise, Section, Times, times


@dataclass(frozen=True)
class Homework:
    """What is left of a lesson: to read, to do, and the minutes of its quiz or 0."""

    sections: tuple[Section, ...]
    exercises: tuple[Exercise, ...]
    quiz: int

    @property
    def minutes(self) -> int:
        """How long it takes, by the lesson's own minutes."""
        parts = (*self.sections, *self.exercises)
        return sum(part.minutes for part in parts) + self.quiz


def homework(notebook: NotebookNode, steps: Sequence[Step] = ()) -> Homework:
    """Return what the steps of a class leave of a lesson; all of it without steps.

    A section that has half of its minutes in class, or less, is left to be read.
    """
    whole = times(notebook)
    given = in_class(whole, steps)
    done = {step.exercise for step in steps}
    return Homework(
        tuple(
            each
            for each in whole.sections.values()
            if 2 * given[each.number] <= each.minutes
        ),
        tuple(each for each in whole.exercises.values() if each.number not in done),
        0 if any(step.quiz for step in steps) else whole.quiz,
    )


def in_class(whole: Times, steps: Sequence[Step]) -> dict[int, Fraction]:
    """Return the minutes that each section has in class.

    Where a step has several sections, they share it in proportion to their minutes.
    """
    given: dict[int, Fraction] = defaultdict(Fraction)
    for step in steps:
        sections = [whole.sections[n] for n in step.sections if n in whole.sections]
        together = sum(section.minutes for section in sections)
        for section in sections:
            given[section.number] += Fraction(step.minutes * section.minutes, together)
    return given


def in_words(left: Homework) -> str:
    """Return homework as a phrase, such as "sections 8, 9; exercise 4; quiz"."""
    parts = [
        _numbered("section", [each.number for each in left.sections]),
        _numbered("exercise", [each.number for each in left.exercises]),
        "quiz" if left.quiz else "",
    ]
    return "; ".join(filter(None, parts)) or "nothing"


def _numbered(word: str, numbers: Sequence[int]) -> str:
    plural = "s" if len(numbers) > 1 else ""
    return f"{word}{plural} {', '.join(map(str, numbers))}" if numbers else ""


def clock(start: str, minutes: int) -> str:
    """Return the time of day so many minutes after `start`, such as "9:05"."""
    hours, rest = map(int, start.split(":"))
    hours, rest = divmod(60 * hours + rest + minutes, 60)
    return f"{hours}:{rest:02}"
