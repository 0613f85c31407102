"""Lesson 05's instruments: a net with a user node, taken apart.

What a net recommends without the history, without the node or with somebody else's
node; and how much of what a hidden unit hears comes from either.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from recnb.models import CDAE


@dataclass
class WithoutHistory:
    """A model that is asked with empty histories, whatever it is handed.

    Parameters
    ----------
    model : CDAE
        Fitted; its nodes are those of the rows that `predict` gets, or the mean.
    """

    model: CDAE
    needs_all_users = True

    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Score all items for each row, by its node alone."""
        return self.model.predict(sparse.csr_array(X.shape))


def taken_apart(net: CDAE) -> dict[str, CDAE | WithoutHistory]:
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


def heard(net: CDAE, X: sparse.csr_array) -> dict[str, float]:
    """Return how far users differ in what a hidden unit hears from either part.

    Parameters
    ----------
    net : CDAE
        Fitted to X.
    X : csr_array of shape (n_users, n_items)

    Returns
    -------
    dict
        Standard deviations over the users, root mean squares over the units: of Wᵀ y,
        with the whole history, under ``history``, and of V_u under ``node``.
    """
    W, V = (getattr(net.module_, name).detach().numpy() for name in ("W", "V"))
    parts = {"history": X @ W, "node": V}
    return {
        name: float(np.sqrt(part.var(axis=0).mean())) for name, part in parts.items()
    }
