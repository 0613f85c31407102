"""Asks RecBole: EASE, SLIM, MultVAE, RecVAE, and NeuMF for known users.

RecBole scores the users of its dataset only. A stranger's scores are computed here from
what was learned: by the learned weights, or by the net's own ``forward``.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from contract import Question, main
from recbole.config import Config
from recbole.data import create_dataset, data_preparation
from recbole.data.interaction import Interaction
from recbole.utils import get_model, get_trainer, init_seed
from scipy import sparse

NAME = "asked"
ROWS = 500  # histories whose dense rows exist at once


def write_dataset(X: sparse.csr_matrix) -> None:
    """Write the matrix in RecBole's format, into the current folder."""
    cells = X.tocoo()
    folder = Path(NAME)
    folder.mkdir(exist_ok=True)
    with open(folder / f"{NAME}.inter", "w", encoding="utf-8") as file:
        file.write("user_id:token\titem_id:token\n")
        file.writelines(
            f"{user}\t{item}\n" for user, item in zip(cells.row, cells.col, strict=True)
        )


def fitted(asked: Question, model: str) -> tuple[torch.nn.Module, object]:
    """Return the trained model and the dataset; all likes are for training."""
    write_dataset(asked.train)
    config = Config(
        model=model,
        dataset=NAME,
        config_dict={
            "data_path": ".",
            "eval_args": {
                "split": {"RS": [1.0, 0.0, 0.0]},
                "group_by": None,
                "order": "RO",
                "mode": "full",
            },
            "seed": asked.seed,
            "use_gpu": False,
            "show_progress": False,
            "state": "ERROR",
            **asked.settings,
        },
    )
    init_seed(config["seed"], config["reproducibility"])
    data = create_dataset(config)
    train, _, _ = data_preparation(config, data)
    with asked.timed("fit"):
        net = get_model(model)(config, train.dataset).to(config["device"])
        trainer = get_trainer(config["MODEL_TYPE"], config["model"])(config, net)
        trainer.fit(train, saved=False, show_progress=False)
    return net.eval(), data


def numbers(data: object, field: str, n: int) -> np.ndarray:
    """Return RecBole's own number of each of our n users or items."""
    return data.token2id(field, [str(code) for code in range(n)])


def padded(asked: Question, items: np.ndarray) -> sparse.csr_matrix:
    """Return the histories in RecBole's columns, of which the first is nobody's."""
    cells = asked.histories.tocoo()
    shape = (asked.histories.shape[0], len(items) + 1)
    ones = np.ones(cells.nnz, np.float32)
    return sparse.csr_matrix((ones, (cells.row, items[cells.col])), shape=shape)


def by_weights(asked: Question, model: str) -> np.ndarray:
    """Return the histories times the learned weights."""
    net, data = fitted(asked, model)
    items = numbers(data, "item_id", asked.train.shape[1])
    with asked.timed("predict"):
        scores = padded(asked, items) @ net.item_similarity
        scores = scores.toarray() if sparse.issparse(scores) else np.asarray(scores)
        return scores[:, items]


def by_forward(asked: Question, model: str, *more: object) -> np.ndarray:
    """Return what the net's forward says of the histories, in evaluation mode."""
    net, data = fitted(asked, model)
    items = numbers(data, "item_id", asked.train.shape[1])
    parts = []
    with asked.timed("predict"), torch.no_grad():
        histories = padded(asked, items)
        for start in range(0, histories.shape[0], ROWS):
            rows = torch.from_numpy(histories[start : start + ROWS].toarray())
            parts.append(net.forward(rows, *more)[0].numpy()[:, items])
        return np.concatenate(parts)


def ease(asked: Question) -> np.ndarray:
    """Fit EASE."""
    return by_weights(asked, "EASE")


def slim(asked: Question) -> np.ndarray:
    """Fit SLIM."""
    return by_weights(asked, "SLIMElastic")


def multvae(asked: Question) -> np.ndarray:
    """Fit MultVAE."""
    return by_forward(asked, "MultiVAE")


def recvae(asked: Question) -> np.ndarray:
    """Fit RecVAE; in evaluation mode its dropout is off."""
    return by_forward(asked, "RecVAE", 0.0)


def neumf(asked: Question) -> np.ndarray:
    """Fit NeuMF, and score the users of the training set."""
    net, data = fitted(asked, "NeuMF")
    n_users, n_items = asked.train.shape
    users, items = numbers(data, "user_id", n_users), numbers(data, "item_id", n_items)
    items = torch.from_numpy(items)
    scores = np.empty((n_users, n_items), np.float32)
    with asked.timed("predict"), torch.no_grad():
        for row, user in enumerate(users):
            pairs = {"user_id": torch.full_like(items, int(user)), "item_id": items}
            scores[row] = net.predict(Interaction(pairs)).numpy()
    return scores


if __name__ == "__main__":
    # Loads what torch loads with the first optimizer: no part of a fit.
    torch.optim.Adam([torch.nn.Parameter(torch.zeros(1))]).step()
    main(
        {
            "EASE": ease,
            "SLIM": slim,
            "MultVAE": multvae,
            "RecVAE": recvae,
            "NeuMF": neumf,
        },
        ["recbole", "numpy", "scipy", "torch"],
    )
