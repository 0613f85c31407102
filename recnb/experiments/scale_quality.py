"""Lesson 16: quality lost against time and memory saved, EASE and three ways out.

On Gowalla the split is the one published with NGCF and LightGCN, on the others users
are new, as in most lessons. A form of a model is what decides on its cost: the density
and the steps of SparseEASE, the rank of LRR. The penalty of each form is chosen by
NDCG@20 on validation users, of Gowalla on 3,000 of them; MF + ImplicitSLIM tries eight
random settings instead, as `implicit_slim_gowalla`. The form is then fitted in a
process of its own, on one thread, and judged on test once. On Gowalla, EASE has its
published lambda, and the final fit has the validation items as well.

A reader who has to choose a form as well takes the one with the best ``val``. The
package sansa is measured beside them where it is installed, and elsewhere its rows say
why not.

Expected, written before the first run of these cases (SparseEASE had been seen on
Gowalla's validation users at thresholds .3, .2 and .1 with a penalty of 1, in 10 to 26
seconds of the processor; nothing had been seen of a test user):

- Gowalla: EASE .1765 as published. SparseEASE comes within .003 of its recall@20, or
  above it, since EASE does not scale the items; at .2% to 1% of the weights, with less
  than a tenth of its memory and of its seconds. More weights are not always better.
  LRR of rank 256 loses .01 at least: the long tail needs more directions.
- MovieLens 1M: SparseEASE gets within .003 of EASE's NDCG@100 at a fifth of the
  weights and loses .01 at a fiftieth; it is slower than EASE there at every density,
  because 3,500 items are one inverse of a second. LRR of rank 128 is within .01.

Of sansa, added later, before its first run: it gets less than SparseEASE at the same
share of weights, because its factor is cut where no item is told from another; its
memory is that of XᵀX's entries. (The first runs had ICF, which the package itself calls
unstable on MovieLens 1M; CHOLMOD came after them.) On Gowalla, where XᵀX has 2% of its
entries, ICF is at home: .005 behind SparseEASE with as many weights, in five times its
seconds. (One fit had been seen: .1115 NDCG@20 on the validation users, 139 seconds.)

Of MF + ImplicitSLIM, added later, known from lesson 13: .05 below EASE on Gowalla, and
within .005 of EASE's NDCG@100 on MovieLens 1M, in a hundredth of EASE's memory.

Of scaled EASE, the control that was added after SparseEASE's first rows on Gowalla
(.1817 recall@20 with 1.1% of the weights, above EASE's .1765): scaling the columns, and
not leaving weights out, is what puts SparseEASE above EASE; so scaled EASE is at .1817
or above on Gowalla. On MovieLens 1M the two are within .003 NDCG@100.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from tempfile import TemporaryDirectory

import numpy as np

import recnb
from recnb.evaluation import (
    Group,
    Split,
    evaluate,
    published_holdout,
    strong_generalization,
)
from recnb.experiments.alone import ProcessEndedError, alone, used
from recnb.experiments.at_scale import pairs_of
from recnb.experiments.implicit_slim_gowalla import L as L_OF_MF
from recnb.experiments.implicit_slim_gowalla import draw, some_of, trained
from recnb.experiments.implicit_slim_gowalla import untrained as untrained_mf
from recnb.experiments.runner import Experiment
from recnb.experiments.scale_sansa import Sansa, package
from recnb.experiments.scaled_ease import ScaledEASE
from recnb.experiments.serving import one_thread
from recnb.models import ALSMF, EASE, LRR, EASEOnDisk, SparseEASE
from recnb.models.base import Recommender

METRICS = ("recall@20", "NDCG@20", "NDCG@100")
CHOSEN_BY = "NDCG@20"
N_JUDGED = 3000
#: Factorises, and is no matrix between items.
MF = "MF + ImplicitSLIM"
MODELS = {
    "EASE": EASE,
    "EASE on a disk": EASEOnDisk,
    "LRR": LRR,
    "scaled EASE": ScaledEASE,
    "SparseEASE": SparseEASE,
    "sansa": Sansa,
}


def sparse_forms(*pairs: tuple[float, float]) -> dict[str, dict[str, float]]:
    """Return SparseEASE's forms of these thresholds and steps, by name."""
    return {f"threshold {t}, r {r}": {"threshold": t, "r": r} for t, r in pairs}


