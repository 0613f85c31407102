"""The checks of lesson 03's exercises: AutoRec."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import sparse

from recnb.lesson.verdict import Verdict, call, exercise, right, wrong


@exercise("03.1")
def exercise_1(error: float, R: np.ndarray, P: np.ndarray) -> Verdict:
    """Masked RMSE of a small matrix, by hand."""
    if np.size(error) != 1:
        return wrong("One number, please: the error over all ratings together.")
    error, R, P = float(np.ravel(error)[0]), np.asarray(R), np.asarray(P)
    squares, rated = (R - P) ** 2.0, R > 0
    if np.isclose(error, np.sqrt(squares[rated].mean()), atol=0.001):
        return right("Four ratings count; what was predicted in the gaps does not.")
    of_people = np.sqrt((squares * rated).sum(1) / rated.sum(1))
    if np.isclose(error, np.mean(of_people), atol=0.001):
        return wrong(
            "That is each person's RMSE, averaged. Each rating counts the same."
        )
    if np.isclose(error, np.sqrt(squares.mean()), atol=0.006):
        return wrong("That is the error over all six cells. A zero is no rating.")
    if np.isclose(error, squares[rated].mean(), atol=0.006):
        return wrong("That is the mean of the squares: the root is missing.")
    if np.isclose(error, np.sqrt(squares[rated].sum()), atol=0.006):
        return wrong("That is the root of the sum: divide by the number of ratings.")
    if np.isclose(error, np.sqrt(squares[rated].sum() / R.size), atol=0.006):
        return wrong("Divide by the number of ratings, not by that of the cells.")
    if np.isclose(error, np.abs(R - P)[rated].mean(), atol=0.006):
        return wrong("That is the mean absolute error: square before you average.")
    return wrong("Square the four errors, average them, take the root.")


@exercise("03.2")
def exercise_2(new_film: Callable) -> Verdict:
    """I-AutoRec's prediction for a film that was not in training."""
    rng = np.random.default_rng(3)
    V, W = rng.normal(size=(2, 6, 3))
    mu, b = rng.normal(size=3), np.array([0.5, 2, 3, 4, 4.5, 7])
    r, nobody = np.array([5.0, 0, 0, 2, 0, 1]), np.zeros(6)
    theta = (V, W, mu, b)
    found = np.asarray(call(new_film, r.copy(), *theta))
    if found.shape != (6,):
        return wrong(
            f"The result has shape {found.shape}: one rating a person, for six people."
        )
    bent = _sigmoid(r @ V + mu) @ W.T + b
    if np.allclose(found, bent, atol=1e-6):
        return wrong("The formula is right. Some predictions are outside 1 to 5 stars.")
    for values, message in (
        ((r @ V + mu) @ W.T + b, "The sigmoid on the hidden layer is missing."),
        (_sigmoid(r @ V) @ W.T + b, "μ is missing: it is added before the sigmoid."),
        (_sigmoid(r @ V + mu) @ W.T, "b is missing: it is added last."),
        (_sigmoid(r @ W + mu) @ V.T + b, "V reads the ratings, and W writes them."),
    ):
        if np.allclose(found, values.clip(1, 5), atol=1e-6) or np.allclose(
            found, values, atol=1e-6
        ):
            return wrong(message)
    if not np.allclose(found, bent.clip(1, 5), atol=1e-6):
        return wrong("Equation 1, then clip: b + W g(V r + μ), between 1 and 5.")
    empty = np.asarray(call(new_film, nobody.copy(), *theta))
    if empty.shape != (6,):
        return wrong(
            f"For a film without any rating the result has shape {empty.shape}: one 3 "
            "a person, please, for six people."
        )
    if np.allclose(empty, 3):
        return right(
            "A new film needs no new training: its row of ratings is enough. With no "
            "rating at all there is nothing to read, and 3 is the paper's answer."
        )
    return wrong("Right, but for a film without any rating the paper predicts 3.")


def _answers(X: sparse.csr_array) -> np.ndarray:
    """Predict every cell from the whole of X, in a way that each rating changes."""
    dense = X.toarray()
    weights = np.arange(1.0, dense.size + 1).reshape(dense.shape) ** 0.5
    return 3 + np.sin((dense * weights).sum()) * np.ones(dense.shape)


def _sees_one(cell: tuple[int, int]) -> Callable:
    """Return an evaluation that looks at the test rating of one cell, for that cell."""

    def predict(train: sparse.csr_array, test: sparse.csr_array) -> np.ndarray:
        predicted = _answers(train)
        predicted[cell] += test.toarray()[cell]
        return predicted

    return predict


def _ratings(rng: np.random.Generator) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Return training and test ratings; in `SEEN`, test has 1 to 5 stars."""
    R = rng.integers(1, 6, size=(8, 5)) * (rng.random((8, 5)) < 0.7)
    part = (rng.random((8, 5)) < 0.3) & (R > 0)
    part[:2], R[:2, :3] = False, [[2, 1, 2], [3, 4, 5]]
    part[:2, :3] = True
    part[-1, -1], R[-1, -1] = True, 4
    train, test = (sparse.csr_array(X.astype(float)) for X in (R * ~part, R * part))
    return train, test


#: Cells of test ratings with 1, 2, 3, 4 and 5 stars; none is the first or the last.
SEEN = ((0, 1), (0, 2), (1, 0), (1, 1), (1, 2))
#: Evaluations, whether they leak, and what a detector that errs on them is told.
_EVALUATIONS = (
    (lambda train, test: _answers(train), False, "This one hands over the training "
     "ratings only, and you call it a leak: are you changing these?"),
    (lambda train, test: _answers(train + test), True,
     "You miss a net that is handed training and test ratings together."),
    (lambda train, test: _answers(test), True,
     "You miss a net that is handed the test ratings only."),
    (lambda train, test: _answers(train) + 0.1 * (test.toarray() > 0), False,
     "This one knows which cells are asked for, but not their ratings. That is no "
     "leak: change the ratings, and leave them in their places."),
    *((_sees_one(cell), True,
       "You miss a net that sees one test rating out of all: change every one, "
       "whatever it is, and compare all predictions.") for cell in SEEN),
)  # fmt: skip


@exercise("03.3")
def exercise_3(leaks: Callable) -> Verdict:
    """Try a test for leaks on nine evaluations, of five kinds."""
    train, test = _ratings(np.random.default_rng(40))
    before = test.toarray()
    for predict, is_leak, message in _EVALUATIONS:
        found = call(leaks, predict, train.copy(), test)
        if not isinstance(found, bool | np.bool_):
            return wrong("Return True or False.")
        if not np.array_equal(test.toarray(), before):
            return wrong("You have changed test itself: work on test.copy().")
        if bool(found) != is_leak:
            return wrong(message)
    return right("The test ratings are the answer, never the question.")


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))
