"""All pages for lecturers, written as sources of the site, with their pictures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from nbformat import NotebookNode

from recnb.lesson.syllabus import LESSONS
from recnb.site.lecturers import plan
from recnb.site.teaching.board_page import board_page, board_pictures
from recnb.site.teaching.plan_pages import classes_page, courses_page
from recnb.site.teaching.question_pages import (
    answers_page,
    discussion_page,
    exam_page,
    exam_pictures,
    misconceptions_page,
)


def lay_out(folder: Path, lessons: Mapping[str, NotebookNode]) -> None:
    """Write the source of every page for lecturers, with its pictures.

    Parameters
    ----------
    folder : Path
        ``docs/lecturers`` among the site's sources.
    lessons : mapping
        The lessons with their outputs, by the stem of their file.

    Raises
    ------
    SiteError
        If a text names what a lesson does not hold.
    """
    notebooks = planned(lessons)
    pages = {
        "classes": classes_page(notebooks),
        "courses": courses_page(notebooks),
        "board": board_page(notebooks),
        "misconceptions": misconceptions_page(notebooks),
        "discussion": discussion_page(notebooks),
        "exam": exam_page(notebooks),
        "exam_answers": answers_page(notebooks),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    for name, picture in [*board_pictures(notebooks), *exam_pictures(notebooks)]:
        (folder / name).write_bytes(picture)


def planned(lessons: Mapping[str, NotebookNode]) -> dict[str, NotebookNode]:
    """Return the lessons that have a plan, by their label, in the course's order."""
    return {
        lesson.label: lessons[lesson.stem]
        for lesson in LESSONS
        if lesson.stem in lessons and plan(lessons[lesson.stem])
    }
