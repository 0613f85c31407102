"""The checks of lesson 14's exercises: ridge regression with another kernel."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator

import numpy as np

from recnb.lesson.verdict import Verdict, call, exercise, right, wrong

#: Films in one history, in another one, and in both.
FILMS = (4, 6, 3)

#: A result of an exercise, and what is said of it.
Said = tuple[np.ndarray | float, str]


@exercise("14.1")
def exercise_1(nngp: float, ntk: float) -> Verdict:
    """One ReLU layer's kernels of two histories: 4 films, 6 films, 3 of them shared."""
    found = float(nngp)
    s_after, t_after = _layer(*FILMS)
    if not _rounded(found, s_after):
        return _refused(found, s_after, _mistaken_nngp(), "nngp:")
    if ntk is None or ntk is ...:
        return wrong("nngp is right. Now put a number in the place of ntk's dots.")
    if not _rounded(float(ntk), t_after):
        return _refused(float(ntk), t_after, _mistaken_ntk(), "nngp is right. ntk:")
    return right(
        "One layer moves the two nearer to each other: their cosine of .612 becomes "
        ".686. The tangent kernel, divided by its diagonal, moves them apart: .560."
    )


def _refused(
    found: float, expected: float, mistakes: Iterator[Said], which: str
) -> Verdict:
    """Say what is wrong with a number."""
    if not np.isfinite(found):
        return wrong(
            f"{which} this is no number. A cosine is at most 1: divide the shared "
            "films by the product of the two lengths before you take its arccos."
        )
    for mistake, words in mistakes:
        if _rounded(found, mistake):
            return wrong(f"{which} {words}")
    if abs(found - expected) < 0.006:
        return wrong(f"{which} nearly. Give three decimals, and round at the end.")
    return wrong(
        f"{which} go step by step. First the cosine, then θ, then s' from θ, then t' "
        "from s' and θ."
    )


def _rounded(found: float, expected: float) -> bool:
    """Tell whether two numbers agree to three decimals."""
    return abs(found - expected) < 6e-4


def _layer(a: float, b: float, s: float) -> tuple[float, float]:
    """Return s' and t' after the first layer, from squared lengths and product."""
    theta = np.arccos(s / np.sqrt(a * b))
    s_after = np.sqrt(a * b) * _bent(np.sin(theta), np.pi - theta, np.cos(theta))
    return s_after, s_after + s * (np.pi - theta) / np.pi


def _bent(sine: float, rest: float, cosine: float) -> float:
    """Return (sin theta + (pi - theta) cos theta) / pi."""
    return (sine + rest * cosine) / np.pi


