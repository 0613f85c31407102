"""Courses of several lessons: two days by the clock, one semester by the week.

``docs/lecturers/courses.toml`` says which lessons and in which order; minutes and
homework follow from the notebooks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from recnb.lesson.syllabus import find_lesson
from recnb.site.teaching.classes import Step
from recnb.site.teaching.times import Exercise, Section, times


@dataclass(frozen=True)
class Homework:
    """What is left of a lesson after class: to read, to do, and whether the quiz."""

    sections: tuple[Section, ...]
    exercises: tuple[Exercise, ...]
    quiz: int

    @property
    def minutes(self) -> int:
        """How long it takes, by the lesson's own minutes."""
        parts = (*self.sections, *self.exercises)
        return sum(part.minutes for part in parts) + self.quiz


def homework(notebook: NotebookNode, steps: Sequence[Step] = ()) -> Homework:
    """Return what the steps of a class leave of a lesson."""
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
    if not numbers:
        return ""
    plural = "s" if len(numbers) > 1 else ""
    return f"{word}{plural} {', '.join(map(str, numbers))}"


def clock(start: str, minutes: int) -> str:
    """Return the time of day so many minutes after `start`, such as "09:00"."""
    hours, rest = map(int, start.split(":"))
    hours, rest = divmod(60 * hours + rest + minutes, 60)
    return f"{hours}:{rest:02}"


def timetable(day: Mapping) -> Iterator[tuple[str, str, int]]:
    """Yield a day's blocks: from and to, what in Markdown, and the minutes.

    A block with a ``lesson`` links to its class in the plans.
    """
    now = 0
    for block in day["block"]:
        end = now + block["minutes"]
        span = f"{clock(day['start'], now)} to {clock(day['start'], end)}"
        what = block.get("what", "")
        if label := block.get("lesson"):
            lesson = find_lesson(label)
            link = f"../../notebooks/{lesson.stem}.ipynb"
            what = f"[{label} {lesson.title}]({link}): {what}".removesuffix(": ")
        yield span, what, block["minutes"]
        now = end


def week_homework(
    week: Mapping,
    notebooks: Mapping[str, NotebookNode],
    steps: Mapping[str, Sequence[Step]],
) -> dict[str, Homework]:
    """Return what a week's class leaves to do, by the lesson's label.

    The lessons under ``home`` are read as a whole, those under ``class`` finished.
    """
    left = {label: homework(notebooks[label]) for label in week.get("home", ())}
    for label in week.get("class", ()):
        left[label] = homework(notebooks[label], steps[label])
    return left
