"""Lesson 10's widgets: the dial, the cursor over four curves, and the menu of films."""

from html import escape

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

import recnb
from recnb.evaluation import evaluate, strong_generalization
from recnb.models import EASE, FixedWeights, NonNegativeEASE, gram_matrix
from recnb.widgets import (
    DialView,
    FourCurvesView,
    NeighboursView,
    dial_sliders,
    four_curves_slider,
    neighbours_menu,
)


@pytest.fixture(scope="module")
def split():
    return strong_generalization(recnb.load("simulated"), seed=0)


@pytest.fixture(scope="module")
def judge(split):
    """Return a function from weights to NDCG@100 on the validation users."""

    def ndcg(weights):
        model = FixedWeights(weights).fit(split.train)
        return evaluate(model, split.val, ["NDCG@100"]).metrics["NDCG@100"]

    return ndcg


def solved(split, l2):
    """Return EASE's weights, from the formula, in double precision."""
    G = gram_matrix(split.train, "float64")
    P = np.linalg.inv(G + l2 * np.eye(len(G)))
    B = -P / np.diag(P)
    np.fill_diagonal(B, 0)
    return B


def picture(html):
    return html.partition("base64,")[2].partition('"')[0]


def caption(html):
    return html.partition('role="status"')[2]


@pytest.fixture(scope="module")
def turn(split):
    curves = pd.DataFrame({"λ = 70": [0.6, 0.64]}, index=[0.0, 1.0])
    return DialView(split.train, split.val, curves, "simulated")


@pytest.mark.parametrize(
    ("factor", "what"), [(0.0, "clamped"), (1.0, "as solved"), (1.5, "changed")]
)
def test_the_dial_multiplies_the_negative_weights_alone(
    split, judge, turn, factor, what
):
    B = solved(split, 70)
    expected = judge(np.where(B < 0, factor * B, B))
    fig, sentence = turn(factor=factor, l2=70.0)
    circle = fig.axes[0].lines[-1]
    assert list(circle.get_xdata()) == [factor]
    assert circle.get_ydata()[0] == pytest.approx(expected, abs=1e-3)
    start = f"λ = 70, negative weights times {factor:.2f} ({what}): NDCG@100 = "
    assert sentence.startswith(start)
    assert f"{circle.get_ydata()[0]:.4f} on {len(split.val.users)} users" in sentence


def test_clamping_and_solving_are_told_apart_by_the_dial(turn):
    heights = [turn(f)[0].axes[0].lines[-1].get_ydata()[0] for f in (0.0, 1.0)]
    assert heights[1] - heights[0] > 0.01


def test_turning_the_dial_changes_picture_and_sentence(turn):
    explorer = dial_sliders(turn, factor=0, l2=500)
    assert explorer.hint.startswith("[Two sliders stand here")
    before = explorer.panel.value
    assert "λ = 500, negative weights times 0.00 (clamped)" in before
    explorer.controls["factor"].value = 2
    assert "λ = 500, negative weights times 2.00 (changed)" in explorer.panel.value
    assert picture(explorer.panel.value) != picture(before)
    explorer.controls["l2"].value = 10
    assert "λ = 10, negative weights times 2.00" in explorer.panel.value
    explorer.controls["l2"].value = 500
    explorer.controls["factor"].value = 0
    assert caption(explorer.panel.value) == caption(before)


def test_the_dial_reaches_from_zero_to_two(turn):
    dial = dial_sliders(turn).controls["factor"]
    assert (dial.min, dial.value, dial.max) == (0, 0, 2)


@pytest.fixture(scope="module")
def cursor(split):
    curve = pd.DataFrame(
        {
            "EASE": [0.6, 0.64, 0.6],
            "clamped EASE": [0.6, 0.6, 0.6],
            "non-negative EASE": [0.6, 0.625, 0.605],
            "LAE": [0.2, 0.6, 0.6],
        },
        index=[1.0, 10.0, 1000.0],
    )
    return FourCurvesView(split.train, split.val, curve, "simulated")


@pytest.mark.parametrize("l2", [5.0, 100.0])
def test_at_the_cursor_stands_what_models_trained_from_scratch_reach(
    split, judge, cursor, l2
):
    G = gram_matrix(split.train, "float64")
    B = solved(split, l2)
    expected = {
        "EASE": judge(B),
        "clamped EASE": judge(np.maximum(B, 0)),
        "LAE": judge(np.linalg.solve(G + l2 * np.eye(len(G)), G)),
    }
    assert len({round(value, 2) for value in expected.values()}) > 1
    fig, sentence = cursor(l2=l2)
    rings = dict(zip(cursor.curve, fig.axes[0].lines[1::2], strict=False))
    found = {model: float(ring.get_ydata()[0]) for model, ring in rings.items()}
    for model, value in expected.items():
        assert found[model] == pytest.approx(value, abs=1e-3), model
    assert sentence.startswith(
        f"λ = {l2:.4g}: EASE {found['EASE']:.3f}, clamped "
        f"{found['clamped EASE']:.3f}, ridge {found['LAE']:.3f}, all three trained anew"
    )


