"""`python -m recnb check`: whether this machine has what the course needs."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement

from recnb.data import status
from recnb.ground.machine import GIB, available_memory

MEMORY = 2 * GIB  # what Binder gives; no lesson takes more than 1.5
DISK = 1 * GIB


@dataclass(frozen=True)
class Finding:
    """One thing the course needs: whether it is there, and if not, what to do."""

    what: str
    found: str
    fine: bool
    advice: str = ""


def check() -> list[Finding]:
    """Look at Python, the packages, the memory, the disk and the data."""
    return [_python(), *_packages(), _memory(), _disk(), _data()]


def _python() -> Finding:
    found = sys.version.split()[0]
    fine = sys.version_info >= (3, 11)
    return Finding("Python >= 3.11", found, fine, "Install a newer Python.")


def _packages() -> list[Finding]:
    wanted = [Requirement(text) for text in requires("recnb") or ()]
    return [_package(each) for each in wanted if each.marker is None]


def _package(wanted: Requirement) -> Finding:
    advice = "Run: python3 course.py lab (it makes a fresh environment)."
    try:
        found = version(wanted.name)
    except PackageNotFoundError:
        return Finding(str(wanted), "missing", False, advice)
    fine = wanted.specifier.contains(found, prereleases=True)
    return Finding(str(wanted), found, fine, advice)


def _memory() -> Finding:
    left = available_memory()
    advice = "Close other programs and other notebooks' kernels."
    return Finding(
        "2 GiB of free memory", f"{left / GIB:.1f} GiB", left >= MEMORY, advice
    )


def _disk() -> Finding:
    left = shutil.disk_usage(".").free
    advice = "Free some space: the datasets and results need it."
    return Finding("1 GiB of free disk", f"{left / GIB:.0f} GiB", left >= DISK, advice)


def _data() -> Finding:
    place = status("ml-1m")
    advice = (
        "Run: python -m recnb data get ml-1m. Without it, the notebooks run on the "
        "bundled simulated dataset."
    )
    return Finding("MovieLens 1M", place, place != "not here", advice)


def table(findings: list[Finding]) -> str:
    """Return the findings as text: a line each, with advice where something lacks."""
    lines = []
    for each in findings:
        mark = "ok " if each.fine else "-- "
        lines.append(f"{mark} {each.what:<28} {each.found}")
        if not each.fine:
            lines.append(f"    {each.advice}")
    return "\n".join(lines)


def summary(findings: list[Finding]) -> list[tuple[str, str, str]]:
    """Return what is needed, whether it is here, and what to do; a row a need.

    The packages share a row, and the rows tell nothing else of the machine: they can
    be printed in a notebook that is published.
    """
    packages = {str(Requirement(text)) for text in requires("recnb") or ()}
    theirs = [each for each in findings if each.what in packages]
    rows = [_row(each) for each in findings if each.what not in packages]
    lacking = [each for each in theirs if not each.fine]
    names = ", ".join(each.what for each in lacking)
    advice = lacking[0].advice if lacking else ""
    here = f"missing or too old: {names}" if lacking else "yes"
    return [("the Python packages", here, advice), *rows]


def _row(finding: Finding) -> tuple[str, str, str]:
    return finding.what, *(("yes", "") if finding.fine else ("no", finding.advice))
