"""Lesson 03: the leak, that is, test ratings as the input of the net.

Two recipes. "tuned" is this course's: 90/10, penalty and number of epochs chosen on
validation ratings. "as published" follows a widely read comparison of six
autoencoders (Le 2020): its text and table have 500 units, a step size of .001, λ = 1,
batches of 512 and 500 epochs; its code has rows of users, 75/25, and judges the last
epoch.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

import recnb
from recnb.evaluation import rating_holdout
from recnb.evaluation.split import Split
from recnb.experiments.autorec import BATCH
from recnb.experiments.runner import Experiment
from recnb.experiments.tuning import fitted
from recnb.models import AutoRec

L2 = {
    ("ml-1m", "item"): 100,
    ("ml-1m", "user"): 100,
    ("simulated", "item"): 50,
    ("simulated", "user"): 20,
}


@dataclass(frozen=True)
class Recipe:
    """How a net is trained; without validation ratings, the last epoch is judged."""

    test_share: float
    val_share: float
    settings: dict[str, object]


PUBLISHED = Recipe(
    0.25,
    0.0,
    {"l2": 1, "batch_size": 512, "lr_decay": 1, "epochs": 500, "patience": None},
)


def inputs(split: Split) -> dict[str, sparse.csr_array]:
    """Return what a net may be handed when it is tested; only the first is honest."""
    test = split.test.heldout
    return {
        "training ratings": split.train,
        "test ratings only": test,
        "training and test ratings": sparse.csr_array(split.train + test),
    }


def thinned(ratings: sparse.csr_array, share: float, seed: int = 0) -> sparse.csr_array:
    """Return a random share of the ratings: a control for rows that are short."""
    kept = ratings.tocoo()
    rows = np.random.default_rng(seed).random(kept.nnz) < share
    where = (kept.row[rows], kept.col[rows])
    return sparse.csr_array((kept.data[rows], where), shape=ratings.shape)


def recipe_of(name: str, dataset: str, kind: str) -> Recipe:
    """Return a recipe by its name, "tuned" or "as published"."""
    if name == "as published":
        return PUBLISHED
    settings = {"l2": L2[dataset, kind], "batch_size": BATCH[dataset][kind]}
    return Recipe(0.1, 0.1, settings)


def measure(
    dataset: str, seed: int, recipe: str, kind: str, epochs: int
) -> list[dict[str, object]]:
    """Train one net, and test it once with each input.

    ``epochs`` is at most; with the recipe "as published" it is exactly so many.
    """
    how = recipe_of(recipe, dataset, kind)
    data = recnb.load(dataset)
    split = rating_holdout(data, how.test_share, how.val_share, seed=seed)
    model = AutoRec(kind, **(how.settings | {"epochs": epochs}))
    val = () if split.val is None else (split.val.heldout,)
    model = fitted(model, split.train, *val)
    if model is None:
        raise ValueError("The training diverges; try a smaller learning rate.")
    train, test = split.train, split.test.heldout
    return [
        {
            "input": name,
            "RMSE": rmse(model.predict_at(X, test), test),
            "epochs_kept": model.log_.best_epoch,
            "RMSE_training": rmse(model.predict_at(train, train), train),
            "seconds": model.log_.seconds[-1],
            "protocol": f"{split.protocol.summary}, test share {how.test_share}",
        }
        for name, X in inputs(split).items()
    ]


def net_names(results: pd.DataFrame) -> pd.Series:
    """Return a name for the net of each stored row, by its recipe and its epochs."""
    stopped = results["kind"].map({"user": "U", "item": "I"}) + ", stopped in time"
    trained_on = "U, " + results["epochs"].astype(str) + " epochs, λ = 1"
    return stopped.where(results["recipe"] == "tuned", trained_on)


def rmse(predicted: np.ndarray, wanted: sparse.csr_array) -> float:
    """Return the root mean squared error at the stored cells."""
    return float(np.sqrt(np.mean((predicted - wanted.data) ** 2)))


AUTOREC_LEAK = Experiment(
    name="autorec_leak",
    question="How good does AutoRec look if the test ratings are its input?",
    cases=[
        {"dataset": d, "seed": seed, "recipe": recipe, "kind": kind, "epochs": epochs}
        for d in ("simulated", "ml-1m")
        for recipe, kind, epochs in (
            ("tuned", "user", 60),
            ("tuned", "item", 60),
            ("as published", "user", 20),
            ("as published", "user", 100),
            ("as published", "user", 500),
        )
        for seed in range(2)
    ],
    measure=measure,
)
