"""Lesson 07 in a real JupyterLab: a walk through a history, two films exchanged."""

import pytest
from widget import Place, number

pytestmark = pytest.mark.browser

NOTEBOOK = "07_svae.ipynb"
HINT = "Three sliders stand here in a running notebook"
WIDGETS = (Place("history_sliders(view", words="films listed", hint=HINT),)
#: Places of the sliders in the widget.
USER, STEP, SWAP = range(3)


def shown(caption):
    """Return how many films the caption says are shown."""
    return number(r"^User \d+, after (\d+) of \d+ films", caption)


def test_whoever_only_opens_the_lesson_sees_words(opened):
    opened.unrun(*WIDGETS)


def test_arrow_keys_walk_on_and_back(widget):
    widget.there_and_back(
        STEP, "ArrowRight", lambda before, now: shown(now) == shown(before) + 1
    )


def test_two_films_are_exchanged_and_put_back(widget):
    start = widget.caption()
    exchanged = "With the last film and the one before it exchanged"
    assert exchanged not in start
    widget.press(SWAP, "ArrowRight")
    widget.follows(lambda caption: exchanged in caption)
    assert widget.caption().startswith(start)
    widget.press(SWAP, "ArrowLeft")
    widget.follows(lambda caption: caption == start)


def test_after_the_whole_history_the_held_out_films_are_counted(widget):
    assert "held out" not in widget.caption()
    widget.press(STEP, "End")
    widget.follows(lambda caption: "held out." in caption)


def test_the_first_slider_shows_another_user(widget):
    assert widget.caption().startswith("User 0,")
    widget.press(USER, "ArrowRight")
    widget.follows(lambda caption: caption.startswith("User 1,"))


def test_the_picture_fits_the_panel(widget):
    widget.fits()


def test_the_lesson_is_sound(lesson):
    lesson.sound()
