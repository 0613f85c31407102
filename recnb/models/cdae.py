r"""Autoencoders with a node for each user: CDAE, and what Liang et al. call so.

Y. Wu, C. DuBois, A. X. Zheng and M. Ester: Collaborative Denoising Auto-Encoders for
Top-N Recommender Systems. WSDM 2016.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy, deepcopy
from typing import Self

import numpy as np
import torch
from scipy import sparse
from sklearn.utils.validation import check_is_fitted
from torch import Tensor, nn
from torch.nn import functional

from recnb.ground.sparse_rows import SparseRows, shuffled
from recnb.ground.training_log import TrainingLog
from recnb.models.activations import activation
from recnb.models.base import Recommender, Validation, whole_or_not
from recnb.models.checks import (
    check_above,
    check_at_least,
    check_below_one,
    check_likes,
    check_one_of,
    check_rows,
    check_training_matrix,
    check_validation,
)
from recnb.models.nets import learning, train_net
from recnb.models.noise import add_gaussian, corrupt

LOSSES = ("logistic", "square")
NOISES = ("mask-out", "gaussian")
ROWS_AT_ONCE = 1024

#: The paper's four models: hidden and output activation, and loss.
VARIANTS = {
    "M1": {"activations": ("identity", "identity"), "loss": "square"},
    "M2": {"activations": ("identity", "sigmoid"), "loss": "logistic"},
    "M3": {"activations": ("sigmoid", "identity"), "loss": "square"},
    "M4": {"activations": ("sigmoid", "sigmoid"), "loss": "logistic"},
}

Batch = tuple[np.ndarray, sparse.csr_array]


class CDAENet(nn.Module):
    r"""y~ -> h = s_f(Wᵀ y~ + V_u + b) -> y^ = s_g(W' h + b').

    Parameters
    ----------
    n_users, n_items, hidden : int
    activations : (str, str)
        s_f and s_g.
    tied : bool
        Whether W' is W.
    """

    def __init__(
        self,
        n_users: int,
        n_items: int,
        hidden: int,
        activations: tuple[str, str],
        tied: bool = False,
    ) -> None:
        super().__init__()
        self.s_f, self.s_g = (activation(name) for name in activations)
        self.W = _glorot(n_items, hidden)
        self.V = nn.Parameter(torch.zeros(n_users, hidden))
        self.b = nn.Parameter(torch.zeros(hidden))
        self.W_out = self.W if tied else _glorot(n_items, hidden)
        self.b_out = nn.Parameter(torch.zeros(n_items))

    def code(self, y: SparseRows | Tensor, V_u: Tensor) -> Tensor:
        """Return h of corrupted histories and their users' nodes; (n_rows, hidden)."""
        total = y.times(self.W) if isinstance(y, SparseRows) else y @ self.W
        return self.s_f(total + V_u + self.b)

    def before_output(self, h: Tensor) -> Tensor:
        """Return W' h + b' of all items; shape (n_rows, n_items)."""
        return h @ self.W_out.T + self.b_out

    def at(self, h: Tensor, cells: SparseRows) -> Tensor:
        """Return W' h + b' at some cells only; shape (n_cells,)."""
        # The hidden layer's bias node: a constant one, whose weights are b'.
        h = torch.cat([h, h.new_ones(len(h), 1)], dim=1)
        return cells.at(h, torch.cat([self.W_out, self.b_out[:, None]], dim=1))


def _glorot(n_items: int, hidden: int) -> nn.Parameter:
    return nn.Parameter(nn.init.xavier_uniform_(torch.empty(n_items, hidden)))


