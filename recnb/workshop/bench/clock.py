"""Seconds of an action, and the ratio of two."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter

REPEATS = 5


def stopwatch(action: Callable[[], object]) -> float:
    """Return the seconds that one run of an action takes."""
    start = perf_counter()
    action()
    return perf_counter() - start


def seconds(action: Callable[[], object]) -> float:
    """Return the median time of an action, after one run that does not count."""
    action()
    return median(stopwatch(action) for _ in range(REPEATS))


def ratio(ours: Callable[[], float], theirs: Callable[[], float]) -> float:
    """Return the median of ours over theirs, two timings that are taken in turn.

    The first pair does not count.
    """
    pairs = [(ours(), theirs()) for _ in range(1 + REPEATS)]
    return median(a / b for a, b in pairs[1:])
