"""Lesson 03 in a real JupyterLab: a rating is changed, and the predictions follow."""

import re

import pytest

pytestmark = pytest.mark.browser

NOTEBOOK = "03_autorec.ipynb"
CELL = "ChangedRatingView(u_net"
CAPTION = re.compile("stars? before,|no rating before,|no prediction moves")
RUN_SECONDS = 300  # under two minutes alone; the machine may have other work
REDRAW_SECONDS = 30


@pytest.fixture(scope="module")
def lesson(open_notebook):
    lab = open_notebook(NOTEBOOK)
    lab.run_all(RUN_SECONDS)
    return lab


@pytest.fixture
def box(lesson):
    """Bring the widget into sight; return the box that has its caption."""
    lesson.scroll_to(CELL)
    caption = lesson.page.get_by_role("status").filter(has_text=CAPTION)
    box = lesson.page.locator(".widget-vbox").filter(has=caption)
    box.wait_for()
    return box


def caption(box):
    return box.get_by_role("status").inner_text()


def test_the_lesson_runs_without_an_error(lesson):
    assert lesson.output_errors() == []


def test_arrow_keys_change_the_rating_there_and_back(lesson, box):
    picture, start = box.locator("figure img"), caption(box)
    drawn = picture.get_attribute("src")
    assert "1 star now" in start
    box.locator(".noUi-handle").focus()
    lesson.page.keyboard.press("ArrowLeft")
    assert lesson.becomes(lambda: "no rating now" in caption(box), REDRAW_SECONDS)
    assert picture.get_attribute("src") != drawn
    lesson.page.keyboard.press("ArrowRight")
    assert lesson.becomes(lambda: caption(box) == start, REDRAW_SECONDS)


def test_another_film_is_chosen_in_the_menu(lesson, box):
    picture = box.locator("figure img")
    drawn, menu = picture.get_attribute("src"), box.locator("select")
    menu.select_option(index=3)
    film = menu.input_value()
    assert lesson.becomes(lambda: caption(box).startswith(film), REDRAW_SECONDS)
    assert picture.get_attribute("src") != drawn


def test_the_picture_fits_the_panel(lesson, box):
    assert lesson.overhang(box.locator("figure img")) <= 0
    lesson.screenshot("changed_rating")


def test_the_widget_lives_and_the_browser_logs_no_error(lesson):
    assert lesson.becomes(lambda: lesson.dead_widgets().count() == 0)
    assert lesson.console_errors == []


def test_whoever_only_opens_the_lesson_sees_words_and_results(open_notebook):
    lab = open_notebook(NOTEBOOK)
    lab.scroll_to(CELL)
    lab.page.get_by_text("A menu of films and a slider over stars").wait_for()
    results = lab.page.locator(".jp-OutputArea").locator("img, table")
    assert lab.becomes(lambda: results.last.is_visible())