def sample_negatives(
    Y: sparse.csr_array, n_negatives: int, rng: np.random.Generator
) -> tuple[sparse.csr_array, np.ndarray]:
    """Draw zeros to learn from, some for each like.

    Parameters
    ----------
    Y : csr_array of shape (n_rows, n_items)
        Ones, in canonical format.
    n_negatives : int
        For each like of a row: drawn uniformly from the items that it does not have,
        with replacement. A row that has all items gets none.
    rng : Generator

    Returns
    -------
    cells : csr_array of shape (n_rows, n_items)
        The likes as ones and the drawn items as stored zeros.
    counts : int array of shape (cells.nnz,)
        How often each cell counts: 1 for a like, else how often it was drawn.
    """
    n_rows, n_items = Y.shape
    sizes = np.diff(Y.indptr)
    row_of_like = np.repeat(np.arange(n_rows), sizes)
    liked = np.zeros(n_rows * n_items, dtype=bool)
    liked[row_of_like * n_items + Y.indices] = True
    rows = np.repeat(row_of_like[sizes[row_of_like] < n_items], n_negatives)
    drawn = [rows[:0]]
    while len(rows):
        places = rows * n_items + rng.integers(n_items, size=len(rows))
        drawn.append(places[~liked[places]])
        rows = rows[liked[places]]
    counts = liked + np.bincount(np.concatenate(drawn), minlength=len(liked))
    places = np.flatnonzero(counts)
    row, column = np.divmod(places, n_items)
    indptr = np.searchsorted(row, np.arange(n_rows + 1))
    values = liked[places].astype(np.float32)
    return sparse.csr_array((values, column, indptr), shape=Y.shape), counts[places]


