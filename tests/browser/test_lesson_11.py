"""Lesson 11 in a real JupyterLab: MF is trained anew at a keystroke."""

import pytest
from lab import caption

pytestmark = pytest.mark.browser

NOTEBOOK = "11_dot_vs_mlp.ipynb"
CELL = "mf_explorer(view"
RUN_SECONDS = 420  # under three minutes alone; the machine may have other work
TRAIN_SECONDS = 90
#: Places of the sliders in the widget.
D, L2, EPOCHS = range(3)


@pytest.fixture(scope="module")
def lesson(open_notebook):
    lab = open_notebook(NOTEBOOK)
    lab.run_all(RUN_SECONDS)
    return lab


@pytest.fixture
def box(lesson):
    return lesson.widget(CELL, "on the validation films is")


def test_the_lesson_runs_without_an_error(lesson):
    assert lesson.output_errors() == []


@pytest.mark.parametrize(
    ("slider", "key", "back", "changed"),
    [
        (D, "ArrowLeft", "ArrowRight", "MF, d = 8, λ = 0.005, 10 epochs"),
        (L2, "End", "ArrowLeft", "MF, d = 16, λ = 0.05, 10 epochs"),
        (EPOCHS, "Home", "ArrowRight", "MF, d = 16, λ = 0.005, 5 epochs"),
    ],
)
def test_each_slider_trains_another_model(lesson, box, slider, key, back, changed):
    start, picture = "MF, d = 16, λ = 0.005, 10 epochs", box.locator("figure img")
    assert caption(box).startswith(start)
    before, drawn = caption(box), picture.get_attribute("src")
    lesson.press(box, slider, key)
    assert lesson.becomes(lambda: caption(box).startswith(changed), TRAIN_SECONDS)
    assert picture.get_attribute("src") != drawn
    for _ in range(2 if slider == L2 else 1):
        lesson.press(box, slider, back)
    # What was trained once is shown again, to the last digit.
    assert lesson.becomes(lambda: caption(box) == before, TRAIN_SECONDS)


def test_the_picture_fits_the_panel(lesson, box):
    assert lesson.overhang(box.locator("figure img")) <= 0
    lesson.screenshot("mf_explorer")


def test_the_widget_lives_and_the_browser_logs_no_error(lesson):
    assert lesson.becomes(lambda: lesson.dead_widgets().count() == 0)
    assert lesson.console_errors == []


def test_whoever_only_opens_the_lesson_sees_words(open_notebook):
    lab = open_notebook(NOTEBOOK)
    lab.scroll_to(CELL)
    lab.page.get_by_text("Three sliders stand here in a running notebook").wait_for()
    assert lab.becomes(lambda: lab.dead_widgets().count() == 0)
