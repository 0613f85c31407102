"""Lesson 13b's metadata: what a film's genres and decade add to who liked it.

`ITEM_METADATA` gives them to EASE, as one more user each (`CEASE`) and as weights of
their own (`AddEASE`), and to ImplicitSLIM as regulariser of MF. Beside CEASE stand its
two halves, genres alone and decades alone, and a control: each film with the tags of
another film, drawn at random. Every arm tries as many random settings; all of EASE's
kind try the same lambdas, and both of ImplicitSLIM's the settings of lesson 13.

Each model is judged three times on the test users of a split (`VIEWS`): on all films,
and in two ways on films with few fans. A fan is a training user who likes the film. The
settings are chosen by the validation users' NDCG@100 on all films, and once more in the
view that is judged: the best lambda for all likes is the one for films with many fans.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import product

import numpy as np
from scipy import sparse

import recnb
from recnb.data import item_tags
from recnb.evaluation import (
    Group,
    Result,
    Split,
    evaluate,
    paired_difference,
    strong_generalization,
)
from recnb.experiments import implicit_slim
from recnb.experiments.implicit_slim import (
    CURVE_LENGTHS,
    DATASETS,
    N_TRIED,
    SEEDS,
)
from recnb.experiments.runner import Experiment
from recnb.experiments.tuning import METRIC, REPORTED, Candidate, log_uniform
from recnb.models import CEASE, EASE, AddEASE, ImplicitSLIM, gram_matrix
from recnb.models.base import Recommender

#: A film has few fans if at most so many training users like it.
FEW = 50
#: Test metrics; those in `REPORTED` have a value for each user, and so an error.
TESTED = (*REPORTED, "coverage@100")
#: How a group is judged: the likes that count, and the films that are ranked.
VIEWS = {
    "all": "all films are ranked, and every held-out like counts",
    "few fans": "all films are ranked, and held-out likes of films with few fans count",
    "few fans only": "only films with few fans are ranked",
}
#: What an arm is told of the films: kinds of tags, and whether they are the film's own.
TAGS = {
    "EASE": (),
    "CEASE": ("genres", "years"),
    "CEASE, genres": ("genres",),
    "CEASE, decades": ("years",),
    "CEASE, shuffled": ("genres", "years"),
    "AddEASE": ("genres", "years"),
    "ImplicitSLIM": (),
    "ImplicitSLIM, tags": ("genres", "years"),
}
#: Of the EASEs, settings are drawn log-uniformly from these.
RANGES = {
    "simulated": {
        "l2": (10, 300),
        "alpha": (0.1, 100),
        "l2_tags": (1, 1000),
        "beta": (0.2, 1),
    },
    "ml-1m": {
        "l2": (150, 3000),
        "alpha": (1, 1000),
        "l2_tags": (1, 1000),
        "beta": (0.2, 1),
    },
}
OWN = {
    "EASE": ("l2",),
    "CEASE": ("l2", "alpha"),
    "AddEASE": ("l2", "l2_tags", "beta"),
    "ImplicitSLIM": ("r_p", "r_q", "s_q", "l2", "alpha"),
    "ImplicitSLIM, tags": ("r_p", "r_q", "s_q", "l2", "alpha", "weight"),
}
#: How many users a tag counts for in ImplicitSLIM: the range of CEASE's alpha.
WEIGHT = {dataset: ranges["alpha"] for dataset, ranges in RANGES.items()}


@dataclass(frozen=True)
class Tagged:
    """What `ALSMF` takes in place of an ImplicitSLIM: one that sees tags, too.

    The tags stand as users under the likes, each with all its films and so counting for
    `weight` users. They count at ImplicitSLIM's threshold, too, one user a tag.
    """

    slim: ImplicitSLIM
    tags: sparse.csr_array
    weight: float

    def embed(self, W: np.ndarray, X: sparse.csr_array) -> np.ndarray:
        """Return what ImplicitSLIM makes of W, from users and tags."""
        rows = (self.tags * np.sqrt(self.weight)).astype(X.dtype)
        return self.slim.embed(W, sparse.vstack([X, rows], format="csr"))


@cache
def views(dataset: str, seed: int) -> dict[str, Split]:
    """Return a split by the ways in which its users are judged."""
    split = strong_generalization(recnb.load(dataset), seed=seed)
    few = np.bincount(split.train.indices, minlength=split.train.shape[1]) <= FEW
    judged = {"all": split}
    for view in ("few fans", "few fans only"):
        val, test = (on_films(group, few, view) for group in (split.val, split.test))
        judged[view] = replace(split, val=val, test=test)
    return judged


def on_films(group: Group, films: np.ndarray, view: str) -> Group:
    """Return a group of whose held-out likes only those of some films are left.

    Users who have none of them count in no metric.

    Parameters
    ----------
    group : Group
    films : bool array of shape (n_items,)
    view : str
        A name of `VIEWS`.
    """
    heldout = group.heldout.copy()
    heldout.data = heldout.data * films[heldout.indices]
    heldout.eliminate_zeros()
    details = group.protocol.details | {"judged": f"{VIEWS[view]}; few is {FEW}"}
    protocol = replace(group.protocol, details=details)
    candidates = None
    if view == "few fans only":
        candidates = np.tile(np.flatnonzero(films), (heldout.shape[0], 1))
    return replace(group, heldout=heldout, protocol=protocol, candidates=candidates)


def tags_of(arm: str, split: Split, seed: int) -> sparse.csr_array | None:
    """Return the tags x films matrix of an arm, or None if it has no tags."""
    if not TAGS[arm]:
        return None
    S, _ = item_tags(split.item_table, TAGS[arm])
    if arm == "CEASE, shuffled":
        S = S[:, np.random.default_rng(seed).permutation(S.shape[1])]
    return S


def draw(dataset: str, arm: str, seed: int) -> list[dict[str, float]]:
    """Return the settings that an arm tries; ImplicitSLIM's are lesson 13's."""
    if arm.startswith("ImplicitSLIM"):
        common = implicit_slim.draw(dataset, "MF", seed)
        weights = log_uniform({"weight": WEIGHT[dataset]}, N_TRIED, [seed, 1])
        drawn = [one | more for one, more in zip(common, weights, strict=True)]
    else:
        drawn = log_uniform(RANGES[dataset], N_TRIED, [seed, 0])
    names = OWN[arm] if arm in OWN else OWN["CEASE"]
    return [{name: one[name] for name in names} for one in drawn]


def fitted(
    dataset: str, arm: str, settings: Mapping[str, float], seed: int
) -> Recommender:
    """Return the model of an arm, fitted."""
    split = views(dataset, seed)["all"]
    S = tags_of(arm, split, seed)
    if arm.startswith("ImplicitSLIM"):
        own = {name: settings[name] for name in settings if name != "weight"}
        length = CURVE_LENGTHS[dataset]
        model = implicit_slim.untrained(dataset, "MF", "reg", length, own, seed)
        if S is not None:
            model.set_params(reg=Tagged(model.reg, S, settings["weight"]))
        return implicit_slim.trained(model, split)
    gram = gram_of(dataset, seed)
    if arm == "EASE":
        return EASE(**settings).fit(split.train, gram)
    kind = AddEASE if arm == "AddEASE" else CEASE
    return kind(S, **settings).fit(split.train, gram)


@lru_cache(maxsize=1)
def gram_of(dataset: str, seed: int) -> np.ndarray:
    """Return XᵀX of the training users."""
    return gram_matrix(views(dataset, seed)["all"].train)


@lru_cache(maxsize=3)  # of EASE, of ImplicitSLIM and of the arm that is measured
def chosen(dataset: str, arm: str, seed: int) -> dict[str, tuple[float, Candidate]]:
    """Return an arm's best NDCG@100 on validation users in each view, and its model."""
    best: dict[str, tuple[float, Candidate]] = {}
    for settings in draw(dataset, arm, seed):
        candidate = Candidate(arm, settings, fitted(dataset, arm, settings, seed))
        for view, split in views(dataset, seed).items():
            val = implicit_slim.score(candidate.model, split)
            if view not in best or val > best[view][0]:
                best[view] = val, candidate
    return best


