"""Metrics against loops in plain Python, against scikit-learn, and as properties."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from scipy.stats import rankdata
from sklearn.metrics import (
    average_precision_score,
    label_ranking_average_precision_score,
    mean_absolute_error,
    mean_squared_error,
    ndcg_score,
)

from recnb.evaluation import metrics as m

OF_HITS = [
    m.precision,
    m.recall,
    m.min_recall,
    m.ndcg,
    m.hit_rate,
    m.reciprocal_rank,
    m.average_precision,
]


def by_hand(metric, row, relevant, k):
    """One user's value, as the formula says it, rank by rank."""
    if not relevant:
        return math.nan
    ranks = [r for r, item in enumerate(row[:k], start=1) if item in relevant]
    ideal = sum(1 / math.log2(r + 1) for r in range(1, min(k, len(relevant)) + 1))
    return {
        m.precision: len(ranks) / k,
        m.recall: len(ranks) / len(relevant),
        m.min_recall: len(ranks) / min(k, len(relevant)),
        m.ndcg: sum(1 / math.log2(r + 1) for r in ranks) / ideal,
        m.hit_rate: float(bool(ranks)),
        m.reciprocal_rank: 1 / ranks[0] if ranks else 0.0,
        m.average_precision: sum(n / r for n, r in enumerate(ranks, start=1))
        / min(k, len(relevant)),
    }[metric]


@st.composite
def problems(draw):
    """Scores with ties and masked items, held-out items (or none), and a k."""
    n_users, n_items = draw(st.integers(1, 6)), draw(st.integers(1, 12))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    scores = rng.integers(0, 5, (n_users, n_items)).astype(np.float32)
    scores[rng.random(scores.shape) < 0.2] = -np.inf
    heldout = rng.random(scores.shape) < draw(st.sampled_from([0, 0.2, 0.9]))
    return scores, heldout.astype(np.float32), draw(st.integers(1, 15))


def plain_list(row):
    order = sorted(range(len(row)), key=lambda item: (-row[item], item))
    return [item for item in order if row[item] > -math.inf]


@given(problem=problems())
@pytest.mark.parametrize("metric", OF_HITS)
def test_equals_the_formula_written_as_a_loop(metric, problem):
    scores, heldout, k = problem
    hits = m.find_hits(m.top_k(scores, k), sparse.csr_array(heldout))
    expected = [
        by_hand(metric, plain_list(row), set(np.flatnonzero(relevant)), k)
        for row, relevant in zip(scores, heldout, strict=True)
    ]
    np.testing.assert_allclose(metric(hits, k), expected, atol=1e-12)


@given(problem=problems())
@pytest.mark.parametrize("metric", OF_HITS)
def test_lies_between_0_and_1_and_follows_its_user(metric, problem):
    scores, heldout, k = problem
    items, heldout = m.top_k(scores, k), sparse.csr_array(heldout)
    values = metric(m.find_hits(items, heldout), k)
    judged = np.diff(heldout.indptr) > 0
    assert (np.isnan(values) == ~judged).all()
    assert ((values[judged] >= 0) & (values[judged] <= 1 + 1e-12)).all()
    order = np.random.default_rng(k).permutation(len(items))
    shuffled = metric(m.find_hits(items[order], heldout[order]), k)
    np.testing.assert_array_equal(shuffled, values[order])


@given(problem=problems())
def test_shorter_lists_are_prefixes(problem):
    scores, heldout, k = problem
    heldout = sparse.csr_array(heldout)
    long = m.find_hits(m.top_k(scores, k + 3), heldout)
    short = m.find_hits(m.top_k(scores, k), heldout)
    for metric in OF_HITS:
        np.testing.assert_array_equal(metric(long, k), metric(short, k))


@given(problem=problems())
def test_perfect_ranking_is_1_where_a_metric_can_reach_it(problem):
    _, heldout, k = problem
    hits = m.find_hits(m.top_k(heldout, k), sparse.csr_array(heldout))
    judged = hits.n_heldout > 0
    for metric in set(OF_HITS) - {m.precision, m.recall}:
        np.testing.assert_allclose(metric(hits, k)[judged], 1)


