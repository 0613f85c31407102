"""Lesson 11's anchor: the weights of He and others themselves, on our test lists.

The authors of NCF have put two trained nets, a GMF and an MLP of 8 factors, into their
public repository (hexiangnan/neural_collaborative_filtering, folder ``Pretrain``). They
are not ours to hand on: `FOLDER_SETTING` names the folder that holds them. If these
nets have here what the paper prints, then our lists and metrics are the paper's.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Self

import numpy as np

import recnb
from recnb.data import DatasetUnavailableError
from recnb.experiments.ials import judged, ncf_split
from recnb.experiments.runner import Experiment
from recnb.models.pairs import PairModel

FOLDER_SETTING = "RECNB_NCF_WEIGHTS"
FILES = {
    "GMF": "ml-1m_GMF_8_1501651698.h5",
    "MLP": "ml-1m_MLP_[64,32,16,8]_1501652038.h5",
}
#: What stands where in such a file, by the names that the authors gave their layers.
USERS, ITEMS, SCORE = "user_embedding", "item_embedding", "prediction"

Layer = list[np.ndarray]


class StoredNet(PairModel):
    """A net that somebody else has trained: its layers as they stand in a file.

    Parameters
    ----------
    layers : dict of lists of arrays
        ``user_embedding`` and ``item_embedding`` with one array of shape (n, d) each;
        ``layer1``, ``layer2`` and so on, if there are any, and ``prediction``, each
        with its weights, of shape (n_in, n_out), and its offsets.

    Notes
    -----
    With hidden layers it is an MLP (source 4, equation 4), without any a GMF
    (equation 6).
    """

    def __init__(self, layers: dict[str, Layer]) -> None:
        self.layers = layers

    def fit(self, X: object = None) -> Self:
        """Take the arrays; there is nothing to learn."""
        (self.P_,), (self.Q_,) = self.layers[USERS], self.layers[ITEMS]
        names = sorted(name for name in self.layers if name.startswith("layer"))
        self.hidden_ = [self.layers[name] for name in names]
        self.n_users_, self.n_items_ = len(self.P_), len(self.Q_)
        return self

    def _score(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        p, q = self.P_[users], self.Q_[items]
        x = np.concatenate([p, q], axis=1) if self.hidden_ else p * q
        for weights, offsets in self.hidden_:
            x = np.maximum(x @ weights + offsets, 0)
        weights, offset = self.layers[SCORE]
        return (x @ weights + offset)[:, 0]


class MeanOfTwo(PairModel):
    """Half the sum of two nets' scores: how the authors begin a pretrained NeuMF."""

    def __init__(self, one: PairModel, other: PairModel) -> None:
        self.one = one
        self.other = other

    def fit(self, X: object = None) -> Self:
        """Note how many users and items there are."""
        self.n_users_, self.n_items_ = self.one.n_users_, self.one.n_items_
        return self

    def _score(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        return (self.one._score(users, items) + self.other._score(users, items)) / 2


def weights_file(model: str) -> Path:
    """Return where the authors' file of a model lies.

    Raises
    ------
    DatasetUnavailableError
        If no folder is named, or the file is not in it; the message says what to do.
    """
    typed = os.environ.get(FOLDER_SETTING, "").strip()
    path = Path(typed).expanduser() / FILES[model]
    if typed and path.is_file():
        return path
    found = f"names {typed}, which does not hold it" if typed else "is not set"
    raise DatasetUnavailableError(
        f"The authors' {FILES[model]} is needed, and {FOLDER_SETTING} {found}. "
        "Clone https://github.com/hexiangnan/neural_collaborative_filtering and set "
        f"{FOLDER_SETTING} to its folder Pretrain."
    )


def read_layers(path: Path) -> dict[str, Layer]:
    """Return the arrays of a file of Keras weights, by the names of their layers.

    Raises
    ------
    DatasetUnavailableError
        If h5py, which reads such files, is not installed.
    """
    try:
        import h5py  # nothing else in the course needs it
    except ImportError as error:
        raise DatasetUnavailableError(
            f"{path.name} is an HDF5 file, and h5py is not installed here. Install it "
            "into the course's environment: python -m pip install h5py."
        ) from error
    with h5py.File(path, "r") as file:
        return {
            name: [group[part][()] for part in group.attrs["weight_names"]]
            for name, group in file.items()
            if len(group.attrs["weight_names"])
        }


def stored_net(model: str) -> PairModel:
    """Return the authors' GMF, their MLP, or the mean of both."""
    if model in FILES:
        return StoredNet(read_layers(weights_file(model))).fit()
    return MeanOfTwo(stored_net("GMF"), stored_net("MLP")).fit()


def measure(dataset: str, model: str) -> list[dict[str, object]]:
    """Judge a net of theirs on the test lists: one row.

    ``d`` is the length of its embeddings, ``hidden`` the width of its hidden layers;
    of the mean of two nets both are left empty.
    """
    net = stored_net(model)
    row = {"d": None, "hidden": None}
    if isinstance(net, StoredNet):
        widths = [len(offsets) for _, offsets in net.hidden_]
        row = {"d": net.P_.shape[1], "hidden": "-".join(map(str, widths))}
    return [row | judged(net, ncf_split(recnb.load(dataset)).test)]


NCF_WEIGHTS = Experiment(
    name="ncf_weights",
    question="Do the authors' own nets have here what their paper prints?",
    cases=[
        {"dataset": "ncf-ml-1m", "model": model} for model in (*FILES, "mean of both")
    ],
    measure=measure,
)
