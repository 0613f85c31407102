"""The checks of lesson 13b's exercises: a prior, a graph filter, and tags."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import permutations

import numpy as np
from scipy import sparse

from recnb.lesson.verdict import Verdict, call, exercise, right, wrong

#: RecVAE's prior of one number: weights, means and standard deviations of its parts.
WEIGHTS = (3 / 20, 3 / 4, 1 / 10)
MEANS = (0, 1, 0)
DEVIATIONS = (1, 0.5, np.exp(5))

#: A result of an exercise, and what is said of it.
Said = tuple[np.ndarray, str]


@exercise("13b.1")
def exercise_1(log_density: float) -> Verdict:
    """Log density of RecVAE's prior at 0, the old posterior being N(1, .5²)."""
    found = float(log_density)
    if _rounded(found, np.log(WEIGHTS @ _densities())):
        return right(
            "More than half of the density comes from the old posterior, though its "
            "middle is two standard deviations away."
        )
    for mistake, words in _mistaken_logs():
        if _rounded(found, mistake):
            return wrong(words)
    return wrong("Three densities at 0, weighted and added up; then the logarithm.")


def _rounded(found: float, expected: float) -> bool:
    """Tell whether two numbers agree to three decimals."""
    return abs(found - expected) < 6e-4


def _densities(
    deviations: tuple[float, ...] = DEVIATIONS, means: tuple[float, ...] = MEANS
) -> np.ndarray:
    """Return the densities of the prior's parts at 0."""
    mu, sigma = np.array(means), np.array(deviations)
    return np.exp(-((mu / sigma) ** 2) / 2) / (sigma * np.sqrt(2 * np.pi))


def _mistaken_logs() -> Iterator[tuple[float, str]]:
    """Yield what usual mistakes come to, each with the words for it."""
    densities = _densities()
    weighted = WEIGHTS * densities
    p = weighted.sum()
    yield p, "That is the density; asked for is its logarithm."
    yield -np.log(p), "That is minus the logarithm: mind the sign."
    for log in (np.log10(p), np.log2(p)):
        yield log, "Take the natural logarithm."
    for unweighted in (densities.sum(), densities.mean()):
        yield (
            np.log(unweighted),
            "The three weights are missing: the parts do not count alike.",
        )
    for narrow in (p - weighted[2], WEIGHTS @ _densities((1, 0.5, np.exp(10)))):
        yield (
            np.log(narrow),
            "Your wide normal counts for next to nothing: you have left it out, or "
            "taken e^10 for its standard deviation. (Or you have rounded to two "
            "decimals; give three.)",
        )
    for log in (WEIGHTS @ np.log(densities), np.log(weighted).sum()):
        yield (
            log,
            "You have added up logarithms. The sum of the parts stands inside the "
            "logarithm: a point needs to suit only one of them.",
        )
    for weights in set(permutations(WEIGHTS)) - {WEIGHTS}:
        yield (
            np.log(weights @ densities),
            "The weights stand at the wrong parts: which of the three has 3/4?",
        )
    for sigma in (0.5**2, 0.5**0.5):
        yield (
            np.log(WEIGHTS @ _densities((1, sigma, DEVIATIONS[2]))),
            "N(1, .5²): .5 is the old posterior's standard deviation, .5² is its "
            "variance.",
        )
    yield (
        np.log(WEIGHTS @ _densities(means=(0, 0, 0))),
        "The old posterior's mean is 1, not 0: its density at 0 is not its highest.",
    )
    yield (
        np.log(p * np.sqrt(2 * np.pi)),
        "The normals' densities lack their factor 1 / √(2π).",
    )
    yield (
        np.log(weighted @ DEVIATIONS),
        "A wide normal is a low one: divide each density by its standard deviation.",
    )


