"""Lesson 12 in a real JupyterLab: arrows, a grid to train in, a growing catalogue."""

import pytest

pytestmark = pytest.mark.browser

NOTEBOOK = "12_learning_a_dot_product.ipynb"
PLANE, GRID = "plane_sliders(plane_view", "grid_sliders(view"
CATALOGUE = "catalogue_slider(catalogue_view"


@pytest.fixture(scope="module")
def lesson(opened):
    opened.run_needed(PLANE, GRID, CATALOGUE)
    return opened


def test_whoever_only_opens_the_lesson_sees_words(opened):
    opened.unrun(PLANE, "Four sliders stand here")
    opened.unrun(GRID, "Two sliders and a box stand here")
    opened.unrun(CATALOGUE, "A slider over the size of the catalogue")


def test_the_lesson_runs_without_an_error(lesson):
    assert lesson.output_errors() == []


def test_an_arrow_key_turns_an_embedding_and_back(lesson):
    widget = lesson.widget(PLANE, "The dot product is")
    start, drawn = widget.caption(), widget.drawn()
    widget.press(0, "ArrowRight")
    widget.follows(lambda caption: caption != start)
    assert widget.drawn() != drawn
    widget.press(0, "ArrowLeft")
    widget.follows(lambda caption: caption == start)
    widget.fits()


def test_the_grid_moves_and_a_net_is_trained(lesson):
    widget = lesson.widget(GRID, "above the dot product")
    assert widget.caption().startswith("d = 8, 500 users")
    widget.press(0, "ArrowRight")
    widget.follows(lambda caption: caption.startswith("d = 16, 500 users"))
    assert "Trained just now" not in widget.caption()
    widget.tick()
    widget.follows(lambda caption: "Trained just now on new data" in caption)
    widget.fits()


def test_a_larger_catalogue_is_timed_anew(lesson):
    widget = lesson.widget(CATALOGUE, "items")
    assert widget.caption().startswith("1,000 items, timed just now")
    widget.press(0, "ArrowRight")
    widget.follows(lambda caption: caption.startswith("1,778 items, timed just now"))
    widget.press(0, "End")
    widget.follows(lambda caption: "only the stored times" in caption)
    widget.fits()


def test_the_widgets_live_and_the_browser_logs_no_error(lesson):
    lesson.nothing_dead()
    assert lesson.console_errors == []
