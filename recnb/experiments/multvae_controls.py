"""Lesson 06's controls: what its limits of epochs, its pairs and its mistakes hide.

`MULTVAE_LONGER` goes on where the table's limit of epochs may have cut a net short, and
`MULTVAE_BETA_LONGER` where the limit of the curve over beta may have.
`MULTVAE_STEPS` puts a net between MultVAE and MultDAE: they differ in more than a draw.
`MULTVAE_PAIRS` compares the table's DAEs user by user: beside EASE alone, it stays open
whether multinomial is behind the two others.
`CLINIC_CHOICE` chooses the clinic's epoch on other films than it is judged by.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

import numpy as np
from torch import Tensor, nn

import recnb
from recnb.evaluation import Group, Split, strong_generalization
from recnb.experiments.multvae import (
    C1,
    DATASETS,
    SEEDS,
    USUAL,
    Watch,
    clinic_net,
    clinic_split,
    curve_net,
)
from recnb.experiments.runner import Experiment, results
from recnb.experiments.tuning import Candidate, fitted, tune_and_test
from recnb.ground.sparse_rows import SparseRows
from recnb.models import EASE, MultDAE
from recnb.models import MultVAE as VAE
from recnb.models.likelihoods import LIKELIHOODS
from recnb.models.multvae import MultDAENet

#: No net of `multvae.csv` may go on for more than 100 epochs, or wait for more than 8.
LONGER = {**USUAL, "epochs": 400, "patience": 20}
#: What the logistic VAE chose there on every split, with its best epoch past the 90th.
BETA = 0.05


def chosen_ease(dataset: str, seed: int, split: Split) -> Candidate:
    """Return EASE with the penalty that `multvae.csv` chose, fitted."""
    stored = results("multvae").query(
        "dataset == @dataset and seed == @seed and model == 'EASE'"
    )
    settings = json.loads(stored["settings"].item())
    return Candidate("EASE", settings, EASE(**settings).fit(split.train))


def measure_longer(dataset: str, seed: int) -> list[dict[str, object]]:
    """Train the logistic VAE until it gets no better, and test it beside EASE."""
    split = strong_generalization(recnb.load(dataset), seed=seed)
    net = VAE(hidden=(), likelihood="logistic", beta=BETA, **LONGER)
    net = fitted(net, split.train, split.val)
    tried = [chosen_ease(dataset, seed, split), Candidate("VAE", {"beta": BETA}, net)]
    return [row for row in tune_and_test(tried, split) if row["model"] == "VAE"]


MULTVAE_LONGER = Experiment(
    name="multvae_longer",
    question="How far does the logistic VAE come with more than 100 epochs?",
    cases=[{"dataset": dataset, "seed": 0} for dataset in DATASETS],
    measure=measure_longer,
)

#: The net between the two: what separates it from a VAE is in its name.
BETWEEN = "no draw, no price"


class LinearDAENet(MultDAENet):
    """MultDAE's net without the tanh at its code: x -> z = g(x) -> f(z)."""

    def code(self, x: SparseRows) -> Tensor:
        """Return z; shape (n_rows, widths[0])."""
        return self.encode(x)


class LinearDAE(MultDAE):
    """A denoising autoencoder without a bend: a VAE without its draw and its price."""

    def _build(self) -> nn.Module:
        return LinearDAENet(self.n_items_, self._widths())


def steps() -> dict[str, MultDAE | VAE]:
    """Return the nets by name, not fitted yet: one dropout and one budget for all."""
    return {
        "VAE": VAE(hidden=(), beta=BETA, dropout=0.5, **USUAL),
        BETWEEN: LinearDAE(hidden=(), dropout=0.5, **USUAL),
        "DAE": MultDAE(hidden=(), dropout=0.5, **USUAL),
    }


def measure_steps(dataset: str, seed: int) -> list[dict[str, object]]:
    """Train the three nets on one split, and compare each with the one between."""
    split = strong_generalization(recnb.load(dataset), seed=seed)
    tried = [chosen_ease(dataset, seed, split)]
    for name, net in steps().items():
        tried.append(Candidate(name, {}, fitted(net, split.train, split.val)))
    found = tune_and_test(tried, split, plain=BETWEEN)
    return [row for row in found if row["model"] != "EASE"]


