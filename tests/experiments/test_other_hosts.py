"""How lesson 13b's hosts and GF-CF are trained, chosen and tested."""

import json

import numpy as np
import pytest
from sklearn.base import clone

from recnb.evaluation import evaluate
from recnb.experiments import graph_filter, other_hosts
from recnb.experiments.implicit_slim import split_and_ease
from recnb.experiments.runner import results
from recnb.ground.training_log import TrainingLog
from recnb.models import GFCF
from recnb.models.likelihoods import LIKELIHOODS


@pytest.mark.parametrize("dataset", ["simulated", "ml-1m"])
@pytest.mark.parametrize("host", other_hosts.HOSTS)
def test_the_arms_differ_in_implicit_slim_alone(dataset, host):
    arms = {a: other_hosts.untrained(dataset, host, a, 2) for a in other_hosts.ARMS}
    nets = [host.net.get_params() for host in arms.values()]
    assert all(net == nets[0] for net in nets) and nets[0]["seed"] == 2
    assert {a: (h.init is not None, h.reg is not None) for a, h in arms.items()} == {
        "plain": (False, False),
        "init": (True, False),
        "reg": (False, True),
        "both": (True, True),
    }
    assert arms["both"].reg.l2 == {"simulated": 50, "ml-1m": 300}[dataset]


def test_the_goal_is_reached_in_the_first_epoch_that_is_as_good():
    log = TrainingLog()
    for error, seconds in [(0.9, 1.0), (0.7, 2.5), (0.8, 4.0), (0.6, 5.0)]:
        log.add(0.0, seconds, error)
    assert other_hosts.until(log, 0.7) == {
        "epochs_to_plain": 2,
        "seconds_to_plain": 2.5,
    }
    assert np.isnan(list(other_hosts.until(log, 0.5).values())).all()


@pytest.fixture
def quick(monkeypatch):
    """Let every net train two epochs, with few numbers."""
    few = {"epochs": 2, "patience": None}
    hosts = {
        name: clone(net).set_params(**few) for name, net in other_hosts.HOSTS.items()
    }
    monkeypatch.setattr(other_hosts, "HOSTS", hosts)
    monkeypatch.setattr(other_hosts, "USUAL", other_hosts.USUAL | few)
    monkeypatch.setattr(other_hosts, "SIZES", {"simulated": {"hidden": 8, "latent": 4}})


def test_a_case_has_every_arm_and_every_multvae_beside_ease(quick):
    rows = {row["arm"]: row for row in other_hosts.measure("simulated", "RecVAE", 0)}
    vaes = {f"MultVAE, {likelihood}" for likelihood in LIKELIHOODS}
    assert set(rows) == {"EASE", *vaes, *other_hosts.ARMS}
    stored = results("multvae").query("dataset == 'simulated' and seed == 0")
    stored = stored[stored["model"] == "VAE"].set_index("likelihood")["settings"]
    for name in vaes:
        chosen = json.loads(stored[name.removeprefix("MultVAE, ")])
        assert json.loads(rows[name]["settings"]) == chosen
        assert "parameters" not in rows[name]
    plain = rows["plain"]
    assert plain["minus_plain"] == 0 and plain["epochs_to_plain"] == plain["epochs"]
    n_items = split_and_ease("simulated", 0)[0].train.shape[1]
    encoder = n_items * 8 + 8 + 4 * (8 * 8 + 8) + 5 * 2 * 8 + (8 * 8 + 8)
    assert plain["parameters"] == encoder + 4 * n_items + n_items


def test_other_hosts_have_no_multvae_beside_them(quick):
    rows = other_hosts.measure("simulated", "H+Vamp", 1)
    assert [row["arm"] for row in rows] == ["EASE", *other_hosts.ARMS]
    assert len({row["parameters"] for row in rows[1:]}) == 1


def test_the_hosts_have_the_likelihood_of_their_name():
    likelihoods = {name: net.likelihood for name, net in other_hosts.HOSTS.items()}
    assert likelihoods["RecVAE"] == "multinomial"
    assert likelihoods["RecVAE, logistic"] == "logistic"


@pytest.mark.parametrize("dataset", ["simulated", "ml-1m"])
@pytest.mark.parametrize("host", other_hosts.HOSTS)
def test_what_is_stored_of_the_hosts_fits_together(dataset, host):
    stored = results("other_hosts").query("dataset == @dataset and host == @host")
    n_others = len(LIKELIHOODS) if host == "RecVAE" else 0
    n_rows = 1 + n_others + len(other_hosts.ARMS)
    assert (stored.groupby("seed").size() == n_rows).all() and len(stored) == 3 * n_rows
    for _, table in stored.groupby("seed"):
        rows = table.set_index("arm")
        plain = rows.loc["plain"]
        np.testing.assert_allclose(
            rows["minus_plain"], rows["NDCG@100"] - plain["NDCG@100"], atol=1e-5
        )
        arms = rows.loc[list(other_hosts.ARMS)]
        assert arms["parameters"].nunique() == 1
        assert (arms["epochs"] <= other_hosts.HOSTS[host].epochs).all()
        reached = arms.dropna(subset="epochs_to_plain")
        assert (reached["val"] >= plain["val"] - 1e-5).all()
        assert (reached["epochs_to_plain"] <= reached["epochs"]).all()


def test_ease_is_the_same_beside_every_host():
    eases = results("other_hosts").query("arm == 'EASE'")
    assert (eases.groupby(["dataset", "seed"])["NDCG@100"].nunique() == 1).all()


def test_a_filter_is_chosen_on_validation_users_and_judged_on_test(monkeypatch):
    monkeypatch.setattr(graph_filter, "KS", {"simulated": (8, 16)})
    rows = {row["model"]: row for row in graph_filter.measure("simulated", 1)}
    assert set(rows) == {"EASE", "GF-CF", "smoothing alone"}
    row = rows["GF-CF"]
    assert row["n_tried"] == 2 * (len(graph_filter.ALPHAS) - 1)
    split, _ = split_and_ease("simulated", 1)
    model = GFCF(**json.loads(row["settings"])).fit(split.train)
    for group, name in ((split.val, "val"), (split.test, "NDCG@100")):
        found = evaluate(model, group, ["NDCG@100"]).metrics["NDCG@100"]
        assert row[name] == pytest.approx(found, abs=1e-6)


@pytest.mark.parametrize("dataset", ["simulated", "ml-1m"])
def test_every_stored_filter_chose_from_the_whole_grid(dataset):
    stored = results("graph_filter").query("dataset == @dataset")
    tried = stored.groupby("model")["n_tried"].unique().map(list).to_dict()
    n, weights = len(graph_filter.KS[dataset]), len(graph_filter.ALPHAS) - 1
    assert tried == {"EASE": [1], "GF-CF": [n * weights], "smoothing alone": [n]}
    for settings in stored.query("model == 'GF-CF'")["settings"].map(json.loads):
        assert settings["k"] in graph_filter.KS[dataset]
        assert settings["alpha"] in graph_filter.ALPHAS
