"""Lesson 11's experiments: dot product, MLP, and both, under the NCF protocol.

`DOT_VS_MLP` trains every model of figure 2 of Rendle et al. (2020) and judges it after
each epoch, once with one more item of each user held out, to choose on, and once on all
training pairs. `DOT_VS_MLP_TUNING` looks at validation items only. `YARDSTICKS` tunes
the models that learn no embeddings by SGD. `GMF_PENALTY` follows the lengths of GMF's
embeddings and weights (equation 7).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from time import perf_counter

import recnb
from recnb.data import Interactions
from recnb.evaluation import Group, Split, evaluate, leave_one_out
from recnb.experiments.ials import ncf_split
from recnb.experiments.runner import FOLDER, Experiment, read
from recnb.experiments.tuning import fitted
from recnb.ground.training_log import TrainingLog
from recnb.models import EASE, GMF, MF, MLP, SLIM, NeuMF, Popularity
from recnb.models.pairs import PairModel

METRICS = ("HR@10", "NDCG@10")
#: What the nets take, by the d of the family: found by `DOT_VS_MLP_TUNING` at two of
#: them, for the others that of the nearest.
NET = {
    "ncf-ml-1m": {48: {"m": 8}, 192: {"m": 8, "l2": 0.001}},
    "simulated": {48: {"lr": 0.002, "batch_size": 512}},
}
#: Its negatives are drawn from all films, those that the user has among them, as Rendle
#: et al. draw them: its settings were found so.
DRAWN = {"verify_negatives": False}
PATIENCE = 4
#: Epochs at most, by the d of the family: what two cores can pay for.
EPOCHS = {
    "ncf-ml-1m": {24: 40, 48: 20, 96: 12, 192: 10},
    "simulated": {24: 8, 48: 8},
}
#: Step size of the SGD that goes on from pretrained parts: of three that were tried
#: there, all within .004 in HR@10, the middle one.
LR_PRETRAINED = 0.1
#: MF takes the published settings for MovieLens 1M; on simulated data, two others.
FACTORISATION = {"ncf-ml-1m": {}, "simulated": {"lr": 0.005, "l2": 0.01}}
#: MF is judged after every eighth epoch.
EVERY = 8


def full_ranking(data: Interactions, validation: bool = False) -> Group:
    """Return the same test users and items, to be ranked among the whole catalogue."""
    return leave_one_out(data, "all", validation).test


@dataclass
class Curve:
    """Judge a model as it is trained; hand it over as ``val``.

    Parameters
    ----------
    test : Group
    val : Group, optional
        The best epoch is the one with the highest HR@10 here. None: the last one.
    every : int
        Epochs from one judgement to the next.
    rows : list of dict
        What was found: epoch, metrics on test, and on validation as ``val HR@10``.
    """

    test: Group
    val: Group | None = None
    every: int = 1
    rows: list[dict[str, float]] = field(default_factory=list)
    epochs: int = 0

    def error(self, model: PairModel) -> float:
        """Judge the model; return what is lowest in the epoch to keep."""
        self.epochs += 1
        if self.epochs % self.every:
            return math.inf
        self.judge(model)
        return -self.epochs if self.val is None else 1 - self.rows[-1]["val HR@10"]

    def judge(self, model: PairModel) -> None:
        """Add a row."""
        row = {"epoch": self.epochs, **evaluate(model, self.test, METRICS).metrics}
        if self.val is not None:
            found = evaluate(model, self.val, METRICS).metrics
            row |= {f"val {name}": value for name, value in found.items()}
        self.rows.append(row)


def measure(
    dataset: str, trained_on: str, family: str, d: int, seed: int
) -> list[dict[str, object]]:
    """Train one model of figure 2, or a NeuMF and its parts; a row a judged epoch."""
    data = recnb.load(dataset)
    split = ncf_split(data, validation=trained_on == "tuning")
    among_all = full_ranking(data, validation=trained_on == "tuning")
    rows = []
    for name, model, curve in trained(dataset, split, family, d, seed):
        full = evaluate(model, among_all, METRICS).metrics
        for row in curve.rows:
            kept = row["epoch"] == model.log_.best_epoch
            every = {"model": name, "model_d": model.d, **row, "kept": kept}
            every |= {"seconds": seconds(model, row["epoch"])}
            every |= {f"full {name}": v for name, v in full.items()} if kept else {}
            rows.append(every)
    return rows


def seconds(model: PairModel, epoch: int) -> float:
    """Return the seconds from the start of the training to the end of an epoch."""
    return model.log_.seconds[epoch - 1] if epoch else 0.0


def trained(
    dataset: str, split: Split, family: str, d: int, seed: int
) -> Iterator[tuple[str, PairModel, Curve]]:
    """Yield the models of a family, each with its name and its curve."""
    net = settings_of(dataset, d) | {"patience": PATIENCE, "seed": seed}
    if family == "MF":
        model = MF(d=d, n_threads=1, seed=seed, **FACTORISATION[dataset])
        yield "MF", *followed(model, split, EVERY)
        return
    if family == "NeuMF":
        model = NeuMF(d=d, epochs=epochs(dataset, split, "NeuMF", d), **net)
        yield "NeuMF", *followed(model, split)
        return
    parts = {"GMF": GMF(d=d // 3, **net), "MLP": MLP(d=2 * d // 3, **net)}
    for name, part in parts.items():
        part.set_params(epochs=epochs(dataset, split, name, d))
        yield name, *followed(part, split)
    joined = NeuMF(d=d, pretrained=tuple(parts.values()), **net | {"lr": LR_PRETRAINED})
    yield "NeuMF, pretrained", *continued(joined, split, dataset)


def settings_of(dataset: str, d: int) -> dict[str, float]:
    """Return what a net of the family with this d takes."""
    nearest = min(NET[dataset], key=lambda tried: abs(tried - d))
    return NET[dataset][nearest] | DRAWN


def followed(model: PairModel, split: Split, every: int = 1) -> tuple[PairModel, Curve]:
    """Fit a model; return it, its best epoch kept, and its curve."""
    curve = Curve(split.test, split.val, every)
    fitted(model, split.train, curve)
    return model, curve


def continued(model: NeuMF, split: Split, dataset: str) -> tuple[NeuMF, Curve]:
    """Fit a pretrained net; the net before its first step is one to choose, too."""
    curve = Curve(split.test, split.val)
    model.start(split.train).log_ = TrainingLog()
    curve.judge(model)
    n_epochs = epochs(dataset, split, "NeuMF, pretrained", model.d)
    if n_epochs:
        fitted(model.set_params(epochs=n_epochs), split.train, curve)
    if split.val is not None and 1 - curve.rows[0]["val HR@10"] <= model.log_.best:
        model.start(split.train).log_.best_epoch = 0
    return model, curve


def epochs(dataset: str, split: Split, name: str, d: int) -> int:
    """Return how long to train a net of the family with this d.

    With validation, that is at most; without, as long as was best with it, at the
    nearest d that was trained so, if two cores can pay for it.

    Raises
    ------
    FileNotFoundError
        If no run with validation is stored yet.
    """
    at_most = EPOCHS[dataset][d]
    if split.val is not None:
        return at_most
    stored = read(FOLDER / "dot_vs_mlp.csv")
    if not stored.empty:
        which = (stored["dataset"] == dataset) & (stored["trained_on"] == "tuning")
        kept = stored[which & (stored["model"] == name) & stored["kept"]]
        if len(kept):
            nearest = kept.loc[(kept["d"] - d).abs().idxmin()]
            return min(at_most, int(nearest["epoch"]))
    raise FileNotFoundError(
        f"How many epochs {name} takes is chosen on validation items: run the cases "
        f"trained_on tuning, {dataset} first."
    )


#: What is trained on which pairs: family, d, seeds.
OF_DATASET = {
    "simulated": {
        "tuning": [("MF", (64,), 1), ("NeuMF", (48,), 1), ("parts", (48,), 1)],
        "all": [
            ("MF", (64,), 3),
            ("MF", (16, 32, 48), 1),
            ("NeuMF", (48,), 1),
            ("parts", (48,), 1),
        ],
    },
    "ncf-ml-1m": {
        "tuning": [
            ("MF", (192,), 1),
            ("NeuMF", (24, 48, 192), 1),
            ("parts", (24, 48, 192), 1),
        ],
        "all": [
            ("MF", (192,), 3),
            ("MF", (128, 96, 64, 48, 32, 24, 16), 1),
            ("NeuMF", (24, 48, 96, 192), 1),
            ("parts", (24, 48, 96, 192), 1),
        ],
    },
}

DOT_VS_MLP = Experiment(
    name="dot_vs_mlp",
    question="Is a learned similarity better than a dot product?",
    cases=[
        {
            "dataset": dataset,
            "trained_on": pairs,
            "family": family,
            "d": d,
            "seed": seed,
        }
        for dataset, of_pairs in OF_DATASET.items()
        for pairs, families in of_pairs.items()
        for family, dimensions, seeds in families
        for d, seed in product(dimensions, range(seeds))
    ],
    measure=measure,
)


#: What is tried on validation items: model, d, and what differs from its defaults.
TRIED = {
    "ncf-ml-1m": {
        ("MF", 64): [{}, {"l2": 0.0}, {"l2": 0.01}, {"lr": 0.005}],
        ("NeuMF", 48): [
            {},
            {"lr": 0.003},
            {"m": 8},
            {"l2": 0.001},
            {"lr": 0.003, "m": 8},
            {"m": 8, "l2": 0.001},
            {"batch_size": 256},
        ],
        ("NeuMF", 192): [{}, {"m": 8}, {"m": 8, "l2": 0.001}],
        ("NeuMF, pretrained", 48): [{"lr": lr} for lr in (0.001, 0.1, 1.0)],
    },
    "simulated": {
        ("MF", 64): [{"lr": 0.005, "l2": l2} for l2 in (0.0, 0.01, 0.02)],
        ("NeuMF", 48): [{"lr": lr, "batch_size": 512} for lr in (0.0003, 0.002, 0.003)],
    },
}
#: Epochs of a trial.
TRIAL_EPOCHS = {"MF": 128, "NeuMF": 20, "NeuMF, pretrained": 10}


def measure_tuning(
    dataset: str, model: str, d: int, settings: str
) -> list[dict[str, object]]:
    """Train a model with some settings; a row a judged epoch, on validation items."""
    split = ncf_split(recnb.load(dataset), validation=True)
    is_mf = model == "MF"
    chosen = json.loads(settings) | {"d": d, "epochs": TRIAL_EPOCHS[model]}
    if model == "NeuMF, pretrained":
        chosen["pretrained"] = pretrained_parts(dataset, d)
    if is_mf:
        net = MF(n_threads=1, **chosen)
    else:
        net = NeuMF(patience=PATIENCE, **DRAWN, **chosen)
    curve = Curve(split.val, split.val, EVERY if is_mf else 1)
    if model == "NeuMF, pretrained":
        curve.judge(net.start(split.train))
    fitted(net, split.train, curve)
    return [
        {"epoch": row["epoch"], **{name: row[name] for name in METRICS}}
        | {"seconds": seconds(net, row["epoch"])}
        for row in curve.rows
    ]


@lru_cache(maxsize=1)
def pretrained_parts(dataset: str, d: int) -> tuple[GMF, MLP]:
    """Return the trained parts of a NeuMF with embeddings of d numbers in all."""
    split = ncf_split(recnb.load(dataset), validation=True)
    n_epochs = TRIAL_EPOCHS["NeuMF"]
    kept = {"epochs": n_epochs, **DRAWN}
    parts = GMF(d=d // 3, **kept), MLP(d=2 * d // 3, **kept)
    for part in parts:
        fitted(part, split.train, split.val)
    return parts


DOT_VS_MLP_TUNING = Experiment(
    name="dot_vs_mlp_tuning",
    question="Which settings are good on validation items?",
    cases=[
        dict(dataset=dataset, model=model, d=d, settings=json.dumps(settings))
        for dataset, models in TRIED.items()
        for (model, d), tried in models.items()
        for settings in tried
    ],
    measure=measure_tuning,
)


#: The penalty on the p and q of a pair: none; half of MF's λ, which is as much as MF
#: has; and ten times that.
PENALTIES = (0.0, 0.0025, 0.025)


def measure_penalty(dataset: str, w: str, l2: float) -> list[dict[str, object]]:
    """Train GMF with weights w that are learned or stay at one; a row an epoch."""
    split = ncf_split(recnb.load(dataset), validation=True)
    settings = settings_of(dataset, 48) | {
        "d": 16,
        "l2": l2,
        "epochs": 10,
        "patience": None,
    }
    model = GMF(learn_w=w == "learned", **settings)
    watch = Lengths(split.val)
    fitted(model, split.train, watch)
    return watch.rows


@dataclass
class Lengths:
    """Note how long embeddings and weights are as GMF is trained; keep its last epoch.

    Parameters
    ----------
    val : Group
    rows : list of dict
        ``epoch``, ``embeddings`` (the sum of the squared lengths of all p and q),
        ``weights`` (that of w), and the metrics.
    """

    val: Group
    rows: list[dict[str, float]] = field(default_factory=list)

    def error(self, model: GMF) -> float:
        """Add a row; later is better."""
        net = model.module_
        lengths = {
            "embeddings": sum(e.weight.square().sum().item() for e in (net.P, net.Q)),
            "weights": net.w.weight.square().sum().item(),
        }
        epoch, found = len(self.rows) + 1, evaluate(model, self.val, METRICS)
        self.rows.append({"epoch": epoch, **lengths, **found.metrics})
        return -epoch


GMF_PENALTY = Experiment(
    name="gmf_penalty",
    question="Does a penalty on the embeddings hold GMF down?",
    cases=[
        {"dataset": dataset, "w": w, "l2": l2}
        for dataset in ("simulated", "ncf-ml-1m")
        for l2, w in product(PENALTIES, ("learned", "ones"))
    ],
    measure=measure_penalty,
)


#: Settings to choose from on validation items.
GRIDS = {
    "Popularity": [{}],
    "EASE": [{"l2": l2} for l2 in (100, 300, 500, 1000, 2000, 4000)],
    "SLIM": [{"l1": l1, "l2": l2} for l1, l2 in product((1, 10), (100, 500, 2000))],
}
YARDSTICKS = {"Popularity": Popularity, "EASE": EASE, "SLIM": SLIM}


def measure_yardstick(dataset: str, model: str) -> list[dict[str, object]]:
    """Choose a model's settings on validation items; fit it on all, judge on test."""
    data, kind = recnb.load(dataset), YARDSTICKS[model]
    tuning, final = ncf_split(data, validation=True), ncf_split(data)

    def val(settings: dict[str, float]) -> float:
        tried = kind(**settings).fit(tuning.train)
        return evaluate(tried, tuning.val, METRICS).metrics["HR@10"]

    found = {json.dumps(settings): val(settings) for settings in GRIDS[model]}
    chosen = max(found, key=found.get)
    start = perf_counter()
    best = kind(**json.loads(chosen)).fit(final.train)
    row = {"settings": chosen, "n_tried": len(found), "val HR@10": found[chosen]}
    row |= {"seconds": perf_counter() - start}
    row |= evaluate(best, final.test, METRICS).metrics
    full = evaluate(best, full_ranking(data), METRICS).metrics
    return [row | {f"full {name}": value for name, value in full.items()}]


DOT_VS_MLP_YARDSTICKS = Experiment(
    name="dot_vs_mlp_yardsticks",
    question="What do models without embeddings reach under the same protocol?",
    cases=[
        {"dataset": dataset, "model": model}
        for dataset in ("simulated", "ncf-ml-1m")
        for model in GRIDS
    ],
    measure=measure_yardstick,
)
