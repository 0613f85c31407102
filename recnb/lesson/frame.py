"""The frame of a lesson: what is written once elsewhere, put into the notebook.

A cell's tag says what it is. Generated are `header`, `recap`, `lessons`, `paths` and
`colab` (from the syllabus), `from-solutions` (from the solutions notebook) and
`quiz-question` (from the quiz); everything else is the author's and stays as it is. So
does the README, but for the paths through the course.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from recnb.lesson.quizzes import Question
from recnb.lesson.syllabus import (
    LESSONS,
    RELEASE,
    REPOSITORY,
    SHORT_PATH,
    Lesson,
    find_lesson,
)

BLANKED = re.compile(r"^( *)# <solution>\n(.*?)^ *# </solution>\n?", re.M | re.S)
PATHS = re.compile(r"(<!-- paths[^>]*-->\n).*?(<!-- /paths -->)", re.S)


def has_tag(cell: NotebookNode, tag: str) -> bool:
    """Tell whether a cell carries a tag."""
    return tag in cell.metadata.get("tags", ())


def frame(
    notebook: NotebookNode,
    lesson: Lesson,
    solutions: NotebookNode,
    questions: Sequence[Question],
) -> NotebookNode:
    """Write the generated cells of a lesson anew; return the notebook.

    Raises
    ------
    ValueError
        If the notebook lacks a cell that the frame hangs on.
    """
    set_text(notebook, "header", header(lesson))
    set_text(notebook, "recap", recap(lesson))
    replace_after(
        notebook, "exercises", "from-solutions", exercise_cells(solutions, lesson)
    )
    replace_after(notebook, "quiz", "quiz-question", quiz_cells(lesson, questions))
    return notebook


def frame_solutions(solutions: NotebookNode, lesson: Lesson) -> NotebookNode:
    """Write the header of a solutions notebook anew; return the notebook."""
    set_text(solutions, "header", solutions_header(lesson))
    return solutions


def frame_index(index: NotebookNode) -> NotebookNode:
    """Write what the index says of lessons, paths and Colab; return the notebook."""
    set_text(index, "lessons", lessons_table())
    set_text(index, "paths", paths_text())
    set_text(index, "colab", colab_text())
    return index


def frame_readme(text: str) -> str:
    """Write the paths through the course between their two comments; return the text.

    Raises
    ------
    ValueError
        Unless the text has both comments, once.
    """
    paths = paths_text("notebooks/")
    framed, found = PATHS.subn(lambda part: f"{part[1]}{paths}\n{part[2]}", text)
    if found != 1:
        raise ValueError(f"The README has {found} pairs of comments <!-- paths -->.")
    return framed


# ---- cells ---------------------------------------------------------------------------


def set_text(notebook: NotebookNode, tag: str, text: str) -> None:
    """Set the text of the one cell with this tag."""
    notebook.cells[_position(notebook, tag)].source = text


def replace_after(
    notebook: NotebookNode, anchor: str, tag: str, cells: Iterable[NotebookNode]
) -> None:
    """Replace all cells with a tag by new ones, which go right behind an anchor."""
    kept = [cell for cell in notebook.cells if not has_tag(cell, tag)]
    notebook.cells = kept
    place = _position(notebook, anchor) + 1
    notebook.cells = kept[:place] + list(cells) + kept[place:]


def _position(notebook: NotebookNode, tag: str) -> int:
    places = [i for i, cell in enumerate(notebook.cells) if has_tag(cell, tag)]
    if len(places) != 1:
        raise ValueError(
            f"{len(places)} cells carry the tag {tag!r}; the frame needs exactly one."
        )
    return places[0]


def exercise_cells(solutions: NotebookNode, lesson: Lesson) -> list[NotebookNode]:
    """Return the exercises of a solutions notebook with their solutions blanked."""
    cells, number = [], 0
    for cell in solutions.cells:
        if has_tag(cell, "exercise"):
            number += 1
            cells.append(_markdown(cell.source, f"exercise-{number}", "from-solutions"))
        elif has_tag(cell, "solution"):
            text = blank(cell.source)
            cells.append(_code(text, f"exercise-{number}-answer", "from-solutions"))
        elif has_tag(cell, "check"):
            cells.append(
                _code(
                    cell.source, f"exercise-{number}-check", "from-solutions", "check"
                )
            )
    link = (
        f"[Worked solutions](solutions/{lesson.stem}.ipynb), with the usual mistakes."
    )
    return [*cells, _markdown(link, "exercise-solutions", "from-solutions")]


def blank(solution: str) -> str:
    """Return a solution cell with dots where the solution was.

    Between the lines ``# <solution>`` and ``# </solution>``, each assignment keeps its
    name; the body of a function, or anything else, becomes one line of dots.
    """

    def dots(match: re.Match[str]) -> str:
        indent, body = match.groups()
        names = [] if indent else re.findall(r"^(\w+) = ", body, re.M)
        lines = [f"{name} = ..." for name in names] or ["..."]
        return "".join(f"{indent}{line}\n" for line in lines)

    return BLANKED.sub(dots, solution + "\n").rstrip("\n")


def quiz_cells(lesson: Lesson, questions: Sequence[Question]) -> list[NotebookNode]:
    """Return a text cell and an answer cell for each question."""
    cells = []
    for number, question in enumerate(questions, start=1):
        name = f"quiz-{number}"
        cells.append(_markdown(_question_text(number, question), name, "quiz-question"))
        which = f'"{lesson.label}"' if lesson.part else lesson.number
        call = f'quiz({which}, question={number}, choice="")'
        cells.append(_code(call, f"{name}-answer", "quiz-question"))
    return cells


def _question_text(number: int, question: Question) -> str:
    choices = "\n".join(f"- **{key}** {text}" for key, text in question.choices.items())
    answers = "\n".join(
        f"- **{key}** {text}" for key, text in question.explanations.items()
    )
    return (
        f"**Question {number}.** {question.text}\n\n{choices}\n\n"
        "<details><summary>Explanations, for reading on paper</summary>\n\n"
        f"{answers}\n\n</details>"
    )


def _markdown(text: str, name: str, *tags: str) -> NotebookNode:
    return new_markdown_cell(text, id=name, metadata={"tags": list(tags)})


def _code(text: str, name: str, *tags: str) -> NotebookNode:
    return new_code_cell(text, id=name, metadata={"tags": list(tags)})


# ---- text from the syllabus ----------------------------------------------------------


def header(lesson: Lesson) -> str:
    """Return a lesson's header: title, question, navigation, objectives, minutes."""
    return (
        f"# {_label(lesson, ' · ')}\n\n*{lesson.question}*\n\n"
        f"{navigation(lesson)}\n\n**After this lesson you can**\n\n"
        f"{_objectives(lesson)}\n\n**Minutes:** about {lesson.minutes}, with the "
        f"exercises. **You need:** {lesson.needs}."
    )


