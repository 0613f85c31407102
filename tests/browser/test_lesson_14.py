"""Lesson 14 in a real JupyterLab: a kernel of another depth, with another penalty."""

import pytest
from widget import Place, more

pytestmark = pytest.mark.browser

NOTEBOOK = "14_infinitely_wide.ipynb"
HINT = "Two sliders stand here"
WIDGETS = (Place("kernel_sliders(view", words="against ridge's", hint=HINT),)


def test_whoever_only_opens_the_lesson_sees_words(opened):
    opened.unrun(*WIDGETS)


@pytest.mark.parametrize(
    ("slider", "number"), [(0, r"Depth (\d+)"), (1, r"λ = ([\d.]+)")]
)
def test_an_arrow_key_makes_the_kernel_deeper_and_the_penalty_stronger(
    widget, slider, number
):
    widget.there_and_back(slider, "ArrowRight", more(number))
    widget.fits()


def test_the_lesson_is_sound(lesson):
    lesson.sound()
