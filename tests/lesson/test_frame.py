"""The frame writes what stands elsewhere into a notebook, and touches nothing else."""

import re

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from recnb.lesson.frame import (
    blank,
    frame,
    frame_readme,
    lessons_table,
    navigation,
    paths_text,
)
from recnb.lesson.quizzes import Question
from recnb.lesson.syllabus import LESSONS, SHORT_PATH, find_lesson

LESSON = find_lesson("08")
QUESTION = Question("Why?", "a", {"a": "Because"}, {"a": "Yes"})


def tagged(make, text, tag):
    return make(text, metadata={"tags": [tag]})


@pytest.fixture
def notebook():
    anchors = ("header", "exercises", "quiz", "recap")
    cells = [tagged(new_markdown_cell, f"the {tag}", tag) for tag in anchors]
    return new_notebook(cells=[new_markdown_cell("mine"), *cells])


@pytest.fixture
def solutions():
    cells = [
        tagged(new_code_cell, "import numpy", "setup"),
        tagged(new_markdown_cell, "### Exercise 1", "exercise"),
        tagged(new_code_cell, "# <solution>\nx = 3\n# </solution>", "solution"),
        tagged(new_code_cell, "check.exercise_1(x)", "check"),
        tagged(new_code_cell, "check.exercise_1(4)", "wrong"),
    ]
    return new_notebook(cells=cells)


def test_exercises_come_blanked_and_without_solutions(notebook, solutions):
    framed = frame(notebook, LESSON, solutions, [QUESTION])
    text = "\n".join(cell.source for cell in framed.cells)
    assert "x = ..." in text
    assert "x = 3" not in text
    assert "exercise_1(4)" not in text
    assert framed.cells[0].source == "mine"


def test_framing_twice_changes_nothing(notebook, solutions):
    once = frame(notebook, LESSON, solutions, [QUESTION]).copy()
    assert frame(once, LESSON, solutions, [QUESTION]) == once


def test_the_recap_repeats_the_objectives(notebook, solutions):
    framed = frame(notebook, LESSON, solutions, [QUESTION])
    header, recap = framed.cells[1].source, framed.cells[-1].source
    for objective in LESSON.objectives:
        assert objective in header
        assert objective in recap


def test_a_missing_anchor_is_named(notebook, solutions):
    del notebook.cells[-1]
    with pytest.raises(ValueError, match="0 cells carry the tag 'recap'"):
        frame(notebook, LESSON, solutions, [QUESTION])


@pytest.mark.parametrize(
    ("solution", "blanked"),
    [
        ("# <solution>\na = 1\nb = a\n# </solution>", "a = ...\nb = ..."),
        (
            "def f(x):\n    # <solution>\n    y = x\n    return y\n    # </solution>",
            "def f(x):\n    ...",
        ),
        ("# <solution>\nprint(3)\n# </solution>\nrest = 1", "...\nrest = 1"),
    ],
)
def test_dots_stand_where_the_solution_was(solution, blanked):
    assert blank(solution) == blanked


def test_navigation_links_only_to_lessons_that_are_there():
    ready = [lesson for lesson in LESSONS if lesson.ready]
    for lesson in ready:
        assert "[Index](index.ipynb)" in navigation(lesson)
    assert "←" not in navigation(ready[0])
    assert "→" not in navigation(ready[-1])
    assert lessons_table().count("](") == len(ready)


def test_the_paths_tell_the_hours_and_minutes_of_the_syllabus():
    ready = [lesson for lesson in LESSONS if lesson.ready]
    text = paths_text("somewhere/")
    hours = sum(lesson.minutes for lesson in ready) / 60
    (told,) = re.findall(r"about (\d+) hours", text)
    assert abs(int(told) - hours) <= 0.5
    assert text.startswith(f"{len(ready)} of {len(LESSONS)} lessons are written")
    short = [find_lesson(label) for label in SHORT_PATH]
    assert f"it is {sum(lesson.minutes for lesson in short)} minutes" in text
    for lesson in short:
        assert f"[{lesson.label}](somewhere/{lesson.stem}.ipynb)" in text
    (weekly,) = re.findall(r"is ([\d.]+) hours a week at most", text)
    longest = max(lesson.minutes for lesson in ready[2:])
    weeks = max(longest, ready[0].minutes + ready[1].minutes)
    assert 0 <= float(weekly) * 60 - weeks < 30


def test_only_what_stands_between_the_comments_changes_in_the_readme():
    text = "mine\n<!-- paths: made -->\nold\n<!-- /paths -->\nmine, too\n"
    framed = frame_readme(text)
    assert framed == text.replace("old", paths_text("notebooks/"))
    assert frame_readme(framed) == framed
    with pytest.raises(ValueError, match="0 pairs"):
        frame_readme("mine")