@exercise("13b.2")
def exercise_2(gf_cf: Callable) -> Verdict:
    """GF-CF's filter, items x items."""
    # As many users as items, so that what mixes them up runs, and can be named.
    X, k, alpha = _likes(9, 9, seed=132), 3, 0.4
    before = X.toarray()
    found = _dense(call(gf_cf, X, k, alpha))
    if not np.array_equal(X.toarray(), before):
        return wrong("Your function has changed the X that it was handed.")
    if found.shape != (9, 9):
        return wrong(f"The result has shape {found.shape}; F is items x items, (9, 9).")
    for mistake, words in _mistaken_filters(found, X, k, alpha):
        if _near(found, mistake):
            return wrong(words)
    if not _near(found, _gf_cf(before, k, alpha)):
        return wrong(
            "Go part by part: R~ first, then V, whose k columns have length one, then "
            "the two terms of F."
        )
    X = _likes(7, 11, seed=133)
    if not _near(_dense(call(gf_cf, X, 4, 1.5)), _gf_cf(X.toarray(), 4, 1.5)):
        return wrong(
            "Right for 9 users, 9 items, k = 3 and alpha = .4; wrong for 7 users, 11 "
            "items, k = 4 and alpha = 1.5. Is one of the numbers fixed in your lines?"
        )
    return right(
        "A model without training: a normalisation, k directions and two products."
    )


def _gf_cf(X: np.ndarray, k: int, alpha: float) -> np.ndarray:
    """Return GF-CF's filter of dense likes."""
    R = X / np.sqrt(np.outer(X.sum(axis=1), X.sum(axis=0)))
    return _filter(R, np.linalg.svd(R)[2][:k].T, alpha, np.sqrt(X.sum(axis=0)))


def _filter(R: np.ndarray, V: np.ndarray, alpha: float, root: np.ndarray) -> np.ndarray:
    """Return RᵀR + alpha / root V Vᵀ root."""
    return R.T @ R + alpha * V @ V.T * root / root[:, np.newaxis]


def _mistaken_filters(
    found: np.ndarray, X: sparse.csr_array, k: int, alpha: float
) -> Iterator[Said]:
    """Yield what usual mistakes come to, each with the words for it."""
    X = X.toarray()
    u, i = np.sqrt(X.sum(axis=1))[:, np.newaxis], np.sqrt(X.sum(axis=0))
    R, none = X / u / i, np.ones_like(i)
    U, s, Vt = np.linalg.svd(R)
    V, ideal = Vt[:k].T, Vt[:k].T @ Vt[:k]

    def scaled(R: np.ndarray, root: np.ndarray = i) -> np.ndarray:
        return _filter(R, np.linalg.svd(R)[2][:k].T, alpha, root)

    def directions(V: np.ndarray, root: np.ndarray = i) -> np.ndarray:
        return _filter(R, V, alpha, root)

    yield (
        scaled(X / i),
        "The users are not normalised: in R~, a user's row is divided by the root of "
        "that user's number of likes.",
    )
    for root in (i, none):
        yield (
            scaled(X / u, root),
            "The items are not normalised: in R~, an item's column is divided by the "
            "root of its number of fans.",
        )
        yield scaled(X, root), "X itself is not R~: neither users nor items are scaled."
    for root in (i, i**2):
        yield scaled(X / u**2 / i**2, root), "R~ has roots: D^(-1/2), not D^(-1)."
    for mixed in (X / u.T / i, X / u / i[:, np.newaxis], X / u.T / i[:, np.newaxis]):
        yield (
            scaled(mixed),
            "Rows and columns are mixed up in your R~. A user's number of likes, "
            "X.sum(axis=1), belongs to a row: give it the shape (users, 1).",
        )
    yield (
        directions(U[:, :k]),
        "These are left singular vectors, with an entry for each user. A direction of "
        "items is a right one.",
    )
    # The signs of Vᵀ's rows are arbitrary, and matter now: take those that were found.
    columns = np.copysign(directions(Vt[:, :k]) - R.T @ R, found - R.T @ R)
    yield (
        R.T @ R + columns,
        "np.linalg.svd returns Vᵀ: the singular vectors are its rows, not its columns.",
    )
    yield (
        directions(Vt[-k:].T),
        "These are the k directions with the smallest singular values, the ones that a "
        "low-pass filter holds back.",
    )
    yield directions(Vt.T), "All directions pass: cut V to the k leading ones."
    for fading in (V * s[:k], V * s[:k] ** 0.5):
        yield (
            directions(fading),
            "Singular values stand in your second term. The ideal filter passes its k "
            "directions whole.",
        )
    yield (
        directions(V, 1 / i),
        "Transposed: to the left of V Vᵀ stands D_i^(-1/2), for what the history has, "
        "to the right D_i^(1/2), for what is scored.",
    )
    yield directions(V, none), "D_i^(-1/2) and D_i^(1/2) around V Vᵀ are missing."
    yield directions(V, i**2), "Around V Vᵀ stand the roots of D_i^(-1) and D_i."
    for half in (ideal * i, ideal / i[:, np.newaxis]):
        yield (
            R.T @ R + alpha * half,
            "Only one side of V Vᵀ is scaled: D_i^(-1/2) stands left, D_i^(1/2) right.",
        )
    F, second = directions(V), directions(V) - R.T @ R
    yield (
        alpha * R.T @ R + second / alpha,
        "alpha stands at the wrong term: it is the weight of the ideal filter.",
    )
    yield alpha * R.T @ R + second, "alpha is the weight of the second term alone."
    yield R.T @ R + second / alpha, "alpha has no part in your filter."
    yield R.T @ R, "The second term is missing, the ideal filter."
    for alone in (second, second / alpha):
        yield alone, "The first term is missing, R~ᵀR~."
    yield (
        R @ R.T + second,
        "R~ R~ᵀ joins users. With as many users as items it fits, but the filter joins "
        "items.",
    )
    yield X @ F, "These are the users' scores, X F; return F."


