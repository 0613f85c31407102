"""Two builds of the course, this one and another: timed in turn, in one run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from .cases import Case

ROOT = Path(__file__).resolve().parents[3]
WORKER = Path(__file__).with_name("worker.py")
TURNS = 3
HEADING = f"{'case':<36}{'before':>10}{'now':>10}{'ratio':>8}{'target':>8}   verdict"

#: Measures a case, by its name; None if the build does not have it.
Measure = Callable[[str], float | None]


@dataclass(frozen=True)
class Comparison:
    """What both builds measured, in the case's unit; as text, a line of the table."""

    case: Case
    before: float | None
    now: float | None

    @property
    def ratio(self) -> float | None:
        """What it is now, relative to before; None if one of them is missing."""
        missing = self.before is None or self.now is None
        return None if missing else self.now / self.before

    @property
    def kept(self) -> bool:
        """Whether the target is kept; so it is where there is none, or no ratio."""
        target, ratio = self.case.target, self.ratio
        return target is None or ratio is None or ratio <= target

    def __str__(self) -> str:
        case, ratio = self.case, self.ratio
        values = [_text(self.before, case.unit), _text(self.now, case.unit)]
        judged = case.target is not None and ratio is not None
        verdict = ("kept" if self.kept else "MISSED") if judged else ""
        ratios = f"{_text(ratio):>8}{_text(case.target):>8}"
        return f"{case.name:<36}{values[0]:>10}{values[1]:>10}{ratios}   {verdict}"


def _text(value: float | None, unit: str = "") -> str:
    return "-" if value is None else f"{value:.2f} {unit}".rstrip()


def compare(
    cases: Iterable[Case], before: Measure, now: Measure
) -> Iterator[Comparison]:
    """Measure each case in both builds, in turn.

    Parameters
    ----------
    cases : iterable of Case
    before, now : callable
        Measure a case of the other build and of this one.
    """
    for case in cases:
        yield Comparison(case, *in_turn(before, now, case.name))


def in_turn(before: Measure, now: Measure, name: str) -> list[float | None]:
    """Return the medians of `TURNS` measurements in each build, taken in turn.

    A median forgives a first time that is slow because something is compiled.
    """
    pairs = [(before(name), now(name)) for _ in range(TURNS)]
    return [None if None in side else median(side) for side in zip(*pairs, strict=True)]


@contextmanager
def worker(folder: Path) -> Iterator[Measure]:
    """Start a process with the models of a checkout; yield what measures a case there.

    It runs this build's cases, with this Python and its threads.

    Raises
    ------
    FileNotFoundError
        If the folder holds no checkout of the course.
    RuntimeError
        From a measurement, if the case fails; the process has printed why.
    """
    process = start(folder)

    def measure(name: str) -> float | None:
        try:
            # Past the buffer, whose rest a process that has ended could not take.
            os.write(process.stdin.fileno(), f"{name}\n".encode())
            return json.loads(process.stdout.readline())
        except (BrokenPipeError, json.JSONDecodeError) as error:
            message = f"{name!r} could not be measured in {folder}: see above."
            raise RuntimeError(message) from error

    with process:
        yield measure


def start(folder: Path) -> subprocess.Popen:
    """Start the process that measures a checkout; it ends when its input is closed.

    Raises
    ------
    FileNotFoundError
        If the folder holds no checkout of the course.
    """
    if not (folder / "recnb" / "__init__.py").is_file():
        raise FileNotFoundError(f"{folder} is no checkout of the course.")
    return subprocess.Popen(
        # -P: no folder but the checkout is looked into before the installed packages.
        [sys.executable, "-P", str(WORKER)],
        env=os.environ | {"PYTHONPATH": str(folder.resolve())},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
