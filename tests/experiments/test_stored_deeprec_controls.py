"""The committed controls of lesson 04: complete, and still measured so."""

import json

import numpy as np
import pytest

from recnb.experiments import EXPERIMENTS, deeprec, deeprec_controls
from recnb.experiments.runner import results

CASES = EXPERIMENTS["deeprec_controls"].cases


def test_every_control_is_there_once_with_all_its_epochs():
    stored = results("deeprec_controls")
    columns = list(CASES[0])
    assert not stored.duplicated([*columns, "epoch"]).any()
    assert stored[["loss", "val", "seconds", "n_weights"]].notna().all(axis=None)
    for case in CASES:
        same = [stored[name] == value for name, value in case.items()]
        rows = stored[np.logical_and.reduce(same)]
        (stopped,) = rows["stopped"].unique()
        if stopped == "finished":
            assert list(rows["epoch"]) == list(range(1, case["epochs"] + 1))
        else:
            assert stopped == "diverged"
            assert case["linear_output"] and len(rows) < case["epochs"]


def test_a_control_is_measured_again():
    stored = results("deeprec_controls").query(
        "dataset == 'simulated' and activation == 'relu' and layers == '128-128'"
    )
    case = {name: stored[name].iloc[0] for name in CASES[0]}
    again = deeprec_controls.measure(**case)
    values = [row["val"] for row in again]
    assert np.allclose(values[:10], stored["val"][:10], atol=5e-3)


def test_each_control_differs_from_a_stored_net_in_one_thing():
    """But for the schedules, whose epochs and decay belong together."""
    bare = results("deeprec_curves").query("dropout == 0 and lr == 0.02")
    known = set(zip(bare["layers"], bare["activation"], strict=True))
    for case in CASES:
        tuned = deeprec_controls.TUNED[case["dataset"]]
        if case["linear_output"]:
            assert (case["layers"], case["activation"]) in known
            assert (case["dropout"], case["lr"]) == (0, 0.02)
        elif case["activation"] in deeprec_controls.FLAT_ENDED:
            assert (case["layers"], case["activation"]) in known
            assert (case["dropout"], case["epochs"]) == (0, deeprec.EPOCHS)
            assert case["lr"] in deeprec_controls.LARGER_RATES
        else:
            assert (case["dropout"], case["lr"]) == (tuned["dropout"], tuned["lr"])
            changed = (
                case["layers"] != deeprec.in_words(tuned["layers"]),
                case["epochs"] > deeprec_controls.USUAL_EPOCHS,
            )
            assert sum(changed) == 1


@pytest.mark.parametrize("dataset", deeprec.DATASETS)
def test_every_schedule_ends_at_the_rate_of_the_tuned_net(dataset):
    end = deeprec_controls.DECAY[dataset] ** deeprec_controls.USUAL_EPOCHS
    for epochs in (60, 90):
        schedule = deeprec_controls.stretched(dataset, epochs)
        assert schedule["lr_decay"] ** epochs == pytest.approx(end, rel=0.02)


def test_the_tuned_net_is_the_one_that_the_search_chose():
    for dataset in deeprec.DATASETS:
        net = deeprec_controls.TUNED[dataset] | {"refeeding": 0}
        net |= {"lr_decay": deeprec_controls.DECAY[dataset]}
        chosen = results("deeprec").query(
            "dataset == @dataset and order == 'random' and model == 'DeepRec'"
        )
        for settings in chosen["settings"]:
            assert json.loads(settings) == net | {"layers": list(net["layers"])}


def test_the_tables_of_the_lesson_hold_every_split_once():
    pairs = deeprec.beside_one_layer("ml-1m").groupby(["model", "order"]).size()
    for model in deeprec.PAIRS:
        assert pairs[model].to_dict() == {"random": 3, "time": 1}
    tuned = deeprec.tuned_rivals("ml-1m").groupby(["order", "model"]).size()
    assert tuned["random"]["U-AutoRec"] == tuned["random"]["Bias"] == 5
    assert tuned["random"]["DeepRec"] == 3
    assert (tuned["time"] == 1).all()
