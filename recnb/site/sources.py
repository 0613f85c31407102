"""Which page is made of what: the sources are laid out in a folder, for Sphinx.

A page keeps its path in the repository, so that links between pages stay as they are.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from recnb.lesson.frame import site_address
from recnb.lesson.syllabus import LESSONS
from recnb.site import lecturers, lessons, reference
from recnb.workshop import notebooks

ROOT = notebooks.ROOT
#: Pages that are taken as they stand.
PAGES = (
    "CONTRIBUTING.md",
    "data/README.md",
    "docs/peers.md",
    "docs/glossary.md",
    "docs/pick_films.md",
)
#: What these pages show.
PICTURES = ("docs/house.svg",)
#: Title in the bar at the top -> page.
BAR = {
    "Lessons": "notebooks/index",
    "Pick films": "docs/pick_films",
    "Glossary": "docs/glossary",
    "Lecturers": "docs/lecturers",
    "Data": "data/README",
    "Package": "api/index",
    "Other libraries": "docs/peers",
    "Contributing": "CONTRIBUTING",
}

TITLE = re.compile(r"\A# .*")
#: A picture with a line of its own: its words, and where it is.
PICTURE = re.compile(r"^!\[(.+)\]\((.+)\)$", re.M)
#: The same with its words under it, as under every figure of the course.
FIGURE = "```{figure} \\2\n:alt: \\1\n\n\\1\n```"

Read = Callable[[Path], NotebookNode]


def read(path: Path) -> NotebookNode:
    """Return a committed notebook, with its outputs."""
    return nbformat.read(path, as_version=4)


def lay_out(folder: Path, read: Read = read) -> None:
    """Write the source of every page.

    Parameters
    ----------
    folder : Path
        Is emptied first.
    read : function
        From a notebook's path to the notebook with its outputs.

    Raises
    ------
    SiteError
        If a notebook cannot become a page.
    """
    shutil.rmtree(folder, ignore_errors=True)
    write(folder / "index.md", home((ROOT / "README.md").read_text("utf-8")))
    for page in PAGES:
        text = (ROOT / page).read_text("utf-8")
        write(folder / page, PICTURE.sub(FIGURE, text))
    for picture in PICTURES:
        write(folder / picture, (ROOT / picture).read_text("utf-8"))
    plans = {}
    for path in notebooks.find():
        name = path.relative_to(ROOT).with_suffix("").as_posix()
        notebook = read(path)
        if path.parent == notebooks.SOLUTIONS:
            notebook.metadata["orphan"] = True  # behind a link of its lesson
        else:
            plans[path.stem] = lecturers.plan(notebook)
        write(folder / f"{name}.ipynb", nbformat.writes(page_of(notebook, name)))
    guide = lecturers.guide(plans, "../notebooks/")
    write(folder / "docs" / "lecturers.md", guide)
    write(folder / "api" / "index.rst", reference.contents())
    for room in reference.ROOMS:
        write(folder / "api" / f"{room}.rst", reference.page(room))


def page_of(notebook: NotebookNode, name: str) -> NotebookNode:
    """Return a notebook as a page; the index leads to the lessons in their order.

    The index begins as the first page does, but has a title of its own.
    """
    notebook = lessons.as_page(notebook, name)
    if name == "notebooks/index":
        start = notebook.cells[0]
        start.source = TITLE.sub("# The lessons", start.source)
        stems = [lesson.stem for lesson in LESSONS if lesson.ready]
        notebook.cells.append(new_markdown_cell(contents(stems)))
    return notebook


def home(readme: str) -> str:
    """Return the first page: the README without its link to it, and the bar on top."""
    itself = f"]({site_address()})"
    lines = [line for line in readme.splitlines() if itself not in line]
    bar = contents(f"{title} <{page}>" for title, page in BAR.items())
    return "\n".join([*lines, "", bar])


def contents(entries: Iterable[str]) -> str:
    """Return a table of contents that only the navigation shows."""
    return "\n".join(["```{toctree}", ":hidden:", "", *entries, "```", ""])


def write(path: Path, text: str) -> None:
    """Write a file, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
