"""Lesson 07's experiments: the split, the order, the sampling, and ties in time.

`SVAE` judges on test users, with the newest films held out and with random ones: SVAE,
the same net without sampling, without order and without both, a linear model with
order, and order-blind models; `SVAE_RVAE` the published baseline RVAE. `SVAE_TUNING`
varies one setting at a time and looks at validation users of one split only.
`SVAE_TIES` breaks equal timestamps at random.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from itertools import product

import numpy as np
from scipy import sparse

import recnb
from recnb.data import Interactions
from recnb.evaluation import Split, Validation, evaluate, strong_generalization
from recnb.experiments import multvae
from recnb.experiments.cdae import yardsticks
from recnb.experiments.order import genuine_times, ties_shuffled
from recnb.experiments.runner import Experiment
from recnb.experiments.tuning import (
    METRIC,
    Candidate,
    facts,
    fitted,
    tune_and_test,
)
from recnb.models import EASE, RVAE, SLIT, SequenceDAE
from recnb.models import SVAE as Net
from recnb.models.svae import SequenceAutoencoder

DATASETS, SEEDS, ORDERS = ("simulated", "ml-1m"), range(2), ("time", "random")
METRICS = (METRIC, "NDCG@10", "recall@10", "recall@100", "precision@100")
#: Settings of the nets, found on validation users of split 0, by time.
USUAL = {
    "ml-1m": {"batch_steps": 4000, "lr_decay": 0.75, "epochs": 10},
    "simulated": {"batch_steps": 1000, "lr_decay": 0.75, "epochs": 8},
}
SAMPLED = {"beta": 0.004, "anneal_batches": 200}
#: The net, and what is taken away from it: class and settings.
NETS: dict[str, tuple[type[SequenceAutoencoder], dict[str, object]]] = {
    "SVAE": (Net, SAMPLED),
    "GRU, no z": (SequenceDAE, {}),
    "mean, z": (Net, {"memory": "mean", **SAMPLED}),
    "mean, no z": (SequenceDAE, {"memory": "mean"}),
}
#: What the linear model tries.
FADING = {"ml-1m": (0.8, 0.9, 0.97), "simulated": (0.9, 0.97, 0.99)}
L2_SLIT = {"ml-1m": (1000, 3000), "simulated": (100, 300, 1000)}
#: What SLIT and EASE take where nothing is tuned: SLIT as tuned on split 0 by time, on
#: simulated data next to it; EASE as lesson 08 has it.
SLIT_OF_TIES = {
    "ml-1m": {"fading": 0.9, "l2": 1000},
    "simulated": {"fading": 0.97, "l2": 300},
}
L2_OF_TIES = {"ml-1m": 500, "simulated": 50}
RVAE_EPOCHS = 6
#: Names of the order-blind nets here and in lesson 06.
ORDER_BLIND = {"MultVAE": "VAE", "MultDAE": "DAE"}


def net(name: str, dataset: str) -> SequenceAutoencoder:
    """Return one of `NETS` with the settings of a dataset, not fitted."""
    kind, settings = NETS[name]
    return kind(**settings, **USUAL[dataset])


def splits(data: Interactions, seed: int) -> dict[str, Split]:
    """Return the split by time and the random one: the same users in every group."""
    return {
        order: strong_generalization(data, order=order, seed=seed) for order in ORDERS
    }


@dataclass
class TwoExaminations:
    """Early stopping for two splits in one training, which is the same for both.

    Parameters
    ----------
    groups : dict, order -> Validation
        Training ends when the first one's users get no better lists.
    best : dict, order -> (error, epoch, weights)
        Of the best epoch for each.
    """

    groups: dict[str, Validation]
    best: dict[str, tuple[float, int, dict]] = field(default_factory=dict)
    epochs: int = 0

    def error(self, model: SequenceAutoencoder) -> float:
        """Judge a net on all groups; return its error on the first."""
        self.epochs += 1
        errors = {order: group.error(model) for order, group in self.groups.items()}
        for order, error in errors.items():
            if order not in self.best or error < self.best[order][0]:
                weights = deepcopy(model.module_.state_dict())
                self.best[order] = error, self.epochs, weights
        return next(iter(errors.values()))

    def of_best_epoch(
        self, model: SequenceAutoencoder, order: str
    ) -> SequenceAutoencoder:
        """Return the trained net as it was in the best epoch for a split."""
        _, epoch, weights = self.best[order]
        kept = deepcopy(model)
        kept.module_.load_state_dict(weights)
        kept.log_ = replace(model.log_, best_epoch=epoch)
        return kept


def measure(dataset: str, seed: int, model: str) -> list[dict[str, object]]:
    """Tune and test one model on the two splits of one seed."""
    of_order = splits(recnb.load(dataset), seed)
    kept = candidates(model, dataset, of_order)
    rows = []
    for order, split in of_order.items():
        tried = [*yardsticks(dataset, split), *kept(order)]
        found = tune_and_test(tried, split, reported=METRICS)
        wanted = ("EASE", "Popularity") if model == "EASE" else (model,)
        rows += [{"order": order, **row} for row in found if row["model"] in wanted]
    return rows


def candidates(
    model: str, dataset: str, of_order: dict[str, Split]
) -> Callable[[str], Iterable[Candidate]]:
    """Return a function of the order that yields fitted candidates for its split."""
    if model in NETS:
        trained, watch = net(model, dataset), examination(of_order)
        fitted(trained, of_order["time"].train_order, watch)
        return lambda order: [Candidate(model, {}, watch.of_best_epoch(trained, order))]
    find = {"SLIT": linear, "EASE": nothing}.get(model, order_blind)
    return lambda order: find(model, dataset, of_order[order])


def examination(of_order: dict[str, Split]) -> TwoExaminations:
    """Return what watches a training for all splits."""
    return TwoExaminations({order: split.val for order, split in of_order.items()})


def nothing(model: str, dataset: str, split: Split) -> Iterator[Candidate]:
    """Yield no candidate: the yardsticks are there anyway."""
    yield from ()


def linear(model: str, dataset: str, split: Split) -> Iterator[Candidate]:
    """Yield SLIT with each memory and penalty."""
    for fading, l2 in product(FADING[dataset], L2_SLIT[dataset]):
        fit = SLIT(l2=l2, fading=fading).fit(split.train_order)
        yield Candidate(model, {"fading": fading, "l2": l2}, fit)


def order_blind(model: str, dataset: str, split: Split) -> Iterator[Candidate]:
    """Yield lesson 06's nets, with its settings."""
    for candidate in multvae.candidates(ORDER_BLIND[model], "multinomial", split):
        yield replace(candidate, name=model)


