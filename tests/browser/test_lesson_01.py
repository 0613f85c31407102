"""Lesson 01 in a real JupyterLab: how many films are drawn, how many users asked."""

import re
from functools import cache

import pytest

pytestmark = pytest.mark.browser

NOTEBOOK = "01_data_and_evaluation.ipynb"
# The cell of each widget, what stands in its place before it is run, words that only
# its caption has, and the caption's number that its first slider moves.
FILMS = (
    "negatives_slider(view",
    "A slider stands here",
    "best model first",
    r"against (\d+) drawn films",
)
USERS = (
    "users_slider(view",
    "Two sliders stand here",
    "paired standard errors from zero",
    r"^(\d+) users:",
)
WIDGETS = {"films": FILMS, "users": USERS}


@pytest.fixture(scope="module")
def unrun(open_notebook):
    return open_notebook(NOTEBOOK)


@pytest.fixture(scope="module")
def run(unrun):
    unrun.run_needed(*(cell for cell, *_ in WIDGETS.values()))
    return unrun


@pytest.fixture(scope="module")
def widgets(run):
    @cache
    def shown(name):
        cell, _, words, _ = WIDGETS[name]
        return run.widget(cell, words)

    return shown


def number(name, caption):
    """Return the number in a caption that the first slider moves."""
    return int(re.search(WIDGETS[name][-1], caption)[1])


def test_whoever_only_opens_the_lesson_sees_words_and_results(unrun):
    for cell, hint, *_ in WIDGETS.values():
        unrun.unrun(cell, hint)
    unrun.results()
    unrun.screenshot("unrun")


def test_lesson_01_runs_without_an_error(run):
    assert run.output_errors() == []


@pytest.mark.parametrize("name", WIDGETS)
def test_arrow_keys_move_the_slider_there_and_back(widgets, name):
    widget = widgets(name)
    start, drawn = number(name, widget.caption()), widget.drawn()
    widget.press(0, "ArrowRight")
    widget.follows(lambda caption: number(name, caption) > start)
    assert widget.drawn() != drawn
    widget.press(0, "ArrowLeft")
    widget.follows(lambda caption: number(name, caption) == start)


def test_other_users_are_drawn(widgets):
    widget = widgets("users")
    before, drawn = widget.caption(), widget.drawn()
    widget.press(1, "ArrowRight")
    widget.follows(lambda caption: caption != before)
    assert number("users", widget.caption()) == number("users", before)
    assert widget.drawn() != drawn


@pytest.mark.parametrize("name", WIDGETS)
def test_the_picture_of_a_widget_fits_the_panel(widgets, name):
    widgets(name).fits()


def test_lesson_01_logs_no_error(run):
    assert run.console_errors == []
