"""Lesson 08's slider: every position is the model of another lambda."""

import numpy as np
import pandas as pd
import pytest

import recnb
from recnb.evaluation import evaluate, strong_generalization
from recnb.models import EASE, EASEPath
from recnb.widgets import LambdaView, lambda_slider


@pytest.fixture(scope="module")
def split():
    return strong_generalization(recnb.load("simulated"))


@pytest.fixture
def view(split):
    curve = pd.DataFrame({"l2": [1.0, 1e4], "ndcg": [0.5, 0.5], "error": [0.0, 0.0]})
    return LambdaView(split.train, split.val, curve, "simulated")


def test_the_view_tells_what_a_model_trained_from_scratch_reaches(split, view):
    model = EASE(l2=70).fit(split.train)
    ndcg = evaluate(model, split.val, ["NDCG@100"]).metrics["NDCG@100"]
    fig, sentence = view(l2=70)
    assert f"NDCG@100 = {ndcg:.3f} on {len(split.val.users)} users" in sentence
    assert f"sum to {np.square(model.weights_).sum():.3g}" in sentence
    assert f"λ = 70: {ndcg:.3f}" in [text.get_text() for text in fig.axes[0].texts]


def test_a_path_at_hand_is_not_fitted_again(split, view):
    path = EASEPath().fit(split.train)
    other = LambdaView(split.train, split.val, view.curve, "simulated", path=path)
    assert other.path is path
    assert other(l2=70)[1].split(",")[1:] == view(l2=70)[1].split(",")[1:]


def test_moving_the_slider_solves_anew(view):
    explorer = lambda_slider(view, l2=30)
    slider = explorer.controls["l2"]
    assert slider.value == 30
    before = explorer.panel.value
    slider.value = 5000
    assert "λ = 5000" in explorer.panel.value
    assert explorer.panel.value != before
