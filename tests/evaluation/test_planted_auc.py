"""How well a measure finds the planted pairs is a chance, counted pair by pair."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

import recnb
from recnb.evaluation import planted_auc


@pytest.fixture(scope="module")
def world():
    return recnb.load("simulated")


def planted(world, kind):
    """Return which pairs (i, j) with i < j are of a kind, from the truth."""
    code = {item: j for j, item in enumerate(world.item_table["item_id"])}
    rows = world.truth["pairs"].query("kind == @kind")
    pairs = zip(rows["movie_a"].map(code), rows["movie_b"].map(code), strict=True)
    return {tuple(sorted(pair)) for pair in pairs}


def test_it_is_the_area_under_the_curve_with_ties(world):
    measure = np.random.default_rng(0).integers(0, 9, (world.n_items,) * 2)
    found = planted_auc(world, measure)
    upper = np.triu_indices(world.n_items, k=1)
    for kind, sign in (("rival", -1), ("companion", 1), ("sequel", 1)):
        pairs = planted(world, kind)
        truth = [pair in pairs for pair in zip(*upper, strict=True)]
        expected = roc_auc_score(truth, sign * measure[upper])
        assert found[kind] == pytest.approx(expected, abs=1e-12)


def test_a_measure_that_knows_is_perfect_and_its_opposite_is_never_right(world):
    measure = np.zeros((world.n_items,) * 2)
    for kind, value in (("rival", -1.0), ("companion", 1.0), ("sequel", 1.0)):
        for i, j in planted(world, kind):
            measure[i, j] = value
    assert planted_auc(world, measure)["rival"] == 1
    assert planted_auc(world, -measure)["rival"] == 0
    few = planted(world, "rival") & planted(world, "sequel")
    assert not few  # a pair is of one kind


def test_a_constant_is_a_coin_toss(world):
    flat = planted_auc(world, np.ones((world.n_items,) * 2))
    assert list(flat) == [0.5] * 3


@pytest.mark.parametrize(("rows", "columns"), [(599, 600), (600, 601), (599, 599)])
def test_another_shape_is_refused(world, rows, columns):
    with pytest.raises(ValueError, match="600 x 600 numbers"):
        planted_auc(world, np.zeros((rows, columns)))


def test_nan_is_refused(world):
    with pytest.raises(ValueError, match="600 x 600 numbers"):
        planted_auc(world, np.full((600, 600), np.nan))


def test_data_without_truth_are_refused(world):
    real = recnb.data.Interactions(
        name="mine",
        users=[0, 1],
        items=[0, 1],
        user_ids=[1, 2],
        item_table=pd.DataFrame({"item_id": [1, 2], "title": ["a", "b"]}),
    )
    with pytest.raises(ValueError, match="mine has no planted pairs"):
        planted_auc(real, np.zeros((2, 2)))
