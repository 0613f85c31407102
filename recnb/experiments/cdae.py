"""Lesson 05's experiments: what a user node, noise and sampled negatives bring.

`CDAE_SWEEPS` changes one thing at a time in M4 and looks at validation data only; what
`CDAE` tries was chosen there. That one judges on test: the paper's four variants with
and without the user node, for known users (weak generalisation) and for strangers
(strong), beside Liang et al.'s variant, EASE and popularity.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import product
from time import perf_counter

import numpy as np
import pandas as pd
from scipy import sparse

import recnb
from recnb.evaluation import (
    Group,
    Split,
    Validation,
    evaluate,
    strong_generalization,
    weak_generalization,
)
from recnb.experiments import tuning
from recnb.experiments.runner import Experiment
from recnb.experiments.tuning import Candidate, fitted, tune_and_test
from recnb.models import CDAE as Net
from recnb.models import EASE, LiangCDAE, Popularity
from recnb.models.cdae import VARIANTS

SEEDS = {"simulated": range(1), "ml-1m": range(2)}
SPLITS = {"strong": strong_generalization, "weak": weak_generalization}
NO_NODE = ", no node"
L2_EASE = {"ml-1m": (200, 500, 1000, 2000), "simulated": (20, 50, 100, 200)}
#: Learning rates: the largest, of .02, .03, .1, .3 and .5, that trains well.
LR = {"M1": 0.02, "M2": 0.03, "M3": 0.1, "M4": 0.1}
#: At most so many epochs, and so many without a better list. A user's node is learned
#: from one step an epoch: where it matters, stopping early hides it. M4 on known users
#: was the same with either, so that M4 and Liang's net on strangers, and the sweeps of
#: M4, stop early.
LONG, SHORT = {"epochs": 150, "patience": 20}, {"epochs": 60, "patience": 5}
C1 = (2, 5, 10)
#: What the sweeps start from: M4 as the paper has it.
USUAL = {"corruption": 0.5, "noise": "mask-out", "n_negatives": 5, "tied": False}
SWEPT = {
    "corruption": (0.0, 0.2, 0.5, 0.8),
    "gaussian": (0.1, 0.3),
    "n_negatives": (1, 2, 5, 10, 20, 0),  # 0: at all items
    "l2": (0.001, 0.003, 0.01),
    "tied": (1,),
    "batch_size": (4,),  # the usual is 32, the paper's 1
}
#: What is swept without the user node, too.
BOTH = ("corruption", "l2", "batch_size")
CASTS = {"tied": bool, "batch_size": int}
#: Known users whose validation items early stopping watches: all would take longer to
#: judge than an epoch takes to train.
N_WATCHED = 1000
ROWS = ("users", "history", "heldout")


@dataclass
class Strangers:
    """A model whose users are strangers with nodes of their own, not the mean node.

    Parameters
    ----------
    model : CDAE or LiangCDAE
        Fitted.
    node : "zero" or "learned"
        From each history, before it is predicted from.
    """

    model: Net
    node: str
    needs_all_users = True

    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Score all items for each history."""
        if self.node == "learned":
            nodes = self.model.fold_in(X)
        else:
            nodes = np.zeros((X.shape[0], self.model.hidden))
        return self.model.with_nodes(nodes).predict(X)


def trials(name: str, generalisation: str) -> Iterator[tuple[dict[str, float], Net]]:
    """Yield the settings that are tried for a model of this name, and the net."""
    model, user_node = name.removesuffix(NO_NODE), NO_NODE not in name
    if model == "Liang":
        for c1 in C1:
            net = LiangCDAE(user_node=user_node, c1=c1)
            yield {"c1": c1}, net.set_params(**SHORT)
        return
    variant, _, width = model.partition(" K=")
    net = Net(**VARIANTS[variant], user_node=user_node, lr=LR[variant])
    short = generalisation == "strong" and variant == "M4"
    net.set_params(hidden=int(width or 50), **(SHORT if short else LONG))
    yield {"lr": net.lr}, net


