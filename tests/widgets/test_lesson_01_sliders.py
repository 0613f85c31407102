"""The sliders of lesson 01: exact hit rates, and real samples of users."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import hypergeom

from recnb.widgets import NegativesView, UsersView, negatives_slider, users_slider
from recnb.widgets.data_and_evaluation import hit_chance


@pytest.fixture
def ranks():
    draw = np.random.default_rng(0)
    unseen = draw.integers(300, 500, 200)
    above = (unseen * draw.random(200) ** 3).astype(int)
    above[:2] = 0, unseen[1]  # the first and the last place
    return above, unseen


@pytest.mark.parametrize("drawn", [1, 9, 10, 99, 250])
def test_the_chance_of_a_hit_is_the_hypergeometric_one(ranks, drawn):
    above, unseen = ranks
    expected = hypergeom.cdf(9, unseen, above, drawn)
    assert np.allclose(hit_chance(above, unseen, drawn, 10), expected, atol=1e-9)


def test_among_all_films_it_is_the_full_ranking(ranks):
    above, unseen = ranks
    view = NegativesView({"EASE": above}, unseen, "p")
    assert view.rates(10_000)["EASE"] == pytest.approx((above < 10).mean(), abs=1e-9)


def test_it_is_what_drawing_gives_on_average(ranks):
    above, unseen = ranks
    draw = np.random.default_rng(1)
    hits = [
        np.count_nonzero(draw.permutation(n)[:50] < a) < 10
        for a, n in zip(above, unseen, strict=True)
        for _ in range(20)
    ]
    view = NegativesView({"EASE": above}, unseen, "p")
    assert view.rates(50)["EASE"] == pytest.approx(np.mean(hits), abs=0.01)


def test_the_negatives_slider_redraws(ranks):
    above, unseen = ranks
    view = NegativesView({"EASE": above, "Popularity": unseen // 2}, unseen, "p")
    explorer = negatives_slider(view, negatives=30)
    assert "against 30 drawn films" in explorer.panel.value
    explorer.controls["negatives"].value = view.steps[-1]
    assert "against all unseen films" in explorer.panel.value


@pytest.fixture
def per_user():
    draw = np.random.default_rng(0)
    ease = draw.random(300)
    return pd.DataFrame(
        {
            "EASE": ease,
            "EASE, λ = 200": ease - 0.01 + 0.02 * draw.normal(size=300),
            "Popularity": ease / 2,
        }
    )


def test_all_users_give_the_means_and_errors_of_all(per_user):
    view = UsersView(per_user, ("EASE", "EASE, λ = 200"), "NDCG@100", "p")
    _, sentence = view(n_users=300)
    gap = per_user["EASE"] - per_user["EASE, λ = 200"]
    assert f"the difference is {gap.mean():+.4f}, ± {gap.sem():.4f}" in sentence


def test_another_draw_asks_other_users(per_user):
    view = UsersView(per_user, ("EASE", "EASE, λ = 200"), "NDCG@100", "p")
    assert view(n_users=20, draw=0)[1] == view(n_users=20, draw=0)[1]
    assert view(n_users=20, draw=0)[1] != view(n_users=20, draw=1)[1]


def test_the_users_slider_redraws(per_user):
    view = UsersView(per_user, ("EASE", "EASE, λ = 200"), "NDCG@100", "p")
    explorer = users_slider(view, n_users=50)
    assert "50 users: EASE" in explorer.panel.value
    explorer.controls["n_users"].value = 300
    assert "300 users: EASE" in explorer.panel.value
