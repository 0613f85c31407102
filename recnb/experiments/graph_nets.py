"""Lesson 13b's graph nets: LightGCN, and UltraGCN with and without ImplicitSLIM.

Both keep a vector for each user, so `GRAPH_NETS` compares them where users are known,
under weak generalisation, with EASE, GF-CF and popularity. Settings and epochs are
chosen on validation items; the model is then trained anew with everything but the test
items, which are looked at once. The nets have one setting, that which suited the plain
ones on the validation items of split 0, whatever ImplicitSLIM does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from sklearn.base import clone

import recnb
from recnb.evaluation import Split, evaluate, paired_difference
from recnb.experiments.graph_filter import ALPHAS, KS
from recnb.experiments.implicit_slim import ARMS, DATASETS, SEEDS, THRESHOLD
from recnb.experiments.implicit_slim_users import weak
from recnb.experiments.other_hosts import ALPHA, EVERY, L2
from recnb.experiments.runner import Experiment
from recnb.experiments.tuning import METRIC, REPORTED, fitted
from recnb.ground.training_log import TrainingLog
from recnb.models import (
    EASE,
    GFCF,
    ImplicitSLIM,
    ImplicitSLIMNet,
    LightGCN,
    Popularity,
    UltraGCN,
)
from recnb.models.base import Recommender

#: What EASE tries.
L2S = {"simulated": (20, 50, 100, 200), "ml-1m": (100, 200, 500, 1000)}
LIGHTGCN = LightGCN(lr=0.03, l2=1e-3, epochs=200, patience=10)
#: With the terms of plain matrix factorisation in the loss (w1, w3), beside which those
#: of the graph weigh little. The published weights alone were behind: after 16 epochs
#: .248 in place of .265, still rising.
ULTRAGCN = UltraGCN(
    d=64,
    w1=1,
    w3=1,
    negative_weight=20,
    l2=0.1,
    lr=0.01,
    batch_size=8192,
    stddev=0.1,
    epochs=200,
    patience=10,
)


@dataclass(frozen=True)
class Chosen:
    """The settings that do best on the validation items, and the model with them.

    Attributes
    ----------
    settings : dict
    n_tried : int
    val : float
        Validation NDCG@100.
    model : Recommender
        Fitted on everything but the test items; of a net, for the best epochs.
    log : TrainingLog or None
        Of the training that was watched.
    """

    settings: Mapping[str, float]
    n_tried: int
    val: float
    model: Recommender
    log: TrainingLog | None = None


def closed_form(
    model: Recommender, grid: Sequence[Mapping[str, float]], held: Split, whole: Split
) -> Chosen:
    """Try every setting of the grid, and fit the best one anew."""
    watched, tried = replace(held.val, metric=METRIC), []
    for settings in grid:
        candidate = clone(model).set_params(**settings).fit(held.train)
        tried.append((watched.error(candidate), settings))
    error, best = min(tried, key=lambda one: one[0])
    final = clone(model).set_params(**best).fit(whole.train)
    return Chosen(best, len(grid), 1 - error, final)


def trained(net: ImplicitSLIMNet, held: Split, whole: Split) -> Chosen:
    """Train until validation turns, then anew for as many epochs as were best."""
    watched = replace(held.val, metric=METRIC)
    log = fitted(clone(net), held.train, watched).log_
    final = clone(net).set_params(net__epochs=log.best_epoch, net__patience=None)
    return Chosen({}, 1, 1 - log.best, fitted(final, whole.train), log)


def ultragcn(dataset: str, arm: str, seed: int) -> ImplicitSLIMNet:
    """Return UltraGCN with ImplicitSLIM in the parts of this arm."""
    slim = ImplicitSLIM(L2[dataset], ALPHA, THRESHOLD[dataset])
    net = clone(ULTRAGCN).set_params(seed=seed)
    return ImplicitSLIMNet(net, every=EVERY, **dict.fromkeys(ARMS[arm], slim))


def yardsticks(dataset: str, seed: int, held: Split, whole: Split) -> dict[str, Chosen]:
    """Return popularity, GF-CF and LightGCN."""
    filters = [{"k": k, "alpha": a} for k, a in product(KS[dataset], ALPHAS) if a]
    lightgcn = ImplicitSLIMNet(clone(LIGHTGCN).set_params(seed=seed))
    return {
        "popularity": closed_form(Popularity(), [{}], held, whole),
        "GF-CF": closed_form(GFCF(), filters, held, whole),
        "LightGCN": trained(lightgcn, held, whole),
    }


def measure(dataset: str, models: str, seed: int) -> list[dict[str, object]]:
    """Tune and test UltraGCN's arms or the yardsticks on one split, beside EASE."""
    data = recnb.load(dataset)
    held, whole = weak(data, True, seed), weak(data, False, seed)
    grid = [{"l2": l2} for l2 in L2S[dataset]]
    chosen = {"EASE": closed_form(EASE(), grid, held, whole)}
    if models == "yardsticks":
        chosen |= yardsticks(dataset, seed, held, whole)
    else:
        for arm in ARMS:
            chosen[arm] = trained(ultragcn(dataset, arm, seed), held, whole)
    return rows(chosen, whole)


def rows(chosen: Mapping[str, Chosen], whole: Split) -> list[dict[str, object]]:
    """Judge each model on the test items, once."""
    found = {n: evaluate(c.model, whole.test, REPORTED) for n, c in chosen.items()}
    rivals = {"minus_ease": "EASE", "minus_plain": "plain"}
    table = []
    for name, one in chosen.items():
        gaps = {}
        for column, rival in rivals.items():
            if rival in found:
                gap = paired_difference(found[name], found[rival], METRIC)
                gaps |= {column: gap.mean, f"{column}_error": gap.standard_error}
        table.append(
            {
                "arm": name,
                "settings": json.dumps(one.settings),
                "n_tried": one.n_tried,
                "val": one.val,
                **{metric: found[name].metrics[metric] for metric in REPORTED},
                "error": found[name].standard_errors[METRIC],
                **gaps,
                **training(one.log),
                "protocol": found[name].summary,
            }
        )
    return table


def training(log: TrainingLog | None) -> dict[str, float]:
    """Return a net's best epoch, all its epochs, and their seconds."""
    if log is None:
        return {}
    return {
        "epochs": log.best_epoch,
        "epochs_trained": len(log.val),
        "seconds": log.seconds[-1],
    }


GRAPH_NETS = Experiment(
    name="graph_nets",
    question="Do nets on the graph reach EASE, and does ImplicitSLIM lift UltraGCN?",
    cases=[
        {"dataset": dataset, "models": models, "seed": seed}
        for dataset, models, seed in product(
            DATASETS, ("yardsticks", "UltraGCN"), SEEDS
        )
    ],
    measure=measure,
)
