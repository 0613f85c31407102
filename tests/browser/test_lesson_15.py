"""Lesson 15 in a real JupyterLab: minutes of tuning, two axes, a table to sort."""

import pytest
from widget import Place, more

pytestmark = pytest.mark.browser

NOTEBOOK = "15_showdown.ipynb"
MINUTES = Place(
    "minutes_slider(view", words="leads with", hint="A slider over the minutes"
)
AXES = Place("axes_menus(axes", words="No model is better", hint="what the axes show")
TABLE = Place(
    "table_menus(numbers", words="models by", hint="what the table is sorted by"
)
WIDGETS = MINUTES, AXES, TABLE


def test_whoever_only_opens_the_lesson_sees_words(opened):
    opened.unrun(*WIDGETS)


def test_an_arrow_key_gives_the_searches_more_minutes(lesson):
    widget = lesson.widget(MINUTES)
    widget.there_and_back(0, "ArrowRight", more(r"After ([\d.]+) min"))
    widget.fits()


def test_a_menu_changes_the_axis(lesson):
    widget = lesson.widget(AXES)
    start, drawn = widget.caption(), widget.drawn()
    assert widget.choose_of("right", "coverage@100") == "coverage@100"
    widget.follows(lambda caption: "coverage@100, of which more" in caption)
    widget.is_drawn_anew(drawn)
    widget.choose_of("right", "seconds to train")
    widget.follows(lambda caption: caption == start)
    widget.fits()


def test_menus_sort_the_table_and_keep_one_kind(lesson):
    widget = lesson.widget(TABLE)
    everybody = widget.caption()
    widget.choose_of("show", "net")
    widget.follows(lambda caption: "6 models by NDCG@100, short, net" in caption)
    assert widget.box.locator("tbody tr").count() == 6
    widget.choose_of("show", "all kinds")
    widget.follows(lambda caption: caption == everybody)
    widget.choose_of("sort by", "seconds to train")
    widget.follows(lambda caption: "by seconds to train" in caption)


def test_nothing_keeps_people_from_using_the_widgets(lesson, barriers):
    lesson.in_sight(*WIDGETS)
    assert barriers(lesson) == []


def test_the_lesson_is_sound(lesson):
    lesson.sound()
