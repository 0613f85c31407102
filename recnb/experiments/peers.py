"""Other libraries' models beside ours: the same split, metric code, machine, thread.

A library is asked twice: with its defaults, beside our model as its search left it; and
with our settings in its own names, beside our model with the very same ones, trained
for as many epochs without validation users. What it has but cannot be asked for gets a
row with the reason. Seconds are of the processor's own clock, in one thread.

RecVAE has the settings that lesson 13b keeps, NeuMF those of lesson 11, both beside a
peer's defaults, too. What is left out for the time that it takes stands in `LEFT_OUT`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path
from time import process_time

import numpy as np
import torch
from sklearn.base import clone

import recnb
from recnb.contestants import BY_NAME, fit
from recnb.evaluation import Group, Result, Split, evaluate, paired_difference
from recnb.experiments.dot_vs_mlp import settings_of
from recnb.experiments.ials import ncf_split
from recnb.experiments.other_hosts import RECVAE, SIZES
from recnb.experiments.peers_metrics import OURS, PEERS_METRICS
from recnb.experiments.runner import FOLDER, Experiment, results, run
from recnb.experiments.showdown import one_thread, split_of
from recnb.models import IALS, NeuMF, RecVAE
from recnb.models.base import Recommender
from recnb.models.pairs import PairModel
from recnb.peers.asking import SHORT, TIMES, Answer, ask
from recnb.peers.catalogue import MODELS, PEERS
from recnb.peers.environments import python_of
from recnb.peers.translation import TRANSLATIONS

DEFAULTS, AS_OURS = "defaults", "as ours"
#: What is measured: the first is compared user by user.
STRONG = ("NDCG@100", "recall@20")
LEAVE_ONE_OUT = ("NDCG@10", "HR@10")
DATASETS = ("simulated", "ml-1m")
D = 48  # of NeuMF: what a user has in all
#: What a peer's model cannot be set to, though ours can: other trials are passed over.
SHARED = {"MultVAE": {"likelihood": "multinomial"}}
#: NeuMF has the published split of the same data.
NCF = {"simulated": "simulated", "ml-1m": "ncf-ml-1m"}
#: (dataset, peer, model, settings) -> about how many minutes of one core it would take
#: the peer, as an epoch says; on MovieLens 1M, for NeuMF and for RecBole's RecVAE as
#: ours, one on the simulated data. Left out for that; take the line away to ask.
LEFT_OUT = {
    ("simulated", "recbole", "NeuMF", DEFAULTS): 11,
    ("simulated", "cornac", "RecVAE", DEFAULTS): 5,
    ("simulated", "recbole", "RecVAE", DEFAULTS): 11,
    ("ml-1m", "recbole", "MultVAE", DEFAULTS): 10,
    ("ml-1m", "cornac", "NeuMF", DEFAULTS): 19,
    ("ml-1m", "cornac", "NeuMF", AS_OURS): 22,
    ("ml-1m", "recbole", "NeuMF", DEFAULTS): 70,
    ("ml-1m", "recbole", "NeuMF", AS_OURS): 10,
    ("ml-1m", "cornac", "RecVAE", DEFAULTS): 21,
    ("ml-1m", "cornac", "RecVAE", AS_OURS): 11,
    ("ml-1m", "recbole", "RecVAE", DEFAULTS): 48,
    ("ml-1m", "recbole", "RecVAE", AS_OURS): 6,
}


def chosen(dataset: str, model: str, **needed: object) -> dict[str, object]:
    """Return the settings of the best trial on the validation users.

    Parameters
    ----------
    dataset, model : str
    needed
        Values that the settings have to have.

    Returns
    -------
    dict
        The settings, and as ``best_epoch`` that of a net.

    Raises
    ------
    ValueError
        If no such trial is stored.
    """
    trials = results("showdown").query("dataset == @dataset and model == @model")
    trials = trials.dropna(subset=["val"]).sort_values("val", ascending=False)
    for stored, epoch in zip(trials["settings"], trials["epochs"], strict=True):
        settings = json.loads(stored)
        if needed.items() <= settings.items():
            of_net = {} if np.isnan(epoch) else {"best_epoch": int(epoch)}
            return settings | of_net
    raise ValueError(
        f"No trial of {model} on {dataset} with {needed} is stored; run the search "
        "first: python -m recnb run showdown."
    )


def searched(dataset: str, model: str) -> Recommender:
    """Return our model as the search left it, unfitted."""
    settings = chosen(dataset, model)
    settings.pop("best_epoch", None)
    return BY_NAME[model].build(**settings)


def shared(dataset: str, seed: int, model: str) -> Recommender:
    """Return our model with settings that others can have, too, unfitted.

    A net is trained for the epochs that were best on validation users. iALS has the
    penalty of Hu et al., the same for every vector: the mean of what the users' were.
    """
    settings = chosen(dataset, model, **SHARED.get(model, {}))
    epochs = settings.pop("best_epoch", None)
    built = BY_NAME[model].build(**settings)
    if epochs:
        built.set_params(epochs=epochs, patience=None)
    if isinstance(built, IALS):
        X = split_of(dataset, seed).train
        pairs = X.nnz / X.shape[0] + built.alpha0 * X.shape[1]
        built.set_params(nu=0.0, l2=float(f"{built.l2 * pairs:.3g}"))
    return built


def recvae(dataset: str, seed: int) -> RecVAE:
    """Return our RecVAE with what lesson 13b keeps and its best epoch, unfitted."""
    kept = results("other_hosts").query(
        "dataset == @dataset and seed == @seed and host == 'RecVAE' and arm == 'plain'"
    )
    epochs = int(kept["epochs"].iloc[0])
    return clone(RECVAE).set_params(epochs=epochs, patience=None, **SIZES[dataset])


def neumf(dataset: str) -> NeuMF:
    """Return our NeuMF with what lesson 11 found on validation items, unfitted."""
    dataset = NCF[dataset]
    kept = results("dot_vs_mlp").query(
        "dataset == @dataset and model == 'NeuMF' and d == @D and kept"
        " and trained_on == 'tuning'"
    )
    return NeuMF(d=D, epochs=int(kept["epoch"].iloc[0]), **settings_of(dataset, D))


@cache
def ncf(dataset: str) -> Split:
    """Return the split of leave-one-out, made once a process."""
    return ncf_split(recnb.load(NCF[dataset]))


def setting(dataset: str, seed: int, model: str) -> tuple[Split, Group, tuple]:
    """Return the split, the group to judge on and the metrics of a model."""
    if model == "NeuMF":
        return ncf(dataset), ncf(dataset).test, LEAVE_ONE_OUT
    split = split_of(dataset, seed)
    return split, split.test, STRONG


def candidate(dataset: str, seed: int, model: str, alike: bool) -> Recommender:
    """Return our model, unfitted: set as others can be, or as the search left it."""
    if model == "NeuMF":
        return neumf(dataset)
    if model == "RecVAE":
        return recvae(dataset, seed)
    return shared(dataset, seed, model) if alike else searched(dataset, model)


def warm_up(model: Recommender | PairModel, split: Split) -> None:
    """Load what is loaded once a process, so that the fit's seconds are its own.

    The scripts of the peers do so, too.
    """
    if hasattr(model, "patience"):
        torch.optim.Adam([torch.nn.Parameter(torch.zeros(1))]).step()
    else:
        clone(model).fit(split.train[:100])


@cache
def ours(
    dataset: str, seed: int, model: str, alike: bool
) -> tuple[dict[str, object], Result, dict[str, float]]:
    """Return our model's hyper-parameters, its result and seconds; once a process."""
    split, group, metrics = setting(dataset, seed, model)
    built = candidate(dataset, seed, model, alike)

    def timed() -> dict[str, float]:
        start = process_time()
        if alike:
            built.fit(split.train)
        elif not fit(built, split):
            raise ValueError(f"{model} diverges on split {seed} of {dataset}.")
        fitted = process_time()
        built.predict(group.history)
        return {"fit": fitted - start, "predict": process_time() - fitted}

    with one_thread():
        warm_up(built, split)
        seconds = least_seconds(timed(), timed)
        return built.get_params(), evaluate(built, group, metrics), seconds


