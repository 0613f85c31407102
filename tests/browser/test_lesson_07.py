"""Lesson 07 in a real JupyterLab: a walk through a history, two films exchanged."""

import re

import pytest

pytestmark = pytest.mark.browser

NOTEBOOK = "07_svae.ipynb"
CELL, WORDS = "history_sliders(view", "films listed"
#: Places of the sliders in the widget.
USER, STEP, SWAP = range(3)


def shown(caption):
    """Return how many films the caption says are shown."""
    return int(re.match(r"User \d+, after (\d+) of \d+ films", caption)[1])


def test_whoever_only_opens_the_lesson_sees_words(opened):
    hint = "Three sliders stand here in a running notebook"
    opened.unrun(CELL, hint)


def test_the_lesson_runs_without_an_error(lesson):
    assert lesson.output_errors() == []


def test_arrow_keys_walk_on_and_back(widget):
    start, drawn = widget.caption(), widget.drawn()
    widget.press(STEP, "ArrowRight")
    widget.follows(lambda caption: shown(caption) == shown(start) + 1)
    assert widget.drawn() != drawn
    widget.press(STEP, "ArrowLeft")
    widget.follows(lambda caption: caption == start)


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


def test_the_widget_lives_and_the_browser_logs_no_error(lesson):
    lesson.nothing_dead()
    assert lesson.console_errors == []
