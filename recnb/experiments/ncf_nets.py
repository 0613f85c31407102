"""Lesson 11's nets in two readings of their size: GMF, MLP, NeuMF, pretrained; and MF.

He et al. print their results by "predictive factors", the width k of an MLP's last
layer. How long its embeddings are is read in two ways: 2 k, as Rendle et al. (A.3) read
the text, and 4 k, as in the file that the authors have put into their repository. The
hidden layers, 4 k, 2 k and k, are the same. A NeuMF of k factors has k numbers more,
for its GMF. Both readings are trained here, with the settings of `ncf_search`.

Each net is trained twice: with one more item of each user held out (``trained_on``
tuning), which chooses the epoch, and the step size with which a pretrained NeuMF goes
on; then on all training pairs (all) for so many epochs, with each seed. MF, of the same
length as each net, has the published settings. ``places`` keeps each user's place of
the test item, so that any two rows can be compared user by user (`paired`).

What was expected, before anything was measured: at 4 k, HR@10 within .006 of what is
printed for every net of 8 and 16 factors; at 2 k, MLP and NeuMF below it by .01 to .03;
a pretrained NeuMF above its better part by .01, of which the joint epochs are worth
less than .005; at equal length, MF above MLP by .03 to .05, above NeuMF from scratch by
.02 to .04, and above a pretrained NeuMF by .01 to .02.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

import numpy as np

import recnb
from recnb.evaluation import Result, Split, evaluate
from recnb.experiments.dot_vs_mlp import FACTORISATION, Curve, full_ranking
from recnb.experiments.ials import METRICS, judged, ncf_split
from recnb.experiments.ncf_search import (
    AT_MOST,
    PATIENCE,
    Settings,
    in_short,
    of_training,
    untrained,
)
from recnb.experiments.runner import FOLDER, Experiment, read
from recnb.experiments.tuning import fitted
from recnb.ground.training_log import TrainingLog
from recnb.models import MF, NeuMF
from recnb.models.pairs import PairModel

LARGE: Settings = {"batch_size": 8192, "lr": 0.004, "m": 8}
#: What a net of so many factors takes: what found most validation items in
#: `ncf_search`, or was within .001 of it (GMF, chosen before the last trial was in).
#: Other sizes take what is nearest.
SETTINGS: dict[str, dict[str, dict[int, Settings]]] = {
    "ncf-ml-1m": {
        "GMF": {8: LARGE},
        "MLP": {8: LARGE, 16: LARGE},
        "NeuMF": {8: LARGE},
    },
    "simulated": {
        "GMF": {8: {"batch_size": 512, "lr": 0.003}},
        "MLP": {8: {"batch_size": 512, "lr": 0.001}},
        "NeuMF": {8: {"batch_size": 512, "lr": 0.003}},
    },
}
#: Numbers in an embedding of the MLP for each factor, in either reading.
READINGS = {"file": 4, "text": 2}
PRETRAINED = "NeuMF, pretrained"
#: Step sizes with which SGD goes on from pretrained parts, in batches of 1,024.
STEPS = (0.01, 0.1, 1.0)
#: Epochs of SGD at most, and how many of them without a better one.
JOINT_AT_MOST, JOINT_PATIENCE = 20, 3
#: Embeddings up to this length are trained from three seeds.
LONGEST = 80

Row = dict[str, object]


def measure(
    dataset: str, model: str, factors: int, d: int, trained_on: str, seed: int
) -> list[Row]:
    """Train one model; one row."""
    if model == "MF":
        return [measure_mf(dataset, d, seed)]
    if trained_on == "tuning":
        return [measure_tuning(dataset, model, factors, d, seed)]
    return [measure_all(dataset, model, factors, d, seed)]


def measure_mf(dataset: str, d: int, seed: int) -> Row:
    """Train MF on all pairs, for the published number of epochs."""
    split = ncf_split(recnb.load(dataset))
    model = MF(d=d, n_threads=1, seed=seed, **FACTORISATION[dataset])
    fitted(model, split.train)
    row = {"epoch": model.log_.best_epoch, "seconds": model.log_.seconds[-1]}
    return row | on_test(model, split)


def measure_tuning(dataset: str, model: str, factors: int, d: int, seed: int) -> Row:
    """Train a net with a validation item held out; the best epoch is kept."""
    if model == PRETRAINED:
        return best_joint(dataset, factors, d, seed)
    net, curve = followed(dataset, model, factors, d, seed)
    settings = json.dumps(settings_of(dataset, model, factors))
    kept = curve.rows[net.log_.best_epoch - 1]
    return {"settings": settings} | of_training(net) | kept | curves(curve)


def measure_all(dataset: str, model: str, factors: int, d: int, seed: int) -> Row:
    """Train a net on all pairs, for as long as validation found best."""
    split = ncf_split(recnb.load(dataset))
    if model == PRETRAINED:
        net, settings = joined(dataset, factors, d, seed)
    else:
        net = whole(dataset, model, factors, d, seed)
        settings = settings_of(dataset, model, factors)
    epoch = net.log_.best_epoch
    row = {"settings": json.dumps(settings), "epoch": epoch, "n_epochs": epoch}
    row |= {"seconds": net.log_.seconds[-1] if epoch else 0.0}
    row |= on_test(net, split)
    if seed == 0:
        full = evaluate(net, full_ranking(recnb.load(dataset)), METRICS).metrics
        row |= {f"full {name}": value for name, value in full.items()}
    return row


# ---- nets of one piece ----


def settings_of(dataset: str, model: str, factors: int) -> Settings:
    """Return what a net of so many factors takes."""
    tried = SETTINGS[dataset][model]
    return tried[min(tried, key=lambda size: abs(math.log(size / factors)))]


@lru_cache(maxsize=4)  # the GMF is a part of the NeuMF of either reading
def followed(
    dataset: str, model: str, factors: int, d: int, seed: int
) -> tuple[PairModel, Curve]:
    """Return a net trained with a validation item held out, and its curve."""
    split = ncf_split(recnb.load(dataset), validation=True)
    settings = settings_of(dataset, model, factors) | {"seed": seed}
    settings |= {"epochs": AT_MOST, "patience": PATIENCE}
    net, curve = untrained(model, factors, d, settings), Curve(split.test, split.val)
    fitted(net, split.train, curve)
    return net, curve


@lru_cache(maxsize=4)
def whole(dataset: str, model: str, factors: int, d: int, seed: int) -> PairModel:
    """Return a net trained on all pairs."""
    epochs = int(tuned(dataset, model, factors, d)["epoch"])
    settings = settings_of(dataset, model, factors) | {"seed": seed, "epochs": epochs}
    net = untrained(model, factors, d, settings)
    return fitted(net, ncf_split(recnb.load(dataset)).train)


def tuned(dataset: str, model: str, factors: int, d: int) -> Row:
    """Return the stored row of a net's training with a validation item held out.

    Raises
    ------
    FileNotFoundError
        If it is not stored yet.
    """
    stored = read(NCF_NETS.path(FOLDER))
    if not stored.empty:
        asked = {"dataset": dataset, "model": model, "factors": factors, "d": d}
        same = stored["trained_on"] == "tuning"
        for name, value in asked.items():
            same &= stored[name] == value
        if same.any():
            return stored[same].iloc[0].to_dict()
    raise FileNotFoundError(
        f"How long to train {model} of {factors} factors is chosen on validation "
        f"items: run its case trained_on tuning, {dataset}, first."
    )


# ---- pretrained ----


def best_joint(dataset: str, factors: int, d: int, seed: int) -> Row:
    """Go on from trained parts with each step size; the best epoch of all is kept.

    The net before its first joint step is one to choose, too. The test curve is that of
    the step size that was chosen; ``joint`` has the best validation HR@10 of each.
    """
    parts = [
        followed(dataset, name, factors, length, seed)[0]
        for name, length in parts_of(factors, d)
    ]
    split, found = ncf_split(recnb.load(dataset), validation=True), {}
    for lr in STEPS:
        net = neumf(factors, d, parts, lr, JOINT_AT_MOST, seed)
        curve = Curve(split.test, split.val)
        curve.judge(net.start(split.train))
        fitted(net.set_params(patience=JOINT_PATIENCE), split.train, curve)
        found[lr] = net, curve
    best = {lr: max(r["val HR@10"] for r in c.rows) for lr, (_, c) in found.items()}
    lr = max(best, key=best.get)
    net, curve = found[lr]
    kept = max(curve.rows, key=lambda row: row["val HR@10"])
    row = {"settings": json.dumps({"lr": lr})} | of_training(net) | kept
    return row | curves(curve) | {"joint": json.dumps(best)}


def joined(dataset: str, factors: int, d: int, seed: int) -> tuple[NeuMF, Settings]:
    """Return a pretrained net on all pairs, and the step size that was chosen."""
    chosen = tuned(dataset, PRETRAINED, factors, d)
    parts = [
        whole(dataset, name, factors, length, seed)
        for name, length in parts_of(factors, d)
    ]
    X, settings = ncf_split(recnb.load(dataset)).train, json.loads(chosen["settings"])
    epochs = int(chosen["epoch"])
    net = neumf(factors, d, parts, settings["lr"], max(1, epochs), seed)
    if epochs:
        return fitted(net, X), settings
    net.start(X).log_ = TrainingLog()
    return net, settings


def parts_of(factors: int, d: int) -> list[tuple[str, int]]:
    """Return the parts of a NeuMF, and how long their embeddings are."""
    return [("GMF", factors), ("MLP", d - factors)]


def neumf(
    factors: int, d: int, parts: list[PairModel], lr: float, epochs: int, seed: int
) -> NeuMF:
    """Return a NeuMF that begins with two trained parts."""
    sizes = {"d": d, "factors": factors, "pretrained": tuple(parts)}
    return NeuMF(**sizes, lr=lr, epochs=epochs, seed=seed)


# ---- rows ----


def curves(curve: Curve) -> Row:
    """Return HR@10 by epoch, on validation and on test items, in one cell each."""
    columns = {"val_curve": "val HR@10", "test_curve": "HR@10"}
    return {column: in_short(curve, name) for column, name in columns.items()}


def on_test(model: PairModel, split: Split) -> Row:
    """Return what a model has on the test items, and each user's place."""
    found = evaluate(model, split.test, METRICS)
    return judged(model, split.test) | {"places": places(found)}


