"""Lesson 13's main experiment: hosts with and without ImplicitSLIM, by the length L.

`IMPLICIT_SLIM` gives every arm of a host (plain, or ImplicitSLIM as initialiser, as
regulariser, as both) the same number of random settings, the same epochs and the same
L, chooses on the validation users of the split, and looks at the test users once.
`IMPLICIT_SLIM_SWEEP` varies lambda and the strength s_q alone. `IMPLICIT_SLIM_CURVES`
stores what MF learns epoch by epoch, with the settings chosen before.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from itertools import chain, product

import recnb
from recnb.evaluation import (
    Split,
    evaluate,
    paired_difference,
    strong_generalization,
)
from recnb.experiments.cdae import L2_EASE
from recnb.experiments.runner import Experiment, results
from recnb.experiments.tuning import (
    METRIC,
    Candidate,
    fitted,
    log_uniform,
    tune_and_test,
)
from recnb.models import ALSMF, EASE, LRR, ImplicitSLIM, PLRec
from recnb.models.base import Recommender

DATASETS, SEEDS = ("simulated", "ml-1m"), range(3)
#: Which parts of a host ImplicitSLIM writes.
ARMS = {"plain": (), "init": ("init",), "reg": ("reg",), "both": ("init", "reg")}
HOSTS = {"MF": ALSMF, "PLRec": PLRec, "LRR": LRR}
#: The settings of a host without ImplicitSLIM.
OWN = {"MF": ("r_p", "r_q"), "PLRec": ("r_q", "power"), "LRR": ("l2",)}
LENGTHS = {
    "simulated": {host: (8, 16, 32, 64) for host in HOSTS},
    "ml-1m": {
        "MF": (8, 16, 32, 64, 128, 256, 512),
        "PLRec": (8, 16, 32, 64, 128),
        "LRR": (8, 16, 32, 64, 128, 256),
    },
}
#: MF takes at most so many epochs, and two more than the best on validation users.
EPOCHS = 20
N_TRIED = 16
#: Settings are drawn log-uniformly from these.
RANGES = {
    "simulated": {
        "r_p": (5, 100),
        "r_q": (0.5, 30),
        "s_q": (3, 100),
        "l2": (20, 300),
        "alpha": (0.1, 10),
    },
    "ml-1m": {
        "r_p": (20, 200),
        "r_q": (0.5, 30),
        "s_q": (10, 100),
        "l2": (200, 1500),
        "alpha": (0.1, 10),
    },
}
#: PLRec regresses on numbers of another size than MF; of LRR, l2 is its own penalty.
OTHER_RANGES = {
    ("simulated", "PLRec"): {"r_q": (1, 300), "s_q": (1, 300), "power": (0.02, 0.3)},
    ("ml-1m", "PLRec"): {"r_q": (3, 300), "s_q": (3, 1000), "power": (0.02, 0.3)},
    ("simulated", "LRR"): {"l2": (10, 3000)},
    ("ml-1m", "LRR"): {"l2": (100, 10_000)},
}
#: Users below which an item's embedding is not held on to.
THRESHOLD = {"simulated": 5, "ml-1m": 50}


@cache
def split_and_ease(dataset: str, seed: int) -> tuple[Split, Candidate]:
    """Return a split, and EASE with the penalty that suits its validation users."""
    split = strong_generalization(recnb.load(dataset), seed=seed)
    tried = (
        Candidate("EASE", {"l2": l2}, EASE(l2=l2).fit(split.train))
        for l2 in L2_EASE[dataset]
    )
    return split, max(tried, key=lambda candidate: score(candidate.model, split))


def score(model: Recommender, split: Split) -> float:
    """Return the NDCG@100 of the validation users."""
    return evaluate(model, split.val, [METRIC]).metrics[METRIC]


def draw(dataset: str, host: str, seed: int) -> list[dict[str, float]]:
    """Return the random settings of a split; all arms and lengths try the same."""
    ranges = RANGES[dataset] | OTHER_RANGES.get((dataset, host), {})
    return log_uniform(ranges, N_TRIED, [seed, list(HOSTS).index(host)])


def settings_of(host: str, arm: str, drawn: dict[str, float]) -> dict[str, float]:
    """Return what of a drawn setting has a part in this arm."""
    names = [*OWN[host]]
    names += ["s_q"] if "reg" in ARMS[arm] else []
    names += ["l2", "alpha"] if ARMS[arm] else []
    return {name: drawn[name] for name in names}


def untrained(
    dataset: str, host: str, arm: str, L: int, settings: dict[str, float], seed: int
) -> Recommender:
    """Return a host with ImplicitSLIM in the parts of this arm."""
    slim = {name: settings[name] for name in ("l2", "alpha") if ARMS[arm]}
    own = {name: settings[name] for name in settings.keys() - slim.keys()}
    epochs = {"epochs": EPOCHS} if host == "MF" else {}
    model = HOSTS[host](L=L, seed=seed, **own, **epochs)
    threshold = THRESHOLD[dataset]
    parts = {p: ImplicitSLIM(threshold=threshold, **slim) for p in ARMS[arm]}
    return model.set_params(**parts)


def trained(model: Recommender, split: Split) -> Recommender | None:
    """Fit a model; of one with epochs, the best on the validation users counts."""
    if hasattr(model, "epochs"):
        return fitted(model, split.train, split.val)
    return model.fit(split.train)


def candidates(
    dataset: str, host: str, L: int, seed: int, split: Split
) -> Iterator[Candidate]:
    """Yield the settings of every arm, fitted."""
    for arm in ARMS if host != "LRR" else ("plain",):
        for drawn in draw(dataset, host, seed):
            settings = settings_of(host, arm, drawn)
            model = untrained(dataset, host, arm, L, settings, seed)
            if trained(model, split) is not None:
                yield Candidate(arm, settings, model)


def measure(dataset: str, seed: int, host: str, L: int) -> list[dict[str, object]]:
    """Tune and test every arm of a host on one split, beside EASE."""
    split, ease = split_and_ease(dataset, seed)
    tried = chain([ease], candidates(dataset, host, L, seed, split))
    rows = tune_and_test(tried, split, plain="plain")
    return [{"arm": row.pop("model"), **row} for row in rows]


def cases() -> Iterator[dict[str, object]]:
    """Yield the cases, short ones first."""
    for dataset, seed in product(DATASETS, SEEDS):
        for host, lengths in LENGTHS[dataset].items():
            for L in lengths:
                yield {"dataset": dataset, "seed": seed, "host": host, "L": L}


IMPLICIT_SLIM = Experiment(
    name="implicit_slim",
    question="From which length on does ImplicitSLIM help, and which host?",
    cases=sorted(cases(), key=lambda case: case["L"]),
    measure=measure,
)

#: What the sweep varies, and the settings it keeps: middles of the ranges.
STRENGTHS = (0, 3, 10, 30, 100, 300)
L2_SWEPT = {
    "simulated": (3, 10, 30, 100, 300, 1000),
    "ml-1m": (30, 100, 300, 1000, 3000),
}
LENGTHS_SWEPT = {"simulated": (8, 16, 32, 64), "ml-1m": (8, 16, 32, 64, 128)}
KEPT = {
    "simulated": {"r_p": 20, "r_q": 3, "alpha": 1},
    "ml-1m": {"r_p": 60, "r_q": 3, "alpha": 1},
}


def measure_sweep(dataset: str, L: int, l2: float) -> list[dict[str, object]]:
    """Train MF, ImplicitSLIM in both parts, with each strength on split 0."""
    split, ease = split_and_ease(dataset, 0)
    yardstick, rows = evaluate(ease.model, split.test, [METRIC]), []
    for s_q in STRENGTHS:
        settings = KEPT[dataset] | {"l2": l2, "s_q": s_q}
        model = trained(untrained(dataset, "MF", "both", L, settings, 0), split)
        found = evaluate(model, split.test, [METRIC])
        gap = paired_difference(found, yardstick, METRIC)
        row = {"s_q": s_q, "val": score(model, split), METRIC: found.metrics[METRIC]}
        row |= {"error": found.standard_errors[METRIC]}
        row |= {"minus_ease": gap.mean, "minus_ease_error": gap.standard_error}
        rows.append(row)
    return rows


IMPLICIT_SLIM_SWEEP = Experiment(
    name="implicit_slim_sweep",
    question="How strong a pull, and towards which EASE?",
    cases=[
        {"dataset": dataset, "L": L, "l2": l2}
        for dataset in DATASETS
        for L, l2 in product(LENGTHS_SWEPT[dataset], L2_SWEPT[dataset])
    ],
    measure=measure_sweep,
)

CURVE_LENGTHS, CURVE_EPOCHS = {"simulated": 32, "ml-1m": 64}, 30


def chosen(dataset: str, L: int, arm: str, seed: int) -> dict[str, float]:
    """Return the settings of MF that `IMPLICIT_SLIM` chose on validation users."""
    found = results("implicit_slim").query(
        "dataset == @dataset and seed == @seed and host == 'MF' and L == @L"
        " and arm == @arm"
    )
    return json.loads(found["settings"].item())


def measure_curves(dataset: str, seed: int) -> list[dict[str, object]]:
    """Train every arm of MF to the last epoch; a row an epoch."""
    split, L, rows = split_and_ease(dataset, seed)[0], CURVE_LENGTHS[dataset], []
    for arm in ARMS:
        settings = chosen(dataset, L, arm, seed)
        model = untrained(dataset, "MF", arm, L, settings, seed)
        log = trained(model.set_params(epochs=CURVE_EPOCHS, patience=None), split).log_
        for i, (seconds, error) in enumerate(zip(log.seconds, log.val, strict=True)):
            row = {"arm": arm, "L": L, "epoch": i + 1}
            rows.append({**row, "seconds": seconds, "val": 1 - error})
    return rows


IMPLICIT_SLIM_CURVES = Experiment(
    name="implicit_slim_curves",
    question="Does MF converge faster with ImplicitSLIM?",
    cases=[
        {"dataset": dataset, "seed": seed} for dataset in DATASETS for seed in SEEDS
    ],
    measure=measure_curves,
)
