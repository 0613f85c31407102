"""Lesson 09 in a real JupyterLab: a bound on the diagonal."""

import pytest
from widget import Place

pytestmark = pytest.mark.browser

NOTEBOOK = "09_zero_diagonal.ipynb"
HINT = "Three sliders stand here"
WIDGETS = (Place("diagonal_sliders(view", words="ξ =", hint=HINT),)


def test_whoever_only_opens_the_lesson_sees_words_and_results(opened):
    opened.unrun(*WIDGETS)
    opened.results()
    opened.screenshot("unrun")


def test_arrow_keys_move_the_bound_there_and_back(widget):
    widget.up_and_down(r"ξ = ([\d.]+),")


def test_the_picture_fits_the_panel(widget):
    widget.fits()


def test_the_lesson_is_sound(lesson):
    lesson.sound()
