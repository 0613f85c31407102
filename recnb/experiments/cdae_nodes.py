"""Lesson 05, on nodes that bring nothing: whether they have just not moved yet.

In `cdae` the node brings M4 nothing. But a node takes one step an epoch, so that it may
have stayed where it began. Here the nodes take larger steps than the other weights do;
how far they have moved stands beside what they bring.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

import recnb
from recnb.evaluation import (
    Group,
    Result,
    Split,
    evaluate,
    paired_difference,
    weak_generalization,
)
from recnb.experiments import tuning
from recnb.experiments.cdae import LR, fitted_on
from recnb.experiments.runner import Experiment
from recnb.models import CDAE as Net
from recnb.models.cdae import VARIANTS

#: How many times as long as the others' the steps of the nodes are; 0 is a net without.
TIMES = (0, 1, 10, 100)
#: At most so many epochs, and so many without a better list.
ENDS = {"epochs": 60, "patience": 10}


def net_of(times: float) -> Net:
    """Return the paper's M4, with nodes that take larger steps, or without nodes."""
    net = Net(**VARIANTS["M4"], user_node=times > 0, lr=LR["M4"], **ENDS)
    return net.set_params(node_lr=times * net.lr if times else None)


@dataclass
class WithoutHistory:
    """A model that is asked with empty histories, whatever it is handed.

    Parameters
    ----------
    model : CDAE
        Fitted; its nodes are those of the rows that `predict` gets, or the mean.
    """

    model: Net
    needs_all_users = True

    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Score all items for each row, by its node alone."""
        return self.model.predict(sparse.csr_array(X.shape))


def taken_apart(net: Net) -> dict[str, Net | WithoutHistory]:
    """Return a fitted net for its known users, with and without what it knows of them.

    The mean node stands for none. Another's node is that of a user drawn at random, as
    in a shuffled V.
    """
    own = net.for_users()
    shuffled = np.random.default_rng(0).permutation(own.nodes_)
    return {
        "history and own node": own,
        "history and another's node": net.with_nodes(shuffled),
        "history alone": net,
        "own node alone": WithoutHistory(own),
        "neither": WithoutHistory(net),
    }


def parts_of_the_code(net: Net, split: Split) -> dict[str, float]:
    """Return how far users differ in what a hidden unit hears from either part.

    Both are standard deviations over the users, root mean squares over the units:
    ``history_sd`` of Wᵀ y, with the whole history, and ``node_sd`` of V_u.
    """
    W, V = (getattr(net.module_, name).detach().numpy() for name in ("W", "V"))
    heard = {"history_sd": split.train @ W, "node_sd": V}
    return {
        name: float(np.sqrt(part.var(axis=0).mean())) for name, part in heard.items()
    }


def judged(net: Net, group: Group) -> Result:
    """Judge a net on known users, with their nodes if it has any."""
    known = net.for_users() if net.user_node else net
    return evaluate(known, group, [tuning.METRIC])


def row_of(net: Net, split: Split, found: Result, without: Result) -> dict[str, object]:
    """Return what is stored of a net, given its test result and that without nodes."""
    gap = paired_difference(found, without, tuning.METRIC)
    return {
        "val": judged(net, split.val).metrics[tuning.METRIC],
        tuning.METRIC: found.metrics[tuning.METRIC],
        "error": found.standard_errors[tuning.METRIC],
        "minus_no_node": gap.mean,
        "minus_no_node_error": gap.standard_error,
        **parts_of_the_code(net, split),
        **tuning.facts(net),
        "stopped": net.log_.stopped,
        "protocol": found.summary,
    }


def measure(dataset: str, seed: int) -> list[dict[str, object]]:
    """Train M4 without nodes, and with nodes of each step size."""
    split = weak_generalization(recnb.load(dataset), seed=seed)
    rows, without = [], None
    for times in TIMES:
        net = fitted_on(split, "weak", net_of(times))
        if net is None:
            rows.append({"times": times, "stopped": "diverged"})
            continue
        found = judged(net, split.test)
        without = found if without is None else without
        rows.append({"times": times, **row_of(net, split, found, without)})
    return rows


CDAE_NODES = Experiment(
    name="cdae_nodes",
    question="Do larger steps of the nodes bring M4 what the usual ones do not?",
    cases=[{"dataset": dataset, "seed": 0} for dataset in ("simulated", "ml-1m")],
    measure=measure,
)
