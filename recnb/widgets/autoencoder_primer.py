"""Lesson 02's sliders: how much noise, how many hidden units, and what they learn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ipywidgets
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy import sparse

from recnb.evaluation import Group, evaluate
from recnb.models import FixedWeights, ItemItemModel, MarginalizedDAE, gram_matrix
from recnb.plots import unit_strengths
from recnb.widgets.controls import KEYS, WIDTH, number_control
from recnb.widgets.explorer import Explorer, explore

NEIGHBOURS = 7


@dataclass
class HiddenUnitsView:
    """Train a linear denoising autoencoder, in closed form, and draw what it learned.

    Parameters
    ----------
    X : csr_array of shape (n_users, n_items)
        Training matrix of a small catalogue; its Gram matrix is computed once, here.
    group : Group
        The held-out users to judge on: the validation users.
    titles : sequence of n_items str
    protocol : str
        For the figure.
    """

    X: sparse.csr_array
    group: Group
    titles: Sequence[str]
    protocol: str

    def __post_init__(self) -> None:
        self.gram = gram_matrix(self.X, "float64")
        self.titles = list(self.titles)

    def __call__(self, p: float, hidden: int, film: str) -> tuple[Figure, str]:
        """Train, evaluate and draw; return the figure and what to see in it."""
        model, strengths = self._trained(p, hidden)
        ndcg = evaluate(model, self.group, ["NDCG@20"]).metrics["NDCG@20"]
        target = self.titles.index(film)
        weights = pd.Series(model.column(target), index=self.titles)
        shown = pd.concat([weights.iloc[[target]], self._nearest(weights, target)])
        label = f"p = {p:.2f}, {hidden} hidden units"
        fig = unit_strengths(
            np.sort(strengths)[::-1],
            shown,
            film=film,
            label=label,
            protocol=self.protocol,
        )
        awake = np.count_nonzero(strengths > 0.5)
        users = self.group.history.shape[0]
        sentence = (
            f"{label}: out of {awake} units more than half of their own pattern comes "
            f"back; the film itself has a weight of {weights.iloc[target]:.2f} in its "
            f"own score, the next one {shown.iloc[1]:.2f}; NDCG@20 = {ndcg:.3f} on "
            f"{users} users."
        )
        return fig, sentence

    def _trained(self, p: float, hidden: int) -> tuple[ItemItemModel, np.ndarray]:
        """Return the model, and the share of its own pattern that each unit gives back.

        A unit's pattern is its row of the decoder, which has the length 1. Put in as a
        history, it switches the unit on by this row times the encoder's column.
        """
        if p:
            model = MarginalizedDAE(p, hidden=hidden, dtype="float64")
            model.fit(self.X, gram=self.gram)
            return model, (model.decoder_ * model.encoder_.T).sum(axis=1)
        # Without noise the best net is PCA.
        _, vectors = np.linalg.eigh(self.gram)
        V = vectors[:, ::-1][:, :hidden]
        return FixedWeights(V @ V.T).fit(self.X), np.ones(hidden)

    @staticmethod
    def _nearest(weights: pd.Series, target: int) -> pd.Series:
        others = weights.drop(weights.index[target])
        return others.nlargest(NEIGHBOURS)


def hidden_units_sliders(
    view: HiddenUnitsView, p: float = 0.0, hidden: int = 50, film: str | None = None
) -> Explorer:
    """Return sliders over the corruption and the hidden units, and a menu of films.

    Parameters
    ----------
    view : HiddenUnitsView
    p : float
        Where the corruption stands first, from 0 to 0.9.
    hidden : int
        Where the number of hidden units stands first, in steps of 5.
    film : str, optional
        The film that is shown first; the most liked one by default.
    """
    hint = (
        "[Two sliders and a menu stand here in a running notebook: the corruption, the "
        "hidden units, and the film. The figure below shows their first position.]"
    )
    most_liked = np.argsort(-np.diag(view.gram), kind="stable")[:60]
    options = sorted(view.titles[item] for item in most_liked)
    units = ipywidgets.IntSlider(
        value=hidden,
        min=5,
        max=len(view.titles) // 5 * 5,
        step=5,
        description="units",
        tooltip=f"Hidden units between input and output; {KEYS}",
        layout=ipywidgets.Layout(width=WIDTH),
    )
    films = ipywidgets.Dropdown(
        options=options,
        value=view.titles[most_liked[0]] if film is None else film,
        description="film",
        layout=ipywidgets.Layout(width=WIDTH),
    )
    return explore(
        view,
        hint,
        p=number_control(
            p, top=0.9, name="corruption p", tooltip="Chance that a like is deleted"
        ),
        hidden=units,
        film=films,
    )
