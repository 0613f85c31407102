"""The README says what is there: commands, lessons, links, counts and minutes."""

import re
from pathlib import Path

import nbformat
import pytest

from recnb.evaluation import published
from recnb.ground.machine import MIB
from recnb.lesson.frame import binder_link, frame_readme, site_address
from recnb.lesson.syllabus import REPOSITORY, SHORT_PATH, find_lesson, lesson_of
from recnb.workshop.measure.notebook import LIMIT_MIB
from recnb.workshop.notebooks import FOLDER

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
NAMES_OF_PAGES = ("README.md", "CONTRIBUTING.md", "data/README.md", "docs/peers.md")
PAGES = [ROOT / name for name in NAMES_OF_PAGES]

#: The datasets of the first table, in its words and order.
NAMES = {
    "ml-20m": "films: MovieLens 20M",
    "netflix": "films: Netflix",
    "msd": "songs: Million Song Dataset",
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    text = page.read_text("utf-8")
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text):
        assert (page.parent / target).exists(), target


def test_the_first_link_leads_to_the_site():
    assert re.search(r"\]\((\S+)\)", README)[1] == site_address()


def test_the_page_without_python_is_linked_where_it_is_published():
    lesson = nbformat.read(FOLDER / "00_start_here.ipynb", as_version=4)
    texts = [cell.source for cell in lesson.cells if cell.cell_type == "markdown"]
    for text in (README, "\n".join(texts)):
        assert f"]({site_address()}docs/pick_films.html)" in text


def test_every_lesson_stands_in_the_table_with_its_minutes():
    for path in FOLDER.glob("[0-9]*.ipynb"):
        (minutes,) = re.findall(rf"\(notebooks/{path.name}\).*\| (\d+) \|", README)
        assert int(minutes) == lesson_of(path.stem).minutes


def table_of(text):
    """Return the first table's rows, as lists of words without the bold stars."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    start = lines.index("|---|---|---|---|")
    rows = (line.strip("|").split("|") for line in lines[start + 1 : start + 4])
    return [[cell.strip() for cell in row] for row in rows]


def test_the_first_table_holds_the_published_figures_and_marks_the_best():
    paper = published(metric="NDCG@100", protocol="strong-random-vae_cf")
    paper = paper[paper["source"] == "Steck (WWW 2019), Table 1"]
    figures = paper.pivot_table("value", "dataset", "model")
    rows = table_of(README)
    assert [name for name, *_ in rows] == list(NAMES.values())
    for (_, *shown), dataset in zip(rows, NAMES, strict=True):
        values = figures.loc[dataset, ["Popularity", "MultVAE", "EASE"]]
        texts = [f"{value:.3f}".removeprefix("0") for value in values]
        best = values.argmax()
        texts[best] = f"**{texts[best]}**"
        assert shown == texts


def test_the_index_begins_as_the_readme_does():
    index = nbformat.read(FOLDER / "index.ipynb", as_version=4).cells[0].source
    start = README[: README.index("This is an interactive course")]
    assert index.split()[: len(start.split())] == start.split()


def test_the_paths_through_the_course_are_those_of_the_syllabus():
    """If this fails: python -m recnb frame."""
    assert frame_readme(README) == README


def test_the_short_path_is_read_in_two_hours():
    minutes = 0
    for label in SHORT_PATH:
        notebook = nbformat.read(FOLDER / f"{find_lesson(label).stem}.ipynb", 4)
        prose = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
        sections = re.findall(r"^## (.*) \((\d+) minutes?\)", prose, re.M)
        aside = ("Exercises", "Quiz")
        minutes += sum(int(m) for name, m in sections if name not in aside)
    assert 105 <= minutes <= 135


def test_the_clone_line_names_the_repository():
    assert f"    git clone https://github.com/{REPOSITORY}\n" in README
    folder = REPOSITORY.partition("/")[2]
    assert f"    cd {folder}\n    python3 course.py lab\n" in README


def test_the_minutes_of_the_tests_are_those_that_the_command_prints():
    command = (ROOT / "course.py").read_text("utf-8")
    least, most = re.search(r"TEST_MINUTES = \((\d+), (\d+)\)", command).groups()
    assert f"| tests | {least} to {most} minutes after that, on two cores |" in README
    workflow = (ROOT / ".github" / "workflows" / "test.yml").read_text("utf-8")
    assert int(re.search(r"timeout-minutes: (\d+)", workflow)[1]) > int(most)


def test_the_memory_of_a_notebook_is_the_limit_that_is_measured():
    assert f"at most {LIMIT_MIB * MIB / 1e9:g} GB of memory" in README


def test_the_binder_badge_opens_the_index_of_the_release():
    assert f"({binder_link('index')})" in README


def test_the_commands_exist():
    course = (ROOT / "course.py").read_text("utf-8")
    for command in re.findall(r"course\.py (\w+)", README):
        assert f'"{command}"' in course
