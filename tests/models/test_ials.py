"""iALS as mathematics: least squares, a falling loss, another library's solution."""

import numpy as np
import pytest
from implicit.als import AlternatingLeastSquares
from scipy import sparse
from sklearn.exceptions import NotFittedError

from recnb.models import IALS, conjugate_gradients, ials

EXACT = {"d": 5, "l2": 0.05, "alpha0": 0.3, "dtype": "float64"}


def brute_force_loss(X, W, H, l2, alpha0, nu):
    """The docstring's formula, a pair after the other."""
    X, total = X.toarray(), 0.0
    (n_users, n_items), score = X.shape, W @ H.T
    for u in range(n_users):
        for i in range(n_items):
            total += (1 - score[u, i]) ** 2 if X[u, i] else 0
            total += alpha0 * score[u, i] ** 2
    for u in range(n_users):
        total += l2 * ((X[u] != 0).sum() + alpha0 * n_items) ** nu * W[u] @ W[u]
    for i in range(n_items):
        total += l2 * ((X[:, i] != 0).sum() + alpha0 * n_users) ** nu * H[i] @ H[i]
    return total


@pytest.fixture
def vectors(likes):
    draw = np.random.default_rng(0)
    return tuple(draw.normal(size=(n, 5)) for n in likes.shape)


@pytest.mark.parametrize("nu", [0.0, 0.5, 1.0])
def test_the_loss_is_the_formula(likes, vectors, nu):
    expected = brute_force_loss(likes, *vectors, 0.2, 0.4, nu)
    assert ials.loss(likes, *vectors, 0.2, 0.4, nu) == pytest.approx(expected)


