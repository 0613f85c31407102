"""The committed results of lesson 04: complete, and still measured so."""

import json
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from sklearn.base import clone

import recnb
from recnb.evaluation import evaluate, rating_holdout
from recnb.experiments import EXPERIMENTS, deeprec
from recnb.experiments.runner import results


def n_tried(case):
    if case["model"] in deeprec.BASELINES:
        return 1
    if case["model"] in deeprec.ONE_LAYER:
        return len(one_layer_trials(case))
    return len(deeprec.NETS[case["dataset"], deeprec.NAMES[case["model"]]])


def one_layer_trials(case):
    kind = deeprec.ONE_LAYER[case["model"]]
    nets = deeprec.autorec_trials(case["dataset"], kind, "identity", "sigmoid")
    return list(nets)


def test_every_case_is_there_once_with_all_its_settings_tried():
    cases = EXPERIMENTS["deeprec"].cases
    expected = Counter((*case.values(), n_tried(case)) for case in cases)
    columns = [*cases[0], "n_tried"]
    rows = results("deeprec")[columns].itertuples(index=False, name=None)
    assert Counter(rows) == expected


def test_every_curve_is_there_once_with_all_its_epochs():
    cases = EXPERIMENTS["deeprec_curves"].cases
    stored = results("deeprec_curves")
    expected = Counter(
        (*case.values(), epoch)
        for case in cases
        for epoch in range(1, deeprec.EPOCHS + 1)
    )
    columns = [*cases[0], "epoch"]
    found = Counter(stored[columns].itertuples(index=False, name=None))
    assert found == expected
    assert stored[["loss", "val", "seconds", "n_weights"]].notna().all(axis=None)
    assert (stored["stopped"] == "finished").all()


def test_the_number_of_weights_is_that_of_the_net():
    stored = results("deeprec_curves").query("dataset == 'simulated'")
    for layers, n_weights in stored.groupby("layers")["n_weights"].first().items():
        sizes = [600, *deeprec.widths(layers)]
        sizes += sizes[-2::-1]
        assert n_weights == sum((a + 1) * b for a, b in pairwise(sizes))


def test_a_stored_curve_is_measured_again():
    stored = results("deeprec_curves").query(
        "dataset == 'simulated' and layers == '128-128' and activation == 'elu'"
    )
    case = {
        name: stored[name].iloc[0] for name in EXPERIMENTS["deeprec_curves"].cases[0]
    }
    again = deeprec.measure_curve(**case)
    values = [row["val"] for row in again]
    assert np.allclose(values[:10], stored["val"][:10], atol=5e-3)


REAL = pytest.param("ml-1m", marks=pytest.mark.real_data)


@pytest.mark.parametrize("dataset", ["simulated", REAL])
def test_a_stored_net_trained_again_reaches_the_stored_error(dataset):
    (row,) = (
        results("deeprec")
        .query("dataset == @dataset and order == 'time' and model == 'DeepRec'")
        .to_dict("records")
    )
    settings = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in json.loads(row["settings"]).items()
    }
    (net,) = (
        trial.model
        for trial in deeprec.trials(dataset, "user")
        if dict(trial.settings) == settings
    )
    net = clone(net).set_params(epochs=row["epochs"])
    split = rating_holdout(recnb.load(dataset), val_share=0, order="time")
    found = evaluate(net.fit(split.train), split.test)
    assert found.metrics["RMSE"] == pytest.approx(row["RMSE"], abs=5e-3)


def test_every_pair_is_there_once_and_was_trained_to_the_stored_errors():
    cases, stored = EXPERIMENTS["deeprec_paired"].cases, results("deeprec_paired")
    columns = list(cases[0])
    found = Counter(stored[columns].itertuples(index=False, name=None))
    assert found == Counter(tuple(case.values()) for case in cases)
    tuned = results("deeprec").merge(stored, on=columns, suffixes=("", "_again"))
    assert len(tuned) == len(cases)
    assert np.allclose(tuned["RMSE"], tuned["RMSE_again"], atol=3e-3)
    gaps = stored["RMSE"] - stored["RMSE_against"]
    assert np.allclose(gaps, stored["difference"], atol=1e-5)
    assert stored["difference_error"].between(5e-4, 0.01).all()


@pytest.mark.parametrize("model", deeprec.PAIRS)
def test_a_stored_net_has_the_settings_and_epochs_that_were_best(model):
    (row,) = (
        results("deeprec")
        .query("dataset == 'simulated' and order == 'time' and model == @model")
        .to_dict("records")
    )
    net = deeprec.stored_net("simulated", "time", 0, model)
    assert net.epochs == row["epochs"]
    for name, value in json.loads(row["settings"]).items():
        assert getattr(net, name) == value
