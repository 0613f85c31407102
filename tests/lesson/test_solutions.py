"""Each solution passes its check; each blank and each usual wrong answer does not."""

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from recnb.lesson.frame import has_tag

FOLDER = Path(__file__).parents[2] / "notebooks"
SOLUTIONS = sorted((FOLDER / "solutions").glob("*.ipynb"))
SETTINGS = {
    "RECNB_DATASET": "simulated",
    "RECNB_OFFLINE": "1",
    "RECNB_PROGRESS": "off",
}


def said(cell):
    """Return the text of a cell's outputs."""
    return "".join(
        output.get("text", "") or output.get("data", {}).get("text/plain", "")
        for output in cell.outputs
    )


@pytest.fixture(scope="module", params=SOLUTIONS, ids=lambda path: path.stem)
def solutions(request):
    """Return a solutions notebook after running it on the bundled dataset."""
    notebook = nbformat.read(request.param, as_version=4)
    client = NotebookClient(notebook, timeout=180, kernel_name="python3")
    client.execute(cwd=str(FOLDER), env=os.environ | SETTINGS)
    return notebook


def test_every_solution_is_right(solutions):
    checks = [cell for cell in solutions.cells if has_tag(cell, "check")]
    assert len(checks) >= 3
    for cell in checks:
        assert said(cell).startswith("✔"), said(cell)


def test_every_usual_mistake_is_refused_with_its_own_words(solutions):
    refusals = {}
    exercise = 0
    for cell in solutions.cells:
        exercise += has_tag(cell, "exercise")
        if has_tag(cell, "wrong"):
            assert said(cell).startswith("✘"), said(cell)
            refusals.setdefault(exercise, []).append(said(cell))
    assert set(refusals) == set(range(1, exercise + 1))
    for messages in refusals.values():
        assert len(set(messages)) == len(messages)


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_every_blank_is_not_tried_yet(path):
    lesson = nbformat.read(FOLDER / path.name, as_version=4)
    checks = [cell for cell in lesson.cells if has_tag(cell, "check")]
    assert checks
    for cell in checks:
        assert said(cell).startswith("○"), said(cell)