def _mistaken_nngp() -> Iterator[Said]:
    """Yield what usual mistakes in s' come to, each with the words for it."""
    a, b, s = FILMS
    length, c = np.sqrt(a * b), s / np.sqrt(a * b)
    theta = np.arccos(c)
    sine, rest, degrees = np.sin(theta), np.pi - theta, np.degrees(theta)
    s_after, t_after = _layer(*FILMS)

    def bent(c: float) -> float:
        return _bent(np.sqrt(1 - c**2), np.pi - np.arccos(c), c)

    yield t_after, "that is the tangent kernel, which is asked for second."
    yield s, "that is the inner product itself, the linear kernel: no layer yet."
    yield (
        bent(c),
        "√(ab) is missing in front. That is the cosine after the layer; the kernel has "
        "the lengths, too.",
    )
    yield (
        a * b * bent(c),
        "in front stands the root of ab: 4 and 6 are *squared* lengths.",
    )
    for factor in (1, length, a * b):
        yield (
            factor * bent(s / (a * b)),
            "the cosine is s / √(ab), not s / (ab): a history of 4 ones has the length "
            "√4.",
        )
    yield np.pi * s_after, "the division by π is missing."
    yield (
        s_after / 2,
        "that is half of it. The weights are scaled so that a history keeps its "
        "length, and then the formula has 1 / π, not 1 / (2π).",
    )
    yield (
        length * _bent(sine, theta, c),
        "the cosine is multiplied by π - θ, not by θ.",
    )
    yield (
        length * rest * c / np.pi,
        "sin θ is missing. (What you have is the second term of the tangent kernel.)",
    )
    yield length * sine / np.pi, "(π - θ) cos θ is missing: the formula has two terms."
    yield length * _bent(c, rest, sine), "sin θ and cos θ have changed places."
    yield length * _bent(sine, -rest, c), "the two terms are added up."
    for spread in (
        length / np.pi * sine + rest * c,
        length * sine + rest * c / np.pi,
        length * (sine + rest * c / np.pi),
        length * (sine / np.pi + rest * c),
    ):
        yield (
            spread,
            "brackets are missing: √(ab) / π multiplies the sum of both terms.",
        )
    for turned in (
        _bent(np.sin(degrees), np.pi - degrees, np.cos(degrees)),
        _bent(np.sin(degrees), np.pi - degrees, c),
        _bent(sine, np.pi - degrees, c),
        _bent(sine, 180 - degrees, c),
        (sine + (180 - degrees) * c) / 180,
    ):
        yield length * turned, "the angle is in radians here, not in degrees."
    for union in (1, length):
        yield (
            union * bent(s / (a + b - s)),
            "3 / 7 is the shared part of all their films. The cosine is s / √(ab).",
        )
    for angle in (_bent(np.sin(c), np.pi - c, np.cos(c)), _bent(np.sin(c), rest, c)):
        yield (
            length * angle,
            "you have put in the cosine where the angle belongs: θ is its arccos.",
        )
    yield length * bent(bent(c)), "these are two layers; one was asked for."


def _mistaken_ntk() -> Iterator[Said]:
    """Yield what usual mistakes in t' come to, each with the words for it."""
    a, b, s = FILMS
    s_after, t_after = _layer(*FILMS)
    length = np.sqrt(a * b)
    theta, later = np.arccos(s / length), np.arccos(s_after / length)
    share = (np.pi - theta) / np.pi
    s_second = _layer(a, b, s_after)[0]
    yield (
        s_after,
        "that is s' once more. The tangent kernel adds t (π - θ) / π to it.",
    )
    yield s, "that is the linear kernel, t before the first layer."
    yield (
        s_after + s_after * share,
        "t is what the tangent kernel was before this layer, and that is s = 3, not "
        "s'.",
    )
    yield s_after + s, "t counts only in part: it is multiplied by (π - θ) / π."
    yield s * share, "that is the second term alone; s' is added to it."
    yield (
        s_after * share,
        "(π - θ) / π multiplies t, not s', and both terms are added up.",
    )
    yield (
        s_after + share,
        "t is missing in the second term: before the first layer it is s = 3.",
    )
    yield (
        s_after + s / length * share,
        "t is the inner product s = 3 before the first layer, not the cosine.",
    )
    yield s_after + s * share * np.pi, "the second term is to be divided by π."
    yield s_after + s * theta / np.pi, "the share is (π - θ) / π, not θ / π."
    for half in (s_after + s * share / 2, s_after / 2 + s * share, t_after / 2):
        yield half, "both terms count in full: there is a factor of 1/2 too many."
    yield (
        t_after / length / 2,
        "that is divided by the kernel's diagonal, as in the figure. Here is asked for "
        "the kernel itself.",
    )
    yield (
        s_after + s * (np.pi - later) / np.pi,
        "you have the angle behind the layer in it; θ is the one before, as for s'.",
    )
    for rest in (np.pi - np.degrees(theta), 180 - np.degrees(theta)):
        yield s_after + s * rest / np.pi, "the angle is in radians here."
    yield (
        s_second + t_after * (np.pi - later) / np.pi,
        "these are two layers; one was asked for.",
    )


