"""Lessons 09 and 10 in a real JupyterLab: several widgets on one page, each its own."""

import re

import pytest

pytestmark = pytest.mark.browser

DIAGONAL, WEIGHTS = "09_zero_diagonal.ipynb", "10_negative_weights.ipynb"
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
RUN_SECONDS = 300  # under a minute alone; the machine may have other work
REDRAW_SECONDS = 30


@pytest.fixture(scope="module")
def diagonal(open_notebook):
    return opened_and_run(open_notebook, DIAGONAL)


@pytest.fixture(scope="module")
def weights(open_notebook):
    return opened_and_run(open_notebook, WEIGHTS)


def opened_and_run(open_notebook, notebook):
    lab = open_notebook(notebook)
    lab.run_all(RUN_SECONDS)
    return lab


@pytest.fixture
def lesson(request):
    """Return a function from a notebook to the page where it was run, once."""
    names = {DIAGONAL: "diagonal", WEIGHTS: "weights"}
    return lambda notebook: request.getfixturevalue(names[notebook])


class Widget:
    """One widget among several: whatever stands in the box that has its caption."""

    def __init__(self, lab, cell, words):
        lab.scroll_to(cell)
        self.lab, self.name = lab, cell.partition("(")[0]
        caption = lab.page.get_by_role("status").filter(has_text=words)
        self.box = lab.page.locator(".widget-vbox").filter(has=caption)
        self.box.wait_for()
        self.picture = self.box.locator("figure img")

    def caption(self):
        return self.box.get_by_role("status").inner_text()

    def becomes(self, condition):
        return self.lab.becomes(condition, seconds=REDRAW_SECONDS)


@pytest.fixture(params=SLIDERS.values(), ids=SLIDERS)
def slider(lesson, request):
    """Bring a slider into sight; return its widget and what its number looks like."""
    notebook, cell, words, pattern = request.param
    return Widget(lesson(notebook), cell, words), re.compile(pattern)


@pytest.fixture
def menu(lesson):
    notebook, cell, words = MENU
    return Widget(lesson(notebook), cell, words)


@LESSONS
def test_the_lesson_runs_without_an_error(lesson, notebook):
    assert lesson(notebook).output_errors() == []


def test_arrow_keys_move_the_slider_there_and_back(slider):
    widget, pattern = slider
    readout = widget.box.locator(".widget-readout").first

    def number():
        return float(pattern.search(widget.caption())[1])

    def settled():
        """Wait until the caption is about where the slider stands; return that."""
        assert widget.becomes(lambda: number() == float(readout.inner_text()))
        return number()

    start, drawn = settled(), widget.picture.get_attribute("src")
    widget.box.locator(".noUi-handle").first.focus()
    widget.lab.page.keyboard.press("ArrowRight")
    assert widget.becomes(lambda: number() > start)
    moved = settled()
    assert widget.picture.get_attribute("src") != drawn
    widget.lab.page.keyboard.press("ArrowLeft")
    assert widget.becomes(lambda: number() < moved)
    assert settled() == pytest.approx(start, rel=0.01)  # λ snaps to a step


def test_another_film_is_chosen_in_the_menu(menu):
    select = menu.box.locator("select")
    before, drawn = menu.caption(), menu.picture.get_attribute("src")
    select.select_option(index=3)
    chosen = f"What speaks most for {select.input_value()}."
    assert chosen not in before
    assert menu.becomes(lambda: chosen in menu.caption())
    assert menu.picture.get_attribute("src") != drawn


def test_the_picture_of_a_slider_fits_the_panel(slider):
    fits(slider[0])


def test_the_picture_of_the_menu_fits_the_panel(menu):
    fits(menu)


def fits(widget):
    assert widget.lab.overhang(widget.picture) <= 0
    widget.lab.screenshot(widget.name)


@LESSONS
def test_the_widgets_live_and_the_browser_logs_no_error(lesson, notebook):
    lab = lesson(notebook)
    assert lab.becomes(lambda: lab.dead_widgets().count() == 0)
    assert lab.console_errors == []


@pytest.mark.parametrize(
    ("notebook", "hints"),
    [
        (DIAGONAL, {"diagonal_sliders(view": "Three sliders stand here"}),
        (
            WEIGHTS,
            {
                "dial_sliders(turn": "Two sliders stand here",
                "neighbours_menu(neighbours": "A menu of films stands here",
                "four_curves_slider(cursor": "A slider stands here",
            },
        ),
    ],
)
def test_whoever_only_opens_the_lesson_sees_words_and_results(
    open_notebook, notebook, hints
):
    lab = open_notebook(notebook)
    for cell, hint in hints.items():
        lab.scroll_to(cell)
        lab.page.get_by_text(hint).wait_for()
        assert lab.becomes(lambda: lab.dead_widgets().count() == 0)
    results = lab.page.locator(".jp-OutputArea").locator("img, table")
    assert lab.becomes(lambda: results.last.is_visible())
    lab.screenshot("unrun")
