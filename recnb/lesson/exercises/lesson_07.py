"""The checks of lesson 07's exercises: SVAE."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import ceil

import numpy as np

from recnb.lesson.verdict import Verdict, call, exercise, right, wrong

# Items of a user in the order of the file, their times, and the share to hold out.
USERS = (
    (
        np.array([50, 12, 31, 80, 77, 26, 19, 30, 64, 45]),
        np.array([7, 2, 9, 1, 30, 4, 8, 3, 5, 6]),
        0.35,
    ),
    (np.array([15, 90, 42]), np.array([3, 1, 2]), 0.2),
    (np.array([21, 65, 33, 14]), np.array([5, 5, 2, 5]), 0.5),
    # Many ties, so that a sort that is not stable shows it.
    (np.arange(40) * 7 % 41 + 100, np.arange(40) * 5 % 3, 0.2),
)
# Seconds from 1970 to the year 2000.
YEAR_2000 = 946_684_800


@exercise("07.1")
def exercise_1(targets: Iterable[str], steps: int) -> Verdict:
    """Next-2 targets of A B C D E when C was seen last, and the number of steps."""
    try:
        named, steps = "".join(targets).upper(), float(steps)
    except (TypeError, ValueError):
        return wrong("The films' letters, please, in quotes, and a number of steps.")
    films = {letter for letter in named if letter.isalpha()}
    if films & {"A", "B"}:
        return wrong("A and B came before: the step has read them already.")
    if "C" in films:
        return wrong("C has just been seen, so there is nothing to predict about it.")
    if films == {"D"}:
        return wrong("That is the next film alone, as if k were 1.")
    if films != {"D", "E"}:
        return wrong("The targets are what was watched next, after C: k films.")
    if steps == 4:
        return right(
            "Seven targets in four steps: three steps with two of them, and the step "
            "of D with one."
        )
    messages = {
        5: "The targets are right. One step too many: which one has no target?",
        3: "The targets are right. A step that has fewer than k targets is one, too.",
        2: "The targets are right. From step to step the window moves by one film.",
        7: "The targets are right. Seven is how many of them all steps have together.",
    }
    return wrong(
        messages.get(steps, "The targets are right. After which films does one follow?")
    )


@exercise("07.2")
def exercise_2(split_by_time: Callable) -> Verdict:
    """Hold out the newest films of some users."""
    for items, times, share in USERS:
        parts = _parts(call(split_by_time, items.copy(), times.copy(), share))
        mistake = _mistake(parts, items, times, share)
        if mistake:
            return wrong(mistake)
        later = _parts(call(split_by_time, items.copy(), times + YEAR_2000, share))
        if not all(map(np.array_equal, parts, later)):
            return wrong(
                "With all times later by thirty years the parts are others: which of "
                "two films is newer does not depend on when the clock started."
            )
    return right(
        "The model is shown what came first and asked for what came next, also where "
        "the clock cannot tell them apart."
    )


def _parts(found: object) -> tuple[np.ndarray, np.ndarray]:
    """Return what a reader's function returned as history and held-out items."""
    history, heldout = found
    return np.asarray(history), np.asarray(heldout)


def _mistake(
    parts: tuple[np.ndarray, np.ndarray],
    items: np.ndarray,
    times: np.ndarray,
    share: float,
) -> str | None:
    """Say what is wrong with a user's history and held-out items; None: nothing."""
    n, wanted = len(items), items[np.argsort(times, kind="stable")]
    n_heldout = max(1, int(share * n))
    found, heldout = np.concatenate(parts), set(parts[1])
    if heldout & set(parts[0]):
        return "A film stands in both parts: the model is shown what it is to find."
    if sorted(found) == list(range(n)):
        return "Those are places in the array. Return the items that stand there."
    if sorted(found) != sorted(items):
        return f"{n} films went in, and what came out is not the same {n} films."
    if len(heldout) != n_heldout:
        return _miscount(heldout, items, times, share)
    if np.array_equal(found, wanted):
        return None
    if heldout == set(items[-n_heldout:]):
        return "Held out are the last lines of the file. The file is in no time order."
    if heldout == set(wanted[:n_heldout]):
        return "Held out are the oldest films, so that the past is to be predicted."
    time_of = dict(zip(items, times, strict=True))
    if (np.diff([time_of[item] for item in found]) >= 0).all():
        if np.array_equal(found, items[np.lexsort((-np.arange(n), times))]):
            return (
                "Of films with equal times, the earlier line counts as newer in yours."
            )
        return (
            "Films with equal times have lost the order of the file: not every sort "
            "keeps it."
        )
    if heldout == set(wanted[-n_heldout:]):
        return "The right films are held out, but the parts are not in time order."
    return "There are newer films than those that are held out."


