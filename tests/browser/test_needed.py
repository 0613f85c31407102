"""Which cells of a notebook a cell needs: no browser, no kernel, only names."""

import builtins
import json
from pathlib import Path

import pytest
from needed import names, needed

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@pytest.mark.parametrize(
    "binding",
    [
        "x = 1",
        "x: int = 1",
        "a, (b, *x) = 1, (2, 3)",
        "a = x = 1",
        "import x",
        "import x.y",
        "import numpy as x",
        "from numpy import ones as x",
        "def x(): ...",
        "async def x(): ...",
        "class x: ...",
        "for x in range(3): pass",
        "for a, x in []: pass",
        "for a in []:\n    x = a",
        "with open(a) as x: pass",
        "with open(a):\n    x = 1",
        "if a:\n    x = 1",
        "if a:\n    pass\nelse:\n    x = 1",
        "while a:\n    x = 1",
        "try:\n    x = 1\nexcept ValueError:\n    pass",
        "try:\n    pass\nexcept ValueError as x:\n    pass",
        "print(x := 1)",
        "[x := a for a in range(3)]",
    ],
)
def test_a_cell_that_binds_the_name_is_needed(binding):
    assert needed([binding, "y = 1", "show(x)"], "show") == [0, 2]


@pytest.mark.parametrize(
    "change",
    [
        "x += 1",
        "x[0] = 1",
        "x[0] += 1",
        "x.a = 1",
        "x.a[0].b = 1",
        "a, x[0] = 1, 2",
        "x.append(1)",
        "x[0].append(1)",
        "for x[0] in range(3): pass",
        "for a in range(3):\n    x.append(a)",
        "if a:\n    x.append(1)",
    ],
)
def test_a_cell_that_changes_what_the_name_stands_for_is_needed(change):
    assert needed(["x = start", change, "show(x)"], "show") == [0, 1, 2]


@pytest.mark.parametrize(
    "other",
    [
        "x",
        "print(x)",
        "y = x.sum()",
        "assert x > 0",
        "y = [x for x in range(3)]",
        "y = lambda x: x + 1",
        "def y(x):\n    x = x + 1\n    return x",
        "def y():\n    x = []\n    x.append(1)",
        "class Y:\n    x = 1",
        "# x = 1",
        "'x = 1'",
    ],
)
def test_a_cell_that_does_nothing_to_the_name_is_not(other):
    assert needed(["x = 1", other, "show(x)"], "show") == [0, 2]


def test_needs_are_followed_backwards():
    cells = ["a = 1", "b = a", "other = a", "c = b", "show(c)"]
    assert needed(cells, "show") == [0, 1, 3, 4]


def test_a_change_brings_what_it_needs():
    cells = ["d = {}", "a = 1", "d['a'] = a", "show(d)"]
    assert needed(cells, "show") == [0, 1, 2, 3]


def test_what_comes_later_is_not_needed():
    assert needed(["x = 1", "show(x)", "x = 2"], "show") == [0, 1]


def test_what_a_cell_binds_before_it_reads_it_needs_from_no_other():
    cells = ["x = 1", "x = 2\nshow(x)"]
    assert needed(cells, "show") == [1]
    assert needed(["x = 1", "for x in []:\n    show(x)"], "show") == [1]


@pytest.mark.parametrize(
    "cell", ["show(x)\nx = 2", "x = x + 1 + show", "if a:\n    x = 2\nshow(x)"]
)
def test_what_a_cell_may_read_before_it_binds_it_is_needed(cell):
    assert needed(["x = 1", cell], "show") == [0, 1]


@pytest.mark.parametrize(
    "reader",
    [
        "def f():\n    return x",
        "f = lambda: x",
        "class f:\n    def g(self):\n        return [x for _ in range(3)]",
    ],
)
def test_what_a_function_reads_may_be_bound_after_it(reader):
    assert needed([reader, "x = 1", "show(f)"], "show") == [0, 1, 2]


@pytest.mark.parametrize(
    "reader",
    [
        "y = [x for _ in range(3)]",
        "y = {a: x for a in range(3)}",
        "y = f'{x:.2f}'",
        "class y(x): ...",
        "class y:\n    a = x",
        "@x\ndef y(): ...",
        "def y(a=x): ...",
        "y = 1 if x else 2",
        "y: x = 1",
    ],
)
def test_what_is_read_at_once_is_bound_before(reader):
    assert needed(["x = 1", reader, "x = 2", "show(y)"], "show") == [0, 1, 3]


def test_a_method_of_a_module_is_called_not_for_its_effect_on_it():
    cells = ["from recnb import plots", "plots.show(1)", "draw(plots)"]
    assert needed(cells, "draw") == [0, 2]


def test_a_module_s_setting_is_a_change():
    cells = ["import numpy as np", "np.printoptions = 1", "draw(np)"]
    assert needed(cells, "draw") == [0, 1, 2]


def test_several_cells_share_what_they_need():
    cells = ["x = 1", "one(x)", "y = 2", "two(x, y)", "z = 3"]
    assert needed(cells, "two", "one") == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "magic",
    ["%matplotlib inline", "!ls {x}", "%%time\ny = 1", "y = %who", "y = !ls", "y?"],
)
def test_magics_break_nothing(magic):
    assert needed(["x = 1", magic, "show(x)"], "show") == [0, 2]


def test_what_a_magic_returns_is_bound():
    assert needed(["x = !ls", "show(x)"], "show") == [0, 1]


def test_cells_without_code_are_not_needed():
    assert needed(["", "x = 1", "", "show(x)"], "show") == [1, 3]


def test_the_first_cell_with_the_text_counts():
    assert needed(["show(1)", "show(2)"], "show") == [0]


def test_a_text_that_no_cell_contains_is_refused():
    with pytest.raises(ValueError, match="no cell contains 'nowhere'"):
        needed(["x = 1"], "nowhere")


def test_the_names_of_a_cell():
    cell = names("import a\nb = c\nb.d = 1\nb.e(f)\ndef g():\n    return h")
    assert cell.imports == {"a"}
    assert cell.binds == {"a", "b", "g"}
    assert cell.reads == {"c", "f"}
    assert cell.later == {"h"}
    assert cell.changes == cell.calls == {"b"}


@pytest.mark.parametrize(
    "path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda p: p.stem
)
def test_every_name_that_a_lesson_reads_is_bound_by_a_cell(path):
    cells = json.loads(path.read_text())["cells"]
    bound = set(dir(builtins))
    for cell in cells:
        if cell["cell_type"] == "code":
            here = names("".join(cell["source"]))
            bound |= here.binds
            assert here.reads <= bound