def least_seconds(
    first: dict[str, float], again: Callable[[], dict[str, float]]
) -> dict[str, float]:
    """Return the least of each step's seconds, over `TIMES` runs if a fit is short.

    Parameters
    ----------
    first : dict, step -> seconds
        Of the first run; its step "fit" decides.
    again : function
        Runs once more, and returns the same.
    """
    runs = [first]
    if first["fit"] < SHORT:
        runs += [again() for _ in range(TIMES - 1)]
    return {step: min(run[step] for run in runs) for step in first}


def peers_settings(
    peer: str, model: str, settings: str, params: dict[str, object], n_users: int
) -> dict[str, object]:
    """Return what the peer is set to."""
    if settings == DEFAULTS:
        return {}
    return TRANSLATIONS[peer, model](params, n_users)


def measure(
    dataset: str, seed: int, peer: str, model: str, settings: str
) -> list[dict[str, object]]:
    """Ask a peer for a model once, and judge it beside ours."""
    asked = PEERS[peer]
    if model in asked.cannot:
        return [{"reason": asked.cannot[model]}]
    split, group, metrics = setting(dataset, seed, model)
    params, mine, seconds = ours(dataset, seed, model, settings != DEFAULTS)
    theirs = peers_settings(peer, model, settings, params, split.train.shape[0])
    answer = ask(asked, model, theirs, split.train, group.history, seed)
    return [
        {
            "their_name": asked.models[model],
            "their_settings": json.dumps(theirs),
            "our_settings": json.dumps(params, default=str),
            **judged(answer, mine, group, metrics),
            "seconds": answer.seconds["fit"],
            "our_seconds": seconds["fit"],
            "seconds_to_predict": answer.seconds["predict"],
            "our_seconds_to_predict": seconds["predict"],
            "their_versions": "; ".join(f"{n} {v}" for n, v in answer.versions.items()),
        }
    ]


