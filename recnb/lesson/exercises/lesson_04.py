"""The checks of lesson 04's exercises: DeepRec."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from recnb.lesson.verdict import Failed, Verdict, call, exercise, right, wrong


@exercise("04.1")
def exercise_1(two_errors: Callable) -> Verdict:
    """Judge the two RMSEs of three users with one, two and four ratings."""
    users = np.array([2, 0, 1, 2, 1, 2, 2])
    errors = np.array([0.5, -2.0, 1.0, -1.0, 0.0, 0.5, 1.5])
    found = call(two_errors, users, errors)
    try:
        over_all, of_users = (float(value) for value in found)
    except (TypeError, ValueError):
        return wrong("Return two numbers: over all ratings, and the mean over users.")
    squares = [errors[users == user] ** 2 for user in range(3)]
    each = np.array([of_one.mean() for of_one in squares])
    right_all, right_users = np.sqrt((errors**2).mean()), np.sqrt(each).mean()
    if np.allclose([over_all, of_users], [right_users, right_all]):
        return wrong("The two are in the wrong order: over all ratings comes first.")
    if not np.isclose(over_all, right_all):
        if np.isclose(over_all, right_all**2):
            return wrong("The first is the mean squared error; the root is missing.")
        return wrong("Over all ratings: square the errors, average, take the root.")
    usual = {
        right_users: right("A user with four ratings counts four times, then once."),
        each.mean(): wrong("The second is the mean of the users' MSEs: roots first."),
        np.sqrt(each.mean()): wrong(
            "The second takes one root at the end: each user's root comes first."
        ),
        np.mean([np.sqrt(of_one.sum()) for of_one in squares]): wrong(
            "The second takes sums: divide each by the user's number of ratings."
        ),
    }
    for value, verdict in usual.items():
        if np.isclose(of_users, value):
            return verdict
    return wrong("The first is right. The second is the mean of each user's RMSE.")


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
    (
        {"anew": True},
        "A pass reads what the last one gave out, before the step; this asks the "
        "changed net anew.",
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
    anew: bool = False,
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
        y = net(given) if anew else y
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
