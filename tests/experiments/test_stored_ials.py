"""Lesson 11's least squares: complete, chosen on validation, measured again."""

from collections import Counter

import numpy as np
import pytest

import recnb
from recnb.evaluation import published
from recnb.experiments import ials
from recnb.experiments.ials import (
    IALS_TEST,
    IALS_TUNING,
    JUDGED,
    METRICS,
    SETTINGS,
    LibraryALS,
    ncf_split,
)
from recnb.experiments.runner import results
from recnb.models import IALS
from recnb.models.ials import loss

REAL = pytest.param("ncf-ml-1m", marks=pytest.mark.real_data)


def rows_of(table, case):
    for name, value in case.items():
        table = table[table[name] == value]
    return table


def test_every_setting_was_judged_at_every_epoch():
    stored = results("ials_tuning")
    assert len(stored) == len(IALS_TUNING.cases) * len(JUDGED)
    for case in IALS_TUNING.cases:
        assert tuple(rows_of(stored, case)["epoch"]) == JUDGED
    assert stored[[*METRICS]].gt(0.05).all(axis=None)
    assert stored[[*METRICS]].lt(0.8).all(axis=None)


def test_every_case_was_tested_in_both_rankings():
    expected = Counter(
        (case["dataset"], case["model"], case["seed"], ranked)
        for case in IALS_TEST.cases
        for ranked in ("99 negatives", "all items")
    )
    stored = results("ials_test")
    columns = stored[["dataset", "model", "seed", "ranked"]]
    assert Counter(columns.itertuples(index=False, name=None)) == expected
    assert (stored["NDCG@10"] < stored["HR@10"]).all()
    shares = stored["HR@10"]
    n_users = stored["dataset"].map({"simulated": 3000, "ncf-ml-1m": 6040})
    errors = np.sqrt(shares * (1 - shares) / (n_users - 1))
    np.testing.assert_allclose(stored["HR@10 error"], errors, rtol=1e-3)


@pytest.mark.parametrize("model", ["IALS", "implicit"])
@pytest.mark.parametrize("dataset", ials.DATASETS)
def test_settings_are_the_best_on_validation(dataset, model):
    """The highest NDCG@10 of the largest d, at the epoch where it is reached."""
    tried = rows_of(results("ials_tuning"), {"dataset": dataset, "model": model})
    best = tried[tried["d"] == tried["d"].max()].nlargest(1, "NDCG@10").iloc[0]
    chosen = SETTINGS[dataset][model].get_params()
    assert chosen["epochs"] == best["epoch"]
    for name in ("d", "l2", "alpha0", *(["nu"] if model == "IALS" else [])):
        assert chosen[name] == best[name], name


def test_the_published_baseline_is_reached_on_every_seed():
    """iALS in the table of Ferrari Dacrema et al., as Rendle et al. print it."""
    table = published("ncf-ml-1m", "ncf-loo-99", "iALS")
    table = table[table["source"].str.startswith("Rendle")].set_index("metric")["value"]
    assert table.to_dict() == {"HR@10": 0.7111, "NDCG@10": 0.4383}
    case = {"dataset": "ncf-ml-1m", "model": "IALS", "ranked": "99 negatives"}
    found = rows_of(results("ials_test"), case)
    for metric in METRICS:
        assert (found[metric] >= table[metric]).all(), metric


@pytest.mark.parametrize("model", ["IALS", "implicit"])
def test_a_stored_test_is_measured_again(model):
    rows = ials.measure_test("simulated", model, 0)
    case = {"dataset": "simulated", "model": model, "seed": 0}
    stored = rows_of(results("ials_test"), case).set_index("ranked")
    for row in rows:
        expected = stored.loc[row["ranked"]]
        assert row["settings"] == expected["settings"]
        for metric in METRICS:
            assert row[metric] == pytest.approx(expected[metric], abs=3e-3)


@pytest.mark.parametrize("dataset", ["simulated", REAL])
def test_the_first_epochs_of_a_stored_tuning_are_measured_again(dataset, monkeypatch):
    monkeypatch.setattr(ials, "JUDGED", (1, 2))
    case = next(
        case
        for case in IALS_TUNING.cases
        if case["dataset"] == dataset and case["model"] == "IALS"
    )
    stored = rows_of(results("ials_tuning"), case)
    for row, expected in zip(
        ials.measure_tuning(**case), stored.to_dict("records"), strict=False
    ):
        assert row["epoch"] == expected["epoch"]
        assert row["NDCG@10"] == pytest.approx(expected["NDCG@10"], abs=2e-3)


def test_the_library_arrives_at_the_same_minimum():
    """From its own start, with its own solver: the same loss, the same scores."""
    X = ncf_split(recnb.load("simulated")).train[:400]
    settings = {"d": 4, "l2": 3.0, "alpha0": 0.3, "epochs": 60}
    ours = IALS(nu=0, **settings).fit(X)
    theirs = LibraryALS(**settings).fit(X)
    longer = np.sqrt(1 + 0.3)
    vectors = theirs.als_.user_factors / longer, theirs.als_.item_factors / longer
    assert loss(X, *vectors, 3.0, 0.3, 0) == pytest.approx(ours.loss_[-1], rel=2e-3)
    mine, others = ours.predict(X), theirs.predict(X) / (1 + 0.3)
    assert np.corrcoef(mine.ravel(), others.ravel())[0, 1] > 0.98


def test_the_library_knows_no_scaled_penalty():
    with pytest.raises(ValueError, match="nu is 0, not 1"):
        ials.untrained("implicit", 4, 1.0, 0.3, 1)
