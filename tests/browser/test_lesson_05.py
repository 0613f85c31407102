"""Lesson 05 in a real JupyterLab: a user's node is faded in and out."""

import pytest
from widget import Place, number

pytestmark = pytest.mark.browser

NOTEBOOK = "05_cdae.ipynb"
CELL = "node_slider(view, user=picked)"
HINT = "Two sliders stand here in a running notebook"
WIDGETS = (Place(CELL, words="of the own node", hint=HINT),)
#: Places of the sliders in the widget.
SHARE, USER = range(2)


def share(caption):
    """Return how many per cent of the own node the caption names."""
    return number(r"with (\d+)% of the own node", caption)


def test_whoever_only_opens_the_lesson_sees_words(opened):
    opened.unrun(*WIDGETS)


def test_arrow_keys_fade_the_node_out_and_in(widget):
    widget.there_and_back(
        SHARE, "ArrowLeft", lambda before, now: share(now) == share(before) - 5
    )


def test_without_the_node_the_list_is_a_stranger_s(widget):
    widget.press(SHARE, "Home")
    widget.follows(lambda caption: share(caption) == 0)
    stranger = ", 0 of 10 films listed would not be on that of a stranger"
    assert stranger in widget.caption()


def test_the_second_slider_shows_another_user(widget):
    assert widget.caption().startswith("User 0,")
    widget.press(USER, "ArrowRight")
    widget.follows(lambda caption: caption.startswith("User 1,"))


def test_the_picture_fits_the_panel(widget):
    widget.fits()


def test_the_lesson_is_sound(lesson):
    lesson.sound()
