"""Lesson 06's experiments: likelihoods, the weight of the KL divergence, a wrong table.

`MULTVAE` re-measures the paper's table: VAE and DAE with each of three likelihoods,
every one tuned on validation users. `MULTVAE_BETA` stores learning curves for many
weights and schedules. `CLINIC` trains as the second source's code does and judges each
epoch twice, with and without what users have seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

import numpy as np

import recnb
from recnb.evaluation import Group, Split, evaluate, strong_generalization
from recnb.evaluation import weak_generalization as weak
from recnb.experiments.cdae import yardsticks
from recnb.experiments.runner import Experiment
from recnb.experiments.tuning import METRIC, Candidate, fitted, tune_and_test
from recnb.models import CDAE, EASE, MultDAE
from recnb.models import MultVAE as VAE
from recnb.models.cdae import VARIANTS
from recnb.models.likelihoods import LIKELIHOODS

DATASETS, SEEDS = ("simulated", "ml-1m"), range(3)
USUAL = {"batch_size": 128, "lr": 2e-3, "epochs": 100, "patience": 8}
#: Weight of a like in the Gaussian likelihood.
C1 = 5
#: What each model tries, beside the likelihood.
TRIED = {
    "VAE": [{"hidden": (), "beta": beta} for beta in (0.05, 0.2)],
    "VAE 600": [{"hidden": (600,), "beta": beta} for beta in (0.05, 0.2)],
    "DAE": [{"hidden": (), "dropout": dropout} for dropout in (0.5, 0.7)],
    "DAE 600": [{"hidden": (600,), "dropout": dropout} for dropout in (0.5, 0.7)],
}


def candidates(model: str, likelihood: str, split: Split) -> Iterator[Candidate]:
    """Yield the nets of one cell of the table, fitted."""
    kind = VAE if model.startswith("VAE") else MultDAE
    for settings in TRIED[model]:
        net = kind(likelihood=likelihood, c1=C1, **USUAL).set_params(**settings)
        if fitted(net, split.train, split.val) is not None:
            changed = {k: v for k, v in settings.items() if k != "hidden"}
            yield Candidate(model, changed, net)


def measure(
    dataset: str, seed: int, model: str, likelihood: str
) -> list[dict[str, object]]:
    """Tune and test one cell of the table, or the yardsticks, on one split."""
    split = strong_generalization(recnb.load(dataset), seed=seed)
    tried = list(yardsticks(dataset, split))
    if model == "EASE":
        return tune_and_test(tried, split)
    tried = [*tried, *candidates(model, likelihood, split)]
    found = tune_and_test(tried, split)
    return [row for row in found if row["model"] == model]


def cases() -> Iterator[dict[str, object]]:
    """Yield the cells of the table on every split; the wide nets on one."""
    for dataset, seed in product(DATASETS, SEEDS):
        cells = [("EASE", "none"), *product(("VAE", "DAE"), LIKELIHOODS)]
        if seed == 0:
            cells += [("VAE 600", "multinomial"), ("DAE 600", "multinomial")]
        for model, likelihood in cells:
            yield {
                "dataset": dataset,
                "seed": seed,
                "model": model,
                "likelihood": likelihood,
            }


MULTVAE = Experiment(
    name="multvae",
    question="Which likelihood, and does it help to sample?",
    cases=list(cases()),
    measure=measure,
)


BETAS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 20.0, 100.0)
#: With the cap of 0.2: steps until the weight would be 1. The last is the published.
SCHEDULES = (0, 1000, 5000, 200_000)
CURVE_EPOCHS = 40
#: Nats above which a number of the code counts as used.
ACTIVE = 0.01


def curve_net(beta: float, anneal_steps: int) -> VAE:
    """Return the net whose curve is stored."""
    net = VAE(hidden=(), beta=beta, anneal_steps=anneal_steps, **USUAL)
    return net.set_params(epochs=CURVE_EPOCHS, patience=None)


def measure_curve(
    dataset: str, beta: float, anneal_steps: int
) -> list[dict[str, object]]:
    """Train one net for a number of epochs; its terms, and how many units are used."""
    split = strong_generalization(recnb.load(dataset), seed=0)
    net = fitted(curve_net(beta, anneal_steps), split.train, split.val)
    if net is None:
        return [{"epoch": 0, "stopped": "diverged"}]
    table = net.elbo_.rename(columns={"beta": "weight"}).reset_index()
    shares = net.kl(split.val.history)
    facts = {"active": int((shares > ACTIVE).sum()), "kl_best": float(shares.sum())}
    rows = table.assign(val=[1 - error for error in net.log_.val], **facts)
    return rows.assign(stopped=net.log_.stopped).to_dict("records")


MULTVAE_BETA = Experiment(
    name="multvae_beta",
    question="What do the weight of the KL divergence and its schedule do?",
    cases=[
        {"dataset": dataset, "beta": beta, "anneal_steps": anneal_steps}
        for dataset in DATASETS
        for beta, anneal_steps in (
            *((beta, 0) for beta in BETAS),
            *((0.2, steps) for steps in SCHEDULES[1:]),
            (20.0, 20_000),
        )
    ],
    measure=measure_curve,
)


METRICS = (METRIC, "recall@100", "precision@100")


@dataclass
class Watch:
    """Judge a model on test after each epoch, masked and not: the clinic's mistakes.

    Parameters
    ----------
    test : Group
    rows : list of dict
        An epoch each.
    """

    test: Group
    rows: list[dict[str, float]] = field(default_factory=list)

    def error(self, model: CDAE | VAE) -> float:
        """Write down both results; return the error as the source's code sees it."""
        row = {"epoch": len(self.rows) + 1}
        for name, mask in (("masked", True), ("unmasked", False)):
            found = evaluate(model, self.test, METRICS, mask_seen=mask).metrics
            row |= {f"{metric} {name}": found[metric] for metric in METRICS}
        self.rows.append(row)
        return 1 - row[f"{METRIC} unmasked"]


