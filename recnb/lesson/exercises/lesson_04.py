"""The checks of lesson 04's exercises: DeepRec."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from recnb.lesson.verdict import Failed, Verdict, call, exercise, right, wrong


@exercise("04.1")
def exercise_1(over_all: float, mean_of_users: float) -> Verdict:
    """Compute two RMSEs of two users: errors 2 on one rating, 1 on each of four."""
    errors = [np.array([2.0]), np.ones(4)]
    every = np.sqrt(np.mean(np.concatenate(errors) ** 2))
    users = np.mean([np.sqrt(np.mean(e**2)) for e in errors])
    try:
        over_all, mean_of_users = float(over_all), float(mean_of_users)
    except (TypeError, ValueError):
        return wrong("Two numbers, please: over all five ratings, and over two users.")
    if np.isclose(over_all, every, atol=0.006):
        if np.isclose(mean_of_users, users, atol=0.006):
            return right(
                "Over all ratings, the user with four of them counts four times."
            )
        if np.isclose(mean_of_users, np.mean([4.0, 1.0]), atol=0.006):
            return wrong("The second is the mean of the users' MSEs: take roots first.")
        return wrong("The first is right. The second is (RMSE of u + RMSE of v) / 2.")
    if np.isclose(over_all, users, atol=0.006):
        return wrong("The two are in the wrong order, or the first is the users' mean.")
    if np.isclose(over_all, 8 / 5, atol=0.006):
        return wrong("8/5 is the mean squared error; the root is missing.")
    return wrong("Over all ratings: square the five errors, average, take the root.")


TIMES = 2
#: Usual mistakes of exercise 2, as settings of `_fed_again`, and what is said to each.
_MISTAKES = (
    (
        {"asks": "x", "mask_later": True},
        "In the later passes the target is the row that goes in, and all its cells "
        "count.",
    ),
    (
        {"reads": "x", "asks": "x", "mask_later": True},
        "The later passes have to read the last output, not x again.",
    ),
    ({"mask_later": True}, "No mask in the later passes: y has all ratings."),
    ({"mask_first": False}, "The first loss counts the zeros, too: mask them."),
    (
        {"forgets": False},
        "The slopes of the passes add up: forget the old ones before each backward.",
    ),
    (
        {"reads": "first", "asks": "first"},
        "Each pass reads the output of the pass before it, not always the first one.",
    ),
)


@exercise("04.2")
def exercise_2(feed_again: Callable) -> Verdict:
    """Judge the steps on one batch that is fed again twice."""
    try:
        losses, weights = _outcome(feed_again)
    except Failed as error:
        if "second time" in str(error):
            return wrong(
                "PyTorch would go back through a pass that is over: y is data now. "
                "Detach it."
            )
        raise
    if len(losses) != TIMES + 1:
        return wrong(
            f"{len(losses)} losses came; with times = {TIMES} there are {TIMES + 1} "
            "passes: the first, and one for each time."
        )
    expected, moved = _outcome(_fed_again)
    if np.allclose(losses, expected) and np.allclose(weights, moved):
        return right("A step on each loss, and every pass takes the last for data.")
    for settings, message in _MISTAKES:
        known = _outcome(partial(_fed_again, **settings))
        if np.allclose(losses, known[0]) and np.allclose(weights, known[1]):
            return wrong(message)
    if np.allclose(losses, _outcome(partial(_fed_again, steps=False))[0]):
        return wrong("The right losses, of the old weights: take a step after each.")
    if not np.isclose(losses[0], expected[0]):
        return wrong("The first loss is the mean over the known ratings, not this.")
    if np.allclose(losses, expected):
        return wrong("The losses are right, but not every one was followed by a step.")
    return wrong("The first loss is right; after it, each pass reads the last output.")


def _outcome(answer: Callable) -> tuple[np.ndarray, np.ndarray]:
    """Return the losses of an answer, and the weights that it leaves behind."""
    import torch

    net = torch.nn.Linear(2, 2, bias=False, dtype=torch.float64)
    with torch.no_grad():
        net.weight.copy_(torch.tensor([[0.5, 0.1], [0.2, 0.4]]))
    x = torch.tensor([[4.0, 0.0], [3.0, 2.0]], dtype=torch.float64)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.02)
    found = call(answer, net, x, optimizer, TIMES)
    losses = [torch.as_tensor(loss).item() for loss in found]
    return np.array(losses), net.weight.detach().numpy()


def _fed_again(
    net: Callable,
    x,
    optimizer,
    times: int,
    reads: str = "y",
    asks: str = "y",
    mask_first: bool = True,
    mask_later: bool = False,
    forgets: bool = True,
    steps: bool = True,
) -> list[float]:
    """Feed a batch again, in the right way or with a usual mistake."""
    known, every = x > 0, x > -1
    given, target, mask, first, losses = x, x, known if mask_first else every, None, []
    for _ in range(times + 1):
        if forgets:
            optimizer.zero_grad()
        y = net(given)
        loss = ((y - target) ** 2)[mask].mean()
        loss.backward()
        if steps:
            optimizer.step()
        losses.append(loss.item())
        first = y.detach() if first is None else first
        rows = {"x": x, "y": y.detach(), "first": first}
        given, target, mask = rows[reads], rows[asks], known if mask_later else every
    return losses


@exercise("04.3")
def exercise_3(fair_difference: Callable) -> Verdict:
    """Compare two tuned models on several splits."""
    rng = np.random.default_rng(4)
    searches = [
        (rng.normal(0.9, 0.02, (m, 6)), rng.normal(0.9, 0.02, (m, 6))) for m in (3, 4)
    ]
    shift = rng.normal(0, 0.05, 6)  # some splits are harder, for both models
    val_a, test_a, val_b, test_b = (e + shift for pair in searches for e in pair)
    found = call(fair_difference, val_a, test_a, val_b, test_b)
    try:
        mean, error = (float(value) for value in found)
    except (TypeError, ValueError):
        return wrong("Return two numbers: the mean difference, and its error.")
    gaps = _chosen(val_a, test_a) - _chosen(val_b, test_b)
    if not np.isclose(mean, gaps.mean()):
        return wrong(_why_the_mean_is_wrong(mean, val_a, test_a, val_b, test_b))
    if np.isclose(error, gaps.std(ddof=1) / np.sqrt(6)):
        return right("Both were tuned alike, and what a split adds to both is gone.")
    if np.isclose(error, gaps.std(ddof=1)):
        return wrong(
            "That is the spread of one difference: divide it by the root of 6."
        )
    if np.isclose(error, gaps.std() / np.sqrt(6)):
        return wrong("Nearly: np.std divides by n; ddof=1 makes it n - 1.")
    apart = [_chosen(val_a, test_a).var(ddof=1), _chosen(val_b, test_b).var(ddof=1)]
    if np.isclose(error, np.sqrt(sum(apart) / 6)):
        return wrong("This error is not paired: take the spread of the differences.")
    return wrong("The mean is right. Its error: spread of the differences, over √n.")


def _chosen(val: np.ndarray, test: np.ndarray) -> np.ndarray:
    """Return on each split the test error of the setting that validation chooses."""
    return test[val.argmin(axis=0), np.arange(val.shape[1])]


def _why_the_mean_is_wrong(
    mean: float,
    val_a: np.ndarray,
    test_a: np.ndarray,
    val_b: np.ndarray,
    test_b: np.ndarray,
) -> str:
    """Return what is said to a mean difference that is none."""
    once_a, once_b = (
        test[val.mean(axis=1).argmin()].mean()
        for val, test in ((val_a, test_a), (val_b, test_b))
    )
    usual = {
        _chosen(val_b, test_b).mean() - _chosen(val_a, test_a).mean(): (
            "That is B minus A."
        ),
        test_a.min(axis=0).mean() - test_b.min(axis=0).mean(): (
            "These settings were chosen on the test errors: who judges must not choose."
        ),
        once_a - once_b: (
            "This chooses one setting for all splits. Each split has validation "
            "ratings of its own, which choose for it."
        ),
        val_a.min(axis=0).mean() - val_b.min(axis=0).mean(): (
            "These are validation errors: they choose, and the test errors judge."
        ),
        test_a.mean() - test_b.mean(): (
            "This averages over all settings: a model is judged by the chosen one."
        ),
    }
    for value, message in usual.items():
        if np.isclose(mean, value):
            return message
    return "On each split: the setting with the lowest validation error, then its test."
