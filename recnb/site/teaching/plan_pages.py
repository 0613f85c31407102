"""The pages of plans: classes of 90 minutes, two days, a semester."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from recnb.site.teaching import classes, courses
from recnb.site.teaching.classes import Step
from recnb.site.teaching.quotes import anchor
from recnb.site.teaching.texts import (
    Notebooks,
    entries,
    heading,
    link,
    listed,
    of_lesson,
    page,
    source,
    table,
)


def added(label: str) -> list[dict] | None:
    """Return what 90 minutes add to a lesson's plan; None if that is not written."""
    for lesson in entries("classes"):
        if lesson["label"] == label:
            return lesson["add"]
    return None


def seminars(notebooks: Notebooks) -> dict[str, list[Step]]:
    """Return the classes of 90 minutes, by the lesson's label."""
    return {
        label: classes.seminar(notebook, added(label))
        for label, notebook in notebooks.items()
        if added(label) is not None
    }


def classes_page(notebooks: Notebooks) -> str:
    """Return the plans of 90 minutes."""
    intro = (
        "The [plan of each lesson](../lecturers.md) fits into 45 minutes. For 90, "
        "exercises go between its rows: people write what they have just seen, and the "
        "check tells them at once whether it is right. An exercise has at least the "
        "minutes that the lesson gives it. What is left, most often the stretch "
        "exercise, is homework."
    )
    return page("classes", intro, *_classes(notebooks))


def _classes(notebooks: Notebooks) -> Iterator[str]:
    taught = seminars(notebooks)
    for label, notebook in notebooks.items():
        yield f"## {heading(label)}"
        if label not in taught:
            yield f"{link(label)} has a plan for 45 minutes, and none for 90 so far."
            continue
        yield f"*The lesson:* {link(label)}. *On the board:* {drawings(label)}."
        if not added(label):
            yield (
                "The lesson's own plan is for two lectures. For one of 45 minutes, end "
                f"with minute {classes.SHORT}. All exercises are homework."
            )
        steps = taught[label]
        yield table(("minutes", "where", "what"), list(running(steps)))
        left = courses.homework(notebook, steps)
        yield f"*Homework:* {courses.in_words(left)} ({minutes(left.minutes)})."


def running(steps: Sequence[Step]) -> Iterator[tuple[str, str, str]]:
    """Yield the steps of a class with the minutes running."""
    now = 0
    for step in steps:
        yield f"{now} to {now + step.minutes}", step.where, step.what
        now += step.minutes


def minutes(number: int) -> str:
    """Return a number of minutes in words."""
    return f"{number} minute{'' if number == 1 else 's'}"


def drawings(label: str) -> str:
    """Return links to a lesson's drawings for the board."""
    titles = [each["title"] for each in of_lesson("board", label)]
    return ", ".join(f"[{title}](board.md#{anchor(title)})" for title in titles)


def courses_page(notebooks: Notebooks) -> str:
    """Return the timetable of two days and the weeks of a semester."""
    days, semester = source("courses")["two_days"], source("courses")["semester"]
    return page(
        "courses",
        "A class of 45 minutes is the [lesson's own plan](../lecturers.md), one of 90 "
        "is the [class with exercises](classes.md).",
        "## Two days",
        f"**Before the first day**, everybody needs\n\n{listed(days['before'])}",
        *(f"### {day['title']}\n\n{timetable(day)}" for day in days["day"]),
        left_out(notebooks, lessons_of_days(days), days["skipped"]),
        f"## One semester: {len(semester['week'])} classes of 90 minutes",
        f"**Project.** {semester['project'].strip()}",
        "Homework is what the class leaves of the lesson, with the minutes that the "
        "lesson gives it; a lesson under *read* comes before the class. The rest of a "
        "week is for the project, and for reading the lesson itself, which says more "
        "than a lecture can.",
        weeks(notebooks, semester["week"]),
        left_out(notebooks, lessons_of_weeks(semester), semester["skipped"]),
    )


def timetable(day: Mapping) -> str:
    """Return a day as a table."""
    rows, now = [], 0
    for block in day["block"]:
        end = now + block["minutes"]
        span = [courses.clock(day["start"], minute) for minute in (now, end)]
        parts = [link(block["lesson"])] if "lesson" in block else []
        parts += [block["what"]] if "what" in block else []
        rows.append(
            [
                "\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}".join(span),
                ": ".join(parts),
                str(block["minutes"]),
            ]
        )
        now = end
    return table(("time", "what", "minutes"), rows)


def lessons_of_days(days: Mapping) -> set[str]:
    """Return the labels of the lessons in a course of days."""
    blocks = [block for day in days["day"] for block in day["block"]]
    return {block["lesson"] for block in blocks if "lesson" in block}


def lessons_of_weeks(semester: Mapping) -> set[str]:
    """Return the labels of the lessons in a semester."""
    return {
        label
        for week in semester["week"]
        for label in [*week.get("home", ()), week["class"]]
    }


def left_out(notebooks: Notebooks, held: set[str], reasons: Mapping[str, str]) -> str:
    """Return which lessons a course leaves out, and why."""
    lines = [
        f"{link(label)}: {reasons.get(label, 'newer than this course')}."
        for label in notebooks
        if label not in held
    ]
    return f"**Left out:**\n\n{listed(lines)}"


def weeks(notebooks: Notebooks, planned: Sequence[Mapping]) -> str:
    """Return the weeks of a semester as a table."""
    taught = seminars(notebooks)
    rows = []
    for number, week in enumerate(planned, start=1):
        label, home = week["class"], week.get("home", ())
        left = courses.homework(notebooks[label], taught[label])
        reading = [courses.homework(notebooks[each]) for each in home]
        words = [f"read {link(each)}" for each in home] + [courses.in_words(left)]
        total = sum(each.minutes for each in [left, *reading])
        cells = [link(label), "; ".join(words), str(total), week.get("project", "")]
        rows.append([str(number), *cells])
    return table(("week", "class", "homework", "minutes", "project"), rows)
