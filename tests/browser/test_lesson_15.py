"""Lesson 15 in a real JupyterLab: minutes of tuning, two axes, a table to sort."""

import re

import pytest

pytestmark = pytest.mark.browser

NOTEBOOK = "15_showdown.ipynb"
MINUTES = "minutes_slider(view"
AXES = "axes_menus(axes"
TABLE = "table_menus(numbers"


@pytest.fixture(scope="module")
def lesson(opened):
    opened.run_needed(MINUTES, AXES, TABLE)
    return opened


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (MINUTES, "A slider over the minutes"),
        (AXES, "what the axes show"),
        (TABLE, "what the table is sorted by"),
    ],
)
def test_whoever_only_opens_the_lesson_sees_words(opened, cell, words):
    opened.unrun(cell, words)


def test_the_lesson_runs_without_an_error(lesson):
    assert lesson.output_errors() == []


def test_an_arrow_key_gives_the_searches_more_minutes(lesson):
    def minutes(caption):
        return float(re.search(r"After ([\d.]+) min", caption)[1])

    widget = lesson.widget(MINUTES, "leads with")
    start, drawn = widget.caption(), widget.drawn()
    widget.press(0, "ArrowRight")
    widget.follows(lambda caption: minutes(caption) > minutes(start))
    assert widget.drawn() != drawn
    widget.press(0, "ArrowLeft")
    widget.follows(lambda caption: caption == start)
    widget.fits()


def test_a_menu_changes_the_axis(lesson):
    widget = lesson.widget(AXES, "No model is better")
    start, drawn = widget.caption(), widget.drawn()
    assert widget.choose_of("right", "coverage@100") == "coverage@100"
    widget.follows(lambda caption: "coverage@100, of which more" in caption)
    assert widget.drawn() != drawn
    widget.choose_of("right", "seconds to train")
    widget.follows(lambda caption: caption == start)
    widget.fits()


def test_menus_sort_the_table_and_keep_one_kind(lesson):
    widget = lesson.widget(TABLE, "models by")
    everybody = widget.caption()
    widget.choose_of("show", "net")
    widget.follows(lambda caption: "6 models by NDCG@100, net" in caption)
    assert widget.box.locator("tbody tr").count() == 6
    widget.choose_of("show", "all kinds")
    widget.follows(lambda caption: caption == everybody)
    widget.choose_of("sort by", "seconds to train")
    widget.follows(lambda caption: "by seconds to train" in caption)


def test_the_widgets_live_and_the_browser_logs_no_error(lesson):
    lesson.nothing_dead()
    assert lesson.console_errors == []
