"""The lambda slider of lesson 08: every position is the model of another lambda."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

import pandas as pd
from matplotlib.figure import Figure
from scipy import sparse

from recnb.evaluation import Group, evaluate
from recnb.models import EASEPath
from recnb.plots import lambda_curve
from recnb.widgets.controls import lambda_control
from recnb.widgets.explorer import Explorer, explore


@dataclass
class LambdaView:
    """Move EASE to one lambda and draw where it stands on the curve.

    Parameters
    ----------
    X : csr_array of shape (n_users, n_items)
        Training matrix.
    group : Group
        The held-out users to judge on: the validation users, since a reader who moves
        the slider to its best place is choosing lambda.
    curve : DataFrame with columns l2, ndcg, error
        Computed beforehand; the background of the figure.
    protocol : str
        One line for the figure.
    reference : float, optional
        Popularity's NDCG@100 on the group.
    path : EASEPath, optional
        Fitted on X, if it is at hand; by default it is fitted here, once.
    """

    X: sparse.csr_array
    group: Group
    curve: pd.DataFrame
    protocol: str
    reference: float | None = None
    path: EASEPath | None = None

    def __post_init__(self) -> None:
        if self.path is None:
            self.path = EASEPath().fit(self.X)

    def __call__(self, l2: float) -> tuple[Figure, str]:
        """Solve, evaluate and draw; return the figure and what to see in it."""
        start = perf_counter()
        model = self.path.at(l2)
        ndcg = evaluate(model, self.group, ["NDCG@100"]).metrics["NDCG@100"]
        seconds = perf_counter() - start
        fig = lambda_curve(
            self.curve,
            protocol=self.protocol,
            here=(l2, ndcg),
            reference=self.reference,
        )
        sentence = (
            f"λ = {l2:.4g}: solved and judged in {seconds:.2f} s, "
            f"NDCG@100 = {ndcg:.3f} on {self.group.history.shape[0]} users; "
            f"the squares of the weights sum to {model.squared_norm():,.1f}."
        )
        return fig, sentence


def lambda_slider(view: LambdaView, l2: float = 500.0) -> Explorer:
    """Return a slider over lambda that solves EASE anew while it is dragged.

    Parameters
    ----------
    view : LambdaView
    l2 : float
        Where the slider stands first, from 1 to 15,850.
    """
    slider = lambda_control(l2, top=4.2, step=0.2)  # five steps: a factor of ten
    hint = (
        "[A slider stands here in a running notebook: drag λ, and EASE is solved anew "
        "from the eigenvectors. The figure below shows its first position.]"
    )
    return explore(view, hint, l2=slider)
