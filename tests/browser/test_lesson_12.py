"""Lesson 12 in a real JupyterLab: arrows, a grid to train in, a growing catalogue."""

import pytest
from widget import Place

pytestmark = pytest.mark.browser

NOTEBOOK = "12_learning_a_dot_product.ipynb"
PLANE = Place(
    "plane_sliders(plane_view",
    words="The dot product is",
    hint="Four sliders stand here",
)
GRID = Place(
    "grid_sliders(view",
    words="above the dot product",
    hint="Two sliders and a box stand here",
)
CATALOGUE = Place(
    "catalogue_slider(catalogue_view",
    words="items",
    hint="A slider over the size of the catalogue",
)
WIDGETS = PLANE, GRID, CATALOGUE


def test_whoever_only_opens_the_lesson_sees_words(opened):
    opened.unrun(*WIDGETS)


def test_an_arrow_key_turns_an_embedding_and_back(lesson):
    widget = lesson.widget(PLANE)
    widget.there_and_back(0, "ArrowRight", lambda before, now: now != before)
    widget.fits()


def test_the_grid_moves_and_a_net_is_trained(lesson):
    widget = lesson.widget(GRID)
    assert widget.caption().startswith("d = 8, 500 users")
    widget.press(0, "ArrowRight")
    widget.follows(lambda caption: caption.startswith("d = 16, 500 users"))
    assert "Trained just now" not in widget.caption()
    widget.tick()
    widget.follows(lambda caption: "Trained just now on new data" in caption)
    widget.fits()


def test_a_larger_catalogue_is_timed_anew(lesson):
    widget = lesson.widget(CATALOGUE)
    assert widget.caption().startswith("1,000 items, timed just now")
    widget.press(0, "ArrowRight")
    widget.follows(lambda caption: caption.startswith("1,778 items, timed just now"))
    widget.press(0, "End")
    widget.follows(lambda caption: "only the stored times" in caption)
    widget.fits()


def test_nothing_keeps_people_from_using_the_widgets(lesson, barriers):
    lesson.in_sight(*WIDGETS)
    assert barriers(lesson) == []


def test_the_lesson_is_sound(lesson):
    lesson.sound()
