"""The checks of lesson 10's exercises: the negative weights."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from recnb.lesson.verdict import Verdict, call, exercise, right, wrong


@exercise("10.1")
def exercise_1(share: float, B: np.ndarray) -> Verdict:
    """Share of negative weights of the tiny B, its diagonal left out."""
    share, n = float(share), len(B)
    n_negative = np.count_nonzero(B < 0)
    if np.isclose(share, n_negative / (n * n - n), atol=1e-3):
        return right("The diagonal is zero by decree; it has no say in the share.")
    if np.isclose(share, n_negative / (n * n), atol=1e-3):
        return wrong(
            "You have counted the diagonal among the weights. It is zero because the "
            "model may not choose it."
        )
    if np.isclose(share, n_negative / np.count_nonzero(B > 0), atol=1e-3):
        return wrong("That is negative per positive; a share is a part of the whole.")
    if np.isclose(share, 100 * n_negative / (n * n - n), atol=0.1):
        return wrong("Right, but in per cent: give a number between 0 and 1.")
    if np.isclose(share, np.mean(B <= 0), atol=1e-3):
        return wrong("Zero is not negative: the diagonal does not count as below it.")
    if np.isclose(share, -B[B < 0].sum() / np.abs(B).sum(), atol=1e-3):
        return wrong("That is their share of the sum. Count them, whatever their size.")
    if np.isclose(share, np.count_nonzero(B > 0) / (n * n - n), atol=1e-3):
        return wrong("That is the share of the positive weights.")
    if share == n_negative:
        return wrong("That is how many there are; divide by how many there can be.")
    return wrong("Count the entries below zero, and divide by those off the diagonal.")


@exercise("10.2")
def exercise_2(who_suggests: Callable) -> Verdict:
    """Find what each other film suggests of film j, over the fans of film i."""
    rng = np.random.default_rng(2)
    X = (rng.random((60, 7)) < rng.uniform(0.2, 0.7, 7)) * 1.0
    G, i, j = X.T @ X, 4, 1
    P = np.linalg.inv(G + 3 * np.eye(7))
    B = -P / np.diag(P)
    np.fill_diagonal(B, 0)
    before = G.copy(), B.copy()
    found = np.asarray(call(who_suggests, G, B, i, j), dtype=float)
    if not (np.array_equal(G, before[0]) and np.array_equal(B, before[1])):
        return wrong(
            "Your function has changed a matrix that it was handed; work on a copy."
        )
    expected = G[i] * B[:, j]
    own, expected[i] = expected[i], 0.0
    if found.ndim == 0 and np.isclose(found, expected.sum()):
        return wrong("That is the sum. Return its terms, one a film.")
    if found.shape != (7,):
        return wrong(f"An array of 7 terms is due, one a film; yours is {found.shape}.")
    if np.allclose(found, expected):
        return right("With their sum, the identity gives the weight of i for j.")
    if np.isclose(found[i], own) and np.allclose(np.delete(found, i), _rest(expected)):
        return wrong("Film i is among those who suggest: its own term must be 0.")
    if np.allclose(_rest(found), _rest(G[i] * B[j])):
        return wrong("What is said of film j stands in its column, not in its row.")
    if np.allclose(_rest(found), _rest(B[:, j])):
        return wrong("These are the weights; count the fans of i who like each film.")
    if np.allclose(_rest(found), _rest(G[j] * B[:, j])):
        return wrong("You have counted the fans of j. The sum is over the fans of i.")
    return wrong("Term k is G[i, k] times B[k, j], and 0 for k = i.")


def _rest(terms: np.ndarray, i: int = 4) -> np.ndarray:
    """Return the terms of the films other than i."""
    return np.delete(terms, i)


@exercise("10.3")
def exercise_3(best_weight: Callable) -> Verdict:
    """Find the best non-negative value of one weight, the others held fixed."""
    cases = [(8.0, 0.3, 20.0, 2.0), (-9.0, 0.1, 20.0, 2.0), (1.5, 0.0, 20.0, 2.0)]
    cases += [(-1.0, 0.5, 20.0, 2.0)]
    found = [np.asarray(call(best_weight, *case)) for case in cases]
    if any(each.size != 1 for each in found):
        return wrong("One number is due: the best value of this one weight.")
    found = [float(each.item()) for each in found]
    pulls = [s + h * w - l1 for s, w, h, l1 in cases]
    if np.allclose(
        found, [max(0.0, p / c[2]) for p, c in zip(pulls, cases, strict=True)]
    ):
        return right(
            "A weight that is zero leaves it only if its slope exceeds the L1 penalty; "
            "that is where SLIM's zeros come from."
        )
    if np.allclose(found, [p / c[2] for p, c in zip(pulls, cases, strict=True)]):
        return wrong("A weight has come out negative: it may not fall below zero.")
    if np.allclose(found, [max(0.0, (s + h * w) / h) for s, w, h, _ in cases]):
        return wrong("The L1 penalty has no effect: it is taken off the slope.")
    if np.allclose(found, [max(0.0, (s - l1) / h) for s, _, h, l1 in cases]):
        return wrong(
            "You have forgotten the weight that is there already: `slope` was taken "
            "with it, so it counts h times."
        )
    if np.allclose(
        found, [w + (s - l1) / h if s > l1 else 0.0 for s, w, h, l1 in cases]
    ):
        return wrong("A slope below l1 shrinks a weight; it need not vanish.")
    if np.allclose(
        found,
        [max(0.0, p / h) - w for p, (_, w, h, _) in zip(pulls, cases, strict=True)],
    ):
        return wrong("Return the new weight, not the step to it.")
    if np.allclose(found, [max(0.0, p) for p in pulls]):
        return wrong("The division by h is missing.")
    if np.allclose(found, [max(0.0, (s + h * w + l1) / h) for s, w, h, l1 in cases]):
        return wrong("The L1 penalty draws towards zero: take it off, don't add it.")
    if np.allclose(found, [max(0.0, (s + h * w) / h - l1) for s, w, h, l1 in cases]):
        return wrong("Take the L1 penalty off before you divide by h.")
    if np.allclose(found, [max(0.0, (s + w - l1) / h) for s, w, h, l1 in cases]):
        return wrong("`slope` was taken with the old weight, which counts h times.")
    if np.allclose(found, [w + max(0.0, (s - l1) / h) for s, w, h, l1 in cases]):
        return wrong(
            "A weight may also shrink: cut at zero the new weight, not the step to it."
        )
    if np.allclose(found, [_soft(s + h * w, l1) / h for s, w, h, l1 in cases]):
        return wrong(
            "That lets a weight go below zero, by the soft threshold of signed SLIM. "
            "Here it ends at zero."
        )
    return wrong("One line of `one_column` in section 6 does it.")


def _soft(pull: float, l1: float) -> float:
    """Move a pull towards zero by l1, whatever its sign."""
    return float(np.sign(pull) * max(0.0, abs(pull) - l1))


@exercise("10.4")
def exercise_4(share_below: Callable) -> Verdict:
    """Share of the negative pairs that are liked together less than expected."""
    rng = np.random.default_rng(5)
    # So many films that no two answers are equal by chance; a test compares them.
    X = (rng.random((300, 40)) < rng.uniform(0.1, 0.7, 40)) * 1.0
    G = X.T @ X
    E = G * rng.uniform(0.7, 1.2, G.shape)
    E = (E + E.T) / 2
    B = rng.normal(0.1, 1, size=G.shape) * (1 - np.eye(40))
    least = float(np.sort(np.diag(G))[20])  # a film has just as many
    found = float(call(share_below, G, E, B, least))
    known, off = np.diag(G) >= least, ~np.eye(40, dtype=bool)
    pairs, negative, below = np.outer(known, known) & off, B + B.T < 0, G < E
    if np.isclose(found, np.mean(below[pairs & negative])):
        return right("Beside it belongs the same share of the positive pairs.")
    if np.isclose(found, np.mean(~below[pairs & negative])):
        return wrong("That is the share liked together at least as often as expected.")
    if np.isclose(found, 100 * np.mean(below[pairs & negative])):
        return wrong("Right, but in per cent: return a number between 0 and 1.")
    if np.isclose(found, np.mean(below[off & negative])):
        return wrong("You have not left out the films with few likes.")
    if np.isclose(found, np.mean((below & negative)[pairs])):
        return wrong("That is a share of all pairs; of the negative pairs is asked.")
    if np.isclose(found, np.mean(below[pairs])):
        return wrong("That is for all pairs, whatever the sign of their weights.")
    if np.isclose(found, np.mean(below[pairs & ~negative])):
        return wrong("That is for the pairs with a positive weight.")
    both_below = (B < 0) & (B.T < 0)
    if any(np.isclose(found, np.mean(below[pairs & x])) for x in (B < 0, both_below)):
        return wrong(
            "A pair is negative if its two weights sum to less than zero. In EASE both "
            "have one sign; the B of this check is any matrix."
        )
    more = np.diag(G) > least
    if np.isclose(found, np.mean(below[np.outer(more, more) & off & negative])):
        return wrong("A film with just `least` likes has at least as many.")
    return wrong(
        "Take the pairs of films with at least `least` likes whose weights sum to less "
        "than 0, without the diagonal, and average G < E over them."
    )
