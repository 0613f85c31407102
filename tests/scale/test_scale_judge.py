"""Judging over parts gives the means of `evaluate` for all users at once."""

from functools import reduce

import numpy as np
import pytest
from scipy import sparse

from recnb.evaluation import Group, evaluate
from recnb.models import EASE, Popularity
from recnb.scale import evaluate_parts
from recnb.scale.judge import fold_in, group_of

pytest.importorskip("pyarrow", reason="pyarrow is not installed")
pytest.importorskip("dask", reason="Dask is not installed")
METRICS = ("NDCG@10", "recall@5", "min-recall@20", "MRR@60")


def stacked(parts, protocol, share, most=None):
    groups = [group_of(part, protocol, share, most) for part in parts]
    return Group(
        "test",
        protocol,
        np.concatenate([group.users for group in groups]),
        sparse.vstack([group.history for group in groups], format="csr"),
        sparse.vstack([group.heldout for group in groups], format="csr"),
        groups[0].popularity,
    )


@pytest.mark.parametrize("most", [None, 7])
@pytest.mark.parametrize("model", [EASE(l2=5.0), Popularity()])
def test_the_same_means_as_for_all_users_at_once(data, parts, model, most):
    train, test = parts[:4], parts[4:]
    model.fit(data.to_csr(binary=True)[: train.n_users])
    found = evaluate_parts(model, test, METRICS, 0.3, seed=5, most=most)
    expected = evaluate(model, stacked(test, found.protocol, 0.3, most), METRICS)
    wanted = expected.to_frame()
    for column in ("mean", "standard_error"):
        np.testing.assert_allclose(found.table[column], wanted[column], rtol=1e-10)
    assert found.table["n_users"].tolist() == wanted["n_users"].tolist()
    assert found.model == type(model).__name__
    assert "strong generalisation over parts" in repr(found)


def test_what_is_held_out():
    rng = np.random.default_rng(0)
    n = np.array([0, 1, 2, 4, 5, 11, 40, 0])
    rows = [np.isin(np.arange(50), rng.permutation(50)[:k]) for k in n]
    X = sparse.csr_array(np.array(rows, dtype=np.float32))
    history, heldout = fold_in(X, 0.2, np.random.default_rng(1))
    assert np.diff(heldout.indptr).tolist() == [0, 0, 1, 1, 1, 2, 8, 0]
    assert (history + heldout != X).nnz == 0
    assert history.multiply(heldout).nnz == 0
    assert history.has_canonical_format and heldout.has_canonical_format
    again = fold_in(X, 0.2, np.random.default_rng(1))[1]
    other = fold_in(X, 0.2, np.random.default_rng(2))[1]
    assert (again != heldout).nnz == 0 and (other != heldout).nnz > 0


def test_every_item_is_as_likely_to_be_held_out():
    X = sparse.csr_array(np.ones((1, 10)))
    rng = np.random.default_rng(0)
    held = reduce(np.add, (fold_in(X, 0.3, rng)[1].toarray()[0] for _ in range(2000)))
    assert held.sum() == 6000
    assert np.abs(held - 600).max() < 5 * np.sqrt(2000 * 0.3 * 0.7)


def test_a_part_has_the_same_held_out_items_beside_whatever_others(data, parts):
    model = Popularity().fit(data.to_csr(binary=True))
    protocol = evaluate_parts(model, parts[5:]).protocol
    alone = group_of(parts[6], protocol, 0.2)
    among = stacked(parts[5:8], protocol, 0.2)
    rows = slice(25, 50)
    assert (among.heldout[rows] != alone.heldout).nnz == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"metrics": ["coverage@10"]}, "means over users.*not.*coverage"),
        ({"metrics": ["novelty@10"]}, "means over users"),
        ({"metrics": []}, "means over users"),
        ({"metrics": ["NDCG"]}, "no metric 'NDCG'"),
        ({"heldout_share": 0}, "heldout_share must be between"),
        ({"heldout_share": 1.0}, "heldout_share must be between"),
    ],
)
def test_what_cannot_be_judged(data, parts, change, words):
    model = Popularity().fit(data.to_csr(binary=True))
    with pytest.raises(ValueError, match=words):
        evaluate_parts(**{"model": model, "parts": parts} | change)


def test_nobody_with_two_items(data, parts):
    model = Popularity().fit(data.to_csr(binary=True))
    with pytest.raises(ValueError, match="nothing is held out"):
        evaluate_parts(model, parts[:1], most=1)  # user 0 has no items
