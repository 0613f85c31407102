"""`evaluate`: by hand on a tiny example, masks, batches, candidates, complaints."""

import dataclasses
import sys

import numpy as np
import pytest
from scipy import sparse

import recnb
from recnb.data import HeldOut
from recnb.evaluation import (
    Group,
    Protocol,
    evaluate,
    leave_one_out,
    rank_candidates,
    rating_holdout,
    strong_generalization,
)


def csr(rows):
    return sparse.csr_array(np.array(rows, dtype=np.float32))


@pytest.fixture
def tiny():
    """Three users, four items; the third user has nothing held out."""
    protocol = Protocol("by hand", "toy", False, 0, ("recall@2",), {"masked": "seen"})
    return Group(
        "test",
        protocol,
        users=np.array([10, 20, 30]),
        history=csr([[1, 0, 0, 0], [0, 1, 0, 0], [1, 0, 0, 0]]),
        heldout=csr([[0, 1, 0, 1], [0, 0, 1, 0], [0, 0, 0, 0]]),
        popularity=np.array([0.5, 0.5, 0.25, 0.25]),
    )


ALL = ["NDCG@2", "recall@2", "min-recall@2", "precision@2", "HR@1", "MRR@2"]
BEYOND = ["coverage@2", "novelty@2", "Gini@2"]


def test_a_tiny_example_by_hand(tiny, fixed):
    """Scores 4 3 2 1: the lists are [1, 2], [0, 2], [1, 2] after masking."""
    result = evaluate(fixed([4, 3, 2, 1]), tiny, ALL + BEYOND)
    second = 1 / np.log2(3)
    expected = {
        "NDCG@2": (1 / (1 + second) + second) / 2,
        "recall@2": (1 / 2 + 1) / 2,
        "min-recall@2": (1 / 2 + 1) / 2,
        "precision@2": 1 / 2,
        "HR@1": 1 / 2,
        "MRR@2": (1 + 1 / 2) / 2,
        "coverage@2": 3 / 4,
        "novelty@2": 1.5,
        # Exposures 0 1 2 3 of items 3, 0, 1, 2, weighted by -3 -1 1 3.
        "Gini@2": (-1 + 2 + 9) / (4 * 6),
    }
    assert result.metrics == pytest.approx(expected)
    assert result.per_user.index.tolist() == [10, 20, 30]
    np.testing.assert_array_equal(result.per_user["recall@2"], [0.5, 1, np.nan])
    np.testing.assert_array_equal(result.per_user["n_heldout"], [2, 1, 0])
    assert result.standard_errors["recall@2"] == pytest.approx(0.25)
    assert np.isnan(result.standard_errors["coverage@2"])


def test_without_the_mask_the_history_is_recommended(tiny, fixed):
    result = evaluate(fixed([4, 3, 2, 1]), tiny, ALL, mask_seen=False)
    assert result.metrics["recall@2"] == 1 / 4
    assert "NOTHING" in repr(result.protocol)
    assert result.protocol != tiny.protocol


def test_metrics_are_the_protocol_s_own_by_default(world, linear):
    split = strong_generalization(world, min_items=3)
    result = evaluate(linear(len(split.items)), split.test)
    assert tuple(result.metrics) == split.protocol.metrics
    assert result.settings == {"n_items": len(split.items)}
    assert (result.model, result.dataset, result.group) == ("Linear", "toy", "test")


@pytest.mark.parametrize("batch_size", [1, 3, 1000])
def test_batches_do_not_change_the_result(world, linear, batch_size):
    model = linear(world.n_items)
    for split in (
        leave_one_out(world, candidates="all"),
        leave_one_out(world, candidates=7),
        rating_holdout(world),
    ):
        whole = evaluate(model, split.test)
        parts = evaluate(model, split.test, batch_size=batch_size)
        assert parts.metrics == pytest.approx(whole.metrics, rel=1e-6)


