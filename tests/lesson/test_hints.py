"""Each hint of an exercise can be followed with what its lesson has imported."""

import ast
import builtins
import re
from itertools import pairwise
from pathlib import Path

import nbformat
import numpy as np
import pytest

FOLDER = Path(__file__).parents[2] / "notebooks"
LESSONS = sorted(FOLDER.glob("[01]*.ipynb"))
CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")


def parsed(code):
    """Return the tree of some code, or None of what is only a part of a line."""
    try:
        return ast.parse(code)
    except SyntaxError:
        return None


def made_by(tree):
    """Return the names that some code makes: imported, assigned, defined, handed in."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.alias):
            names.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names


def needed_by(tree):
    """Return the names that are called, and those that stand before a dot."""
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    dotted = [node.value for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    return {node.id for node in (*called, *dotted) if isinstance(node, ast.Name)}


def numpy_names(tree):
    """Return what some code takes from NumPy, such as np.eye."""
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "np"
    }


def hints_of(path):
    """Yield each exercise's code in backticks, with the names known before it."""
    known, cells = set(dir(builtins)), nbformat.read(path, as_version=4).cells
    for cell, following in pairwise(cells):
        if cell.cell_type == "code":
            known |= made_by(ast.parse(cell.source))
        elif "<summary>Hint" in cell.source:
            snippets = [parsed(code) for code in CODE.findall(cell.source)]
            snippets = [tree for tree in snippets if tree is not None]
            handed = made_by(ast.parse(following.source))
            yield snippets, known.union(handed, *map(made_by, snippets))


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_hints_call_only_what_is_there(path):
    missing = [
        needed_by(tree) - known
        for snippets, known in hints_of(path)
        for tree in snippets
    ]
    assert set().union(*missing) == set()


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_hints_name_what_numpy_has(path):
    named = [numpy_names(tree) for snippets, _ in hints_of(path) for tree in snippets]
    assert [name for name in set().union(*named) if not hasattr(np, name)] == []


def test_a_missing_import_is_found():
    tree = parsed("math.ceil(n / size)")
    assert needed_by(tree) == {"math"}
    assert made_by(parsed("import math")) == {"math"}
    assert parsed("np.linalg.solve(A, A Y)") is None
