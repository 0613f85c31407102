"""Lesson 06 in a real JupyterLab: a weight is chosen, and a net trained with it."""

import pytest
from widget import Place, more

pytestmark = pytest.mark.browser

NOTEBOOK = "06_multvae.ipynb"
HINT = "A slider over the weight β and a box"
WIDGETS = (Place("beta_slider(view)", words="nats a user, and", hint=HINT),)


def test_whoever_only_opens_the_lesson_sees_words(opened):
    opened.unrun(*WIDGETS)


def test_arrow_keys_change_the_weight_there_and_back(widget):
    widget.there_and_back(0, "ArrowRight", more(r"^β = ([\d.]+): best"))


def test_the_box_trains_a_net_at_a_keystroke(widget):
    assert widget.box.get_by_text("train it now, 5 epochs").is_visible()
    trained = "Trained now for 5 epochs"
    widget.tick()
    widget.follows(lambda caption: trained in caption)
    widget.tick()
    widget.follows(lambda caption: trained not in caption)


def test_the_picture_fits_the_panel(widget):
    widget.fits()


def test_the_lesson_is_sound(lesson):
    lesson.sound()
