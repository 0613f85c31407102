"""The checks of lesson 11's exercises: dot product against MLP."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from recnb.lesson.verdict import Verdict, call, exercise, right, wrong


@exercise("11.1")
def exercise_1(value: float) -> Verdict:
    """NDCG@10 of three users whose film stands at places 1, 3 and 12."""
    value = float(value)
    if np.isclose(value, 0.5, atol=1e-3):
        return right("(1 + 0.5 + 0) / 3; the hit ratio of the same three is 2/3.")
    if np.isclose(value, 2 / 3, atol=1e-3):
        return wrong("That is HR@10, which does not ask at which place a hit is.")
    if np.isclose(value, (1 + 0.5 + 1 / np.log2(13)) / 3, atol=1e-3):
        return wrong("The film at place 12 counts nothing: the list ends at ten.")
    if np.isclose(value, 0.75, atol=1e-3):
        return wrong("You have left out the user who was missed; a miss is a 0.")
    if np.isclose(value, (1 + 1 / 3) / 3, atol=1e-3):
        return wrong("The gain at place r is 1 / log2(r + 1), not 1 / r.")
    if np.isclose(value, (1 / np.log(2) + 1 / np.log(4)) / 3, atol=1e-3):
        return wrong("With the logarithm to base 2, the first place counts 1.")
    return wrong("Take 1 / log2(r + 1) for each hit, 0 for a miss, and their mean.")


@exercise("11.2")
def exercise_2(absorb: Callable) -> Verdict:
    """Move GMF's weights into the embeddings."""
    rng = np.random.default_rng(2)
    P, Q, w = rng.normal(size=(4, 3)), rng.normal(size=(5, 3)), np.array([2, -1, 0.5])
    before = P.copy(), Q.copy()
    found = call(absorb, P, Q, w)
    if not (np.array_equal(P, before[0]) and np.array_equal(Q, before[1])):
        return wrong(
            "Your function changes the vectors it was handed: return new ones."
        )
    if not _is_pair(found):
        return wrong("Return two arrays: the new P and the new Q.")
    new_P, new_Q = (np.asarray(a, dtype=float) for a in found)
    if new_P.shape != P.shape or new_Q.shape != Q.shape:
        return wrong(
            f"The new vectors have shapes {new_P.shape} and {new_Q.shape}; they stay "
            f"{P.shape} and {Q.shape}: a weight for each entry, no sum yet."
        )
    wanted = P @ np.diag(w) @ Q.T
    if np.allclose(new_P @ new_Q.T, wanted):
        return right(
            "A plain dot product of these vectors is the GMF: w adds nothing that P "
            "and Q could not say."
        )
    if np.isnan(new_P).any() or np.isnan(new_Q).any():
        return wrong("A weight may be negative: it has no square root.")
    if np.allclose(new_P @ new_Q.T, (P * w) @ (Q * w).T):
        return wrong("Both sides have got the weights, so that they count twice.")
    if np.allclose(new_P @ new_Q.T, P @ Q.T):
        return wrong("The weights have vanished: the scores are those without w.")
    return wrong("w^T (p * q) is the dot product of (w * p) with q.")


@exercise("11.3")
def exercise_3(step: Callable) -> Verdict:
    """Take one step of SGD on a plain dot product."""
    p, q = np.array([1.0, -0.5]), np.array([0.5, 2.0])
    before = p.copy(), q.copy()
    cases = [(1, 0.1, 0.0), (0, 0.1, 0.0), (1, 0.1, 0.5)]
    found = [call(step, p, q, *case) for case in cases]
    if not (np.array_equal(p, before[0]) and np.array_equal(q, before[1])):
        return wrong(
            "Your function changes the vectors it was handed: return new ones."
        )
    if not all(map(_is_pair, found)):
        return wrong("Return two arrays: the new p and the new q.")
    if _same(found, [_stepped(p, q, *case) for case in cases]):
        return right(
            "Prediction minus truth, times the other vector; then the penalty."
        )
    if _same(found, [_stepped(p, q, *case, sign=-1) for case in cases]):
        return wrong("Uphill: take the learning rate times the gradient *off*.")
    if _same(found, [_stepped(p, q, *case, late=True) for case in cases]):
        return wrong(
            "Your q moves along the *new* p. The gradient is that of one place: keep "
            "the old p until q has moved."
        )
    if _same(found[:2], [_stepped(p, q, *case) for case in cases[:2]]):
        return wrong("Right without a penalty, but λ = 0.5 does not do what it should.")
    if _same(found, [_stepped(p, q, *case, raw=True) for case in cases]):
        return wrong("You compare the score itself with y; put it through σ first.")
    if _same(found[:1], [_stepped(p, q, *cases[0])]):
        return wrong("Right for a like (y = 1), wrong for a drawn film (y = 0).")
    return wrong("g = σ(p · q) − y; p loses lr (g q + λ p), q loses lr (g p + λ q).")


def _is_pair(found: object) -> bool:
    """Tell whether two arrays were returned: as a tuple, a list, or one array."""
    if isinstance(found, np.ndarray):
        return found.ndim > 0 and len(found) == 2
    return isinstance(found, tuple | list) and len(found) == 2


def _stepped(p, q, y, lr, l2, sign=1, late=False, raw=False):
    """Return p and q after a step; the keywords are usual mistakes."""
    score = p @ q
    g = (score if raw else 1 / (1 + np.exp(-score))) - y
    new_p = p - sign * lr * (g * q + l2 * p)
    new_q = q - sign * lr * (g * (new_p if late else p) + l2 * q)
    return new_p, new_q


def _same(found, wanted) -> bool:
    return all(
        np.shape(a) == np.shape(b) and np.allclose(a, b)
        for pair, other in zip(found, wanted, strict=True)
        for a, b in zip(pair, other, strict=True)
    )


@exercise("11.4")
def exercise_4(shrunk: Callable) -> Verdict:
    """Rescale a GMF until its penalty is small, its scores unchanged."""
    rng = np.random.default_rng(4)
    P, Q, w = rng.normal(size=(4, 3)), rng.normal(size=(5, 3)), np.array([2, -1, 0.5])
    limit = 1e-3
    found = call(shrunk, P, Q, w, limit)
    if not isinstance(found, tuple | list) or len(found) != 3:
        return wrong("Return three arrays: P, Q and w after the rescaling.")
    new_P, new_Q, new_w = (np.asarray(a, dtype=float) for a in found)
    if (new_P.shape, new_Q.shape, new_w.shape) != (P.shape, Q.shape, w.shape):
        return wrong("The shapes of P, Q and w must stay as they are.")
    size = (new_P**2).sum() + (new_Q**2).sum()
    same = np.allclose((new_P * new_w) @ new_Q.T, (P * w) @ Q.T)
    if same and size <= limit * (1 + 1e-9):
        return right(
            "No score has changed, and the penalty is as small as you like: a penalty "
            "on P and Q alone holds nothing down."
        )
    if same:
        return wrong(
            f"The scores stay, but |P|² + |Q|² is {size:.3g}, above the limit."
        )
    if np.allclose(new_w, w):
        return wrong("The scores change: what P and Q lose, w has to make up for.")
    ratio = ((new_P * new_w) @ new_Q.T) / ((P * w) @ Q.T)
    if np.allclose(ratio, ratio.flat[0]):
        return wrong(
            f"All scores are {ratio.flat[0]:.3g} times what they were. If P and Q are "
            "both divided by a, the product loses a², not a."
        )
    return wrong("Divide P and Q by the same number a, and multiply w by a².")