SVAE = Experiment(
    name="svae",
    question="What brings more: the split, the order of the films, or the sampling?",
    cases=[
        {"dataset": dataset, "seed": seed, "model": model}
        for dataset, seed in product(DATASETS, SEEDS)
        for model in ("EASE", "SLIT", *NETS, *ORDER_BLIND)
    ],
    measure=measure,
)


def measure_rvae(dataset: str, lr: float) -> list[dict[str, object]]:
    """Train RVAE with everybody's history, as it must be, and judge it on test."""
    split = strong_generalization(recnb.load(dataset), order="time", seed=0)
    histories = [split.train, split.val.history, split.test.history]
    ends = np.cumsum([history.shape[0] for history in histories])
    val_rows, test_rows = np.arange(*ends[:2]), np.arange(*ends[1:])
    model = RVAE(lr=lr, epochs=RVAE_EPOCHS, patience=None)
    X = sparse.csr_array(sparse.vstack(histories))
    if fitted(model, X, split.val, val_rows) is None:
        return [{"val": 0.0}]
    found = evaluate(model.for_users(test_rows), split.test, METRICS)
    row = {"val": 1 - model.log_.best, **found.metrics}
    return [row | facts(model) | {"error": found.standard_errors[METRIC]}]


SVAE_RVAE = Experiment(
    name="svae_rvae",
    question="How good is the published baseline RVAE?",
    cases=[
        {"dataset": dataset, "lr": lr}
        for dataset, lr in product(DATASETS, (1e-3, 3e-3))
    ],
    measure=measure_rvae,
)


#: One setting at a time, changed in SVAE.
TUNED = [
    {"beta": 0.0},
    {"beta": 0.1},
    {"k": 1},
    {"k": 16},
    {"dropout": 0.0},
    {"loss_share": 1.0},
]


TUNING_EPOCHS = 5


def measure_tuning(dataset: str, setting: str, value: float) -> list[dict[str, object]]:
    """Train SVAE with one setting changed; a row an epoch, on validation users."""
    split = strong_generalization(recnb.load(dataset), order="time", seed=0)
    model = net("SVAE", dataset).set_params(epochs=TUNING_EPOCHS)
    if setting != "usual":
        model.set_params(**{setting: int(value) if setting == "k" else value})
    if fitted(model, split.train_order, split.val) is None:
        return [{"epoch": 0, "val": 0.0}]
    rows = model.elbo_.reset_index().drop(columns="beta")
    log = model.log_
    rows = rows.assign(val=[1 - error for error in log.val], seconds=log.seconds)
    return rows.to_dict("records")


SVAE_TUNING = Experiment(
    name="svae_tuning",
    question="What do k, beta, dropout and a loss at half of the steps do?",
    cases=[
        {"dataset": dataset, "setting": setting, "value": value}
        for dataset in DATASETS
        for setting, value in [
            ("usual", 0.0),
            *(pair for changed in TUNED for pair in changed.items()),
        ]
    ],
    measure=measure_tuning,
)


def measure_ties(dataset: str, model: str, trained_on: str) -> list[dict[str, object]]:
    """Train with ties as in the file or shuffled; judge on both kinds of split."""
    data = recnb.load(dataset)
    of_ties = {
        ties: strong_generalization(version, order="time", seed=0)
        for ties, version in (("file", data), ("shuffled", ties_shuffled(data, 1)))
    }
    split = of_ties[trained_on]
    if model == "SLIT":
        fit = SLIT(**SLIT_OF_TIES[dataset]).fit(split.train_order)
    elif model == "EASE":
        fit = EASE(l2=L2_OF_TIES[dataset]).fit(split.train)
    else:
        fit = fitted(net(model, dataset), split.train_order, split.val)
    rows = []
    for ties, judged in of_ties.items():
        found = evaluate(fit, judged.test, METRICS)
        genuine = genuine_times(data)[judged.test.users]
        of_user = found.per_user[METRIC].to_numpy()
        for users, chosen in (("genuine", genuine), ("others", ~genuine)):
            values = of_user[chosen & ~np.isnan(of_user)]
            if len(values):
                rows.append(
                    {
                        "judged_on": ties,
                        "users": users,
                        "n_users": len(values),
                        METRIC: values.mean(),
                        "error": values.std(ddof=1) / np.sqrt(len(values)),
                    }
                )
    return rows


SVAE_TIES = Experiment(
    name="svae_ties",
    question="How much do the numbers hang on what is taken to be first in a tie?",
    cases=[
        {"dataset": dataset, "model": model, "trained_on": ties}
        for dataset in DATASETS
        for model, ties in product(("EASE", "SLIT", "SVAE"), ("file", "shuffled"))
    ],
    measure=measure_ties,
)
