"""The checks of lesson 06's exercises: MultVAE."""

from __future__ import annotations

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
    """Compute minus the weighted ELBO of a batch, with the logistic likelihood."""
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
    heads, tails = torch.sigmoid(scores), torch.sigmoid(-scores)
    likes = (x * heads.log()).sum(dim=1)
    fit = likes + ((1 - x) * tails.log()).sum(dim=1)
    terms = 0.5 * (mu**2 + log_variance.exp() - log_variance - 1)
    kl = terms.sum(dim=1)
    as_sigma = 0.5 * (mu**2 + (2 * log_variance).exp() - 2 * log_variance - 1)
    competing = (x * torch.log_softmax(scores, dim=1)).sum(dim=1)
    answers = [
        ((-fit + beta * kl).mean(), None),
        (
            (-competing + beta * kl).mean(),
            "That is the multinomial likelihood; here each film is a coin of its own.",
        ),
        (
            (-likes + beta * kl).mean(),
            "The zeros are missing: each of them adds log sigmoid of minus its score.",
        ),
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
            (beta * kl - (x * heads + (1 - x) * tails).sum(dim=1)).mean(),
            "The logarithm is missing.",
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
    ]
    for value, message in answers:
        if torch.isclose(found.to(value.dtype), value, atol=1e-4):
            if message is None:
                return right(
                    "Each film adds a term of its own, in which no other film's score "
                    "stands: here nobody competes."
                )
            return wrong(message)
    return wrong("Minus the log likelihood, plus beta times KL, averaged over users.")


#: Users, users a batch, epochs, cap and anneal steps; the last one reaches its cap.
TRAININGS = (
    (4534, 500, 100, 0.2, 200_000),
    (6040, 512, 55, 0.2, 200_000),
    (1000, 100, 60, 0.2, 1000),
)


