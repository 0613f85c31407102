"""Lesson 02 in a real JupyterLab: its sliders and its menu train anew."""

import pytest
from widget import Place, number

pytestmark = pytest.mark.browser

NOTEBOOK = "02_autoencoder_primer.ipynb"
HINT = "Two sliders and a menu stand here"
WIDGETS = (Place("hidden_units_sliders(view", words="hidden units:", hint=HINT),)
NOISE = r"p = ([\d.]+),"


def test_whoever_only_opens_the_lesson_sees_words(opened):
    opened.unrun(*WIDGETS)


def test_the_arrow_keys_move_the_noise(widget):
    start, drawn = number(NOISE, widget.caption()), widget.drawn()
    widget.press(0, "ArrowRight")
    widget.follows(lambda caption: number(NOISE, caption) > start)
    widget.is_drawn_anew(drawn)
    widget.press(0, "ArrowLeft")
    widget.follows(lambda caption: number(NOISE, caption) == start)


def test_another_film_is_chosen_in_the_menu(lesson, widget):
    drawn = widget.drawn()
    widget.choose(3)
    lesson.until(lambda: widget.drawn() != drawn, "the picture did not follow the menu")


def test_the_picture_fits_the_panel(widget):
    widget.fits()


def test_the_lesson_is_sound(lesson):
    lesson.sound()
