"""Lesson 15's clock: each of source 2's six models, trained once, at its settings.

The settings are those that lessons 03 to 07 and the showdown chose on validation data.
A net stops as there; judged is each model under the protocol of its own lesson. Seconds
are those of the clock on the wall, so run this on a machine that has nothing else to
do.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from time import perf_counter

import recnb
from recnb.contestants import BY_NAME, fit
from recnb.evaluation import evaluate, rating_holdout, strong_generalization
from recnb.experiments.deeprec import stored_net
from recnb.experiments.runner import Experiment
from recnb.experiments.showdown_table import best_settings
from recnb.experiments.svae import net
from recnb.experiments.tuning import fitted

SEED = 0
RANKED = ("NDCG@100", "recall@100", "precision@100")
Row = dict[str, object]


def rating_model(dataset: str, model: str) -> Row:
    """Train a net of ratings on the 90%, for as many epochs as were best."""
    split = rating_holdout(recnb.load(dataset), val_share=0, seed=SEED)
    untrained = stored_net(dataset, "random", SEED, model)
    start = perf_counter()
    trained = fitted(untrained, split.train)
    seconds = perf_counter() - start
    found = evaluate(trained, split.test, ["RMSE"])
    settings = untrained.get_params()
    return {"seconds": seconds, **found.metrics, **_said(settings, found.summary)}


def ranking_model(dataset: str, model: str) -> Row:
    """Train a model of the showdown with the settings of its best trial."""
    split = strong_generalization(recnb.load(dataset), seed=SEED)
    settings = best_settings(dataset, model)
    untrained = BY_NAME[model].build(**settings)
    start = perf_counter()
    if not fit(untrained, split):
        raise ValueError(f"{model} diverges with {settings}.")
    seconds = perf_counter() - start
    found = evaluate(untrained, split.test, RANKED)
    return {"seconds": seconds, **found.metrics, **_said(settings, found.summary)}


def model_of_order(dataset: str, model: str) -> Row:
    """Train SVAE, whose users' newest films are held out."""
    split = strong_generalization(recnb.load(dataset), order="time", seed=SEED)
    untrained = net(model, dataset)
    settings = untrained.get_params()
    start = perf_counter()
    trained = fitted(untrained, split.train_order, split.val)
    seconds = perf_counter() - start
    found = evaluate(trained, split.test, RANKED)
    return {"seconds": seconds, **found.metrics, **_said(settings, found.summary)}


def _said(settings: dict[str, object], protocol: str) -> Row:
    return {"settings": json.dumps(settings, default=str), "protocol": protocol}


TRAIN: dict[str, Callable[[str, str], Row]] = {
    "I-AutoRec": rating_model,
    "U-AutoRec": rating_model,
    "DeepRec": rating_model,
    "CDAE": ranking_model,
    "MultVAE": ranking_model,
    "SVAE": model_of_order,
    "EASE": ranking_model,
}


def measure(dataset: str, seed: int, model: str) -> list[Row]:
    """Train and judge one model."""
    return [TRAIN[model](dataset, model)]


SIX_MODELS = Experiment(
    name="six_models",
    question="How long does it take to train each of source 2's models once?",
    cases=[
        {"dataset": dataset, "seed": SEED, "model": model}
        for dataset in ("ml-1m", "simulated")
        for model in TRAIN
    ],
    measure=measure,
)
