"""Progress is seen while it lasts, and leaves nothing behind."""

import io
import sys
import types

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from recnb.ground import progress
from recnb.ground.progress import Progress
from recnb.workshop.notebooks import clean


class Line:
    """Stands in for a notebook's output that can be overwritten."""

    def __init__(self):
        self.texts = []

    def update(self, data, raw):
        assert raw
        self.texts.append(data["text/plain"])


@pytest.fixture
def line(monkeypatch):
    line = Line()
    monkeypatch.setattr(progress, "_notebook_line", lambda: line)
    return line


def test_in_a_notebook_a_line_is_overwritten_and_emptied(line, capsys):
    with Progress("training", 2) as bar:
        bar.step("loss 3")
        bar.step("loss 2")
    assert line.texts == ["training: 1 of 2, loss 3", "training: 2 of 2, loss 2", ""]
    assert capsys.readouterr() == ("", "")


def test_an_error_inside_is_passed_on_and_the_line_is_emptied(line):
    with pytest.raises(KeyboardInterrupt), Progress("training", 2) as bar:
        bar.step()
        raise KeyboardInterrupt
    assert line.texts[-1] == ""


def test_outside_of_a_notebook_and_of_a_terminal_nothing_is_written(capsys):
    with Progress("training", 2) as bar:
        bar.step("loss 3")
    assert capsys.readouterr() == ("", "")


def test_in_a_terminal_the_bar_removes_itself(monkeypatch):
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr(sys, "stderr", terminal)
    with Progress("training", 2) as bar:
        bar.step("loss 3")
        bar.step("loss 2")
    written = terminal.getvalue()
    assert "training" in written
    assert not written.rpartition("\r")[0].rpartition("\r")[2].strip()


def test_a_kernel_without_a_shell_has_no_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "ipykernel", types.ModuleType("ipykernel"))
    monkeypatch.setattr("IPython.get_ipython", lambda: None)
    assert progress._notebook_line() is None


def test_the_empty_line_is_cleaned_out_of_a_notebook():
    empty = new_output("display_data", data={"text/plain": ""})
    result = new_output("stream", text="RMSE .83\n")
    notebook = new_notebook(cells=[new_code_cell("fit()", outputs=[empty, result])])
    assert clean(notebook, {}).cells[0].outputs == [result]
