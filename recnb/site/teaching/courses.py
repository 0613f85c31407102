"""What a class leaves of a lesson as homework, and the time of day of a block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from recnb.site.teaching.classes import Step
from recnb.site.teaching.times import Exercise, Section, times


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
    """Return what the steps of a class leave of a lesson; all of it without steps."""
    whole = times(notebook)
    seen = {number for step in steps for number in step.sections}
    done = {step.exercise for step in steps}
    return Homework(
        tuple(each for each in whole.sections.values() if each.number not in seen),
        tuple(each for each in whole.exercises.values() if each.number not in done),
        0 if any(step.quiz for step in steps) else whole.quiz,
    )


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
