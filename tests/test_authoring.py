"""A new lesson is laid out so that it runs, and nothing is overwritten."""

import importlib.util
from dataclasses import replace

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from recnb.lesson import quizzes
from recnb.lesson.frame import has_tag, paths_text
from recnb.lesson.syllabus import find_lesson
from recnb.workshop import authoring, notebooks

LESSON = replace(
    find_lesson("09"), minutes=45, needs="lesson 08", objectives=("derive", "check")
)


@pytest.fixture
def root(tmp_path, monkeypatch):
    """Return an empty repository whose syllabus has lesson 09 in full."""
    monkeypatch.setattr(authoring, "find_lesson", lambda label: LESSON)
    return tmp_path


def test_a_new_lesson_frames_and_runs(root, monkeypatch):
    checks, quiz, path, _ = authoring.new_lesson("09", "zero_diagonal", root)
    monkeypatch.setattr(quizzes, "FOLDER", quiz.parent)
    monkeypatch.setattr("recnb.lesson.frame.navigation", lambda lesson: "")
    for file, notebook in authoring.framed_lesson(LESSON, path.parent).items():
        notebooks.write(notebook, file)
    assert len(quizzes.questions("09")) == 3
    spec = importlib.util.spec_from_file_location("lesson_09", checks)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setenv("RECNB_PROGRESS", "off")
    assert module.exercise_2(2).state == "right"
    assert module.exercise_2(0).state == "wrong"
    lesson = nbformat.read(path, as_version=4)
    assert sum(has_tag(cell, "check") for cell in lesson.cells) == 3
    assert "(25 minutes)" in lesson.cells[3].source


def test_nothing_is_overwritten(root):
    path = root / "notebooks" / "09_zero_diagonal.ipynb"
    path.parent.mkdir()
    path.write_text("mine")
    with pytest.raises(FileExistsError, match="not overwritten"):
        authoring.new_lesson("09", "zero_diagonal", root)
    assert [file.name for file in root.rglob("*.*")] == [path.name]


def test_the_syllabus_comes_first(tmp_path):
    with pytest.raises(ValueError, match="is called 'zero_diagonal'"):
        authoring.new_lesson("09", "diagonal", tmp_path)
    with pytest.raises(ValueError, match="syllabus"):
        authoring.new_lesson("00", "start_here", tmp_path)
    with pytest.raises(ValueError, match="There is no lesson 99"):
        authoring.new_lesson("99", "more", tmp_path)


def test_a_cell_keeps_its_outputs_unless_its_code_has_changed():
    output = new_output("stream", text="4")
    ran = new_code_cell("2 + 2", id="a", execution_count=1, outputs=[output])
    before = new_notebook(cells=[ran])
    after = new_notebook(cells=[new_code_cell("2 + 2", id="a")])
    authoring.keep_outputs(after, before)
    assert after == before
    changed = new_notebook(cells=[new_code_cell("2 + 3", id="a")])
    authoring.keep_outputs(changed, before)
    assert changed.cells[0].outputs == []
    assert changed.cells[0].execution_count is None


def test_the_readme_goes_with_the_index(tmp_path, monkeypatch):
    readme = tmp_path / "README.md"
    readme.write_text("<!-- paths -->\nold\n<!-- /paths -->\n")
    monkeypatch.setattr(authoring.notebooks, "ROOT", tmp_path)
    assert authoring.frame_files(["index"]) == [readme]
    assert paths_text("notebooks/") in readme.read_text("utf-8")
    assert authoring.frame_files(["index"]) == []
