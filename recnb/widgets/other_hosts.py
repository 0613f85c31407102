"""Lesson 13b's widget: how many vectors a graph filter keeps, and how much they count.

The singular vectors are those of one `GFCF`; every stop of the sliders is a GF-CF of
its own, judged on all validation users.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from recnb.evaluation import Group, Split, find_hits, mask_seen, ndcg, top_k
from recnb.models.gfcf import GFCF, inverse_root
from recnb.plots import filter_dial
from recnb.widgets.controls import choice_control
from recnb.widgets.explorer import Explorer, explore

METRIC = "NDCG@100"


@dataclass
class FilterView:
    r"""Judge GF-CF for one number of vectors and one strength, beside its halves.

    A history r, a row, is scored by

    .. math::

        r \, (\tilde R^T \tilde R + \alpha D_i^{-1/2} V_k V_k^T D_i^{1/2}),

    one step of smoothing and an ideal low-pass filter: the k leading right singular
    vectors of the normalised likes.

    Parameters
    ----------
    split : Split
        With validation users.
    ks : sequence of int
        Numbers of singular vectors that can be chosen; the most is fitted here, once.
    alphas : sequence of float
        Strengths of the ideal low-pass filter that can be chosen, >= 0.
    protocol : str
        For the figure.
    ease : float
        EASE's NDCG@100 for the validation users.

    Raises
    ------
    ValueError
        If the split has no validation users, nothing can be chosen, an alpha is below
        0, or there are fewer singular vectors than a k.

    Notes
    -----
    The figure's response h is that of both filters to the eigenvectors of the items'
    graph. In the scores, the second one stands between the roots of the items' numbers
    of users, and the first one does not.
    """

    split: Split
    ks: Sequence[int]
    alphas: Sequence[float]
    protocol: str
    ease: float

    def __post_init__(self) -> None:
        history = self._checked().history.astype(np.float32)
        model = GFCF(max(self.ks)).fit(self.split.train)
        V, root = model.V_.astype(np.float32), model.root_of_likes_
        self.eigenvalues = model.eigenvalues_
        rare = V * inverse_root(root**2)[:, None].astype(np.float32)
        self._projected = history @ rare
        self._back = V.T * root
        self._smoothed = ((history @ model.R_.T) @ model.R_).toarray()
        self.smoothing = self._judge(self._smoothed)
        self.vectors = {k: self._judge(self._low_pass(k)) for k in self.ks}

    def __call__(self, k: int, alpha: float) -> tuple[Figure, str]:
        """Score, judge and draw; return the figure and what to see in it.

        Parameters
        ----------
        k : int
            One of `ks`.
        alpha : float
            One of `alphas`.

        Raises
        ------
        ValueError
            If it is another.
        """
        for name, value, values in (("k", k, self.ks), ("α", alpha, self.alphas)):
            if value not in values:
                known = ", ".join(f"{each:g}" for each in values)
                raise ValueError(f"{name} = {value} is none of {known}.")
        here = self._judge(self.scores(k, alpha))
        levels = {
            "GF-CF": here,
            "smoothing alone\n(α = 0)": self.smoothing,
            "k vectors alone\n(α → ∞)": self.vectors[k],
            "EASE": self.ease,
        }
        known = (self.smoothing, self.ease, *self.vectors.values())
        fig = filter_dial(
            self.eigenvalues,
            k,
            alpha,
            levels,
            protocol=self.protocol,
            top=max(self.alphas),
            span=(min(known), max(known)),
        )
        sentence = (
            f"k = {k}, α = {alpha:g}: validation {METRIC} {here:.4f} on "
            f"{len(self._smoothed):,} users, {here - self.ease:+.4f} against EASE's "
            f"{self.ease:.4f}. Smoothing alone: {self.smoothing:.4f}; the {k} vectors "
            f"alone: {self.vectors[k]:.4f}. The filter lifts the eigenvalues from "
            f"{self.eigenvalues[k - 1]:.3f} up by {alpha:g}."
        )
        return fig, sentence

    def scores(self, k: int, alpha: float) -> np.ndarray:
        """Return the validation users' scores; shape (n_users, n_items)."""
        return self._smoothed + np.float32(alpha) * self._low_pass(k)

    def _low_pass(self, k: int) -> np.ndarray:
        """Return the scores of the ideal low-pass filter alone."""
        return self._projected[:, :k] @ self._back[:k]

    def _judge(self, scores: np.ndarray) -> float:
        """Return the mean NDCG@100 of the validation users."""
        group = self.split.val
        lists = top_k(mask_seen(scores, group.history), 100)
        return float(np.nanmean(ndcg(find_hits(lists, group.heldout), 100)))

    def _checked(self) -> Group:
        """Return the validation users, or complain of what cannot be chosen."""
        if self.split.val is None:
            raise ValueError("The split has no validation users to judge a filter on.")
        if not len(self.ks) or not len(self.alphas):
            raise ValueError("ks and alphas need a value each; try [64] and [0.3].")
        if min(self.alphas) < 0:
            raise ValueError(f"alpha must be at least 0, not {min(self.alphas)}.")
        most = min(self.split.train.shape) - 1
        for k in self.ks:
            if not isinstance(k, int | np.integer) or not 1 <= k <= most:
                raise ValueError(f"k must be a whole number from 1 to {most}, not {k}.")
        return self.split.val


def filter_sliders(view: FilterView, k: int = 64, alpha: float = 0.3) -> Explorer:
    """Return sliders over the numbers of vectors and their strength.

    Parameters
    ----------
    view : FilterView
    k, alpha : int, float
        Where they stand first; one of the view's each.

    Raises
    ------
    ValueError
        If they cannot stand there.
    """
    hint = (
        "[Two sliders stand here in a running notebook: the number k of singular "
        "vectors, and their strength α beside one step of smoothing. The figure below "
        "shows their first position.]"
    )
    controls = {
        "k": choice_control("k", k, view.ks, "Number of singular vectors"),
        "alpha": choice_control("α", alpha, view.alphas, "Strength of their part"),
    }
    return explore(view, hint, **controls)
