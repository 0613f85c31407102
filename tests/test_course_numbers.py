"""The numbers that the course stands on, on the real MovieLens 1M."""

import numpy as np
import pytest

import recnb
from recnb.evaluation import evaluate, strong_generalization
from recnb.models import EASE, MultDAE, MultVAE, Popularity, gram_matrix

pytestmark = pytest.mark.real_data


def test_ease_on_movielens_1m():
    """l2 chosen on validation users; at least .41, popularity well behind."""
    data = recnb.load("ml-1m")
    ease, popularity = zip(*(_judge(data, seed) for seed in (0, 1, 2)), strict=True)
    assert np.mean(ease) >= 0.41
    assert np.mean(ease) - np.mean(popularity) > 0.18


def _judge(data, seed):
    split = strong_generalization(data, seed=seed)
    gram = gram_matrix(split.train)
    fitted = [EASE(l2=l2).fit(split.train, gram) for l2 in (200, 500, 1000)]
    best = max(fitted, key=lambda model: _ndcg(model, split.val))
    return _ndcg(best, split.test), _ndcg(Popularity().fit(split.train), split.test)


def _ndcg(model, group):
    return evaluate(model, group, ["NDCG@100"]).metrics["NDCG@100"]


NARROW = {"hidden": (), "batch_size": 128, "lr": 2e-3, "epochs": 60, "patience": 8}


@pytest.mark.parametrize(
    ("model", "least"),
    [
        (MultVAE(beta=0.05, **NARROW), 0.39),
        (MultDAE(dropout=0.5, **NARROW), 0.385),
    ],
    ids=["MultVAE", "MultDAE"],
)
def test_the_multinomial_nets_on_movielens_1m(model, least):
    """The settings that the validation users of split 0 chose (multvae.csv)."""
    split = strong_generalization(recnb.load("ml-1m"), seed=0)
    assert _ndcg(model.fit(split.train, split.val), split.test) >= least