def places(found: Result) -> str:
    """Return each user's place of the test item, a digit a user: 1 to a; 0 is lower."""
    ndcg = found.per_user["NDCG@10"].to_numpy()
    with np.errstate(divide="ignore"):
        place = np.where(ndcg > 0, np.rint(2 ** (1 / ndcg) - 1), 0)
    return "".join(f"{int(n):x}" for n in place)


def values(text: str, metric: str) -> np.ndarray:
    """Return each user's HR@10 or NDCG@10 from the places; float, (n_users,)."""
    place = np.array([int(digit, 16) for digit in text])
    hit = place > 0
    if metric == "HR@10":
        return hit.astype(float)
    return np.where(hit, 1 / np.log2(np.maximum(place, 1) + 1), 0.0)


def paired(ours: list[str], theirs: list[str], metric: str) -> tuple[float, float]:
    """Return a mean difference on the same users, and its standard error.

    Parameters
    ----------
    ours, theirs : lists of places
        One a seed; a user counts with the mean over the seeds.
    metric : {"HR@10", "NDCG@10"}
    """
    gap = np.subtract(
        *(np.mean([values(t, metric) for t in texts], 0) for texts in (ours, theirs))
    )
    return float(gap.mean()), float(gap.std(ddof=1) / np.sqrt(len(gap)))


