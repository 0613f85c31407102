"""Lessons 09 and 10 in a real JupyterLab: several widgets on one page, each its own."""

import re
from functools import cache

import pytest

pytestmark = pytest.mark.browser

DIAGONAL, WEIGHTS = "09_zero_diagonal.ipynb", "10_negative_weights.ipynb"
# What stands in the place of each widget's cell before it is run.
HINTS = {
    DIAGONAL: {"diagonal_sliders(view": "Three sliders stand here"},
    WEIGHTS: {
        "dial_sliders(turn": "Two sliders stand here",
        "neighbours_menu(neighbours": "A menu of films stands here",
        "four_curves_slider(cursor": "A slider stands here",
    },
}
LESSONS = pytest.mark.parametrize("notebook", [DIAGONAL, WEIGHTS])
# The cell of each slider, words that only its caption has, and the caption's number
# that the widget's first slider moves.
SLIDERS = {
    "the bound": (DIAGONAL, "diagonal_sliders(view", "ξ =", r"ξ = ([\d.]+),"),
    "the dial": (
        WEIGHTS,
        "dial_sliders(turn",
        "negative weights times",
        r"negative weights times ([\d.]+) ",
    ),
    "the cursor": (
        WEIGHTS,
        "four_curves_slider(cursor",
        "trained anew",
        r"λ = ([\d.e+]+):",
    ),
}
MENU = (WEIGHTS, "neighbours_menu(neighbours", "What speaks most for")


@pytest.fixture(scope="module")
def opened(open_notebook):
    """Return a function from a notebook to its page; before it is run, at first."""
    return cache(open_notebook)


@pytest.fixture(scope="module")
def lesson(opened):
    """Return a function from a notebook to the page where it was run, once."""

    @cache
    def run(notebook):
        lab = opened(notebook)
        lab.run_needed(*HINTS[notebook])
        return lab

    return run


@pytest.fixture(params=SLIDERS.values(), ids=SLIDERS)
def slider(lesson, request):
    """Bring a slider into sight; return its widget and what its number looks like."""
    notebook, cell, words, pattern = request.param
    return lesson(notebook).widget(cell, words), re.compile(pattern)


@pytest.fixture
def menu(lesson):
    notebook, cell, words = MENU
    return lesson(notebook).widget(cell, words)


@LESSONS
def test_whoever_only_opens_the_lesson_sees_words_and_results(opened, notebook):
    lab = opened(notebook)
    for cell, hint in HINTS[notebook].items():
        lab.unrun(cell, hint)
    lab.results()
    lab.screenshot("unrun")


@LESSONS
def test_the_lesson_runs_without_an_error(lesson, notebook):
    assert lesson(notebook).output_errors() == []


def test_arrow_keys_move_the_slider_there_and_back(slider):
    widget, pattern = slider

    def number(caption):
        return float(pattern.search(caption)[1])

    def settled():
        """Wait until the caption is about where the slider stands; return that."""
        readout = widget.readout
        widget.follows(lambda caption: number(caption) == float(readout.inner_text()))
        return number(widget.caption())

    start, drawn = settled(), widget.drawn()
    widget.press(0, "ArrowRight")
    widget.follows(lambda caption: number(caption) > start)
    moved = settled()
    assert widget.drawn() != drawn
    widget.press(0, "ArrowLeft")
    widget.follows(lambda caption: number(caption) < moved)
    assert settled() == pytest.approx(start, rel=0.01)  # λ snaps to a step


def test_another_film_is_chosen_in_the_menu(menu):
    before, drawn = menu.caption(), menu.drawn()
    chosen = f"What speaks most for {menu.choose(3)}."
    assert chosen not in before
    menu.follows(lambda caption: chosen in caption)
    assert menu.drawn() != drawn


def test_the_picture_of_a_slider_fits_the_panel(slider):
    slider[0].fits()


def test_the_picture_of_the_menu_fits_the_panel(menu):
    menu.fits()


@LESSONS
def test_the_widgets_live_and_the_browser_logs_no_error(lesson, notebook):
    lesson(notebook).nothing_dead()
    assert lesson(notebook).console_errors == []
