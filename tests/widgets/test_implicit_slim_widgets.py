"""Lesson 13's widgets: stored strengths with a ring, and a host trained on the spot."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import recnb
from recnb.evaluation import strong_generalization
from recnb.models import ALSMF, ImplicitSLIM
from recnb.widgets import HostView, PullView, host_sliders, pull_sliders
from recnb.widgets import implicit_slim as room

SLIM = ImplicitSLIM(l2=100, alpha=1, threshold=5)
MF = ALSMF(r_p=20, r_q=3)


@pytest.fixture
def table():
    """Return a table whose best cell at L = 16 is at l2 = 300, s_q = 10."""
    rows = [
        {"L": L, "l2": l2, "s_q": s_q, "val": L / 100 + 0.01 * s_q - 0.0001 * l2}
        for L in (16, 32)
        for l2 in (1000, 300)
        for s_q in (10, 0, 3)
    ]
    return pd.DataFrame(rows)


def test_the_ring_is_compared_with_no_pull_and_the_best(table):
    fig, sentence = PullView(table, "protocol")(L=16, l2=1000, s_q=3)
    assert sentence == (
        "L = 16, λ = 1,000, s_q = 3 (the ring): validation NDCG@100 0.0900, +0.0300 "
        "against no pull (s_q = 0) in the same row. The best of L = 16 is 0.2300, at "
        "λ = 300 and s_q = 10."
    )
    assert fig.axes[0].get_title(loc="left") == "L = 16; protocol"
    shown = {text.get_text().lstrip("+") for text in fig.axes[0].texts}
    assert {"0.0900", "0.2300"} <= shown


def test_the_ring_is_where_it_should_be(table):
    fig, _ = PullView(table, "p")(L=16, l2=300, s_q=10)
    ring = fig.axes[0].patches[-1]
    x, y = ring.get_center()
    assert (round(x), round(y)) == (2, 1)  # third column; λ falls from the top
    assert not ring.get_fill()


def test_without_a_pull_there_is_nothing_to_compare(table):
    _, sentence = PullView(table, "p")(L=32, l2=300, s_q=0)
    assert "NDCG@100 0.2900, without a pull. The best of L = 32 is 0.3900" in sentence
    _, sentence = PullView(table.query("s_q > 0"), "p")(L=32, l2=300, s_q=3)
    assert "NDCG@100 0.3200. The best" in sentence


@pytest.mark.parametrize("place", [(8, 300, 3), (16, 30, 3), (16, 300, 5)])
def test_what_is_not_stored_is_refused(table, place):
    with pytest.raises(ValueError, match=f"Nothing is stored for L = {place[0]}, λ = "):
        PullView(table, "p")(*place)


def test_two_datasets_at_once_are_refused(table):
    with pytest.raises(ValueError, match="stands twice: choose one dataset"):
        PullView(pd.concat([table, table]), "p")(L=16, l2=300, s_q=3)


def test_the_pulls_sliders_are_wired(table):
    widget = pull_sliders(PullView(table, "p"), L=16)
    assert "L = 16, λ = 300, s_q = 10 (the ring)" in widget.panel.value
    for name, value, told in (
        ("L", 32, "L = 32, λ = 300, s_q = 10"),
        ("l2", 1000, "L = 32, λ = 1,000, s_q = 10"),
        ("s_q", 0, "L = 32, λ = 1,000, s_q = 0"),
    ):
        widget.controls[name].value = value
        assert told in widget.panel.value
    assert widget.controls["l2"].options == (("300", 300), ("1,000", 1000))
    assert widget.hint.startswith("[Three sliders stand here in a running notebook")


def test_the_pulls_sliders_start_only_where_something_is_stored(table):
    with pytest.raises(ValueError, match="L = 64 is none of 16, 32"):
        pull_sliders(PullView(table, "p"), L=64)
    with pytest.raises(ValueError, match="s_q = 100 is none of 0, 3, 10"):
        pull_sliders(PullView(table, "p"), s_q=100)


@pytest.fixture(scope="module")
def split():
    return strong_generalization(recnb.load("simulated"), seed=0)


@pytest.fixture
def view(split):
    return HostView(split, MF, SLIM, 0.64, "simulated")


@pytest.fixture
def short(monkeypatch):
    monkeypatch.setattr(room, "LIVE_EPOCHS", 2)


@pytest.fixture
def trained(monkeypatch):
    """Return the settings of the models that are trained from now on."""
    fit, settings = ALSMF.fit, []

    def noted(self, *arguments):
        settings.append(self.get_params(deep=False))
        return fit(self, *arguments)

    monkeypatch.setattr(ALSMF, "fit", noted)
    return settings


def curve_of(split, **settings):
    model = ALSMF(r_p=20, r_q=3, epochs=10, patience=None, **settings)
    return 1 - np.array(model.fit(split.train, split.val).log_.val)


def drawn(fig, arm):
    """Return the values of an arm, from its colour on the axis of epochs."""
    color = room.ARMS[arm][1]
    lines = (x for x in fig.axes[0].lines if x.get_color() == color)
    return next(x.get_ydata() for x in lines if len(x.get_ydata()) > 1)


def test_both_hosts_are_those_that_a_reader_would_train(split, view):
    fig, sentence = view(L=8, arm="both", s_q=10)
    plain = curve_of(split, L=8)
    both = curve_of(split, L=8, s_q=10, init=SLIM, reg=SLIM)
    np.testing.assert_allclose(drawn(fig, "plain"), plain, atol=1e-3)
    np.testing.assert_allclose(drawn(fig, "both"), both, atol=1e-3)
    assert "L = 8, ImplicitSLIM as both, s_q = 10: best validation" in sentence
    assert sentence.endswith(" EASE: 0.6400.")
    assert fig.get_suptitle() == "L = 8; simulated"


def test_the_sentence_reads_the_curves(view):
    epochs = {"epoch": [1, 2, 3], "seconds": [0.1, 0.2, 0.3]}
    for arm, s_q, val in (
        ("plain", 0, [0.1, 0.3, 0.2]),
        ("both", 10, [0.2, 0.31, 0.35]),
        ("init", 0, [0.2, 0.25, 0.29]),
    ):
        view._curves[8, arm, s_q] = pd.DataFrame(epochs).assign(arm=arm, val=val)
    assert view(L=8, arm="both", s_q=10)[1] == (
        "L = 8, ImplicitSLIM as both, s_q = 10: best validation NDCG@100 0.3500 in "
        "epoch 3; plain host 0.3000 in epoch 2. It reaches the plain host's best in "
        "epoch 2. EASE: 0.6400."
    )
    assert view(L=8, arm="init", s_q=10)[1] == (
        "L = 8, ImplicitSLIM as initialiser (s_q has no part in it): best validation "
        "NDCG@100 0.2900 in epoch 3; plain host 0.3000 in epoch 2. In 3 epochs it does "
        "not reach the plain host's best. EASE: 0.6400."
    )


@pytest.mark.usefixtures("short")
def test_nothing_is_trained_twice(view, trained):
    view(L=8, arm="reg", s_q=3)
    view(L=8, arm="reg", s_q=30)
    view(L=8, arm="init", s_q=3)
    view(L=8, arm="init", s_q=30)
    told = view(L=8, arm="reg", s_q=3)[1]
    assert [(x["s_q"], x["init"], x["reg"]) for x in trained] == [
        (0, None, None),
        (3, None, SLIM),
        (30, None, SLIM),
        (0, SLIM, None),
    ]
    assert {x["L"] for x in trained} == {8}
    view(L=16, arm="reg", s_q=3)
    assert [(x["L"], x["reg"]) for x in trained[4:]] == [(16, None), (16, SLIM)]
    assert view(L=8, arm="reg", s_q=3)[1] == told


@pytest.mark.usefixtures("short")
def test_the_hosts_own_settings_count_but_not_its_epochs(view, trained):
    mf = ALSMF(r_p=7, r_q=2, seed=5, epochs=99, patience=1)
    replace(view, mf=mf)(L=8, arm="both", s_q=3)
    assert len(trained) == 2
    for settings in trained:
        assert (settings["r_p"], settings["r_q"], settings["seed"]) == (7, 2, 5)
        assert (settings["epochs"], settings["patience"]) == (2, None)
    assert not hasattr(mf, "log_") and mf.L == 64


@pytest.mark.usefixtures("short")
def test_an_interrupted_training_is_not_kept(view, monkeypatch):
    monkeypatch.setattr(ALSMF, "_epoch", interrupted)
    with pytest.raises(RuntimeError, match="was interrupted; choose again"):
        view(L=8, arm="both", s_q=3)
    monkeypatch.undo()
    assert "plain host" in view(L=8, arm="both", s_q=3)[1]


def interrupted(self, X):
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"arm": "plain"}, "arm = plain is none of init, reg, both"),
        ({"arm": "V"}, "arm = V is none of"),
        ({"L": 0}, "L must be a whole number from 1"),
        ({"L": 100_000}, "L must be a whole number from 1"),
        ({"s_q": -1}, "s_q"),
    ],
)
@pytest.mark.usefixtures("short")
def test_values_that_make_no_host_are_refused(view, changed, words):
    with pytest.raises(ValueError, match=words):
        view(**{"L": 8, "arm": "both", "s_q": 3} | changed)


def test_a_host_needs_validation_users(split):
    with pytest.raises(ValueError, match="no validation users"):
        HostView(replace(split, val=None), MF, SLIM, 0.64, "p")


@pytest.mark.usefixtures("short")
def test_the_hosts_controls_are_wired(view):
    widget = host_sliders(view)
    assert "L = 32, ImplicitSLIM as both, s_q = 10: best" in widget.panel.value
    widget.controls["L"].value = 8
    assert "L = 8, ImplicitSLIM as both, s_q = 10: best" in widget.panel.value
    widget.controls["arm"].value = "reg"
    assert "L = 8, ImplicitSLIM as regulariser, s_q = 10" in widget.panel.value
    widget.controls["s_q"].value = 100
    assert "L = 8, ImplicitSLIM as regulariser, s_q = 100" in widget.panel.value
    assert widget.hint.startswith("[Two sliders and a menu stand here in a running")


def test_the_hosts_controls_start_only_at_their_stops(view):
    with pytest.raises(ValueError, match="L = 20 is none of 8, 16, 32, 64"):
        host_sliders(view, L=20)
    with pytest.raises(ValueError, match="arm = plain is none of init, reg, both"):
        host_sliders(view, arm="plain")
    with pytest.raises(ValueError, match="s_q = 0 is none of 3, 10, 30, 100"):
        host_sliders(view, s_q=0)


@pytest.mark.usefixtures("short")
def test_controls_say_how_they_are_moved_without_a_mouse(table, view):
    for widget in (pull_sliders(PullView(table, "p")), host_sliders(view, L=8)):
        for control in widget.controls.values():
            assert control.tooltip.endswith("; arrow keys move it")
