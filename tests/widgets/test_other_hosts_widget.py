"""Lesson 13b's widget: every stop of its sliders is the GF-CF of these settings."""

from dataclasses import replace

import numpy as np
import pytest

import recnb
from recnb.evaluation import evaluate, strong_generalization
from recnb.models.gfcf import GFCF
from recnb.widgets import FilterView, filter_sliders

KS, ALPHAS, EASE = (4, 16, 64), (0, 0.3, 3), 0.64


@pytest.fixture(scope="module")
def split():
    return strong_generalization(recnb.load("simulated"), seed=0)


@pytest.fixture(scope="module")
def view(split):
    return FilterView(split, KS, ALPHAS, "simulated", EASE)


@pytest.fixture(scope="module")
def dense(split):
    """Return R, the roots of the items' numbers of users, and R's right vectors."""
    X = split.train.toarray().astype(float)
    root = np.sqrt(np.maximum(X.sum(axis=0), 1))
    R = X / np.sqrt(X.sum(axis=1, keepdims=True)) / root
    return R, root, np.linalg.svd(R, full_matrices=False)[2]


class Dense:
    """GF-CF by its formula, with matrices of items x items."""

    def __init__(self, dense, k, alpha, smoothing=1):
        R, root, Vt = dense
        low_pass = Vt[:k].T @ Vt[:k] * root / root[:, None]
        self.B = smoothing * R.T @ R + alpha * low_pass

    def predict(self, X):
        return X @ self.B


def quality(model, split):
    return evaluate(model, split.val, ["NDCG@100"]).metrics["NDCG@100"]


def told(sentence, before):
    """Return the number behind some words."""
    return float(sentence.partition(before)[2].split()[0].rstrip(".;,"))


@pytest.mark.parametrize(("k", "alpha"), [(4, 0.3), (16, 3), (64, 0)])
def test_the_scores_are_those_of_the_formula(split, view, dense, k, alpha):
    expected = Dense(dense, k, alpha).predict(split.val.history)
    np.testing.assert_allclose(view.scores(k, alpha), expected, atol=1e-4)


@pytest.mark.parametrize(("k", "alpha"), [(4, 3), (64, 0.3)])
def test_the_scores_are_those_of_the_package(split, view, k, alpha):
    model = GFCF(k, alpha).fit(split.train)
    expected = model.predict(split.val.history)
    np.testing.assert_allclose(view.scores(k, alpha), expected, atol=1e-4)
    here = told(view(k=k, alpha=alpha)[1], "NDCG@100 ")
    assert here == pytest.approx(quality(model, split), abs=1e-3)


def test_the_eigenvalues_are_the_largest_of_the_items_graph(view, dense):
    R, *_ = dense
    expected = np.linalg.eigvalsh(R.T @ R)[::-1][:64]
    np.testing.assert_allclose(view.eigenvalues, expected, atol=1e-5)
    assert view.eigenvalues[0] == pytest.approx(1, abs=1e-5)


def test_the_sentence_says_what_evaluate_says(split, view, dense):
    fig, sentence = view(k=16, alpha=0.3)
    here = quality(Dense(dense, 16, 0.3), split)
    smoothing = quality(Dense(dense, 16, 0), split)
    vectors = quality(Dense(dense, 16, 1, smoothing=0), split)
    near = {"abs": 1e-3}
    assert told(sentence, "NDCG@100 ") == pytest.approx(here, **near)
    assert told(sentence, "users, ") == pytest.approx(here - EASE, **near)
    assert told(sentence, "Smoothing alone: ") == pytest.approx(smoothing, **near)
    assert told(sentence, "the 16 vectors alone: ") == pytest.approx(vectors, **near)
    lowest = view.eigenvalues[15]
    assert told(sentence, "eigenvalues from ") == pytest.approx(lowest, abs=1e-3)
    assert sentence.startswith("k = 16, α = 0.3: validation NDCG@100 ")
    assert " on 375 users, " in sentence and "EASE's 0.6400." in sentence
    assert len({round(each, 3) for each in (here, smoothing, vectors)}) == 3
    shown = {text.get_text() for text in fig.axes[1].texts}
    assert f"{told(sentence, 'NDCG@100 '):.4f}" in shown and "EASE: 0.6400" in shown


