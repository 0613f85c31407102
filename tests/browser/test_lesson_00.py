"""Lesson 00 in a real JupyterLab, run whole, as a reader would; its picker answers."""

import pytest
from widget import Place

pytestmark = pytest.mark.browser

NOTEBOOK = "00_start_here.ipynb"
PICKER = Place("Picker(", hint="A film picker stands here")


@pytest.fixture(scope="module")
def start(opened):
    """Run lesson 00 from top to bottom, and bring its picker into sight."""
    opened.run_all()
    opened.scroll_to(PICKER.cell)
    opened.see(opened.page.get_by_placeholder("a part of a title"), "the film picker")
    return opened


def test_whoever_only_opens_the_lesson_sees_words_and_results(opened):
    opened.unrun(PICKER)
    opened.results()
    opened.screenshot("unrun")


def test_ticking_a_film_changes_the_recommendations_and_unticking_undoes_it(start):
    widget = start.page.locator(".jupyter-widgets")
    table = widget.locator("table").first
    before = table.inner_text()
    box = widget.get_by_role("checkbox", checked=False).first
    film = box.locator("..").inner_text()
    box.check()
    start.until(lambda: table.inner_text() != before, f"the tick at {film} did nothing")
    assert "because you liked" in table.inner_text()
    widget.get_by_role("checkbox", name=film).first.uncheck()
    start.until(lambda: table.inner_text() == before, f"the list kept {film}")


@pytest.mark.parametrize("theme", ["Dark", "Light"])
def test_the_picker_fits_a_narrow_screen(start, theme):
    start.theme(theme)
    assert start.overhang(start.page.locator(".jupyter-widgets table").first) <= 0
    start.screenshot(theme.lower())


def test_nothing_keeps_people_from_using_the_picker(start, barriers):
    assert barriers(start) == []


def test_the_search_offers_what_is_asked_for(start):
    start.page.get_by_placeholder("a part of a title").fill("no such film at all")
    answer = start.page.get_by_text("none is spelt like it")
    start.see(answer, "the answer to the search")


def test_the_lesson_runs_and_the_browser_logs_no_error(start):
    start.quiet()  # cells that were not in sight yet still say that they are loading