@pytest.mark.parametrize("nu", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("side", ["users", "items"])
def test_a_half_step_has_no_slope_left(likes, vectors, side, nu):
    """In every direction the loss rises as a parabola whose lowest point is here."""
    W, H = vectors
    weights = 0.2, 0.4, nu
    if side == "users":
        W = moved = ials.half_step(likes, H, *weights)
    else:
        H = moved = ials.half_step(sparse.csr_array(likes.T), W, *weights)
    best = ials.loss(likes, W, H, *weights)
    draw, step = np.random.default_rng(1), 1e-3
    for _ in range(20):
        direction = draw.normal(size=moved.shape)
        around = []
        for sign in (1, -1):
            moved += sign * step * direction
            around.append(ials.loss(likes, W, H, *weights))
            moved -= sign * step * direction
        forwards, back = around
        curvature = (forwards + back - 2 * best) / step**2
        assert curvature > 1
        assert abs(forwards - back) / (2 * step) < 1e-6 * curvature


def test_a_user_alone_is_a_ridge_regression(likes, vectors):
    """The same least squares, solved for one user from rows of weighted equations."""
    H, u, (l2, alpha0, nu) = vectors[1], 4, (0.2, 0.4, 1.0)
    n = likes.shape[1]
    x = likes.toarray()[u]
    penalty = l2 * (x.sum() + alpha0 * n) ** nu
    rows = np.vstack([H[x > 0], np.sqrt(alpha0) * H, np.sqrt(penalty) * np.eye(5)])
    targets = np.concatenate([np.ones(int(x.sum())), np.zeros(n + 5)])
    expected = np.linalg.lstsq(rows, targets)[0]
    found = ials.half_step(likes[[u]], H, l2, alpha0, nu)
    np.testing.assert_allclose(found[0], expected, atol=1e-12)


@pytest.mark.parametrize("alpha0", [1e-5, 0.01, 0.3, 10.0])
@pytest.mark.parametrize("kind", ["one direction", "short vectors", "d above items"])
def test_hard_systems_are_solved_as_a_direct_method_does(likes, alpha0, kind):
    """Vectors that are nearly alike, or on many scales, or fewer than they are long."""
    draw = np.random.default_rng(0)
    H = draw.normal(size=(12, 30 if kind == "d above items" else 8))
    if kind == "one direction":
        H += 20
    elif kind == "short vectors":
        H *= np.logspace(0, -3, 8)
    found = ials.half_step(likes, H, 0.01, alpha0, 0.0)
    for w, x in zip(found, likes.toarray(), strict=True):
        A = H.T @ np.diag(x + alpha0) @ H + 0.01 * np.eye(H.shape[1])
        np.testing.assert_allclose(w, np.linalg.solve(A, x @ H), rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("alpha0", [0.1, 1.0])
def test_the_condition_number_is_bounded_by_alpha0(likes, alpha0):
    """Of each user's matrix, as a step of conjugate gradients multiplies by it."""
    H = np.random.default_rng(0).normal(size=(12, 8))
    values, basis = ials.eigen(H.T @ H)
    for x in likes.toarray():
        U = H[x > 0] @ basis / np.sqrt(alpha0 * values)
        matrix = np.empty((8, 8))
        for p, q in zip(np.eye(8), matrix, strict=True):
            conjugate_gradients.multiply(U, p, q)
        np.testing.assert_allclose(matrix, U.T @ U + np.eye(8))
        lowest, *_, highest = np.linalg.eigvalsh(matrix)
        assert 1 - 1e-9 < lowest <= highest < 1 + 1 / alpha0 + 1e-9


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_bits_do_not_depend_on_threads_or_on_other_rows(likes, monkeypatch, dtype):
    H = np.random.default_rng(0).normal(size=(12, 40)).astype(dtype)
    expected = ials.half_step(likes, H, 0.1, 0.3, 1.0)
    assert expected.dtype == dtype
    monkeypatch.setattr(conjugate_gradients, "ROWS_AT_ONCE", 7)
    monkeypatch.setattr("os.cpu_count", lambda: 5)
    np.testing.assert_array_equal(ials.half_step(likes, H, 0.1, 0.3, 1.0), expected)


def test_an_empty_row_needs_no_safe_system(likes):
    """Nobody has item 5: its penalty may be as small as it likes."""
    X = sparse.csr_array(likes.T)
    W = np.ones((60, 2), dtype=np.float32)  # of one direction only
    H = ials.half_step(X, W, 1e-2, 1e-7, 2.0)
    assert not H[5].any() and H[4].all()


def test_the_loss_falls_in_every_epoch(likes):
    model = IALS(**EXACT, epochs=30).fit(likes)
    assert len(model.loss_) == 30
    assert (np.diff(model.loss_) < 0).all()
    weights = model.l2, model.alpha0, model.nu
    again = ials.loss(likes, model.W_, model.H_, *weights)
    assert again == pytest.approx(model.loss_[-1])


@pytest.mark.parametrize("alpha0", [0.1, 0.3, 1.0])
def test_equals_implicit_without_a_scaled_penalty(likes, alpha0):
    """Its vectors are longer by a factor, and the confidence is 1 + 1 / alpha0."""
    longer = np.sqrt(1 + alpha0)
    ours = IALS(d=5, l2=0.4, alpha0=alpha0, nu=0, epochs=4, dtype="float64")
    theirs = AlternatingLeastSquares(
        factors=5,
        alpha=1 + 1 / alpha0,
        regularization=(1 + 1 / alpha0) * ours.l2,
        iterations=4,
        use_cg=False,
        num_threads=1,
        dtype=np.float64,
    )
    start = ours._begin(likes)
    theirs.user_factors, theirs.item_factors = start.W_ * longer, start.H_ * longer
    ours.fit(likes)
    theirs.fit(sparse.csr_matrix(likes), show_progress=False)
    np.testing.assert_allclose(theirs.user_factors, ours.W_ * longer, atol=1e-6)
    np.testing.assert_allclose(theirs.item_factors, ours.H_ * longer, atol=1e-6)
    folded_in = theirs.recalculate_user(np.arange(3), sparse.csr_matrix(likes[:3]))
    scores = folded_in @ theirs.item_factors.T
    np.testing.assert_allclose(
        scores, (1 + alpha0) * ours.predict(likes[:3]), atol=1e-6
    )


def test_strangers_are_folded_in(likes):
    """Whoever has the same history gets the same scores, in training or not."""
    model = IALS(**EXACT).fit(likes[10:])
    weights = model.l2, model.alpha0, model.nu
    W = ials.half_step(likes[:10], model.H_, *weights)
    np.testing.assert_array_equal(model.predict(likes[:10]), W @ model.H_.T)
    twice = sparse.csr_array(sparse.vstack([likes[[12]], likes[[3]], likes[[12]]]))
    scores = model.predict(twice)
    np.testing.assert_allclose(scores[0], scores[2])
    assert model.recommend(likes[:10], k=3).shape == (10, 3)


def test_it_finds_two_worlds():
    """Users who share no item with the others get their own world's items first."""
    draw = np.random.default_rng(2)
    dense = np.zeros((80, 20))
    dense[:40, :10] = draw.random((40, 10)) < 0.5
    dense[40:, 10:] = draw.random((40, 10)) < 0.5
    dense[[0, 40]] = 0
    dense[0, 2] = dense[40, 12] = 1
    model = IALS(d=2, l2=0.01, alpha0=0.1).fit(dense)
    first, second = model.recommend(dense[[0, 40]], k=5)
    assert (first < 10).all() and (second >= 10).all()


def test_an_item_that_nobody_has_and_an_empty_history_score_zero(likes):
    model = IALS(**EXACT).fit(likes)
    assert not model.H_[5].any()
    nobody = sparse.csr_array((1, 12))
    assert not model.predict(nobody).any()
    with pytest.raises(ValueError, match="empty"):
        model.recommend(nobody)


def test_only_what_is_stored_counts(likes):
    """Stars and places in time are likes like any other."""
    other_values = likes.copy()
    other_values.data = np.random.default_rng(0).uniform(1, 5, likes.nnz)
    expected = IALS(**EXACT).fit(likes).predict(likes)
    found = IALS(**EXACT).fit(other_values).predict(other_values)
    np.testing.assert_array_equal(found, expected)


def test_the_seed_decides_and_nothing_else_does(likes):
    first, again = (IALS(d=5, seed=1).fit(likes) for _ in range(2))
    np.testing.assert_array_equal(first.H_, again.H_)
    np.testing.assert_array_equal(first.fit(likes).H_, again.H_)
    assert not np.allclose(IALS(d=5, seed=2).fit(likes).H_, again.H_)


def test_the_vectors_begin_as_the_paper_has_them():
    model = IALS(d=100, stddev=0.1, seed=3)._begin(sparse.csr_array((300, 200)))
    assert model.W_.shape == (300, 100) and model.H_.shape == (200, 100)
    assert model.H_.dtype == np.float32
    for start in (model.W_, model.H_):
        assert start.std() == pytest.approx(0.1 / 10, rel=0.02)
        assert start.mean() == pytest.approx(0, abs=3e-4)


def test_half_the_precision_is_enough(likes):
    exact = IALS(**EXACT).fit(likes).predict(likes)
    single = IALS(**EXACT | {"dtype": "float32"}).fit(likes).predict(likes)
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, exact, atol=1e-4)


def test_epochs_one_by_one_are_the_whole_training(likes):
    whole, parts = IALS(**EXACT, epochs=3).fit(likes), IALS(**EXACT)
    for _ in range(3):
        parts.partial_fit(likes)
    np.testing.assert_array_equal(parts.H_, whole.H_)
    assert parts.loss_ == whole.loss_
    with pytest.raises(ValueError, match=r"training began with \(60, 12\)"):
        parts.partial_fit(likes[:10])


@pytest.mark.parametrize(("whole_epochs", "kept"), [(0, "it began with"), (2, "of ep")])
def test_the_stop_button_keeps_whole_epochs(
    likes, monkeypatch, capsys, whole_epochs, kept
):
    steps, right = [], ials.half_step

    def interrupted(*arguments):
        steps.append(1)
        if len(steps) == 2 * whole_epochs + 2:  # between the users and the items
            raise KeyboardInterrupt
        return right(*arguments)

    monkeypatch.setattr(ials, "half_step", interrupted)
    model = IALS(**EXACT, epochs=5).fit(likes)
    monkeypatch.undo()
    assert f"interrupted after {whole_epochs} epochs" in (
        said := capsys.readouterr()[0]
    )
    assert kept in said
    assert len(model.loss_) == whole_epochs
    if whole_epochs:
        expected = IALS(**EXACT, epochs=whole_epochs).fit(likes)
        np.testing.assert_array_equal(model.W_, expected.W_)
        np.testing.assert_array_equal(model.H_, expected.H_)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"d": 0}, "d must be a whole number"),
        ({"d": 2.5}, "d must be a whole number"),
        ({"epochs": 0}, "epochs must be a whole number"),
        ({"l2": 0}, "l2 must be a number above 0"),
        ({"l2": np.inf}, "l2 must be a number above 0"),
        ({"alpha0": -1}, "alpha0 must be a number above 0"),
        ({"stddev": np.inf}, "stddev must be a number above 0"),
        ({"nu": np.inf}, "nu must be a finite number"),
        ({"dtype": "float16"}, "dtype must be"),
    ],
)
def test_hyper_parameters_out_of_range_are_named(likes, settings, message):
    with pytest.raises(ValueError, match=message):
        IALS(**settings).fit(likes)


def test_wrong_input_is_named(likes):
    with pytest.raises(NotFittedError):
        IALS().predict(likes)
    with pytest.raises(ValueError, match="12 items"):
        IALS(d=2).fit(likes).predict(likes[:, :5])
    with pytest.raises(ValueError, match="NaN"):
        IALS(d=2).fit(np.full((3, 3), np.nan))


def test_a_penalty_too_small_for_the_precision_is_named(likes):
    """Twice the same column: without a penalty no system has one solution."""
    H = np.ones((12, 2), dtype=np.float32)
    with pytest.raises(np.linalg.LinAlgError, match='dtype="float64"'):
        ials.half_step(likes, H, 1e-12, 1.0, 0.0)
    assert np.isfinite(
        ials.half_step(likes, H.astype(np.float64), 1e-9, 1.0, 0.0)
    ).all()


def test_steps_that_do_not_end_are_named(likes, monkeypatch):
    monkeypatch.setattr(conjugate_gradients, "solve", lambda *_: (np.empty(0), False))
    with pytest.raises(np.linalg.LinAlgError, match="too small for float32"):
        IALS(d=2).fit(likes)
