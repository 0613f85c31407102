"""Ours with one thing as a peer that is ahead has it: what is changed, what is said."""

import numpy as np
import pytest
from sklearn.base import clone

from recnb.evaluation import evaluate
from recnb.experiments import peers_controls
from recnb.experiments.peers_controls import ARMS, ASKED, OURS, PEER, SEEDS
from recnb.experiments.runner import results
from recnb.models import EASE, NeuMF, RecVAE
from recnb.peers.asking import Answer

SMALL = {
    "RecVAE": RecVAE(8, 4, epochs=1, patience=None),
    "NeuMF": NeuMF(d=6, epochs=1, batch_size=4096),
}


@pytest.mark.parametrize("model", PEER)
def test_each_arm_is_ours_but_for_what_it_names(model, monkeypatch):
    asked = []

    def ask(peer, name, settings, train, histories, seed):
        asked.append((peer.name, name, seed))
        scores = EASE(50.0).fit(train).predict(histories)
        return Answer(scores, {"fit": 1.0, "predict": 1.0}, {peer.name: "1.0"})

    monkeypatch.setattr(peers_controls, "ask", ask)
    monkeypatch.setattr(
        peers_controls, "candidate", lambda *a, **k: clone(SMALL[model])
    )
    rows = {row["arm"]: row for row in peers_controls.measure("simulated", model, 2)}
    assert asked == [(PEER[model], model, 2)]
    arms = ARMS["simulated", model]
    assert list(rows) == [PEER[model], *arms]
    assert rows[OURS]["minus_ours"] == rows[PEER[model]]["minus_peer"] == 0
    split, group, metrics = peers_controls.setting("simulated", 0, model)
    *_, (arm, changed) = arms.items()
    built = clone(SMALL[model]).set_params(seed=2, **changed)
    quality = evaluate(built.fit(split.train), group, metrics).metrics
    for name, value in quality.items():
        assert rows[arm][name] == pytest.approx(value, abs=1e-6)
    gap = quality[metrics[0]] - rows[OURS][metrics[0]]
    assert rows[arm]["minus_ours"] == pytest.approx(gap, abs=1e-6)


def test_every_arm_is_stored_from_every_seed():
    stored = results("peers_controls")
    for (dataset, model), arms in ARMS.items():
        found = stored.query("dataset == @dataset and model == @model")
        asked = {PEER[model]} if dataset == ASKED else set()
        seeds = found.groupby("arm")["seed"].apply(sorted)
        assert set(seeds.index) == {*asked, *arms}
        assert all(each == list(SEEDS if asked else [0]) for each in seeds)


def test_stored_differences_fit_each_other():
    stored = results("peers_controls").query("dataset == @ASKED")
    gaps = stored["minus_peer"] - stored["minus_ours"]
    for _, same in gaps.groupby([stored["model"], stored["seed"]]):
        np.testing.assert_allclose(same, same.iloc[0], atol=2e-6)