def test_a_model_that_needs_all_users_gets_them_in_one_call(world, linear):
    asked = []

    class Whole(linear):
        needs_all_users = True

        def predict(self, X):
            asked.append(X.shape[0])
            return super().predict(X)

    split = rating_holdout(world)
    evaluate(Whole(world.n_items), split.test, batch_size=3)
    assert asked == [world.n_users]


def test_nothing_seen_is_ever_listed(world, linear):
    """Without its history a test user's best items would be these: recall is 0."""
    split = leave_one_out(world, candidates="all")
    group = dataclasses.replace(split.test, heldout=split.test.history)
    assert evaluate(linear(world.n_items), group, ["recall@60"]).metrics == {
        "recall@60": 0
    }


def test_oracle_is_perfect(world):
    class Oracle:
        def predict(self, X):
            return split.test.heldout.toarray()

    for split in (
        strong_generalization(world, min_items=3),
        leave_one_out(world, candidates=9),
        rating_holdout(world),
    ):
        result = evaluate(Oracle(), split.test)
        metrics = result.metrics
        for name in set(metrics) & {"NDCG@100", "recall@100", "HR@10", "MRR@10"}:
            assert metrics[name] == pytest.approx(1)
        if "RMSE" in metrics:
            assert metrics == result.standard_errors == {"RMSE": 0, "MAE": 0}


# ---- candidates ----


def test_candidates_rank_by_score_and_then_by_item_code():
    scores = np.array([[0.0, 5.0, 5.0, 9.0, 5.0]])
    candidates = np.array([[4, 2, 0, 1]])
    assert rank_candidates(scores, candidates, 10).tolist() == [[1, 2, 4, 0, -1]]
    assert rank_candidates(scores, candidates[:, ::-1], 2).tolist() == [[1, 2]]


def test_a_candidate_listed_twice_counts_once():
    ranked = rank_candidates(np.array([[1.0, 2.0, 3.0]]), np.array([[2, 2, 0]]), 3)
    assert ranked.tolist() == [[2, 0, -1]]


def test_constant_scores_do_not_find_the_held_out_item(make_interactions, fixed):
    """The held-out item stands first among the candidates, but has the largest code."""
    heldout = HeldOut(np.array([0, 1]), np.array([9, 9]), np.array([[1, 2], [3, 4]]))
    data = make_interactions([0, 1], [0, 0], n_items=10, heldout=heldout)
    result = evaluate(fixed(np.zeros(10)), leave_one_out(data).test, ["HR@2", "HR@3"])
    assert result.metrics == {"HR@2": 0, "HR@3": 1}


# ---- ratings ----


def test_ratings_are_clipped_to_their_range(world, fixed):
    split = rating_holdout(world)
    high = fixed(np.full(world.n_items, 9))
    truth = split.test.heldout.data
    clipped = evaluate(high, split.test)
    assert clipped.metrics["MAE"] == pytest.approx((5 - truth).mean())
    free = evaluate(high, split.test, clip=False)
    assert free.metrics["MAE"] == pytest.approx((9 - truth).mean())
    assert "left outside" in repr(free.protocol)


def test_rmse_is_over_ratings_not_over_users(world, linear):
    result = evaluate(linear(world.n_items), rating_holdout(world).test)
    squares = result.per_user["RMSE"] ** 2 * result.per_user["n_heldout"]
    n = result.per_user["n_heldout"].sum()
    assert result.metrics["RMSE"] == pytest.approx(np.sqrt(squares.sum() / n))
    assert result.metrics["RMSE"] != pytest.approx(result.per_user["RMSE"].mean())


def test_a_rating_split_can_be_ranked(world, linear):
    group = rating_holdout(world).test
    assert set(evaluate(linear(world.n_items), group, ["NDCG@5"]).metrics) == {"NDCG@5"}


# ---- complaints ----


