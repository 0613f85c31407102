"""Lesson 13b in a real JupyterLab: a filter that lets more or fewer directions pass."""

import re

import pytest

pytestmark = pytest.mark.browser

NOTEBOOK = "13b_other_hosts.ipynb"
FILTER = "filter_sliders(view"


@pytest.fixture(scope="module")
def lesson(opened):
    opened.run_needed(FILTER)
    return opened


def test_whoever_only_opens_the_lesson_sees_words(opened):
    opened.unrun(FILTER, "Two sliders stand here")


def test_the_lesson_runs_without_an_error(lesson):
    assert lesson.output_errors() == []


@pytest.mark.parametrize(
    ("slider", "number"), [(0, r"k = (\d+)"), (1, r"α = ([\d.]+)")]
)
def test_an_arrow_key_lets_more_pass(lesson, slider, number):
    def value(caption):
        return float(re.search(number, caption)[1])

    widget = lesson.widget(FILTER, "Smoothing alone")
    start, drawn = widget.caption(), widget.drawn()
    widget.press(slider, "ArrowRight")
    widget.follows(lambda caption: value(caption) > value(start))
    assert widget.drawn() != drawn
    widget.press(slider, "ArrowLeft")
    widget.follows(lambda caption: caption == start)
    widget.fits()


def test_the_widgets_live_and_the_browser_logs_no_error(lesson):
    lesson.nothing_dead()
    assert lesson.console_errors == []
