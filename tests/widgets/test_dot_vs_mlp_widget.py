"""Lesson 11's widget: what it trains, what it says of it, and its sliders."""

import re

import numpy as np
import pytest

import recnb
from recnb.evaluation import evaluate, leave_one_out
from recnb.models import MF, Popularity
from recnb.widgets import MFView, mf_explorer
from recnb.widgets import dot_vs_mlp as room


@pytest.fixture(scope="module")
def data():
    return recnb.load("simulated")


@pytest.fixture(scope="module")
def split(data):
    return leave_one_out(data, candidates=99, validation=True)


@pytest.fixture(scope="module")
def view(split):
    """Return the view with one thread, so that the seed decides every bit."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(room.QUICK, "n_threads", 1)
        yield MFView(split)


def numbers(sentence):
    """Return d, λ, epochs, the best value, its epoch, the last value, Popularity's."""
    pattern = (
        r"MF, d = (\d+), λ = ([\d.]+), (\d+) epochs in [\d.]+ s: HR@10 on the "
        r"validation films is ([\d.]+) in epoch (\d+), the best, and ([\d.]+) in the "
        r"last; Popularity has ([\d.]+)\.$"
    )
    return [float(group) for group in re.match(pattern, sentence).groups()]


def test_it_says_what_the_model_reaches_on_validation_items(view, split):
    fig, sentence = view(d=4, l2=0.01, epochs=5)
    d, l2, epochs, best, epoch, last, popular = numbers(sentence)
    assert (d, l2, epochs) == (4, 0.01, 5)
    model = MF(d=4, l2=0.01, epochs=5, **room.QUICK).fit(split.train, split.val)
    assert evaluate(model, split.val).metrics["HR@10"] == pytest.approx(best, abs=6e-4)
    assert epoch == model.log_.best_epoch
    assert last == pytest.approx(1 - model.log_.val[-1], abs=6e-4)
    of_popularity = evaluate(Popularity().fit(split.train), split.val).metrics["HR@10"]
    assert popular == pytest.approx(of_popularity, abs=6e-4)
    curve = fig.axes[0].lines[0].get_ydata()
    np.testing.assert_allclose(curve, 1 - np.array(model.log_.val))
    assert fig.get_suptitle().endswith(split.protocol.summary)


def test_in_its_first_state_it_beats_popularity(view):
    _, sentence = view(d=16, l2=0.005, epochs=10)
    *_, best, _, _, popular = numbers(sentence)
    assert best > popular + 0.02


def test_a_heavy_penalty_is_worse_than_a_light_one(view):
    _, light = view(d=16, l2=0.005, epochs=10)
    _, heavy = view(d=16, l2=0.05, epochs=10)
    assert numbers(heavy)[3] < numbers(light)[3]


def test_what_was_trained_once_is_not_trained_again(view, monkeypatch):
    _, before = view(d=8, l2=0.0, epochs=5)
    monkeypatch.setattr(room, "MF", None)
    assert view(d=8, l2=0.0, epochs=5)[1] == before


def test_a_split_without_validation_items_is_refused(data):
    with pytest.raises(ValueError, match="validation=True"):
        MFView(leave_one_out(data, candidates=99))


def test_the_sliders_are_wired(view, monkeypatch):
    explorer = mf_explorer(view, d=4, l2=0.01, epochs=5)
    assert "MF, d = 4, λ = 0.01, 5 epochs" in explorer.panel.value
    explorer.controls["d"].value = 8
    assert "MF, d = 8, λ = 0.01, 5 epochs" in explorer.panel.value
    explorer.controls["l2"].value = 0
    explorer.controls["epochs"].value = 15
    assert "MF, d = 8, λ = 0, 15 epochs" in explorer.panel.value
    for control in explorer.controls.values():
        assert not control.continuous_update  # a training is not started in passing
        assert "arrow keys" in control.tooltip


def test_it_starts_in_the_state_of_the_static_figure(split):
    asked = []

    class Asked(MFView):
        def __call__(self, **values):
            asked.append(values)
            return super().__call__(d=4, l2=0.01, epochs=5)

    explorer = mf_explorer(Asked(split))
    assert asked == [{"d": 16, "l2": 0.005, "epochs": 10}]
    assert "Three sliders stand here in a running notebook" in explorer.hint
