"""Lesson 15's search: every ranking model tunes itself, and each trial is stored.

A trial draws a model's settings at random, fits it, and judges it on the validation
users of a split; the test users' quality stands beside it for the figures, and is not
chosen by. Seconds are those of one core: of the processor's own clock, in one thread.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import product
from time import process_time

import torch
from threadpoolctl import threadpool_limits

from recnb.contestants import BY_NAME, CONTESTANTS, Contestant, fit
from recnb.evaluation import Split, evaluate
from recnb.experiments.infinite_ae import load_split
from recnb.experiments.runner import Experiment
from recnb.experiments.tuning import METRIC

DATASETS = ("ml-1m", "simulated", "ml-latest-small")


@contextmanager
def one_thread() -> Iterator[None]:
    """Compute in one thread, so that the processor's clock counts no waiting."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with threadpool_limits(1):
            yield
    finally:
        torch.set_num_threads(threads)


@cache
def split_of(dataset: str, seed: int) -> Split:
    """Return a split, made once a process."""
    return load_split(dataset, seed)


def measure(dataset: str, seed: int, model: str, trial: int) -> list[dict[str, object]]:
    """Fit and judge one model with one draw of its settings."""
    split, contestant = split_of(dataset, seed), BY_NAME[model]
    settings = contestant.draw(trial)
    row: dict[str, object] = {"settings": json.dumps(settings), "stopped": "diverged"}
    with one_thread():
        start = process_time()
        fitted = contestant.build(**settings)
        try:
            finite = fit(fitted, split)
        except ValueError:  # what the data does not allow: more factors than users
            row, finite = row | {"stopped": "refused"}, False
        if not finite:
            return [row | {"seconds": process_time() - start}]
        val = evaluate(fitted, split.val, [METRIC])
        seconds = process_time() - start
        test = evaluate(fitted, split.test, [METRIC])
    log = getattr(fitted, "log_", None)
    return [
        row
        | {
            "stopped": log.stopped if log else "fitted",
            "seconds": seconds,
            "epochs": log.best_epoch if log else None,
            "val": val.metrics[METRIC],
            METRIC: test.metrics[METRIC],
            "error": test.standard_errors[METRIC],
            "protocol": test.summary,
        }
    ]


#: Trials by dataset: of any other model, and of nets that take minutes a trial.
N_TRIALS = {
    "ml-1m": {"net": 24, "H+Vamp": 16, "other": 120},
    "simulated": {"net": 12, "H+Vamp": 8, "other": 60},
    "ml-latest-small": {"net": 12, "H+Vamp": 8, "other": 60},
}


def n_trials(dataset: str, contestant: Contestant) -> int:
    """Return how many settings a model tries on a dataset."""
    if not contestant.ranges:
        return 1
    numbers = N_TRIALS[dataset]
    return numbers.get(contestant.name, numbers.get(contestant.kind, numbers["other"]))


def cases() -> Iterator[dict[str, object]]:
    """Yield every trial of the contest; those with low numbers first."""
    for dataset in DATASETS:
        trials = {each.name: n_trials(dataset, each) for each in CONTESTANTS}
        for trial, model in product(range(max(trials.values())), trials):
            if trial < trials[model]:
                yield {"dataset": dataset, "seed": 0, "model": model, "trial": trial}


SHOWDOWN = Experiment(
    name="showdown",
    question="How good is each model after so many minutes of tuning?",
    cases=list(cases()),
    measure=measure,
)
