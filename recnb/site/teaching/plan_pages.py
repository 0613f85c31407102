"""The pages of plans: classes of 90 minutes, two days, a semester."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from nbformat import NotebookNode

from recnb.site import lecturers
from recnb.site.lessons import escaped
from recnb.site.teaching import classes, courses
from recnb.site.teaching.ballots import Ballot, ballots
from recnb.site.teaching.classes import Step
from recnb.site.teaching.quotes import anchor
from recnb.site.teaching.texts import (
    Notebooks,
    asked_anew,
    entries,
    heading,
    link,
    listed,
    of_lesson,
    page,
    source,
    table,
    unbroken,
)
from recnb.site.teaching.times import times

#: A link, whose words alone stand in a vote.
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def entry(label: str) -> dict | None:
    """Return what is written on a lesson's 90 minutes; None if that is nothing."""
    return next((each for each in entries("classes") if each["label"] == label), None)


def seminars(notebooks: Notebooks) -> dict[str, list[Step]]:
    """Return the classes of 90 minutes, by the lesson's label."""
    return {
        label: classes.seminar(notebook, written)
        for label, notebook in notebooks.items()
        if (written := entry(label))
    }


def classes_page(notebooks: Notebooks) -> str:
    """Return the plans of 90 minutes."""
    intro = (
        "All plans [of the lessons themselves](../lecturers.md) but lesson 07's, which "
        "is for two lectures, fit into 45 minutes. For 90, exercises go between their "
        "rows: people write what they have just seen, and the check tells them at once "
        "whether it is right. An exercise has at least the minutes that the lesson "
        "gives it. What is left is homework, most often the stretch exercise. A "
        "section that has half of its minutes in class, or less, is to be read.",
        "**Before the class**, run the notebook once to its end: some cells take "
        "minutes. Then clear the outputs below each of the votes, from the cell that "
        "takes the guess to the one that answers it (*Edit*, *Clear Cell Output*). All "
        "votes of a lesson stand under its plan, with what its committed outputs say; "
        "the class need not hold all of them.",
    )
    return page("classes", *intro, *_classes(notebooks))


def _classes(notebooks: Notebooks) -> Iterator[str]:
    taught = seminars(notebooks)
    for label, notebook in notebooks.items():
        yield f"## {heading(label)}"
        if label not in taught:
            yield f"{link(label)} has a plan for 45 minutes, and none for 90 so far."
            continue
        place = f"misconceptions.md#{anchor(heading(label))}"
        yield (
            f"*The lesson:* {link(label)}. *On the board:* {drawings(label)}. *What "
            f"people believe:* [misconceptions]({place})."
        )
        steps = taught[label]
        yield table(("minutes", "where", "what"), list(running(steps)))
        written = entry(label)
        if "desk" in written:
            yield f"*At the desk:* {written['desk']}"
        yield f"*If you are late,* leave out section {written['late']} first."
        yield f"*Homework after 90 minutes:* {homework(notebook, steps)}."
        yield (
            "*Homework after the lesson's own 45 minutes:* "
            f"{homework(notebook, classes.lecture(notebook))}."
        )
        if own := classes.notes(notebook):
            length = lecturers.length(lecturers.plan(notebook)[0])
            yield f"*Of its own plan, for {length}, the lesson says:* {own}"
        yield "*Votes, with what came out:*"
        found = written.get("found", {})
        yield listed(
            [ballot(each, found) for each in ballots(notebook, asked_anew(label))]
        )


def homework(notebook: NotebookNode, steps: Sequence[Step]) -> str:
    """Return in words what a class leaves, with its minutes."""
    left = courses.homework(notebook, steps)
    return f"{courses.in_words(left)} ({minutes(left.minutes)})"


def ballot(vote: Ballot, found: Mapping[str, str]) -> str:
    """Return a vote with its answer, on one line.

    Parameters
    ----------
    vote : Ballot
    found : mapping
        What came out where a table says it, by the name of the vote's first guess.
    """
    names = ", ".join(f"`{name}`" for name in vote.names)
    asked = f"{vote.vote.lead} {vote.vote.question}".replace("\n- ", " ")
    asked = LINK.sub(r"\1", " ".join(asked.split()))
    said = found.get(vote.names[0], vote.found)
    answer = f" *{escaped(said)}*" if said else ""
    later = "" if vote.answered == vote.asked else f", answered in {vote.answered}"
    return f"section {vote.asked}{later}, {names}: {asked}{answer}"


def running(steps: Sequence[Step]) -> Iterator[tuple[str, str, str]]:
    """Yield the steps of a class with the minutes running."""
    now = 0
    for step in steps:
        yield f"{now} to {now + step.minutes}", unbroken(step.where), step.what
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
        *(part for day in days["day"] for part in _day(notebooks, day)),
        "An exam of 90 minutes is for another morning: there is a [sample "
        "paper](exam.md#sample-papers) for these two days.",
        left_out(notebooks, lessons_of_days(days), days["skipped"]),
        f"## One semester: {len(semester['week'])} weeks of 90 minutes",
        "The README's semester holds a lesson a week, and all of them. This one leaves "
        "some of them out, and has a project, talks and an exam instead.",
        f"**Project.** {semester['project'].strip()}",
        "Homework is what the class leaves of the lesson, with the minutes that the "
        "lesson gives it; a lesson that stands there whole comes before the class. "
        "The rest of a week is for the project, and for reading the lesson itself, "
        "which says more than a lecture can.",
        weeks(notebooks, semester["week"]),
        left_out(notebooks, lessons_of_weeks(semester), semester["skipped"]),
    )


def _day(notebooks: Notebooks, day: Mapping) -> Iterator[str]:
    """Yield a day: its table, the claims that are discussed, what is read after it."""
    yield f"### {day['title']}\n\n{timetable(day)}"
    if "claims" in day:
        claims = [f"“{claim}”" for claim in day["claims"]]
        yield f"The claims, each [refuted here](misconceptions.md):\n\n{listed(claims)}"
    lines = [reading(notebooks, part) for part in day["reading"]]
    yield (
        "**To read after this day**, since its classes leave it out or hurry over it:"
        f"\n\n{listed(lines)}"
    )


def reading(notebooks: Notebooks, part: Mapping) -> str:
    """Return what is to be read of a lesson, with its minutes."""
    whole = times(notebooks[part["lesson"]]).sections
    left = courses.Homework(tuple(whole[n] for n in part["sections"]), (), 0)
    return f"{link(part['lesson'])}: {courses.in_words(left)} ({minutes(left.minutes)})"


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
        for label in [*week.get("home", ()), *_class(week)]
    }


def _class(week: Mapping) -> list[str]:
    """Return the label of the week's class, or nothing where it holds no lesson."""
    return [week["class"]] if "class" in week else []


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
    taught, rows = seminars(notebooks), []
    for number, week in enumerate(planned, start=1):
        home, held = week.get("home", ()), _class(week)
        left = [courses.homework(notebooks[label], taught[label]) for label in held]
        words = [f"{link(label)}, with its exercises and quiz" for label in home]
        words += [courses.in_words(each) for each in left]
        left += [courses.homework(notebooks[label]) for label in home]
        cells = [
            "".join(link(label) for label in held) or week["event"],
            "; ".join(words),
            str(sum(each.minutes for each in left) or ""),
            week.get("due", ""),
        ]
        rows.append([str(number), *(cell or "–" for cell in cells)])
    return table(("week", "class", "homework", "minutes", "due"), rows)
