"""Running and cleaning notebooks, on small ones made here."""

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from recnb.experiments.runner import digest
from recnb.workshop import notebooks

WIDGET_CELL = "import ipywidgets\nipywidgets.IntSlider()"
FIGURE_CELL = (
    "from recnb.plots import new_figure, show\n"
    "show(new_figure()[0], alt='An <empty> figure.')"
)


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """Return a notebook with a formula, a figure and a widget, after running it."""
    cells = [
        new_markdown_cell("The matrix $B_{ij}$; see [next](09_next.ipynb)."),
        new_code_cell(FIGURE_CELL),
        new_code_cell(WIDGET_CELL),
    ]
    path = tmp_path_factory.mktemp("nb") / "08_small.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    notebook, seconds = notebooks.execute(path)
    assert seconds > 0
    return notebook


def test_a_run_notebook_holds_no_widget_state(executed):
    assert set(executed.metadata) == {"kernelspec", "language_info", "recnb"}
    (output,) = executed.cells[2].outputs
    assert set(output.data) == {"text/plain"}
    assert [cell.execution_count for cell in executed.cells[1:]] == [1, 2]


def test_a_run_notebook_says_which_results_it_has_read(executed, tmp_path):
    assert executed.metadata["recnb"]["results"] == {}
    cell = "from recnb.experiments import results\nlen(results('clinic')) > 9"
    path = tmp_path / "reader.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(cell)]), path)
    notebook, _ = notebooks.execute(path)
    assert notebook.metadata["recnb"]["results"] == {"clinic": digest("clinic")}
    assert len(notebook.cells) == 1


def test_a_failing_cell_ends_the_run(tmp_path):
    path = tmp_path / "bad.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("1 / 0")]), path)
    before = path.read_bytes()
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        notebooks.execute(path)
    assert path.read_bytes() == before


def test_writing_leaves_no_half_file(executed, tmp_path):
    path = tmp_path / "08_small.ipynb"
    notebooks.write(executed, path)
    assert [file.name for file in tmp_path.iterdir()] == ["08_small.ipynb"]
    assert nbformat.read(path, as_version=4).cells[1].outputs


def test_the_index_comes_first_and_names_choose():
    assert notebooks.find()[0].stem == "index"
    chosen = [path.relative_to(notebooks.FOLDER) for path in notebooks.find(["08"])]
    names = [path.as_posix() for path in chosen]
    assert names == ["08_ease.ipynb", "solutions/08_ease.ipynb"]