def measure(dataset: str, seed: int, arm: str) -> list[dict[str, object]]:
    """Choose an arm's settings, and test; a row a view and what was chosen for.

    ``minus_plain`` is the paired difference to the same model without tags, EASE or
    ImplicitSLIM. All that are compared have been chosen for the same view.
    """
    rows = []
    for view, split in views(dataset, seed).items():
        for chosen_for in dict.fromkeys(("all", view)):
            val, best = chosen(dataset, arm, seed)[chosen_for]
            tested = {
                name: evaluate(
                    chosen(dataset, name, seed)[chosen_for][1].model, split.test, TESTED
                )
                for name in dict.fromkeys((arm, "EASE", plain(arm)))
            }
            row = {"films": view, "chosen_for": chosen_for}
            row |= {"settings": json.dumps(best.settings), "n_tried": N_TRIED}
            row |= {"val": val, **judged(tested, arm)}
            rows.append({**row, "protocol": tested[arm].summary})
    return rows


def plain(arm: str) -> str:
    """Return the arm that is the same but for the tags."""
    return "ImplicitSLIM" if arm.startswith("ImplicitSLIM") else "EASE"


def judged(tested: Mapping[str, Result], arm: str) -> dict[str, float]:
    """Return an arm's test metrics, with errors and paired differences.

    Those of `METRIC` have the names that all experiments have, such as
    ``minus_ease_error``; before the others' stands the metric.
    """
    found = tested[arm]
    row = {metric: found.metrics[metric] for metric in TESTED}
    for metric in REPORTED:
        name = "" if metric == METRIC else f"{metric} "
        row[f"{name}error"] = found.standard_errors[metric]
        for column, rival in (("ease", "EASE"), ("plain", plain(arm))):
            gap = paired_difference(found, tested[rival], metric)
            row[f"{name}minus_{column}"] = gap.mean
            row[f"{name}minus_{column}_error"] = gap.standard_error
    return {**row, "n_users": len(found.contributions(METRIC))}


ITEM_METADATA = Experiment(
    name="item_metadata",
    question="What do genre and year add, on all films and on those with few fans?",
    cases=[
        {"dataset": dataset, "seed": seed, "arm": arm}
        for dataset, seed, arm in product(DATASETS, SEEDS, TAGS)
    ],
    measure=measure,
)
