"""Lesson 02 in a real JupyterLab: its sliders and its menu train anew."""

import re

import pytest

pytestmark = pytest.mark.browser

PRIMER = "02_autoencoder_primer.ipynb"
CELL = "hidden_units_sliders(view"
RUN_SECONDS = 420  # two minutes alone; the machine may have other work
REDRAW_SECONDS = 30


@pytest.fixture(scope="module")
def primer(open_notebook):
    lab = open_notebook(PRIMER)
    lab.run_all(RUN_SECONDS)
    return lab


@pytest.fixture
def widget(primer):
    primer.scroll_to(CELL)
    caption = primer.page.get_by_role("status").filter(has_text="hidden units:")
    box = primer.page.locator(".widget-vbox").filter(has=caption)
    box.wait_for()
    return box


def caption(widget):
    return widget.get_by_role("status").inner_text()


def test_it_runs_without_an_error(primer):
    assert primer.output_errors() == []


def test_the_arrow_keys_move_the_noise(primer, widget):
    def noise():
        return float(re.search(r"p = ([\d.]+),", caption(widget))[1])

    start, picture = noise(), widget.locator("figure img")
    drawn = picture.get_attribute("src")
    widget.locator(".noUi-handle").first.focus()
    primer.page.keyboard.press("ArrowRight")
    assert primer.becomes(lambda: noise() > start, seconds=REDRAW_SECONDS)
    assert picture.get_attribute("src") != drawn
    primer.page.keyboard.press("ArrowLeft")
    assert primer.becomes(lambda: noise() == start, seconds=REDRAW_SECONDS)


def test_another_film_is_chosen_in_the_menu(primer, widget):
    picture = widget.locator("figure img")
    drawn = picture.get_attribute("src")
    widget.locator("select").select_option(index=3)
    changed = primer.becomes(
        lambda: picture.get_attribute("src") != drawn, seconds=REDRAW_SECONDS
    )
    assert changed


def test_the_picture_fits_and_nothing_is_dead(primer, widget):
    assert primer.overhang(widget.locator("figure img")) <= 0
    primer.screenshot("hidden_units")
    assert primer.becomes(lambda: primer.dead_widgets().count() == 0)
    assert primer.console_errors == []


def test_whoever_only_opens_the_lesson_sees_words(open_notebook):
    lab = open_notebook(PRIMER)
    lab.scroll_to(CELL)
    lab.page.get_by_text("Two sliders and a menu stand here").wait_for()
    assert lab.becomes(lambda: lab.dead_widgets().count() == 0)
