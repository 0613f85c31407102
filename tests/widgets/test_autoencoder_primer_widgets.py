"""Lesson 02's sliders: every stop is a linear denoising autoencoder trained anew."""

import numpy as np
import pytest

import recnb
from recnb.evaluation import evaluate, strong_generalization
from recnb.models import FixedWeights, MarginalizedDAE
from recnb.widgets import HiddenUnitsView, hidden_units_sliders


@pytest.fixture(scope="module")
def split():
    data = recnb.load("simulated")
    counts = np.bincount(data.items, minlength=data.n_items)
    return strong_generalization(data.keep_items(int(np.sort(counts)[-60])), seed=0)


@pytest.fixture(scope="module")
def view(split):
    return HiddenUnitsView(split.train, split.val, split.item_table["title"], "slice")


@pytest.fixture(scope="module")
def film(split):
    return split.item_table["title"].iloc[3]


def strengths(fig):
    return fig.axes[0].lines[0].get_ydata()


def widths(fig):
    return [bar.get_width() for bar in fig.axes[1].patches]


def ndcg(model, split):
    return evaluate(model, split.val, ["NDCG@20"]).metrics["NDCG@20"]


def test_it_is_the_model_trained_from_scratch(split, view, film):
    model = MarginalizedDAE(0.4, hidden=20).fit(split.train)
    fig, sentence = view(p=0.4, hidden=20, film=film)
    assert f"NDCG@20 = {ndcg(model, split):.3f} on {len(split.val.users)}" in sentence
    assert len(strengths(fig)) == 20
    assert (np.diff(strengths(fig)) <= 0).all()
    expected = np.sort(np.diag(model.decoder_ @ model.encoder_))[::-1]
    np.testing.assert_allclose(strengths(fig), expected, atol=1e-4)
    column = model.weights_[:, 3]
    others = np.sort(np.delete(column, 3))[::-1][:7]
    np.testing.assert_allclose(widths(fig), [column[3], *others], atol=1e-4)
    assert "p = 0.40, 20 hidden units" in sentence
    assert f"weight of {column[3]:.2f} in its own score" in sentence


def test_without_noise_every_unit_gives_a_copy_back_and_it_is_pca(split, view, film):
    X = split.train.toarray()
    V = np.linalg.svd(X, full_matrices=False)[2][:10].T
    fig, sentence = view(p=0.0, hidden=10, film=film)
    np.testing.assert_allclose(strengths(fig), 1, atol=1e-6)
    assert "out of 10 units more than half of their own pattern" in sentence
    pca = ndcg(FixedWeights(V @ V.T).fit(split.train), split)
    assert f"NDCG@20 = {pca:.3f}" in sentence


def test_noise_turns_units_down(view, film):
    quiet, loud = (strengths(view(p=p, hidden=60, film=film)[0]) for p in (0.1, 0.8))
    assert (loud < quiet).all()


def test_the_sliders_start_where_they_are_put(view, film):
    explorer = hidden_units_sliders(view, p=0.3, hidden=25, film=film)
    values = {name: control.value for name, control in explorer.controls.items()}
    assert values == {"p": 0.3, "hidden": 25, "film": film}
    assert "p = 0.30, 25 hidden units" in explorer.panel.value
    assert explorer.hint.startswith("[Two sliders and a menu stand here")


def test_the_most_liked_film_is_shown_first(split, view):
    explorer = hidden_units_sliders(view)
    most_liked = int(np.argmax(split.train.sum(axis=0)))
    assert explorer.controls["film"].value == split.item_table["title"][most_liked]


def test_moving_a_control_trains_anew(view, film):
    explorer = hidden_units_sliders(view, p=0.3, hidden=25, film=film)
    before = explorer.panel.value
    explorer.controls["p"].value = 0.6
    assert "p = 0.60, 25 hidden units" in explorer.panel.value
    explorer.controls["hidden"].value = 40
    assert "p = 0.60, 40 hidden units" in explorer.panel.value
    one = explorer.panel.value
    explorer.controls["film"].value = explorer.controls["film"].options[0]
    assert explorer.panel.value not in (before, one)


def test_both_ends_of_every_slider_can_be_reached(view, film):
    explorer = hidden_units_sliders(view, film=film)
    for end in ("min", "max"):
        for name in ("p", "hidden"):
            control = explorer.controls[name]
            control.value = getattr(control, end)
            assert "NDCG@20" in explorer.panel.value
    assert "p = 0.90, 60 hidden units" in explorer.panel.value
