"""MultVAE as a host of ImplicitSLIM."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import torch
from scipy import sparse

from recnb.models.checks import check_at_least
from recnb.models.implicit_embeddings import ImplicitSLIM
from recnb.models.multvae import MultVAE
from recnb.sparse_rows import SparseRows


class ImplicitSLIMVAE(MultVAE):
    """MultVAE whose item embeddings ImplicitSLIM writes anew.

    A MultVAE has two vectors of each item: a row of the encoder's first layer and a row
    of the decoder's last one. As the authors' code does with RecVAE, both matrices are
    replaced by what ImplicitSLIM makes of them, each by itself.

    Parameters
    ----------
    init : ImplicitSLIM, optional
        Replaces both before the first epoch.
    reg : ImplicitSLIM, optional
        Replaces both after each `every` epochs.
    every : int
    hidden, latent, likelihood, c1, dropout, beta, anneal_steps, l2, lr, batch_size
        As in `MultVAE`, and so are epochs, patience and seed.

    Notes
    -----
    Replacing is not a penalty, as in `ALSMF`, but the limit of one that is infinitely
    strong for one step. The optimizer's memory of earlier steps stays.
    """

    def __init__(
        self,
        init: ImplicitSLIM | None = None,
        reg: ImplicitSLIM | None = None,
        every: int = 10,
        hidden: tuple[int, ...] = (600,),
        latent: int = 200,
        likelihood: str = "multinomial",
        c1: float = 1.0,
        dropout: float = 0.5,
        beta: float = 0.2,
        anneal_steps: int = 1000,
        l2: float = 0.0,
        lr: float = 1e-3,
        batch_size: int = 500,
        epochs: int = 100,
        patience: int | None = 10,
        seed: int = 0,
    ) -> None:
        super().__init__(
            hidden, latent, likelihood, c1, dropout, beta, anneal_steps, l2, lr,
            batch_size, epochs, patience, seed,
        )  # fmt: skip
        self.init = init
        self.reg = reg
        self.every = every

    def _batches(
        self, X: sparse.csr_array, rng: np.random.Generator
    ) -> Iterable[SparseRows]:
        """Return an epoch's batches; before the first of them, replace embeddings."""
        epoch = len(self._terms) // -(-self.n_users_ // self.batch_size)
        slim = self.init if epoch == 0 else self.reg
        if slim is not None and epoch % self.every == 0:
            self._replace(slim, X)
        return super()._batches(X, rng)

    @torch.no_grad()
    def _replace(self, slim: ImplicitSLIM, X: sparse.csr_array) -> None:
        """Replace the two matrices of item embeddings, an item a row in both."""
        for weights in (self.module_.first.W, self.module_.decoder[-1].weight):
            V = slim.embed(weights.T.numpy(), X)
            weights.copy_(torch.from_numpy(np.ascontiguousarray(V.T)))

    def _check_parameters(self, X: sparse.csr_array) -> None:
        super()._check_parameters(X)
        check_at_least(1, self, "every")
