"""Which page is made of what."""

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from recnb.lesson.frame import site_address
from recnb.lesson.syllabus import LESSONS
from recnb.site import reference, sources
from recnb.workshop import notebooks


def no_cells(path):
    return new_notebook(cells=[new_code_cell("", id="c1")])


def test_every_page_has_a_source_under_its_path(tmp_path):
    sources.lay_out(tmp_path, no_cells)
    laid = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.*")}
    expected = {"index.md", "docs/lecturers.md", "api/index.rst", *sources.PAGES}
    expected |= set(sources.PICTURES)
    expected |= {f"api/{room}.rst" for room in reference.ROOMS}
    expected |= {p.relative_to(notebooks.ROOT).as_posix() for p in notebooks.find()}
    assert laid == expected


def test_a_picture_s_words_stand_under_it(tmp_path):
    sources.lay_out(tmp_path, no_cells)
    page = (tmp_path / "CONTRIBUTING.md").read_text("utf-8")
    start = page.index("```{figure} docs/house.svg\n:alt: Rooms on six floors, ")
    words = page[start:].splitlines()[1].removeprefix(":alt: ")
    assert page[start:].splitlines()[2:5] == ["", words, "```"]
    assert "![" not in page


def test_what_lay_there_before_is_gone(tmp_path):
    (tmp_path / "old.md").write_text("# Old")
    sources.lay_out(tmp_path, no_cells)
    assert not (tmp_path / "old.md").exists()


def test_solutions_stand_behind_a_link_and_lessons_in_the_index(tmp_path):
    sources.lay_out(tmp_path, no_cells)
    solutions = sources.read(tmp_path / "notebooks" / "solutions" / "08_ease.ipynb")
    assert solutions.metadata["orphan"] is True
    assert "orphan" not in sources.read(tmp_path / "notebooks/08_ease.ipynb").metadata
    index = sources.read(tmp_path / "notebooks" / "index.ipynb")
    last = index.cells[-1].source
    assert [s for s in last.splitlines() if s[:1].isdigit()] == [
        lesson.stem for lesson in LESSONS if lesson.ready
    ]


def test_the_index_has_a_title_of_its_own():
    index = sources.read(notebooks.FOLDER / "index.ipynb")
    title, start = index.cells[0].source.split("\n", 1)
    page = sources.page_of(index, "notebooks/index")
    assert page.cells[0].source == f"# The lessons\n{start}"
    assert title != "# The lessons"


def test_the_lecturers_page_has_the_plans(tmp_path):
    def planned(path):
        text = "## For lecturers: 45 minutes\n\nVote."
        return new_notebook(cells=[new_markdown_cell(text)])

    sources.lay_out(tmp_path, planned)
    guide = (tmp_path / "docs" / "lecturers.md").read_text("utf-8")
    assert guide.count("Vote.") == sum(lesson.ready for lesson in LESSONS)


def test_home_does_not_lead_to_itself_and_has_the_bar():
    readme = (sources.ROOT / "README.md").read_text("utf-8")
    home = sources.home(readme)
    assert f"]({site_address()})" in readme
    assert f"]({site_address()})" not in home
    assert f"]({site_address()}docs/pick_films.html)" in home
    for title, page in sources.BAR.items():
        assert f"\n{title} <{page}>\n" in home
