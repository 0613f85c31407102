"""Lesson 09's sliders: loosen the bound on the diagonal, drop inputs, change lambda."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy import sparse

from recnb.evaluation import Group, evaluate
from recnb.models import RDLAE, gram_matrix
from recnb.plots import relaxation
from recnb.widgets.controls import lambda_control, number_control
from recnb.widgets.explorer import Explorer, explore


@dataclass
class DiagonalView:
    """Train RDLAE for one bound, dropout and lambda, and draw where it stands.

    Parameters
    ----------
    X : csr_array of shape (n_users, n_items)
        Training matrix; its Gram matrix is computed once, here.
    group : Group
        The held-out users to judge on: the validation users.
    curve : DataFrame, index: the bound xi; a column a setting
        Trained beforehand; the background of the figure.
    protocol : str
        One line for the figure.
    ease : float, optional
        The NDCG@100 of EASE with a λ of its own, for a line in the figure.
    """

    X: sparse.csr_array
    group: Group
    curve: pd.DataFrame
    protocol: str
    ease: float | None = None

    def __post_init__(self) -> None:
        self.gram = gram_matrix(self.X)

    def __call__(
        self, xi: float, dropout: float = 0.0, l2: float = 50.0
    ) -> tuple[Figure, str]:
        """Train, evaluate and draw; return the figure and what to see in it."""
        model = RDLAE(l2, dropout, xi).fit(self.X, gram=self.gram)
        ndcg = evaluate(model, self.group, ["NDCG@100"]).metrics["NDCG@100"]
        diagonal = np.diag(model.weights_)
        settings = f"λ = {l2:.4g}, dropout {dropout:.2f}"
        fig = relaxation(
            self.curve,
            np.diag(self.gram),
            diagonal,
            here=(xi, ndcg),
            label=settings,
            protocol=self.protocol,
            ease=self.ease,
        )
        at_bound = np.mean(diagonal > xi - 1e-6)
        sentence = (
            f"ξ = {xi:.2f}, {settings}: NDCG@100 = {ndcg:.3f} on "
            f"{self.group.history.shape[0]} users; the bound holds back {at_bound:.0%} "
            f"of the films, and the largest diagonal entry is {diagonal.max():.2f}."
        )
        return fig, sentence


def diagonal_sliders(
    view: DiagonalView, xi: float = 0.0, dropout: float = 0.0, l2: float = 50.0
) -> Explorer:
    """Return sliders over the bound, dropout and lambda; each stop trains a model.

    Parameters
    ----------
    view : DiagonalView
    xi, dropout, l2 : float
        Where the sliders stand first: 0 to 1, 0 to 0.7, 1 to 10,000.
    """
    hint = (
        "[Three sliders stand here in a running notebook: the bound on the diagonal, "
        "dropout, and λ. The figure below shows their first position.]"
    )
    return explore(
        view,
        hint,
        xi=number_control(
            xi, top=1, name="bound ξ", tooltip="Largest diagonal entry that is allowed"
        ),
        dropout=number_control(
            dropout,
            top=0.7,
            name="dropout p",
            tooltip="Chance that an entry of the input is dropped",
        ),
        l2=lambda_control(l2),
    )
