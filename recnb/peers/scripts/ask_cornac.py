"""Asks cornac: EASE, MultVAE (its VAECF), RecVAE, and NeuMF for known users.

cornac scores the users of its training set only. A stranger's scores are computed here
from what was learned, with the expression that the model's own ``score`` has, all
histories at once.
"""

from __future__ import annotations

import numpy as np
import torch
from contract import Question, main
from cornac.data import Dataset
from cornac.models import EASE, VAECF, NeuMF, RecVAE
from scipy import sparse

ROWS = 500  # histories whose dense rows exist at once


def dataset(X: sparse.csr_matrix) -> Dataset:
    """Return a matrix as cornac's data, users and items under their own numbers."""
    n_users, n_items = X.shape
    cells = X.tocoo()
    return Dataset(
        num_users=n_users,
        num_items=n_items,
        uid_map={user: user for user in range(n_users)},
        iid_map={item: item for item in range(n_items)},
        uir_tuple=(cells.row, cells.col, cells.data),
        seed=0,
    )


def by_rows(X: sparse.csr_matrix, scores_of: object) -> np.ndarray:
    """Return the scores of all histories, some at a time."""
    parts = []
    with torch.no_grad():
        for start in range(0, X.shape[0], ROWS):
            rows = torch.from_numpy(X[start : start + ROWS].toarray())
            parts.append(scores_of(rows).numpy())
    return np.concatenate(parts)


def ease(asked: Question) -> np.ndarray:
    """Fit EASE; a stranger's scores are the history times the weights."""
    model = EASE(verbose=False, seed=asked.seed, **asked.settings)
    data = dataset(asked.train)
    with asked.timed("fit"):
        model.fit(data)
    with asked.timed("predict"):
        return asked.histories @ model.B


def multvae(asked: Question) -> np.ndarray:
    """Fit VAECF; a stranger's scores are the decoded mean of the code."""
    model = VAECF(seed=asked.seed, **asked.settings)
    data = dataset(asked.train)
    with asked.timed("fit"):
        model.fit(data)
    with asked.timed("predict"):
        net = model.vae
        return by_rows(asked.histories, lambda x: net.decode(net.encode(x)[0]))


def recvae(asked: Question) -> np.ndarray:
    """Fit RecVAE; a stranger's scores are the net's.

    The net is left as the library leaves it: in training mode, its dropout on.
    """
    model = RecVAE(seed=asked.seed, use_gpu=False, **asked.settings)
    data = dataset(asked.train)
    with asked.timed("fit"):
        model.fit(data)
    net = model.recvae_model
    with asked.timed("predict"):
        return by_rows(asked.histories, lambda x: net(x, calculate_loss=False))


def neumf(asked: Question) -> np.ndarray:
    """Fit NeuMF, and score the users of the training set."""
    model = NeuMF(backend="pytorch", verbose=False, seed=asked.seed, **asked.settings)
    data = dataset(asked.train)
    with asked.timed("fit"):
        model.fit(data)
    with asked.timed("predict"):
        return np.stack([model.score(user) for user in range(asked.train.shape[0])])


if __name__ == "__main__":
    # Loads what torch loads with the first optimizer: no part of a fit.
    torch.optim.Adam([torch.nn.Parameter(torch.zeros(1))]).step()
    main(
        {"EASE": ease, "MultVAE": multvae, "RecVAE": recvae, "NeuMF": neumf},
        ["cornac", "numpy", "scipy", "torch"],
    )
