"""Lesson 09's sliders: every stop is a model trained anew, on its three dials."""

import numpy as np
import pandas as pd
import pytest

import recnb
from recnb.evaluation import evaluate, strong_generalization
from recnb.models import EASE, RDLAE, FixedWeights, gram_matrix
from recnb.widgets import DiagonalView, diagonal_sliders
from recnb.widgets.controls import lambda_control, number_control


@pytest.fixture(scope="module")
def split():
    return strong_generalization(recnb.load("simulated"), seed=0)


@pytest.fixture(scope="module")
def view(split):
    curve = pd.DataFrame({"λ = 50": [0.64, 0.6]}, index=[0.0, 1.0])
    return DiagonalView(split.train, split.val, curve, "simulated")


def ndcg(model, split):
    return evaluate(model, split.val, ["NDCG@100"]).metrics["NDCG@100"]


def circled(fig):
    """Return where the circle stands in the left half of the figure."""
    circle = fig.axes[0].lines[-1]
    return float(circle.get_xdata()[0]), float(circle.get_ydata()[0])


def test_at_a_bound_of_zero_it_is_ease(split, view):
    expected = ndcg(EASE(l2=70).fit(split.train), split)
    fig, sentence = view(xi=0.0, dropout=0.0, l2=70.0)
    assert circled(fig) == (0, pytest.approx(expected, abs=1e-3))
    where = f"on {len(split.val.users)} users"
    assert "ξ = 0.00, λ = 70, dropout 0.00: NDCG@100 = " in sentence
    assert f"NDCG@100 = {circled(fig)[1]:.3f} {where}" in sentence
    assert "holds back 100% of the films" in sentence
    assert "largest diagonal entry is 0.00" in sentence


def test_without_a_bound_it_is_ridge(split, view):
    G = gram_matrix(split.train, "float64")
    ridge = np.linalg.solve(G + 70 * np.eye(len(G)), G)
    expected = ndcg(FixedWeights(ridge).fit(split.train), split)
    fig, sentence = view(xi=1.0, dropout=0.0, l2=70.0)
    assert circled(fig) == (1, pytest.approx(expected, abs=1e-3))
    assert "holds back 0% of the films" in sentence
    assert f"largest diagonal entry is {np.diag(ridge).max():.2f}" in sentence
    films, bound = fig.axes[1].lines
    np.testing.assert_allclose(films.get_ydata(), np.diag(ridge), atol=1e-4)
    np.testing.assert_array_equal(films.get_xdata(), np.diag(G))
    assert list(bound.get_ydata()) == [1, 1]


def test_between_it_is_the_model_trained_from_scratch(split, view):
    model = RDLAE(l2=70, dropout=0.3, xi=0.4, dtype="float64").fit(split.train)
    fig, sentence = view(xi=0.4, dropout=0.3, l2=70.0)
    assert circled(fig) == (0.4, pytest.approx(ndcg(model, split), abs=1e-3))
    diagonal = np.diag(model.weights_)
    held_back = np.mean(np.isclose(diagonal, 0.4, atol=1e-9))
    assert 0.1 < held_back < 0.9
    assert "ξ = 0.40, λ = 70, dropout 0.30" in sentence
    assert f"holds back {held_back:.0%} of the films" in sentence
    assert "largest diagonal entry is 0.40" in sentence
    np.testing.assert_allclose(fig.axes[1].lines[0].get_ydata(), diagonal, atol=1e-4)


def test_the_sliders_start_where_they_are_put(view):
    explorer = diagonal_sliders(view, xi=0.8, dropout=0.2, l2=50)
    values = {name: control.value for name, control in explorer.controls.items()}
    assert values == {"xi": 0.8, "dropout": 0.2, "l2": 50}
    assert "ξ = 0.80, λ = 50, dropout 0.20" in explorer.panel.value
    assert explorer.hint.startswith("[Three sliders stand here")


@pytest.mark.parametrize(
    ("control", "value", "told"),
    [
        ("xi", 0.5, "ξ = 0.50, λ = 50, dropout 0.00"),
        ("dropout", 0.35, "ξ = 0.80, λ = 50, dropout 0.35"),
        ("l2", 1000, "ξ = 0.80, λ = 1000, dropout 0.00"),
    ],
)
def test_moving_a_slider_trains_anew(view, control, value, told):
    start = {"xi": 0.8, "dropout": 0, "l2": 50}
    explorer = diagonal_sliders(view, **start)
    before = explorer.panel.value
    explorer.controls[control].value = value
    assert told in explorer.panel.value
    assert picture(explorer.panel.value) != picture(before)
    explorer.controls[control].value = start[control]
    assert caption(explorer.panel.value) == caption(before)


def caption(html):
    return html.partition('role="status"')[2]


def picture(html):
    return html.partition("base64,")[2].partition('"')[0]


def test_both_ends_of_every_slider_can_be_reached(view):
    explorer = diagonal_sliders(view)
    for control in explorer.controls.values():
        control.value = ends(control)[1]
    assert "ξ = 1.00, λ = 1e+04, dropout 0.70" in explorer.panel.value
    for control in explorer.controls.values():
        control.value = ends(control)[0]
    assert "ξ = 0.00, λ = 1, dropout 0.00" in explorer.panel.value


def ends(control):
    base = getattr(control, "base", None)
    ends = (control.min, control.max)
    return ends if base is None else tuple(base**end for end in ends)


def test_a_lambda_slider_is_a_log_scale_from_one():
    slider = lambda_control(70)
    assert slider.value == 70
    assert ends(slider) == (1, 10_000)
    assert ends(lambda_control(70, top=4.2)) == (1, pytest.approx(15_849, abs=1))
    assert lambda_control(70, step=0.2).step == 0.2
    slider.value = 50_000
    assert slider.value == 10_000


def test_a_number_slider_goes_from_zero_to_its_top():
    slider = number_control(0.3, top=0.7, name="dropout p", tooltip="Chance")
    assert (slider.value, slider.description) == (0.3, "dropout p")
    assert ends(slider) == (0, 0.7)
    slider.value = 0.9
    assert slider.value == 0.7


def test_controls_say_how_they_are_moved_without_a_mouse():
    for slider in (
        lambda_control(70),
        number_control(0.3, top=1, name="x", tooltip="Chance"),
    ):
        assert "arrow keys" in slider.tooltip
    assert slider.tooltip.startswith("Chance; ")