@exercise("14.2")
def exercise_2(dual: Callable) -> Verdict:
    """Ridge regression with any kernel, in its dual form."""
    # As many histories and users as films, so that what mixes them up runs, and can be
    # named.
    first, *others = _dual_cases()
    h, X, l2, kernel, case = first
    found = _scores(dual, h, X, l2, kernel)
    if isinstance(found, Verdict):
        return found
    expected = _dual(h, X, l2, kernel)
    if not _near(found, expected):
        for mistake, words in _mistaken_duals(h, X, l2, kernel):
            if _near(found, mistake):
                return wrong(words)
        if _near(found[h == 0], expected[h == 0]):
            return wrong(
                "Right for the films that a history does not have. Return the scores "
                "of the others, too, as they are: they are masked later."
            )
        return wrong(
            "Two matrices come from the kernel: kernel(h, X), a row for each history, "
            "and kernel(X, X). Look at them one by one."
        )
    for h, X, l2, kernel, other in others:
        found = _scores(dual, h, X, l2, kernel)
        if isinstance(found, Verdict):
            return found
        if not _near(found, _dual(h, X, l2, kernel)):
            return wrong(
                f"Right for {case}; wrong for {other}. Is something fixed in your "
                "lines, or handed over in the wrong order?"
            )
    return right(
        "Ridge, whatever the kernel. With the linear one, these are the scores that "
        "the inverse of a matrix of films x films gives."
    )


def _dual_cases() -> Iterator[tuple[np.ndarray, np.ndarray, float, Callable, str]]:
    """Yield histories, users, λ and kernel of each case, and words for it."""
    for seed, (n_h, n_u, n_i, l2, kernel) in enumerate(
        [
            (7, 7, 7, 2.0, _relu),
            (1, 12, 5, 0.5, _linear),
            (3, 4, 9, 10.0, _relu),
            (5, 8, 6, 1.0, _linear),
        ]
    ):
        h, X = _likes(n_h, n_i, seed=140 + seed), _likes(n_u, n_i, seed=150 + seed)
        name = "linear kernel" if kernel is _linear else "kernel of a ReLU net"
        words = f"{n_u} users, {n_i} films, {n_h} row(s) in h, l2 = {l2:g}, the {name}"
        yield h, X, l2, kernel, words


def _linear(A: np.ndarray, B: np.ndarray) -> np.ndarray:
    """Return the inner products of the rows of A with those of B."""
    _check_rows(A, B)
    return A @ B.T


def _relu(A: np.ndarray, B: np.ndarray) -> np.ndarray:
    """Return the tangent kernel of one ReLU layer of the rows of A with those of B."""
    _check_rows(A, B)
    lengths = np.sqrt(np.outer((A**2).sum(axis=1), (B**2).sum(axis=1)))
    c = (A @ B.T / lengths).clip(-1, 1)
    theta = np.arccos(c)
    rest = np.pi - theta
    return lengths * (np.sin(theta) + 2 * rest * c) / np.pi


def _check_rows(A: np.ndarray, B: np.ndarray) -> None:
    """Raise unless a reader's function has handed over two fitting matrices."""
    if np.ndim(A) != 2 or np.ndim(B) != 2 or A.shape[1] != B.shape[1]:
        raise ValueError(
            "kernel takes two matrices with a history in each row, as long in one as "
            f"in the other; here they have the shapes {np.shape(A)} and {np.shape(B)}."
        )


def _dual(h: np.ndarray, X: np.ndarray, l2: float, kernel: Callable) -> np.ndarray:
    """Return k(h, X) (K + λI)⁻¹ X."""
    return kernel(h, X) @ np.linalg.solve(kernel(X, X) + l2 * np.eye(len(X)), X)


