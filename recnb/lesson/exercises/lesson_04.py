"""The checks of lesson 04's exercises: DeepRec."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np

from recnb.lesson.verdict import Verdict, call, exercise, right, wrong


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


@exercise("04.2")
def exercise_2(refeeding_losses: Callable) -> Verdict:
    """Judge a generator of the two losses of one batch."""
    import torch

    weight = torch.tensor([[0.5, 0.2], [0.1, 0.4]], requires_grad=True)
    x = torch.tensor([[4.0, 0.0], [0.0, 2.0]])

    def net(rows: torch.Tensor) -> torch.Tensor:
        return rows @ weight

    found = call(refeeding_losses, net, x)
    if not isinstance(found, Iterator):
        return wrong(
            "The function has to yield its losses one after another: the step on the "
            "first one is taken before the second is computed."
        )
    losses = []
    for number, loss in enumerate(found):
        if not isinstance(loss, torch.Tensor):
            return wrong("Yield the loss itself, a tensor: a number has no gradient.")
        losses.append(loss)
        if number == 0:
            first = _mmse(x, x @ weight)
            with torch.no_grad():
                before, y = weight.clone(), x @ weight
                weight -= 0.1  # the step that the training loop takes
                changed = weight.clone()
        if number > 1:
            break
    if len(losses) != 2:
        return wrong(f"{len(losses)} losses came; re-feeding once has two.")
    if not torch.isclose(losses[0], first.detach(), atol=1e-5):
        if torch.isclose(losses[0], (x @ before - x).square().mean()):
            return wrong("The first loss counts the zeros, too: mask them.")
        if torch.isclose(losses[0] ** 2, first.detach(), atol=1e-5):
            return wrong("The first loss is a root; the MMSE has none.")
        return wrong("The first loss is the mean over the known ratings, not this.")
    return _second(losses[1], y, (before, changed), weight, x)


def _second(loss, y, weights, weight, x) -> Verdict:
    """Judge the loss of the second pass."""
    import torch

    before, changed = weights
    expected = (y @ changed - y).square().mean()
    anew = x @ changed
    if torch.isclose(loss, (y @ before - y).square().mean(), atol=1e-5):
        return wrong(
            "The right formula with the old weights: compute net(y) after the first "
            "yield."
        )
    if torch.isclose(loss, (anew @ changed - anew).square().mean(), atol=1e-5):
        return wrong("y is the output of the first pass: do not compute it anew.")
    if torch.isclose(loss, (y @ changed - y)[x > 0].square().mean(), atol=1e-5):
        return wrong("No mask in the second pass: y has a rating for every film.")
    if torch.isclose(loss, _mmse(x, y @ changed), atol=1e-5):
        return wrong(
            "In the second pass the target is y itself, and all its cells count."
        )
    if torch.isclose(loss, _mmse(x, x @ changed), atol=1e-5):
        return wrong("The second pass has to read y, not x again.")
    if not torch.isclose(loss, expected, atol=1e-5):
        return wrong("The second loss is the mean of (f(y) - y)² over all cells.")
    (gradient,) = torch.autograd.grad(loss, weight)
    detached = 2 * y.T @ (y @ changed - y) / y.numel()
    if not torch.allclose(gradient, detached, atol=1e-4):
        return wrong(
            "The value is right, but the gradient flows through y into the first pass: "
            "y is data now. Detach it."
        )
    return right("Two losses, two steps, and the second pass takes y for data.")


def _mmse(x, y):
    known = x > 0
    return (y - x)[known].square().mean()


@exercise("04.3")
def exercise_3(n_weights: Callable) -> Verdict:
    """Count the weights and biases of a symmetric net."""
    cases = [(5, (3,)), (7, (4, 2)), (3706, (128, 128)), (10, (6, 5, 4))]
    for n, layers in cases:
        widths = [n, *layers, *layers[-2::-1], n]
        steps = list(pairwise(widths))
        weights = sum(a * b for a, b in steps)
        expected = weights + sum(widths[1:])
        found = call(n_weights, n, layers)
        if found == expected:
            continue
        if found == weights:
            return wrong("The biases are missing: one for each unit but the inputs.")
        encoder = sum((a + 1) * b for a, b in steps[: len(layers)])
        if found in (weights // 2, encoder):
            return wrong("That is the encoder. The decoder has its own weights.")
        doubled = [n, *layers, *layers[::-1], n]
        twice = sum((a + 1) * b for a, b in pairwise(doubled))
        if found == 2 * encoder:
            return wrong("The decoder's biases are others: it ends with n units.")
        if found == twice:
            return wrong("The code layer stands there once, not twice.")
        return wrong(f"n = {n}, layers = {layers}: {found}, but it has {expected:,}.")
    return right("Nearly all of them stand where the n films come in and go out.")
