"""The lecturer's guide, the reference, docstrings, and links that lead out."""

import re

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from recnb import models
from recnb.lesson.syllabus import LESSONS, RELEASE, REPOSITORY
from recnb.site import lecturers, reference, sources
from recnb.site.docstrings import with_blocks, with_known_sections
from recnb.site.links import address
from recnb.workshop import notebooks

BOX = (
    "**Next.** More.\n\n## For lecturers: 45 minutes\n\nVote.\n\n## References\n\n- A."
)


def test_a_plan_ends_with_the_next_section():
    notebook = new_notebook(cells=[new_markdown_cell(BOX)])
    assert lecturers.plan(notebook) == ("For lecturers: 45 minutes", "Vote.")


def test_a_plan_may_end_with_its_cell_or_be_missing():
    text = BOX.partition("\n\n## References")[0]
    assert lecturers.plan(new_notebook(cells=[new_markdown_cell(text)]))[1] == "Vote."
    assert lecturers.plan(new_notebook(cells=[new_markdown_cell("## Vote")])) is None


def test_the_guide_has_every_lessons_plan_in_order_and_its_links_lead_there():
    plans = {
        path.stem: lecturers.plan(sources.read(path))
        for path in notebooks.find()
        if path.parent == notebooks.FOLDER
    }
    guide = lecturers.guide(plans, "../notebooks/")
    planned = [stem for stem, plan in plans.items() if plan]
    assert len(planned) >= 17
    places = [guide.index(f"(../notebooks/{stem}.ipynb): ") for stem in planned]
    assert places == sorted(places)
    assert "](08_ease.ipynb)" not in guide
    for lesson in LESSONS:
        assert (f"\n## {lesson.label} " in guide) == (lesson.stem in planned)
        slides = f'<a href="../slides/{lesson.stem}.html">Slides</a>'
        assert (slides in guide) == (lesson.stem in planned)


def test_a_rooms_page_names_all_that_it_offers():
    page = reference.page("recnb.models")
    for name in models.__all__:
        assert f":: {name}\n" in page
    assert ".. autoclass:: EASE\n   :members:" in page
    assert ".. autofunction:: gram_matrix\n" in page


def test_the_first_page_says_what_every_room_is_for():
    page = reference.contents()
    for room in reference.ROOMS:
        assert re.search(rf"^- :doc:`{room}`: [A-Z].*[.]$", page, re.M)


def test_data_is_no_function():
    assert "CATALOGUE" not in reference.public("recnb.data")
    assert "load" in reference.public("recnb.data")


def test_what_is_set_apart_in_a_docstring_keeps_its_lines():
    lines = ["Score:", "", "    a  +  b", "", "      + c", "", "Then text."]
    assert with_blocks(lines) == ["Score:", "", "::", "", *lines[2:]]


@pytest.mark.parametrize(
    "lines",
    [
        ["Parameters", "----------", "x : int", "    One.", "", "    More of it."],
        [".. math::", "", "    x"],
        ["So::", "", "    x"],
        ["- one", "", "  still one"],
    ],
)
def test_what_is_no_block_stays_as_it_is(lines):
    assert with_blocks(lines) == lines


def test_a_block_may_stand_in_a_parameters_description():
    lines = ["x : int", "    One:", "", "        a = 1", "", "    Two."]
    marked = ["x : int", "    One:", "", "    ::", "", *lines[3:]]
    assert with_blocks(lines) == marked


def test_links_to_files_lead_to_where_the_course_is_published():
    start = f"https://github.com/{REPOSITORY}"
    assert address("LICENSE", "index") == f"{start}/blob/{RELEASE}/LICENSE"
    assert address("../recnb", "data/README") == f"{start}/tree/{RELEASE}/recnb"
    assert address("no_such_file", "index") is None
    assert address("../../elsewhere", "data/README") is None


def test_where_a_formula_is_from_stands_under_a_section_that_numpydoc_knows():
    lines = ["Returns", "-------", "float", "", "Source", "------", "Steck (2019)."]
    named = with_known_sections(lines)
    assert named == [*lines[:4], "References", "----------", "Steck (2019)."]
    assert with_known_sections(["Source of it", "------------"])[0] == "Source of it"


def test_a_formula_keeps_its_bars():
    lines = [r".. math:: \frac{1}{|L|} \|x\|"]
    assert with_blocks(lines) == lines


def test_a_metric_is_no_address():
    assert with_blocks(["NDCG@10, ``a@b``"]) == [r"NDCG\@10, ``a@b``"]


def test_bars_in_text_are_no_markup():
    assert with_blocks(["|S| of ``a | b``, :math:`|x|`"]) == [
        r"\|S\| of ``a | b``, :math:`|x|`"
    ]
    lines = ["So:", "", "    |S| x"]
    assert with_blocks(lines)[-1] == lines[-1]
