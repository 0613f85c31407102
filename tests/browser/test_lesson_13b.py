"""Lesson 13b in a real JupyterLab: a filter that lets more or fewer directions pass."""

import pytest
from widget import Place, more

pytestmark = pytest.mark.browser

NOTEBOOK = "13b_other_hosts.ipynb"
HINT = "Two sliders stand here"
WIDGETS = (Place("filter_sliders(view", words="Smoothing alone", hint=HINT),)


def test_whoever_only_opens_the_lesson_sees_words(opened):
    opened.unrun(*WIDGETS)


@pytest.mark.parametrize(
    ("slider", "number"), [(0, r"k = (\d+)"), (1, r"α = ([\d.]+)")]
)
def test_an_arrow_key_lets_more_pass(widget, slider, number):
    widget.there_and_back(slider, "ArrowRight", more(number))
    widget.fits()


def test_the_lesson_is_sound(lesson):
    lesson.sound()
