"""Times of what stands around the models: import, data, metrics."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

import recnb
from recnb.evaluation import Group, Protocol, evaluate, strong_generalization
from recnb.evaluation.protocols.strong_generalization import STRONG_METRICS

from .clock import ratio, seconds, stopwatch

SHAPE = 6040, 3706  # of MovieLens 1M
ROWS = 1_000_000


def import_recnb() -> float:
    """Time `import recnb` in a fresh interpreter, less the interpreter's own start."""
    return seconds(lambda: _python("import recnb")) - seconds(lambda: _python(""))


def _python(code: str) -> None:
    # -P: the folder that this was called in is not looked into.
    subprocess.run([sys.executable, "-P", "-c", code], check=True)


def load_and_split() -> float:
    """Time loading the data and splitting it, as most lessons begin."""
    return seconds(lambda: strong_generalization(recnb.load("ml-1m", fallback=True)))


def table_ratio() -> float:
    """Return the time of `read_table` over that of pandas, on rows of csv.

    Both read the same file in turn; its ids are whole numbers.
    """
    columns = ("user", "item", "rating", "time")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ratings.csv"
        _ratings().to_csv(path, index=False)
        return ratio(
            lambda: stopwatch(lambda: recnb.read_table(path, *columns)),
            lambda: stopwatch(lambda: pd.read_csv(path)),
        )


def _ratings() -> pd.DataFrame:
    """Return ratings of a thousand items by ten thousand users, in random order."""
    rng = np.random.default_rng(0)
    pairs = rng.choice(10_000 * 1_000, ROWS, replace=False)
    return pd.DataFrame(
        {
            "user": pairs // 1_000,
            "item": pairs % 1_000,
            "rating": rng.integers(1, 11, len(pairs)) / 2,
            "time": rng.integers(10**9, 1_700_000_000, len(pairs)),
        }
    )


def ranking() -> float:
    """Time all metrics of 100-item lists on random scores of MovieLens 1M's size."""
    rng = np.random.default_rng(0)
    model = FixedScores(rng.random(SHAPE, dtype=np.float32))
    heldout = sparse.random_array(SHAPE, density=0.01, rng=rng, format="csr")
    group = Group(
        name="test",
        protocol=Protocol("random scores", "none", True, 0, STRONG_METRICS),
        users=np.arange(SHAPE[0]),
        history=sparse.csr_array(SHAPE),
        heldout=heldout,
        popularity=np.full(SHAPE[1], 0.01),
    )
    return seconds(lambda: evaluate(model, group, batch_size=SHAPE[0]))


@dataclass(frozen=True)
class FixedScores:
    """A model that costs nothing: its scores are given."""

    scores: np.ndarray

    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Return the scores."""
        return self.scores