def test_bad_input_says_what_to_do(tiny, fixed, world):
    model = fixed([4, 3, 2, 1])
    for name in ("NDGC@10", "NDCG", "NDCG@", "NDCG@0", "NDCG@-1", "NDCG@x", "recall"):
        with pytest.raises(ValueError, match="as in NDCG@100; the names are"):
            evaluate(model, tiny, [name])
    with pytest.raises(ValueError, match="name at least one"):
        evaluate(model, tiny, [])
    with pytest.raises(ValueError, match="split with rating_holdout"):
        evaluate(model, tiny, ["RMSE"])
    with pytest.raises(ValueError, match="need two calls"):
        evaluate(model, rating_holdout(world).test, ["RMSE", "NDCG@10"])
    with pytest.raises(ValueError, match="batch_size must be at least 1"):
        evaluate(model, tiny, batch_size=0)
    with pytest.raises(ValueError, match="fit the model on the train matrix"):
        evaluate(fixed([1, 2, 3]), tiny)
    with pytest.raises(ValueError, match="NaN"):
        evaluate(fixed([1, 2, 3, np.nan]), tiny)
    missing = fixed(np.full(world.n_items, np.nan))
    with pytest.raises(ValueError, match="Let the model fall back"):
        evaluate(missing, rating_holdout(world).test)


def test_whole_and_sparse_scores_are_taken(tiny, fixed):
    class Counts:
        def predict(self, X):
            return np.tile([4, 3, 2, 1], (X.shape[0], 1))

    class Sparse:
        def predict(self, X):
            return sparse.csr_array(Counts().predict(X))

    expected = evaluate(fixed([4, 3, 2, 1]), tiny).metrics
    assert evaluate(Counts(), tiny).metrics == expected
    assert evaluate(Sparse(), tiny).metrics == expected


def test_result_names_versions_time_and_memory(tiny, fixed):
    result = evaluate(fixed([4, 3, 2, 1]), tiny)
    assert result.versions["recnb"] == recnb.__version__
    assert ("torch" in result.versions) == ("torch" in sys.modules)
    assert result.wall_time_s > 0 and result.peak_memory_mb > 1
    assert result.settings == {}


@pytest.mark.real_data
def test_ncf_split_gives_the_published_popularity(fixed):
    """Ferrari Dacrema et al. print .4533 and .2542; Rendle et al. .4535 and .2543."""
    split = leave_one_out(recnb.load("ncf-ml-1m"))
    counts = np.bincount(split.train.indices, minlength=split.train.shape[1])
    metrics = evaluate(fixed(counts), split.test).metrics
    assert metrics["HR@10"] == pytest.approx(0.4535, abs=5e-4)
    assert metrics["NDCG@10"] == pytest.approx(0.2542, abs=5e-4)


@pytest.mark.real_data
def test_ncf_split_gives_the_published_ease():
    """Ferrari Dacrema et al. print .7192 and .4494 for a tuned EASE."""
    split = leave_one_out(recnb.load("ncf-ml-1m"))
    gram = (split.train.T @ split.train).toarray()
    inverse = np.linalg.inv(gram + 1000 * np.eye(len(gram), dtype=np.float32))
    weights = inverse / -np.diag(inverse)
    np.fill_diagonal(weights, 0)

    class Ease:
        def predict(self, X):
            return X @ weights

    metrics = evaluate(Ease(), split.test).metrics
    assert metrics["HR@10"] == pytest.approx(0.7182, abs=5e-4)
    assert metrics["NDCG@10"] == pytest.approx(0.4511, abs=5e-4)


@pytest.mark.real_data
def test_movielens_1m_has_the_design_s_sizes():
    split = strong_generalization(recnb.load("ml-1m"))
    assert len(split.val.users) == len(split.test.users) == 750
    assert len(split.train_users) == 4534


@pytest.mark.parametrize("other", [np.eye(3), None, "test"])
def test_a_model_is_judged_on_a_group(fixed, other):
    with pytest.raises(ValueError, match=r"split\.val or split\.test"):
        evaluate(fixed([1, 2, 3]), other)
