"""Notebooks as pages: figures with their sentence, sliders in words, no failure."""

import pytest
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
)

from recnb.lesson.frame import binder_link
from recnb.site import SiteError, sources
from recnb.site.lessons import PICTURE, as_page, escaped
from recnb.workshop import notebooks

PNG = "iVBORw0KGgo="
ALT = (
    "One bar, *high*, and a second that is so much longer that its sentence is wrapped."
)
WRAPPED = ALT.replace("longer that", "longer\nthat") + "\n"


def figure(alt=ALT):
    data = {PICTURE: PNG, "text/plain": alt}
    return new_output("display_data", data=data, metadata={PICTURE: {"alt": alt}})


def printed(text):
    return new_output("stream", name="stdout", text=text)


def table():
    return new_output("execute_result", data={"text/html": "<table></table>"})


def page_of(*outputs, **more):
    cell = new_code_cell("1", id="c1", execution_count=1, outputs=list(outputs), **more)
    return as_page(new_notebook(cells=[cell]), "notebooks/08_ease").cells


def test_a_solution_is_shown_without_its_marks():
    source = "def f():\n    # <solution>\n    return 1\n    # </solution>"
    cell = new_code_cell(source, id="c1", execution_count=1)
    (page,) = as_page(new_notebook(cells=[cell]), "notebooks/solutions/08_ease").cells
    assert page.source == "def f():\n    return 1"


def test_a_figures_sentence_is_its_words_and_its_caption():
    (cell,) = page_of(figure())
    assert cell.metadata.mystnb["image"]["alt"] == ALT
    assert cell.metadata.mystnb["figure"]["caption"] == escaped(ALT)


def test_the_printed_sentence_goes_and_what_else_is_printed_stays():
    (alone,) = page_of(figure(), printed(WRAPPED))
    assert [output.output_type for output in alone.outputs] == ["display_data"]
    (cell,) = page_of(figure(), printed(WRAPPED + "as expected\n"))
    assert cell.outputs[1].text == "as expected\n"
    (other,) = page_of(figure(), printed("Another sentence.\n"))
    assert other.outputs[1].text == "Another sentence.\n"


def test_of_two_displays_each_has_a_cell_and_the_first_the_code():
    cells = page_of(printed("before\n"), table(), figure(), figure("Two."))
    assert len(cells) == 3
    assert "mystnb" not in cells[0].metadata  # a table has no caption
    assert "tags" not in cells[0].metadata
    assert [cell.metadata.tags for cell in cells[1:]] == [["remove-input"]] * 2
    words = [cell.metadata.mystnb["image"]["alt"] for cell in cells[1:]]
    assert words == [ALT, "Two."]
    assert len({cell.id for cell in cells}) == 3


@pytest.mark.parametrize("metadata", [{}, {PICTURE: {}}, {PICTURE: {"alt": " "}}])
def test_a_figure_without_a_sentence_is_an_error_that_says_where(metadata):
    output = new_output("display_data", data={PICTURE: PNG}, metadata=metadata)
    with pytest.raises(SiteError, match=r"notebooks/08_ease.ipynb, cell c1 has a fig"):
        page_of(output)


def test_a_cell_that_failed_or_was_not_run_is_an_error_that_says_where():
    failed = new_output("error", ename="ValueError", evalue="bad λ", traceback=[])
    with pytest.raises(SiteError, match=r"cell c1 failed: ValueError: bad λ"):
        page_of(failed)
    notebook = new_notebook(cells=[new_code_cell("1 + 1", id="c7")])
    with pytest.raises(SiteError, match=r"notebooks/x.ipynb, cell c7 was not run"):
        as_page(notebook, "notebooks/x")


def test_a_sliders_place_says_how_to_run_it():
    words = "[A slider stands here in a running\nnotebook: drag λ.]"
    (cell,) = page_of(new_output("execute_result", data={"text/plain": words}))
    text = cell.outputs[0].data["text/markdown"]
    assert text.startswith(r"*A slider stands here in a running notebook\: drag λ\.*")
    assert binder_link("08_ease") in text
    assert "python3 course.py lab" in text


def test_other_text_in_brackets_is_left_alone():
    (cell,) = page_of(new_output("execute_result", data={"text/plain": "[1, 2]"}))
    assert cell.outputs[0].data == {"text/plain": "[1, 2]"}


def test_headings_of_exercises_move_up_in_solutions_only():
    cell = new_markdown_cell("### Exercise 1\n\n#### no\n### yes")
    text = as_page(new_notebook(cells=[cell]), "notebooks/solutions/x").cells[0].source
    assert text == "## Exercise 1\n\n#### no\n## yes"
    cell = new_markdown_cell("### Exercise 1")
    text = as_page(new_notebook(cells=[cell]), "notebooks/x").cells[0].source
    assert text == "### Exercise 1"


@pytest.mark.parametrize("path", notebooks.find(), ids=lambda path: path.stem)
def test_every_figure_of_the_course_has_its_sentence_once(path):
    name = path.relative_to(notebooks.ROOT).with_suffix("").as_posix()
    before = sources.read(path)
    pictures = sum(PICTURE in o.get("data", {}) for o in outputs_of(before))
    page = as_page(before, name)
    figures = [cell for cell in page.cells if "mystnb" in cell.metadata]
    assert len(figures) == pictures
    for cell in figures:
        sentence = " ".join(cell.metadata.mystnb["image"]["alt"].split())
        for output in cell.outputs:
            assert sentence not in " ".join(output.get("text", "").split())


def outputs_of(notebook):
    return [o for cell in notebook.cells for o in cell.get("outputs", ())]
