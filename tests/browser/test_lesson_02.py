"""Lesson 02 in a real JupyterLab: its sliders and its menu train anew."""

import re

import pytest

pytestmark = pytest.mark.browser

NOTEBOOK = "02_autoencoder_primer.ipynb"
CELL, WORDS = "hidden_units_sliders(view", "hidden units:"


def noise(caption):
    return float(re.search(r"p = ([\d.]+),", caption)[1])


def test_whoever_only_opens_the_lesson_sees_words(opened):
    opened.unrun(CELL, "Two sliders and a menu stand here")


def test_it_runs_without_an_error(lesson):
    assert lesson.output_errors() == []


def test_the_arrow_keys_move_the_noise(widget):
    start, drawn = noise(widget.caption()), widget.drawn()
    widget.press(0, "ArrowRight")
    widget.follows(lambda caption: noise(caption) > start)
    assert widget.drawn() != drawn
    widget.press(0, "ArrowLeft")
    widget.follows(lambda caption: noise(caption) == start)


def test_another_film_is_chosen_in_the_menu(lesson, widget):
    drawn = widget.drawn()
    widget.choose(3)
    lesson.until(lambda: widget.drawn() != drawn, "the picture did not follow the menu")


def test_the_picture_fits_and_nothing_is_dead(lesson, widget):
    widget.fits()
    lesson.nothing_dead()
    assert lesson.console_errors == []