# ---- cases ----


def nets(factors: int) -> Iterator[tuple[str, int]]:
    """Yield the nets of so many factors and how long their embeddings are."""
    yield "GMF", factors
    for per_factor in READINGS.values():
        yield "MLP", per_factor * factors
        yield PRETRAINED, (per_factor + 1) * factors
        yield "NeuMF", (per_factor + 1) * factors


def of_nets(dataset: str, factors: int, trained_on: str, seed: int) -> Iterator[Row]:
    """Yield the cases of all nets of so many factors."""
    for model, d in nets(factors):
        yield case(dataset, model, factors, d, trained_on, seed)


def of_mf(dataset: str, factors: int, seed: int) -> Iterator[Row]:
    """Yield the cases of MF with embeddings as long as those of these nets."""
    for d in sorted({d for _, d in nets(factors)}):
        yield case(dataset, "MF", 0, d, "all", seed)


def case(
    dataset: str, model: str, factors: int, d: int, trained_on: str, seed: int
) -> Row:
    """Return a case; MF has no factors, which is written as 0."""
    asked = {"dataset": dataset, "model": model, "factors": factors, "d": d}
    return asked | {"trained_on": trained_on, "seed": seed}


def cases() -> Iterator[Row]:
    """Yield all cases, the most telling first; some stand there twice.

    Not trained so far: 64 factors.
    """
    real = "ncf-ml-1m"
    for dataset, factors in ((real, 8), (real, 16), ("simulated", 8), (real, 32)):
        yield from of_nets(dataset, factors, "tuning", 0)
        yield from of_nets(dataset, factors, "all", 0)
        yield from of_mf(dataset, factors, 0)
    for factors, seed in product((8, 16, 32), (1, 2)):
        again = [*of_nets(real, factors, "all", seed), *of_mf(real, factors, seed)]
        yield from (asked for asked in again if asked["d"] <= LONGEST)


NCF_NETS = Experiment(
    name="ncf_nets",
    question="Do the nets reach what is published, at either reading of their size?",
    cases=list({tuple(c.values()): c for c in cases()}.values()),
    measure=measure,
)