def random_problem(n_users=200, n_items=150, density=0.05):
    rng = np.random.default_rng(0)
    heldout = (rng.random((n_users, n_items)) < density).astype(np.float32)
    return rng.random((n_users, n_items)), heldout


def test_ndcg_agrees_with_scikit_learn():
    scores, heldout = random_problem()
    hits = m.find_hits(m.top_k(scores, 100), sparse.csr_array(heldout))
    for k in (1, 10, 100):
        theirs = ndcg_score(heldout, scores, k=k)  # counts an empty user as 0
        ours = np.nan_to_num(m.ndcg(hits, k)).mean()
        assert ours == pytest.approx(theirs, abs=1e-12)


def test_reciprocal_rank_agrees_with_scikit_learn():
    scores, _ = random_problem()
    heldout = np.zeros_like(scores)
    heldout[np.arange(len(scores)), np.arange(len(scores)) % scores.shape[1]] = 1
    hits = m.find_hits(m.top_k(scores, 150), sparse.csr_array(heldout))
    theirs = label_ranking_average_precision_score(heldout, scores)
    assert m.reciprocal_rank(hits, 150).mean() == pytest.approx(theirs)


def test_average_precision_over_all_items_agrees_with_scikit_learn():
    scores, heldout = random_problem()
    hits = m.find_hits(m.top_k(scores, 150), sparse.csr_array(heldout))
    rows = zip(heldout, scores, m.average_precision(hits, 150), strict=True)
    for relevant, row, value in rows:
        if relevant.any():
            assert value == pytest.approx(average_precision_score(relevant, row))


def test_average_precision_by_hand():
    """Hits at ranks 1, 3 and 4, of five held-out items; k of them are possible."""
    heldout = sparse.csr_array(np.array([[1, 0, 1, 1, 0, 1, 1]]))
    hits = m.find_hits(np.array([[0, 1, 2, 3]]), heldout)
    at_3, at_4 = (m.average_precision(hits, k)[0] for k in (3, 4))
    assert at_3 == pytest.approx((1 + 2 / 3) / 3)
    assert at_4 == pytest.approx((1 + 2 / 3 + 3 / 4) / 4)


def test_the_two_recalls_differ_only_beyond_k_heldout_items():
    heldout = sparse.csr_array(np.array([[1, 1, 1, 0], [1, 0, 0, 0]]))
    hits = m.find_hits(np.array([[0, 1], [0, 3]]), heldout)
    np.testing.assert_allclose(m.recall(hits, 2), [2 / 3, 1])
    np.testing.assert_allclose(m.min_recall(hits, 2), [1, 1])


def test_k_beyond_the_catalogue_is_a_shorter_list():
    heldout = sparse.csr_array(np.array([[1, 0, 1]]))
    hits = m.find_hits(m.top_k(np.array([[3.0, 2.0, 1.0]]), 100), heldout)
    assert m.precision(hits, 100) == [0.02]
    assert m.recall(hits, 100) == [1]
    assert m.ndcg(hits, 100) == [pytest.approx(1.5 / (1 + 1 / math.log2(3)))]


def test_a_stored_zero_is_held_out():
    heldout = sparse.csr_array((np.array([0.0]), ([0], [1])), shape=(1, 3))
    assert m.recall(m.find_hits(np.array([[1]]), heldout), 1) == [1]


def test_lists_longer_than_a_block_of_rows():
    n = m.BLOCK + 5
    heldout = sparse.csr_array(np.tile([[0, 1, 0]], (n, 1)))
    hits = m.find_hits(np.tile([[1, 2]], (n, 1)), heldout)
    assert m.precision(hits, 2).tolist() == [0.5] * n


def test_bad_input_says_what_to_do():
    heldout = sparse.csr_array(np.eye(3))
    hits = m.find_hits(np.array([[0, 1]] * 3), heldout)
    with pytest.raises(ValueError, match=r"make them longer with top_k\(scores, 3\)"):
        m.ndcg(hits, 3)
    for k in (0, -1, 1.5, 2.0):
        with pytest.raises(ValueError, match="from 1 up"):
            m.recall(hits, k)
    with pytest.raises(ValueError, match="one row a user"):
        m.find_hits(np.array([[0]]), heldout)
    with pytest.raises(ValueError, match="columns of the training matrix"):
        m.find_hits(np.array([[3]] * 3), heldout)


