"""Lesson 05's nodes with larger steps: complete, possible, and their helpers."""

from collections import Counter

import numpy as np
import pytest

import recnb
from recnb.evaluation import evaluate, weak_generalization
from recnb.experiments import cdae_nodes
from recnb.experiments.cdae import LONG, LR
from recnb.experiments.cdae_nodes import (
    CDAE_NODES,
    TIMES,
    ended_early,
    net_of,
    parts_of_the_code,
    taken_apart,
)
from recnb.experiments.runner import frame, is_done, results
from recnb.models import CDAE as Net
from recnb.models.cdae import VARIANTS
from recnb.training_log import TrainingLog

METRIC = "NDCG@100"
QUICK = {"hidden": 4, "epochs": 2, "batch_size": 128, "lr": 0.3, "patience": None}


# ---- what is stored ----


def test_every_net_of_every_case_is_there_once():
    expected = Counter(
        (*case.values(), times)
        for case in CDAE_NODES.cases
        for times in TIMES[case["model"]]
    )
    columns = [*CDAE_NODES.cases[0], "times"]
    found = results("cdae_nodes")[columns].itertuples(index=False, name=None)
    assert Counter(found) == expected


def test_what_is_stored_is_possible():
    stored = results("cdae_nodes")
    assert stored.notna().all(axis=None)
    quality = stored[["val", METRIC, "watched", "watched_early"]]
    assert quality.apply(lambda column: column.between(0, 1)).all(axis=None)
    assert (stored["watched_early"] <= stored["watched"] + 1e-9).all()
    assert (stored["epochs_early"] <= stored["epochs"]).all()
    assert stored["epochs"].between(1, LONG["epochs"]).all()
    assert stored["stopped"].isin(["finished", "no improvement"]).all()
    for row in stored.to_dict("records"):
        assert row["protocol"].startswith(row["dataset"])
        assert row["protocol"].endswith(f"seed {row['seed']}, test users")


def test_differences_are_those_to_the_net_without_nodes():
    stored = results("cdae_nodes")
    case = ["dataset", "seed", "model"]
    without = stored[stored["times"] == 0]
    assert (without[["minus_no_node", "minus_no_node_error", "node_sd"]] == 0).all(None)
    level = stored.set_index(case).index.map(without.set_index(case)[METRIC])
    gaps = stored[METRIC] - level
    np.testing.assert_allclose(stored["minus_no_node"], gaps, atol=3e-6)
    with_nodes = stored[stored["times"] > 0]
    assert with_nodes["minus_no_node_error"].between(1e-5, 0.01).all()
    assert (with_nodes["node_sd"] > 0).all()


@pytest.mark.parametrize("model", TIMES)
def test_usual_steps_and_no_nodes_are_the_nets_of_the_first_experiment(model):
    """Measured twice, by two experiments, on the same split."""
    first = results("cdae").query("generalisation == 'weak' and seed == 0")
    first = first.set_index(["dataset", "model"])[METRIC]
    for row in results("cdae_nodes").query("model == @model").to_dict("records"):
        if row["times"] in (0, 1):
            name = model if row["times"] else f"{model}, no node"
            assert row[METRIC] == pytest.approx(first[row["dataset"], name], abs=3e-3)


# ---- the helpers, on little data ----


@pytest.fixture(scope="module")
def split():
    data = recnb.load("simulated")
    counts = np.bincount(data.items, minlength=data.n_items)
    return weak_generalization(data.keep_items(int(np.sort(counts)[-60])), seed=0)


@pytest.fixture(scope="module")
def net(split):
    return Net(**QUICK, node_lr=3).fit(split.train)


@pytest.mark.parametrize("model", TIMES)
def test_a_net_is_the_paper_s_but_for_the_steps_of_its_nodes(model):
    for times in TIMES[model]:
        net = net_of(model, times)
        assert {k: getattr(net, k) for k in VARIANTS[model]} == VARIANTS[model]
        assert {k: getattr(net, k) for k in LONG} == LONG
        assert net.lr == LR[model] and net.user_node == (times > 0)
        assert net.node_lr == (times * net.lr if times else None)


def test_less_patience_ends_the_same_training_sooner():
    log = TrainingLog()
    for val in (0.9, 0.8, 0.85, 0.84, 0.7, 0.75):
        log.add(1.0, 1.0, val)
    assert (log.best_epoch, log.best) == (5, 0.7)
    early = ended_early(log, 2)
    assert (early.best_epoch, early.best, len(early.val)) == (2, 0.8, 4)
    assert ended_early(log, 3).val == log.val


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
    monkeypatch.setattr(cdae_nodes, "TIMES", {"M4": (0, 1, 10)})
    monkeypatch.setattr(cdae_nodes, "LONG", {"epochs": 2, "patience": None})
    monkeypatch.setattr(cdae_nodes, "weak_generalization", lambda *_, **__: split)
    case = {"dataset": "simulated", "seed": 0, "model": "M4"}
    rows = cdae_nodes.measure(**case)
    assert is_done(case, frame(case, rows))
    assert [row["times"] for row in rows] == [0, 1, 10]
    none, usual, larger = rows
    assert none["minus_no_node"] == none["node_sd"] == 0
    assert larger["node_sd"] > 3 * usual["node_sd"] > 0
    for row in rows:
        gap = row[METRIC] - none[METRIC]
        assert row["minus_no_node"] == pytest.approx(gap)
        assert row["watched_early"] <= row["watched"]


def test_a_net_that_diverges_says_so(split, monkeypatch):
    monkeypatch.setattr(cdae_nodes, "fitted_on", lambda *_: None)
    monkeypatch.setattr(cdae_nodes, "weak_generalization", lambda *_, **__: split)
    rows = cdae_nodes.measure("simulated", 0, "M3")
    assert rows == [{"times": t, "stopped": "diverged"} for t in TIMES["M3"]]
