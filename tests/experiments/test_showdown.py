"""The showdown's search: what a trial is, how many there are, what is stored."""

import json
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import torch

import recnb
from recnb.contestants import BY_NAME, CONTESTANTS
from recnb.evaluation import evaluate, strong_generalization
from recnb.experiments import showdown
from recnb.experiments.showdown import SHOWDOWN
from recnb.models import PLRec


class Diverges:
    def fit(self, X):
        raise FloatingPointError("not finite")


class Stopped:
    log_ = type("Log", (), {"stopped": "interrupted"})

    def fit(self, X):
        return self


def rows_of(dataset):
    return [case for case in SHOWDOWN.cases if case["dataset"] == dataset]


def test_no_trial_is_listed_twice():
    kinds = {tuple(case.values()) for case in SHOWDOWN.cases}
    assert len(kinds) == len(SHOWDOWN.cases)


@pytest.mark.parametrize("dataset", showdown.DATASETS)
def test_every_model_has_its_number_of_trials(dataset):
    counts = Counter(case["model"] for case in rows_of(dataset))
    for each in CONTESTANTS:
        assert counts[each.name] == showdown.n_trials(dataset, each)
    assert counts["Popularity"] == 1  # nothing to draw
    assert counts["EASE"] > counts["MultVAE"] > counts["H+Vamp"] > 1


def test_first_trials_of_all_models_come_before_second_ones():
    trials = [case["trial"] for case in rows_of("ml-1m")]
    assert trials == sorted(trials)


def test_a_trial_is_its_number_whatever_came_before():
    ease = BY_NAME["EASE"]
    assert ease.draw(3) == ease.draw(3)
    assert ease.draw(3) != ease.draw(4)
    assert ease.draw(3)["l2"] != BY_NAME["RDLAE"].draw(3)["l2"]


def test_draws_stay_in_their_ranges_and_fill_them():
    for each in CONTESTANTS:
        drawn = [each.draw(trial) for trial in range(200)]
        for name, span in each.ranges.items():
            values = [settings[name] for settings in drawn]
            if hasattr(span, "values"):
                assert set(values) == set(span.values)
                continue
            near = 10 ** (0.1 * np.log10(span.high / span.low))
            assert span.low * 0.99 <= min(values) < span.low * near * 1.01
            assert span.high * 1.01 >= max(values) > span.high / near * 0.99


@pytest.mark.parametrize("each", CONTESTANTS, ids=lambda each: each.name)
def test_every_draw_can_be_built(each):
    for trial in range(10):
        model = each.build(**each.draw(trial))
        assert hasattr(model, "fit")


@pytest.fixture(scope="module")
def row():
    return showdown.measure("simulated", 0, "EASE", 2)[0]


def test_a_row_holds_settings_and_both_scores(row):
    settings = BY_NAME["EASE"].draw(2)
    assert json.loads(row["settings"]) == settings
    split = strong_generalization(recnb.load("simulated"), seed=0)
    again = BY_NAME["EASE"].build(**settings).fit(split.train)
    for group, name in ((split.val, "val"), (split.test, "NDCG@100")):
        found = evaluate(again, group, ["NDCG@100"]).metrics["NDCG@100"]
        assert row[name] == pytest.approx(found, abs=1e-5)
    assert row["stopped"] == "fitted"
    assert 0 < row["seconds"] < 60


def test_a_net_watches_the_validation_users():
    split = showdown.split_of("simulated", 0)
    net = BY_NAME["MultDAE"].build(**BY_NAME["MultDAE"].draw(0))
    net.set_params(epochs=2)
    assert showdown.fit(net, split)
    assert len(net.log_.val) >= 1


def test_a_training_that_diverges_is_stored_as_such(monkeypatch):
    diverging = replace(BY_NAME["EASE"], build=lambda **settings: Diverges())
    monkeypatch.setitem(BY_NAME, "EASE", diverging)
    row = showdown.measure("simulated", 0, "EASE", 0)[0]
    assert row["stopped"] == "diverged"
    assert "val" not in row
    assert row["seconds"] >= 0


def test_settings_that_the_data_does_not_allow_are_a_lost_trial(monkeypatch):
    too_long = replace(BY_NAME["PLRec"], build=lambda **settings: PLRec(L=10_000))
    monkeypatch.setitem(BY_NAME, "PLRec", too_long)
    row = showdown.measure("simulated", 0, "PLRec", 0)[0]
    assert row["stopped"] == "refused"
    assert "val" not in row


def test_an_interrupted_training_is_no_result():
    with pytest.raises(KeyboardInterrupt):
        showdown.fit(Stopped(), showdown.split_of("simulated", 0))


def test_threads_are_as_before_afterwards():
    before = torch.get_num_threads()
    with pytest.raises(ZeroDivisionError), showdown.one_thread():
        assert torch.get_num_threads() == 1
        _ = 1 / 0
    assert torch.get_num_threads() == before
