"""Every lesson's main effect must be visible on the bundled dataset."""

import numpy as np
import pandas as pd
import pytest

import recnb
from recnb.evaluation import (
    evaluate,
    paired_difference,
    rating_holdout,
    strong_generalization,
)
from recnb.models import EASE, Bias, Cooccurrence, ItemMean, Popularity, gram_matrix

METRIC = "NDCG@100"


class Weights:
    """Score with given weights."""

    def __init__(self, B):
        self.B = B

    def predict(self, X):
        return X @ self.B


@pytest.fixture(scope="module")
def data():
    return recnb.load("simulated")


@pytest.fixture(scope="module")
def split(data):
    return strong_generalization(data)


@pytest.fixture(scope="module")
def ease(split):
    return EASE(l2=50).fit(split.train)


def judge(model, split):
    return evaluate(model, split.test, [METRIC])


def planted(data, split, kind):
    """Return the columns of the planted pairs of a kind, (from, to)."""
    column = {item: j for j, item in enumerate(split.item_table["item_id"])}
    pairs = data.truth["pairs"].query("kind == @kind")[["movie_a", "movie_b"]]
    pairs = pairs.apply(lambda movies: movies.map(column)).dropna().astype(int)
    return pairs["movie_a"].to_numpy(), pairs["movie_b"].to_numpy()


def test_ease_beats_popularity_and_cooccurrence(split, ease):
    found = judge(ease, split).metrics[METRIC]
    assert found > judge(Popularity().fit(split.train), split).metrics[METRIC] + 0.25
    assert found > judge(Cooccurrence().fit(split.train), split).metrics[METRIC] + 0.2


def test_ease_needs_its_negative_weights(split, ease):
    clamped = Weights(ease.weights_.clip(min=0))
    loss = paired_difference(judge(ease, split), judge(clamped, split), METRIC)
    assert loss.mean > 0.015
    assert loss.mean > 3 * loss.standard_error


def test_with_little_regularisation_the_zero_diagonal_matters(split):
    P = np.linalg.inv(
        gram_matrix(split.train, "float64") + 20 * np.eye(len(split.items))
    )
    ridge = Weights(np.eye(len(P)) - 20 * P)
    constrained = EASE(l2=20).fit(split.train)
    difference = paired_difference(
        judge(constrained, split), judge(ridge, split), METRIC
    )
    assert difference.mean > 0.05


def test_signs_of_the_weights_tell_what_was_planted(data, split, ease):
    B = ease.weights_
    assert 0.45 < np.mean(B[~np.eye(len(B), dtype=bool)] < 0) < 0.6
    assert np.mean(B[planted(data, split, "rival")] < 0) > 0.85
    assert np.mean(B[planted(data, split, "companion")] > 0) > 0.9
    assert np.mean(B[planted(data, split, "sequel")] > 0) > 0.9


def test_precision_recovers_the_rivals_better_than_covariance(data, split, ease):
    rivals = np.zeros(ease.weights_.shape, dtype=bool)
    rivals[planted(data, split, "rival")] = True
    covariance = np.cov(split.train.toarray(), rowvar=False)
    partial = ease.weights_ + ease.weights_.T
    assert auc(-partial, rivals | rivals.T) > auc(-covariance, rivals | rivals.T) + 0.1


def auc(scores, label):
    """Return the chance that a labelled pair outscores another one."""
    upper = np.triu_indices(len(label), k=1)
    rank, label = pd.Series(scores[upper]).rank().to_numpy(), label[upper]
    n = label.sum()
    return (rank[label].sum() - n * (n + 1) / 2) / (n * (len(label) - n))


def test_order_carries_information(data):
    """Whoever has just seen part I sees part II next, and hardly ever the reverse."""
    split = strong_generalization(data, order="time")
    column = np.full(data.n_items, -1)
    column[split.items] = np.arange(len(split.items))
    sequences = data.sequences()
    follow = np.zeros((len(split.items),) * 2)
    for user in split.train_users:
        seen = column[sequences[user]]
        np.add.at(follow, (seen[:-1], seen[1:]), 1)
    first, second = planted(data, split, "sequel")
    assert follow[first, second].sum() > 20 * follow[second, first].sum()


def test_a_model_of_ratings_beats_the_item_mean(data):
    """A low-rank correction to the biases; I-AutoRec itself comes in lesson 03."""
    split = rating_holdout(data)
    rmse = {
        type(model).__name__: evaluate(model.fit(split.train), split.test).metrics[
            "RMSE"
        ]
        for model in (ItemMean(), Bias(), LowRank(rank=12))
    }
    assert rmse["Bias"] < rmse["ItemMean"] - 0.03
    assert rmse["LowRank"] < rmse["Bias"] - 0.005


class LowRank:
    """Biases plus a truncated SVD of what they leave over."""

    def __init__(self, rank):
        self.rank = rank

    def fit(self, X):
        self.bias = Bias().fit(X)
        return self

    def predict(self, X):
        base = self.bias.predict(X)
        left = np.where(X.toarray() > 0, X.toarray() - base, 0)
        U, s, Vt = np.linalg.svd(left, full_matrices=False)
        kept = np.maximum(s[: self.rank] - s[self.rank], 0)
        return base + (U[:, : self.rank] * kept) @ Vt[: self.rank]
