"""Lesson 10's widgets: a dial on the negative weights, four curves, neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ipywidgets
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy import sparse

from recnb.evaluation import Group, evaluate
from recnb.models import EASE, RDLAE, FixedWeights, ItemItemModel, gram_matrix
from recnb.plots import dial, four_curves, neighbours
from recnb.widgets.controls import WIDTH, lambda_control, number_control
from recnb.widgets.explorer import Explorer, explore


@dataclass
class DialView:
    """Multiply EASE's negative weights by a factor, and judge.

    Parameters
    ----------
    X : csr_array of shape (n_users, n_items)
    group : Group
        The validation users.
    curves : DataFrame, index: the factor; a column a lambda
        Computed beforehand; the background.
    protocol : str
    """

    X: sparse.csr_array
    group: Group
    curves: pd.DataFrame
    protocol: str

    def __post_init__(self) -> None:
        self.gram = gram_matrix(self.X)

    def __call__(self, factor: float, l2: float = 500.0) -> tuple[Figure, str]:
        """Train, turn, evaluate and draw; return figure and sentence."""
        B = EASE(l2).fit(self.X, gram=self.gram).weights_
        np.multiply(B, np.float32(factor), out=B, where=B < 0)
        ndcg = _ndcg(FixedWeights(B).fit(self.X), self.group)
        label = f"λ = {l2:.4g}"
        fig = dial(
            self.curves, here=(factor, ndcg), label=label, protocol=self.protocol
        )
        what = {0.0: "clamped", 1.0: "as solved"}.get(round(factor, 6), "changed")
        sentence = (
            f"{label}, negative weights times {factor:.2f} ({what}): "
            f"NDCG@100 = {ndcg:.4f} on {self.group.history.shape[0]} users."
        )
        return fig, sentence


def dial_sliders(view: DialView, factor: float = 0.0, l2: float = 500.0) -> Explorer:
    """Return a dial on the negative weights, from 0 to 2, and a slider over lambda."""
    turn = number_control(
        factor,
        top=2,
        name="factor",
        tooltip="What the negative weights are multiplied by",
    )
    hint = (
        "[Two sliders stand here in a running notebook: the factor on all negative "
        "weights, and λ. The figure below shows their first position.]"
    )
    return explore(view, hint, factor=turn, l2=lambda_control(l2))


@dataclass
class FourCurvesView:
    """EASE, clamped EASE, non-negative EASE and ridge against lambda, with a cursor.

    At the cursor three of them are trained anew, from one inverse each for EASE and
    ridge; the non-negative one, which takes seconds, is read off the curve, as far as
    that goes.

    Parameters
    ----------
    X : csr_array of shape (n_users, n_items)
    group : Group
        The validation users.
    curve : DataFrame, index: lambda, ascending; columns EASE, "clamped EASE",
        "non-negative EASE", LAE
    protocol : str
    """

    X: sparse.csr_array
    group: Group
    curve: pd.DataFrame
    protocol: str

    def __post_init__(self) -> None:
        self.gram = gram_matrix(self.X)

    def __call__(self, l2: float) -> tuple[Figure, str]:
        """Train, evaluate and draw; return figure and sentence."""
        ridge = RDLAE(l2, xi=1).fit(self.X, gram=self.gram)
        values = {"LAE": _ndcg(ridge, self.group)}
        # Ridge's columns over one minus their diagonal entry are EASE's: lesson 09.
        B = ridge.weights_
        B /= 1 - np.diag(B)
        np.fill_diagonal(B, 0)
        values["EASE"] = _ndcg(FixedWeights(B).fit(self.X), self.group)
        np.maximum(B, 0, out=B)
        values["clamped EASE"] = _ndcg(FixedWeights(B).fit(self.X), self.group)
        name = "non-negative EASE"
        ends = {"left": np.nan, "right": np.nan}  # a ring beside its line would lie
        values[name] = float(
            np.interp(np.log(l2), np.log(self.curve.index), self.curve[name], **ends)
        )
        read = "not computed for this λ"
        if not np.isnan(values[name]):
            read = f"{values[name]:.3f}, read off the curve"
        fig = four_curves(self.curve, here=(l2, values), protocol=self.protocol)
        sentence = (
            f"λ = {l2:.4g}: EASE {values['EASE']:.3f}, clamped "
            f"{values['clamped EASE']:.3f}, ridge {values['LAE']:.3f}, all three "
            f"trained anew; solved without negative weights {read}."
        )
        return fig, sentence


def four_curves_slider(view: FourCurvesView, l2: float = 500.0) -> Explorer:
    """Return a slider that moves the cursor over lambda."""
    hint = (
        "[A slider stands here in a running notebook: drag λ, and EASE, clamped EASE "
        "and ridge are trained anew. The figure below shows its first position.]"
    )
    return explore(view, hint, l2=lambda_control(l2))


@dataclass
class NeighboursView:
    """What speaks for and against one film, in several models side by side.

    Parameters
    ----------
    models : dict, name -> fitted item-item model
    titles : Series
        Title of each item code.
    most : int
        How many neighbours to draw; of a model with negative weights, three of them
        are those that speak most against the film.
    protocol : str
        Data, split and settings, for the title line.
    """

    models: Mapping[str, ItemItemModel]
    titles: pd.Series
    most: int = 10
    protocol: str = ""

    def __post_init__(self) -> None:
        # Codes are positions: what labels the titles have means nothing here.
        self.titles = pd.Series(self.titles).reset_index(drop=True)

    def __call__(self, film: int) -> tuple[Figure, str]:
        """Draw the film's neighbours; return figure and sentence."""
        columns = {name: self._neighbours(m, film) for name, m in self.models.items()}
        title = self.titles[film]
        asked = f"What speaks for and against {title}"
        heading = ", ".join(filter(None, [asked, self.protocol]))
        fig = neighbours(columns, title=heading)
        parts = [
            f"{name}: {column.index[0]} ({column.iloc[0]:+.3f})"
            for name, column in columns.items()
        ]
        sentence = f"What speaks most for {title}. " + "; ".join(parts)
        return fig, f"{sentence}. Hatched bars speak against it."

    def _neighbours(self, model: ItemItemModel, film: int) -> pd.Series:
        column = pd.Series(model.column(film)).drop(film)
        column.index = self.titles[column.index]
        lowest = column[column < 0].nsmallest(3)[::-1]
        highest = column[column > 0].nlargest(self.most - len(lowest))
        return pd.concat([highest, lowest])


def neighbours_menu(view: NeighboursView, films: list[int]) -> Explorer:
    """Return a menu of films; the first of them is shown first."""
    films = list(films)
    menu = ipywidgets.Dropdown(
        options=[(view.titles[film], film) for film in films],
        value=films[0],
        description="film",
        tooltip="The film whose neighbours are drawn",
        layout=ipywidgets.Layout(width=WIDTH),
    )
    hint = (
        "[A menu of films stands here in a running notebook. The figure below shows "
        "the first of them.]"
    )
    return explore(view, hint, film=menu)


def _ndcg(model: ItemItemModel, group: Group) -> float:
    return evaluate(model, group, ["NDCG@100"]).metrics["NDCG@100"]