def _miscount(
    heldout: set[int], items: np.ndarray, times: np.ndarray, share: float
) -> str:
    """Say why another number of items is held out than it should be."""
    n = len(items)
    if share * n < 1:
        return (
            f"Of {n} films, {len(heldout)} are held out: {share} of {n} is less than "
            "one, and int makes 0 of it."
        )
    if heldout == set(items[times > times.max() - share * np.ptp(times)]):
        return "That is a share of the time that has passed, not of the films."
    if len(heldout) == ceil(share * n):
        return f"{share} of {n} films is {share * n:g}. You have rounded it up."
    return f"Of {n} films, {len(heldout)} are held out at a share of {share}."


@exercise("07.3")
def exercise_3(recency_and_rest: Callable) -> Verdict:
    """Tell what a faded mean closes of a gap, and what remains, with its error."""
    plain, faded, gru = nets = _three_nets()
    found = call(recency_and_rest, *(each.copy() for each in nets))
    closed, beyond, error = (float(np.asarray(number)) for number in found)
    level, gap = faded.mean() - plain.mean(), gru.mean() - plain.mean()
    mistakes = (
        _as_another(
            closed,
            level / gap,
            {
                1 - level / gap: "The first number is the part that stays open.",
                gap / level: "The first number is upside down: a part of the gap.",
                level: "The first number is a difference. Through what is it a part?",
                faded.mean() / gru.mean(): "The first number is a quotient of two "
                "levels. How much of the way from `plain` to `gru` has `faded` gone?",
                ((faded - plain) / (gru - plain)).mean(): "You have taken a quotient "
                "for each user, and it is huge where two nets are nearly equal. Take "
                "the means first.",
            },
            "The first number is not the part of the gap that `faded` closes.",
        ),
        _as_another(
            beyond,
            gap - level,
            {
                level - gap: "The second number is the wrong way round: the GRU minus "
                "the faded mean.",
                gap: "The second number is the whole gap, of which recency is a part.",
                level: "The second number is what recency brings, not what remains.",
            },
            "The second number is not what `gru` has beyond `faded`.",
        ),
        _as_another(
            error,
            _error(gru - faded),
            {
                np.hypot(_error(gru), _error(faded)): "The error is that of two "
                "groups of other users. Here the same users are behind both nets.",
                (gru - faded).std(ddof=1): "The third number says how far users lie "
                "apart. How far may their *mean* be off?",
                _error(gru): "The third number is the error of the GRU's own level.",
                _error(gru - plain): "The third number is the error of the whole gap.",
                _error(faded - plain): "The third number is the error of the other "
                "part, `faded` minus `plain`.",
            },
            "The third number is not the paired error of what remains.",
        ),
    )
    for mistake in mistakes:
        if mistake:
            return wrong(mistake)
    return right(
        "Recency is told apart from the rest. What the rest is, a difference between "
        "two nets cannot say as long as they differ in more than one thing."
    )


def _three_nets() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what three nets reach for the same users, easy ones and hard ones."""
    rng = np.random.default_rng(0)
    user = rng.uniform(0.1, 0.7, 90)
    plain, faded, gru = (
        user + gain + rng.normal(0, 0.04, len(user)) for gain in (0, 0.06, 0.085)
    )
    return plain, faded, gru


def _error(values: np.ndarray) -> float:
    """Return the standard error of a mean."""
    return values.std(ddof=1) / np.sqrt(len(values))


def _as_another(
    found: float, wanted: float, messages: dict[float, str], otherwise: str
) -> str | None:
    """Say which other number was found than the wanted one; None: it is that one."""
    # Wide enough for a spread that is divided by n.
    if np.isclose(found, wanted, rtol=0.01):
        return None
    for value, message in messages.items():
        if np.isclose(found, value, rtol=0.01):
            return message
    return otherwise
