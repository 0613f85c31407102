"""Lesson 01 in a real JupyterLab: how many films are drawn, how many users asked."""

import pytest
from widget import Place, number

pytestmark = pytest.mark.browser

NOTEBOOK = "01_data_and_evaluation.ipynb"
FILMS = Place(
    "negatives_slider(view", words="best model first", hint="A slider stands here"
)
USERS = Place(
    "users_slider(view",
    words="paired standard errors from zero",
    hint="Two sliders stand here",
)
WIDGETS = FILMS, USERS
#: The caption's number that the first slider moves.
NUMBER = {FILMS: r"against (\d+) drawn films", USERS: r"^(\d+) users:"}


def test_whoever_only_opens_the_lesson_sees_words_and_results(opened):
    opened.unrun(*WIDGETS)
    opened.results()
    opened.screenshot("unrun")


@pytest.mark.parametrize("place", WIDGETS, ids=str)
def test_arrow_keys_move_the_slider_there_and_back(lesson, place):
    widget, pattern = lesson.widget(place), NUMBER[place]
    start, drawn = number(pattern, widget.caption()), widget.drawn()
    widget.press(0, "ArrowRight")
    widget.follows(lambda caption: number(pattern, caption) > start)
    widget.is_drawn_anew(drawn)
    widget.press(0, "ArrowLeft")
    widget.follows(lambda caption: number(pattern, caption) == start)


def test_other_users_are_drawn(lesson):
    widget, pattern = lesson.widget(USERS), NUMBER[USERS]
    before, drawn = widget.caption(), widget.drawn()
    widget.press(1, "ArrowRight")
    widget.follows(lambda caption: caption != before)
    assert number(pattern, widget.caption()) == number(pattern, before)
    widget.is_drawn_anew(drawn)


def test_a_screen_reader_says_how_many_films_are_drawn(lesson):
    widget, pattern = lesson.widget(FILMS), NUMBER[FILMS]
    before = number(pattern, widget.caption())
    widget.press(0, "ArrowRight")
    widget.follows(lambda caption: number(pattern, caption) > before)
    shown = number(pattern, widget.caption())
    widget.is_heard("negatives", f"{shown:g}")  # not the place in the row of choices


@pytest.mark.parametrize("place", WIDGETS, ids=str)
def test_the_picture_of_a_widget_fits_the_panel(lesson, place):
    lesson.widget(place).fits()


def test_the_lesson_is_sound(lesson):
    lesson.sound()
