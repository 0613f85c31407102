"""voila, which shows a notebook without its code; from PyPI, pinned, in a folder apart.

It is no part of the environment, since it would put a button of its own into the
readers' JupyterLab.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

PINNED = Path(__file__).parent / "voila.txt"
# All else that it needs is JupyterLab's, too.
INSTALL = ("install", "-q", "--disable-pip-version-check", "--no-deps")


class Missing(Exception):
    """voila cannot be had here; the message says why."""


def install(folder: Path) -> dict[str, str]:
    """Get voila into a folder, and return the variables with which it runs there."""
    command = [sys.executable, "-m", "pip", *INSTALL, f"--target={folder}"]
    done = subprocess.run([*command, "-r", PINNED], capture_output=True)
    if done.returncode:
        raise Missing(f"pip could not get voila: {done.stderr.decode()[-200:]}")
    paths = [str(folder), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        "PYTHONPATH": os.pathsep.join(paths),
        "JUPYTER_PATH": str(folder / "share" / "jupyter"),
    }


def command(notebook: Path) -> list[str]:
    """Return the command that shows a notebook."""
    return [sys.executable, "-m", "voila", "--no-browser", str(notebook)]


def address(log: Path) -> str:
    """Return where it says that it shows the notebook, or nothing."""
    said = re.search(r"running at:\s+(http\S+)\n", log.read_text("utf-8"))
    return said[1] if said else ""
