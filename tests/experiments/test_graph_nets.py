"""How lesson 13b's graph nets are trained until validation turns, and then anew."""

import dataclasses
import json

import numpy as np
import pytest
from sklearn.base import clone

import recnb
from recnb.evaluation import evaluate
from recnb.experiments import graph_nets
from recnb.experiments.implicit_slim_users import weak
from recnb.experiments.runner import results
from recnb.models import EASE, ImplicitSLIMNet

MODELS = {
    "yardsticks": ["EASE", "popularity", "GF-CF", "LightGCN"],
    "UltraGCN": ["EASE", *graph_nets.ARMS],
}


@pytest.fixture(scope="module")
def splits():
    data = recnb.load("simulated")
    return weak(data, True, 0), weak(data, False, 0)


@pytest.fixture
def quick(monkeypatch):
    for name in ("LIGHTGCN", "ULTRAGCN"):
        net = clone(getattr(graph_nets, name)).set_params(epochs=3, patience=2, d=8)
        monkeypatch.setattr(graph_nets, name, net)
    monkeypatch.setattr(graph_nets, "KS", {"simulated": (8,)})
    monkeypatch.setattr(graph_nets, "ALPHAS", (0, 1))


def test_the_test_items_are_the_same_and_no_validation_item_is_lost(splits):
    held, whole = splits
    assert (held.test.heldout != whole.test.heldout).nnz == 0
    assert whole.train.nnz == held.train.nnz + held.val.heldout.nnz


def test_a_closed_form_is_chosen_on_validation_and_fitted_on_both(splits):
    held, whole = splits
    grid = [{"l2": 1.0}, {"l2": 50.0}, {"l2": 1e6}]
    chosen = graph_nets.closed_form(EASE(), grid, held, whole)
    watched = dataclasses.replace(held.val, metric="NDCG@100")
    errors = [watched.error(EASE(**one).fit(held.train)) for one in grid]
    assert chosen.settings == grid[int(np.argmin(errors))] and chosen.n_tried == 3
    assert chosen.val == pytest.approx(1 - min(errors))
    expected = EASE(**chosen.settings).fit(whole.train).weights_
    np.testing.assert_array_equal(chosen.model.weights_, expected)


def test_a_net_is_trained_anew_for_its_best_epochs(splits, quick):
    held, whole = splits
    net = ImplicitSLIMNet(clone(graph_nets.ULTRAGCN).set_params(lr=0.05))
    chosen = graph_nets.trained(net, held, whole)
    assert chosen.val == pytest.approx(1 - chosen.log.best)
    assert len(chosen.model.log_.loss) == chosen.log.best_epoch
    assert chosen.model.net_.n_users_ == whole.train.shape[0]
    assert net.net.epochs == 3  # as it was


def test_the_arms_differ_in_implicit_slim_alone():
    arms = {a: graph_nets.ultragcn("ml-1m", a, 1) for a in graph_nets.ARMS}
    settings = [host.net.get_params() for host in arms.values()]
    assert all(one == settings[0] for one in settings) and settings[0]["seed"] == 1
    assert {a: (h.init is not None, h.reg is not None) for a, h in arms.items()} == {
        "plain": (False, False),
        "init": (True, False),
        "reg": (False, True),
        "both": (True, True),
    }


@pytest.mark.parametrize("models", MODELS)
def test_a_case_judges_each_model_on_the_test_items(models, quick, splits):
    table = graph_nets.measure("simulated", models, 0)
    assert [row["arm"] for row in table] == MODELS[models]
    ease = table[0]
    model = EASE(**json.loads(ease["settings"])).fit(splits[1].train)
    found = evaluate(model, splits[1].test, ["NDCG@100"]).metrics["NDCG@100"]
    assert ease["NDCG@100"] == pytest.approx(found) and ease["minus_ease"] == 0
    for row in table[1:]:
        gap = row["NDCG@100"] - ease["NDCG@100"]
        assert row["minus_ease"] == pytest.approx(gap)
        assert ("minus_plain" in row) == (models == "UltraGCN")
    nets = [row for row in table if "epochs" in row]
    assert all(1 <= row["epochs"] <= row["epochs_trained"] <= 3 for row in nets)
    assert len(nets) == (4 if models == "UltraGCN" else 1)


@pytest.mark.parametrize("dataset", ["simulated", "ml-1m"])
def test_every_stored_net_was_trained_until_validation_turned(dataset):
    stored = results("graph_nets").query("dataset == @dataset")
    for models, arms in MODELS.items():
        tables = stored[stored["models"] == models].groupby("seed")
        assert len(tables) == 3
        assert all(list(table["arm"]) == arms for _, table in tables)
    nets = stored.dropna(subset="epochs")
    limit = np.where(
        nets["arm"] == "LightGCN",
        graph_nets.LIGHTGCN.epochs,
        graph_nets.ULTRAGCN.epochs,
    )
    assert (nets["epochs_trained"] < limit).all()
