"""Time and memory of small notebooks, whose needs are known; reports of small tests."""

import nbformat
import numpy as np
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from recnb.__main__ import main
from recnb.ground.machine import MIB
from recnb.lesson.syllabus import find_lesson
from recnb.workshop import notebooks
from recnb.workshop.measure import memory, notebook, reports
from recnb.workshop.measure.cells import WIDTH, first_line
from recnb.workshop.measure.notebook import CellTime, Cost

HOLD = "import time\nblock = b'x' * {mib} * 2**20\ntime.sleep(0.5)"
IN_A_CHILD = "import subprocess, sys\nsubprocess.run([sys.executable, '-c', {code!r}])"
SLOW = CellTime(12.34, 3, "net.fit(X)")


def cost_of(folder, *sources):
    path = folder / "small.ipynb"
    cells = [new_markdown_cell("# Words"), *map(new_code_cell, sources)]
    nbformat.write(new_notebook(cells=cells), path)
    return notebook.measure(path)


def peak_of(folder, source):
    return cost_of(folder, source).peak_mib


def test_memory_is_seen_in_the_kernel_and_in_its_children(tmp_path):
    """A block of 400 MiB is seen, and nothing of that size that is not there.

    A process that is just being started shares its parent's pages for a moment, and
    these count twice if the measuring thread looks just then: hence the wide bound.
    """
    code = HOLD.format(mib=400)
    assert peak_of(tmp_path, HOLD.format(mib=0)) < 400
    assert 400 < peak_of(tmp_path, code) < 800
    assert 400 < peak_of(tmp_path, IN_A_CHILD.format(code=code)) < 800


def test_the_slowest_cell_is_found_by_its_number_among_the_code_cells(tmp_path):
    cost = cost_of(tmp_path, "1 + 1", "import time\ntime.sleep(1)", "2 + 2")
    assert (cost.slowest.number, cost.slowest.line) == (1, "import time")
    assert 1 <= cost.slowest.seconds < cost.seconds


@pytest.mark.parametrize(
    ("cost", "line"),
    [
        (Cost(75.4, 612, SLOW), "  1:15       612   kept          "),
        (Cost(121, 612, SLOW), "  2:01       612   OVER THE LIMIT"),
        (Cost(75, 1501, SLOW), "  1:15      1501   OVER THE LIMIT"),
    ],
)
def test_a_broken_limit_is_named(cost, line):
    assert str(cost) == f"{line} 12.3 s, cell 3: net.fit(X)"


@pytest.mark.parametrize(("limit", "code"), [(1500, 0), (1, 1)])
def test_the_command_prints_a_table_and_judges(
    tmp_path, monkeypatch, capsys, limit, code
):
    path = tmp_path / "01_small.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("1 + 1")]), path)
    monkeypatch.setattr(notebooks, "FOLDER", tmp_path)
    monkeypatch.setattr(notebooks, "SOLUTIONS", tmp_path / "solutions")
    monkeypatch.setattr(notebook, "LIMIT_MIB", limit)
    assert main(["measure", "01"]) == code
    heading, line = capsys.readouterr().out.splitlines()
    assert heading == notebook.HEADING
    assert line.startswith("01_small ")
    assert line.endswith(" s, cell 0: 1 + 1")


def test_a_long_first_line_is_cut():
    assert first_line("\nshort = 1\nmore = 2") == "short = 1"
    assert first_line("x" * (WIDTH + 1)) == "x" * (WIDTH - 1) + "…"


# ---- where the tests' time goes ----------------------------------------------------

