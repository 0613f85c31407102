"""Lesson 03 in a real JupyterLab: a rating is changed, and the predictions follow."""

import re

import pytest

pytestmark = pytest.mark.browser

NOTEBOOK = "03_autorec.ipynb"
CELL = "ChangedRatingView(u_net"
WORDS = re.compile("stars? before,|no rating before,|no prediction moves")


def test_whoever_only_opens_the_lesson_sees_words_and_results(opened):
    opened.unrun(CELL, "A menu of films and a slider over stars")
    opened.results()


def test_the_lesson_runs_without_an_error(lesson):
    assert lesson.output_errors() == []


def test_arrow_keys_change_the_rating_there_and_back(widget):
    start, drawn = widget.caption(), widget.drawn()
    assert "1 star now" in start
    widget.press(0, "ArrowLeft")
    widget.follows(lambda caption: "no rating now" in caption)
    assert widget.drawn() != drawn
    widget.press(0, "ArrowRight")
    widget.follows(lambda caption: caption == start)


def test_another_film_is_chosen_in_the_menu(widget):
    drawn, film = widget.drawn(), widget.choose(3)
    widget.follows(lambda caption: caption.startswith(film))
    assert widget.drawn() != drawn


def test_the_picture_fits_the_panel(widget):
    widget.fits()


def test_the_widget_lives_and_the_browser_logs_no_error(lesson):
    lesson.nothing_dead()
    assert lesson.console_errors == []
