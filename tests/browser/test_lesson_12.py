"""Lesson 12 in a real JupyterLab: arrows, a grid to train in, a growing catalogue."""

import pytest

pytestmark = pytest.mark.browser

NOTEBOOK = "12_learning_a_dot_product.ipynb"
RUN_SECONDS = 420  # under three minutes alone; the machine may have other work
REDRAW_SECONDS = 90  # a net may be trained in that time


@pytest.fixture(scope="module")
def lesson(open_notebook):
    lab = open_notebook(NOTEBOOK)
    lab.run_all(RUN_SECONDS)
    return lab


def caption(box):
    return box.get_by_role("status").inner_text()


def test_the_lesson_runs_without_an_error(lesson):
    assert lesson.output_errors() == []


def test_an_arrow_key_turns_an_embedding_and_back(lesson):
    box = lesson.widget("plane_sliders(plane_view", "The dot product is")
    picture, start = box.locator("figure img"), caption(box)
    drawn = picture.get_attribute("src")
    lesson.press(box, 0, "ArrowRight")
    assert lesson.becomes(lambda: caption(box) != start, REDRAW_SECONDS)
    assert picture.get_attribute("src") != drawn
    lesson.press(box, 0, "ArrowLeft")
    assert lesson.becomes(lambda: caption(box) == start, REDRAW_SECONDS)
    assert lesson.overhang(picture) <= 0


def test_the_grid_moves_and_a_net_is_trained(lesson):
    box = lesson.widget("grid_sliders(view", "above the dot product")
    assert caption(box).startswith("d = 8, 500 users")
    lesson.press(box, 0, "ArrowRight")
    moved = "d = 16, 500 users"
    assert lesson.becomes(lambda: caption(box).startswith(moved), REDRAW_SECONDS)
    assert "Trained just now" not in caption(box)
    box.get_by_role("checkbox").focus()
    lesson.page.keyboard.press("Space")
    trained = "Trained just now on new data"
    assert lesson.becomes(lambda: trained in caption(box), REDRAW_SECONDS)
    assert lesson.overhang(box.locator("figure img")) <= 0
    lesson.screenshot("grid_sliders")


def test_a_larger_catalogue_is_timed_anew(lesson):
    box = lesson.widget("catalogue_slider(catalogue_view", "items")
    assert caption(box).startswith("1,000 items, timed just now")
    lesson.press(box, 0, "ArrowRight")
    larger = "1,778 items, timed just now"
    assert lesson.becomes(lambda: caption(box).startswith(larger), REDRAW_SECONDS)
    lesson.press(box, 0, "End")
    stored = "only the stored times"
    assert lesson.becomes(lambda: stored in caption(box), REDRAW_SECONDS)
    assert lesson.overhang(box.locator("figure img")) <= 0


def test_the_widgets_live_and_the_browser_logs_no_error(lesson):
    assert lesson.becomes(lambda: lesson.dead_widgets().count() == 0)
    assert lesson.console_errors == []


def test_whoever_only_opens_the_lesson_sees_words(open_notebook):
    lab = open_notebook(NOTEBOOK)
    for cell, words in (
        ("plane_sliders(plane_view", "Four sliders stand here"),
        ("grid_sliders(view", "Two sliders and a box stand here"),
        ("catalogue_slider(catalogue_view", "A slider over the size of the catalogue"),
    ):
        lab.scroll_to(cell)
        lab.page.get_by_text(words).first.wait_for()
    assert lab.becomes(lambda: lab.dead_widgets().count() == 0)
