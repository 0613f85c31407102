"""The checks of lesson 16's exercises: a plan, a sum over blocks, users who leave."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from unittest.mock import patch
from weakref import ref

import numpy as np
from scipy import sparse

from recnb.lesson.verdict import Failed, Verdict, call, exercise, right, wrong

#: What exercise 1 starts from: seconds of EASE for so many items.
SECONDS, N_ITEMS = 10.0, 10_000
GIB, MIB, GB, HOUR = 2**30, 2**20, 10**9, 3600


@exercise("16.1")
def exercise_1(plan: Callable) -> Verdict:
    """GiB and hours of EASE for a catalogue, from one measurement."""
    memory, hours = {}, {}
    for n in (20_000, 300_000):
        pair = np.asarray(call(plan, n), dtype=float).ravel()
        if pair.shape != (2,):
            return wrong(f"Two numbers, please, GiB and hours; here: {pair.size}.")
        memory[n], hours[n] = pair
    if all(np.isclose(memory[n], _TIMES[0][0](n), rtol=0.01) for n in memory):
        return wrong("First the GiB, then the hours: you have exchanged them.")
    for found, kinds in ((memory, _MEMORIES), (hours, _TIMES)):
        for formula, words in kinds:
            if np.allclose(
                list(found.values()), [formula(n) for n in found], rtol=0.01
            ):
                if words:
                    return wrong(words)
                break
        else:
            what = "GiB" if found is memory else "hours"
            right_one = kinds[0][0]
            ratio = np.array([found[n] / right_one(n) for n in found])
            if np.isclose(*ratio, rtol=0.01):
                return wrong(
                    f"The {what} grow as they should, but are {ratio[0]:.4g} times "
                    "what they are: look at the units."
                )
            if (np.abs(ratio - 1) < 0.2).all():
                return wrong(f"Nearly: please do not round the {what}.")
            return wrong(
                f"For 20,000 items you say {found[20_000]:.4g} {what}. Twice the "
                "items: by which factor does it grow?"
            )
    return right(
        f"A million items would be {plan(10**6)[0]:,.0f} GiB and "
        f"{plan(10**6)[1] / 24 / 365:.1f} years of one core."
    )


#: Right, and without words; then each usual mistake with its words.
_MEMORIES = (
    (lambda n: 4 * n**2 / GIB, ""),
    (lambda n: 4 * n**2 / GB, "That is gigabytes; a GiB is 2³⁰ bytes."),
    (lambda n: 4 * n**2, "Those are bytes; divide by 2³⁰."),
    (lambda n: 4 * n**2 / MIB, "Those are MiB; divide by 2³⁰, not 2²⁰."),
    (lambda n: n**2 / GIB, "A number of single precision takes 4 bytes, not 1."),
    (lambda n: 8 * n**2 / GIB, "In single precision a number takes 4 bytes, not 8."),
    (lambda n: 4 * n**3 / GIB, "The square has n² numbers; n³ is the time."),
    (lambda n: 4 * N_ITEMS * n / GIB, "Twice the items: twice the rows *and* columns."),
)
_TIMES = (
    (lambda n: SECONDS * (n / N_ITEMS) ** 3 / HOUR, ""),
    (lambda n: SECONDS * (n / N_ITEMS) ** 3, "Those are seconds; divide by 3,600."),
    (lambda n: SECONDS * (n / N_ITEMS) ** 3 / 60, "Those are minutes, not hours."),
    (
        lambda n: SECONDS * (n / N_ITEMS) ** 2 / HOUR,
        "The memory grows with n²; an inverse takes n³ operations.",
    ),
    (
        lambda n: SECONDS * (n / N_ITEMS) / HOUR,
        "The time does not grow with n: an inverse takes n³ operations.",
    ),
)


@exercise("16.2")
def exercise_2(gram_of: Callable) -> Verdict:
    """XᵀX from blocks of users that are handed over one after another."""
    rng = np.random.default_rng(16)
    sizes, n_items = (30, 1, 50, 20, 40, 10), 12
    dense = [(rng.random((n, n_items)) < 0.4) * 1.0 for n in sizes]
    handed: list[ref] = []
    most = [0]

    def blocks() -> Iterator[sparse.csr_array]:
        for block in dense:
            X = sparse.csr_array(block)
            handed.append(ref(X))
            most[0] = max(most[0], sum(each() is not None for each in handed))
            yield X
            del X

    try:
        found = call(gram_of, blocks(), n_items)
    except Failed as error:
        if "shape" not in str(error):
            raise
        return wrong(
            f"Your function stopped: {error}. Is it X @ X.T? X has a row a user, so "
            "that has a cell for two *users*; between items it is X.T @ X."
        )
    found = found.toarray() if sparse.issparse(found) else np.asarray(found)
    X = np.vstack(dense)
    if found.shape != (n_items, n_items):
        return wrong(f"The result has shape {found.shape}, and XᵀX ({n_items}, 12).")
    if np.allclose(found, X.T @ X):
        if most[0] > 2:
            return wrong(
                f"The numbers are right, but you held {most[0]} blocks at once. Add up "
                "each product, and let the block go."
            )
        try:
            nobody = call(gram_of, iter([]), n_items)
        except Failed as error:
            return wrong(
                "Of these six blocks it is right. But there may be no block at all; "
                f"then it stops: {error}. Begin with a square of zeros."
            )
        nobody = nobody.toarray() if sparse.issparse(nobody) else np.asarray(nobody)
        if nobody.shape != found.shape or nobody.any():
            return wrong("Without a block, XᵀX is a square of zeros.")
        return right("You held a square, and never more than two blocks beside it.")
    for mistake, words in (
        (
            np.zeros((n_items, n_items)),
            "All zeros. Blocks come only once: a second loop over them finds none.",
        ),
        (dense[-1].T @ dense[-1], "That is the last block's: add, do not replace."),
        (dense[0].T @ dense[0], "That is the first block's: go on to the others."),
        (
            np.outer(X.sum(axis=0), X.sum(axis=0)),
            "You multiplied sums. A pair counts where *one* user has both items.",
        ),
        (np.diag(X.sum(axis=0)), "That is the diagonal alone: users of each item."),
    ):
        if np.allclose(found, mistake):
            return wrong(words)
    return wrong("Add up X.T @ X of every block X.")


@exercise("16.3")
def exercise_3(forget: Callable) -> Verdict:
    """Take users out of the inverse, by Woodbury's identity."""
    rng = np.random.default_rng(61)
    X = (rng.random((60, 9)) < 0.4) * 1.0
    U, rest = X[:5], X[5:]
    ones = np.eye(9)
    P = np.linalg.inv(X.T @ X + 2.0 * ones)
    without = np.linalg.inv(rest.T @ rest + 2.0 * ones)
    before = P.copy()
    with (
        patch.object(np.linalg, "inv", wraps=np.linalg.inv) as inverse,
        patch.object(np.linalg, "pinv", wraps=np.linalg.pinv) as pseudo,
        patch.object(np.linalg, "solve", wraps=np.linalg.solve) as solved,
    ):
        found = np.asarray(call(forget, P, U))
    used = inverse.call_args_list + pseudo.call_args_list + solved.call_args_list
    if not np.array_equal(P, before):
        return wrong("Your function has changed the P that it was handed.")
    if found.shape != P.shape:
        return wrong(f"The result has shape {found.shape}, and P (9, 9).")
    if np.allclose(found, without):
        if any(len(asked.args[0]) == len(P) for asked in used):
            return wrong(
                "The numbers are right, but you inverted a matrix of items x items: "
                "that is learning anew. Invert one of users x users."
            )
        return right("As if they had never been there, to rounding.")
    small, few = np.eye(5), U @ P @ U.T
    for mistake, words in (
        (
            P - P @ U.T @ np.linalg.solve(small + few, U @ P),
            "That takes the users in once more: both signs change.",
        ),
        (
            P + P @ U.T @ np.linalg.solve(small + few, U @ P),
            "The sign in the brackets changes, too: I - U P Uᵀ.",
        ),
        (
            P - P @ U.T @ np.linalg.solve(small - few, U @ P),
            "In front of the correction stands a plus: fewer data, larger inverse.",
        ),
        (
            P + P @ U.T @ U @ P,
            "The matrix in the brackets is missing: I - U P Uᵀ, inverted.",
        ),
        (P - U.T @ U, "P is the *inverse*: UᵀU is taken off before it is inverted."),
    ):
        if np.allclose(found, mistake):
            return wrong(words)
    return wrong("Put -UᵀU for UᵀU in Woodbury's identity, and follow the signs.")
