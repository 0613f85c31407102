"""The committed results: complete, each row once, possible, and still measured so.

The rows of rating models have a file of their own, test_stored_ratings.py.
"""

import json
from collections import Counter
from functools import cache

import numpy as np
import pytest

import recnb
from recnb.evaluation import evaluate, strong_generalization
from recnb.experiments import EXPERIMENTS, diagonal, negative_share, negative_weights
from recnb.experiments.runner import is_done, results
from recnb.models import EASE, RDLAE, SLIM, NonNegativeEASE

TUNED = ("diagonal", "negative_weights")
OF_TUNED = ("val", "NDCG@100", "min-recall@20", "min-recall@50", "density")
SHARES = {
    name: ("negative_share", *(OF_TUNED if name in TUNED else ()))
    for name in ("negative_share", *TUNED)
}


def n_tried(experiment, dataset):
    """Return how many settings each model of a tuned experiment has."""
    if experiment == "diagonal":
        grids = diagonal.L2[dataset], diagonal.DROPOUT, diagonal.XI
        l2, dropout, xi = map(len, grids)
        return {
            "EASE": l2,
            "LAE": l2,
            "RLAE": l2 * xi,
            "EDLAE": l2 * dropout,
            "DLAE": l2 * dropout,
            "RDLAE": l2 * dropout * xi,
        }
    m = negative_weights
    return {
        **dict.fromkeys(["EASE", *m.CHANGED], len(m.L2)),
        "non-negative EASE": len(m.L2_NONNEGATIVE),
        "SLIM": len(m.L1) * len(m.L2_SLIM),
        "signed SLIM": len(m.L1_SIGNED[dataset]) * len(m.L2_SIGNED[dataset]),
    }


def keys(table, *columns):
    return Counter(zip(*(table[column] for column in columns), strict=True))


@pytest.mark.parametrize("name", TUNED)
def test_every_model_of_every_case_is_there_once_with_all_its_settings_tried(name):
    expected = Counter(
        (case["dataset"], case["seed"], model, tried)
        for case in EXPERIMENTS[name].cases
        for model, tried in n_tried(name, case["dataset"]).items()
    )
    assert keys(results(name), "dataset", "seed", "model", "n_tried") == expected


def test_every_lambda_of_every_dataset_is_there_once():
    expected = Counter(
        (case["dataset"], case["min_rating"], l2)
        for case in negative_share.CASES
        for l2 in negative_share.L2
    )
    found = keys(results("negative_share"), "dataset", "min_rating", "l2")
    assert found == expected


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_a_run_has_nothing_left_to_do(name):
    stored = results(name)
    left = [case for case in EXPERIMENTS[name].cases if not is_done(case, stored)]
    assert left == []


@pytest.mark.parametrize("name", SHARES)
def test_nothing_is_missing_and_shares_are_shares(name):
    stored = results(name)
    assert len(stored) > 0
    assert stored.notna().all(axis=None)
    for column in SHARES[name]:
        assert stored[column].between(0, 1).all(), column


@pytest.mark.parametrize("name", TUNED)
def test_rows_agree_with_each_other_and_with_their_case(name):
    stored = results(name)
    case = ["dataset", "seed"]
    ease = stored.query("model == 'EASE'").set_index(case)["NDCG@100"]
    to_ease = stored["NDCG@100"] - stored.set_index(case).index.map(ease)
    np.testing.assert_allclose(stored["minus_ease"], to_ease, atol=3e-6)
    for row in stored.to_dict("records"):
        assert row["protocol"].startswith(row["dataset"])
        assert row["protocol"].endswith(f"seed {row['seed']}, test users")


def test_what_may_not_be_negative_is_not_and_what_is_pruned_is_sparse():
    stored = results("negative_weights")
    positive = "clamped|positive|non-negative|^SLIM"
    signs = stored.groupby("model")["negative_share"].max() > 0
    assert list(signs) == list(~signs.index.str.contains(positive))
    pruned = stored[stored["model"].str.contains("2%")]["density"]
    assert pruned.between(0.0199, 0.0201).all()


def test_the_two_signs_have_the_sums_and_the_shares_that_are_stored():
    stored = results("negative_share")
    assert (stored["mean_negative"] < 0).all() and (stored["mean_positive"] > 0).all()
    odds = stored["negative_share"] / (1 - stored["negative_share"])
    ratio = -odds * stored["mean_negative"] / stored["mean_positive"]
    np.testing.assert_allclose(stored["mass_ratio"], ratio, rtol=1e-4)


@cache
def first_split(dataset):
    return strong_generalization(recnb.load(dataset), seed=0)


BUILD = {
    ("diagonal", "EASE"): RDLAE,
    ("diagonal", "LAE"): RDLAE,
    ("diagonal", "RDLAE"): RDLAE,
    ("negative_weights", "EASE"): EASE,
    ("negative_weights", "non-negative EASE"): NonNegativeEASE,
    ("negative_weights", "SLIM"): SLIM,
    ("negative_weights", "signed SLIM"): lambda **s: SLIM(**s, nonnegative=False),
}


REAL = pytest.param("ml-1m", marks=pytest.mark.real_data)


@pytest.mark.parametrize("dataset", ["simulated", REAL])
@pytest.mark.parametrize(("name", "model"), BUILD)
def test_a_stored_model_trained_again_reaches_the_stored_numbers(dataset, name, model):
    stored, split = results(name), first_split(dataset)
    stored = stored.query("dataset == @dataset and seed == 0")
    (row,) = stored[stored["model"] == model].to_dict("records")
    again = BUILD[name, model](**json.loads(row["settings"])).fit(split.train)
    for group, column in ((split.val, "val"), (split.test, "NDCG@100")):
        ndcg = evaluate(again, group, ["NDCG@100"]).metrics["NDCG@100"]
        assert ndcg == pytest.approx(row[column], abs=1e-3)


@pytest.mark.parametrize("l2", [1, 500, 30_000])
def test_the_stored_share_of_negative_weights_is_counted_again(l2):
    split = first_split("simulated")
    stored = results("negative_share").query(
        "dataset == 'simulated' and min_rating == 4 and l2 == @l2"
    )
    (row,) = stored.to_dict("records")
    assert split.train.shape == (row["n_users"], row["n_items"])
    B = EASE(l2, dtype="float64").fit(split.train).weights_
    share = np.mean(B[~np.eye(len(B), dtype=bool)] < 0)
    assert share == pytest.approx(row["negative_share"], abs=1e-3)
