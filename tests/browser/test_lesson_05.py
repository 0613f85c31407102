"""Lesson 05 in a real JupyterLab: a user's node is faded in and out."""

import re

import pytest

pytestmark = pytest.mark.browser

NOTEBOOK = "05_cdae.ipynb"
CELL = "node_slider(view)"
RUN_SECONDS = 420  # under three minutes alone; the machine may have other work
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
    caption = lesson.page.get_by_role("status").filter(has_text="of the own node")
    box = lesson.page.locator(".widget-vbox").filter(has=caption)
    box.wait_for()
    return box


def caption(box):
    return box.get_by_role("status").inner_text()


def share(box):
    """Return how many per cent of the own node the caption names."""
    return int(re.search(r"with (\d+)% of the own node", caption(box))[1])


def test_the_lesson_runs_without_an_error(lesson):
    assert lesson.output_errors() == []


def test_arrow_keys_fade_the_node_out_and_in(lesson, box):
    picture, start = box.locator("figure img"), caption(box)
    drawn, before = picture.get_attribute("src"), share(box)
    box.locator(".noUi-handle").first.focus()
    lesson.page.keyboard.press("ArrowLeft")
    assert lesson.becomes(lambda: share(box) == before - 5, REDRAW_SECONDS)
    assert picture.get_attribute("src") != drawn
    lesson.page.keyboard.press("ArrowRight")
    assert lesson.becomes(lambda: caption(box) == start, REDRAW_SECONDS)


def test_without_the_node_the_list_is_a_stranger_s(lesson, box):
    box.locator(".noUi-handle").first.focus()
    lesson.page.keyboard.press("Home")
    assert lesson.becomes(lambda: share(box) == 0, REDRAW_SECONDS)
    assert ", 0 of 10 films listed would not be on that of a stranger" in caption(box)


def test_the_second_slider_shows_another_user(lesson, box):
    assert caption(box).startswith("User 0,")
    box.locator(".noUi-handle").last.focus()
    lesson.page.keyboard.press("ArrowRight")
    assert lesson.becomes(lambda: caption(box).startswith("User 1,"), REDRAW_SECONDS)


def test_the_picture_fits_the_panel(lesson, box):
    assert lesson.overhang(box.locator("figure img")) <= 0
    lesson.screenshot("node_slider")


def test_the_widget_lives_and_the_browser_logs_no_error(lesson):
    assert lesson.becomes(lambda: lesson.dead_widgets().count() == 0)
    assert lesson.console_errors == []


def test_whoever_only_opens_the_lesson_sees_words(open_notebook):
    lab = open_notebook(NOTEBOOK)
    lab.scroll_to(CELL)
    lab.page.get_by_text("Two sliders stand here in a running notebook").wait_for()
    assert lab.becomes(lambda: lab.dead_widgets().count() == 0)