def test_without_the_ideal_filter_it_is_smoothing_alone(view):
    for k in KS:
        sentence = view(k=k, alpha=0)[1]
        assert told(sentence, "NDCG@100 ") == told(sentence, "Smoothing alone: ")


def test_a_very_strong_ideal_filter_is_its_vectors_alone(split):
    view = FilterView(split, [16], [1e5], "p", EASE)
    sentence = view(k=16, alpha=1e5)[1]
    alone = told(sentence, "the 16 vectors alone: ")
    assert told(sentence, "NDCG@100 ") == pytest.approx(alone, abs=2e-3)


def test_the_figure_draws_the_response_and_stands_still(view):
    figures = [view(k=k, alpha=alpha)[0] for k, alpha in ((4, 0.3), (64, 3))]
    kept = next(x for x in figures[0].axes[0].lines if "4 largest" in x.get_label())
    np.testing.assert_allclose(kept.get_ydata(), view.eigenvalues[:4] + 0.3)
    assert figures[0].get_suptitle() == "k = 4, α = 0.3; simulated"
    for one, other in zip(*(fig.axes for fig in figures), strict=True):
        assert (one.get_xlim(), one.get_ylim()) == (other.get_xlim(), other.get_ylim())


def test_a_film_that_nobody_likes_is_never_scored(split):
    train = split.train.copy()
    train.data[train.indices == 0] = 0
    train.eliminate_zeros()
    view = FilterView(replace(split, train=train), [4], [1], "p", EASE)
    scores = view.scores(4, 1)
    assert np.isfinite(scores).all() and np.abs(scores[:, 0]).max() < 1e-6
    assert np.abs(scores[:, 1]).max() > 1e-3


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"ks": []}, "need a value each"),
        ({"alphas": []}, "need a value each"),
        ({"alphas": [0.3, -1]}, "alpha must be at least 0, not -1"),
        ({"ks": [0, 4]}, "k must be a whole number from 1 to 596, not 0"),
        ({"ks": [4, 597]}, "k must be a whole number from 1 to 596, not 597"),
        ({"ks": [4.5]}, "k must be a whole number from 1 to 596, not 4.5"),
    ],
)
def test_what_makes_no_filter_is_refused(split, changed, words):
    settings = {"ks": KS, "alphas": ALPHAS} | changed
    with pytest.raises(ValueError, match=words):
        FilterView(split, protocol="p", ease=EASE, **settings)


def test_a_filter_needs_validation_users(split):
    with pytest.raises(ValueError, match="no validation users"):
        FilterView(replace(split, val=None), KS, ALPHAS, "p", EASE)


def test_other_values_than_those_of_the_view_are_refused(view):
    with pytest.raises(ValueError, match="k = 5 is none of 4, 16, 64"):
        view(k=5, alpha=0.3)
    with pytest.raises(ValueError, match=r"α = 1 is none of 0, 0.3, 3"):
        view(k=4, alpha=1)


def test_the_sliders_are_wired(view):
    widget = filter_sliders(view)
    assert "k = 64, α = 0.3: validation" in widget.panel.value
    widget.controls["k"].value = 4
    assert "k = 4, α = 0.3: validation" in widget.panel.value
    widget.controls["alpha"].value = 3
    assert "k = 4, α = 3: validation" in widget.panel.value
    assert widget.controls["k"].options == (("4", 4), ("16", 16), ("64", 64))
    assert widget.hint.startswith("[Two sliders stand here in a running notebook")


def test_the_sliders_start_only_at_their_stops(view):
    with pytest.raises(ValueError, match="k = 5 is none of 4, 16, 64"):
        filter_sliders(view, k=5)
    with pytest.raises(ValueError, match=r"α = 1 is none of 0, 0.3, 3"):
        filter_sliders(view, alpha=1)


def test_controls_say_how_they_are_moved_without_a_mouse(view):
    for control in filter_sliders(view).controls.values():
        assert control.tooltip.endswith("; arrow keys move it")
