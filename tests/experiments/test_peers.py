"""What is asked of other libraries, and how their answers are judged beside ours."""

import json
from itertools import product

import numpy as np
import pandas as pd
import pytest

import recnb
from recnb import models
from recnb.__main__ import main
from recnb.evaluation import evaluate, strong_generalization
from recnb.experiments import peers, peers_metrics, runner
from recnb.experiments.runner import read, results
from recnb.models import EASE
from recnb.peers.asking import Answer, Judgement
from recnb.peers.catalogue import PEERS
from recnb.peers.environments import PeerError


@pytest.fixture(scope="module")
def split():
    return strong_generalization(recnb.load("simulated"))


@pytest.fixture
def answers(monkeypatch, split):
    """Every peer answers with EASE of λ = 50, and what was asked is noted."""
    asked = []
    model = EASE(50.0).fit(split.train)

    def ask(peer, name, settings, train, histories, seed):
        asked.append((peer.name, name, settings))
        seconds, versions = {"fit": 2.0, "predict": 0.5}, {peer.name: "1.0"}
        return Answer(model.predict(histories), seconds, versions)

    def judgement(peer, lists, truth):
        return Judgement({"NDCG@10": 0.25}, {peer.name: "1.0"})

    monkeypatch.setattr(peers, "ask", ask)
    monkeypatch.setattr(peers_metrics, "ask_judgement", judgement)
    monkeypatch.setattr(peers, "python_of", lambda peer: None)
    monkeypatch.setattr(peers, "chosen", lambda *a, **k: {"l2": 50.0})
    peers.ours.cache_clear()
    yield asked
    peers.ours.cache_clear()


def test_every_question_is_there_once():
    cases = [tuple(case.values()) for case in peers.PEERS_BESIDE_US.cases]
    assert len(cases) == len(set(cases))
    asked = {(case[0], *case[2:]) for case in cases}
    left_out = set(peers.LEFT_OUT)
    assert not asked & left_out
    for peer, dataset in product(PEERS.values(), peers.DATASETS):
        for model, settings in product(peer.models, ("defaults", "as ours")):
            assert (dataset, peer.name, model, settings) in asked | left_out
        for model in peer.cannot:
            assert (dataset, peer.name, model, "defaults") in asked


@pytest.mark.parametrize("settings", ["defaults", "as ours"])
def test_a_row_has_both_sides_and_their_paired_difference(answers, split, settings):
    (row,) = peers.measure("simulated", 0, "cornac", "EASE", settings)
    expected = evaluate(EASE(50.0).fit(split.train), split.test, ["NDCG@100"])
    for name in ("NDCG@100", "our NDCG@100"):
        assert row[name] == pytest.approx(expected.metrics["NDCG@100"], abs=1e-6)
    assert row["minus_ours"] == pytest.approx(0, abs=1e-6)
    assert (row["seconds"], row["seconds_to_predict"]) == (2.0, 0.5)
    assert row["our_seconds"] > 0
    assert json.loads(row["our_settings"])["l2"] == 50.0
    assert row["their_versions"] == "cornac 1.0"
    theirs = {} if settings == "defaults" else {"lamb": 50.0, "posB": False}
    assert answers == [("cornac", "EASE", theirs)]
    assert json.loads(row["their_settings"]) == theirs


def test_what_cannot_be_asked_for_has_the_reason(answers):
    (row,) = peers.measure("simulated", 0, "recbole", "CDAE", "defaults")
    assert "a stranger has none" in row["reason"]
    assert answers == []


def test_the_best_trial_that_others_can_have_is_chosen(monkeypatch):
    settings = [{"lr": lr, "likelihood": kind} for lr in (1, 2) for kind in "mg"]
    trials = pd.DataFrame(
        {
            "dataset": "d",
            "model": "MultVAE",
            "settings": [json.dumps(each) for each in settings],
            "val": [0.1, 0.2, 0.3, 0.4],
            "epochs": [5, 6, 7, 8],
        }
    )
    monkeypatch.setattr(peers, "results", lambda name: trials)
    assert peers.chosen("d", "MultVAE") == settings[3] | {"best_epoch": 8}
    found = peers.chosen("d", "MultVAE", likelihood="m")
    assert found == settings[2] | {"best_epoch": 7}
    with pytest.raises(ValueError, match="run the search first"):
        peers.chosen("d", "MultVAE", likelihood="none")


def test_a_net_is_trained_for_the_epochs_that_were_best(monkeypatch):
    settings = {"hidden": (), "latent": 10, "best_epoch": 7}
    monkeypatch.setattr(peers, "chosen", lambda *a, **k: dict(settings))
    built = peers.shared("simulated", 0, "MultVAE")
    assert (built.epochs, built.patience, built.latent) == (7, None, 10)


def test_recvae_is_lesson_13bs():
    built = peers.candidate("simulated", 0, "RecVAE", alike=True)
    assert (built.epochs, built.patience) == (39, None)
    assert built.get_params()["gamma"] == peers.RECVAE.gamma