def recap(lesson: Lesson) -> str:
    """Return a lesson's recap: its objectives, as achievements, and the navigation."""
    return (
        f"## What you can do now\n\nYou can\n\n{_objectives(lesson)}\n\n"
        f"Not so sure about one of them? Its section is short.\n\n{navigation(lesson)}"
    )


def solutions_header(lesson: Lesson) -> str:
    """Return the header of a solutions notebook."""
    return (
        f"# Solutions to {_label(lesson, ' · ')}\n\n"
        f"[Back to the lesson](../{lesson.stem}.ipynb)\n\n"
        "Each exercise with its solution, why it is one, and the usual mistakes with "
        "what the check says to them. Try first: what you found yourself stays."
    )


def lessons_table() -> str:
    """Return the table of lessons, with links to those that are written."""
    rows = ["| lesson | question | minutes |", "|---|---|---|"]
    for lesson in LESSONS:
        name = _label(lesson)
        if lesson.ready:
            name = f"[{name}]({lesson.stem}.ipynb)"
        minutes = str(lesson.minutes) if lesson.ready else "to come"
        rows.append(f"| {name} | {lesson.question} | {minutes} |")
    return "\n".join(rows)


def paths_text(folder: str = "") -> str:
    """Return the time of all written lessons, and two ways through them.

    Parameters
    ----------
    folder : str
        Where the notebooks are, as a link from this text needs it.
    """
    ready = [lesson for lesson in LESSONS if lesson.ready]
    short = [find_lesson(label) for label in SHORT_PATH]
    links = [f"[{each.label}]({folder}{each.stem}.ipynb)" for each in short]
    weeks, first = len(ready) - 1, ready[0].minutes + ready[1].minutes
    return (
        f"{len(ready)} of {len(LESSONS)} lessons are written. Together they take about "
        f"{round(sum(each.minutes for each in ready) / 60)} hours, exercises "
        "included.\n\n"
        f"- **Two hours:** {', '.join(links[:-1])} and {links[-1]} without their "
        f"exercises and quizzes. With them it is "
        f"{sum(each.minutes for each in short)} minutes.\n"
        f"- **One semester, {weeks} weeks:** a lesson a week, in order, with "
        f"{ready[0].label} and {ready[1].label} in the first. That is "
        f"{_hours(max(first, *(each.minutes for each in ready[2:])))} hours a week "
        "at most."
    )


