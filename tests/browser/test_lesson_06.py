"""Lesson 06 in a real JupyterLab: a weight is chosen, and a net trained with it."""

import re

import pytest

pytestmark = pytest.mark.browser

NOTEBOOK = "06_multvae.ipynb"
CELL = "beta_slider(view)"
RUN_SECONDS = 420  # under three minutes alone; the machine may have other work
REDRAW_SECONDS = 30
TRAIN_SECONDS = 90


@pytest.fixture(scope="module")
def lesson(open_notebook):
    lab = open_notebook(NOTEBOOK)
    lab.run_all(RUN_SECONDS)
    return lab


@pytest.fixture
def box(lesson):
    """Bring the widget into sight; return the box that has its caption."""
    lesson.scroll_to(CELL)
    caption = lesson.page.get_by_role("status").filter(has_text="nats a user, and")
    box = lesson.page.locator(".widget-vbox").filter(has=caption)
    box.wait_for()
    return box


def caption(box):
    return box.get_by_role("status").inner_text()


def beta(box):
    return float(re.match(r"β = ([\d.]+): best", caption(box))[1])


def test_the_lesson_runs_without_an_error(lesson):
    assert lesson.output_errors() == []


def test_arrow_keys_change_the_weight_there_and_back(lesson, box):
    picture, start = box.locator("figure img"), caption(box)
    drawn, before = picture.get_attribute("src"), beta(box)
    box.locator(".noUi-handle").focus()
    lesson.page.keyboard.press("ArrowRight")
    assert lesson.becomes(lambda: beta(box) > before, REDRAW_SECONDS)
    assert picture.get_attribute("src") != drawn
    lesson.page.keyboard.press("ArrowLeft")
    assert lesson.becomes(lambda: caption(box) == start, REDRAW_SECONDS)


def test_the_box_trains_a_net_at_a_keystroke(lesson, box):
    assert box.get_by_text("train it now, 5 epochs").is_visible()
    box.locator("input[type=checkbox]").focus()
    lesson.page.keyboard.press("Space")
    trained = "Trained now for 5 epochs"
    assert lesson.becomes(lambda: trained in caption(box), TRAIN_SECONDS)
    lesson.page.keyboard.press("Space")
    assert lesson.becomes(lambda: trained not in caption(box), REDRAW_SECONDS)


def test_the_picture_fits_the_panel(lesson, box):
    assert lesson.overhang(box.locator("figure img")) <= 0
    lesson.screenshot("beta_slider")


def test_the_widget_lives_and_the_browser_logs_no_error(lesson):
    assert lesson.becomes(lambda: lesson.dead_widgets().count() == 0)
    assert lesson.console_errors == []


def test_whoever_only_opens_the_lesson_sees_words(open_notebook):
    lab = open_notebook(NOTEBOOK)
    lab.scroll_to(CELL)
    lab.page.get_by_text("A slider over the weight β and a box").wait_for()
    assert lab.becomes(lambda: lab.dead_widgets().count() == 0)
