"""Where a lesson lives: every file that it is made of, found from its own code.

What a notebook imports, and takes from what it has imported, is followed to the files
that define it; the results that it reads, to the experiments that made them. Tests and
pages belong to a lesson if they name it, its results, or what only this lesson uses.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import nbformat
from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

from recnb.experiments import EXPERIMENTS
from recnb.lesson.syllabus import LESSONS, Lesson, find_lesson
from recnb.workshop.notebooks import ROOT

PACKAGE = ROOT / "recnb"
TESTS = ROOT / "tests"
READ = re.compile(r'\bresults\(\s*"(\w+)"')
#: So many other lessons are named behind a file; more are counted.
MOST_NAMED = 6
#: In the order in which they are shown.
PARTS = (
    "lesson",
    "models",
    "evaluation",
    "data",
    "experiments",
    "stored results",
    "plots",
    "widgets",
    "package",
    "tests",
    "pages",
)


@dataclass(frozen=True)
class Place:
    """A file of a lesson.

    Parameters
    ----------
    part : str
        One of `PARTS`.
    path : Path
    others : tuple of str
        The other lessons whose notebooks use the file.
    """

    part: str
    path: Path
    others: tuple[str, ...] = ()

    def __str__(self) -> str:
        return (
            f"{self.part:<15} {self.path.relative_to(ROOT).as_posix()}{self._shared()}"
        )

    def _shared(self) -> str:
        if not self.others:
            return ""
        if len(self.others) > MOST_NAMED:
            return f"  (also {len(self.others)} other lessons)"
        return f"  (also {' '.join(self.others)})"


def where(label: str) -> list[Place]:
    """Return the files of a lesson, part by part.

    Raises
    ------
    ValueError
        If the plan has no such lesson, or it is not written yet.
    """
    lesson = find_lesson(label)
    if not lesson.ready:
        raise ValueError(f"Lesson {label} is in the plan, but it is not written yet.")
    ready = [each for each in LESSONS if each.ready]
    used = {each.label: modules_of(each) | stored_results(each) for each in ready}

    def place(path: Path, part: str) -> Place:
        others = (each for each in used if each != label and path in used[each])
        return Place(part, path, tuple(others))

    places = {path: place(path, part_of(path)) for path in used[label]}
    own = {each.path for each in places.values() if not each.others}
    for part, paths in (
        ("lesson", own_files(lesson)),
        ("tests", tests_of(lesson, own, places)),
        ("pages", pages_of(lesson)),
    ):
        places |= {path: Place(part, path) for path in paths}
    return sorted(places.values(), key=lambda each: (PARTS.index(each.part), each.path))


def own_files(lesson: Lesson) -> list[Path]:
    """Return the files that `authoring.new_lesson` lays out, and the syllabus."""
    return [
        *notebooks_of(lesson),
        PACKAGE / "lesson" / "exercises" / f"lesson_{lesson.label}.py",
        PACKAGE / "lesson" / "quizzes" / f"{lesson.label}.toml",
        PACKAGE / "lesson" / "syllabus.py",
    ]


def notebooks_of(lesson: Lesson) -> list[Path]:
    """Return the lesson and its solutions."""
    folder = ROOT / "notebooks"
    name = f"{lesson.stem}.ipynb"
    return [folder / name, folder / "solutions" / name]


def part_of(path: Path) -> str:
    """Return the part that a file of the package, or a stored result, stands in."""
    if path.suffix == ".csv":
        return "stored results"
    room = path.relative_to(PACKAGE).parts[0]
    return room if room in PARTS else "package"


# ---- what a notebook uses ------------------------------------------------------------


@cache
def modules_of(lesson: Lesson) -> set[Path]:
    """Return the modules of the package that a lesson and its solutions use.

    With them are the experiments behind the results that it reads.
    """
    code = "\n".join(code_of(read(path)) for path in notebooks_of(lesson))
    experiments = (EXPERIMENTS[name] for name in names_of_results(lesson))
    return files_of(code) | {file_of(each.measure) for each in experiments}


@cache
def stored_results(lesson: Lesson) -> set[Path]:
    """Return the stored results that a lesson reads."""
    return {EXPERIMENTS[name].path() for name in names_of_results(lesson)}


@cache
def names_of_results(lesson: Lesson) -> set[str]:
    """Return the results that a lesson names, or had read when it was executed.

    Where it uses an experiment's module, the results of this experiment, too.
    """
    names = set()
    for path in notebooks_of(lesson):
        notebook = read(path)
        code = code_of(notebook)
        names |= set(READ.findall(code)) & set(EXPERIMENTS)
        names |= set(notebook.metadata.get("recnb", {}).get("results", ()))
        modules = files_of(code)
        names |= {
            name
            for name, each in EXPERIMENTS.items()
            if file_of(each.measure) in modules
        }
    return names


@cache
def read(path: Path) -> NotebookNode:
    """Read a notebook, once."""
    return nbformat.read(path, as_version=4)


def code_of(notebook: NotebookNode) -> str:
    """Return the code of all cells; magics become calls."""
    transform = TransformerManager().transform_cell
    cells = (cell for cell in notebook.cells if cell.cell_type == "code")
    return "\n".join(transform(cell.source) for cell in cells)


@cache
def files_of(code: str) -> set[Path]:
    """Return the modules that define what some code takes from the package."""
    found = (definition(name) for name in names_used(code))
    return {file for file in found if file and file.name != "__init__.py"}


def names_used(code: str) -> set[str]:
    """Return the dotted names that code takes from `recnb`, such as "recnb.load"."""
    tree = ast.parse(code)
    bound: dict[str, str] = {}
    for node in ast.walk(tree):
        bound |= dict(imports(node))
    used = set(bound.values())
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            root, *rest = reversed(list(chain(node)))
            if root in bound:
                used.add(".".join([bound[root], *rest]))
    return used


def imports(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield the names that an import from the package binds, and what they mean."""
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        if node.module.partition(".")[0] == "recnb":
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"
    elif isinstance(node, ast.Import):
        for alias in node.names:
            if alias.name.partition(".")[0] == "recnb":
                whole = alias.name if alias.asname else "recnb"
                yield alias.asname or "recnb", whole


