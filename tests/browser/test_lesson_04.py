"""Lesson 04 in a real JupyterLab: a net is chosen, and trained at a keystroke."""

import pytest

pytestmark = pytest.mark.browser

NOTEBOOK = "04_deeprec.ipynb"
CELL = "NetView(nets, split"
RUN_SECONDS = 300  # under two minutes alone; the machine may have other work
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
    caption = lesson.page.get_by_role("status").filter(has_text="weights; best")
    box = lesson.page.locator(".widget-vbox").filter(has=caption)
    box.wait_for()
    return box


def caption(box):
    return box.get_by_role("status").inner_text()


def test_the_lesson_runs_without_an_error(lesson):
    assert lesson.output_errors() == []


def test_arrow_keys_add_a_layer_and_take_it_away(lesson, box):
    start = caption(box)
    assert "n-128-128-128-n, selu" in start
    box.locator(".noUi-handle").focus()
    lesson.page.keyboard.press("ArrowRight")
    assert lesson.becomes(lambda: "n-128-128-128-128-128-n" in caption(box), 30)
    lesson.page.keyboard.press("ArrowLeft")
    assert lesson.becomes(lambda: caption(box) == start, 30)


def test_another_activation_and_a_live_training(lesson, box):
    box.locator("select").select_option("elu")
    assert lesson.becomes(lambda: "elu:" in caption(box), 30)
    box.locator("input[type=checkbox]").focus()
    lesson.page.keyboard.press("Space")
    assert lesson.becomes(lambda: "Trained just now" in caption(box), TRAIN_SECONDS)


def test_the_picture_fits_the_panel(lesson, box):
    assert lesson.overhang(box.locator("figure img")) <= 0
    lesson.screenshot("net_builder")


def test_the_widget_lives_and_the_browser_logs_no_error(lesson):
    assert lesson.becomes(lambda: lesson.dead_widgets().count() == 0)
    assert lesson.console_errors == []