CASES = pd.DataFrame(
    [
        ("simulated", "tests/models/test_slim.py", "test_a", 1.0),
        ("simulated", "tests/models/test_slim.py", "test_b[1]", 2.0),
        ("real", "tests/models/test_slim.py", "test_b[1]", 9.0),
        ("simulated", "tests/test_main.py", "test_c", 4.0),
        ("simulated", "tests/browser/test_lab.py", "test_d", 30.0),
        ("simulated", "notebooks/08_ease.ipynb", "Cell 0", 2.0),
        ("real", "notebooks/08_ease.ipynb", "Cell 0", 3.0),
        ("real", "notebooks/08_ease.ipynb", "Cell 1", 7.0),
    ],
    columns=["data", "file", "name", "seconds"],
)
XML = """<testsuites><testsuite time="{clock}">{cases}</testsuite></testsuites>"""
CASE = """<testcase classname="{}" name="{}" time="{}" />"""


def write_report(folder, name, clock, *cases):
    text = "".join(CASE.format(*case) for case in cases)
    (folder / f"{name}.xml").write_text(XML.format(clock=clock, cases=text))


@pytest.mark.parametrize(
    ("classname", "file"),
    [
        ("tests.models.test_slim", "tests/models/test_slim.py"),
        ("tests.models.test_slim.TestClass", "tests/models/test_slim.py"),
        ("notebooks.solutions.08_ease.ipynb", "notebooks/solutions/08_ease.ipynb"),
        ("tests.conftest", "tests/conftest.py"),
    ],
)
def test_the_file_of_a_test(classname, file):
    assert reports.file_of(classname) == file


def test_reports_are_read_with_their_data(tmp_path):
    write_report(
        tmp_path,
        "simulated-tests",
        5.5,
        ("tests.test_main", "test_c", 4.0),
        ("", "tests.test_skipped", 0.0),
    )
    write_report(
        tmp_path, "real-notebooks", 9, ("notebooks.08_ease.ipynb", "Cell 1", 7)
    )
    (tmp_path / "install.txt").write_text("155.2\n")
    times = reports.read(tmp_path)
    assert times.cases.to_dict("split", index=False)["data"] == [
        ["tests/test_main.py", "test_c", 4.0, "simulated"],
        ["tests/test_skipped.py", "tests.test_skipped", 0.0, "simulated"],
        ["notebooks/08_ease.ipynb", "Cell 1", 7.0, "real"],
    ]
    assert times.clock.loc["tests", "simulated"] == 5.5
    assert times.clock.loc["notebooks", "real"] == 9
    assert times.clock.isna().to_numpy().sum() == 2
    assert times.installation == 155.2


def test_seconds_of_a_file_are_sums_and_the_slowest_stands_first():
    table = reports.by_file(CASES[~CASES["file"].str.startswith("tests/browser")])
    assert list(table.index) == [
        "notebooks/08_ease.ipynb (2)",
        "tests/models/test_slim.py (2)",
        "tests/test_main.py (1)",
    ]
    np.testing.assert_array_equal(table, [[2, 10], [3, 9], [4, np.nan]])
    total = reports.with_sum(table).loc["all of them"]
    np.testing.assert_array_equal(total, [9, 19])


def test_the_report_names_cells_by_what_they_begin_with(tmp_path, monkeypatch):
    monkeypatch.setattr(notebooks, "ROOT", tmp_path)
    (tmp_path / "notebooks").mkdir()
    cells = [new_markdown_cell("Words"), *map(new_code_cell, ["1 + 1", "fit()\n2"])]
    path = tmp_path / "notebooks" / "08_ease.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    clock = pd.DataFrame({"simulated": {"tests": 39.0}, "real": {"tests": np.nan}})
    text = reports.report(reports.Times(CASES, clock, 155.2))
    assert text.split("\n\n") == [
        " simulated      real   tests, by file (and how many)\n"
        "       3.0       9.0   tests/models/test_slim.py (2)\n"
        "       4.0         -   tests/test_main.py (1)\n"
        "       7.0       9.0   all of them",
        " simulated      real   tests in the browser\n"
        "      30.0         -   tests/browser/test_lab.py::test_d\n"
        "      30.0         -   all of them",
        " simulated      real   notebooks (and their cells)\n"
        "       2.0      10.0   notebooks/08_ease.ipynb (2)\n"
        "       2.0      10.0   all of them",
        " simulated      real   the slowest 15 cells\n"
        "         -       7.0   notebooks/08_ease.ipynb::Cell 1: fit()\n"
        "       2.0       3.0   notebooks/08_ease.ipynb::Cell 0: 1 + 1",
        " simulated      real   start to end of each run\n"
        "      39.0         -   tests\n"
        "     155.2         -   installation",
    ]


