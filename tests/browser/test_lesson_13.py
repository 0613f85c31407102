"""Lesson 13 in a real JupyterLab: a ring among stored values, and a host to train."""

import pytest

pytestmark = pytest.mark.browser

NOTEBOOK = "13_implicit_slim.ipynb"
PULL, HOST = "pull_sliders(pull", "host_sliders(host"


@pytest.fixture(scope="module")
def lesson(opened):
    opened.run_needed(PULL, HOST)
    return opened


def test_whoever_only_opens_the_lesson_sees_words(opened):
    opened.unrun(PULL, "Three sliders stand here")
    opened.unrun(HOST, "Two sliders and a menu stand here")


def test_the_lesson_runs_without_an_error(lesson):
    assert lesson.output_errors() == []


@pytest.mark.parametrize(
    ("cell", "words"), [(PULL, "(the ring)"), (HOST, "plain host")]
)
def test_an_arrow_key_takes_a_longer_embedding(lesson, cell, words):
    widget = lesson.widget(cell, words)
    start, drawn = widget.caption(), widget.drawn()
    widget.press(0, "ArrowRight")
    widget.follows(lambda caption: length_in(caption) == 2 * length_in(start))
    assert widget.drawn() != drawn
    widget.press(0, "ArrowLeft")
    widget.follows(lambda caption: caption == start)
    widget.fits()


def length_in(caption):
    return int(caption.partition("L = ")[2].partition(",")[0])


def test_the_widgets_live_and_the_browser_logs_no_error(lesson):
    lesson.nothing_dead()
    assert lesson.console_errors == []