@exercise("06.3")
def exercise_3(weight: Callable) -> Verdict:
    """Compute the weight that an annealed training has come to at its end."""
    for n_users, batch_size, epochs, cap, anneal_steps in TRAININGS:
        found = call(weight, n_users, batch_size, epochs, cap, anneal_steps)
        try:
            found = float(found)
        except (TypeError, ValueError):
            return wrong("The weight is one number.")
        an_epoch = -(-n_users // batch_size)
        share = an_epoch * epochs / anneal_steps
        floored = n_users // batch_size * epochs / anneal_steps
        answers = [
            (min(cap, share), None),
            (
                min(cap, floored),
                "The rest of the users is a batch, too: round the steps up.",
            ),
            (
                min(cap, n_users / batch_size * epochs / anneal_steps),
                "There is no part of a step: round the steps of an epoch up.",
            ),
            (share, "The weight never goes beyond the cap."),
            (
                cap * min(1, share),
                "The cap is no factor: the weight rises as steps / anneal steps, and "
                "stays where it meets the cap.",
            ),
            (min(cap, epochs / anneal_steps), "Steps are counted, not epochs."),
            (cap, "The cap is not reached in so few steps."),
        ]
        for value, message in answers:
            if np.isclose(found, value, rtol=1e-6):
                if message is None:
                    break
                return wrong(message)
        else:
            return wrong(
                "Steps an epoch, times epochs, by anneal_steps; and never above cap."
            )
    return right("What counts are the steps that are really taken.")


@exercise("06.4")
def exercise_4(collapsed: Callable) -> Verdict:
    """Find the units of a code that cost less than .01 nats, a mean over users."""
    for mu, sigma in _codes():
        variance = sigma**2
        terms = (mu**2 + variance - np.log(variance) - 1) / 2
        prices = terms.mean(axis=0)
        found = _numbers(call(collapsed, mu.copy(), sigma.copy()), len(prices))
        if found is None:
            return wrong("The numbers of units, please, such as [0, 2].")
        answers = [
            (prices, None),
            (2 * prices, "The half in front of the KL divergence is missing."),
            (
                terms.sum(axis=0),
                "The mean over the users, not their sum, which grows with the users.",
            ),
            (
                np.abs(sigma.mean(axis=0) - 1),
                "A σ near 1 is not enough: the means of the users may differ.",
            ),
            (
                np.abs(mu.mean(axis=0)),
                "A mean of μ near 0 is not enough: users may stand on both sides of "
                "0, and a narrow cloud has its price, too.",
            ),
            (2 * COLLAPSED - prices, "Those are the units that are in use."),
            (
                (mu**2 + sigma - np.log(sigma) - 1).mean(axis=0) / 2,
                "σ is handed over, and the price has σ².",
            ),
        ]
        for price, message in answers:
            if found == set(np.flatnonzero(price < COLLAPSED)):
                if message is None:
                    break
                return wrong(message)
        else:
            return wrong(
                "The price of each unit is a mean over users: an axis of two. Then "
                "those below .01."
            )
    return right("A unit that costs nothing says nothing, whatever the loss does.")


#: Nats below which a unit says next to nothing.
COLLAPSED = 0.01


def _codes() -> list[tuple[np.ndarray, np.ndarray]]:
    """Return two codes of six units, three of which say next to nothing."""
    sides = np.array([-1.0, 1.0, -1.0, 1.0])
    means = np.outer(sides, [0, 0, 1, 0.125, 0.09, 0])
    spreads = np.tile([1, 0.5, 1, 1, 0.995, 0.9], (4, 1))
    return [(means, spreads), (means[:, ::-1], spreads[:, ::-1])]


def _numbers(found: object, n_units: int) -> set[int] | None:
    """Return an answer as a set of units; it may be a list of them, or a mask."""
    try:
        found = np.asarray(list(found)).ravel()
    except TypeError:
        return None
    if found.dtype == bool:
        return set(np.flatnonzero(found)) if len(found) == n_units else None
    if not len(found):
        return set()
    if not np.issubdtype(found.dtype, np.integer):
        return None
    return set(found.tolist())


@exercise("06.5")
def exercise_5(recall: Callable) -> Verdict:
    """Compute one user's recall at k, with what was seen masked or not."""
    scores = np.array([5.0, -2.0, -8.0, -3.0, 3.0, -1.0, -4.0])
    seen, heldout = np.array([0, 2]), np.array([1, 4, 5])
    zeroed, masked = scores.copy(), scores.copy()
    zeroed[seen], masked[seen] = 0, -np.inf
    for k, mask in ((5, False), (3, True), (1, False), (2, True)):
        handed = scores.copy(), seen.copy(), heldout.copy(), k, mask
        found = call(recall, *handed)
        hits = _hits(masked if mask else scores, heldout, k)
        answers = [
            (hits / 3, None),
            (hits, "The hits are right. Divide by all that are held out."),
            (hits / min(k, 3), "That is min-recall. Divide by all that are held out."),
            (hits / k, "That is precision, which divides by k."),
        ]
        if mask:
            answers += [
                (
                    _hits(scores, heldout, k) / 3,
                    "That is the number without a mask. Is the masked copy the one "
                    "that you rank?",
                ),
                (
                    _hits(zeroed, heldout, k) / 3,
                    "0 is no mask, since a score may be below it; -np.inf is one.",
                ),
            ]
        else:
            answers.append(
                (_hits(masked, heldout, k) / 3, "Nothing is to be masked here.")
            )
        otherwise = "Hits among the k best, by all that are held out."
        fitting = (message for value, message in answers if np.isclose(found, value))
        message = next(fitting, otherwise)
        if message is not None:
            said = "masked" if mask else "not masked"
            return wrong(f"k = {k}, {said}: {found:.3g}. {message}")
    return right(
        "The same scores, and the number depends on one line. The second source had "
        "the line, and ranked the scores without it."
    )


def _hits(scores: np.ndarray, heldout: np.ndarray, k: int) -> int:
    return len(set(np.argsort(-scores)[:k].tolist()) & set(heldout.tolist()))
