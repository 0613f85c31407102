"""Lesson 08 in a real JupyterLab: EASE follows the slider, in both themes."""

import re

import pytest

pytestmark = pytest.mark.browser

NOTEBOOK = "08_ease.ipynb"
CELL, WORDS = "lambda_slider(view", "λ ="
WHITE = [255, 255, 255, 255]


def settled(widget):
    """Wait until the caption names the slider's lambda; return it."""
    readout = widget.readout
    widget.follows(lambda caption: l2_in(caption) == float(readout.inner_text()))
    return l2_in(widget.caption())


def l2_in(caption):
    return float(re.search(r"λ = ([\d.e+]+):", caption)[1])


def test_whoever_only_opens_the_lesson_sees_words_and_results(opened):
    opened.unrun(CELL, "A slider stands here")
    opened.results()
    opened.screenshot("unrun")


def test_lesson_08_runs_without_an_error(lesson):
    assert lesson.output_errors() == []


def test_arrow_keys_train_a_new_model(widget):
    l2, before = settled(widget), widget.drawn()
    for _ in range(5):  # five steps are a factor of ten
        widget.press(0, "ArrowRight")
    assert settled(widget) == 10 * l2
    assert widget.drawn() != before


def test_a_typed_lambda_goes_to_the_nearest_step(widget):
    widget.type("45")
    widget.follows(lambda caption: l2_in(caption) == 39.81)  # ten to the 1.6
    assert settled(widget) == 39.81


def test_the_mouse_drags_the_slider(widget):
    l2, before = settled(widget), widget.drawn()
    widget.drag(0, -60)
    assert settled(widget) < l2
    assert widget.drawn() != before


@pytest.mark.parametrize("theme", ["Dark", "Light"])
def test_the_figure_can_be_read_in_both_themes(lesson, widget, theme):
    lesson.theme(theme)
    assert lesson.corner(widget.picture) == WHITE
    assert lesson.overhang(widget.picture) <= 0
    lesson.screenshot(theme.lower())


def test_lesson_08_logs_no_error(lesson):
    assert lesson.console_errors == []
