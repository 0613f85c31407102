"""Lesson 04 in a real JupyterLab: a net is chosen, and trained at a keystroke."""

import pytest
from widget import Place

pytestmark = pytest.mark.browser

NOTEBOOK = "04_deeprec.ipynb"
HINT = "A slider over the depth"
WIDGETS = (Place("NetView(nets, split", words="weights and offsets; best", hint=HINT),)


def test_whoever_only_opens_the_lesson_sees_words(opened):
    opened.unrun(*WIDGETS)


def test_arrow_keys_add_a_layer_and_take_it_away(widget):
    start = widget.caption()
    assert "n-128-128-128-n, selu" in start
    widget.press(0, "ArrowRight")
    widget.follows(lambda caption: "n-128-128-128-128-128-n" in caption)
    widget.press(0, "ArrowLeft")
    widget.follows(lambda caption: caption == start)


def test_another_activation_and_a_live_training(widget):
    widget.choose("elu")
    widget.follows(lambda caption: "elu:" in caption)
    widget.tick()
    widget.follows(lambda caption: "Trained just now" in caption)


def test_the_picture_fits_the_panel(widget):
    widget.fits()


def test_the_lesson_is_sound(lesson):
    lesson.sound()
