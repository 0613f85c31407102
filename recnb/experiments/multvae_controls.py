"""Lesson 06's controls: more epochs for one net, and the steps from a VAE to a DAE.

`MULTVAE_LONGER` goes on where the table's limit of epochs may have cut a net short.
`MULTVAE_STEPS` puts a net between MultVAE and MultDAE: they differ in more than a draw.
"""

from __future__ import annotations

import json

from torch import Tensor, nn

import recnb
from recnb.evaluation import Split, strong_generalization
from recnb.experiments.multvae import DATASETS, SEEDS, USUAL
from recnb.experiments.runner import Experiment, results
from recnb.experiments.tuning import Candidate, fitted, tune_and_test
from recnb.models import EASE, MultDAE
from recnb.models import MultVAE as VAE
from recnb.models.multvae import MultDAENet
from recnb.sparse_rows import SparseRows

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