def ranks(*several: int) -> dict[str, dict[str, int]]:
    """Return LRR's forms of these ranks, by name."""
    return {f"L {L}": {"L": L} for L in several}


#: Dataset -> model -> forms.
FORMS = {
    "simulated": {
        "EASE": {"dense": {}},
        "EASE on a disk": {"dense": {}},
        "LRR": ranks(16, 32),
        MF: {f"L {L_OF_MF}": {}},
        "scaled EASE": {"dense": {}},
        "SparseEASE": sparse_forms((0.8, 0.5), (0.4, 0.5), (0.2, 0.5), (0.2, 0.0)),
    },
    "ml-1m": {
        "EASE": {"dense": {}},
        "EASE on a disk": {"dense": {}},
        "LRR": ranks(64, 128, 256),
        MF: {f"L {L_OF_MF}": {}},
        "scaled EASE": {"dense": {}},
        "SparseEASE": sparse_forms(
            (2.0, 0.5),
            (1.0, 0.5),
            (0.5, 0.5),
            (0.3, 0.5),
            (0.2, 0.5),
            (0.1, 0.5),
            (1.0, 0.1),
        ),
    },
    "gowalla": {
        "SparseEASE": sparse_forms(
            (0.3, 0.5), (0.2, 0.5), (0.15, 0.5), (0.1, 0.5), (0.05, 0.5), (0.2, 0.1)
        ),
        "LRR": ranks(64, 256),
        MF: {f"L {L_OF_MF}": {}},
        "EASE": {"dense": {}},
        "scaled EASE": {"dense": {}},
    },
}
#: Dataset -> forms of sansa: its factorisation, and the share of n_items² that the
#: factor may have; the weights are twice as many. CHOLMOD, which factorises the whole
#: square first, was not tried on Gowalla.
FORMS_OF_SANSA = {
    dataset: {
        f"{factor}, density {share}": {"factor": factor, "density": share}
        for factor, share in pairs
    }
    for dataset, pairs in {
        "simulated": (("CHOLMOD", 0.05),),
        "ml-1m": (("CHOLMOD", 0.05), ("CHOLMOD", 0.01), ("ICF", 0.05)),
        "gowalla": (("ICF", 0.003),),
    }.items()
}
#: Penalties that are tried. Those of sansa are in its own scale.
L2 = {
    "simulated": {
        "EASE": (20, 50, 100, 200, 500),
        "LRR": (30, 100, 300, 1000, 3000),
        "scaled EASE": (1, 3, 10, 30),
        "SparseEASE": (0.3, 1, 3, 10, 30),
    },
    "ml-1m": {
        "EASE": (200, 300, 500, 1000),
        "LRR": (300, 1000, 3000, 10_000, 30_000),
        "scaled EASE": (1, 3, 10, 30),
        "SparseEASE": (0.3, 1, 3, 10, 30),
    },
    "gowalla": {
        "EASE": (80,),
        "LRR": (100, 300, 1000, 3000, 10_000),
        # A fit takes a third of an hour.
        "scaled EASE": (6, 20, 60),
        "SparseEASE": (1, 3, 6, 10, 20),
    },
}
#: Factorisation -> dataset -> penalties.
L2_OF_SANSA = {
    "CHOLMOD": {"simulated": (20, 50, 100, 200, 500), "ml-1m": (200, 500, 1000, 2000)},
    "ICF": {"ml-1m": (1, 3, 10, 30, 100), "gowalla": (3, 10, 30, 100)},
}


@cache
def split(dataset: str, val_share: float = 0.1) -> Split:
    """Return a dataset's split; Gowalla's with such a share of training held out."""
    data = recnb.load(dataset)
    if dataset == "gowalla":
        return published_holdout(data, val_share)
    return strong_generalization(data)


def judges(dataset: str) -> Group:
    """Return the validation users that choose a penalty."""
    val = split(dataset).val
    return some_of(val, N_JUDGED) if dataset == "gowalla" else val


