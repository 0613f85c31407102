"""EASE as mathematics: optimality, equivalent forms, and what it says to bad input."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.exceptions import NotFittedError

from recnb.models import EASE, ease, gram_matrix

L2 = 7.0


@pytest.fixture(scope="module")
def X():
    rng = np.random.default_rng(3)
    dense = (rng.random((60, 12)) < 0.3) * 1.0
    dense[:, 5] = 0  # an item that nobody has
    return sparse.csr_array(dense)


@pytest.fixture(scope="module")
def exact(X):
    return EASE(l2=L2, dtype="float64").fit(X)


def objective(X, B):
    return ((X.toarray() - X @ B) ** 2).sum() + L2 * (B**2).sum()


def test_kkt_conditions(X, exact):
    """Off the diagonal the gradient vanishes; on it the weights do."""
    B, A = exact.weights_, X.toarray()
    gradient = A.T @ (A @ B - A) + L2 * B
    np.testing.assert_allclose(gradient - np.diag(np.diag(gradient)), 0, atol=1e-10)
    assert (np.diag(B) == 0).all()


@given(seed=st.integers(0, 10_000), size=st.sampled_from([1e-3, 1e-1, 1.0]))
@settings(max_examples=50, deadline=None)
def test_no_feasible_perturbation_is_better(X, exact, seed, size):
    step = np.random.default_rng(seed).normal(0, size, exact.weights_.shape)
    np.fill_diagonal(step, 0)
    assert objective(X, exact.weights_ + step) > objective(X, exact.weights_)


def test_equals_one_ridge_regression_an_item(X, exact):
    A = X.toarray()
    for item in range(A.shape[1]):
        others = np.delete(np.arange(A.shape[1]), item)
        ridge = np.linalg.solve(
            A[:, others].T @ A[:, others] + L2 * np.eye(len(others)),
            A[:, others].T @ A[:, item],
        )
        np.testing.assert_allclose(exact.weights_[others, item], ridge, atol=1e-10)


def test_float32_agrees_with_float64(X, exact):
    single = EASE(l2=L2).fit(X)
    assert single.weights_.dtype == np.float32
    np.testing.assert_allclose(single.weights_, exact.weights_, atol=1e-5)


def test_torch_route_agrees_with_lapack(X, exact, monkeypatch):
    monkeypatch.setattr(ease, "LAPACK_MAX_ITEMS", 1)
    other = EASE(l2=L2, dtype="float64").fit(X)
    np.testing.assert_allclose(other.weights_, exact.weights_, atol=1e-12)


@pytest.mark.parametrize("n_items", [1, ease.BLOCK, ease.BLOCK + 1, 2 * ease.BLOCK + 7])
def test_gram_matrix_is_the_product(n_items):
    X = sparse.random_array((40, n_items), density=0.1, rng=0, format="csr")
    A = X.toarray()
    np.testing.assert_allclose(gram_matrix(X, "float64"), A.T @ A, atol=1e-12)


def test_refit_with_a_gram_matrix_changes_neither(X):
    gram = gram_matrix(X)
    before = gram.copy()
    weights = EASE(l2=3).fit(X, gram=gram).weights_
    np.testing.assert_array_equal(gram, before)
    np.testing.assert_array_equal(weights, EASE(l2=3).fit(X).weights_)


def test_an_item_that_nobody_has_gets_no_weight(exact):
    assert not exact.weights_[5].any()
    assert not exact.weights_[:, 5].any()


def test_explanation_sums_to_the_score(X, exact):
    history = X[[4]]
    parts = exact.explain(history, item=2)
    assert set(parts.index) == set(history.indices)
    assert parts.sum() == pytest.approx(exact.predict(history)[0, 2])
    assert parts.is_monotonic_decreasing


def test_similar_items_are_the_largest_weights(exact):
    similar = exact.similar_items(2, k=3)
    column = np.delete(exact.weights_[:, 2], 2)
    np.testing.assert_array_equal(similar, np.sort(column)[::-1][:3])
    assert 2 not in similar.index


def test_recommend_leaves_out_what_is_seen(X, exact):
    listed = exact.recommend(X, k=12)
    for row, items in enumerate(listed):
        seen = X[[row]].indices
        assert not set(items) & set(seen)
        assert (items == -1).sum() == len(seen)


def test_an_empty_history_scores_zero_and_is_not_recommended_to(exact):
    nobody = sparse.csr_array((1, 12))
    assert not exact.predict(nobody).any()
    with pytest.raises(ValueError, match="Recommend popular"):
        exact.recommend(nobody)


def test_only_two_precisions_are_offered(X):
    with pytest.raises(ValueError, match="float64"):
        EASE(dtype="longdouble").fit(X)


def test_stored_zeros_and_duplicates_are_tidied_up(X, exact):
    messy = X.tocoo()
    cell = int(np.flatnonzero(X.toarray()[0] == 0)[0])
    rows = np.append(messy.row, [0])
    columns = np.append(messy.col, [cell])
    values = np.append(messy.data, [0.0])
    messy = sparse.csr_array((values, (rows, columns)), X.shape)
    weights = EASE(l2=L2, dtype="float64").fit(messy).weights_
    np.testing.assert_allclose(weights, exact.weights_, atol=1e-12)
    assert cell not in exact.explain(messy[[0]], item=2).index


@pytest.mark.parametrize("l2", [0, -1, np.inf])
def test_l2_must_be_positive(X, l2):
    with pytest.raises(ValueError, match="above 0"):
        EASE(l2=l2).fit(X)


def test_nan_in_the_data_is_named(X):
    bad = X.copy()
    bad.data[0] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        EASE().fit(bad)


def test_wrong_shapes_are_named(X, exact):
    with pytest.raises(ValueError, match="12 items"):
        exact.predict(X[:, :5])
    with pytest.raises(ValueError, match="no user or no item"):
        EASE().fit(sparse.csr_array((0, 4)))
    with pytest.raises(ValueError, match="X\\[\\[u\\]\\]"):
        EASE().fit(np.ones(4))
    with pytest.raises(ValueError, match="gram_matrix"):
        EASE().fit(X, gram=np.eye(3))
    with pytest.raises(ValueError, match="one history"):
        exact.explain(X, item=0)
    with pytest.raises(ValueError, match="codes run from 0 to 11"):
        exact.similar_items(12)
    with pytest.raises(ValueError, match="from 1 up"):
        exact.recommend(X, k=-1)


def test_torch_works_in_the_memory_of_the_matrix():
    """At 41,000 items a copy would take 6 GiB more."""
    torch = pytest.importorskip("torch")
    A = 2 * np.eye(300, dtype=np.float32)
    A[1, 0] = A[0, 1] = 1
    expected = np.linalg.inv(A)
    with torch.profiler.profile(profile_memory=True) as profile:
        found = ease._inverse_by_torch(A)
    taken = sum(max(0, event.self_cpu_memory_usage) for event in profile.events())
    assert found is A
    assert taken < A.nbytes / 10
    np.testing.assert_allclose(A, expected, atol=1e-6)


def test_torch_names_a_matrix_without_inverse():
    with pytest.raises(ValueError, match="Raise l2"):
        ease._inverse_by_torch(np.ones((2, 2)))


@pytest.fixture
def catalogue_of_41_000(monkeypatch):
    """Return a function: an empty catalogue, on a machine with so many GiB left."""

    def on_a_machine_with(gib):
        monkeypatch.setattr(ease, "available_memory", lambda: int(gib * 2**30))
        return sparse.csr_array((3, 40_981), dtype=np.float32)

    return on_a_machine_with


@pytest.mark.parametrize("fit", [gram_matrix, lambda X: EASE().fit(X)])
def test_memory_is_checked_before_it_runs_out(catalogue_of_41_000, fit):
    X = catalogue_of_41_000(6.5)
    with pytest.raises(MemoryError) as refused:
        fit(X)
    words = str(refused.value)
    assert "40,981 items needs 6.9 GiB, and 6.5 GiB are left here" in words
    for way_out in ("keep_items", "float32", "SparseEASE", "LRR"):
        assert way_out in words


def test_41_000_items_fit_where_one_matrix_of_them_does(catalogue_of_41_000):
    catalogue_of_41_000(7)
    ease.check_memory(40_981, np.dtype("float32"))
    with pytest.raises(MemoryError, match=r"needs 13\.1 GiB"):
        ease.check_memory(40_981, np.dtype("float64"))


def test_a_gram_matrix_that_is_given_is_copied_only_where_there_is_room(X, monkeypatch):
    gram = gram_matrix(X)
    monkeypatch.setattr(ease, "available_memory", lambda: 1000)
    with pytest.raises(MemoryError, match="SparseEASE"):
        EASE().fit(X, gram)


def test_a_matrix_without_inverse_is_named():
    with pytest.raises(ValueError, match="Raise l2"):
        ease.inverse_in_place(np.array([[1.0, 1.0], [1.0, 1.0]]))


# ---- new users -----------------------------------------------------------------------


@pytest.mark.parametrize("n_new", [1, 5, 40])
def test_new_users_give_what_a_fit_of_all_users_gives(X, n_new):
    old, new = X[:-n_new], X[-n_new:]
    updated = EASE(L2, "float64").fit(old).update(new)
    anew = EASE(L2, "float64").fit(X)
    np.testing.assert_allclose(updated.weights_, anew.weights_, atol=1e-12)
    np.testing.assert_allclose(updated.diagonal_, anew.diagonal_, atol=1e-12)


def test_users_may_come_one_after_another_and_bring_weights_of_their_own(X):
    values = X.copy()
    values.data = np.random.default_rng(0).random(X.nnz)
    model = EASE(L2, "float64").fit(values[:20])
    for user in range(20, 60):
        model.update(values[[user]])
    anew = EASE(L2, "float64").fit(values)
    np.testing.assert_allclose(model.weights_, anew.weights_, atol=1e-11)


def test_rounding_in_single_precision_stays_small_over_many_updates(X, exact):
    model = EASE(L2).fit(X[:10])
    for user in range(10, 60):
        model.update(X[[user]])
    assert model.weights_.dtype == np.float32
    assert np.abs(model.weights_ - exact.weights_).max() < 1e-5


def test_users_without_items_change_nothing_but_rounding(X):
    model = EASE(L2, "float64").fit(X)
    before = model.weights_.copy()
    np.testing.assert_allclose(
        model.update(sparse.csr_array((3, 12))).weights_, before, atol=1e-14
    )


def test_an_update_that_fails_leaves_the_model_as_it_was(X, monkeypatch):
    model = EASE(L2).fit(X)
    before = model.weights_.copy()
    with pytest.raises(ValueError, match="12 items"):
        model.update(X[:, :5])
    with pytest.raises(ValueError, match="NaN"):
        model.update(X * np.nan)
    monkeypatch.setattr(ease, "available_memory", lambda: 1000)
    with pytest.raises(MemoryError, match="12 items"):
        model.update(X)
    np.testing.assert_array_equal(model.weights_, before)


def test_only_a_fitted_model_takes_new_users(X):
    with pytest.raises(NotFittedError):
        EASE().update(X)


# ---- another device ------------------------------------------------------------------


@pytest.fixture
def another_device(monkeypatch):
    """Let PyTorch see a graphics card whose memory is a copy in this one."""
    torch = pytest.importorskip("torch")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    sent = []

    def to(tensor, device):
        sent.append(device)
        return tensor.clone()

    monkeypatch.setattr(torch.Tensor, "to", to)
    return sent


@pytest.mark.parametrize("device", ["cuda", "cuda:0", "auto"])
def test_what_is_inverted_elsewhere_comes_back(X, device, another_device):
    found = EASE(l2=5, device=device).fit(X)
    assert another_device == ["cuda" if device == "auto" else device]
    expected = EASE(l2=5).fit(X)
    np.testing.assert_allclose(found.weights_, expected.weights_, atol=1e-5)
    np.testing.assert_allclose(found.diagonal_, expected.diagonal_, rtol=1e-5)
    assert another_device == another_device[:1]  # the processor sends nothing


def test_a_device_that_is_full_is_said_to_be(X, another_device, monkeypatch):
    torch = pytest.importorskip("torch")

    def full(*_, **__):
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr(torch, "cholesky_inverse", full)
    model = EASE(l2=5, device="cuda")
    with pytest.raises(MemoryError, match=r"device cuda has no room.*device=\"cpu\""):
        model.fit(X)
    assert not hasattr(model, "weights_")


def test_a_device_that_is_not_there_is_refused(X):
    with pytest.raises(ValueError, match="device must be"):
        EASE(device="gpu").fit(X)


def test_a_graphics_card_gives_the_weights_of_the_processor():
    torch = pytest.importorskip("torch")
    if not torch.cuda.is_available():
        pytest.skip("PyTorch sees no graphics card with CUDA")
    X = sparse.random_array((3000, 2000), density=0.02, rng=np.random.default_rng(0))
    X = (X != 0).astype(np.float32).tocsr()
    card = EASE(l2=50, device="cuda").fit(X)
    np.testing.assert_allclose(card.weights_, EASE(l2=50).fit(X).weights_, atol=1e-4)
