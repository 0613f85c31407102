"""How long a notebook runs, which cell of it longest, and the memory it takes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from time import perf_counter

import nbformat
import psutil
from nbclient import NotebookClient
from nbformat import NotebookNode

from recnb.ground.machine import MIB
from recnb.workshop.measure.cells import first_line, numbers_of_cells
from recnb.workshop.notebooks import CELL_SECONDS

# What a lesson may take: a part of a class's time, and less than Binder's 2 GB.
LIMIT_SECONDS, LIMIT_MIB = 120, 1.5e9 / MIB
EVERY = 0.1  # seconds between two looks at the memory
VERDICTS = "kept", "OVER THE LIMIT"
HEADING = f"{'notebook':<36}{'min:s':>6}{'peak MiB':>10}   {'verdict':<17}slowest cell"


@dataclass(frozen=True)
class CellTime:
    """The seconds of one cell, its number among the code cells, its first line."""

    seconds: float
    number: int
    line: str

    def __str__(self) -> str:
        return f"{self.seconds:>5.1f} s, cell {self.number}: {self.line}"


@dataclass(frozen=True)
class Cost:
    """What one notebook took, from the start of its kernel to its last cell."""

    seconds: float
    peak_mib: float
    slowest: CellTime

    @property
    def within(self) -> bool:
        """Whether both limits are kept."""
        return self.seconds <= LIMIT_SECONDS and self.peak_mib <= LIMIT_MIB

    def __str__(self) -> str:
        minutes, seconds = divmod(round(self.seconds), 60)
        clock = f"{minutes}:{seconds:02}"
        verdict = VERDICTS[not self.within]
        return f"{clock:>6}{self.peak_mib:>10.0f}   {verdict:<14}{self.slowest}"


def measure(path: Path) -> Cost:
    """Run a notebook from a fresh kernel; the file is not changed.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell fails.
    """
    notebook = nbformat.read(path, as_version=4)
    with watched_children() as samples:
        start = perf_counter()
        cells = times_of_cells(notebook, path.parent)
        seconds = perf_counter() - start
    slowest = max(cells, key=lambda cell: cell.seconds)
    return Cost(seconds, max(samples) / MIB, slowest)


def times_of_cells(notebook: NotebookNode, folder: Path) -> list[CellTime]:
    """Run a notebook in a folder, and time each of its code cells."""
    numbers = numbers_of_cells(notebook)
    starts: list[float] = []
    times: list[CellTime] = []

    def end(cell: NotebookNode, cell_index: int, **_: object) -> None:
        seconds = perf_counter() - starts[-1]
        times.append(CellTime(seconds, numbers[cell_index], first_line(cell.source)))

    NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        on_cell_execute=lambda **_: starts.append(perf_counter()),
        on_cell_executed=end,
    ).execute(env=os.environ | {"RECNB_PROGRESS": "off"})
    return times


@contextmanager
def watched_children() -> Iterator[list[int]]:
    """Note, again and again, the bytes that new child processes hold together.

    The kernel is a child of this process, and what it starts are its children. Pages
    that two of them share count twice, so the sum errs on the safe side.
    """
    older = set(children())
    samples, done = [0], Event()

    def look() -> None:
        while not done.wait(EVERY):
            samples.append(sum(map(resident, set(children()) - older)))

    thread = Thread(target=look, daemon=True)
    thread.start()
    try:
        yield samples
    finally:
        done.set()
        thread.join()


def children() -> list[psutil.Process]:
    """Return all processes below this one."""
    return psutil.Process().children(recursive=True)


def resident(process: psutil.Process) -> int:
    """Return the bytes that a process holds in memory; 0 if it has just ended."""
    try:
        return process.memory_info().rss
    except psutil.NoSuchProcess:
        return 0
