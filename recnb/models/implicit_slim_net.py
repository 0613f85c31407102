"""A net whose item embeddings ImplicitSLIM writes anew."""

from __future__ import annotations

from typing import Self

import numpy as np
from scipy import sparse
from sklearn.base import clone

from recnb.models.base import Recommender, Validation, whole_or_not
from recnb.models.checks import check_at_least, check_training_matrix
from recnb.models.implicit_embeddings import ImplicitSLIM


class ImplicitSLIMNet(Recommender):
    """A net as a host of ImplicitSLIM.

    A net has one or several matrices with a vector for each item, such as the encoder's
    first and the decoder's last. As the authors' code does with RecVAE, each of them is
    replaced by what ImplicitSLIM makes of it, each by itself.

    Parameters
    ----------
    net : model with ``item_embeddings``
        Such as MultVAE, RecVAE or HVamp. It stays as it is: a copy is fitted.
    init : ImplicitSLIM, optional
        Replaces all matrices before the first epoch.
    reg : ImplicitSLIM, optional
        Replaces all matrices after each `every` epochs.
    every : int

    Attributes
    ----------
    net_ : model
        The fitted copy.
    log_ : TrainingLog
    n_items_ : int

    Notes
    -----
    Replacing is not a penalty, as in `ALSMF`, but the limit of one that is infinitely
    strong for one step. The optimizer's memory of earlier steps stays.
    """

    def __init__(
        self,
        net: Recommender,
        init: ImplicitSLIM | None = None,
        reg: ImplicitSLIM | None = None,
        every: int = 10,
    ) -> None:
        self.net = net
        self.init = init
        self.reg = reg
        self.every = every

    @whole_or_not
    def fit(self, X: sparse.csr_array, val: Validation | None = None) -> Self:
        """Train a copy of the net on histories.

        Parameters
        ----------
        X : csr_array of shape (n_users, n_items)
        val : object with ``error(model)``, optional
            As the net's ``fit`` takes it.

        Raises
        ------
        ValueError
            If the net cannot be a host, `every` is below 1, ImplicitSLIM has nothing to
            go on or settings out of range, or the net's ``fit`` raises it.
        """
        self._check_parameters()
        X = check_training_matrix(X)
        for slim in (self.init, self.reg):
            if slim is not None:  # rather refused now than after some epochs
                slim.embed(np.ones((1, X.shape[1])), X)
        net = clone(self.net)

        def before_epoch(epoch: int) -> None:
            slim = self.init if epoch == 0 else self.reg
            if slim is not None and epoch % self.every == 0:
                for vectors in net.item_embeddings():
                    vectors[:] = slim.embed(vectors.T, X).T

        net.fit(X, val, before_epoch=before_epoch)
        self.net_, self.log_, self.n_items_ = net, net.log_, X.shape[1]
        return self

    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Score all items for each history; dense, shape (n_users, n_items)."""
        X = self._check_history(X)
        return self.net_.predict(X)

    @property
    def needs_history(self) -> bool:
        """Whether the net needs a history to recommend something sensible."""
        return getattr(self.net, "needs_history", True)

    @property
    def needs_all_users(self) -> bool:
        """Whether the net scores its training users only, and all of them at once."""
        return getattr(self.net, "needs_all_users", False)

    def _check_parameters(self) -> None:
        check_at_least(1, self, "every")
        if not hasattr(self.net, "item_embeddings"):
            raise ValueError(
                f"{type(self.net).__name__} cannot be a host: it has no "
                "item_embeddings. Take a net such as MultVAE or RecVAE."
            )
        for name in ("init", "reg"):
            slim = getattr(self, name)
            if slim is not None and not isinstance(slim, ImplicitSLIM):
                raise ValueError(f"{name} takes an ImplicitSLIM or None, not {slim!r}.")