CLINIC_EPOCHS = 30


def clinic_split(dataset: str, min_rating: float | None = None) -> Split:
    """Return the source's split: 80/20 of all ratings of each user, no threshold.

    With a threshold, ratings from it up count, as the source's article says.
    """
    return weak(recnb.load(dataset), min_rating=min_rating, val_share=0, seed=0)


def clinic_net(model: str) -> CDAE | VAE:
    """Return a net with the source's settings, as near as the course's models come."""
    usual = {"batch_size": 512, "epochs": CLINIC_EPOCHS, "patience": None}
    if model == "MultVAE":
        # At twelve steps an epoch, its schedule reaches .003 after 55 epochs.
        return VAE(hidden=(), lr=0.01, anneal_steps=200_000, **usual)
    net = CDAE(**VARIANTS["M4"], n_negatives=None, lr=0.3, **usual)
    return net.set_params(user_node=model == "CDAE")


def measure_clinic(dataset: str, model: str) -> list[dict[str, object]]:
    """Train one net, and judge every epoch on test, masked and unmasked."""
    split = clinic_split(dataset)
    if model == "EASE":
        watch = Watch(split.test)
        watch.error(EASE(l2=1000).fit(split.train))
        return watch.rows
    watch, net = Watch(split.test), clinic_net(model)
    users = [np.arange(split.train.shape[0])] if model == "CDAE" else []
    if fitted(net, split.train, watch, *users) is None:
        return [{"epoch": 0}]
    return watch.rows


CLINIC = Experiment(
    name="clinic",
    question="What does the second source's evaluation make of a model?",
    cases=[
        {"dataset": dataset, "model": model}
        for dataset in DATASETS
        for model in ("EASE", "MultVAE", "CDAE", "DAE")
    ],
    measure=measure_clinic,
)
