"""Lesson 13's cut of EASE's scores, and the maps that take a step back."""

import json

import numpy as np
import pytest
from scipy import sparse

from recnb.experiments import implicit_slim_cut, implicit_slim_variants
from recnb.experiments.implicit_slim import split_and_ease
from recnb.experiments.implicit_slim_cut import cuts
from recnb.experiments.implicit_slim_variants import (
    ALPHA,
    VARIANTS,
    of_weights,
)
from recnb.models import gram_matrix, implicit_slim
from recnb.models.locally_linear import neighbor_weights, slim_lle_weights

N_USERS, N_ITEMS, L, THRESHOLD, L2 = 200, 60, 4, 20, 5.0


@pytest.fixture(scope="module")
def X():
    """Likes of items that some more and some fewer than `THRESHOLD` users have."""
    rng = np.random.default_rng(0)
    share = np.linspace(0.05, 0.5, N_ITEMS)
    return sparse.csr_array((rng.random((N_USERS, N_ITEMS)) < share).astype(np.float64))


@pytest.fixture(scope="module")
def W():
    return np.random.default_rng(1).normal(size=(L, N_ITEMS))


def made(variant, X):
    return VARIANTS[variant](X, THRESHOLD, L2)


def test_a_cut_is_the_best_approximation_of_its_rank(X):
    B = np.random.default_rng(2).normal(size=(N_ITEMS, N_ITEMS))
    U, s, Vt = np.linalg.svd(X @ B)
    for rank, cut in cuts(B, gram_matrix(X), (3, 10, N_ITEMS)):
        best = U[:, :rank] * s[:rank] @ Vt[:rank]
        assert np.linalg.matrix_rank(cut) == rank
        np.testing.assert_allclose(X @ cut, best, atol=1e-8)


def test_nothing_is_lost_without_a_cut(X):
    B = np.random.default_rng(2).normal(size=(N_ITEMS, N_ITEMS)).astype(np.float32)
    ((_, whole),) = cuts(B, gram_matrix(X), (N_ITEMS,))
    assert whole.dtype == np.float32
    np.testing.assert_allclose(whole, B, atol=1e-5)


def test_a_cut_has_a_row_for_each_length_and_its_own_lambda():
    rows = implicit_slim_cut.measure("simulated", 0)
    assert [row["L"] for row in rows] == [8, 16, 32, 64, 128, 256]
    assert rows[0]["minus_ease"] < 5 * -rows[0]["minus_ease_error"]
    _, ease = split_and_ease("simulated", 0)
    for row in rows:
        assert row["n_tried"] == len(implicit_slim_cut.L2["simulated"])
        assert json.loads(row["settings"])["l2"] <= ease.settings["l2"]


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_variant_maps_embeddings_to_such(variant, X, W):
    single = W.astype(np.float32)
    V = made(variant, X)(single)
    assert V.shape == W.shape
    assert V.dtype == np.float32
    assert np.isfinite(V).all()


@pytest.mark.parametrize("variant", ["sum to one", "50 nearest"])
def test_an_explicit_map_minimises_what_it_says(variant, X, W):
    """The gradient of ||V - VB||² + alpha ||(V - W)Aᵀ||² is zero at V."""
    B = (
        slim_lle_weights(X, L2)
        if variant == "sum to one"
        else neighbor_weights(X, 50, L2)
    )
    A = np.where(X.sum(axis=0) >= THRESHOLD, W, 0)
    V, R = made(variant, X)(W), np.eye(N_ITEMS) - B
    pull = ALPHA * (V - W) @ A.T @ A
    gradient = V @ R @ R.T + pull
    assert np.linalg.norm(gradient) < 1e-6 * np.linalg.norm(pull)


def test_of_ease_with_the_exact_diagonal_both_forms_agree(X, W):
    P = np.linalg.inv((X.T @ X).toarray() + L2 * np.eye(N_ITEMS))
    B = -P / np.diag(P)
    np.fill_diagonal(B, 0)
    known = X.sum(axis=0) >= THRESHOLD
    implicit = implicit_slim(W, X, L2, ALPHA, THRESHOLD, diagonal=np.diag(P))
    np.testing.assert_allclose(of_weights(B, known)(W), implicit, atol=1e-6)
    np.testing.assert_allclose(made("exact diagonal", X)(W), implicit, atol=1e-10)
    assert np.abs(made("original", X)(W) - implicit).max() > 1e-3


def test_means_are_of_the_fifty_nearest(X, W):
    G = (X.T @ X).toarray()
    cosines = G / np.sqrt(np.outer(np.diag(G), np.diag(G)))
    np.fill_diagonal(cosines, -1)
    V = made("their means", X)(W)
    for j in (0, 7, N_ITEMS - 1):
        nearest = np.argsort(-cosines[j], kind="stable")[:50]
        np.testing.assert_allclose(V[:, j], W[:, nearest].mean(axis=1))


def test_the_controls_know_nothing_of_the_items(X, W):
    assert np.array_equal(made("no weights", X)(W), W)
    assert np.abs(made("shuffled", X)(W) - made("original", X)(W)).max() > 0.01


def test_shuffled_items_keep_about_their_popularity(X, W, monkeypatch):
    """With bands of one item nothing moves; with larger ones, items of a band do."""
    monkeypatch.setattr(implicit_slim_variants, "BAND", 1)
    np.testing.assert_allclose(made("shuffled", X)(W), made("original", X)(W))
    monkeypatch.setattr(implicit_slim_variants, "BAND", 10)
    seen = []
    monkeypatch.setattr(
        implicit_slim_variants, "original", lambda X, *_: seen.append(X) or "map"
    )
    assert made("shuffled", X) == "map"
    before, after = X.sum(axis=0), seen[0].sum(axis=0)
    bands = np.array_split(np.argsort(-before, kind="stable"), N_ITEMS // 10)
    for band in bands:
        assert sorted(before[band]) == sorted(after[band])
    assert not np.array_equal(seen[0].toarray(), X.toarray())


def test_each_variant_of_the_same_budget_is_compared_with_the_original():
    rows = {
        variant: implicit_slim_variants.measure("simulated", 0, variant)[0]
        for variant in ("original", "shuffled")
    }
    assert [row["n_tried"] for row in rows.values()] == [6, 6]
    assert rows["original"]["minus_original"] == 0
    for row in rows.values():
        gap = row["NDCG@100"] - rows["original"]["NDCG@100"]
        assert row["minus_original"] == pytest.approx(gap)
    shuffled = rows["shuffled"]
    assert shuffled["minus_original"] < -2 * shuffled["minus_original_error"]
