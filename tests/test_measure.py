"""Time and memory of a notebook, on small ones whose needs are known."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from recnb import measure, notebooks
from recnb.__main__ import main
from recnb.measure import Cost

HOLD = "import time\nblock = b'x' * {mib} * 2**20\ntime.sleep(0.5)"
IN_A_CHILD = "import subprocess, sys\nsubprocess.run([sys.executable, '-c', {code!r}])"


def peak_of(folder, source):
    path = folder / "small.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(source)]), path)
    return measure.measure(path).peak_mib


def test_memory_is_seen_in_the_kernel_and_in_its_children(tmp_path):
    """A block of 400 MiB is seen, and nothing of that size that is not there.

    A process that is just being started shares its parent's pages for a moment, and
    these count twice if the measuring thread looks just then: hence the wide bound.
    """
    code = HOLD.format(mib=400)
    assert peak_of(tmp_path, HOLD.format(mib=0)) < 400
    assert 400 < peak_of(tmp_path, code) < 800
    assert 400 < peak_of(tmp_path, IN_A_CHILD.format(code=code)) < 800


@pytest.mark.parametrize(
    ("cost", "line"),
    [
        (Cost(75.4, 612), "  1:15       612   kept"),
        (Cost(181, 612), "  3:01       612   OVER THE LIMIT"),
        (Cost(75, 1501), "  1:15      1501   OVER THE LIMIT"),
    ],
)
def test_a_broken_limit_is_named(cost, line):
    assert str(cost) == line


@pytest.mark.parametrize(("limit", "code"), [(1500, 0), (1, 1)])
def test_the_command_prints_a_table_and_judges(
    tmp_path, monkeypatch, capsys, limit, code
):
    path = tmp_path / "01_small.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("1 + 1")]), path)
    monkeypatch.setattr(notebooks, "FOLDER", tmp_path)
    monkeypatch.setattr(notebooks, "SOLUTIONS", tmp_path / "solutions")
    monkeypatch.setattr(measure, "LIMIT_MIB", limit)
    assert main(["measure", "01"]) == code
    heading, line = capsys.readouterr().out.splitlines()
    assert heading == measure.HEADING
    assert line.startswith("01_small ")
