"""Lesson 10 in a real JupyterLab: several widgets on one page, each its own."""

import pytest
from widget import Place

pytestmark = pytest.mark.browser

NOTEBOOK = "10_negative_weights.ipynb"
DIAL = Place(
    "dial_sliders(turn", words="negative weights times", hint="Two sliders stand here"
)
MENU = Place(
    "neighbours_menu(neighbours",
    words="What speaks most for",
    hint="A menu of films stands here",
)
CURSOR = Place(
    "four_curves_slider(cursor", words="trained anew", hint="A slider stands here"
)
WIDGETS = DIAL, MENU, CURSOR


def test_whoever_only_opens_the_lesson_sees_words_and_results(opened):
    opened.unrun(*WIDGETS)
    opened.results()
    opened.screenshot("unrun")


@pytest.mark.parametrize(
    ("place", "number"),
    [
        pytest.param(DIAL, r"negative weights times ([\d.]+) ", id="the dial"),
        pytest.param(CURSOR, r"λ = ([\d.e+]+):", id="the cursor"),
    ],
)
def test_arrow_keys_move_the_slider_there_and_back(lesson, place, number):
    lesson.widget(place).up_and_down(number)


def test_another_film_is_chosen_in_the_menu(lesson):
    menu = lesson.widget(MENU)
    before, drawn = menu.caption(), menu.drawn()
    chosen = f"What speaks most for {menu.choose(3)}."
    assert chosen not in before
    menu.follows(lambda caption: chosen in caption)
    menu.is_drawn_anew(drawn)


@pytest.mark.parametrize("place", WIDGETS, ids=str)
def test_the_picture_of_a_widget_fits_the_panel(lesson, place):
    lesson.widget(place).fits()


def test_the_lesson_is_sound(lesson):
    lesson.sound()
