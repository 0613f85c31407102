"""Lesson 03's widget: change one rating, and see which predictions it moves."""

from __future__ import annotations

from dataclasses import dataclass, field

import ipywidgets
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy import sparse

from recnb.models import AutoRec
from recnb.plots import moved_predictions
from recnb.widgets.controls import KEYS, WIDTH
from recnb.widgets.explorer import Explorer, explore

STARS = ("no rating", "1 star", "2 stars", "3 stars", "4 stars", "5 stars")


@dataclass
class ChangedRatingView:
    """Predict a user's ratings with one of them changed, beside those as they are.

    Parameters
    ----------
    model : AutoRec
        Fitted, of kind "user": it takes any row of ratings.
    row : csr_array of shape (1, n_items)
        The user's ratings.
    titles : sequence of str
        One for each item.
    shown : int array, optional
        The items whose predictions may be drawn; all by default. Those that the user
        has rated are left out.

    Raises
    ------
    ValueError
        If the model is item-based.
    """

    model: AutoRec
    row: sparse.csr_array
    titles: pd.Series
    shown: np.ndarray | None = None
    dense: np.ndarray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.model.kind != "user":
            raise ValueError(
                'The rows of an item-based net are films: use kind="user".'
            )
        self.dense = self.row.toarray()
        unrated = np.flatnonzero(self.dense[0] == 0)
        shown = unrated if self.shown is None else self.shown
        self.shown = np.intersect1d(shown, unrated)
        self.titles = pd.Series(np.asarray(self.titles), dtype=str)
        self.before = self._predicted(self.dense)

    def __call__(self, film: int, stars: int) -> tuple[Figure, str]:
        """Give the film so many stars (0: no rating); return figure and sentence."""
        changed = self.dense.copy()
        changed[0, film] = stars
        after, title = self._predicted(changed), self.titles[film]
        known = self.shown[self.shown != film]
        before, after = (
            pd.Series(each[known], index=self.titles[known])
            for each in (self.before, after)
        )
        was, now = STARS[int(self.dense[0, film])], STARS[int(stars)]
        fig = moved_predictions(before, after, title=f"{title}: {was} → {now}")
        moves = (after - before).to_numpy()
        most = int(np.abs(moves).argmax())
        if moves[most] == 0:
            return fig, f"{title} keeps its {was}: no prediction moves."
        sentence = (
            f"{title}: {was} before, {now} now. Of {len(moves)} films, "
            f"{before.index[most]} moves most, from {before.iloc[most]:.2f} to "
            f"{after.iloc[most]:.2f} stars; the mean change is {moves.mean():+.3f}."
        )
        return fig, sentence

    def _predicted(self, dense: np.ndarray) -> np.ndarray:
        return self.model.predict(sparse.csr_array(dense))[0]


def changed_rating_controls(
    view: ChangedRatingView, films: np.ndarray, stars: int = 1
) -> Explorer:
    """Return a menu of films and a slider over stars, 0 to 5.

    Parameters
    ----------
    view : ChangedRatingView
    films : int array
        The menu's items; the first one is chosen at first.
    stars : int
        Where the slider stands first.
    """
    menu = ipywidgets.Dropdown(
        options=[(view.titles[film], int(film)) for film in films],
        description="film",
        tooltip="The film whose rating is changed",
        layout=ipywidgets.Layout(width=WIDTH),
    )
    slider = ipywidgets.IntSlider(
        value=stars,
        min=0,
        max=5,
        description="stars",
        tooltip=f"Its new rating; 0 takes the rating away; {KEYS}",
        layout=ipywidgets.Layout(width=WIDTH),
    )
    hint = (
        "[A menu of films and a slider over stars stand here in a running notebook. "
        "The figure below shows their first position.]"
    )
    return explore(view, hint, film=menu, stars=slider)
