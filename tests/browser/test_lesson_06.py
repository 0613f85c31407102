"""Lesson 06 in a real JupyterLab: a weight is chosen, and a net trained with it."""

import re

import pytest

pytestmark = pytest.mark.browser

NOTEBOOK = "06_multvae.ipynb"
CELL, WORDS = "beta_slider(view)", "nats a user, and"


def beta(caption):
    return float(re.match(r"β = ([\d.]+): best", caption)[1])


def test_whoever_only_opens_the_lesson_sees_words(opened):
    opened.unrun(CELL, "A slider over the weight β and a box")


def test_the_lesson_runs_without_an_error(lesson):
    assert lesson.output_errors() == []


def test_arrow_keys_change_the_weight_there_and_back(widget):
    start, drawn = widget.caption(), widget.drawn()
    widget.press(0, "ArrowRight")
    widget.follows(lambda caption: beta(caption) > beta(start))
    assert widget.drawn() != drawn
    widget.press(0, "ArrowLeft")
    widget.follows(lambda caption: caption == start)


def test_the_box_trains_a_net_at_a_keystroke(widget):
    assert widget.box.get_by_text("train it now, 5 epochs").is_visible()
    trained = "Trained now for 5 epochs"
    widget.tick()
    widget.follows(lambda caption: trained in caption)
    widget.tick()
    widget.follows(lambda caption: trained not in caption)


def test_the_picture_fits_the_panel(widget):
    widget.fits()


def test_the_widget_lives_and_the_browser_logs_no_error(lesson):
    lesson.nothing_dead()
    assert lesson.console_errors == []
