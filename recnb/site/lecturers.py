"""The lecturer's guide: the plan of every lesson, gathered from its end."""

from __future__ import annotations

import re
from collections.abc import Mapping

from nbformat import NotebookNode

from recnb.lesson.syllabus import LESSONS

#: Further pages for lecturers (`recnb.site.teaching`), and what they are for.
PAGES = {
    "lecturers/classes": "each lesson with exercises in class, its votes, its homework",
    "lecturers/courses": "the clock, the breaks, the homework, a project",
    "lecturers/board": "what to draw by hand, and in which order",
    "lecturers/misconceptions": "and the one cell that refutes each of them",
    "lecturers/discussion": "and what a good answer holds",
    "lecturers/exam": "to derive, to read, to find, to compute; two sample papers",
}
#: The exam's answers: no page links to them but this one, and no navigation shows them.
ANSWERS = "lecturers/exam_answers"
BOX = re.compile(r"^## (For lecturers.*?)\n(.*?)(?=^## |\Z)", re.M | re.S)
START = """\
# For lecturers

A lesson is longer than a lecture. For each of them this page has a plan: what fits
into 45 minutes, and where to let the room vote. The plans stand at the end of the
lessons, too. What each vote asks, what came out, what to clear before the class and
what is left for home stands with the [classes of 90 minutes](./lecturers/classes.md).

Project the notebook itself where you can: a vote is a cell to fill in, the sliders
move, and models are trained in front of the class. Where you cannot, each plan has
slides, with its votes, figures and formulas, and they need no network. The arrow keys
lead through them, Esc shows them all at once, and S opens the speaker's view, with the
plan's words, the clock and the next slide. "To print" is the same as pages: print
it, or save it as a PDF.
"""


def plan(notebook: NotebookNode) -> tuple[str, str] | None:
    """Return the title and the text of a lesson's box for lecturers; None without one.

    Its title begins with "For lecturers"; it ends with the next section or the cell.
    """
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and (box := BOX.search(cell.source)):
            return box[1].strip(), box[2].strip()
    return None


def guide(plans: Mapping[str, tuple[str, str] | None], folder: str) -> str:
    """Return the guide as Markdown.

    Parameters
    ----------
    plans : mapping
        The lessons' plans, by the stem of their file, such as ``"08_ease"``.
    folder : str
        Where they are, as seen from the guide, such as ``"../notebooks/"``.
    """
    parts = [START, pages()]
    for lesson in LESSONS:
        if found := plans.get(lesson.stem):
            title, text = found
            text = re.sub(r"\]\((?=[\w.-]+\.ipynb)", f"]({folder}", text)
            parts.append(
                f"## {lesson.label} {lesson.title}: {length(title)}"
                f"\n\n[The lesson]({folder}{lesson.stem}.ipynb): {lesson.question}"
                f" {slides(lesson.stem)}\n\n{text}\n"
            )
    return "\n".join(parts)


def length(title: str) -> str:
    """Return how long a plan with this title is, such as "45 minutes"."""
    return title.partition(": ")[2].removeprefix("a plan for ")


def pages() -> str:
    """Return links to the further pages, which the navigation shows under this one."""
    links = [f"- [](./{page}.md): {what}" for page, what in PAGES.items()]
    more = "There is more for a class than the plans on this page:"
    tree = ["```{toctree}", ":hidden:", "", *PAGES, "```", ""]
    answers = (
        f"The exam's [answers](./{ANSWERS}.md), with their points, are on a page that "
        "neither the exam nor the navigation nor the search leads to. They are public "
        "all the same."
    )
    return "\n".join([more, "", *links, "", answers, "", *tree])


def slides(stem: str) -> str:
    """Return links to a lesson's slides: no pages of Sphinx's, so HTML."""
    deck = f"../slides/{stem}.html"
    return f'<a href="{deck}">Slides</a>, <a href="{deck}?print-pdf">to print</a>.'
