"""Asks implicit: weighted matrix factorization by least squares."""

from __future__ import annotations

import numpy as np
from contract import Question, main
from implicit.als import AlternatingLeastSquares


def ials(asked: Question) -> np.ndarray:
    """Fit iALS; a stranger's vector is solved for, as `recalculate_user` does."""
    model = AlternatingLeastSquares(
        num_threads=1, random_state=asked.seed, **asked.settings
    )
    with asked.timed("fit"):
        model.fit(asked.train, show_progress=False)
    with asked.timed("predict"):
        rows = np.arange(asked.histories.shape[0])
        users = model.recalculate_user(rows, asked.histories)
        return users @ model.item_factors.T


if __name__ == "__main__":
    main({"iALS": ials}, ["implicit", "numpy", "scipy"])