def _hours(minutes: int) -> str:
    """Write minutes as hours, rounded up to a half."""
    return f"{-(-minutes // 30) / 2:g}"


def navigation(lesson: Lesson) -> str:
    """Return the links to the previous and next lesson, the index, Binder and Colab."""
    ready = [each for each in LESSONS if each.ready]
    place = ready.index(lesson)
    links = []
    if place > 0:
        links.append(f"[← {_label(ready[place - 1])}]({ready[place - 1].stem}.ipynb)")
    links.append("[Index](index.ipynb)")
    if place + 1 < len(ready):
        links.append(f"[{_label(ready[place + 1])} →]({ready[place + 1].stem}.ipynb)")
    links.append(f"[Run on Binder]({binder_link(lesson.stem)})")
    links.append(f"[Open in Colab]({colab_link(lesson.stem)})")
    return " · ".join(links)


def site_address() -> str:
    """Return the address of the course's site, which is published with a release."""
    owner, name = REPOSITORY.split("/")
    return f"https://{owner}.github.io/{name}/"


def binder_link(stem: str) -> str:
    """Return the address that opens a notebook in JupyterLab on Binder."""
    return (
        f"https://mybinder.org/v2/gh/{REPOSITORY}/{RELEASE}"
        f"?urlpath=lab/tree/notebooks/{stem}.ipynb"
    )


def colab_link(stem: str) -> str:
    """Return the address that opens a notebook in Colab."""
    return (
        f"https://colab.research.google.com/github/{REPOSITORY}/blob/{RELEASE}"
        f"/notebooks/{stem}.ipynb"
    )


def colab_text() -> str:
    """Return what a reader should know of Binder and Colab."""
    return (
        "## On Binder and on Colab\n\n*Run on Binder* needs nothing, but its first "
        "start takes some minutes. Colab does not have the course: there, put these "
        "lines into a cell at the top of a lesson and run it, again after a restart."
        f"\n\n```\n{colab_code()}\n```"
    )


def colab_code() -> str:
    """Return the code that gets the course on Colab."""
    return (
        f"!git clone -q --depth 1 -b {RELEASE} {git_address()} course\n"
        "%run course/colab.py"
    )


def git_address() -> str:
    """Return what `git clone` takes."""
    return f"https://github.com/{REPOSITORY}"


def _label(lesson: Lesson, between: str = " ") -> str:
    return f"{lesson.label}{between}{lesson.title}"


def _objectives(lesson: Lesson) -> str:
    last = len(lesson.objectives)
    return "\n".join(
        f"{number}. {text}{'.' if number == last else ';'}"
        for number, text in enumerate(lesson.objectives, start=1)
    )
