"""How ImplicitSLIM's nets and known users are trained, chosen and tested."""

import dataclasses
import json

import numpy as np
import pytest

import recnb
from recnb.evaluation import evaluate
from recnb.experiments import implicit_slim_nets as nets
from recnb.experiments import implicit_slim_users as users
from recnb.experiments.implicit_slim import split_and_ease

DATASETS = ("simulated", "ml-1m")


# ---- nets ----


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_arms_of_a_net_differ_in_implicit_slim_alone(dataset):
    arms = {arm: nets.untrained(dataset, arm, 0.3, 2) for arm in nets.ARMS}
    found = {arm: host.get_params(False) for arm, host in arms.items()}
    for arm, host in arms.items():
        found[arm]["net"] = host.net.get_params()
    parts = {arm: (p.pop("init"), p.pop("reg")) for arm, p in found.items()}
    assert all(p == found["plain"] for p in found.values())
    assert {arm: tuple(p is not None for p in ps) for arm, ps in parts.items()} == {
        "plain": (False, False),
        "init": (True, False),
        "reg": (False, True),
        "both": (True, True),
    }
    assert parts["reg"][1].l2 == {"simulated": 50, "ml-1m": 300}[dataset]


def test_the_embeddings_that_a_net_begins_with_keep_their_size():
    """Which is what alpha is for: a small one shrinks them."""
    X = split_and_ease("simulated", 0)[0].train
    slim = nets.untrained("simulated", "init", 0.5, 0).init
    spread = np.sqrt(6 / (X.shape[1] + 200))
    W = np.random.default_rng(0).uniform(-spread, spread, (200, X.shape[1]))

    def share_left(slim):
        return np.linalg.norm(slim.embed(W, X)) / np.linalg.norm(W)

    assert 0.8 < share_left(slim) < 1.25
    assert share_left(slim.set_params(alpha=0.1)) < 0.6


def test_a_case_of_the_nets_is_one_row_beside_ease(monkeypatch):
    monkeypatch.setattr(nets, "USUAL", nets.USUAL | {"epochs": 2, "latent": 8})
    (row,) = nets.measure("simulated", 1, "both")
    assert row["n_tried"] == 2
    assert json.loads(row["settings"])["dropout"] in nets.DROPOUT
    assert row["epochs"] in (1, 2) and row["seconds"] > 0
    split, ease = split_and_ease("simulated", 1)
    yardstick = evaluate(ease.model, split.test, ["NDCG@100"]).metrics["NDCG@100"]
    assert row["minus_ease"] == pytest.approx(row["NDCG@100"] - yardstick)
    assert "model" not in row and "test users" in row["protocol"]


# ---- known users ----


@pytest.mark.parametrize("dataset", DATASETS)
def test_all_arms_try_the_same_settings_within_their_ranges(dataset):
    drawn = users.draw(dataset)
    assert len(drawn) == users.N_TRIED and drawn == users.draw(dataset)
    for settings in drawn:
        for name, (low, high) in users.RANGES[dataset].items():
            assert low <= settings[name] <= high


@pytest.mark.parametrize("arm", users.ARMS)
def test_an_arm_stores_the_settings_that_have_a_part_in_it(arm):
    """The pull's strength goes with the pull, lambda and alpha with any of them."""
    settings = {name: users.draw("simulated")[0][name] for name in users.USED[arm]}
    parts = users.ARMS[arm]
    assert ("s_q" in settings) == ("reg" in parts)
    assert ("s_p" in settings) == ("user_reg" in parts)
    assert ("l2" in settings) == ("alpha" in settings) == bool(parts)
    model = users.untrained("simulated", arm, settings, 1)
    for part in ("init", "reg", "user_reg"):
        slim = getattr(model, part)
        assert (slim is not None) == (part in parts)
        assert slim is None or slim.l2 == settings["l2"]
    assert {n: getattr(model, n) for n in settings if n not in ("l2", "alpha")} == {
        name: value for name, value in settings.items() if name not in ("l2", "alpha")
    }


@pytest.mark.parametrize("protocol", users.METRICS)
def test_the_test_items_are_the_same_with_and_without_validation(protocol):
    data = recnb.load("simulated")
    held, whole = (users.SPLITS[protocol](data, v, 2) for v in (True, False))
    assert (held.test.heldout != whole.test.heldout).nnz == 0
    assert whole.val is None
    # What the last training learns from is what the first one did, and validation.
    assert ((held.train + held.val.heldout) != whole.train).nnz == 0
    assert np.array_equal(held.val.users, held.train_users)


def test_early_stopping_watches_the_metric_that_chooses():
    split = users.SPLITS["leave-one-out"](recnb.load("simulated"), True, 0)
    settings = {"r_p": 10.0, "r_q": 10.0}
    model = users.untrained("simulated", "plain", settings, 0).set_params(epochs=2, L=4)
    model.fit(split.train, dataclasses.replace(split.val, metric="NDCG@10"))
    reached = evaluate(model, split.val, ["NDCG@10"]).metrics["NDCG@10"]
    assert 1 - model.log_.best == pytest.approx(reached)


def test_a_case_of_known_users_is_a_row_an_arm_beside_the_plain_one(monkeypatch):
    monkeypatch.setattr(users, "N_TRIED", 2)
    monkeypatch.setattr(users, "EPOCHS", 2)
    monkeypatch.setattr(users, "LENGTH", {"simulated": 4})
    rows = users.measure("simulated", "leave-one-out", 0)
    assert [row["arm"] for row in rows] == ["plain", "items", "users", "both"]
    plain = rows[0]
    assert plain["minus_plain"] == plain["minus_plain_error"] == 0
    for row in rows:
        assert row["minus_plain"] == pytest.approx(row["NDCG@10"] - plain["NDCG@10"])
        assert row["n_tried"] == 2 and row["epochs"] in (1, 2)
    # The plain row is what its settings and epochs reach, with all but the test items.
    settings, epochs = json.loads(plain["settings"]), plain["epochs"]
    model = users.untrained("simulated", "plain", settings, 0).set_params(epochs=epochs)
    whole = users.SPLITS["leave-one-out"](recnb.load("simulated"), False, 0)
    found = evaluate(model.fit(whole.train), whole.test, ["NDCG@10"])
    assert found.metrics["NDCG@10"] == pytest.approx(plain["NDCG@10"])
