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
def exercise_3(memory_step: Callable) -> Verdict:
    """Compute one step of a GRU."""
    import torch

    generator = torch.Generator().manual_seed(0)
    x, h, W, U, b, c = given = [
        torch.randn(shape, generator=generator)
        for shape in (3, 4, (12, 3), (12, 4), 12, 12)
    ]
    found = torch.as_tensor(call(memory_step, *(each.clone() for each in given)))
    if found.shape != h.shape:
        return wrong(
            f"The result has shape {tuple(found.shape)}; the memory h has "
            f"{tuple(h.shape)}."
        )

    def by_torch(W, U, b, c):
        # What torch.nn.GRUCell calls.
        return torch.gru_cell(x[None], h[None], W, U, b, c)[0]

    def update_first(stacked):
        r, u, n = stacked.chunk(3)
        return torch.cat([u, r, n])

    def step(new):
        return (1 - u) * new + u * h

    x_r, x_u, x_n = (W @ x + b).chunk(3)
    h_r, h_u, h_n = (U @ h + c).chunk(3)
    U_n, c_n = U.chunk(3)[2], c.chunk(3)[2]
    r, u = torch.sigmoid(x_r + h_r), torch.sigmoid(x_u + h_u)
    n = torch.tanh(x_n + r * h_n)
    answers = [
        (by_torch(W, U, b, c), None),
        (
            u * n + (1 - u) * h,
            "The update gate is the wrong way round: where u is 1, h has to stay.",
        ),
        (
            step(torch.tanh(x_n + U_n @ (r * h) + c_n)),
            "The reset gate is applied to h itself, before U_n.",
        ),
        (
            step(torch.tanh(x_n + r * (U_n @ h) + c_n)),
            "The reset gate has left out c_n, which stands inside the bracket.",
        ),
        (
            step(torch.tanh(r * (x_n + h_n))),
            "The reset gate is applied to the film's part, too.",
        ),
        (step(torch.tanh(x_n + h_n)), "The reset gate is missing from n."),
        (
            by_torch(*map(update_first, (W, U, b, c))),
            "You have taken the update gate's rows for the reset gate's.",
        ),
        (
            step(torch.sigmoid(x_n + r * h_n)),
            "n goes through a sigmoid, so that it can never be below 0.",
        ),
        (by_torch(W, U, b, 0 * c), "The second offset, c, is missing."),
        (by_torch(W, U, 0 * b, c), "The first offset, b, is missing."),
        (n, "That is n, what is new. What was there before is forgotten altogether."),
    ]
    for value, message in answers:
        if torch.allclose(found.to(value.dtype), value, atol=1e-4):
            if message is None:
                return right("The same as torch's own, up to rounding.")
            return wrong(message)
    return wrong(
        "It differs from torch's GRU. Compare the four lines one by one: which rows, "
        "which function, what r multiplies."
    )
