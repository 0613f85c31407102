"""A lesson as a class: 45 minutes by its own plan, 90 with exercises between its rows.

The plan of 45 minutes stands in the notebook; ``docs/lecturers/classes.toml`` says what
is put between its rows, or gives all rows anew. A lesson whose own plan is for two
lectures has its first half for 45 minutes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from nbformat import NotebookNode

from recnb.site.errors import SiteError
from recnb.site.lecturers import plan
from recnb.site.lectures import Row, rows
from recnb.site.teaching import quotes
from recnb.site.teaching.texts import heading
from recnb.site.teaching.times import times

SHORT = 45
#: From how many minutes on a discussion has room for two questions.
TWO_QUESTIONS = 12


@dataclass(frozen=True)
class Step:
    """A part of a class.

    Parameters
    ----------
    minutes : int
    where : str
        In the lesson, in Markdown.
    what : str
        What is said and done, in Markdown.
    sections : tuple of int
        The numbers of the sections that are gone through.
    exercise : int
        The number of the exercise that is done; 0 for none.
    quiz : bool
        Whether the quiz is done.
    """

    minutes: int
    where: str
    what: str
    sections: tuple[int, ...] = ()
    exercise: int = 0
    quiz: bool = False


def lecture(notebook: NotebookNode) -> list[Step]:
    """Return the steps of the lesson's own plan in its first 45 minutes.

    Raises
    ------
    SiteError
        If the plan does not begin at 0, has a gap, or ends at another minute.
    """
    steps, now = [], 0
    for row in rows(plan(notebook)[1]):
        start, end = (int(minute) for minute in row.minutes.split(" to "))
        if start != now:
            raise SiteError(f"a plan for lecturers has a gap before minute {start}")
        if end > SHORT:
            break
        steps.append(_of_plan(row, end - start))
        now = end
    if now != SHORT:
        raise SiteError(f"a plan for lecturers ends at minute {now}, not {SHORT}")
    return steps


def seminar(notebook: NotebookNode, entry: Mapping) -> list[Step]:
    """Return the steps of 90 minutes.

    Parameters
    ----------
    entry : mapping
        Either ``add``, what is put between the rows of the lesson's own plan, or
        ``whole``, all steps anew. Each has ``minutes``, and either ``exercise`` (a
        number), ``quiz`` (true), ``discussion`` (true), or ``where`` and ``what``. What
        is added has ``after``, too: the number of a row of the plan from 1 on, or 0.

    Raises
    ------
    SiteError
        If something is added after a row that the plan does not have.
    """
    if "whole" in entry:
        return [_added(notebook, entry, each) for each in entry["whole"]]
    added, planned = entry["add"], lecture(notebook)
    if late := [each for each in added if each["after"] > len(planned)]:
        raise SiteError(f"a class has {len(planned)} rows, and {late[0]} is later")
    steps = [_added(notebook, entry, each) for each in added if each["after"] == 0]
    for number, step in enumerate(planned, start=1):
        steps.append(step)
        here = [each for each in added if each["after"] == number]
        steps += [_added(notebook, entry, each) for each in here]
    return steps


def notes(notebook: NotebookNode) -> str:
    """Return what the lesson's own plan says outside of its table, in Markdown."""
    paragraphs = plan(notebook)[1].split("\n\n")
    told = [each for each in paragraphs if not each.startswith("|")]
    return _with_links(" ".join(" ".join(told).split()))


def _with_links(text: str) -> str:
    """Return Markdown whose links to lessons lead there from the lecturers' pages."""
    return re.sub(r"\]\((?=[\w.-]+\.ipynb)", "](../../notebooks/", text)


def _of_plan(row: Row, minutes: int) -> Step:
    where = row.where
    if where[0].isdigit():
        where = f"section{'s' if len(row.sections) > 1 else ''} {where}"
    return Step(minutes, _with_links(where), row.what, tuple(row.sections))


def _added(notebook: NotebookNode, entry: Mapping, each: Mapping) -> Step:
    minutes = each["minutes"]
    if number := each.get("exercise"):
        exercise = times(notebook).exercises[number]
        title = f"**{exercise.title}** ({exercise.kind})"
        return Step(minutes, f"exercise {number}", title, exercise=number)
    if each.get("quiz"):
        return Step(minutes, "quiz", "by show of hands, then run the cells", quiz=True)
    if each.get("discussion"):
        page = f"discussion.md#{quotes.anchor(heading(entry['label']))}"
        number = "one" if minutes < TWO_QUESTIONS else "two"
        what = f"{number} of the [questions for discussion]({page}), first in pairs"
        return Step(minutes, "–", what)
    row = Row("", each["where"], each["what"])
    return Step(minutes, row.where, row.what, tuple(row.sections))