def chain(node: ast.expr) -> Iterator[str]:
    """Yield the names of ``a.b.c`` from the last to the first; "" for anything else."""
    while isinstance(node, ast.Attribute):
        yield node.attr
        node = node.value
    yield node.id if isinstance(node, ast.Name) else ""


@cache
def definition(name: str) -> Path | None:
    """Return the file that defines a dotted name of the package."""
    module = found = import_module("recnb")
    for part in name.split(".")[1:]:
        module, found = found, member(found, part)
        if not isinstance(found, ModuleType):
            break
    if isinstance(found, ModuleType):
        return Path(found.__file__)
    if inspect.isfunction(found) or inspect.isclass(found):
        return file_of(found)
    return Path(module.__file__)


def member(module: ModuleType, name: str) -> object:
    """Return what a module offers under a name, a module of its own among it.

    None if it has neither: a variable of the reader may bear the module's name.
    """
    try:
        return getattr(module, name)
    except AttributeError:
        inner = f"{module.__name__}.{name}"
        is_package = hasattr(module, "__path__")
        return import_module(inner) if is_package and find_spec(inner) else None


def file_of(thing: object) -> Path | None:
    """Return the file of the package that defines a function or class, or nothing."""
    module = import_module(thing.__module__)
    inside = module.__name__.partition(".")[0] == "recnb"
    return Path(module.__file__) if inside else None


# ---- tests and pages -----------------------------------------------------------------


def tests_of(lesson: Lesson, own: set[Path], used: Iterable[Path]) -> list[Path]:
    """Return the tests that name a lesson, or test what it uses.

    Of what only this lesson uses, every test that takes something from it; of what
    several use, the tests that bear its name.
    """
    named = {name for path in used for name in names_of_tests(path)}
    own = {path for path in own if path.suffix == ".py"}
    marks = (f"lesson_{lesson.label}", lesson.stem)
    return [
        path
        for path in sorted(TESTS.rglob("*.py"))
        if path.name in named
        or any(mark in path.name for mark in marks)
        or any(mark in text(path) for mark in marks)
        or files_of(text(path)) & own
    ]


def names_of_tests(path: Path) -> list[str]:
    """Return the names that the tests of a file of the package may have."""
    return [f"test_{path.stem}.py", f"test_stored_{path.stem}.py"]


def pages_of(lesson: Lesson) -> list[Path]:
    """Return the pages in words that name a lesson's notebook or its results."""
    marks = [lesson.stem, *(path.name for path in stored_results(lesson))]
    word = re.compile("|".join(rf"\b{re.escape(mark)}" for mark in marks))
    pages = [*ROOT.glob("*.md"), *(ROOT / "data").glob("*.md")]
    pages += [*(ROOT / "docs").rglob("*.md"), *(ROOT / "findings").glob("*.md")]
    return sorted(page for page in pages if word.search(text(page)))


@cache
def text(path: Path) -> str:
    """Read a file of text, once."""
    return path.read_text("utf-8")
