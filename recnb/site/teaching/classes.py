"""A lesson as a class: 45 minutes by its own plan, 90 with exercises between its rows.

The plan of 45 minutes stands in the notebook; ``docs/lecturers/classes.toml`` says what
is put between its rows. A lesson whose own plan is for two lectures has its first half
for 45 minutes, and the whole of it for 90.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from recnb.site.errors import SiteError
from recnb.site.lecturers import plan
from recnb.site.lectures import Row, rows
from recnb.site.teaching.times import times

SHORT, LONG = 45, 90


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


def lecture(notebook: NotebookNode, longest: int = SHORT) -> list[Step]:
    """Return the steps of the lesson's own plan that end after `longest` minutes.

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
        if end > longest:
            break
        steps.append(_of_plan(row, end - start))
        now = end
    if now != longest:
        raise SiteError(f"a plan for lecturers ends at minute {now}, not {longest}")
    return steps


def seminar(notebook: NotebookNode, added: Sequence[Mapping]) -> list[Step]:
    """Return the steps of 90 minutes: those of the plan, with `added` between them.

    Parameters
    ----------
    added : sequence of mappings
        Each has ``after``, the number of a row of the plan from 1 on, or 0, and
        ``minutes``; and either ``exercise`` (a number), ``quiz`` (true), ``discussion``
        (true), or ``where`` and ``what``. Nothing is added to a plan of 90 minutes.
    """
    planned = lecture(notebook, SHORT if added else LONG)
    if late := [each for each in added if each["after"] > len(planned)]:
        raise SiteError(f"a class has {len(planned)} rows, and {late[0]} is later")
    steps = [_added(notebook, each) for each in added if each["after"] == 0]
    for number, step in enumerate(planned, start=1):
        steps.append(step)
        steps += [_added(notebook, each) for each in added if each["after"] == number]
    return steps


def _of_plan(row: Row, minutes: int) -> Step:
    where = row.where
    if where[0].isdigit():
        where = f"section{'s' if len(row.sections) > 1 else ''} {where}"
    where = re.sub(r"\]\((?=[\w.-]+\.ipynb)", "](../../notebooks/", where)
    return Step(minutes, where, row.what, tuple(row.sections))


def _added(notebook: NotebookNode, each: Mapping) -> Step:
    minutes = each["minutes"]
    if number := each.get("exercise"):
        exercise = times(notebook).exercises[number]
        title = f"**{exercise.title}** ({exercise.kind})"
        return Step(minutes, f"exercise {number}", title, exercise=number)
    if each.get("quiz"):
        return Step(minutes, "quiz", "by show of hands, then run the cells", quiz=True)
    if each.get("discussion"):
        what = "[questions for discussion](discussion.md), in pairs, then together"
        return Step(minutes, "–", what)
    row = Row("", each["where"], each["what"])
    return Step(minutes, row.where, row.what, tuple(row.sections))
