"""Lesson 05's nodes with larger steps: complete, possible, and their helpers."""

from collections import Counter

import numpy as np
import pytest

import recnb
from recnb.evaluation import evaluate, weak_generalization
from recnb.experiments import cdae_nodes
from recnb.experiments.cdae import LR
from recnb.experiments.cdae_nodes import (
    CDAE_NODES,
    ENDS,
    TIMES,
    net_of,
    parts_of_the_code,
    taken_apart,
)
from recnb.experiments.runner import frame, is_done, results
from recnb.models import CDAE as Net
from recnb.models.cdae import VARIANTS

METRIC = "NDCG@100"
REAL = pytest.param("ml-1m", marks=pytest.mark.real_data)
QUICK = {"hidden": 4, "epochs": 2, "batch_size": 128, "lr": 0.3, "patience": None}


# ---- what is stored ----


def test_every_net_of_every_case_is_there_once():
    expected = Counter(
        (*case.values(), times) for case in CDAE_NODES.cases for times in TIMES
    )
    columns = [*CDAE_NODES.cases[0], "times"]
    found = results("cdae_nodes")[columns].itertuples(index=False, name=None)
    assert Counter(found) == expected


def test_what_is_stored_is_possible():
    stored = results("cdae_nodes")
    assert stored.notna().all(axis=None)
    assert stored[["val", METRIC]].apply(lambda c: c.between(0, 1)).all(axis=None)
    assert stored["error"].between(1e-4, 0.05).all()
    assert stored["epochs"].between(1, ENDS["epochs"]).all()
    assert (stored["history_sd"] > 0).all()
    assert stored["stopped"].isin(["finished", "no improvement"]).all()
    for row in stored.to_dict("records"):
        assert row["protocol"].startswith(row["dataset"])
        assert row["protocol"].endswith(f"seed {row['seed']}, test users")


def test_differences_are_those_to_the_net_without_nodes():
    stored = results("cdae_nodes")
    case = ["dataset", "seed"]
    without = stored[stored["times"] == 0]
    assert (without[["minus_no_node", "minus_no_node_error", "node_sd"]] == 0).all(None)
    level = stored.set_index(case).index.map(without.set_index(case)[METRIC])
    gaps = stored[METRIC] - level
    np.testing.assert_allclose(stored["minus_no_node"], gaps, atol=3e-6)
    with_nodes = stored[stored["times"] > 0]
    assert with_nodes["minus_no_node_error"].between(1e-5, 0.01).all()
    assert (with_nodes["node_sd"] > 0).all()


def test_usual_steps_and_no_nodes_are_nearly_the_nets_of_the_first_experiment():
    """There they had more patience and, with that, more epochs."""
    first = results("cdae").query("generalisation == 'weak' and seed == 0")
    first = first.set_index(["dataset", "model"])[METRIC]
    for row in results("cdae_nodes").query("times <= 1").to_dict("records"):
        name = "M4" if row["times"] else "M4, no node"
        assert row[METRIC] == pytest.approx(first[row["dataset"], name], abs=4e-3)


@pytest.mark.parametrize("dataset", ["simulated", REAL])
def test_a_stored_net_without_nodes_is_trained_again(dataset, monkeypatch):
    monkeypatch.setattr(cdae_nodes, "TIMES", (0,))
    (row,) = cdae_nodes.measure(dataset, 0)
    stored = results("cdae_nodes").set_index(["dataset", "times"]).loc[(dataset, 0)]
    for name in ("val", METRIC):
        assert row[name] == pytest.approx(stored[name], abs=3e-3)


# ---- the helpers, on little data ----


@pytest.fixture(scope="module")
def split():
    data = recnb.load("simulated")
    counts = np.bincount(data.items, minlength=data.n_items)
    return weak_generalization(data.keep_items(int(np.sort(counts)[-60])), seed=0)


@pytest.fixture(scope="module")
def net(split):
    return Net(**QUICK, node_lr=3).fit(split.train)


@pytest.mark.parametrize("times", TIMES)
def test_a_net_is_the_paper_s_m4_but_for_the_steps_of_its_nodes(times):
    net, usual = net_of(times), Net(**VARIANTS["M4"], lr=LR["M4"], **ENDS).get_params()
    changed = {k: v for k, v in net.get_params().items() if v != usual[k]}
    larger = {"node_lr": times * LR["M4"]}
    assert changed == (larger if times else {"user_node": False})


def test_parts_of_the_code_are_what_the_units_hear(net, split):
    module = net.module_
    found = parts_of_the_code(net, split)
    heard = split.train.toarray() @ module.W.detach().numpy()
    for name, part in {"history": heard, "node": module.V.detach().numpy()}.items():
        centred = part - part.mean(axis=0)
        assert found[f"{name}_sd"] == pytest.approx(np.sqrt((centred**2).mean()))
    assert all(value > 0 for value in found.values())


def test_taken_apart_it_knows_what_the_name_says(net, split):
    X, parts = split.train, taken_apart(net)
    empty = 0 * X
    own = net.for_users()
    expected = {
        "history and own node": own.predict(X),
        "history alone": net.predict(X),
        "own node alone": own.predict(empty),
        "neither": net.predict(empty),
    }
    for name, scores in expected.items():
        np.testing.assert_array_equal(parts[name].predict(X), scores)
    another = parts["history and another's node"]
    sort = np.lexsort(another.nodes_.T), np.lexsort(own.nodes_.T)
    np.testing.assert_array_equal(another.nodes_[sort[0]], own.nodes_[sort[1]])
    assert (another.nodes_ != own.nodes_).any(axis=1).mean() > 0.9
    for model in parts.values():
        assert 0 < evaluate(model, split.val, [METRIC]).metrics[METRIC] < 1


def test_a_case_is_measured_whole_and_counts_as_done(split, monkeypatch):
    monkeypatch.setattr(cdae_nodes, "ENDS", {"epochs": 2, "patience": None})
    monkeypatch.setattr(cdae_nodes, "weak_generalization", lambda *_, **__: split)
    case = {"dataset": "simulated", "seed": 0}
    rows = cdae_nodes.measure(**case)
    assert is_done(case, frame(case, rows))
    assert [row["times"] for row in rows] == list(TIMES)
    none, usual, larger, _ = rows
    assert none["minus_no_node"] == none["node_sd"] == 0
    assert larger["node_sd"] > 3 * usual["node_sd"] > 0
    for row in rows:
        gap = row[METRIC] - none[METRIC]
        assert row["minus_no_node"] == pytest.approx(gap)


def test_a_net_that_diverges_says_so(split, monkeypatch):
    monkeypatch.setattr(cdae_nodes, "fitted_on", lambda *_: None)
    monkeypatch.setattr(cdae_nodes, "weak_generalization", lambda *_, **__: split)
    rows = cdae_nodes.measure("simulated", 0)
    assert rows == [{"times": times, "stopped": "diverged"} for times in TIMES]
