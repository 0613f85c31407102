"""Make the course run on Colab: the first cell of each lesson gets it, and runs this.

Colab has most of the packages already, in versions that its pages depend on. Two of
them are older than what the course asks for elsewhere: in August 2026, ipykernel 6.17
and ipywidgets 7.7. So pip adds what is not there, and changes nothing that is.
"""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent
#: Names of packages that are imported by another name.
MODULES = {"scikit-learn": "sklearn", "faiss-cpu": "faiss"}
#: Colab is where the course is read, and needs no second such place.
NOT_NEEDED = {"jupyterlab"}


def main() -> None:
    """Install what is missing, and go to the notebooks."""
    missing = without_module(dependencies())
    if missing:
        print("Installing", *missing, flush=True)
        # Without what they need in turn: all of that is there, and stays as it is.
        pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps"]
        subprocess.run([*pip, *missing], check=True)
    sys.path.insert(0, str(ROOT))
    importlib.invalidate_caches()
    importlib.import_module("recnb")  # from now on, the cell has nothing to do
    os.chdir(ROOT / "notebooks")


def dependencies() -> list[str]:
    """Return what the course needs, such as "numpy>=2.0"."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    return tomllib.loads(text)["project"]["dependencies"]


def without_module(requirements: Iterable[str]) -> list[str]:
    """Return those requirements of which nothing is installed."""
    names = {each: re.match(r"[\w-]+", each)[0] for each in requirements}
    return [
        requirement
        for requirement, name in names.items()
        if name not in NOT_NEEDED
        and not importlib.util.find_spec(MODULES.get(name, name))
    ]


if __name__ == "__main__":
    main()
