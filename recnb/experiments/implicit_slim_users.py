"""Lesson 13's open question: whether to pull the users' embeddings, too.

`IMPLICIT_SLIM_USERS` asks it where users are known, since a vector is kept for each:
under weak generalisation, and under leave-one-out, ranked among all items. MF is
trained without ImplicitSLIM, with it for items (as initialiser and as regulariser), for
users (as regulariser), and for both. Every arm tries the same random settings; settings
and epochs are chosen on validation items, and MF is then trained anew with everything
but the test items. Leave-one-out draws nothing at random: there, the seed is the
model's alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import product

import recnb
from recnb.data import Interactions
from recnb.evaluation import (
    Result,
    Split,
    evaluate,
    leave_one_out,
    paired_difference,
    weak_generalization,
)
from recnb.experiments.implicit_slim import DATASETS, SEEDS, THRESHOLD
from recnb.experiments.runner import Experiment
from recnb.experiments.tuning import REPORTED, fitted, log_uniform
from recnb.models import ImplicitSLIM, KnownUsersMF

#: Test metrics; the first one chooses, too.
METRICS = {"weak": REPORTED, "leave-one-out": ("NDCG@10", "HR@10")}
#: Which parts of MF ImplicitSLIM writes.
ARMS = {
    "plain": (),
    "items": ("init", "reg"),
    "users": ("user_reg",),
    "both": ("init", "reg", "user_reg"),
}
#: The settings that have a part in an arm.
USED = {
    "plain": ("r_p", "r_q"),
    "items": ("r_p", "r_q", "s_q", "l2", "alpha"),
    "users": ("r_p", "r_q", "s_p", "l2", "alpha"),
    "both": ("r_p", "r_q", "s_q", "s_p", "l2", "alpha"),
}
LENGTH = {"simulated": 32, "ml-1m": 64}
EPOCHS, PATIENCE, N_TRIED = 10, 2, 4
#: Items below which a user's embedding is not held on to.
USER_THRESHOLD = 5
#: Settings are drawn log-uniformly from these.
RANGES = {
    "simulated": {
        "r_p": (3, 60),
        "r_q": (3, 60),
        "s_q": (3, 100),
        "s_p": (3, 100),
        "l2": (20, 300),
        "alpha": (0.1, 3),
    },
    "ml-1m": {
        "r_p": (10, 200),
        "r_q": (1, 100),
        "s_q": (3, 100),
        "s_p": (3, 100),
        "l2": (200, 1500),
        "alpha": (0.1, 3),
    },
}


def weak(data: Interactions, validation: bool, seed: int) -> Split:
    """Return a split by weak generalisation; the test items are always the same."""
    return weak_generalization(data, val_share=0.1 if validation else 0, seed=seed)


def newest(data: Interactions, validation: bool, seed: int) -> Split:
    """Return the split by leave-one-out, which has no use for a seed."""
    return leave_one_out(data, "all", validation)


SPLITS: dict[str, Callable[[Interactions, bool, int], Split]] = {
    "weak": weak,
    "leave-one-out": newest,
}


def draw(dataset: str) -> list[dict[str, float]]:
    """Return the random settings of a dataset, the same for all arms and splits."""
    return log_uniform(RANGES[dataset], N_TRIED, seed=0)


def untrained(
    dataset: str, arm: str, settings: dict[str, float], seed: int
) -> KnownUsersMF:
    """Return MF with ImplicitSLIM in the parts of this arm."""
    slim = {name: settings[name] for name in ("l2", "alpha") if ARMS[arm]}
    own = {name: settings[name] for name in settings.keys() - slim.keys()}
    items = ImplicitSLIM(threshold=THRESHOLD[dataset], **slim)
    users = ImplicitSLIM(threshold=USER_THRESHOLD, **slim)
    parts = {p: users if p == "user_reg" else items for p in ARMS[arm]}
    model = KnownUsersMF(L=LENGTH[dataset], epochs=EPOCHS, patience=PATIENCE, seed=seed)
    return model.set_params(**own, **parts)


def tune(
    dataset: str, arm: str, seed: int, split: Split, metric: str
) -> tuple[dict[str, float], KnownUsersMF]:
    """Return the settings that do best on the validation items, and their model."""
    watched, tried = replace(split.val, metric=metric), []
    for drawn in draw(dataset):
        settings = {name: drawn[name] for name in USED[arm]}
        model = untrained(dataset, arm, settings, seed)
        tried.append((settings, fitted(model, split.train, watched)))
    return min(tried, key=lambda one: one[1].log_.best)


def measure(dataset: str, protocol: str, seed: int) -> list[dict[str, object]]:
    """Tune every arm, and test each once, beside the plain one."""
    data, metrics = recnb.load(dataset), METRICS[protocol]
    held = SPLITS[protocol](data, True, seed)
    whole = SPLITS[protocol](data, False, seed)
    rows, plain = [], None
    for arm in ARMS:
        settings, best = tune(dataset, arm, seed, held, metrics[0])
        epochs = best.log_.best_epoch
        final = untrained(dataset, arm, settings, seed).set_params(epochs=epochs)
        found = evaluate(fitted(final, whole.train), whole.test, metrics)
        plain = plain or found
        facts = {"arm": arm, "settings": json.dumps(settings), "n_tried": N_TRIED}
        facts |= {"val": 1 - best.log_.best, **judged(found, plain, metrics)}
        rows.append({**facts, "epochs": epochs, "summary": found.summary})
    return rows


def judged(found: Result, plain: Result, metrics: tuple[str, ...]) -> dict[str, float]:
    """Return the test metrics, and the paired difference to plain in the first one."""
    gap = paired_difference(found, plain, metrics[0])
    return {
        **{metric: found.metrics[metric] for metric in metrics},
        "error": found.standard_errors[metrics[0]],
        "minus_plain": gap.mean,
        "minus_plain_error": gap.standard_error,
    }


IMPLICIT_SLIM_USERS = Experiment(
    name="implicit_slim_users",
    question="Does it help to pull the embeddings of known users?",
    cases=[
        {"dataset": dataset, "protocol": protocol, "seed": seed}
        for dataset, protocol, seed in product(DATASETS, METRICS, SEEDS)
    ],
    measure=measure,
)
