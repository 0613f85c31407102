"""The memory of each lesson, stored, and the page that says whether Binder has it.

A row of the file is one run on MovieLens 1M, measured by
`recnb.workshop.measure.notebook`. It keeps a checksum of the notebook's code, so that
the page can say what changed since.
"""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from pathlib import Path

import nbformat
import pandas as pd

from recnb.ground.machine import MIB
from recnb.lesson.syllabus import LESSONS, Lesson
from recnb.workshop.measure.notebook import LIMIT_MIB, Cost
from recnb.workshop.notebooks import FOLDER, ROOT

FILE = ROOT / "data" / "measured.csv"
PAGE = ROOT / "docs" / "memory.md"
COLUMNS = ["lesson", "peak_mib", "code", "day"]
BINDER = 2e9  # bytes that mybinder.org gives a reader, at most
NOT_YET = "not measured yet"
INTRODUCTION = f"""# Memory, lesson by lesson

<!-- Written by python -m recnb measure --page -->

mybinder.org gives a reader at most {BINDER / 1e9:g} GB of memory, and ends the kernel
that asks for more. A lesson may therefore take {LIMIT_MIB * MIB / 1e9:g} GB; the rest
is for JupyterLab and for what a reader tries. The table has the peak of each notebook's
kernel and of the processes that it starts, run from top to bottom on MovieLens 1M with
two threads. One notebook should be open at a time: those that are left open keep their
memory (in JupyterLab, *Kernel*, *Shut Down All Kernels*).

| lesson | peak, GB | of Binder's {BINDER / 1e9:g} GB | measured |
|---|---|---|---|
"""


def read(file: Path = FILE) -> pd.DataFrame:
    """Return what is stored, a row a lesson; empty if nothing is."""
    if not file.exists():
        return pd.DataFrame(columns=COLUMNS)
    return pd.read_csv(file, dtype={"lesson": str, "code": str})


def store(lesson: Lesson, cost: Cost, file: Path = FILE) -> None:
    """Store the memory of a lesson, in place of what was stored of it before."""
    rows = read(file)
    row = (lesson.label, round(cost.peak_mib), code(lesson), date.today().isoformat())
    kept = [tuple(old) for old in rows.to_numpy() if old[0] != lesson.label]
    part = file.with_suffix(".part")
    pd.DataFrame(sorted([*kept, row]), columns=COLUMNS).to_csv(part, index=False)
    part.replace(file)


def code(lesson: Lesson, folder: Path = FOLDER) -> str:
    """Return a checksum of a lesson's code."""
    notebook = nbformat.read(folder / f"{lesson.stem}.ipynb", as_version=4)
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    return sha256("\n\n".join(sources).encode()).hexdigest()[:12]


def page(rows: pd.DataFrame) -> str:
    """Return the page: a row a lesson, with what is stored of it."""
    peaks = rows.set_index("lesson")
    ready = (lesson for lesson in LESSONS if lesson.ready)
    return INTRODUCTION + "".join(f"{_row(lesson, peaks)}\n" for lesson in ready)


def _row(lesson: Lesson, peaks: pd.DataFrame) -> str:
    name = f"[{lesson.label} {lesson.title}](../notebooks/{lesson.stem}.ipynb)"
    if lesson.label not in peaks.index:
        return f"| {name} | | | {NOT_YET} |"
    found = peaks.loc[lesson.label]
    peak = found["peak_mib"] * MIB
    since = "" if found["code"] == code(lesson) else ", before its code changed"
    share = f"{peak / BINDER:.0%}"
    return f"| {name} | {peak / 1e9:.2f} | {share} | {found['day']}{since} |"


def write_page() -> None:
    """Write the page of what is stored."""
    PAGE.write_text(page(read()), "utf-8")
