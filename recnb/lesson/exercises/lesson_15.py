"""The checks of lesson 15's exercises: a search by hand, any n trials, many tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from math import comb

import numpy as np
from scipy.stats import norm

from recnb.lesson.verdict import Verdict, call, exercise, right, wrong

#: The trials of exercise 1, in the order in which they run.
MINUTES = (3, 1, 4, 2)
VAL = (0.402, 0.391, 0.415, 0.413)
TEST = (0.399, 0.405, 0.408, 0.416)

Said = tuple[float, str]


@exercise("15.1")
def exercise_1(after_5: float, after_10: float) -> Verdict:
    """Say what a search of four trials holds after 5 and after 10 minutes."""
    for minutes, answer in ((5, after_5), (10, after_10)):
        if answer is None or answer is ...:
            return wrong("after_5 is right. Now put a number in after_10's place.")
        found = float(answer)
        if abs(found - _held(minutes, VAL, TEST)) < 5e-4:
            continue
        for mistake, words in _mistakes(minutes):
            if abs(found - mistake) < 5e-4:
                return wrong(f"after_{minutes}: {words}")
        return wrong(
            f"after_{minutes}: which trials have ended by then? Of these, which is "
            "best on validation users? The answer is its number on test users."
        )
    return right(
        "The search ends with .408, though .416 was among its trials: on validation "
        "users that one was behind, by .002. Taking .416 would be choosing on test."
    )


def _held(minutes: float, by: tuple[float, ...], shown: tuple[float, ...]) -> float:
    """Return a number of the trial that is best by some others and has ended."""
    ended = np.cumsum(MINUTES) <= minutes
    return shown[int(np.argmax(np.where(ended, by, -np.inf)))]


def _mistakes(minutes: float) -> Iterator[Said]:
    """Yield what usual mistakes come to, each with the words for it."""
    last = int((np.cumsum(MINUTES) <= minutes).sum()) - 1
    yield (
        _held(minutes, TEST, TEST),
        "that is the best trial on *test* users. Nobody may choose by these.",
    )
    yield (
        _held(minutes, VAL, VAL),
        "the right trial, but its number on validation users, by which it was chosen: "
        "that one flatters. Take its number on test users.",
    )
    yield (
        TEST[last],
        "that is the trial that ended last. The search keeps its best one.",
    )
    running = min(last + 1, len(TEST) - 1)
    yield (
        TEST[running],
        "that trial is still running then; the trials run one after another.",
    )
    yield (
        float(np.mean(TEST[: last + 1])),
        "that is a mean. A search keeps one trial, its best on validation users.",
    )


@exercise("15.2")
def exercise_2(expected: Callable[..., float]) -> Verdict:
    """Write the expected test quality of a search that has n of N trials."""
    rng = np.random.default_rng(0)
    for n_trials in (5, 6):
        val, test = rng.random((2, n_trials)).round(3)
        for n in (2, 3, 1, *range(4, n_trials + 1)):
            given = val.copy(), test.copy()
            found = np.asarray(call(expected, *given, n), dtype=float)
            if found.size != 1:
                return wrong(
                    f"your function returns {found.size} numbers. Add them up: the "
                    "mean is a sum of chances times test numbers."
                )
            found = float(found)
            if not (np.array_equal(given[0], val) and np.array_equal(given[1], test)):
                return wrong("your function has changed val or test. Leave them be.")
            if abs(found - _kept(val, test, n)) < 1e-6:
                continue
            return _refused(found, val, test, n)
    return right(
        "No order has to be drawn: each trial's chance to be the best of n is a ratio "
        "of two binomial coefficients."
    )


def _kept(val: np.ndarray, test: np.ndarray, n: int) -> float:
    """Return the mean over all sets of n trials, by going through them."""
    sets = [list(each) for each in combinations(range(len(val)), n)]
    return float(np.mean([test[each][val[each].argmax()] for each in sets]))


def _chances(n_trials: int, n: int) -> np.ndarray:
    """Return the chance of each rank, the lowest first, to be the best of n."""
    ways = [comb(below, n - 1) for below in range(n_trials)]
    return np.array(ways) / comb(n_trials, n)


def _refused(found: float, val: np.ndarray, test: np.ndarray, n: int) -> Verdict:
    """Say what is wrong with a number."""
    if not np.isfinite(found):
        return wrong(f"with n = {n} your function returns no number.")
    order = val.argsort()
    share = np.arange(len(val) + 1) / len(val)
    again = float(np.diff(share**n) @ test[order])
    chances = _chances(len(val), n)
    counted_from_1 = [comb(rank, n - 1) for rank in range(1, len(val) + 1)]
    one_up = float(np.dot(counted_from_1, test[order]) / comb(len(val), n))
    mistakes = (
        (_kept(test, test, n), "you keep the best on *test* users. Rank by val."),
        (_kept(val, val, n), "you return val. What is asked for is the mean of test."),
        (float(chances @ test), "sort test by val first."),
        (float(chances @ test[order][::-1]), "that keeps the *worst* of n on "
         "validation users. Sort val lowest first: ranks count from the worst."),
        (one_up, "your ranks are one too high: r - 1 trials lie below the r-th, and "
         "range begins with 0, which is r - 1 already."),
        (
            float(chances @ test[order]) * comb(len(val), n),
            "the ways are right; divide them by the number of all sets.",
        ),
        (again, "you draw with replacement. A stored trial comes once: use comb."),
        (float(test[order][-n:].mean()), "that is a mean of the n best trials."),
        (float(test[:n][val[:n].argmax()]), "you take the first n trials only."),
        (float(test[val.argmax()]), "that is the best of all N trials, for any n."),
        (float(test.mean()), "that is the mean of all trials, for any n."),
    )  # fmt: skip
    for mistake, words in mistakes:
        if abs(found - mistake) < 1e-6:
            return wrong(f"with {len(val)} trials and n = {n}: {words}")
    return wrong(
        f"with {len(val)} trials and n = {n} your function returns {found:.4f}. Go "
        "through all sets of n trials by hand for N = 3 and n = 2, and compare."
    )


#: Leads and errors of exercise 3 by which usual mistakes can be told apart: each of
#: them gives another answer. In thousandths.
APART = (
    (-3.18, -3.52, -3.42, -2.92, 4.22, 3.58, 2.26, -3.02, 2.75),
    (1.1, 1.39, 1.31, 1.77, 1.56, 1.37, 1.05, 1.05, 1.39),
)
#: Others: the third one passes only step by step.
LEADS = np.array([0.0015, 0.0090, 0.0053, -0.0070, 0.0012, 0.0040])
ERRORS = np.array([0.0010, 0.0020, 0.0021, 0.0020, 0.0020, 0.0019])


@exercise("15.3")
def exercise_3(holm: Callable[..., np.ndarray]) -> Verdict:
    """Write Holm's test of several leads."""
    for leads, errors in _families():
        given = leads.copy(), errors.copy()
        found = np.asarray(call(holm, *given))
        if not np.array_equal(given[0], leads):
            return wrong("your function has changed the leads. Work on a copy.")
        if found.shape != leads.shape:
            return wrong(
                f"the answer needs a True or False for each of {len(leads)} leads; "
                f"yours has the shape {found.shape}."
            )
        if not np.array_equal(found.astype(bool), _holm(leads, errors)):
            return _holm_refused(found.astype(bool), leads, errors)
    return right(
        "Of many comparisons some pass two errors by luck. Holm's steps keep the "
        "chance of even one such mistake below 5%, however many there are."
    )


