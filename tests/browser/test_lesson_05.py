"""Lesson 05 in a real JupyterLab: a user's node is faded in and out."""

import re

import pytest

pytestmark = pytest.mark.browser

NOTEBOOK = "05_cdae.ipynb"
CELL, WORDS = "node_slider(view, user=picked)", "of the own node"
#: Places of the sliders in the widget.
SHARE, USER = range(2)


def share(caption):
    """Return how many per cent of the own node the caption names."""
    return int(re.search(r"with (\d+)% of the own node", caption)[1])


def test_whoever_only_opens_the_lesson_sees_words(opened):
    hint = "Two sliders stand here in a running notebook"
    opened.unrun(CELL, hint)


def test_the_lesson_runs_without_an_error(lesson):
    assert lesson.output_errors() == []


def test_arrow_keys_fade_the_node_out_and_in(widget):
    start, drawn = widget.caption(), widget.drawn()
    widget.press(SHARE, "ArrowLeft")
    widget.follows(lambda caption: share(caption) == share(start) - 5)
    assert widget.drawn() != drawn
    widget.press(SHARE, "ArrowRight")
    widget.follows(lambda caption: caption == start)


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


def test_the_widget_lives_and_the_browser_logs_no_error(lesson):
    lesson.nothing_dead()
    assert lesson.console_errors == []
