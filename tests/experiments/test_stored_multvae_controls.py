"""Lesson 06's control: complete, possible, and the net of the table."""

import numpy as np
import pytest

import recnb
from recnb.evaluation import strong_generalization
from recnb.experiments import multvae_controls as controls
from recnb.experiments.runner import results

METRICS = ("val", "NDCG@100", "min-recall@20", "min-recall@50")


@pytest.fixture(scope="module")
def longer():
    return results("multvae_longer").set_index(["dataset", "seed"])


def test_every_case_is_there_once_and_possible(longer):
    cases = [tuple(case.values()) for case in controls.MULTVAE_LONGER.cases]
    assert sorted(longer.index) == sorted(cases)
    assert (longer["model"] == "VAE").all()
    for name in METRICS:
        assert longer[name].between(0, 1).all(), name
    for name in ("error", "minus_ease_error"):
        assert longer[name].between(1e-3, 0.05).all()


def test_all_stopped_by_themselves(longer):
    waited = controls.LONGER["epochs"] - controls.LONGER["patience"]
    assert longer["epochs"].between(1, waited).all()


def test_it_is_the_net_of_the_table_beside_its_ease(longer):
    table = results("multvae").set_index(["dataset", "seed"])
    logistic = table.query("model == 'VAE' and likelihood == 'logistic'")
    assert (longer["settings"] == logistic["settings"][longer.index]).all()
    ease = table.query("model == 'EASE'")["NDCG@100"][longer.index]
    implied = longer["NDCG@100"] - longer["minus_ease"]
    np.testing.assert_allclose(implied, ease, atol=1e-3)


def test_more_epochs_never_choose_worse_than_the_table_did(longer):
    """The first hundred epochs are the same, but for bits; the best one is kept."""
    table = results("multvae").set_index(["dataset", "seed"])
    logistic = table.query("model == 'VAE' and likelihood == 'logistic'")
    assert (longer["val"] >= logistic["val"][longer.index] - 1e-3).all()


def test_with_the_limits_of_the_table_its_measurement_comes_out(monkeypatch):
    limits = {**controls.LONGER, "epochs": 100, "patience": 8}
    monkeypatch.setattr(controls, "LONGER", limits)
    (row,) = controls.measure_longer("simulated", 0)
    stored = results("multvae").query(
        "dataset == 'simulated' and seed == 0 and model == 'VAE' "
        "and likelihood == 'logistic'"
    )
    (expected,) = stored.to_dict("records")
    for name in (*METRICS, "minus_ease"):
        assert row[name] == pytest.approx(expected[name], abs=5e-3)


def test_ease_has_the_penalty_that_was_chosen():
    split = strong_generalization(recnb.load("simulated"), seed=1)
    ease = controls.chosen_ease("simulated", 1, split)
    assert ease.settings == {"l2": 50} and ease.model.l2 == 50