@pytest.mark.parametrize(
    ("l2", "told"), [(10.0, "0.625"), (100.0, "0.615"), (1000.0, "0.605")]
)
def test_the_non_negative_model_is_read_off_its_curve(cursor, l2, told):
    fig, sentence = cursor(l2=l2)
    assert f"solved without negative weights {told}, read off the curve" in sentence
    ring = fig.axes[0].lines[5]
    assert ring.get_ydata()[0] == pytest.approx(float(told))
    assert ring.get_xdata()[0] == l2


@pytest.mark.parametrize("l2", [0.5, 5000.0])
def test_beyond_its_curve_the_non_negative_model_has_no_ring(cursor, l2):
    fig, sentence = cursor(l2=l2)
    assert "solved without negative weights not computed for this λ." in sentence
    assert np.isnan(fig.axes[0].lines[5].get_ydata()[0])
    assert not np.isnan(fig.axes[0].lines[1].get_ydata()[0])


def test_the_gram_matrix_is_left_as_it_was(split, cursor, turn):
    cursor(l2=5.0)
    turn(factor=0.5, l2=5.0)
    for view in (cursor, turn):
        np.testing.assert_array_equal(view.gram, gram_matrix(split.train))


def test_moving_the_cursor_changes_picture_and_sentence(cursor):
    explorer = four_curves_slider(cursor, l2=50)
    assert explorer.hint.startswith("[A slider stands here")
    before = explorer.panel.value
    assert "λ = 50: EASE" in before
    explorer.controls["l2"].value = 200
    assert "λ = 200: EASE" in explorer.panel.value
    assert picture(explorer.panel.value) != picture(before)
    explorer.controls["l2"].value = 50
    assert caption(explorer.panel.value) == caption(before)


TITLES = pd.Series(["Alien", "Aliens", "Amélie", "Chocolat", "Tom & Jerry", "Titanic"])


def small_model(kind):
    """Return a model in which five films speak for and against Alien."""
    B = np.zeros((6, 6))
    B[:, 0] = [0.9, 0.5, -0.1, 0.2, -0.3, 0.3]  # its own weight does not count
    B[5, 1] = 0.7
    return FixedWeights(kind(B)).fit(np.ones((2, 6)))


@pytest.mark.parametrize("kind", [np.array, sparse.csc_array])
def test_neighbours_are_the_largest_weights_and_the_most_negative_ones(kind):
    view = NeighboursView({"toy": small_model(kind)}, TITLES, most=4)
    fig, sentence = view(film=0)
    (ax,) = fig.axes
    drawn = [label.get_text() for label in ax.get_yticklabels()]
    assert drawn == ["Aliens", "Titanic", "Amélie", "Tom & Jerry"]
    widths = sorted(bar.get_width() for bar in ax.patches)
    assert widths == [-0.3, -0.1, 0.3, 0.5]
    assert sentence == (
        "What speaks most for Alien. toy: Aliens (+0.500). Hatched bars speak against "
        "it."
    )


def test_at_most_three_films_that_speak_against_are_drawn():
    B = np.zeros((6, 6))
    B[1:, 0] = [-0.1, -0.2, -0.3, -0.4, 0.5]
    view = NeighboursView({"m": FixedWeights(B).fit(np.ones((2, 6)))}, TITLES, most=4)
    (ax,) = view(film=0)[0].axes
    widths = {round(bar.get_width(), 6) for bar in ax.patches}
    assert widths == {-0.2, -0.3, -0.4, 0.5}


@pytest.fixture(scope="module")
def side_by_side(split):
    X = split.train
    models = {
        "EASE": EASE(l2=70).fit(X),
        "solved": NonNegativeEASE(l2=70).fit(X),
    }
    return NeighboursView(models, split.item_table["title"])


def test_the_neighbours_are_those_of_models_trained_from_scratch(split, side_by_side):
    film, titles = 3, split.item_table["title"]
    column = solved(split, 70)[:, film]
    order = np.argsort(-column)
    fig, sentence = side_by_side(film)
    ease, proper = fig.axes
    assert f"What speaks most for {titles[film]}. " in sentence
    first = f"EASE: {titles[order[0]]} ({column[order[0]]:+.3f}); solved: "
    assert first in sentence
    shown = [*order[:7], *order[-3:]]
    widths = [bar.get_width() for bar in ease.patches]
    np.testing.assert_allclose(widths, column[shown], atol=1e-4)
    assert all(bar.get_width() >= 0 for bar in proper.patches)
    assert len(proper.patches) == 10


def test_the_menu_offers_the_films_by_title_and_shows_the_chosen_one(side_by_side):
    titles, films = side_by_side.titles, [7, 3, 11]
    explorer = neighbours_menu(side_by_side, films)
    menu = explorer.controls["film"]
    assert explorer.hint.startswith("[A menu of films stands here")
    assert list(menu.options) == [(titles[film], film) for film in films]
    assert menu.value == 7
    before = explorer.panel.value
    menu.value = 3
    assert picture(explorer.panel.value) != picture(before)
    sentence = escape(side_by_side(3)[1])
    assert sentence in explorer.panel.value
    assert sentence not in before
