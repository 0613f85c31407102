"""The checks of lesson 13's exercises: embeddings that know what EASE knows."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import sparse

from recnb.lesson.verdict import Verdict, call, exercise, right, wrong


@exercise("13.1")
def exercise_1(weights: tuple[float, float]) -> Verdict:
    """Weights of (1, 1) and (5, 3) that sum to one and best rebuild (2, 3)."""
    pair = np.asarray(weights, dtype=float).ravel()
    if pair.shape != (2,):
        return wrong(f"Two numbers, please, one for each neighbour; here: {pair.size}.")

    def said(*expected: float) -> bool:
        return np.allclose(pair, expected, atol=0.006)

    if said(0.6, 0.4):
        return right(
            "The two put the point where its shadow falls on the line through them, "
            "and would do so wherever all three were moved."
        )
    if said(0.4, 0.6):
        return wrong("The other way round: the weight of (1, 1) comes first.")
    if said(4.5, -0.5):
        return wrong(
            "They rebuild the point exactly, but sum to 4, not to 1: move the origin, "
            "and they no longer fit."
        )
    if said(1.125, -0.125):
        return wrong(
            "That is the best pair without the constraint, divided by its sum. The "
            "best pair with it is another one: put the constraint in first."
        )
    if said(0.75, 0.25):
        return wrong("That fits the first coordinates alone; both count.")
    if said(0, 1):
        return wrong("That fits the second coordinates alone; both count.")
    if said(0.5, 0.5):
        return wrong("That is the plain mean. Which of the two is nearer?")
    if not np.isclose(pair.sum(), 1, atol=0.006):
        return wrong(f"They sum to {pair.sum():.3g}, and have to sum to 1.")
    return wrong("They sum to 1, but others come nearer to the point.")


@exercise("13.2")
def exercise_2(implicit_slim: Callable) -> Verdict:
    """ImplicitSLIM, without a matrix of items x items."""
    rng = np.random.default_rng(13)
    X = sparse.csr_array((rng.random((40, 12)) < 0.3) * 1.0)
    W, l2, alpha = rng.normal(size=(3, 12)), 2.0, 0.4
    before = W.copy()
    found = np.asarray(call(implicit_slim, W, X, l2, alpha))
    if not np.array_equal(W, before):
        return wrong("Your function has changed the W that it was handed.")
    if found.shape != W.shape:
        return wrong(f"The result has shape {found.shape}; V has W's shape, (3, 12).")
    if np.allclose(found, _explicit(W, X, l2, alpha)):
        if _needs_items_x_items(implicit_slim):
            return wrong(
                "The numbers are right, but on the way there was a matrix of items x "
                "items. Multiply X by L vectors at a time, and invert L x L."
            )
        return right(
            "The same as by the inverse of a matrix of items x items, and you never "
            "had one."
        )
    for mistake, words in _mistaken(W, X, l2, alpha):
        if np.allclose(found, mistake):
            return wrong(words)
    return wrong("Compute Y Aᵀ first, from right to left, then each part on its own.")


def _explicit(
    W: np.ndarray, X: sparse.csr_array, l2: float, alpha: float
) -> np.ndarray:
    """Return alpha W AᵀA (K + alpha AᵀA)⁻¹ with A = W, as the problem is solved."""
    G = (X.T @ X).toarray() + l2 * np.eye(X.shape[1])
    R = np.linalg.inv(G) * np.diag(G)  # I - B, with ImplicitSLIM's D
    return alpha * W @ W.T @ W @ np.linalg.inv(R @ R.T + alpha * W.T @ W)


def _needs_items_x_items(implicit_slim: Callable) -> bool:
    """Return whether a call takes half the memory of such a matrix, or more."""
    rng, n_items = np.random.default_rng(14), 1000
    X = sparse.csr_array((rng.random((100, n_items)) < 0.1) * 1.0)
    W = rng.normal(size=(4, n_items))
    tracemalloc.start()
    try:
        call(implicit_slim, W, X, 2.0, 0.4)
        return tracemalloc.get_traced_memory()[1] > n_items**2 * W.itemsize / 2
    finally:
        tracemalloc.stop()


def _mistaken(
    W: np.ndarray, X: sparse.csr_array, l2: float, alpha: float
) -> tuple[tuple[np.ndarray, str], ...]:
    """Return pairs of what a usual mistake comes to, and the words for it."""
    gram, ones = (X.T @ X).toarray(), np.eye(X.shape[1])
    G = gram + l2 * ones
    d, small = 1 / np.diag(G), np.eye(len(W))
    Y = G * d**2 @ G
    S = small / alpha + W @ Y @ W.T

    def drawn(Y: np.ndarray, added: np.ndarray = small / alpha) -> np.ndarray:
        return W @ W.T @ np.linalg.solve(added + W @ Y @ W.T, W @ Y)

    P = np.linalg.inv(G)
    B = ones - P / np.diag(P)
    return (
        (drawn(G * d @ G), "D stands in Y twice, once for each I - B: it is squared."),
        (drawn(G @ G), "There is no D in your Y: the columns of S are not scaled."),
        (
            drawn(G / d**2 @ G),
            "D is 1 / (n_j + λ), not n_j + λ: yours is upside down.",
        ),
        (
            drawn(gram * d**2 @ gram),
            "λ is missing in XᵀX + λI, on both sides of D.",
        ),
        (
            drawn(G / np.diag(gram) ** 2 @ G),
            "λ is missing in D: it is 1 / (n_j + λ).",
        ),
        (
            drawn(Y, alpha * small),
            "Your alpha works the wrong way round: added to the diagonal is 1 / alpha, "
            "so that a large alpha holds V near W.",
        ),
        (
            drawn(d[:, np.newaxis] ** 2 * G),
            "XᵀX + λI stands in Y twice, on both sides of D².",
        ),
        (drawn(Y, small), "alpha has no part in your system: add I / alpha."),
        (
            drawn((gram + l2) * d**2 @ (gram + l2)),
            "You have added λ to every entry of XᵀX; λI is on the diagonal alone.",
        ),
        (
            drawn(Y, 1 / alpha),
            "You have added 1 / alpha to every entry; I / alpha is on the diagonal "
            "alone.",
        ),
        (
            np.linalg.solve(S, W @ Y),
            "What stands on the left is missing: multiply by W Aᵀ, with A = W.",
        ),
        (
            np.linalg.solve(S, W @ W.T @ W @ Y),
            "W Aᵀ stands to the left of the inverse; matrices may not change places.",
        ),
        (
            W @ B,
            "That is W B: EASE's weights, applied to W once. V is what solves the "
            "problem, and is built without B.",
        ),
        (
            W @ (ones - P / d),
            "That is W B, with the approximate D: the weights applied to W once. V is "
            "what solves the problem, and is built without B.",
        ),
        (W, "That is W as it came."),
    )


@exercise("13.3")
def exercise_3(smallest_L: Callable) -> Verdict:
    """Find the L from which on `both` is surely above plain, on every split."""
    found = int(call(smallest_L, _table(TRAPS)))
    if found != 256:
        return wrong(
            SAID.get(
                found,
                f"You say {found}. For each L ask whether all splits pass; then go "
                "down from the largest L until one does not.",
            )
        )
    never = smallest_L(_table({L: TRAPS[L] for L in (8, 16)})) or 0  # or None
    if never != 0:
        return wrong(
            f"Where the largest L fails, there is no such L: say 0, not {never}."
        )
    return right(
        "Each split is a test of its own here, and all of them, at every larger L, "
        "have to pass."
    )


#: For each L: on three splits by how much `both` is above plain; its paired error, and
#: the error of its own mean. Drawn up so that every usual mistake finds another L.
TRAPS = {
    8: ((0.020, 0.021, 0.019), 0.003, 0.006),
    16: ((-0.011, -0.014, -0.012), 0.003, 0.007),
    32: ((0.012, -0.008, -0.009), 0.003, 0.009),
    64: ((0.021, 0.018, -0.002), 0.003, 0.010),
    128: ((0.016, 0.0045, 0.014), 0.003, 0.011),
    256: ((0.013, 0.012, 0.014), 0.003, 0.012),
    512: ((0.061, 0.064, 0.066), 0.003, 0.013),
}

SAID = {
    0: "There is one in the check's table. Look at the rows of the arm `both` alone, "
    "and at all of its splits.",
    8: "At L = 8 it is above, but at L = 16 below: from which L on does it hold?",
    32: "At L = 32 only one of three splits is above plain; asked for is every split.",
    64: "At L = 64 one of three splits is below plain. The mean over the splits hides "
    "that; asked for is every split.",
    128: "At L = 128 one split is above plain by less than *two* paired errors.",
    512: "Too strict: `error` belongs to one model's mean, and most of it is in both "
    "models. For a difference take the paired one, minus_plain_error.",
}


def _table(traps: dict) -> pd.DataFrame:
    """Return a table like the stored one, its rows in no order."""
    rows = []
    for L, (gains, paired, error) in traps.items():
        for seed, gain in enumerate(gains):
            others = {"EASE": 0.09, "plain": 0.0, "init": -gain, "reg": gain / 9}
            for arm, above in {**others, "both": gain}.items():
                rows.append((seed, L, arm, 0.3 + above, error, above, paired))
    columns = ["seed", "L", "arm", "NDCG@100", "error"]
    columns += ["minus_plain", "minus_plain_error"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sample(frac=1, random_state=13).reset_index(drop=True)