def _families() -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield leads and errors: the ones of the task, turned round, and drawn ones."""
    leads, errors = np.array(APART) / 1000
    yield leads, errors
    yield LEADS, ERRORS
    yield LEADS[::-1].copy(), ERRORS[::-1].copy()
    rng = np.random.default_rng(1)
    for scale in (1.5, 2.5, 3.5):
        errors = rng.uniform(0.001, 0.002, 12)
        yield rng.normal(0, scale, 12) * errors, errors
    yield np.array([0.005]), np.array([0.002])
    # After a failure, later ones of these are below their bounds again.
    yield np.array([0.00205, 0.00329, 0.00229, 0.00233]), np.full(4, 0.001)


def _p(leads: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """Return the chance of a lead at least as far from 0, on either side, by luck."""
    return 2 * norm.sf(np.abs(leads) / errors)


def _holm(leads: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """Return which leads stand, by Holm's steps at 5%."""
    return _steps(_p(leads, errors))


def _steps(p: np.ndarray) -> np.ndarray:
    """Return which of several chances pass Holm's steps."""
    order = p.argsort()
    passed = p[order] <= 0.05 / np.arange(len(p), 0, -1)
    stands = np.zeros(len(p), bool)
    stands[order] = np.logical_and.accumulate(passed)
    return stands


def _holm_refused(found: np.ndarray, leads: np.ndarray, errors: np.ndarray) -> Verdict:
    """Say what is wrong with an answer."""
    p, m = _p(leads, errors), len(leads)
    order = p.argsort()
    unstopped = np.zeros(m, bool)
    unstopped[order] = p[order] <= 0.05 / np.arange(m, 0, -1)
    signed, halves = 2 * norm.sf(leads / errors), p / 2
    unsorted = p <= 0.05 / np.arange(m, 0, -1)
    unsorted_stop = np.logical_and.accumulate(unsorted)
    upwards = np.zeros(m, bool)
    upwards[order] = np.logical_or.accumulate(unstopped[order][::-1])[::-1]
    rising = np.zeros(m, bool)
    rising[order] = p[order] <= 0.05 * np.arange(1, m + 1) / m
    mistakes = (
        (_steps(halves), "p is half of what it should be: a lead may err on either "
         "side, so double the chance."),
        (_steps(signed), "a lead below zero counts, too: take its size."),
        (_steps(norm.sf(leads / errors)), "a lead below zero counts, too: take its "
         "size, and double the chance."),
        (unsorted, "the bounds go with *sorted* p: the smallest gets .05 / m."),
        (unsorted_stop, "the bounds go with *sorted* p: the smallest gets .05 / m."),
        (upwards, "you go from the largest p down. Go up; stop at the first failure."),
        (rising, "bounds of 5% · i / m are those of Benjamini and Hochberg's test."),
        (p <= 0.05, "each lead is tested as if it were the only one."),
        (np.abs(leads) > 2 * errors, "two errors suit one lead, not many."),
        (p <= 0.05 / m, "that is Bonferroni's test: all leads get 5% / m. Holm's next "
         "lead gets 5% / (m - 1)."),
        (unstopped, "after the first lead that fails, stop: all further ones fail."),
        (~_holm(leads, errors), "True and False have changed places."),
        (_holm(leads, errors)[order], "the answers stand in the order of p. Put each "
         "back to its lead."),
    )  # fmt: skip
    for mistake, words in mistakes:
        if np.array_equal(found, mistake):
            return wrong(words)
    stand = int(_holm(leads, errors).sum())
    return wrong(
        f"of {m} leads {stand} stand by Holm's steps; yours has {int(found.sum())}. "
        "Sort p, compare the smallest with .05 / m, the next with .05 / (m - 1), and "
        "stop at the first one that is larger."
    )
