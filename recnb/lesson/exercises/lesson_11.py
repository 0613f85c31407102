"""The checks of lesson 11's exercises: dot product against MLP."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from recnb.lesson.verdict import Verdict, call, exercise, right, wrong

#: Exercise 1: MF's HR@10 by the length of its vectors, and what is printed for NeuMF.
BY_LENGTH = {16: 0.688, 32: 0.713, 48: 0.722, 64: 0.724, 80: 0.727}
PRINTED = 0.696
#: An answer from numbers that were rounded is right.
NEAR = 0.0015


@exercise("11.1")
def exercise_1(leads: tuple[float, float]) -> Verdict:
    """MF's lead over a published NeuMF of 16 factors, in two readings of its length."""
    found = np.asarray(leads, dtype=float)
    if found.shape != (2,):
        return wrong("Two numbers: the lead by the text, then by the file.")
    lead = {d: hr - PRINTED for d, hr in BY_LENGTH.items()}
    if np.allclose(found, [lead[48], lead[80]], atol=NEAR):
        return right(
            "3 · 16 = 48 by the text, 5 · 16 = 80 by the file: MF leads in both, and "
            "by more in the longer one."
        )
    if np.allclose(found, [lead[80], lead[48]], atol=NEAR):
        return wrong("The other way round: the text comes first.")
    if np.allclose(found, [lead[32], lead[64]], atol=NEAR):
        return wrong("Those are the MLP's lengths: a NeuMF has its GMF's 16 besides.")
    if np.allclose(found, lead[16], atol=NEAR):
        return wrong("16 is k, the width of the last layer, and not the length.")
    if np.allclose(found, [-lead[48], -lead[80]], atol=NEAR):
        return wrong("MF's lead: MF minus the published net.")
    return wrong("A NeuMF of k factors has 3k numbers by the text, 5k by the file.")


@exercise("11.2")
def exercise_2(step: Callable) -> Verdict:
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


@exercise("11.3")
def exercise_3(two_exams: Callable) -> Verdict:
    """Tell whether a film is in the top ten: of a hundred, and of all unseen films."""
    rng = np.random.default_rng(3)
    wanted, found = [], []
    for place in _PLACES:
        scores = rng.permutation(np.linspace(0.1, 1, 400))
        seen, unseen = np.split(np.argsort(-scores), [20])
        film, others = unseen[place - 1], np.delete(unseen, place - 1)
        negatives = rng.choice(others, 99, replace=False)
        wanted.append(_exams(scores, film, negatives, seen))
        kept = scores.copy()
        found.append(call(two_exams, scores, film, negatives, seen))
        if not np.array_equal(scores, kept):
            return wrong("Your function changes the scores it was handed.")
    if not all(map(_is_pair, found)):
        return wrong("Return two numbers: the hit in the hundred, the hit in all.")
    found = np.array(found, dtype=float)
    sampled, full = (found == np.array(wanted)).all(axis=0)
    if sampled and full:
        return right(
            "Place 3 of the unseen films is a hit in both exams and place 300 in none; "
            "place 20 is one among a hundred only: few of the better were drawn."
        )
    if not sampled:
        return wrong(
            "Among the hundred: it is a hit if fewer than ten of the 99 negatives "
            "have a higher score."
        )
    if not found[:, 1].any():
        return wrong(
            "Among all, films that the user has seen are never recommended: they "
            "must not stand before the held-out film."
        )
    return wrong(
        "Among all: it is a hit if fewer than ten of the unseen films have a higher "
        "score."
    )


#: Exercise 3: the held-out film's place among the unseen ones. At 11 it just misses the
#: list of all; at 40, with this seed, that of a hundred, where ten stand before it.
_PLACES = (3, 11, 20, 40, 300)


def _exams(scores, film, negatives, seen) -> tuple[bool, bool]:
    """Return the two hits of exercise 3."""
    higher = scores > scores[film]
    unseen = higher.sum() - higher[seen].sum()
    return higher[negatives].sum() < 10, unseen < 10


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
