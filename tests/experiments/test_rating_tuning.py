"""Settings are chosen on validation ratings; test ratings are asked once, last."""

import json

import numpy as np
import pytest

import recnb
from recnb.evaluation import evaluate, rating_holdout
from recnb.experiments import rating_tuning
from recnb.experiments.rating_tuning import Trial, baseline, tune_and_test
from recnb.experiments.tuning import fitted
from recnb.models import AutoRec, Bias

SMALL = {"kind": "user", "hidden": 8, "lr": 0.02, "epochs": 6}


def trial(l2, **settings):
    return Trial({"l2": l2}, AutoRec(**SMALL | {"l2": l2} | settings))


@pytest.fixture(scope="module")
def data():
    return recnb.load("simulated")


@pytest.fixture(scope="module")
def row(data):
    return tune_and_test([trial(1e5), trial(20), trial(2e4)], data, seed=1)


def test_the_best_on_validation_is_taken(data, row):
    split = rating_holdout(data, seed=1)
    best = AutoRec(**SMALL, l2=20).fit(split.train, split.val.heldout)
    assert json.loads(row["settings"]) == {"l2": 20}
    assert row["n_tried"] == 3
    assert (row["epochs"], row["val"]) == (best.log_.best_epoch, best.log_.best)
    found = evaluate(best, split.test, ["RMSE"]).metrics["RMSE"]
    assert row["RMSE_81"] == pytest.approx(found)


def test_then_it_is_trained_anew_on_90_per_cent_for_as_many_epochs(data, row):
    whole = rating_holdout(data, val_share=0, seed=1)
    again = AutoRec(**SMALL | {"epochs": row["epochs"]}, l2=20).fit(whole.train)
    found = evaluate(again, whole.test)
    assert row["RMSE"] == pytest.approx(found.metrics["RMSE"])
    assert row["MAE"] == pytest.approx(found.metrics["MAE"])
    assert row["error"] == pytest.approx(found.standard_errors["RMSE"])
    assert row["protocol"] == found.summary
    assert 0 < row["seconds"] < row["seconds_all"]


def test_both_trainings_are_judged_on_the_same_ratings_and_see_none(data):
    split = rating_holdout(data, seed=1)
    whole = rating_holdout(data, val_share=0, seed=1)
    test = split.test.heldout
    assert (test != whole.test.heldout).nnz == 0
    for train in (split.train, whole.train):
        assert (train != 0).multiply(test != 0).nnz == 0
    both = split.train + split.val.heldout
    assert (both != whole.train).nnz == 0


def test_test_ratings_are_asked_after_all_is_chosen(data, monkeypatch):
    events = []

    def fitting(model, *matrices):
        events.append(f"fit {len(matrices)}")
        return fitted(model, *matrices)

    def judging(model, group, *metrics):
        events.append(group.name)
        return evaluate(model, group, *metrics)

    monkeypatch.setattr(rating_tuning, "fitted", fitting)
    monkeypatch.setattr(rating_tuning, "evaluate", judging)
    tune_and_test([trial(20), trial(50)], data, seed=0)
    assert events[:3] == ["fit 2", "fit 2", "fit 1"]
    assert events[3:] == ["test", "test"]


def test_a_setting_that_diverges_is_left_out_but_counted(data):
    wild = trial(20, lr=1e30, activations=("identity", "identity"))
    row = tune_and_test([wild, trial(50)], data, seed=0)
    assert json.loads(row["settings"]) == {"l2": 50} and row["n_tried"] == 2
    with pytest.raises(ValueError, match="All 1 settings diverge"):
        tune_and_test([wild], data, seed=0)


def test_a_baseline_is_trained_on_90_per_cent(data):
    row = baseline(Bias(), data, 2, "random")
    whole = rating_holdout(data, val_share=0, seed=2)
    found = evaluate(Bias().fit(whole.train), whole.test)
    assert row["RMSE"] == found.metrics["RMSE"]
    assert (row["settings"], row["n_tried"], row["epochs"]) == ("{}", 1, 0)
    assert np.isnan([row[name] for name in ("val", "RMSE_81", "seconds")]).all()


def test_both_kinds_of_row_have_the_same_columns(data, row):
    assert list(baseline(Bias(), data, 0, "random")) == list(row)
