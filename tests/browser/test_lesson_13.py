"""Lesson 13 in a real JupyterLab: a ring among stored values, and a host to train."""

import pytest
from widget import Place, number

pytestmark = pytest.mark.browser

NOTEBOOK = "13_implicit_slim.ipynb"
PULL = Place("pull_sliders(pull", words="(the ring)", hint="Three sliders stand here")
HOST = Place(
    "host_sliders(host", words="plain host", hint="Two sliders and a menu stand here"
)
WIDGETS = PULL, HOST


def test_whoever_only_opens_the_lesson_sees_words(opened):
    opened.unrun(*WIDGETS)


@pytest.mark.parametrize("place", WIDGETS, ids=str)
def test_an_arrow_key_takes_a_longer_embedding(lesson, place):
    def is_twice_as_long(before, now):
        return length_in(now) == 2 * length_in(before)

    widget = lesson.widget(place)
    widget.there_and_back(0, "ArrowRight", is_twice_as_long)
    widget.fits()


def length_in(caption):
    return number(r"L = (\d+)", caption)


def test_the_lesson_is_sound(lesson):
    lesson.sound()