class UserNodeAutoencoder(Recommender):
    r"""What CDAE and LiangCDAE share: a step on some users' losses.

    Minimises :math:`\sum_u [\ell_u + \frac{\lambda}{2} (\lVert W \rVert^2 +
    \lVert W' \rVert^2 + \lVert V_u \rVert^2 + \lVert b \rVert^2 +
    \lVert b' \rVert^2)]`, one mini-batch of users a step: every user who is learned
    from pulls all weights towards zero, but of the nodes only their own. Tied weights
    count once.

    Attributes
    ----------
    module_ : CDAENet
    log_ : TrainingLog
    nodes_ : float array of shape (n_rows, hidden), or None
        The nodes V_u of the rows that `predict` gets; None: they belong to strangers.
    n_users_, n_items_ : int
    """

    @whole_or_not
    def fit(
        self,
        X: sparse.csr_array,
        val: Validation | None = None,
        val_users: np.ndarray | None = None,
    ) -> Self:
        """Learn from histories.

        Parameters
        ----------
        X : csr_array of shape (n_users, n_items)
            Ones and zeros.
        val : object with ``error(model)``, optional
            Such as ``split.val``: the net is judged on it after each epoch, the best
            epoch's weights are kept, and training stops after ``patience`` epochs
            without a new best. Without it, all epochs are run.
        val_users : int array, optional
            Rows of X whose users the rows of `val` belong to. None: strangers.

        Raises
        ------
        ValueError
            If X or val is not as it should be, or a hyper-parameter is out of range.
        """
        check_validation(val)
        X = check_training_matrix(X)
        check_likes(X, self, "strong_generalization")
        self._check_parameters()
        self.n_users_, self.n_items_ = X.shape
        self.nodes_ = None

        def error() -> float:
            strangers = val_users is None or not self.user_node
            return val.error(self if strangers else self.for_users(val_users))

        with learning(self) as rng:
            self.module_ = CDAENet(
                *X.shape, self.hidden, self.activations, getattr(self, "tied", False)
            )
            shared = [w for name, w in self.module_.named_parameters() if name != "V"]
            watched = None if val is None else error
            self.log_ = self._train(self.module_, X, shared, rng, validate=watched)
        return self

    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Score all items for each history; dense, shape (n_users, n_items).

        The score is W' h + b', before the activation s_g, which would not change the
        order. The history is handed over whole, not corrupted. A stranger's node is the
        mean of all users' nodes; for others, see `for_users` and `with_nodes`.
        """
        return self._by_rows(X, lambda y, V: self.module_.before_output(self._h(y, V)))

    def codes(self, X: sparse.csr_array) -> np.ndarray:
        """Return h of each history; shape (n_users, hidden)."""
        return self._by_rows(X, self._h)

    def for_users(self, users: np.ndarray | None = None) -> Self:
        """Return this model for known users: row i of X is then that of ``users[i]``.

        Parameters
        ----------
        users : int array, optional
            Rows of the training matrix; all of them by default.

        Raises
        ------
        ValueError
            If there is no such row.
        """
        check_is_fitted(self)
        V = self.module_.V.detach().cpu().numpy()
        return self.with_nodes(V[check_rows(users, self.n_users_)])

    def with_nodes(self, nodes: np.ndarray) -> Self:
        """Return this model with other nodes; shape (n_rows, hidden).

        Raises
        ------
        ValueError
            If the shape is another one.
        """
        nodes = np.asarray(nodes, dtype=np.float32)
        if nodes.ndim != 2 or nodes.shape[1] != self.hidden:
            raise ValueError(
                f"nodes has shape {nodes.shape}; it takes one row a user, of "
                f"{self.hidden} numbers each."
            )
        other = copy(self)
        other.nodes_ = nodes
        return other

    def fold_in(self, X: sparse.csr_array) -> np.ndarray:
        """Learn nodes for new histories, and leave all other weights as they are.

        For as many epochs as the training that was kept, from the same start.

        Returns
        -------
        float array of shape (n_users, hidden)
            For `with_nodes`.

        Raises
        ------
        ValueError
            If X is not as it should be, or the model has no user node.
        """
        X = self._check_history(X)
        check_likes(X, self, "strong_generalization")
        if not self.user_node:
            raise ValueError(
                f"This {type(self).__name__} has no user node to learn; fit it with "
                "user_node=True."
            )
        with learning(self) as rng:
            net = deepcopy(self.module_).to(torch.get_default_device())
            net.V = nn.Parameter(torch.zeros(X.shape[0], self.hidden))
            epochs = max(self.log_.best_epoch, 1)
            self._train(net, X, [], rng, epochs=epochs)
        return net.V.detach().cpu().numpy()

    @property
    def needs_history(self) -> bool:
        """Whether `recommend` refuses an empty history: a node is enough to go on."""
        return getattr(self, "nodes_", None) is None

    @property
    def needs_all_users(self) -> bool:
        """Whether `predict` has to know whose row is which."""
        return not self.needs_history

    def _by_rows(self, X: sparse.csr_array, function: object) -> np.ndarray:
        X = self._check_history(X)
        nodes = self._nodes(X.shape[0])
        parts = []
        for start in range(0, X.shape[0], ROWS_AT_ONCE):
            rows = slice(start, start + ROWS_AT_ONCE)
            with torch.no_grad():
                part = function(SparseRows(X[rows]), nodes[rows])
                parts.append(part.cpu().numpy())
        return np.concatenate(parts)

    def _h(self, y: SparseRows, V: Tensor) -> Tensor:
        return self.module_.code(y, V)

    def _nodes(self, n_rows: int) -> Tensor:
        if self.nodes_ is None:
            V = self.module_.V.detach()
            return V.mean(dim=0, keepdim=True).expand(n_rows, -1)
        if len(self.nodes_) != n_rows:
            raise ValueError(
                f"X has {n_rows} rows, and there are nodes for {len(self.nodes_)}: "
                "hand over all rows at once, in the order of the users."
            )
        return torch.as_tensor(self.nodes_)

    def _train(
        self,
        net: CDAENet,
        X: sparse.csr_array,
        shared: list[nn.Parameter],
        rng: np.random.Generator,
        **settings: object,
    ) -> TrainingLog:
        nodes = [net.V] if self.user_node else []
        return train_net(
            self,
            lambda: _batches(X, self.batch_size, rng),
            lambda batch: self._losses(net, batch, rng),
            self._optimizer(shared, nodes),
            module=net,
            **settings,
        )

    def _losses(
        self, net: CDAENet, batch: Batch, rng: np.random.Generator
    ) -> Iterator[Tensor]:
        """Yield the losses of some users, and their share of the penalty."""
        users, Y = batch
        V_u = net.V[torch.as_tensor(users)]
        h = net.code(self._corrupt(SparseRows(Y)), V_u)
        size = V_u.square().sum()
        if self.l2:
            shared = [net.W, net.b, net.b_out]
            shared += [] if net.W_out is net.W else [net.W_out]
            size = size + len(users) * sum(w.square().sum() for w in shared)
        yield self._fit(net, h, Y, rng) + self.l2 / 2 * size

    def _check_parameters(self) -> None:
        check_at_least(1, self, "hidden", "batch_size", "epochs")
        check_at_least(0, self, "corruption", "l2")
        for name in self.activations:
            activation(name)

    def _corrupt(self, y: SparseRows) -> SparseRows | Tensor:
        return y.with_values(corrupt(y.values, self.corruption, rescale=True))

    def _fit(
        self, net: CDAENet, h: Tensor, Y: sparse.csr_array, rng: np.random.Generator
    ) -> Tensor:
        """Return the sum over the users of how far the output is from Y."""
        raise NotImplementedError

    def _optimizer(
        self, shared: list[nn.Parameter], nodes: list[nn.Parameter]
    ) -> torch.optim.Optimizer:
        """Return the optimizer of the weights that all users share, and of V."""
        raise NotImplementedError


def _batches(
    X: sparse.csr_array, size: int, rng: np.random.Generator
) -> Iterator[Batch]:
    """Yield all rows once, in random order, with their numbers."""
    for users in shuffled(X.shape[0], size, rng):
        yield users, X[users]


class CDAE(UserNodeAutoencoder):
    r"""Collaborative denoising autoencoder: a user's items, and a node for the user.

    From a corrupted history :math:`\tilde y_u` the net computes

        h = s_f(Wᵀ y~ + V_u + b),   y^ = s_g(W' h + b')

    (source 2, equation 9) and is judged by how well y^ tells the user's items y_u from
    others. ``CDAE(**VARIANTS["M4"])`` is the paper's M4.

    Parameters
    ----------
    hidden : int
        K, the length of h.
    user_node : bool
        Whether there is V_u. Without, this is the paper's DAE.
    activations : (str, str)
        s_f and s_g.
    loss : "logistic" or "square"
        Of a cell: :math:`-y \log \hat y - (1 - y) \log(1 - \hat y)`, which needs a
        sigmoid as s_g, or :math:`\frac12 (y - \hat y)^2`.
    noise : "mask-out" or "gaussian"
        Set each like to zero with probability q and multiply the others by 1 / (1 - q),
        or draw every entry, zeros included, from a normal distribution around it.
    corruption : float
        q, from 0 to below 1, or the standard deviation.
    n_negatives : int, optional
        The loss is taken at the user's items and at so many others for each of them,
        drawn anew each time. None: at all items.
    tied : bool
        Whether W' is W.
    l2 : float
        λ of the penalty.
    lr, batch_size : float, int
        Of the optimizer, AdaGrad: step size, and users a step. 1 is the paper's.
    node_lr : float, optional
        Step size of the nodes, which take one step an epoch. None: `lr`, as in the
        paper.
    epochs, patience : int
        At most so many epochs; stop after so many without a better validation error.
    seed : int
        Of the initial weights, the corruption, the negatives and the order of users.

    Notes
    -----
    A user's output depends on nobody else in the batch: there is no normalisation over
    the batch. Deviations from the paper: several users a step, whose losses are added;
    the nodes start at zero; the epoch is chosen on validation data; a stranger, for
    whom the paper has no prediction, gets the mean of the nodes.
    """

    def __init__(
        self,
        hidden: int = 50,
        user_node: bool = True,
        activations: tuple[str, str] = ("sigmoid", "sigmoid"),
        loss: str = "logistic",
        noise: str = "mask-out",
        corruption: float = 0.5,
        n_negatives: int | None = 5,
        tied: bool = False,
        l2: float = 0.0,
        lr: float = 0.1,
        node_lr: float | None = None,
        batch_size: int = 32,
        epochs: int = 100,
        patience: int | None = 5,
        seed: int = 0,
    ) -> None:
        self.hidden = hidden
        self.user_node = user_node
        self.activations = activations
        self.loss = loss
        self.noise = noise
        self.corruption = corruption
        self.n_negatives = n_negatives
        self.tied = tied
        self.l2 = l2
        self.lr = lr
        self.node_lr = node_lr
        self.batch_size = batch_size
        self.epochs = epochs
        self.patience = patience
        self.seed = seed

    def _check_parameters(self) -> None:
        super()._check_parameters()
        if self.node_lr is not None:
            check_at_least(0, self, "node_lr")
        check_one_of(LOSSES, self, "loss")
        if self.loss == "logistic" and self.activations[1] != "sigmoid":
            raise ValueError(
                "The logistic loss needs a sigmoid as output activation, not "
                f'{self.activations[1]!r}; or use loss="square".'
            )
        check_one_of(NOISES, self, "noise")
        if self.noise == "mask-out":
            check_below_one(self, "corruption")
        if self.n_negatives is not None:
            check_at_least(0, self, "n_negatives")

    def _corrupt(self, y: SparseRows) -> SparseRows | Tensor:
        if self.noise == "gaussian":
            return add_gaussian(y.dense(), self.corruption)
        return super()._corrupt(y)

    def _fit(
        self, net: CDAENet, h: Tensor, Y: sparse.csr_array, rng: np.random.Generator
    ) -> Tensor:
        if self.n_negatives is None:
            return self._cell_losses(net, net.before_output(h), _dense(Y)).sum()
        cells, counts = sample_negatives(Y, self.n_negatives, rng)
        cells = SparseRows(cells)
        losses = self._cell_losses(net, net.at(h, cells), cells.values)
        return (torch.as_tensor(counts) * losses).sum()

    def _cell_losses(self, net: CDAENet, scores: Tensor, y: Tensor) -> Tensor:
        if self.loss == "square":
            return 0.5 * (net.s_g(scores) - y).square()
        return functional.binary_cross_entropy_with_logits(scores, y, reduction="none")

    def _optimizer(
        self, shared: list[nn.Parameter], nodes: list[nn.Parameter]
    ) -> torch.optim.Optimizer:
        of_nodes = self.lr if self.node_lr is None else self.node_lr
        groups = [{"params": shared}, {"params": nodes, "lr": of_nodes}]
        # The paper's AdaGrad has beta = 1 under the root.
        return torch.optim.Adagrad(
            [group for group in groups if group["params"]],
            lr=self.lr,
            initial_accumulator_value=1.0,
            fused=(shared + nodes)[0].is_cpu,  # torch 2.5 has it for no card
        )


class LiangCDAE(UserNodeAutoencoder):
    r"""The CDAE that Liang et al. (WWW 2018) compare MultVAE with: another model.

    It differs from `CDAE` in the activations (tanh, tanh), the loss (weighted squares
    at all items: a like counts c1 times), the optimizer (Adam) and the size (K = 200).
    The results of that name in the papers on MultVAE and EASE are this model's.

    Parameters
    ----------
    hidden, user_node, corruption, l2, lr, batch_size, epochs, patience, seed
        As in `CDAE`, with mask-out noise.
    c1 : float
        Weight of a like; that of a zero is 1.

    Notes
    -----
    Our reading: mask-out noise with rescaling as in `CDAE`; a stranger's node, on which
    the published description is silent, is the mean of the nodes.
    """

    activations = ("tanh", "tanh")

    def __init__(
        self,
        hidden: int = 200,
        user_node: bool = True,
        corruption: float = 0.5,
        c1: float = 5.0,
        l2: float = 0.0,
        lr: float = 1e-3,
        batch_size: int = 128,
        epochs: int = 100,
        patience: int | None = 5,
        seed: int = 0,
    ) -> None:
        self.hidden = hidden
        self.user_node = user_node
        self.corruption = corruption
        self.c1 = c1
        self.l2 = l2
        self.lr = lr
        self.batch_size = batch_size
        self.epochs = epochs
        self.patience = patience
        self.seed = seed

    def _check_parameters(self) -> None:
        super()._check_parameters()
        check_above(0, self, "c1")
        check_below_one(self, "corruption")

    def _fit(
        self, net: CDAENet, h: Tensor, Y: sparse.csr_array, rng: np.random.Generator
    ) -> Tensor:
        y = _dense(Y)
        confidence = 1 + (self.c1 - 1) * y
        return 0.5 * (confidence * (net.s_g(net.before_output(h)) - y).square()).sum()

    def _optimizer(
        self, shared: list[nn.Parameter], nodes: list[nn.Parameter]
    ) -> torch.optim.Optimizer:
        return torch.optim.Adam(shared + nodes, lr=self.lr, fused=True)


def _dense(Y: sparse.csr_array) -> Tensor:
    return torch.as_tensor(Y.toarray().astype(np.float32))