def test_only_a_short_fit_is_timed_again():
    times = iter([{"fit": 1.0, "predict": 3.0}, {"fit": 2.0, "predict": 0.5}])
    found = peers.least_seconds({"fit": 1.5, "predict": 1.0}, lambda: next(times))
    assert found == {"fit": 1.0, "predict": 0.5}
    long = {"fit": peers.SHORT, "predict": 1.0}
    assert peers.least_seconds(long, lambda: next(times)) == long


def test_least_squares_get_the_mean_penalty(monkeypatch, split):
    settings = {"d": 8, "l2": 0.01, "alpha0": 0.5, "epochs": 2}
    monkeypatch.setattr(peers, "chosen", lambda *a, **k: dict(settings))
    built = peers.shared("simulated", 0, "iALS")
    likes = np.diff(split.train.indptr)
    expected = np.mean(0.01 * (likes + 0.5 * split.train.shape[1]))
    assert built.nu == 0
    assert built.l2 == pytest.approx(expected, rel=1e-2)


def test_the_command_stores_what_it_found(answers, tmp_path, monkeypatch, capsys):
    easy = [
        case
        for case in peers.PEERS_BESIDE_US.cases
        if case["model"] == "EASE" and case["dataset"] == "simulated"
    ]
    monkeypatch.setattr(
        peers, "PEERS_BESIDE_US", peers.replace(peers.PEERS_BESIDE_US, cases=easy)
    )
    run_peers = peers.run_peers
    monkeypatch.setattr(peers, "run_peers", lambda names: run_peers(names, tmp_path))
    assert main(["peers", "cornac"]) == 0
    assert "4 of 4 questions" in capsys.readouterr().out
    rows = read(tmp_path / "peers.csv")
    assert rows["settings"].tolist() == ["defaults", "as ours"]
    metrics = read(tmp_path / "peers_metrics.csv")
    assert metrics["peer"].tolist() == ["recnb", "cornac"]
    assert metrics["NDCG@10"].iloc[1] == 0.25
    assert 0 < metrics["NDCG@10"].iloc[0] < 1
    before = len(answers)
    assert main(["peers", "cornac"]) == 0
    assert len(answers) == before


def test_a_peer_that_fails_leaves_what_was_done(answers, tmp_path, monkeypatch):
    def fails(*question):
        raise PeerError("cornac did not answer")

    monkeypatch.setattr(peers, "ask", fails)
    with pytest.raises(PeerError, match="did not answer"):
        peers.run_peers(["cornac"], tmp_path)
    assert len(read(tmp_path / "peers_metrics.csv")) == 2
    assert not (tmp_path / "peers.csv").exists()
    assert not list(tmp_path.glob("*.part"))


def test_run_names_a_missing_peer_as_well(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("RECNB_OFFLINE", "1")
    monkeypatch.setattr(runner.Experiment, "path", lambda self, folder: tmp_path / "x")
    assert main(["run", "peers_metrics"]) == 1
    assert "RECNB_OFFLINE forbids downloads" in capsys.readouterr().err


def test_an_unknown_peer_is_named(capsys):
    assert main(["peers", "elliot"]) == 1
    assert "There is no peer 'elliot'; there are implicit" in capsys.readouterr().err


def test_without_a_network_the_command_says_so(monkeypatch, capsys):
    monkeypatch.setenv("RECNB_OFFLINE", "1")
    assert main(["peers", "implicit"]) == 1
    assert "RECNB_OFFLINE forbids downloads" in capsys.readouterr().err


def test_the_stored_figures_of_the_course_are_measured_again():
    stored = results("peers_metrics").set_index("peer")
    _, truth, own = peers_metrics.lists_and_truth("simulated", 0)
    assert (stored["users"] == truth.shape[0]).all()
    for name, value in own.items():
        assert stored.loc["recnb", name] == pytest.approx(value, abs=1e-4)


def test_one_list_has_several_figures():
    stored = results("peers_metrics").set_index("peer")
    ours = stored.loc["recnb"]
    for peer in ("implicit", "cornac", "recbole"):
        assert stored.loc[peer, "NDCG@10"] == pytest.approx(ours["NDCG@10"])
    assert stored.loc["lenskit", "NDCG@10"] < ours["NDCG@10"] - 0.01
    assert stored.loc["rectools", "NDCG@10"] < 0.7 * ours["NDCG@10"]
    assert stored.loc["lenskit", "recall@10"] == pytest.approx(ours["min-recall@10"])
    assert stored.loc["implicit", "precision@10"] > 1.8 * ours["precision@10"]


@pytest.mark.parametrize("name", ["EASE", "SLIM"])
def test_our_stored_quality_is_measured_again(split, name):
    stored = results("peers").query("dataset == 'simulated' and model == @name")
    for _, row in stored.drop_duplicates("our_settings").iterrows():
        model = getattr(models, name)(**json.loads(row["our_settings"]))
        found = evaluate(model.fit(split.train), split.test, peers.STRONG)
        for metric, value in found.metrics.items():
            assert row[f"our {metric}"] == pytest.approx(value, abs=1e-4)