def fitted_on(split: Split, generalisation: str, net: Net) -> Net | None:
    """Fit a net; early stopping watches strangers, or a thousand of the known users."""
    if generalisation == "strong":
        return fitted(net, split.train, split.val)
    rows = np.random.default_rng(0).permutation(split.train.shape[0])[:N_WATCHED]
    return fitted(net, split.train, some_users(split.val, np.sort(rows)), np.sort(rows))


def some_users(group: Group, rows: np.ndarray) -> Group:
    """Return a group with these rows only."""
    parts = {name: getattr(group, name)[rows] for name in ROWS}
    return replace(group, **parts)


@dataclass
class Clock:
    """A group that writes down what it measures, and how long that took.

    Parameters
    ----------
    group : Validation
    value, seconds : list of float
        A number a call: the protocol's first metric, and the time of measuring it.
    """

    group: Validation
    value: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def error(self, model: Net) -> float:
        """Return what early stopping minimises, as the group does."""
        start = perf_counter()
        error = self.group.error(model)
        self.value.append(1 - error)
        self.seconds.append(perf_counter() - start)
        return error


def quality_by_seconds(
    net: Net, X: sparse.csr_array, group: Validation, users: np.ndarray | None = None
) -> pd.DataFrame:
    """Train a net, and judge it after each epoch.

    Parameters
    ----------
    net : CDAE or LiangCDAE
        To be fitted.
    X : csr_array
    group : Validation
        Of known users: row i is training row ``users[i]``; None: of strangers.
    users : int array, optional

    Returns
    -------
    DataFrame, index ``epoch``
        ``value``, the protocol's first metric; ``seconds``, those of the training until
        then, without those of the judging.
    """
    clock = Clock(group)
    log = net.fit(X, clock, users).log_
    table = log.to_frame()[["seconds"]] - np.cumsum(clock.seconds)[:, None]
    return table.assign(value=clock.value)


def candidates(name: str, generalisation: str, split: Split) -> Iterator[Candidate]:
    """Yield a fitted model for each setting; with strangers, for each kind of node."""
    for settings, net in trials(name, generalisation):
        if fitted_on(split, generalisation, net) is None:
            continue
        known = generalisation == "weak" and net.user_node
        yield Candidate(name, settings, net.for_users() if known else net)
        if generalisation == "strong" and net.user_node:
            for node in ("zero", "learned"):
                stranger = Strangers(net, node)
                yield Candidate(f"{name}, {node} node", settings, stranger)


def yardsticks(dataset: str, split: Split) -> Iterator[Candidate]:
    """Yield popularity, and EASE with each penalty."""
    yield Candidate("Popularity", {}, Popularity().fit(split.train))
    for l2 in L2_EASE[dataset]:
        yield Candidate("EASE", {"l2": l2}, EASE(l2=l2).fit(split.train))


def measure(
    dataset: str, generalisation: str, seed: int, model: str
) -> list[dict[str, object]]:
    """Tune and test one model on one split."""
    split = SPLITS[generalisation](recnb.load(dataset), seed=seed)
    tried = list(yardsticks(dataset, split))
    if model == "EASE":
        return tune_and_test(tried, split)
    tried = [*tried, *candidates(model, generalisation, split)]
    found = tune_and_test(tried, split)
    return [row for row in found if row["model"] not in ("EASE", "Popularity")]


def cases() -> Iterator[dict[str, object]]:
    """Yield the models: of known users the paper's four, of strangers the best."""
    strangers = ["M1", "M3", "M4", "M4 K=200", "Liang"]
    models = {"weak": list(VARIANTS), "strong": strangers}
    for dataset, kind in product(SEEDS, models):
        nets = [m + node for m in models[kind] for node in ("", NO_NODE)]
        for seed, model in product(SEEDS[dataset], ["EASE", *nets]):
            yield {
                "dataset": dataset,
                "generalisation": kind,
                "seed": seed,
                "model": model,
            }


