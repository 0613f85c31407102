"""`python -m recnb bench`: the course's speed budgets, measured on this machine."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.linalg import lapack

import recnb
from recnb.data import Interactions
from recnb.evaluation import (
    Group,
    Protocol,
    Split,
    evaluate,
    leave_one_out,
    strong_generalization,
)
from recnb.evaluation.protocols import STRONG_METRICS
from recnb.models import EASE, MF, SLIM, SLIT, SVAE, MultVAE, NonNegativeEASE
from recnb.plots import png
from recnb.widgets import DiagonalView, DialView, LambdaView

REPEATS = 5


@dataclass(frozen=True)
class Measurement:
    """One measured figure beside its budget, both in `unit`."""

    what: str
    measured: float
    budget: float
    unit: str

    @property
    def within(self) -> bool:
        """Whether the budget is kept."""
        return self.measured <= self.budget


def bench() -> list[Measurement]:
    """Measure every budget, on MovieLens 1M where it is at hand."""
    data = recnb.load("ml-1m", fallback=True)
    split = strong_generalization(data)
    X = split.train
    print(f"Dataset: {data.name}, {X.shape[0]} training users x ", end="")
    print(f"{X.shape[1]} items; median of {REPEATS} runs each.\n")
    view, diagonal, dial = views(split)
    return [
        Measurement("EASE fit / its unavoidable parts", ease_ratio(X), 1.3, "x"),
        Measurement(
            "slider: lambda to new figure",
            seconds(lambda: png(view(l2=500.0)[0])),
            0.5,
            "s",
        ),
        Measurement(
            "slider: diagonal to new figure",
            seconds(lambda: png(diagonal(xi=0.3, dropout=0.2)[0])),
            0.5,
            "s",
        ),
        Measurement(
            "slider: negative weights to figure",
            seconds(lambda: png(dial(factor=0.5)[0])),
            0.5,
            "s",
        ),
        Measurement("SLIM fit, l1 = 5", seconds(lambda: SLIM(5).fit(X)), 10, "s"),
        Measurement(
            "non-negative EASE fit", seconds(lambda: NonNegativeEASE().fit(X)), 10, "s"
        ),
        Measurement("MultVAE, whole training", vae_seconds(split), 90, "s"),
        Measurement("SVAE, an epoch of training", svae_seconds(split), 30, "s"),
        Measurement(
            "SLIT fit", seconds(lambda: SLIT().fit(split.train_order)), 15, "s"
        ),
        Measurement("MF, an epoch with d = 192, m = 8", mf_seconds(data), 1.3, "s"),
        Measurement("top-100 metrics, 6,040 x 3,706", ranking_seconds(), 0.3, "s"),
        Measurement("read_table / pandas.read_csv, 1M", table_ratio(), 3, "x"),
        Measurement("import recnb", import_seconds(), 0.3, "s"),
    ]


def ease_ratio(X: sparse.csr_array) -> float:
    """Return the time of EASE's fit over that of XᵀX, potrf and potri, run in turn."""
    ratios = []
    for _ in range(REPEATS):
        fit = stopwatch(lambda: EASE(l2=500).fit(X))
        ratios.append(fit / unavoidable_seconds(X))
    return float(np.median(ratios))


def unavoidable_seconds(X: sparse.csr_array) -> float:
    """Time scipy's sparse XᵀX and LAPACK's potrf and potri, float32, nothing else."""
    products: list[sparse.csc_array] = []
    multiply = stopwatch(lambda: products.append(X.T @ X))
    G = np.asfortranarray(products[0].toarray())
    G[np.diag_indices_from(G)] += 500

    def invert() -> None:
        factor, _ = lapack.spotrf(G, lower=True, overwrite_a=True, clean=False)
        lapack.spotri(factor, lower=True, overwrite_c=True)

    return multiply + stopwatch(invert)


def views(split: Split) -> tuple[LambdaView, DiagonalView, DialView]:
    """Return the slider views of lessons 08, 09 and 10 over the validation users."""
    shared = split.train, split.val
    curve = pd.DataFrame({"l2": [1.0, 1e4], "ndcg": [0.3, 0.3], "error": [0.0, 0.0]})
    lines = pd.DataFrame({"a line": [0.3, 0.3]}, index=[0.0, 1.0])
    return (
        LambdaView(*shared, curve, "bench"),
        DiagonalView(*shared, lines, "bench"),
        DialView(*shared, lines, "bench"),
    )