@exercise("13b.3")
def exercise_3(cease: Callable) -> Verdict:
    """CEASE's weights, from EASE on a stacked matrix."""
    # All sizes alike, so that every way to stack runs, and can be named.
    X, S = _likes(8, 8, seed=134), _likes(8, 8, seed=135)
    alpha, l2 = 5.0, 2.0
    before = X.toarray(), S.toarray()
    found = _dense(call(cease, X, S, alpha, l2, _ease))
    if not all(map(np.array_equal, (X.toarray(), S.toarray()), before)):
        return wrong("Your function has changed the X or the S that it was handed.")
    for mistake, words in _mistaken_stacks(X, S, alpha, l2):
        if _near(found, mistake):
            return wrong(words)
    if found.shape != (8, 8):
        return wrong(
            f"The result has shape {found.shape}; B is items x items, (8, 8). A tag "
            "becomes one more user, which is a row; no item is added."
        )
    expected = _ease(_stacked(X, S, alpha), l2)
    if not _near(found, expected):
        if _near(found - np.diag(np.diag(found)), expected):
            return wrong("All is right but the diagonal, which has to be zero.")
        return wrong("Which matrix has the Gram matrix XᵀX + alpha SᵀS?")
    X, S = _likes(12, 7, seed=136), _likes(3, 7, seed=137)
    found = _dense(call(cease, X, S, 0.3, 4.0, _ease))
    if not _near(found, _ease(_stacked(X, S, 0.3), 4.0)):
        return wrong(
            "Right for 8 users, items and tags, alpha = 5 and l2 = 2; wrong for 12 "
            "users, 7 items, 3 tags, alpha = .3 and l2 = 4. Is a number fixed?"
        )
    return right("To EASE, a tag is one more user, who likes all items that have it.")


def _stacked(X: sparse.csr_array, S: sparse.csr_array, alpha: float) -> np.ndarray:
    """Return X with sqrt(alpha) S under it, dense."""
    return np.vstack([X.toarray(), np.sqrt(alpha) * S.toarray()])


