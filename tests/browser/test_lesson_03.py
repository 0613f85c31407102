"""Lesson 03 in a real JupyterLab: a rating is changed, and the predictions follow."""

import re

import pytest
from widget import Place

pytestmark = pytest.mark.browser

NOTEBOOK = "03_autorec.ipynb"
WORDS = re.compile("stars? before,|no rating before,|no prediction moves")
HINT = "A menu of films and a slider over stars"
WIDGETS = (Place("ChangedRatingView(u_net", words=WORDS, hint=HINT),)


def test_whoever_only_opens_the_lesson_sees_words_and_results(opened):
    opened.unrun(*WIDGETS)
    opened.results()


def test_arrow_keys_change_the_rating_there_and_back(widget):
    assert "1 star now" in widget.caption()
    widget.there_and_back(0, "ArrowLeft", lambda _, now: "no rating now" in now)


def test_another_film_is_chosen_in_the_menu(widget):
    drawn, film = widget.drawn(), widget.choose(3)
    widget.follows(lambda caption: caption.startswith(film))
    widget.is_drawn_anew(drawn)


def test_the_picture_fits_the_panel(widget):
    widget.fits()


def test_the_lesson_is_sound(lesson):
    lesson.sound()
