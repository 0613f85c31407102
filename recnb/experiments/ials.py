"""Lesson 11's least squares: iALS tuned, tested, and beside another library's.

Both are judged as in the NCF paper, the newest item among 99 sampled negatives.
`IALS_TUNING` varies the settings of iALS, and of the library implicit's ALS, which
minimises the same sum without the scaled penalty (nu = 0); it looks at validation items
only. `IALS_TEST` trains with what was found there and judges on the test items, also
among all items.
"""

from __future__ import annotations

import json
from itertools import product
from time import process_time
from typing import Self

import numpy as np
from scipy import sparse
from sklearn.base import clone

import recnb
from recnb.data import Interactions
from recnb.evaluation import Group, Split, evaluate, leave_one_out
from recnb.experiments.runner import Experiment
from recnb.models import IALS
from recnb.models.base import Recommender
from recnb.models.checks import check_matrix

DATASETS, SEEDS = ("simulated", "ncf-ml-1m"), range(3)
METRICS = ("HR@10", "NDCG@10")
#: Epochs after which tuning looks at the validation items.
JUDGED = (1, 2, 4, 8, 12, 16)


class LibraryALS(Recommender):
    """The library implicit's ALS, with the hyper-parameters of `IALS` for nu = 0.

    It is asked for the same model: see the notes of `IALS` for confidence and penalty.
    Its usual solver takes three steps of conjugate gradients where `IALS` solves
    exactly, and its vectors begin as uniform numbers from 0 to 0.01.

    Attributes
    ----------
    als_ : implicit.als.AlternatingLeastSquares
    n_items_ : int
    """

    def __init__(
        self,
        d: int = 192,
        l2: float = 10.0,
        alpha0: float = 0.3,
        epochs: int = 12,
        seed: int = 0,
    ) -> None:
        self.d = d
        self.l2 = l2
        self.alpha0 = alpha0
        self.epochs = epochs
        self.seed = seed

    def fit(self, X: sparse.csr_array) -> Self:
        """Learn from a matrix of ones, of shape (n_users, n_items)."""
        self._begin(X)
        for _ in range(self.epochs):
            self.partial_fit(X)
        return self

    def partial_fit(self, X: sparse.csr_array) -> Self:
        """Go on for one epoch; the first call begins."""
        if not hasattr(self, "als_"):
            self._begin(X)
        self.als_.fit(sparse.csr_matrix(check_matrix(X)), show_progress=False)
        return self

    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Score all items for each history; dense, shape (n_users, n_items)."""
        X = self._check_history(X)
        rows = np.arange(X.shape[0])
        W = self.als_.recalculate_user(rows, sparse.csr_matrix(X))
        return W @ self.als_.item_factors.T

    def _begin(self, X: sparse.csr_array) -> None:
        from implicit.als import AlternatingLeastSquares

        self.n_items_ = X.shape[1]
        self.als_ = AlternatingLeastSquares(
            factors=self.d,
            alpha=1 + 1 / self.alpha0,
            regularization=(1 + 1 / self.alpha0) * self.l2,
            iterations=1,
            num_threads=1,
            random_state=self.seed,
        )


def untrained(model: str, d: int, l2: float, alpha0: float, nu: float) -> Recommender:
    """Return "IALS" or "implicit", which has no nu but 0."""
    if model == "IALS":
        return IALS(d=d, l2=l2, alpha0=alpha0, nu=nu)
    if nu:
        raise ValueError(f"implicit does not scale its penalty: nu is 0, not {nu}.")
    return LibraryALS(d=d, l2=l2, alpha0=alpha0)


def ncf_split(data: Interactions, validation: bool = False) -> Split:
    """Return the published split; of data without one, the newest item against 99."""
    return leave_one_out(data, 99 if data.heldout is None else "given", validation)


def measure_tuning(
    dataset: str, model: str, d: int, l2: float, alpha0: float, nu: float
) -> list[dict[str, object]]:
    """Train one setting; a row whenever it is judged on the validation items."""
    held = ncf_split(recnb.load(dataset), validation=True)
    trained = untrained(model, d, l2, alpha0, nu)
    rows = []
    for epoch in range(1, JUDGED[-1] + 1):
        trained.partial_fit(held.train)
        if epoch in JUDGED:
            found = evaluate(trained, held.val, METRICS).metrics
            rows.append({"epoch": epoch, **found})
    return rows


#: What tuning tries: (model, d, nu, values of alpha0, values of l2).
GRIDS: dict[str, list[tuple]] = {
    "simulated": [
        ("IALS", 32, 1.0, (0.3, 1.0, 3.0), (0.001, 0.003, 0.01)),
        ("implicit", 32, 0.0, (0.3, 1.0, 3.0), (1.0, 3.0, 10.0)),
    ],
    "ncf-ml-1m": [
        ("IALS", 64, 1.0, (0.1, 0.3, 1.0), (0.002, 0.004, 0.007)),
        ("IALS", 64, 0.5, (0.3,), (0.07, 0.15)),
        ("IALS", 192, 1.0, (0.1, 0.3), (0.004, 0.007)),
        ("IALS", 192, 1.0, (0.1,), (0.01,)),
        ("implicit", 192, 0.0, (0.1, 0.3), (3.0, 8.0)),
    ],
}

IALS_TUNING = Experiment(
    name="ials_tuning",
    question="Which penalty, weight and number of epochs suit iALS?",
    cases=[
        {
            "dataset": dataset,
            "model": model,
            "d": d,
            "l2": l2,
            "alpha0": alpha0,
            "nu": nu,
        }
        for dataset in DATASETS
        for model, d, nu, alpha0s, l2s in GRIDS[dataset]
        for alpha0, l2 in product(alpha0s, l2s)
    ],
    measure=measure_tuning,
)


#: What did best on the validation items at the largest d, by NDCG@10. For iALS on
#: MovieLens these are the settings that Rendle et al. (2022) publish, but for their 12
#: epochs.
SETTINGS: dict[str, dict[str, Recommender]] = {
    "simulated": {
        "IALS": IALS(d=32, l2=0.001, alpha0=3.0, epochs=16),
        "implicit": LibraryALS(d=32, l2=3.0, alpha0=1.0, epochs=16),
    },
    "ncf-ml-1m": {
        "IALS": IALS(d=192, l2=0.007, alpha0=0.3, epochs=8),
        "implicit": LibraryALS(d=192, l2=8.0, alpha0=0.1, epochs=12),
    },
}


def measure_test(dataset: str, model: str, seed: int) -> list[dict[str, object]]:
    """Train with everything but the test items; judge on these, ranked in two ways.

    ``cpu_seconds`` is the processor's time for the training: other work on the machine
    does not count.
    """
    data, trained = recnb.load(dataset), clone(SETTINGS[dataset][model])
    split, start = ncf_split(data), process_time()
    trained.set_params(seed=seed).fit(split.train)
    row = {"settings": json.dumps(trained.get_params())}
    row |= {"cpu_seconds": process_time() - start}
    groups = {"99 negatives": split.test, "all items": leave_one_out(data, "all").test}
    return [row | {"ranked": name} | judged(trained, g) for name, g in groups.items()]


def judged(model: Recommender, group: Group) -> dict[str, object]:
    """Return the metrics of a group with their standard errors."""
    found = evaluate(model, group, METRICS)
    errors = {f"{name} error": e for name, e in found.standard_errors.items()}
    return {**found.metrics, **errors, "protocol": found.summary}


IALS_TEST = Experiment(
    name="ials_test",
    question="How good is least squares under the NCF protocol?",
    cases=[
        {"dataset": dataset, "model": model, "seed": seed}
        for dataset in DATASETS
        for seed in SEEDS
        for model in SETTINGS[dataset]
    ],
    measure=measure_test,
)