def _scores(
    answer: Callable, h: np.ndarray, X: np.ndarray, *others: object
) -> np.ndarray | Verdict:
    """Return the scores that a reader's function gives, or what forbids to look."""
    before = h.copy(), X.copy()
    found = np.asarray(call(answer, h, X, *others), dtype=float)
    if not (np.array_equal(h, before[0]) and np.array_equal(X, before[1])):
        return wrong("Your function has changed the h or the X that it was handed.")
    if found.shape != h.shape:
        return wrong(
            f"The result has shape {found.shape}; with {len(X)} users, {X.shape[1]} "
            f"films and {len(h)} rows in h, it is a score for each row of h and each "
            f"film, {h.shape}."
        )
    return found


def _mistaken_duals(
    h: np.ndarray, X: np.ndarray, l2: float, kernel: Callable
) -> Iterator[Said]:
    """Yield what usual mistakes come to, each with the words for it."""
    k, K, penalty = kernel(h, X), kernel(X, X), l2 * np.eye(len(X))
    M = np.linalg.inv(K + penalty)
    linear, in_films = X @ X.T, kernel(X.T, X.T)

    def inverse(A: np.ndarray) -> np.ndarray:
        return k @ np.linalg.inv(A) @ X

    yield (
        h @ X.T @ np.linalg.inv(linear + penalty) @ X,
        "That is ridge with the linear kernel. `kernel` has no part in your lines.",
    )
    yield (
        h @ X.T @ M @ X,
        "You compare h with the training users by inner products, and the users with "
        "each other by the kernel. It takes the place of both.",
    )
    yield (
        inverse(linear + penalty),
        "You compare h with the training users by the kernel, and the users with each "
        "other by inner products. The kernel takes the place of both.",
    )
    yield (
        k @ M,
        "These are numbers for training users, one for each. Each user's row of X "
        "counts with that number: multiply by X.",
    )
    for A in (K, K + penalty):
        yield k @ A @ X, "The inverse is missing: you multiply by the matrix itself."
    yield (
        k @ X,
        "The inverse is missing: each user has a say by similarity to h alone, as in "
        "a nearest-neighbour model, and users who are alike count twice.",
    )
    yield (
        k @ (1 / (K + penalty)) @ X,
        "You have inverted entry by entry. The inverse of a matrix is np.linalg.inv, "
        "or better: np.linalg.solve.",
    )
    yield inverse(K), "l2 is missing in K + λI."
    yield (
        inverse(K + l2),
        "You have added l2 to every entry of K; λI is on the diagonal alone.",
    )
    for factor in (np.trace(K) / len(K), np.trace(linear) / len(K)):
        yield (
            inverse(K + factor * penalty),
            "Here l2 is λ itself; a multiple of the mean diagonal is what the "
            "package's InfiniteAE takes.",
        )
    yield (
        inverse(K + len(X) * penalty),
        "λ is not multiplied by the number of users here.",
    )
    yield (
        k.T @ M @ X,
        "kernel(X, h) is transposed: kernel(h, X) has a row for each history and a "
        "column for each user.",
    )
    yield k @ M @ X.T, "At the end stands X, not its transpose."
    yield (
        M @ k @ X,
        "np.linalg.solve(A, k) is A⁻¹k, with the inverse on the left of k. It belongs "
        "between k and X: solve for X instead.",
    )
    yield (
        k @ M @ h,
        "At the end stands X, the likes of the training users, not h.",
    )
    yield (
        kernel(h, h) @ M @ X,
        "kernel(h, h) compares the histories with each other. Compare them with the "
        "training users.",
    )
    yield (
        inverse(kernel(h, h) + penalty),
        "Inverted is the matrix of the training users, kernel(X, X), not that of the "
        "histories.",
    )
    for of_films in (
        h @ np.linalg.inv(in_films + penalty) @ in_films,
        kernel(h, X.T) @ np.linalg.inv(in_films + penalty) @ X,
        k @ np.linalg.inv(in_films + penalty) @ X,
    ):
        yield (
            of_films,
            "kernel(X.T, X.T) compares films. In the dual, users are compared: "
            "kernel(X, X).",
        )
    yield (k @ M @ X).T, "Transposed: a row for each history, a column for each film."