def _ease(matrix: np.ndarray | sparse.sparray, l2: float) -> np.ndarray:
    """Return EASE's weights; this is what a reader's function is handed."""
    Z = _dense(matrix)
    P = np.linalg.inv(Z.T @ Z + l2 * np.eye(Z.shape[1]))
    B = -P / np.diag(P)
    np.fill_diagonal(B, 0)
    return B


def _mistaken_stacks(
    X: sparse.csr_array, S: sparse.csr_array, alpha: float, l2: float
) -> Iterator[Said]:
    """Yield what usual mistakes come to, each with the words for it."""
    X, S, root = X.toarray(), S.toarray(), np.sqrt(alpha)
    n = X.shape[1]

    def under(X: np.ndarray, S: np.ndarray) -> np.ndarray:
        return _ease(np.vstack([X, S]), l2)

    yield (
        under(X, alpha * S),
        "alpha times S has the Gram matrix alpha² SᵀS: a tag would count for alpha² "
        "users. (The authors' program has it so, and their alpha is the root of ours.)",
    )
    yield (
        under(X, root * S.T),
        "S is transposed: it has a row for each tag and a column for each item, and "
        "so fits under X as it is.",
    )
    for factor in (1, root, alpha):
        items = _ease(np.hstack([X, factor * S]), l2)
        taught = _ease(np.hstack([X, factor * X @ S.T]), l2)
        for B in (items, items[:n, :n], taught, taught[:n, :n]):
            yield (
                B,
                "Side by side: there, tags are further items. CEASE has them as "
                "further users, rows under X.",
            )
    yield under(X, S), "alpha has no part: each tag counts for one user."
    for factor in (root, alpha):
        yield under(factor * X, S), "alpha is the weight of the tags, not of the users."
        yield under(factor * X, factor * S), "alpha is the weight of the tags alone."
    yield _ease(X, l2), "That is EASE of the users; the tags have no part."
    for factor in (1, root, alpha):
        yield _ease(factor * S, l2), "That is EASE of the tags; the users have no part."
    users, tags = _ease(X, l2), _ease(S, l2)
    for a, b in ((1, 1), (1, root), (1, alpha), (1 - alpha, alpha), (alpha, 1 - alpha)):
        yield (
            a * users + b * tags,
            "These are the weights of two EASEs, added up: AddEASE. CEASE is one EASE, "
            "which is to suit users and tags with the same weights.",
        )
    yield (
        _ease(X.T @ X + alpha * S.T @ S, l2),
        "You have handed over a Gram matrix. EASE makes its own: hand over the matrix "
        "whose Gram matrix that is.",
    )
    yield under(X, root * S).T, "B is transposed."
    yield (
        np.vstack([X, root * S]),
        "That is the stacked matrix; call ease with it, and return the weights.",
    )


def _likes(n_rows: int, n_items: int, seed: int) -> sparse.csr_array:
    """Return random ones and zeros, with a one in each row and each column."""
    likes = np.random.default_rng(seed).random((n_rows, n_items)) < 0.4
    for place in range(max(n_rows, n_items)):
        likes[place % n_rows, place % n_items] = True
    return sparse.csr_array(likes.astype(float))


def _dense(answer: object) -> np.ndarray:
    """Return a matrix, which may be sparse, as an array."""
    if sparse.issparse(answer):
        return answer.toarray().astype(float)
    array = np.asarray(answer)
    if array.dtype == object:
        raise TypeError(
            "this is no matrix of numbers. NumPy's vstack cannot stack sparse "
            "matrices; sparse.vstack can."
        )
    return array.astype(float)


def _near(a: np.ndarray, b: np.ndarray) -> bool:
    """Tell whether two matrices are the same, up to single precision."""
    return a.shape == b.shape and np.allclose(a, b, rtol=1e-4, atol=1e-4)
