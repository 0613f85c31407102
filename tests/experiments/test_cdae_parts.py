"""Lesson 05's instruments: what is taken away is away, and the parts add up."""

import numpy as np
import pytest

import recnb
from recnb.evaluation import evaluate, weak_generalization
from recnb.experiments.cdae_parts import heard, taken_apart
from recnb.models import CDAE

METRIC = "NDCG@100"
QUICK = {"hidden": 4, "epochs": 2, "batch_size": 128, "lr": 0.3, "patience": None}


@pytest.fixture(scope="module")
def split():
    data = recnb.load("simulated")
    counts = np.bincount(data.items, minlength=data.n_items)
    return weak_generalization(data.keep_items(int(np.sort(counts)[-60])), seed=0)


@pytest.fixture(scope="module")
def net(split):
    return CDAE(**QUICK, node_lr=3).fit(split.train)


def test_taken_apart_it_knows_what_the_name_says(net, split):
    X, parts = split.train, taken_apart(net)
    own, empty = net.for_users(), 0 * X
    expected = {
        "history and own node": own.predict(X),
        "history alone": net.predict(X),
        "own node alone": own.predict(empty),
        "neither": net.predict(empty),
    }
    for name, scores in expected.items():
        np.testing.assert_array_equal(parts[name].predict(X), scores)
    for model in parts.values():
        assert 0 < evaluate(model, split.val, [METRIC]).metrics[METRIC] < 1


def test_another_s_node_is_that_of_another_user(net):
    shuffled = taken_apart(net)["history and another's node"].nodes_
    own = net.for_users().nodes_
    order = np.lexsort(shuffled.T), np.lexsort(own.T)
    np.testing.assert_array_equal(shuffled[order[0]], own[order[1]])
    assert (shuffled != own).any(axis=1).mean() > 0.9


def test_without_a_history_everybody_without_a_node_gets_the_same_scores(net, split):
    scores = taken_apart(net)["neither"].predict(split.train)
    np.testing.assert_allclose(scores, np.tile(scores[0], (len(scores), 1)), atol=1e-5)
    own = taken_apart(net)["own node alone"].predict(split.train)
    assert np.abs(own - own[0]).max() > 1e-3


def test_what_a_unit_hears_is_the_history_through_w_and_the_node(net, split):
    found = heard(net, split.train)
    W, V = (getattr(net.module_, name).detach().numpy() for name in ("W", "V"))
    parts = {"history": split.train.toarray() @ W, "node": V}
    assert found.keys() == parts.keys()
    for name, part in parts.items():
        centred = part - part.mean(axis=0)
        expected = np.sqrt((centred**2).mean())
        assert found[name] == pytest.approx(expected, rel=1e-4)
        assert found[name] > 0
