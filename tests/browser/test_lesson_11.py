"""Lesson 11 in a real JupyterLab: MF is trained anew at a keystroke."""

import pytest

pytestmark = pytest.mark.browser

NOTEBOOK = "11_dot_vs_mlp.ipynb"
CELL, WORDS = "mf_explorer(view", "on the validation films is"
#: Places of the sliders in the widget.
D, L2, EPOCHS = range(3)


def test_whoever_only_opens_the_lesson_sees_words(opened):
    hint = "Three sliders stand here in a running notebook"
    opened.unrun(CELL, hint)


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
def test_each_slider_trains_another_model(widget, slider, key, back, changed):
    start, drawn = widget.caption(), widget.drawn()
    assert start.startswith("MF, d = 16, λ = 0.005, 10 epochs")
    widget.press(slider, key)
    widget.follows(lambda caption: caption.startswith(changed))
    assert widget.drawn() != drawn
    for _ in range(2 if slider == L2 else 1):
        widget.press(slider, back)
    # What was trained once is shown again, to the last digit.
    widget.follows(lambda caption: caption == start)


def test_the_picture_fits_the_panel(widget):
    widget.fits()


def test_the_widget_lives_and_the_browser_logs_no_error(lesson):
    lesson.nothing_dead()
    assert lesson.console_errors == []