def untrained(
    model: str, settings: Mapping[str, float | str], folder: str
) -> Recommender:
    """Return one of `MODELS`, or MF; the folder is for one that needs it."""
    if model == MF:
        return untrained_mf(model, dict(settings))
    extra = {"folder": folder} if model == "EASE on a disk" else {}
    return MODELS[model](**settings, **extra)


def score(dataset: str, model: str, settings: Mapping[str, float | str]) -> float:
    """Return the quality on validation users after training with these settings."""
    fitted = trained(untrained(model, settings, ""), split(dataset).train)
    return evaluate(fitted, judges(dataset), [CHOSEN_BY]).metrics[CHOSEN_BY]


def chosen(
    dataset: str, model: str, form: Mapping[str, float | str]
) -> tuple[dict[str, float | str], float, int]:
    """Return a form's best settings, their score (NaN if given), and how many tried.

    EASE on a disk is EASE: it gets EASE's.
    """
    kind = "EASE" if model == "EASE on a disk" else model
    if kind == MF:
        tried = draw(MF)
    else:
        if kind == "sansa":
            penalties = L2_OF_SANSA[form["factor"]][dataset]
        else:
            penalties = L2[dataset][kind]
        tried = [{"l2": float(l2), **form} for l2 in penalties]
    if len(tried) == 1:
        return tried[0], np.nan, 1
    scores = [score(dataset, kind, settings) for settings in tried]
    best = int(np.argmax(scores))
    return tried[best], scores[best], len(tried)


def final(
    dataset: str, model: str, settings: Mapping[str, float | str]
) -> list[dict[str, object]]:
    """Fit a model and judge it on test; one row, with what the fit used."""
    data = split(dataset, 0)
    with TemporaryDirectory() as folder:
        with one_thread():
            if model == "sansa":
                package()  # is imported and compiled before the clock runs
            untrained_model = untrained(model, settings, folder)
            fitted, use = used(lambda: trained(untrained_model, data.train))
        found = evaluate(fitted, data.test, METRICS)
        facts = size(fitted)
        del fitted
    errors = {f"{name} error": e for name, e in found.standard_errors.items()}
    facts["pairs"] = pairs_of(data.train)
    return [{**use, **facts, **found.metrics, **errors, "protocol": found.summary}]


def size(model: Recommender) -> dict[str, float]:
    """Return the share of the n_items² weights that a model stores, and its blocks."""
    n = model.n_items_
    if isinstance(model, SparseEASE):
        B = {"density": model.weights_.nnz / n**2, "n_blocks": model.n_blocks_}
        return B | {"largest_block": model.largest_block_, "n_items": n}
    if isinstance(model, Sansa):
        numbers = sum(W.nnz for W in model.weights_)
    elif isinstance(model, ALSMF):
        numbers = model.Q_.size
    else:
        numbers = model.V_.size if isinstance(model, LRR) else n * (n - 1)
    return {"density": numbers / n**2, "n_items": n}


def measure(dataset: str, model: str, form: str) -> list[dict[str, object]]:
    """Choose a form's penalty on validation users, fit it, judge it on test; one row.

    What does not fit into the memory, or is not installed, is a row with the reason.
    """
    forms = FORMS_OF_SANSA[dataset] if model == "sansa" else FORMS[dataset][model]
    try:
        settings, val, n_tried = chosen(dataset, model, forms[form])
    except ImportError as error:
        return [{"refused": str(error)}]
    row = {"settings": json.dumps(settings), "n_tried": n_tried, "val": val}
    try:
        [found] = alone(final, dataset, model, settings)
    except (MemoryError, ProcessEndedError) as error:
        return [{**row, "refused": str(error)}]
    return [{**row, "refused": "", **found}]


SCALE_QUALITY = Experiment(
    name="scale_quality",
    question="What do SparseEASE and low rank lose, and what do they save?",
    cases=[
        {"dataset": dataset, "model": model, "form": form}
        for dataset, models in FORMS.items()
        for model, forms in models.items()
        for form in forms
    ]
    + [
        {"dataset": dataset, "model": "sansa", "form": form}
        for dataset, forms in FORMS_OF_SANSA.items()
        for form in forms
    ],
    measure=measure,
)
