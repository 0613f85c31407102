"""The README says what is there: commands, lessons, links and the picture."""

import re
from pathlib import Path

import nbformat
import pytest

from recnb.lesson.frame import binder_link
from recnb.lesson.syllabus import lesson_of
from recnb.notebooks import COVER, COVER_PICTURE, FOLDER, cover_picture

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "data/README.md")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    text = page.read_text("utf-8")
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text):
        assert (page.parent / target).exists(), target


def test_every_lesson_stands_in_the_table_with_its_minutes():
    for path in FOLDER.glob("[0-9]*.ipynb"):
        (minutes,) = re.findall(rf"\(notebooks/{path.name}\).*\| (\d+) \|", README)
        assert int(minutes) == lesson_of(path.stem).minutes


def test_the_picture_is_the_one_that_the_lesson_measured():
    notebook = nbformat.read(FOLDER / f"{COVER}.ipynb", as_version=4)
    assert COVER_PICTURE.read_bytes() == cover_picture(notebook)


def test_the_binder_badge_opens_the_index_of_the_release():
    assert f"({binder_link('index')})" in README


def test_the_commands_exist():
    course = (ROOT / "course.py").read_text("utf-8")
    for command in re.findall(r"course\.py (\w+)", README):
        assert f'"{command}"' in course