@pytest.mark.parametrize("there", [[], ["08_ease"]])
def test_a_cell_that_is_gone_has_no_first_line(tmp_path, monkeypatch, there):
    monkeypatch.setattr(notebooks, "ROOT", tmp_path)
    for name in there:
        nbformat.write(new_notebook(), tmp_path / f"{name}.ipynb")
    assert reports.first_line_of("08_ease.ipynb::Cell 3") == ""


def test_the_command_reads_the_reports(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(reports, "FOLDER", tmp_path)
    assert main(["measure", "--tests"]) == 1
    assert "run `python3 course.py test` first" in capsys.readouterr().err
    write_report(tmp_path, "real-tests", 9, ("tests.test_main", "test_c", 4.0))
    assert main(["measure", "--tests"]) == 0
    assert "4.0   tests/test_main.py (1)" in capsys.readouterr().out
    (tmp_path / "real-tests.xml").write_text("<testsuites><tests")
    assert main(["measure", "--tests"]) == 1
    assert "real-tests.xml is not a whole report" in capsys.readouterr().err


def test_the_two_tables_are_asked_for_one_at_a_time(capsys):
    with pytest.raises(SystemExit):
        main(["measure", "--tests", "08"])
    assert "not allowed with" in capsys.readouterr().err


# ---- the stored memory of lessons ----------------------------------------------------

LESSON = find_lesson("08")


def test_a_lesson_that_is_measured_again_replaces_its_row(tmp_path):
    file = tmp_path / "measured.csv"
    for mib in (700.4, 800.6):
        memory.store(find_lesson("13b"), Cost(60, mib, SLOW), file)
        memory.store(LESSON, Cost(60, mib, SLOW), file)
    rows = memory.read(file)
    assert list(rows["lesson"]) == ["08", "13b"]
    assert list(rows["peak_mib"]) == [801, 801]
    assert list(rows["code"]) == [memory.code(LESSON), memory.code(find_lesson("13b"))]


def row_of(page, label):
    (row,) = [line for line in page.splitlines() if line.startswith(f"| [{label} ")]
    return [cell.strip() for cell in row.strip("|").split("|")][1:]


def test_the_page_sets_a_peak_beside_what_binder_gives(tmp_path):
    file = tmp_path / "measured.csv"
    memory.store(LESSON, Cost(60, 1e9 / MIB, SLOW), file)
    rows = memory.read(file)
    peak, share, day = row_of(memory.page(rows), "08")
    assert (peak, share) == ("1.00", "50%")
    assert day == rows["day"][0]
    assert row_of(memory.page(rows), "13b") == ["", "", memory.NOT_YET]
    rows["code"] = "another"
    assert row_of(memory.page(rows), "08")[2].endswith("before its code changed")


def test_the_page_is_that_of_the_stored_rows():
    """If this fails: python -m recnb measure --page."""
    assert memory.PAGE.read_text("utf-8") == memory.page(memory.read())


def test_a_stored_lesson_keeps_the_limit():
    assert (memory.read()["peak_mib"] <= notebook.LIMIT_MIB).all()


def test_only_runs_on_real_data_are_stored(monkeypatch, capsys):
    monkeypatch.setenv("RECNB_DATASET", "simulated")
    assert main(["measure", "08", "--store"]) == 1
    assert "Only runs on MovieLens 1M are stored" in capsys.readouterr().err