@exercise("14.3")
def exercise_3(ease_in_the_dual: Callable) -> Verdict:
    """EASE's scores from an inverse of users x users."""
    # As many histories and users as films: see exercise 2.
    h, X, l2 = _likes(8, 8, seed=168), _likes(8, 8, seed=169), 3.0
    found = _scores(ease_in_the_dual, h, X, l2)
    if isinstance(found, Verdict):
        return found
    expected = h @ _ease(X, l2)
    if not _near(found, expected):
        for mistake, words in _mistaken_eases(h, X, l2):
            if _near(found, mistake):
                return wrong(words)
        if _near(found[h == 0], expected[h == 0]):
            return wrong(
                "Right for the films that a history does not have. What of those that "
                "it has? Only there is a film's own share in the score. (EASE scores "
                "them, too; they are masked later.)"
            )
        if _near(found[h > 0], expected[h > 0]):
            return wrong(
                "Right for the films that a history has, wrong for all others. Which "
                "of the two steps is for both?"
            )
        again = call(ease_in_the_dual, h, X, 100 * l2)
        if np.array_equal(found, again, equal_nan=True):
            return wrong("l2 has no part in your scores: what is inverted is K + λI.")
        return wrong("Compare f with ridge's scores first, then look at the s_j.")
    for seed, (n_h, n_u, n_i, l2) in enumerate([(1, 12, 6, 0.5), (4, 5, 11, 20.0)]):
        h, X = _likes(n_h, n_i, seed=162 + seed), _likes(n_u, n_i, seed=172 + seed)
        X[:, -1] = 0  # nobody's film
        found = _scores(ease_in_the_dual, h, X, l2)
        if isinstance(found, Verdict):
            return found
        if not _near(found, h @ _ease(X, l2)):
            return wrong(
                "Right for 8 users, 8 films and l2 = 3; wrong for "
                f"{n_u} users, {n_i} films, one of them nobody's, l2 = {l2:g} and a "
                f"history of {n_h} row(s). Is a number fixed in your lines?"
            )
    if _needs_films_x_films(ease_in_the_dual):
        return wrong(
            "The scores are EASE's, but on the way there was a matrix of films x "
            "films. Of XᵀMX only the diagonal is needed: multiply X by MX entry by "
            "entry, and add up each column."
        )
    return right(
        "EASE, and what was inverted is a matrix of users x users. The s_j are what "
        "stands on the diagonal of lesson 09's ridge."
    )


def _ease(X: np.ndarray, l2: float) -> np.ndarray:
    """Return EASE's weights."""
    P = np.linalg.inv(X.T @ X + l2 * np.eye(X.shape[1]))
    B = -P / np.diag(P)
    np.fill_diagonal(B, 0)
    return B


def _needs_films_x_films(answer: Callable) -> bool:
    """Return whether a call takes a quarter of the memory of such a matrix, or more."""
    h, X = _likes(2, 1000, seed=180), _likes(20, 1000, seed=181)
    tracemalloc.start()
    try:
        call(answer, h, X, 3.0)
        return tracemalloc.get_traced_memory()[1] > X.shape[1] ** 2 * X.itemsize / 4
    finally:
        tracemalloc.stop()


