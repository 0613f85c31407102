"""The stored showdown can be made again: some trials and rows, on any machine."""

import json

import pytest

from recnb.contestants import BY_NAME, CONTESTANTS
from recnb.experiments import results
from recnb.experiments.showdown import DATASETS, measure, n_trials
from recnb.experiments.showdown_table import measured


@pytest.mark.parametrize("model", ["EASE", "RDLAE", "SLIM", "PLRec"])
def test_a_stored_trial_trained_again_gives_its_numbers(model):
    (again,) = measure("simulated", 0, model, 3)
    stored = results("showdown").query(
        "dataset == 'simulated' and model == @model and trial == 3"
    )
    (row,) = stored.to_dict("records")
    assert again["settings"] == row["settings"]
    assert again["val"] == pytest.approx(row["val"], abs=1e-3)
    assert again["NDCG@100"] == pytest.approx(row["NDCG@100"], abs=1e-3)


def test_a_stored_row_of_the_table_trained_again_gives_its_numbers():
    again = measured("simulated", 2, "EASE")
    stored = results("showdown_table").query(
        "dataset == 'simulated' and seed == 2 and model == 'EASE'"
    )
    (row,) = stored.to_dict("records")
    for column in ("NDCG@100", "recall@20", "coverage@100", "found_tail"):
        assert again[column] == pytest.approx(row[column], abs=1e-3)


def test_the_settings_of_every_trial_are_those_of_its_number():
    trials = results("showdown")
    for row in trials.itertuples():
        drawn = json.loads(json.dumps(BY_NAME[row.model].draw(row.trial)))
        assert json.loads(row.settings) == drawn


def test_every_model_has_as_many_trials_as_the_contest_says():
    counted = results("showdown").groupby(["dataset", "model"]).size()
    for dataset in DATASETS:
        for each in CONTESTANTS:
            assert counted[dataset, each.name] == n_trials(dataset, each)
