"""How lesson 14's kernels are chosen and tested, and on whose histories."""

import json

import numpy as np
import pytest

import recnb
from recnb.evaluation import evaluate, strong_generalization
from recnb.experiments import infinite_ae
from recnb.models import EASE, InfiniteAE
from recnb.models.arc_cosine import relu_kernel


def names():
    return [
        "EASE",
        *(f"EASE on items' NTK, depth {depth}" for depth in infinite_ae.ITEM_DEPTHS),
        "EASE on items' NTK, hidden part",
        "EASE, items' cosines raised by 1",
        *infinite_ae.duals(600),
    ]


@pytest.fixture(scope="module")
def split():
    return strong_generalization(recnb.load("simulated"), seed=1)


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(infinite_ae, "DUAL_L2", (1, 4))
    monkeypatch.setattr(infinite_ae, "LEAVE_OUT", (0.5,))
    monkeypatch.setattr(infinite_ae, "DEPTHS", (1, 3))
    monkeypatch.setattr(infinite_ae, "EASE_L2", {"simulated": (50, 200)})
    monkeypatch.setattr(infinite_ae, "ITEM_L2", {"simulated": (50,)})
    monkeypatch.setattr(infinite_ae, "ITEM_DEPTHS", (1, 2))
    monkeypatch.setattr(infinite_ae, "EASE_L2_USERS", {"simulated": (20, 50)})


def quality(model, group):
    return evaluate(model, group, ["NDCG@100"]).metrics["NDCG@100"]


def test_a_case_judges_each_model_as_it_was_chosen(quick, split):
    rows = {row["model"]: row for row in infinite_ae.measure("simulated", 1)}
    assert list(rows) == names()
    of_ntk = rows["NTK, depth 3"]
    tried = [InfiniteAE(depth=3, l2=l2).fit(split.train) for l2 in (1, 4)]
    vals = [quality(model, split.val) for model in tried]
    assert of_ntk["val"] == pytest.approx(max(vals), abs=1e-5)
    chosen = {"l2": (1, 4)[int(np.argmax(vals))], "depth": 3}
    assert json.loads(of_ntk["settings"]) == chosen
    found = quality(tried[int(np.argmax(vals))], split.test)
    assert of_ntk["NDCG@100"] == pytest.approx(found, abs=1e-5)
    ridge = rows["ridge"]
    gap = of_ntk["NDCG@100"] - ridge["NDCG@100"]
    assert of_ntk["minus_plain"] == pytest.approx(gap, abs=1e-6)


def test_ease_on_the_items_kernel_is_its_formula(split, monkeypatch):
    monkeypatch.setattr(infinite_ae, "EASE_L2", {"simulated": (100,)})
    monkeypatch.setattr(infinite_ae, "ITEM_L2", {"simulated": (100,)})
    candidates = infinite_ae.ease_candidates(split, "simulated")
    models = {one.name: one.model for one in candidates}
    X = split.train.toarray().astype(float)
    fans = X.sum(axis=0)
    K = relu_kernel(X.T @ X, fans, fans, 2)
    P = np.linalg.inv(K + 100 * np.eye(len(K)))
    B = -P / np.diag(P)
    np.fill_diagonal(B, 0)
    found = models["EASE on items' NTK, depth 2"].weights_
    np.testing.assert_allclose(found, B, atol=2e-5)
    theta = np.arccos((X.T @ X / np.sqrt(np.outer(fans, fans))).clip(-1, 1))
    hidden = EASE(100).fit(split.train, X.T @ X * (np.pi - theta) / np.pi)
    found = models["EASE on items' NTK, hidden part"].weights_
    np.testing.assert_allclose(found, hidden.weights_, atol=2e-5)
    raised = EASE(100).fit(split.train, X.T @ X + np.sqrt(np.outer(fans, fans)))
    found = models["EASE, items' cosines raised by 1"].weights_
    np.testing.assert_allclose(found, raised.weights_, atol=2e-5)
    ease = EASE(100).fit(split.train).weights_
    np.testing.assert_array_equal(models["EASE"].weights_, ease)


def test_fewer_users_are_among_more_and_all_are_all(split):
    n = split.train.shape[0]
    few, more, all_of_them = (
        infinite_ae.some_users(split, k, 0).train.toarray() for k in (5, 20, None)
    )
    assert {tuple(row) for row in few} <= {tuple(row) for row in more}
    assert few.shape[0] == 5 and all_of_them.shape[0] == n
    np.testing.assert_array_equal(all_of_them, split.train.toarray())


def test_a_case_of_users_has_every_number_of_them(quick, split):
    table = infinite_ae.measure_users("simulated", 1)
    models = ["EASE", *infinite_ae.OF_USERS]
    numbers = [200, 400, split.train.shape[0]]
    assert [(row["n_users"], row["model"]) for row in table] == [
        (n, model) for n in numbers for model in models
    ]
    few = infinite_ae.some_users(split, 200, 1)
    ease = table[0]
    model = EASE(**json.loads(ease["settings"])).fit(few.train)
    assert ease["NDCG@100"] == pytest.approx(quality(model, few.test), abs=1e-6)
