"""Where the test command spends its time: what pytest's reports say.

``python3 course.py test`` lets each run of pytest write a report (JUnit's XML) into
`FOLDER`, named by the data and by what was run, such as ``simulated-notebooks.xml``,
and notes how long the installation took. What a file prepares for its tests counts with
the first of them. Files run side by side, so the sum is more than the clock's time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pandas as pd

from recnb.workshop import notebooks
from recnb.workshop.measure.cells import first_line, numbers_of_cells

FOLDER = notebooks.ROOT / "build" / "times"
INSTALLATION = "install.txt"
DATA = ["simulated", "real"]
SLOWEST = 15  # cells that are listed
NUMBER = 10  # width of a column
RUN_IT = "run `python3 course.py test` first, and with --real for the real data."


@dataclass(frozen=True)
class Times:
    """What the reports in a folder say.

    Parameters
    ----------
    cases : DataFrame with columns data, file, name, seconds
        A row for each test and for each cell of a notebook, which is a test of nbval.
        `data` is one of `DATA`, `file` a path below the course.
    clock : DataFrame, index: what was run; columns data
        Seconds from the start to the end of each run of pytest.
    installation : float, optional
        Seconds; None if nothing was installed.
    """

    cases: pd.DataFrame
    clock: pd.DataFrame
    installation: float | None = None


def read(folder: Path) -> Times:
    """Read all reports of a folder.

    Raises
    ------
    FileNotFoundError
        If there is none.
    ValueError
        If one of them is not whole.
    """
    reports = [path for data in DATA for path in sorted(folder.glob(f"{data}-*.xml"))]
    if not reports:
        raise FileNotFoundError(f"There are no times of tests yet: {RUN_IT}")
    cases = []
    clock: dict[str, dict[str, float]] = {data: {} for data in DATA}
    for path in reports:
        data, _, what = path.stem.partition("-")
        found, seconds = parse(path)
        cases.append(found.assign(data=data))
        clock[data][what] = seconds
    note = folder / INSTALLATION
    return Times(
        pd.concat(cases, ignore_index=True),
        pd.DataFrame(clock),
        float(note.read_text()) if note.exists() else None,
    )


def parse(path: Path) -> tuple[pd.DataFrame, float]:
    """Return a report's tests, with columns file, name, seconds, and its clock's time.

    Raises
    ------
    ValueError
        If the file is not whole.
    """
    try:
        suites = list(ElementTree.parse(path).iter("testsuite"))
    except ElementTree.ParseError as error:
        raise ValueError(
            f"{path.name} is not a whole report ({error}): remove it, then {RUN_IT}"
        ) from error
    cases = [
        # Of a module that is skipped as a whole, only the name is there.
        (file_of(of.get("classname") or of.get("name")), of.get("name"), of.get("time"))
        for suite in suites
        for of in suite.iter("testcase")
    ]
    clock = sum(float(suite.get("time")) for suite in suites)
    frame = pd.DataFrame(cases, columns=["file", "name", "seconds"])
    return frame.astype({"seconds": float}), clock


def file_of(classname: str) -> str:
    """Return the file of a test: "tests.models.test_slim" is tests/models/test_slim.py.

    nbval's are "notebooks.08_ease.ipynb", and classes may stand behind a module.
    """
    if classname.endswith(".ipynb"):
        return classname.removesuffix(".ipynb").replace(".", "/") + ".ipynb"
    module = re.match(r"([\w.]+\.)?test_\w+", classname)
    return (module[0] if module else classname).replace(".", "/") + ".py"


def report(times: Times) -> str:
    """Return all tables as text, a line each row, the slowest first."""
    file = times.cases["file"]
    cells = times.cases[file.str.endswith(".ipynb")]
    browser = times.cases[file.str.startswith("tests/browser/")]
    others = times.cases.drop([*cells.index, *browser.index])
    tables = {
        "tests, by file (and how many)": with_sum(by_file(others)),
        "tests in the browser": with_sum(by_test(browser)),
        "notebooks (and their cells)": with_sum(by_file(cells)),
        f"the slowest {SLOWEST} cells": with_sources(by_test(cells).head(SLOWEST)),
        "start to end of each run": ends(times),
    }
    return "\n\n".join(text(title, table) for title, table in tables.items())


def by_file(cases: pd.DataFrame) -> pd.DataFrame:
    """Return the seconds of each file; index: its path and its number of tests."""
    counts = cases.groupby("file")["name"].nunique()
    table = seconds_by(cases, "file")
    return table.rename(lambda file: f"{file} ({counts[file]})")


def by_test(cases: pd.DataFrame) -> pd.DataFrame:
    """Return the seconds of each test; index: ``file::name``, as pytest has it."""
    return seconds_by(cases.assign(test=cases["file"] + "::" + cases["name"]), "test")


def seconds_by(cases: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return the sums of seconds for each value of a column, the largest first.

    Columns are `DATA`; what was not run on one of them is NaN there.
    """
    sums = cases.pivot_table("seconds", column, "data", aggfunc="sum")
    slowest = sums.max(axis=1).sort_values(ascending=False, kind="stable")
    return sums.loc[slowest.index].reindex(columns=DATA)


def with_sum(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with a last row, the sum of all others."""
    total = table.sum(min_count=1).to_frame("all of them").T
    return pd.concat([table, total])


def with_sources(cells: pd.DataFrame) -> pd.DataFrame:
    """Return a table of cells whose labels say what the cells begin with."""
    return cells.rename(lambda test: f"{test}: {first_line_of(test)}")


def first_line_of(test: str) -> str:
    """Return the first line of the cell ``notebooks/08_ease.ipynb::Cell 12``.

    It is empty if the notebook is gone, or has lost the cell since it was timed.
    """
    file, _, number = test.partition("::Cell ")
    path = notebooks.ROOT / file
    if not path.exists():
        return ""
    notebook = nbformat.read(path, as_version=4)
    places = {n: place for place, n in numbers_of_cells(notebook).items()}
    place = places.get(int(number))
    return "" if place is None else first_line(notebook.cells[place].source)


def ends(times: Times) -> pd.DataFrame:
    """Return the clock's times, and the installation's, which is for all data."""
    if times.installation is None:
        return times.clock
    row = pd.DataFrame({DATA[0]: times.installation}, index=["installation"])
    return pd.concat([times.clock, row]).reindex(columns=DATA)


def text(title: str, table: pd.DataFrame) -> str:
    """Return a table of seconds as text, numbers first; a dash where there is none."""
    lines = ["".join(f"{data:>{NUMBER}}" for data in table) + f"   {title}"]
    for label, row in table.iterrows():
        cells = ["-" if pd.isna(seconds) else f"{seconds:.1f}" for seconds in row]
        lines.append("".join(f"{cell:>{NUMBER}}" for cell in cells) + f"   {label}")
    return "\n".join(lines)