MULTVAE_STEPS = Experiment(
    name="multvae_steps",
    question="What do the draw with its price, and the bend, do between VAE and DAE?",
    cases=[
        *({"dataset": "ml-1m", "seed": seed} for seed in SEEDS),
        {"dataset": "simulated", "seed": 0},
    ],
    measure=measure_steps,
)


def table_dae(dataset: str, seed: int, likelihood: str) -> MultDAE:
    """Return the DAE with what `multvae.csv` chose for this likelihood, not fitted."""
    stored = results("multvae").query(
        "dataset == @dataset and seed == @seed and model == 'DAE' "
        "and likelihood == @likelihood"
    )
    settings = json.loads(stored["settings"].item())
    return MultDAE(hidden=(), likelihood=likelihood, c1=C1, **USUAL, **settings)


def measure_pairs(dataset: str, seed: int) -> list[dict[str, object]]:
    """Train the three DAEs of one split, and compare two with the multinomial one."""
    split = strong_generalization(recnb.load(dataset), seed=seed)
    tried = [chosen_ease(dataset, seed, split)]
    for name in LIKELIHOODS:
        net = fitted(table_dae(dataset, seed, name), split.train, split.val)
        tried.append(Candidate(name, {}, net))
    found = tune_and_test(tried, split, plain="multinomial")
    return [row for row in found if row["model"] != "EASE"]


MULTVAE_PAIRS = Experiment(
    name="multvae_pairs",
    question="Is the multinomial DAE behind those with another likelihood?",
    cases=[
        {"dataset": dataset, "seed": seed} for dataset in DATASETS for seed in SEEDS
    ],
    measure=measure_pairs,
)


#: Weights of `multvae_beta.csv`, and how long they are trained here.
LONGER_BETAS, BETA_EPOCHS = (0.0, 0.05, 0.2, 1.0), 100


def measure_beta_longer(dataset: str, beta: float) -> list[dict[str, object]]:
    """Train a net of the curve over beta for more epochs; its quality after each."""
    split = strong_generalization(recnb.load(dataset), seed=0)
    net = curve_net(beta, 0).set_params(epochs=BETA_EPOCHS)
    net = fitted(net, split.train, split.val)
    return [
        {"epoch": epoch, "val": 1 - error}
        for epoch, error in enumerate(net.log_.val, start=1)
    ]


MULTVAE_BETA_LONGER = Experiment(
    name="multvae_beta_longer",
    question="Does the curve over beta change with 100 epochs in place of 40?",
    cases=[
        {"dataset": dataset, "beta": beta}
        for dataset in DATASETS
        for beta in LONGER_BETAS
    ],
    measure=measure_beta_longer,
)

#: The clinic's net is past both its peaks by then.
CHOICE_EPOCHS = 15


def halves(group: Group, seed: int = 0) -> tuple[Group, Group]:
    """Return the group twice, with two random halves of what was held out."""
    heldout = group.heldout.tocoo()
    first = np.random.default_rng(seed).random(heldout.nnz) < 0.5
    found = []
    for kept in (first, ~first):
        half = heldout.copy()
        half.data = np.where(kept, half.data, 0)
        half = half.tocsr()
        half.eliminate_zeros()
        found.append(replace(group, heldout=half))
    return found[0], found[1]


@dataclass
class TwoWatches:
    """Judge a model on two groups after each epoch; only the first one chooses."""

    chooses: Watch
    judges: Watch

    def error(self, model: object) -> float:
        """Write down both groups' results; return the first one's error."""
        self.judges.error(model)
        return self.chooses.error(model)


def measure_choice(dataset: str) -> list[dict[str, object]]:
    """Train the clinic's MultVAE; judge every epoch by two halves of the test films."""
    split = clinic_split(dataset)
    watch = TwoWatches(*map(Watch, halves(split.test)))
    net = clinic_net("MultVAE").set_params(epochs=CHOICE_EPOCHS)
    fitted(net, split.train, watch)
    return [
        {"half": half, **row}
        for half, each in (("chooses", watch.chooses), ("judges", watch.judges))
        for row in each.rows
    ]


CLINIC_CHOICE = Experiment(
    name="clinic_choice",
    question="What does the clinic's net gain by an epoch that is chosen on test?",
    cases=[{"dataset": dataset} for dataset in DATASETS],
    measure=measure_choice,
)