def _mistaken_eases(h: np.ndarray, X: np.ndarray, l2: float) -> Iterator[Said]:
    """Yield what usual mistakes come to, each with the words for it."""
    K, ones = X @ X.T, np.eye(len(X))
    M = np.linalg.inv(K + l2 * ones)
    f, s = h @ X.T @ M @ X, np.diag(X.T @ M @ X)
    yield f, "That is ridge: each film still has a say in its own score."
    yield (
        f - h * s,
        "A film's own share is out, but the rest is too small, as in lesson 09: ridge "
        "had shrunk it. Divide by 1 - s_j.",
    )
    yield (
        f / (1 - s),
        "You have divided by 1 - s_j, but a film's own share, h_j s_j, is still in it.",
    )
    yield (
        (f - s) / (1 - s),
        "s_j is taken off where the history has film j, and only there: h_j s_j.",
    )
    for own in (f - h, (f - h) / (1 - s)):
        yield own, "A film's own share is h_j s_j, not h_j."
    for own in (f - h * f, (f - h * f) / (1 - s)):
        yield (
            own,
            "You have set the scores of films in the history to zero. Only a film's "
            "own share is to go; what the others say of it stays.",
        )
    for times in ((f - h * s) * (1 - s), (f - h * s) / s):
        yield times, "Divide by 1 - s_j."
    yield (f - h * s) / (1 + s), "The sign in the denominator: 1 minus s_j."
    yield (f + h * s) / (1 - s), "A film's own share is taken off, not added."
    for shares, words in _mistaken_shares(X, M):
        yield (f - h * shares) / (1 - shares), words
    yield from _mistaken_matrices(h, X, l2, M)


def _mistaken_shares(X: np.ndarray, M: np.ndarray) -> Iterator[Said]:
    """Yield wrong s_j, each with the words for it."""
    yield (
        np.diag(X @ X.T @ M),
        "Your s_j are shares of the users, one for each row of X. A film's share is "
        "made of its column: X_jᵀ (K + λI)⁻¹ X_j. (Sums down the columns: axis=0.)",
    )
    yield (
        np.diag(X @ M @ X.T),
        "Your s_j have rows of X in them. X_j is a column: the users who like film j.",
    )
    yield (
        X.sum(axis=0),
        "The inverse is missing in your s_j: between X_jᵀ and X_j.",
    )
    yield (
        np.diag(M),
        "Your s_j are the diagonal of the inverse, which belongs to users. X_j stands "
        "on both sides of it.",
    )
    yield (
        (M @ X).sum(axis=0),
        "Your s_j add up all users; multiplied by X_jᵀ, only those count who like "
        "film j.",
    )


def _mistaken_matrices(
    h: np.ndarray, X: np.ndarray, l2: float, M: np.ndarray
) -> Iterator[Said]:
    """Yield results with a wrong inverse or of a wrong kind, with words."""
    K, B = X @ X.T, _ease(X, l2)
    N = np.linalg.inv(K + l2)
    f, s = h @ X.T @ N @ X, np.diag(X.T @ N @ X)
    for scores in (f, (f - h * s) / (1 - s)):
        yield (
            scores,
            "You have added l2 to every entry of K; λI is on the diagonal alone.",
        )
    U = -M / np.diag(M)
    for users in (M, U):
        alone = users - np.diag(np.diag(users))
        yield (
            h @ X.T @ alone @ X,
            "You have set a diagonal of users x users to zero. What EASE forbids is "
            "that a film has a say in its own score, not a user.",
        )
    yield B, "That is the matrix of EASE's weights; return the scores of h."
    yield (
        X @ B,
        "These are the scores of the training users. Score the rows of h.",
    )
    yield (h @ B).T, "Transposed: a row for each history, a column for each film."


def _likes(n_rows: int, n_films: int, seed: int) -> np.ndarray:
    """Return random ones and zeros, with a one in each row and each column."""
    likes = np.random.default_rng(seed).random((n_rows, n_films)) < 0.4
    for place in range(max(n_rows, n_films)):
        likes[place % n_rows, place % n_films] = True
    return likes.astype(float)


def _near(a: np.ndarray, b: np.ndarray) -> bool:
    """Tell whether two matrices are the same, up to single precision."""
    return a.shape == b.shape and np.allclose(a, b, rtol=1e-4, atol=1e-4)
