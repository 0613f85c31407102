"""The checks of lesson 06's exercises: MultVAE."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from recnb.lesson.verdict import Verdict, call, exercise, right, wrong


@exercise("06.1")
def exercise_1(log_likelihood: float, kl: float) -> Verdict:
    """Two likes of three items with equal scores; one unit with mu = 1, sigma = 1."""
    try:
        log_likelihood, kl = float(log_likelihood), float(kl)
    except (TypeError, ValueError):
        return wrong("Two numbers, please: the log likelihood, and the KL divergence.")
    expected = 2 * np.log(1 / 3)
    if np.isclose(log_likelihood, expected, atol=0.006):
        if np.isclose(kl, 0.5, atol=0.006):
            return right(
                "With three items nobody can do better than 2 log(1/2): two likes "
                "share one probability mass."
            )
        if np.isclose(kl, 1.0, atol=0.006):
            return wrong("The half in front of the KL divergence is missing.")
        return wrong(
            "The first is right. KL: ½ (μ² + σ² - log σ² - 1), with log 1 = 0."
        )
    if np.isclose(log_likelihood, np.log(1 / 3), atol=0.006):
        return wrong("There are two likes: two terms of log(1/3).")
    if np.isclose(log_likelihood, np.log(2 / 9), atol=0.006):
        return wrong(
            "With the coefficient that counts the two orders of the likes. It does not "
            "depend on the scores, and is left out: only the sum of x log π."
        )
    if np.isclose(log_likelihood, 2 * np.log2(1 / 3), atol=0.006):
        return wrong("Natural logarithms, please.")
    if np.isclose(log_likelihood, 3 * np.log(1 / 2), atol=0.006):
        return wrong("That is the logistic likelihood, where a score of 0 means ½.")
    if np.isclose(log_likelihood, -expected, atol=0.006):
        return wrong("The logarithm of a probability is below zero.")
    return wrong("softmax(0, 0, 0) is (1/3, 1/3, 1/3); add log π over the two likes.")


@exercise("06.2")
def exercise_2(loss: Callable) -> Verdict:
    """Compute minus the weighted ELBO of a batch."""
    import torch

    generator = torch.Generator().manual_seed(0)
    scores, mu, log_variance = (
        torch.randn(3, n, generator=generator) for n in (5, 2, 2)
    )
    x = torch.tensor([[1.0, 0, 1, 0, 1], [0, 1, 0, 0, 0], [1, 1, 1, 1, 0]])
    beta = 0.3
    found = call(loss, scores, x, mu, log_variance, beta)
    found = torch.as_tensor(found)
    if found.numel() != 1:
        return wrong(f"The loss is one number; yours has shape {tuple(found.shape)}.")
    fit = (x * torch.log_softmax(scores, dim=1)).sum(dim=1)
    terms = 0.5 * (mu**2 + log_variance.exp() - log_variance - 1)
    kl = terms.sum(dim=1)
    as_sigma = 0.5 * (mu**2 + (2 * log_variance).exp() - 2 * log_variance - 1)
    answers = [
        ((-fit + beta * kl).mean(), None),
        ((-fit - beta * kl).mean(), "The KL divergence is a cost: it is added."),
        ((fit - beta * kl).mean(), "That is the ELBO. The optimizer wants minus it."),
        ((-fit + kl).mean(), "beta is missing."),
        (
            (-fit + 2 * beta * kl).mean(),
            "The half in front of the KL divergence is missing.",
        ),
        (
            (-fit / x.shape[1] + beta * kl).mean(),
            "The likelihood of a user is the sum over the films, not their mean.",
        ),
        (
            (-(x * torch.softmax(scores, dim=1)).sum(dim=1) + beta * kl).mean(),
            "The logarithm is missing: log_softmax, not softmax.",
        ),
        ((-fit + beta * kl).sum(), "The mean over the users, not the sum."),
        (
            (-fit + beta * terms.mean(dim=1)).mean(),
            "The KL divergence of a user is the sum over the units, not the mean.",
        ),
        (
            (-fit + beta * as_sigma.sum(dim=1)).mean(),
            "log_variance is log σ²: σ² is its exponential, not that of its double.",
        ),
        (
            -(x * torch.log_softmax(scores, dim=0)).sum(dim=1).mean()
            + beta * kl.mean(),
            "The softmax goes over the items of a user, not over the users.",
        ),
    ]
    for value, message in answers:
        if torch.isclose(found.to(value.dtype), value, atol=1e-4):
            if message is None:
                return right("Two terms that pull in opposite directions.")
            return wrong(message)
    return wrong("Minus the log likelihood, plus beta times KL, averaged over users.")


@exercise("06.3")
def exercise_3(weight_after: Callable) -> Verdict:
    """Compute the weight of the KL divergence at the end of a training."""
    cases = [
        (6040, 512, 55, 0.2, 200_000),
        (4534, 128, 40, 0.2, 1000),
        (4534, 128, 10, 0.2, 5000),
        (7, 2, 1, 5.0, 3),
        (10, 5, 1, 0.3, 0),
    ]
    for n_users, size, epochs, cap, anneal_steps in cases:
        found = call(weight_after, n_users, size, epochs, cap, anneal_steps)
        steps = epochs * math.ceil(n_users / size)
        case = f"({n_users}, {size}, {epochs}, {cap}, {anneal_steps})"
        if np.isclose(found, _weight(steps, cap, anneal_steps)):
            continue
        if anneal_steps == 0:
            return wrong(f"{case}: with 0 anneal steps the weight is the cap at once.")
        if np.isclose(found, steps / anneal_steps):
            return wrong(f"{case}: the cap is missing.")
        if np.isclose(found, _weight(epochs * (n_users // size), cap, anneal_steps)):
            return wrong(f"{case}: the last, smaller batch of an epoch is a step, too.")
        if np.isclose(found, _weight(epochs, cap, anneal_steps)):
            return wrong(f"{case}: count steps, of which an epoch has several.")
        if np.isclose(found, cap):
            return wrong(f"{case}: after {steps} steps the cap is not reached yet.")
        return wrong(f"{case}: {found}. The smaller of the cap and t / anneal_steps.")
    return right(
        "The first of these cases is the second source's: 660 steps, a weight of "
        ".0033, and a cap of .2 that nobody ever saw."
    )


def _weight(steps: int, cap: float, anneal_steps: int) -> float:
    return min(cap, steps / anneal_steps) if anneal_steps else cap
