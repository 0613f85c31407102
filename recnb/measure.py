"""`python -m recnb measure`: how long each notebook runs, and the memory it takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import psutil

from recnb import notebooks
from recnb.machine import MIB

# What a lesson may take: a part of a class's time, and less than Binder's 2 GB.
LIMIT_SECONDS, LIMIT_MIB = 180, 1.5e9 / MIB
EVERY = 0.1  # seconds between two looks at the memory
HEADING = f"{'notebook':<36}{'min:s':>6}{'peak MiB':>10}   verdict"


@dataclass(frozen=True)
class Cost:
    """What one notebook took, from the start of its kernel to its last cell."""

    seconds: float
    peak_mib: float

    @property
    def within(self) -> bool:
        """Whether both limits are kept."""
        return self.seconds <= LIMIT_SECONDS and self.peak_mib <= LIMIT_MIB

    def __str__(self) -> str:
        minutes, seconds = divmod(round(self.seconds), 60)
        clock = f"{minutes}:{seconds:02}"
        verdict = "kept" if self.within else "OVER THE LIMIT"
        return f"{clock:>6}{self.peak_mib:>10.0f}   {verdict}"


def measure(path: Path) -> Cost:
    """Run a notebook from a fresh kernel; the file is not changed.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell fails.
    """
    with watched_children() as samples:
        _, seconds = notebooks.execute(path)
    return Cost(seconds, max(samples) / MIB)


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
