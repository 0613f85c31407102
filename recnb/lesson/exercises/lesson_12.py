"""The checks of lesson 12's exercises: learning a dot product, and serving it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from recnb.lesson.verdict import Verdict, call, exercise, right, wrong


@exercise("12.1")
def exercise_1(recall_of: Callable) -> Verdict:
    """Share of the exact list that a search has found."""
    rng = np.random.default_rng(7)
    exact = rng.choice(50, size=10, replace=False)
    others = np.setdiff1d(np.arange(50), exact)
    found = rng.permutation(np.concatenate([exact[:6], others[:10]]))
    share = float(call(recall_of, found, exact))
    if np.isclose(share, 6 / 10):
        nothing = float(call(recall_of, others, exact))
        if np.isclose(nothing, 0):
            return right("Wherever they stand, six of the ten are there.")
        return wrong(f"Where none of the exact list was found, you say {nothing:.2f}.")
    if np.isclose(share, 6 / 16):
        return wrong(
            "That is the share of the found list that is right (its precision). "
            "Recall divides by the exact list."
        )
    if np.isclose(share, 6):
        return wrong("That is how many were found; divide by what there was to find.")
    if np.isclose(share, 4 / 10):
        return wrong("That is the share that was missed.")
    if np.isclose(share, np.sum(found[:10] == exact) / 10):
        return wrong("You compare place by place. An item counts wherever it stands.")
    return wrong(
        "How many of the exact items are found, divided by how many there are."
    )


@exercise("12.2")
def exercise_2(approximation_error: Callable) -> Verdict:
    """RMSE of a model minus RMSE of the dot product."""
    rng = np.random.default_rng(12)
    p, q = rng.normal(size=(2, 400, 5))
    dot = np.sum(p * q, axis=1)
    y = dot + rng.normal(size=400)
    scores = 0.7 * dot + 0.2

    def rmse(a: np.ndarray) -> float:
        return float(np.sqrt(np.mean((y - a) ** 2)))

    found = float(call(approximation_error, p, q, y, scores))
    if np.isclose(found, rmse(scores) - rmse(dot)):
        return right(
            "What the noise costs is in both; what is left is the net's own error."
        )
    if np.isclose(found, rmse(dot) - rmse(scores)):
        return wrong("The other way round: above 0 means worse than the dot product.")
    if np.isclose(found, np.sqrt(np.mean((scores - dot) ** 2))):
        return wrong(
            "That is how far the two predictions lie apart. Asked for is how much "
            "worse the one predicts the labels."
        )
    if np.isclose(found, rmse(scores) ** 2 - rmse(dot) ** 2):
        return wrong(
            "These are mean squared errors: take the roots before you subtract."
        )
    if np.isclose(found, rmse(scores) - 0.85):
        return wrong(
            ".85 is what the dot product has in expectation, with the lesson's noise. "
            "Measure it on these labels."
        )
    if np.isclose(found, rmse(scores)):
        return wrong("That is the model's RMSE; subtract the dot product's.")
    return wrong("Two RMSEs on the same labels, one minus the other.")


@exercise("12.3")
def exercise_3(longer: Callable) -> Verdict:
    """One more number an item, so that the nearest item has the largest dot product."""
    rng = np.random.default_rng(4)
    Q = rng.normal(size=(60, 5)) * rng.uniform(0.3, 3, size=(60, 1))
    before, users = Q.copy(), rng.normal(size=(20, 5))
    found = np.asarray(call(longer, Q), dtype=float)
    if not np.array_equal(Q, before):
        return wrong("Your function has changed the embeddings that it was handed.")
    if found.shape != (60, 6):
        return wrong(f"The result has shape {found.shape}; one more column is (60, 6).")
    norms = np.linalg.norm(found, axis=1)
    if not np.allclose(found[:, :5], Q):
        return wrong("The first columns must stay the embeddings as they were.")
    if not np.allclose(norms, norms[0]):
        return wrong(
            "The rows must all get the same norm, the root of the sum of their "
            f"squared entries: yours go from {norms.min():.2f} to {norms.max():.2f}."
        )
    # |[p, 0] - q|² = |p|² + |q|² - 2 p q, and |q| is the same for all.
    padded = np.hstack([users, np.zeros((20, 1))])
    distance = np.linalg.norm(padded[:, None] - found, axis=2)
    if np.array_equal(distance.argmin(axis=1), (users @ Q.T).argmax(axis=1)):
        return right(
            "Now every index for nearest neighbours finds the largest dot products."
        )
    return wrong("The nearest row is not the one with the largest dot product.")