#: What the nets are called in figures, in the order in which they stand there.
NETS = {name: name for name in VARIANTS} | {
    "M4 K=200": "M4, K = 200",
    "Liang": "Liang's",
}
#: Which node a user of either kind has, by the end of the stored name.
NODES = {
    "weak": {"no node": "no node", "": "own node"},
    "strong": {"no node": "no node", "": "mean node", "learned node": "learned node"},
}


def by_node(stored: pd.DataFrame, generalisation: str) -> pd.DataFrame:
    """Return the stored rows of the nets, with columns ``net`` and ``node`` in words.

    Parameters
    ----------
    stored : DataFrame
        Of this experiment, for one dataset.
    generalisation : "weak" or "strong"

    Returns
    -------
    DataFrame
        Sorted by net, node and seed; yardsticks and zero nodes are left out.
    """
    nodes = NODES[generalisation]
    rows = stored[stored["generalisation"] == generalisation]
    name = rows["model"].str.extract(r"^(?P<net>.*?)(?:, (?P<node>.*))?$").fillna("")
    rows = rows.assign(
        net=pd.Categorical(name["net"].map(NETS), NETS.values(), ordered=True),
        node=pd.Categorical(name["node"].map(nodes), nodes.values(), ordered=True),
    )
    rows = rows.dropna(subset=["net", "node"]).sort_values(["net", "node", "seed"])
    return rows.astype({"net": str, "node": str})


def node_gains(rows: pd.DataFrame, node: str, than: str) -> pd.DataFrame:
    """Return what one kind of node brings more than another, net by net.

    Parameters
    ----------
    rows : DataFrame
        From `by_node`.
    node, than : str
        Two of its nodes.

    Returns
    -------
    DataFrame, index (net, seed)
        ``gain``, in NDCG@100, and ``error, at most``. The paired error of a gain is
        not stored. Those of both nets against EASE are; as for any two differences to
        the same list, it is no larger than their sum.
    """
    table = rows.pivot_table(
        ["NDCG@100", "minus_ease_error"], ["net", "seed"], "node", sort=False
    )
    value, error = table["NDCG@100"], table["minus_ease_error"]
    return pd.DataFrame(
        {"gain": value[node] - value[than], "error, at most": error[node] + error[than]}
    )


CDAE = Experiment(
    name="cdae",
    question="What does a user node bring, for known users and for strangers?",
    cases=list(cases()),
    measure=measure,
)


def swept(what: str, value: float) -> Net:
    """Return M4 with one thing changed."""
    changed = dict(USUAL)
    if what == "gaussian":
        changed |= {"noise": "gaussian", "corruption": value}
    elif what == "n_negatives":
        changed["n_negatives"] = int(value) or None
    else:
        changed[what] = CASTS.get(what, float)(value)
    return Net(**VARIANTS["M4"], **changed, **SHORT)


def measure_swept(
    dataset: str, what: str, value: float, user_node: bool
) -> list[dict[str, object]]:
    """Train one net on known users; what it reaches on their validation items."""
    split = weak_generalization(recnb.load(dataset), seed=0)
    net = swept(what, value).set_params(user_node=user_node)
    if fitted_on(split, "weak", net) is None:
        return [{"stopped": "diverged"}]
    found = evaluate(net.for_users(), split.val, [tuning.METRIC])
    return [
        {
            "val": found.metrics[tuning.METRIC],
            "error": found.standard_errors[tuning.METRIC],
            **tuning.facts(net),
            "seconds_an_epoch": net.log_.seconds[-1] / len(net.log_.seconds),
            "stopped": net.log_.stopped,
            "protocol": found.summary,
        }
    ]


CDAE_SWEEPS = Experiment(
    name="cdae_sweeps",
    question="What do noise, negatives and tied weights change in CDAE's M4?",
    cases=[
        {"dataset": dataset, "what": what, "value": value, "user_node": user_node}
        for dataset in SEEDS
        for what, values in SWEPT.items()
        for value in values
        for user_node in ((True, False) if what in BOTH else (True,))
    ],
    measure=measure_swept,
)
