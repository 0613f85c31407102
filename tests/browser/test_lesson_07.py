"""Lesson 07 in a real JupyterLab: a walk through a history, two films exchanged."""

import re

import pytest

pytestmark = pytest.mark.browser

NOTEBOOK = "07_svae.ipynb"
CELL = "history_sliders(view"
RUN_SECONDS = 420  # under three minutes alone; the machine may have other work
REDRAW_SECONDS = 30
#: Places of the sliders in the widget.
USER, STEP, SWAP = range(3)


@pytest.fixture(scope="module")
def lesson(open_notebook):
    lab = open_notebook(NOTEBOOK)
    lab.run_all(RUN_SECONDS)
    return lab


@pytest.fixture
def box(lesson):
    """Bring the widget into sight; return the box that has its caption."""
    lesson.scroll_to(CELL)
    caption = lesson.page.get_by_role("status").filter(has_text="films listed")
    box = lesson.page.locator(".widget-vbox").filter(has=caption)
    box.wait_for()
    return box


@pytest.fixture
def press(lesson, box):
    """Return a function that presses a key on one of the sliders."""

    def pressed(slider, key):
        box.locator(".noUi-handle").nth(slider).focus()
        lesson.page.keyboard.press(key)

    return pressed


def caption(box):
    return box.get_by_role("status").inner_text()


def shown(box):
    """Return how many films the caption says are shown."""
    return int(re.match(r"User \d+, after (\d+) of \d+ films", caption(box))[1])


def test_the_lesson_runs_without_an_error(lesson):
    assert lesson.output_errors() == []


def test_arrow_keys_walk_on_and_back(lesson, box, press):
    picture, start = box.locator("figure img"), caption(box)
    drawn, before = picture.get_attribute("src"), shown(box)
    press(STEP, "ArrowRight")
    assert lesson.becomes(lambda: shown(box) == before + 1, REDRAW_SECONDS)
    assert picture.get_attribute("src") != drawn
    press(STEP, "ArrowLeft")
    assert lesson.becomes(lambda: caption(box) == start, REDRAW_SECONDS)


def test_two_films_are_exchanged_and_put_back(lesson, box, press):
    start, exchanged = (
        caption(box),
        "With the last film and the one before it exchanged",
    )
    assert exchanged not in start
    press(SWAP, "ArrowRight")
    assert lesson.becomes(lambda: exchanged in caption(box), REDRAW_SECONDS)
    assert caption(box).startswith(start)
    press(SWAP, "ArrowLeft")
    assert lesson.becomes(lambda: caption(box) == start, REDRAW_SECONDS)


def test_after_the_whole_history_the_held_out_films_are_counted(lesson, box, press):
    assert "held out" not in caption(box)
    press(STEP, "End")
    assert lesson.becomes(lambda: "held out." in caption(box), REDRAW_SECONDS)


def test_the_first_slider_shows_another_user(lesson, box, press):
    assert caption(box).startswith("User 0,")
    press(USER, "ArrowRight")
    assert lesson.becomes(lambda: caption(box).startswith("User 1,"), REDRAW_SECONDS)


def test_the_picture_fits_the_panel(lesson, box):
    assert lesson.overhang(box.locator("figure img")) <= 0
    lesson.screenshot("history_sliders")


def test_the_widget_lives_and_the_browser_logs_no_error(lesson):
    assert lesson.becomes(lambda: lesson.dead_widgets().count() == 0)
    assert lesson.console_errors == []


def test_whoever_only_opens_the_lesson_sees_words(open_notebook):
    lab = open_notebook(NOTEBOOK)
    lab.scroll_to(CELL)
    lab.page.get_by_text("Three sliders stand here in a running notebook").wait_for()
    assert lab.becomes(lambda: lab.dead_widgets().count() == 0)
