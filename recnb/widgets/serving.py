"""Lesson 12's third widget: the size of the catalogue against the time of a query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ipywidgets
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from recnb.data.dot_product_task import embeddings
from recnb.experiments.serving import timed
from recnb.models.retrieval import ExactSearch, MLPSearch
from recnb.models.similarity import MLPSimilarity
from recnb.plots import latencies
from recnb.widgets.controls import KEYS, WIDTH
from recnb.widgets.explorer import Explorer, explore

#: Timed at once up to so many items: an MLP takes a second or so there.
MOST_ITEMS = 100_000
N_USERS, SECONDS = 20, 0.5


@dataclass(frozen=True)
class CatalogueView:
    """Time the dot product and an MLP on a catalogue, beside the stored times.

    Parameters
    ----------
    table : DataFrame, index: catalogue sizes, columns: methods, values: ms
        Stored; columns "exact" and "MLP" are among them.
    similarity : MLPSimilarity
        Fitted; its d is that of the stored times.
    protocol : str
        For the figure.
    shares : dict, method -> Series with the table's index, optional
        The share of the exact list that a method finds, to write at its points.
    """

    table: pd.DataFrame
    similarity: MLPSimilarity
    protocol: str
    shares: Mapping[str, pd.Series] | None = None

    def __call__(self, n: float) -> tuple[Figure, str]:
        """Return the figure and what to see in it.

        Parameters
        ----------
        n : float
            Items in the catalogue, rounded.
        """
        n = round(n)
        words = {"protocol": self.protocol, "marked": n, "shares": self.shares}
        if n > MOST_ITEMS:
            sentence = (
                f"{n:,} items: above {MOST_ITEMS:,} only the stored times are shown."
            )
            return latencies(self.table, **words), sentence
        live = self._timed(n)
        ratio = live["MLP"] / live["exact"]
        sentence = (
            f"{n:,} items, timed just now: {live['exact']:.3f} ms with the dot "
            f"product, {live['MLP']:.1f} ms with the MLP, {ratio:,.0f} times as long."
        )
        return latencies(self.table, live=live, **words), sentence

    def _timed(self, n: int) -> dict[str, float]:
        """Return the median milliseconds of a query on n items drawn anew."""
        rng, d = np.random.default_rng(n), self.similarity.d_
        users, Q = embeddings(N_USERS, d, rng), embeddings(n, d, rng)
        searches = {"exact": ExactSearch(), "MLP": MLPSearch(self.similarity)}
        return {
            name: timed(search.fit(Q), users, longest=SECONDS)[0]
            for name, search in searches.items()
        }


def catalogue_slider(view: CatalogueView, n: int = 1000) -> Explorer:
    """Return a slider over the number of items, on a log scale.

    Parameters
    ----------
    view : CatalogueView
    n : int
        Where it stands first.
    """
    hint = (
        "[A slider over the size of the catalogue stands here in a running notebook. "
        "The figure below shows its first position.]"
    )
    slider = ipywidgets.FloatLogSlider(
        value=n,
        min=3,
        max=6,
        step=0.25,
        readout_format=",.0f",
        description="items",
        tooltip=f"Items in the catalogue; {KEYS}",
        continuous_update=False,
        layout=ipywidgets.Layout(width=WIDTH),
    )
    return explore(view, hint, n=slider)