def vae_seconds(split: Split) -> float:
    """Time one training, with early stopping, of the net that lesson 06 chose."""
    net = MultVAE(hidden=(), beta=0.05, batch_size=128, lr=2e-3, patience=8)
    return stopwatch(lambda: net.fit(split.train, split.val))


def svae_seconds(split: Split) -> float:
    """Time one epoch, validation not included, of the net that lesson 07 trains."""
    net = SVAE(epochs=1, patience=None)
    return stopwatch(lambda: net.fit(split.train_order))


def mf_seconds(data: Interactions) -> float:
    """Time an epoch of SGD, the second of two: the first one loads what is compiled."""
    net = MF(epochs=2, n_threads=2).fit(leave_one_out(data, 99).train)
    return net.log_.seconds[1] - net.log_.seconds[0]


def ranking_seconds() -> float:
    """Time all metrics of 100-item lists on random scores of MovieLens 1M's size."""
    rng = np.random.default_rng(0)
    shape = (6040, 3706)
    model = FixedScores(rng.random(shape, dtype=np.float32))
    heldout = sparse.random_array(shape, density=0.01, rng=rng, format="csr")
    protocol = Protocol("random scores", "none", True, 0, STRONG_METRICS)
    group = Group(
        name="test",
        protocol=protocol,
        users=np.arange(shape[0]),
        history=sparse.csr_array(shape),
        heldout=heldout,
        popularity=np.full(shape[1], 0.01),
    )
    return seconds(lambda: evaluate(model, group, batch_size=shape[0]))


@dataclass(frozen=True)
class FixedScores:
    """A model that costs nothing: its scores are given."""

    scores: np.ndarray

    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Return the scores."""
        return self.scores


def table_ratio() -> float:
    """Return the time of `read_table` over that of pandas, on a million rows of csv.

    Both read the same file in turn; its ids are whole numbers.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ratings.csv"
        million_rows().to_csv(path, index=False)
        columns = ("user", "item", "rating", "time")
        ours, pandas = [], []
        for _ in range(REPEATS):
            ours.append(stopwatch(lambda: recnb.read_table(path, *columns)))
            pandas.append(stopwatch(lambda: pd.read_csv(path)))
    return float(np.median(ours) / np.median(pandas))


def million_rows() -> pd.DataFrame:
    """Return ratings of a thousand items by ten thousand users, in random order."""
    rng = np.random.default_rng(0)
    pairs = rng.choice(10_000 * 1_000, 1_000_000, replace=False)
    return pd.DataFrame(
        {
            "user": pairs // 1_000,
            "item": pairs % 1_000,
            "rating": rng.integers(1, 11, len(pairs)) / 2,
            "time": rng.integers(10**9, 1_700_000_000, len(pairs)),
        }
    )


def import_seconds() -> float:
    """Time `import recnb` in a fresh interpreter, less the interpreter's own start."""
    full = seconds(
        lambda: subprocess.run([sys.executable, "-c", "import recnb"], check=True)
    )
    bare = seconds(lambda: subprocess.run([sys.executable, "-c", ""], check=True))
    return full - bare


def seconds(action: Callable[[], object]) -> float:
    """Return the median time of an action, after one run that does not count."""
    action()
    return float(np.median([stopwatch(action) for _ in range(REPEATS)]))


def stopwatch(action: Callable[[], object]) -> float:
    """Return the seconds that one run of an action takes."""
    start = perf_counter()
    action()
    return perf_counter() - start


def table(measurements: list[Measurement]) -> str:
    """Return the measurements as text, a line each."""
    lines = [f"{'what':<36}{'measured':>10}{'budget':>9}   verdict"]
    for m in measurements:
        verdict = "kept" if m.within else "OVER BUDGET"
        values = f"{m.measured:>8.2f} {m.unit}{m.budget:>7.2f} {m.unit}"
        lines.append(f"{m.what:<36}{values}   {verdict}")
    return "\n".join(lines)
