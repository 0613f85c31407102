"""Run the course's notebooks, and clean them for commit."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from time import perf_counter

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from recnb.widgets.saved import drop_views

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "notebooks"
SOLUTIONS = FOLDER / "solutions"
CELL_SECONDS = 180
EMPTY = {"text/plain": ""}
#: Runs behind the last cell: which stored results the notebook has read, and their
#: checksums, which go into its metadata. A test compares them with the files.
WHAT_WAS_READ = """
import json, sys
_runner = sys.modules.get("recnb.experiments.runner")
_names = sorted(_runner.READ) if _runner else []
print(json.dumps({name: _runner.digest(name) for name in _names}))
"""


def find(names: Iterable[str] = ()) -> list[Path]:
    """Return the notebooks in reading order, or those whose name starts so.

    The index comes first, and each lesson's solutions right behind the lesson.

    Raises
    ------
    FileNotFoundError
        If a name fits no notebook.
    """
    paths = sorted(
        [*FOLDER.glob("*.ipynb"), *SOLUTIONS.glob("*.ipynb")],
        key=lambda path: (path.stem != "index", path.stem, path.parent == SOLUTIONS),
    )
    names = list(names)
    for name in names:
        if not any(path.name.startswith(name) for path in paths):
            known = ", ".join(path.stem for path in paths if path.parent == FOLDER)
            raise FileNotFoundError(
                f"No notebook starts with {name!r}; there are {known}."
            )
    return [p for p in paths if not names or p.name.startswith(tuple(names))]


def execute(path: Path) -> tuple[NotebookNode, float]:
    """Run a notebook from a fresh kernel, top to bottom.

    Returns
    -------
    notebook, seconds
        The file is not changed.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell fails, with the cell and its traceback.
    """
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(new_code_cell(WHAT_WAS_READ))
    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        store_widget_state=False,
        record_timing=False,
    )
    start = perf_counter()
    # The reader's progress is the reader's: a run by machine leaves no mark on it.
    client.execute(env=os.environ | {"RECNB_PROGRESS": "off"})
    read = json.loads(notebook.cells.pop().outputs[0].text)
    return clean(notebook, read), perf_counter() - start


def clean(notebook: NotebookNode, read: Mapping[str, str]) -> NotebookNode:
    """Remove what a reader who only opens the file cannot use.

    A stored widget is dead without its kernel, so its view goes and its text stays;
    the line on which progress was shown is empty, and goes; the notebook's metadata
    keep the kernel's name, the language, and the checksums of the stored results that
    it has read, nothing else.
    """
    notebook.metadata = {
        "kernelspec": {
            "display_name": "Python 3",
            "language": "python",
            "name": "python3",
        },
        "language_info": {"name": "python"},
        "recnb": {"results": dict(read)},
    }
    drop_views(notebook)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if "outputs" in cell:
            cell.outputs = [o for o in cell.outputs if o.get("data") != EMPTY]
    return notebook


def write(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook in one move, so that the file is never half-written."""
    part = path.with_suffix(".part")
    nbformat.write(notebook, part)
    os.replace(part, path)
