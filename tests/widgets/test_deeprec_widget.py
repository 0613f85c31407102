"""Lesson 04's widget: the pure function, the wiring, and the live training."""

import pandas as pd
import pytest

import recnb
from recnb.evaluation import rating_holdout
from recnb.widgets import NetView, net_builder
from recnb.widgets import deeprec as room


@pytest.fixture(scope="module")
def split():
    return rating_holdout(recnb.load("simulated"), seed=0)


@pytest.fixture(scope="module")
def view(split):
    rows = [
        {
            "layers": layers,
            "activation": activation,
            "epoch": epoch,
            "loss": 1.2 - 0.1 * epoch,
            "val": 1.1 - 0.05 * epoch,
            "n_weights": 1000.0,
            "lr": 0.02,
        }
        for layers in ("8", "8-8")
        for activation in ("selu", "relu")
        if (layers, activation) != ("8-8", "relu")
        for epoch in (1, 2, 3)
    ]
    return NetView(pd.DataFrame(rows), split, ("Bias", 0.9), "simulated, seed 0")


def test_the_sentence_names_the_net_and_its_best_epoch(view):
    fig, sentence = view(depth=2)
    assert "n-8-8-8-n, selu" in sentence
    assert "0.950 in epoch 3 of 3" in sentence and "Bias: 0.900" in sentence
    assert "n-8-8-8-n" in fig.axes[0].get_title(loc="left")


def test_a_net_that_is_not_stored_is_named_with_those_that_are(view):
    with pytest.raises(ValueError, match=r"not stored here.*: selu"):
        view(depth=2, activation="relu")


def test_live_training_trains_the_net_that_is_shown(view, monkeypatch):
    monkeypatch.setattr(room, "LIVE_EPOCHS", 2)
    _, sentence = view(depth=1, activation="relu", live=True)
    assert "Trained just now for 2 epochs" in sentence
    assert "stored: 1.000" in sentence


def test_a_net_that_diverged_says_so(split):
    row = {
        "layers": "8",
        "activation": "selu",
        "epoch": 0,
        "loss": float("nan"),
        "val": float("nan"),
        "n_weights": float("nan"),
        "lr": 0.02,
    }
    view = NetView(pd.DataFrame([row]), split, ("Bias", 0.9), "simulated")
    _, sentence = view(depth=1)
    assert "diverged" in sentence


def test_the_controls_are_wired(view):
    builder = net_builder(view, depth=1)
    assert "n-8-n, selu" in builder.panel.value
    builder.controls["depth"].value = 2
    assert "n-8-8-8-n, selu" in builder.panel.value
    builder.controls["activation"].value = "relu"
    assert "role='alert'" in builder.panel.value
    builder.controls["depth"].value = 1
    assert "n-8-n, relu" in builder.panel.value


def test_without_a_kernel_there_is_a_hint(view):
    assert "slider over the depth" in net_builder(view).hint
