"""Lesson 16 in a real JupyterLab: fewer weights, and the bill of one's own shop."""

import pytest

pytestmark = pytest.mark.browser

NOTEBOOK = "16_at_scale.ipynb"
TRADE, BILL = "trade_slider(view", "bill_fields(bill"


@pytest.fixture(scope="module")
def lesson(opened):
    opened.run_needed(TRADE, BILL)
    return opened


def test_whoever_only_opens_the_lesson_sees_words(opened):
    opened.unrun(TRADE, "A slider over the share")
    opened.unrun(BILL, "Six fields stand here")


def test_the_lesson_runs_without_an_error(lesson):
    assert lesson.output_errors() == []


def test_an_arrow_key_keeps_more_weights_and_draws_anew(lesson):
    def kept(caption):
        return float(caption.split(" keeps ")[1].split("%")[0])

    widget = lesson.widget(TRADE, "against EASE")
    start, drawn = widget.caption(), widget.drawn()
    widget.press(0, "ArrowRight")
    widget.follows(lambda caption: kept(caption) > kept(start))
    assert widget.drawn() != drawn
    widget.press(0, "ArrowLeft")
    widget.follows(lambda caption: caption == start)
    widget.fits()


def test_the_widgets_live_and_the_browser_logs_no_error(lesson):
    lesson.nothing_dead()
    assert lesson.console_errors == []
