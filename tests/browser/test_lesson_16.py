"""Lesson 16 in a real JupyterLab: fewer weights, and the bill of one's own shop."""

import pytest
from widget import Place, more

pytestmark = pytest.mark.browser

NOTEBOOK = "16_at_scale.ipynb"
TRADE = Place("trade_slider(view", words="against EASE", hint="A slider over the share")
BILL = Place("bill_fields(bill", words="in money", hint="Six fields stand here")
WIDGETS = TRADE, BILL


def test_whoever_only_opens_the_lesson_sees_words(opened):
    opened.unrun(*WIDGETS)


def test_an_arrow_key_keeps_more_weights_and_draws_anew(lesson):
    widget = lesson.widget(TRADE)
    widget.there_and_back(0, "ArrowRight", more(r" keeps ([\d.]+)%"))
    widget.fits()


def test_a_typed_price_changes_the_bill(lesson):
    widget = lesson.widget(BILL)
    assert "and 0.00 in money" not in widget.caption()
    widget.names_are_whole()
    widget.enter("a core-hour", "0")
    widget.follows(lambda caption: "and 0.00 in money" in caption)


def test_nothing_keeps_people_from_using_the_widgets(lesson, barriers):
    lesson.in_sight(*WIDGETS)
    assert barriers(lesson) == []


def test_the_lesson_is_sound(lesson):
    lesson.sound()
