"""Source 2's six models: each is trained under the protocol of its own lesson."""

import pytest

from recnb.experiments import six_models
from recnb.models import EASE, SVAE, AutoRec


def test_a_net_of_ratings_is_judged_by_its_rmse(monkeypatch):
    untrained = AutoRec(kind="user", hidden=5, epochs=1)
    monkeypatch.setattr(six_models, "stored_net", lambda *case: untrained)
    (row,) = six_models.measure("simulated", 0, "U-AutoRec")
    assert 0.5 < row["RMSE"] < 2
    assert row["seconds"] > 0
    assert "rating holdout" in row["protocol"]
    assert '"hidden": 5' in row["settings"]


def test_a_model_of_the_showdown_has_its_settings(monkeypatch):
    monkeypatch.setattr(six_models, "best_settings", lambda *case: {"l2": 100})
    (row,) = six_models.measure("simulated", 0, "EASE")
    split = six_models.strong_generalization(six_models.recnb.load("simulated"), seed=0)
    found = six_models.evaluate(EASE(l2=100).fit(split.train), split.test)
    assert row["NDCG@100"] == pytest.approx(found.metrics["NDCG@100"], abs=1e-5)
    assert row["settings"] == '{"l2": 100}'


def test_a_training_that_diverges_is_no_result(monkeypatch):
    monkeypatch.setattr(six_models, "best_settings", lambda *case: {"l2": 100})
    monkeypatch.setattr(six_models, "fit", lambda *given: False)
    with pytest.raises(ValueError, match="EASE diverges"):
        six_models.measure("simulated", 0, "EASE")


def test_svae_is_judged_by_time(monkeypatch):
    small = SVAE(epochs=1, batch_steps=4000)
    monkeypatch.setattr(six_models, "net", lambda *case: small)
    (row,) = six_models.measure("simulated", 0, "SVAE")
    assert "time fold-in" in row["protocol"]
    assert row["NDCG@100"] > 0.05
