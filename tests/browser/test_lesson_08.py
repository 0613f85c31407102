"""Lesson 08 in a real JupyterLab: EASE follows the slider, in both themes."""

import pytest
from widget import Place, number

pytestmark = pytest.mark.browser

NOTEBOOK = "08_ease.ipynb"
WIDGETS = (Place("lambda_slider(view", words="λ =", hint="A slider stands here"),)
L2 = r"λ = ([\d.e+]+):"
WHITE = [255, 255, 255, 255]


def test_whoever_only_opens_the_lesson_sees_words_and_results(opened):
    opened.unrun(*WIDGETS)
    opened.results()
    opened.screenshot("unrun")


def test_arrow_keys_train_a_new_model(widget):
    l2, before = widget.settled(L2), widget.drawn()
    for _ in range(5):  # five steps are a factor of ten
        widget.press(0, "ArrowRight")
    assert widget.settled(L2) == 10 * l2
    widget.is_drawn_anew(before)


def test_a_typed_lambda_goes_to_the_nearest_step(widget):
    widget.type("45")
    widget.follows(lambda caption: number(L2, caption) == 39.81)  # ten to the 1.6
    assert widget.settled(L2) == 39.81


def test_the_mouse_drags_the_slider(widget):
    l2, before = widget.settled(L2), widget.drawn()
    widget.drag(0, -60)
    assert widget.settled(L2) < l2
    widget.is_drawn_anew(before)


def test_a_screen_reader_says_the_lambda_that_is_shown(widget):
    before = widget.settled(L2)
    widget.press(0, "ArrowRight")
    widget.follows(lambda caption: number(L2, caption) > before)
    widget.settled(L2)  # the caption, which is read aloud when it changes, says it, too
    widget.is_heard("λ (L2)", widget.readout.inner_text())  # not the exponent of ten


@pytest.mark.parametrize("theme", ["Dark", "Light"])
def test_the_figure_can_be_read_in_both_themes(lesson, widget, theme):
    lesson.theme(theme)
    assert lesson.corner(widget.picture) == WHITE
    assert lesson.overhang(widget.picture) <= 0
    lesson.screenshot(theme.lower())


def test_nothing_keeps_people_from_using_the_widget(lesson, barriers):
    assert barriers(lesson) == []


def test_the_lesson_is_sound(lesson):
    lesson.sound()


def test_saved_and_opened_on_another_day_it_has_words_and_results(lesson):
    lesson.run_all()  # JupyterLab trusts a notebook whose outputs are all its reader's
    lesson.reopen()
    lesson.unrun(*WIDGETS)
    lesson.screenshot("reopened")