# ---- beyond accuracy ----


@given(problem=problems())
def test_beyond_accuracy_equals_loops(problem):
    scores, _, k = problem
    n_items = scores.shape[1]
    items = m.top_k(scores, k)
    popularity = np.linspace(1, 0.1, n_items)
    lists = [plain_list(row)[:k] for row in scores]
    shown = [item for row in lists for item in row]
    counts = [shown.count(item) for item in range(n_items)]
    assert m.exposure(items, n_items, k).tolist() == counts
    assert m.coverage(items, n_items, k) == pytest.approx(len(set(shown)) / n_items)
    bits = [
        sum(-math.log2(popularity[item]) for item in row) / len(row)
        if row
        else math.nan
        for row in lists
    ]
    np.testing.assert_allclose(m.novelty(items, popularity, k), bits, atol=1e-6)
    # The Gini coefficient is half the mean absolute difference over the mean.
    if shown:
        differences = np.abs(np.subtract.outer(counts, counts)).mean()
        expected = differences / (2 * np.mean(counts))
        assert m.gini(items, n_items, k) == pytest.approx(expected)
    else:
        assert math.isnan(m.gini(items, n_items, k))


def test_gini_at_its_ends():
    assert m.gini(np.arange(10)[:, None], 10, 1) == 0
    assert m.gini(np.zeros((10, 1), dtype=int), 10, 1) == pytest.approx(0.9)


def test_novelty_of_an_item_that_nobody_has_is_that_of_the_rarest():
    popularity = np.array([0.5, 0.0, 0.25])
    values = m.novelty(np.array([[0], [1], [2]]), popularity, 1)
    np.testing.assert_allclose(values, [1, 2, 2])
    with pytest.raises(ValueError, match="share of training users"):
        m.novelty(np.array([[0]]), np.zeros(3), 1)


# ---- ratings ----


def rated():
    rng = np.random.default_rng(1)
    heldout = sparse.random_array((30, 20), density=0.2, rng=rng, format="csr")
    heldout = sparse.vstack([heldout, sparse.csr_array((1, 20))]).tocsr()
    return rng.random(heldout.nnz), heldout


def test_rating_errors_agree_with_scikit_learn():
    predicted, heldout = rated()
    squared = mean_squared_error(heldout.data, predicted)
    assert m.rmse(predicted, heldout) == pytest.approx(math.sqrt(squared))
    absolute = mean_absolute_error(heldout.data, predicted)
    assert m.mae(predicted, heldout) == pytest.approx(absolute)


def test_rating_errors_of_each_user_equal_loops():
    predicted, heldout = rated()
    for row in range(heldout.shape[0]):
        mine = slice(heldout.indptr[row], heldout.indptr[row + 1])
        errors = predicted[mine] - heldout.data[mine]
        rmse, mae = m.user_rmse(predicted, heldout)[row], m.user_mae(predicted, heldout)
        if not len(errors):
            assert math.isnan(rmse) and math.isnan(mae[row])
            continue
        assert rmse == pytest.approx(math.sqrt(sum(errors**2) / len(errors)))
        assert mae[row] == pytest.approx(sum(abs(errors)) / len(errors))


def test_rating_errors_name_bad_input():
    predicted, heldout = rated()
    with pytest.raises(ValueError, match=r"each entry of heldout\.data"):
        m.rmse(predicted[:-1], heldout)
    with pytest.raises(ValueError, match="split again"):
        m.mae(np.array([]), sparse.csr_array((2, 2)))


def test_ties_say_nothing_about_quality():
    """With constant scores the lowest codes are listed: rank data agree."""
    scores = np.zeros((1, 6), dtype=np.float32)
    expected = np.argsort(rankdata(-scores[0], method="ordinal"))
    assert m.top_k(scores, 4)[0].tolist() == expected[:4].tolist()
