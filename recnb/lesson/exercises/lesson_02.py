"""The checks of lesson 02's exercises: the primer on autoencoders."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from recnb.lesson.verdict import Verdict, call, exercise, right, wrong


def _sigmoid(a: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-a))


@exercise("02.1")
def exercise_1(code: np.ndarray) -> Verdict:
    """Judge the code of the third person, by the weights chosen by hand."""
    code = code.detach() if hasattr(code, "detach") else code  # a tensor
    code = np.ravel(np.asarray(code, dtype=float))
    if code.shape != (2,):
        return wrong(f"Two numbers, please, one a hidden unit; this has {code.size}.")
    before = np.array([2.0, 0.0])
    if np.allclose(code, _sigmoid(before), atol=0.006):
        return right("Sure about unit 1, undecided about unit 2.")
    if np.allclose(code, before, atol=0.006):
        return wrong("That is Wx + b. The activation is missing.")
    if np.allclose(code, _sigmoid(before + 2), atol=0.006):
        return wrong("That is without the offset b.")
    if np.allclose(code, _sigmoid(before)[::-1], atol=0.006):
        return wrong("The two units are the wrong way round.")
    return wrong("Put her row into equation (1): two sums, then two sigmoids.")


@exercise("02.2")
def exercise_2(average_gram: Callable) -> Verdict:
    """Judge the expectation of the corrupted Gram matrix, rescaled."""
    X = (np.random.default_rng(2).random((30, 5)) < 0.5) * 1.0
    G, p = X.T @ X, 0.3
    before, diagonal = G.copy(), np.diag(np.diag(G))
    Q = np.asarray(call(average_gram, G, p))
    if not np.array_equal(G, before):
        return wrong("Your function has changed the G that it was handed: copy first.")
    if Q.shape != (5, 5):
        return wrong(f"The result has shape {Q.shape}; for 5 films it is 5 x 5.")
    if np.allclose(Q, G + p / (1 - p) * diagonal):
        return right("Only the diagonal grows: noise is a penalty.")
    if np.allclose(Q, G / (1 - p)):
        return wrong("You have divided everything. Off the diagonal, what changes?")
    if np.allclose(Q, G + (1 / p - 1) * diagonal):
        return wrong("You have divided by p, the chance to be deleted, not to be kept.")
    if np.allclose(Q, (1 - p) ** 2 * G + (1 - p) * p * diagonal):
        return wrong(
            "That is the paper's bookkeeping: right if what is left is not multiplied "
            "by 1 / (1 - p). Here it is."
        )
    if np.allclose(Q, p / (1 - p) * diagonal):
        return wrong("That is the penalty alone: G is missing.")
    if np.allclose(Q, G):
        return wrong("That is G as it was: the diagonal has to grow.")
    if np.allclose(Q, G - p * diagonal):
        return wrong("You have multiplied the diagonal by 1 - p. Divide by it.")
    return wrong("Off the diagonal G stays; on it, it is divided by 1 - p.")


@exercise("02.3")
def exercise_3(vae_loss: Callable) -> Verdict:
    """Judge reconstruction plus beta times the divergence."""
    mu, log_var = np.array([0.5, -1.0, 2.0]), np.array([-1.0, 0.2, -2.0])
    terms = mu**2 + np.exp(log_var) - 1 - log_var
    error, beta, divergence = 30.0, 0.7, 0.5 * terms.sum()
    found = np.asarray(call(vae_loss, error, mu.copy(), log_var.copy(), beta))
    if found.size != 1:
        return wrong(f"One number, please; this has {found.size}: sum over the codes.")
    found = float(found.ravel()[0])
    if np.isclose(found, error + beta * divergence):
        return right("Both terms are to be small, and they pull against each other.")
    if np.isclose(found, error - beta * divergence):
        return wrong(
            "That is the source's minus: it rewards a large divergence without limit."
        )
    if np.isclose(found, error + 2 * beta * divergence):
        return wrong("The half in front of the sum is missing.")
    if np.isclose(found, error + divergence):
        return wrong("Beta is missing.")
    if np.isclose(found, error + beta * 0.5 * terms.mean()):
        return wrong("That is the mean over the codes; the KL is their sum.")
    if np.isclose(found, beta * error + divergence):
        return wrong("Beta weighs the divergence, not the error.")
    if np.isclose(found, error + beta * 0.5 * (terms.sum() + len(mu) - 1)):
        return wrong("The -1 stands inside the sum: once for each code.")
    for taken_for in (log_var, np.exp(log_var) ** 2, np.exp(log_var / 2)):
        other = 0.5 * (mu**2 + taken_for - 1 - log_var).sum()
        if np.isclose(found, error + beta * other):
            return wrong("The variance is exp(log_var), neither more nor less.")
    doubled = 0.5 * (mu**2 + np.exp(2 * log_var) - 1 - 2 * log_var).sum()
    if np.isclose(found, error + beta * doubled):
        return wrong("You have taken log_var for log σ. It is log σ², already squared.")
    return wrong("error + beta * KL, with the formula for KL in section 7.")


@exercise("02.4")
def exercise_4(fair_gap: Callable) -> Verdict:
    """Judge a comparison whose epochs are chosen on other people than it is judged on.

    In the curves, every usual mistake gives a number of its own.
    """
    choose_a, judge_a = np.array([2, 11, 8, 4]) / 20, np.array([10, 24, 27, 13]) / 100
    choose_b, judge_b = np.array([1, 2, 6, 3]) / 10, np.array([29, 16, 20, 11]) / 100
    handed = [curve.copy() for curve in (choose_a, judge_a, choose_b, judge_b)]
    found = np.asarray(call(fair_gap, *handed))
    if found.size != 1:
        return wrong(f"One number, please; this has {found.size}.")
    found = float(found.ravel()[0])
    mistakes = {
        judge_b[2] - judge_a[1]: "That is b minus a: turn it around.",
        judge_a[3] - judge_b[3]: "Those are the last epochs. Choose each net's best.",
        judge_a.max() - judge_b.max(): (
            "You have chosen the epochs on the people that judge. That flatters both, "
            "and the net whose curve jumps about most of all."
        ),
        choose_a.max() - choose_b.max(): (
            "Those are the chosen epochs, but judged on the people who chose them."
        ),
        judge_a[0] - judge_b[1]: "That is one epoch before each net's best.",
        judge_a[1] - judge_b[1]: "Each net has a best epoch of its own; b has a's.",
        judge_a[2] - judge_b[2]: "Each net has a best epoch of its own; a has b's.",
    }
    if np.isclose(found, judge_a[1] - judge_b[2]):
        return right("Chosen here, judged there: what is left is the net, not luck.")
    for number, words in mistakes.items():
        if np.isclose(found, number):
            return wrong(words)
    return wrong("judge_a at a's best epoch minus judge_b at b's; best by choose.")