def judged(
    answer: Answer, mine: Result, group: Group, metrics: tuple[str, str]
) -> dict[str, object]:
    """Return a peer's quality, ours, and the paired difference in the first metric."""
    found = evaluate(answer, group, metrics)
    gap = paired_difference(found, mine, metrics[0])
    return {
        **found.metrics,
        "error": found.standard_errors[metrics[0]],
        **{f"our {name}": value for name, value in mine.metrics.items()},
        "minus_ours": gap.mean,
        "minus_ours_error": gap.standard_error,
        "protocol": found.summary,
    }


def kinds_of(peer: str, model: str) -> tuple[str, ...]:
    """Return with which settings a peer is asked for a model; none: it is not."""
    if model in PEERS[peer].cannot:
        return (DEFAULTS,)
    return (DEFAULTS, AS_OURS) if model in PEERS[peer].models else ()


def cases() -> Iterator[dict[str, object]]:
    """Yield every question: the simulated data first, models that are fast first."""
    for dataset, model, peer in product(DATASETS, MODELS, PEERS):
        for settings in kinds_of(peer, model):
            if (dataset, peer, model, settings) in LEFT_OUT:
                continue
            yield {
                "dataset": dataset,
                "seed": 0,
                "peer": peer,
                "model": model,
                "settings": settings,
            }


PEERS_BESIDE_US = Experiment(
    name="peers",
    question="How good and how fast are other libraries' models beside ours?",
    cases=list(cases()),
    measure=measure,
)


def run_peers(names: Sequence[str], folder: Path = FOLDER) -> tuple[int, int]:
    """Ask some peers what has not been asked yet; their environments come first.

    Parameters
    ----------
    names : sequence of str
        Of peers; empty: all.
    folder : path
        Of the results.

    Returns
    -------
    (int, int)
        Questions with an answer, and all of them.

    Raises
    ------
    ValueError
        If a name is not a peer's.
    PeerError
        If a peer cannot be installed, or fails. What was measured before is stored.
    """
    unknown = [name for name in names if name not in PEERS]
    if unknown:
        raise ValueError(
            f"There is no peer {unknown[0]!r}; there are {', '.join(PEERS)}."
        )
    wanted = list(names) or list(PEERS)
    for name in wanted:
        python_of(PEERS[name])
    done = total = 0
    for experiment, peers in (
        (PEERS_METRICS, [OURS, *wanted]),
        (PEERS_BESIDE_US, wanted),
    ):
        asked = [case for case in experiment.cases if case["peer"] in peers]
        left_out = run(replace(experiment, cases=asked), folder)
        done, total = done + len(asked) - len(left_out), total + len(asked)
    return done, total
