"""Lesson 14 in a real JupyterLab: a kernel of another depth, with another penalty."""

import re

import pytest

pytestmark = pytest.mark.browser

NOTEBOOK = "14_infinitely_wide.ipynb"
KERNEL = "kernel_sliders(view"


@pytest.fixture(scope="module")
def lesson(opened):
    opened.run_needed(KERNEL)
    return opened


def test_whoever_only_opens_the_lesson_sees_words(opened):
    opened.unrun(KERNEL, "Two sliders stand here")


def test_the_lesson_runs_without_an_error(lesson):
    assert lesson.output_errors() == []


@pytest.mark.parametrize(
    ("slider", "number"), [(0, r"Depth (\d+)"), (1, r"λ = ([\d.]+)")]
)
def test_an_arrow_key_makes_the_kernel_deeper_and_the_penalty_stronger(
    lesson, slider, number
):
    def value(caption):
        return float(re.search(number, caption)[1])

    widget = lesson.widget(KERNEL, "against ridge's")
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
