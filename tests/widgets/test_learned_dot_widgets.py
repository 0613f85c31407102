"""Lesson 12's widgets: the pure functions, the wiring, and the live measurements."""

import numpy as np
import pandas as pd
import pytest

from recnb.data.dot_product_task import dot_product_task, sigma_emb
from recnb.models.similarity import MLPSimilarity
from recnb.widgets import (
    CatalogueView,
    GridView,
    PlaneView,
    catalogue_slider,
    grid_sliders,
    plane_sliders,
)
from recnb.widgets import learned_dot as room
from recnb.widgets import serving as serving_room


@pytest.fixture
def table():
    rows = [
        {"d": d, "M": M, "pairs": pairs, "seed": 0, "error": d / M}
        for d in (2, 4)
        for M in (100, 1000)
        for pairs in ("fresh", "test")
    ]
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def similarity():
    return MLPSimilarity(epochs=2).fit(dot_product_task(100, 2, n_fresh=1).train)


def test_the_grid_says_the_stored_error(table):
    _, sentence = GridView(table, "p")(d=4, M=1000, train=False)
    assert "d = 4, 1,000 users (the ring): 0.0040" in sentence
    assert "stored" in sentence


def test_a_point_off_the_grid_is_refused(table):
    with pytest.raises(ValueError, match="Nothing is stored for d = 3"):
        GridView(table, "p")(d=3, M=100, train=False)


def test_the_box_trains_a_net_on_data_of_a_new_seed(table, monkeypatch):
    seeds = []

    def drawn(M, d, *, seed, n_fresh):
        seeds.append(seed)
        return dot_product_task(M, d, seed=seed, n_fresh=n_fresh)

    monkeypatch.setattr(room, "dot_product_task", drawn)
    fig, sentence = GridView(table, "p")(d=2, M=100, train=True)
    assert seeds == [1]
    star = next(x for x in fig.axes[0].lines if x.get_label() == "trained just now")
    M, error = star.get_xydata()[0]
    assert M == 100 and 0 < error < 0.4
    assert f"Trained just now on new data (the star): {error:.4f}" in sentence


def test_a_long_training_is_not_begun(table):
    fig, sentence = GridView(table, "p")(d=2, M=1000, train=True)
    assert "takes too long" in sentence
    assert "trained just now" not in [x.get_label() for x in fig.axes[0].lines]


def test_the_grids_controls_are_wired(table):
    widget = grid_sliders(GridView(table, "p"), d=2, M=100)
    assert "d = 2, 100 users" in widget.panel.value
    widget.controls["d"].value = 4
    assert "d = 4, 100 users" in widget.panel.value
    widget.controls["M"].value = 1000
    assert "d = 4, 1,000 users" in widget.panel.value
    widget.controls["train"].value = True
    assert "takes too long" in widget.panel.value
    assert "running notebook" in widget.hint


def test_the_plane_says_the_true_and_the_learned_similarity(similarity):
    _, sentence = PlaneView(similarity, "p")(p1=1, p2=2, q1=0.5, q2=-1)
    scale = sigma_emb(2)
    true = scale**2 * (1 * 0.5 - 2 * 1)
    p, q = scale * np.array([[1, 2]]), scale * np.array([[0.5, -1]])
    learned = similarity.predict(p, q)[0]
    assert f"The dot product is {true:.2f}, the net says {learned:.2f}" in sentence
    assert f"The longer arrow has {np.hypot(1, 2):.1f} spreads" in sentence


def test_one_in_a_hundred_is_longer_than_three_spreads():
    P = dot_product_task(100, 2, n_fresh=100_000).fresh.P
    share = np.mean(np.linalg.norm(P, axis=1) > 3 * sigma_emb(2))
    assert share == pytest.approx(0.011, abs=0.002)


def test_the_planes_sliders_are_wired(similarity):
    widget = plane_sliders(PlaneView(similarity, "p"), p=(0, 1), q=(1, 0))
    assert "The dot product is 0.00" in widget.panel.value
    widget.controls["q2"].value = 2
    assert f"The dot product is {2 * sigma_emb(2) ** 2:.2f}" in widget.panel.value
    assert "running notebook" in widget.hint


def test_the_plane_needs_two_numbers():
    train = dot_product_task(100, 3, n_fresh=1).train
    with pytest.raises(ValueError, match="with d = 2, not 3"):
        PlaneView(MLPSimilarity(epochs=1).fit(train), "p")


@pytest.fixture
def catalogue(similarity):
    pytest.importorskip("faiss")
    times = pd.DataFrame(
        {"exact": [0.1, 10], "IVF": [0.1, 0.5], "MLP": [9, 900]}, index=[1000, 10**6]
    )
    found = pd.Series({1000: 0.68, 10**6: 0.2})
    return CatalogueView(times, similarity, "p", {"IVF": found})


def test_a_small_catalogue_is_timed_now(catalogue):
    fig, sentence = catalogue(n=1000.0)
    assert "1,000 items, timed just now" in sentence
    stars = [x for x in fig.axes[0].lines if x.get_label().endswith(", now")]
    assert len(stars) == 2
    assert all(x.get_xydata()[0][0] == 1000 and x.get_ydata()[0] > 0 for x in stars)


def test_the_shares_that_a_method_finds_stand_beside_its_times(catalogue):
    for n in (1000, 1e6):
        fig, _ = catalogue(n=n)
        assert {"68%", "20%"} <= {text.get_text() for text in fig.axes[0].texts}


def test_a_large_one_is_not(catalogue, monkeypatch):
    monkeypatch.setattr(serving_room, "timed", None)  # it would fail
    _, sentence = catalogue(n=1e6)
    assert "1,000,000 items: above 100,000 only the stored times" in sentence


def test_the_catalogues_slider_is_wired(catalogue):
    widget = catalogue_slider(catalogue)
    assert "1,000 items, timed just now" in widget.panel.value
    widget.controls["n"].value = 1e6
    assert "only the stored times" in widget.panel.value
    assert "running notebook" in widget.hint
