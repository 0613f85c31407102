"""Lesson 11 in a real JupyterLab: MF is trained anew at a keystroke."""

import pytest
from widget import Place

pytestmark = pytest.mark.browser

NOTEBOOK = "11_dot_vs_mlp.ipynb"
WIDGETS = (
    Place(
        "mf_explorer(view",
        words="on the validation films is",
        hint="Three sliders stand here in a running notebook",
    ),
)
#: Places of the sliders in the widget.
D, L2, EPOCHS = range(3)


def test_whoever_only_opens_the_lesson_sees_words(opened):
    opened.unrun(*WIDGETS)


@pytest.mark.parametrize(
    ("slider", "key", "back", "changed"),
    [
        (D, "ArrowLeft", "ArrowRight", "MF, d = 8, λ = 0.005, 10 epochs"),
        (L2, "End", "ArrowLeft", "MF, d = 16, λ = 0.05, 10 epochs"),
        (EPOCHS, "Home", "ArrowRight", "MF, d = 16, λ = 0.005, 5 epochs"),
    ],
)
def test_each_slider_trains_another_model(widget, slider, key, back, changed):
    start, drawn = widget.caption(), widget.drawn()
    assert start.startswith("MF, d = 16, λ = 0.005, 10 epochs")
    widget.press(slider, key)
    widget.follows(lambda caption: caption.startswith(changed))
    widget.is_drawn_anew(drawn)
    for _ in range(2 if slider == L2 else 1):
        widget.press(slider, back)
    # What was trained once is shown again, to the last digit.
    widget.follows(lambda caption: caption == start)


def test_the_picture_fits_the_panel(widget):
    widget.fits()


def test_the_lesson_is_sound(lesson):
    lesson.sound()
