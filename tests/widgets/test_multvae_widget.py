"""Lesson 06's widget: the stored curve of a weight, and a net that is trained now."""

import numpy as np
import pandas as pd
import pytest

import recnb
from recnb.evaluation import strong_generalization
from recnb.models import MultVAE
from recnb.widgets import BetaView, beta_slider
from recnb.widgets import multvae as room

LEVELS = {"EASE": 0.35}


@pytest.fixture(scope="module")
def split():
    data = recnb.load("simulated")
    counts = np.bincount(data.items, minlength=data.n_items)
    return strong_generalization(data.keep_items(int(np.sort(counts)[-40])), seed=0)


def net(beta):
    """Return a net that would stop too early, if it were not told otherwise."""
    settings = {"hidden": (), "latent": 4, "batch_size": 500, "lr": 1e-3}
    return MultVAE(beta=beta, anneal_steps=0, epochs=99, patience=1, **settings)


@pytest.fixture(scope="module")
def view(split):
    rows = [
        {
            "beta": beta,
            "epoch": epoch,
            "val": 0.3 + 0.01 * min(epoch, 10 - epoch) - 0.1 * beta,
            "kl_best": 5 / (0.1 + beta),
            "active": 20 - 10 * beta,
        }
        for beta in (1.0, 0.0, 0.2)
        for epoch in (3, 1, 2, 8, 5, 4, 7, 6)
    ]
    return BetaView(
        pd.DataFrame(rows), split, net, "NDCG@100", "simulated, seed 0", LEVELS
    )


def test_the_sentence_says_what_is_stored(view):
    fig, sentence = view(beta=0.2)
    assert sentence == (
        "β = 0.2: best validation NDCG@100 0.330 in epoch 5 of 8; there the code "
        "costs 16.7 nats a user, and 18 of its units are in use."
    )
    assert fig.get_suptitle() == "β = 0.2 (simulated, seed 0)"
    assert [line.get_label() for line in fig.axes[0].lines][-1] == "EASE"


def test_curves_are_in_the_order_of_epochs_and_weights(view):
    assert list(view.stored) == [0, 0.2, 1]
    for curve in view.stored.values():
        assert curve["epoch"].tolist() == list(range(1, 9))


def test_a_weight_that_is_not_stored_is_answered_with_those_that_are(view):
    with pytest.raises(ValueError, match=r"β = 0.3 is not stored; choose of 0, 0.2, 1"):
        view(beta=0.3)


def test_live_training_trains_the_net_of_the_weight_and_shows_it(view, split):
    fig, sentence = view(beta=1.0, live=True)
    expected = net(1.0).set_params(epochs=room.LIVE_EPOCHS, patience=None)
    expected.fit(split.train, split.val)
    quality = [1 - error for error in expected.log_.val]
    assert len(quality) == room.LIVE_EPOCHS == 5
    now = fig.axes[0].lines[-1]
    assert now.get_label() == "trained now, 5 epochs"
    np.testing.assert_allclose(now.get_ydata(), quality[-1:], atol=1e-3)
    shown = f"{now.get_ydata()[-1]:.3f}"
    assert (
        f"Trained now for 5 epochs: {shown}; stored at that epoch: 0.250." in sentence
    )


def test_without_the_box_nothing_is_trained(view, monkeypatch):
    monkeypatch.setattr(view, "net", None)
    assert "Trained now" not in view(beta=0.0, live=False)[1]


def test_the_controls_are_wired(view, monkeypatch):
    monkeypatch.setattr(room, "LIVE_EPOCHS", 1)
    slider = beta_slider(view)
    assert "β = 0.2: best" in slider.panel.value
    assert "Trained now" not in slider.panel.value
    slider.controls["beta"].value = 1.0
    assert "β = 1: best" in slider.panel.value
    slider.controls["live"].value = True
    assert "Trained now for 1 epochs" in slider.panel.value
    slider.controls["beta"].value = 0.0
    assert "β = 0: best" in slider.panel.value
    assert "Trained now for 1 epochs" in slider.panel.value


def test_the_slider_has_the_stored_weights_and_starts_where_it_is_put(view):
    control = beta_slider(view, beta=1.0).controls["beta"]
    assert control.options == (("0", 0.0), ("0.2", 0.2), ("1", 1.0))
    assert control.value == 1


def test_the_box_says_how_long_it_trains(view):
    assert beta_slider(view).controls["live"].description == "train it now, 5 epochs"


def test_without_a_kernel_there_is_a_hint(view):
    assert beta_slider(view).hint.startswith("[A slider over the weight β and a box")
