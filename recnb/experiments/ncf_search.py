"""Lesson 11's search for its nets' settings: GMF, MLP and NeuMF on validation items.

A trial trains a net with some settings until the validation items have not been found
better for `PATIENCE` epochs, and is a row with its curve. The embeddings are as long as
in the authors' files: 1, 4 and 5 numbers for each factor. Of those there are 8; the
MLP of 16 was tried with a penalty, a smaller step and a smaller batch as well.

What was expected, before two trials could be compared: steps of .001 in batches of
1,024, and larger ones in larger batches, come within .003 of each other; eight
negatives help by .005 at most.

Not tried: batches of 256 as in the authors' own commands, embeddings as long as by the
paper's text, a penalty with 8 factors, and more than 16 factors.
"""

from __future__ import annotations

import json

import recnb
from recnb.experiments.dot_vs_mlp import Curve
from recnb.experiments.ials import METRICS, ncf_split
from recnb.experiments.runner import Experiment
from recnb.experiments.tuning import fitted
from recnb.models import GMF, MLP, NeuMF
from recnb.models.ncf import PairNet

PATIENCE = 5
#: Epochs at most. A training that ends here is marked, as its best may lie beyond.
AT_MOST = 60
#: Numbers in an embedding for each factor, in the authors' files.
PER_FACTOR = {"GMF": 1, "MLP": 4, "NeuMF": 5}

Settings = dict[str, float]


def untrained(model: str, factors: int, d: int, settings: Settings) -> PairNet:
    """Return a net of so many factors, with embeddings of d numbers."""
    if model == "GMF":
        return GMF(d=d, **settings)
    kind = {"MLP": MLP, "NeuMF": NeuMF}[model]
    return kind(d=d, factors=factors, **settings)


def measure(
    dataset: str, model: str, factors: int, d: int, settings: str
) -> list[dict[str, object]]:
    """Train a net with some settings; one row, judged on validation items only."""
    split = ncf_split(recnb.load(dataset), validation=True)
    limits = {"epochs": AT_MOST, "patience": PATIENCE}
    net = untrained(model, factors, d, json.loads(settings) | limits)
    curve = Curve(split.val, split.val)
    if fitted(net, split.train, curve) is None:
        raise FloatingPointError(
            f"{model} with {settings} diverged in its first epoch."
        )
    best = curve.rows[net.log_.best_epoch - 1]
    row = {name: best[name] for name in METRICS} | of_training(net)
    return [row | {"curve": in_short(curve, "HR@10")}]


def of_training(net: PairNet) -> dict[str, object]:
    """Return what a training took: the epoch kept, all epochs, how it ended, the time.

    ``at_cap`` is true if the best epoch is so near the last one allowed that a later
    one may be better.
    """
    log = net.log_
    done = len(log.loss)
    return {
        "epoch": log.best_epoch,
        "n_epochs": done,
        "at_cap": done == net.epochs and done - log.best_epoch < (net.patience or 0),
        "seconds": log.seconds[-1] if log.seconds else 0.0,
    }


def in_short(curve: Curve, name: str) -> str:
    """Return a metric, an epoch after the other, in one cell of a table."""
    return " ".join(f"{row[name]:.4f}" for row in curve.rows)


#: Steps in batches of 8,192, first with four negatives, then with eight.
LARGE: list[Settings] = [{"batch_size": 8192, "lr": lr} for lr in (0.004, 0.008, 0.001)]
LARGE += [{"batch_size": 8192, "lr": lr, "m": 8} for lr in (0.004, 0.008)]
SMALL: Settings = {"batch_size": 1024, "lr": 0.001}
EIGHT: Settings = SMALL | {"m": 8}

#: What is tried: dataset -> model -> factors.
TRIED: dict[str, dict[str, dict[int, list[Settings]]]] = {
    "ncf-ml-1m": {
        "GMF": {8: [*LARGE, SMALL]},
        "MLP": {
            8: [*LARGE, EIGHT, SMALL | {"lr": 0.0001}],
            16: [LARGE[3], LARGE[3] | {"l2": 0.001}, LARGE[2] | {"m": 8}, EIGHT],
        },
        "NeuMF": {8: LARGE[:4]},
    },
    "simulated": {
        model: {8: [{"batch_size": 512, "lr": lr} for lr in (0.001, 0.003)]}
        for model in PER_FACTOR
    },
}

NCF_SEARCH = Experiment(
    name="ncf_search",
    question="Which settings do GMF, MLP and NeuMF need, drawing no seen film?",
    cases=[
        {
            "dataset": dataset,
            "model": model,
            "factors": factors,
            "d": PER_FACTOR[model] * factors,
            "settings": json.dumps(settings),
        }
        for dataset, of_nets in TRIED.items()
        for model, sizes in of_nets.items()
        for factors, tried in sizes.items()
        for settings in tried
    ],
    measure=measure,
)
