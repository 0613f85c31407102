"""Of a widget its words are saved, whoever saves it, and nothing else is touched."""

import runpy
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import nbformat
import pytest
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from recnb.widgets.saved import VIEW, before_saving, drop_views

ROOT = Path(__file__).parents[2]
WORDS = {"text/plain": "[A slider]"}
LINE = new_output("stream", name="stdout", text="done")


@pytest.fixture
def notebook():
    """Return a notebook with a widget, a printed line and a cell of text."""
    view = {"model_id": "1", "version_major": 2, "version_minor": 0}
    widget = new_output("execute_result", WORDS | {VIEW: view}, execution_count=1)
    cell = new_code_cell("slider", outputs=[LINE, widget], execution_count=1)
    return new_notebook(cells=[new_markdown_cell("Look."), cell])


def shown(notebook):
    """Return what the second cell of a notebook has put out."""
    line, widget = notebook.cells[1].outputs
    assert line == LINE
    return widget.data


def test_the_words_stay_and_the_view_goes(notebook):
    drop_views(notebook)
    assert shown(notebook) == WORDS


def test_a_server_started_as_course_py_does_saves_the_words(
    notebook, tmp_path, monkeypatch
):
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    option = runpy.run_path(str(ROOT / "course.py"))["SAVE_WORDS"]
    name, _, hook = option.partition("=")
    assert name == "--ContentsManager.pre_save_hook"
    server = LargeFileManager(root_dir=str(tmp_path), pre_save_hook=hook)
    server.save({"type": "notebook", "content": notebook}, "lesson.ipynb")
    saved = nbformat.read(tmp_path / "lesson.ipynb", as_version=4)
    assert shown(saved) == WORDS


@pytest.mark.parametrize(
    "model",
    [
        {"type": "file", "content": "text"},
        {"type": "directory"},
        {"type": "notebook", "content": {"nbformat": 3, "worksheets": []}},
    ],
)
def test_what_has_no_outputs_is_saved_as_it_is(model):
    before = deepcopy(model)
    before_saving(model=model, path="a")
    assert model == before


@pytest.mark.parametrize("heavy", ["numpy", "ipywidgets", "IPython"])
def test_a_server_has_nothing_heavy_to_import(heavy):
    code = f"import sys, recnb.widgets.saved; sys.exit({heavy!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
