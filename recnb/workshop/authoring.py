"""Writing lessons: frame the notebooks anew, and lay out a new one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from recnb.lesson.frame import (
    frame,
    frame_index,
    frame_readme,
    frame_solutions,
)
from recnb.lesson.quizzes import questions
from recnb.lesson.syllabus import Lesson, find_lesson, lesson_of
from recnb.lesson.template import (
    checks_module,
    lesson_notebook,
    quiz_file,
    solutions_notebook,
)
from recnb.workshop import notebooks


def frame_files(names: Iterable[str] = ()) -> list[Path]:
    """Write the generated cells of lessons and index anew; return the files changed.

    A cell keeps its outputs unless it has changed: then it has none until the notebook
    is executed again. The paths in the README go with the index.
    """
    changed = []
    lessons = (p for p in notebooks.find(names) if p.parent == notebooks.FOLDER)
    for path in lessons:
        if path.stem == "index":
            framed = {path: frame_index(_read(path))}
            changed += _framed_readme(notebooks.ROOT / "README.md")
        else:
            framed = framed_lesson(lesson_of(path.stem), path.parent)
        for file, notebook in framed.items():
            before = _read(file)
            keep_outputs(notebook, before)
            if notebook != before:
                notebooks.write(notebook, file)
                changed.append(file)
    return changed


def keep_outputs(notebook: NotebookNode, before: NotebookNode) -> None:
    """Give each cell of code the outputs that it had, if its code is the same."""
    ran = {cell.get("id"): cell for cell in before.cells if cell.cell_type == "code"}
    for cell in notebook.cells:
        old = ran.get(cell.get("id"))
        if cell.cell_type == "code" and old and old.source == cell.source:
            cell.execution_count, cell.outputs = old.execution_count, old.outputs


def lacks_outputs(path: Path) -> bool:
    """Tell whether a notebook has a cell that was not run."""
    return any(
        cell.cell_type == "code" and cell.execution_count is None
        for cell in _read(path).cells
    )


def _framed_readme(path: Path) -> list[Path]:
    """Write the generated part of the README anew; return its path if it changed."""
    text = path.read_text("utf-8")
    framed = frame_readme(text)
    if framed == text:
        return []
    path.write_text(framed, "utf-8")
    return [path]


def framed_lesson(lesson: Lesson, folder: Path) -> dict[Path, NotebookNode]:
    """Return a lesson and its solutions as they should be, by path."""
    path = folder / f"{lesson.stem}.ipynb"
    solutions_path = folder / "solutions" / path.name
    solutions = frame_solutions(_read(solutions_path), lesson)
    notebook = frame(_read(path), lesson, solutions, questions(lesson.label))
    return {path: notebook, solutions_path: solutions}


def new_lesson(label: str, name: str, root: Path = notebooks.ROOT) -> list[Path]:
    """Lay out a lesson: notebook, solutions, checks and quiz, all of which work.

    Parameters
    ----------
    label, name : str
        As in `recnb.lesson.syllabus`, where objectives and minutes must stand already.
    root : Path
        The repository.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    ValueError
        If the syllabus does not have the lesson, or not in full.
    FileExistsError
        If one of the files is there: nothing is overwritten.
    """
    lesson = find_lesson(label)
    if lesson.name != name:
        raise ValueError(f"Lesson {label} is called {lesson.name!r} in the plan.")
    if not lesson.ready or lesson.minutes <= 20:
        raise ValueError(
            f"Write the objectives and minutes (more than 20) of lesson {label} "
            "into recnb/lesson/syllabus.py first: header and recap come from there."
        )
    folder = root / "notebooks"
    content = {
        root / f"recnb/lesson/exercises/lesson_{label}.py": checks_module(lesson),
        root / f"recnb/lesson/quizzes/{label}.toml": quiz_file(),
        folder / f"{lesson.stem}.ipynb": nbformat.writes(lesson_notebook(lesson)),
        folder / f"solutions/{lesson.stem}.ipynb": nbformat.writes(
            solutions_notebook(lesson)
        ),
    }
    for path in content:
        if path.exists():
            raise FileExistsError(f"{path} is there already; it is not overwritten.")
    for path, text in content.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(content)


def _read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)
