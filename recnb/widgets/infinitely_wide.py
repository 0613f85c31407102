"""Lesson 14's widget: how deep a net of infinite width is, how strong its penalty.

The users' inner products, and what each depth makes of them, are computed once. At each
stop of the sliders the linear system is solved anew, and judged on validation users.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from scipy import linalg

from recnb.evaluation import Split, find_hits, mask_seen, ndcg, top_k
from recnb.experiments.infinite_ae import some_users
from recnb.models import EASE, InfiniteAE, gram_matrix
from recnb.models.arc_cosine import relu_kernel, relu_kernel_of_itself
from recnb.models.base import Recommender
from recnb.models.infinite_ae import squared_lengths
from recnb.plots import kernel_dial
from recnb.widgets.controls import choice_control
from recnb.widgets.explorer import Explorer, explore

METRIC = "NDCG@100"
#: Where the figure draws the kernels.
COSINES = np.linspace(0, 1, 101)


@dataclass
class KernelView:
    r"""Judge the tangent kernel of one depth with one penalty, beside EASE and ridge.

    All of them learn from the same few training users. A history h is scored by

    .. math:: k(h, X) \, (K + \lambda I)^{-1} X ,

    as `InfiniteAE` does.

    Parameters
    ----------
    split : Split
        With validation users.
    n_users : int
        So many of the training users are drawn; the others are left away.
    depths : sequence of int
        Numbers of hidden layers that can be chosen, >= 0. 0 is the linear kernel.
    l2s : sequence of float
        Penalties that can be chosen, in means of the kernel's diagonal, > 0. EASE and
        ridge have the best of them on the validation users; with their kernel, which
        is linear, the mean is that of the users' numbers of likes.
    protocol : str
        For the figure.
    seed : int
        For the draw of users.

    Attributes
    ----------
    X : csr_array of shape (n_users, n_items)
        The training users' histories.
    curves : dict, depth -> float array
        The kernel over the cosine of two histories, as in the figure.
    ease_l2, ridge_l2 : float
        Which of the penalties they have.

    Raises
    ------
    ValueError
        If the split has no validation users or fewer training users, or something
        cannot be chosen.

    Notes
    -----
    Memory: an n_users x n_users matrix, and one of validation users x n_users, float32,
    for each depth.
    """

    split: Split
    n_users: int
    depths: Sequence[int]
    l2s: Sequence[float]
    protocol: str
    seed: int = 0

    def __post_init__(self) -> None:
        self._check()
        X = some_users(self.split, self.n_users, self.seed).train
        self.X, H = X.astype(np.float32), self.split.val.history.astype(np.float32)
        products, a = gram_matrix(self.X.T.tocsr()), squared_lengths(self.X)
        of_histories = (H @ self.X.T).toarray()
        self._kernels = {
            depth: (
                with_diagonal(relu_kernel(products, a, a, depth), a, depth),
                relu_kernel(of_histories, squared_lengths(H), a, depth),
            )
            for depth in self.depths
        }
        self.curves = {depth: kernel_of_cosines(depth) for depth in self.depths}
        gram, mean_likes = gram_matrix(self.X), float(a.mean())
        self._ease, self.ease_l2 = self._best(
            lambda l2: EASE(l2 * mean_likes).fit(self.X, gram)
        )
        self._ridge, self.ridge_l2 = self._best(
            lambda l2: InfiniteAE(kernel="linear", l2=l2).fit(self.X, products)
        )
        ends = [
            np.nanmean(self._judge(self.scores(depth, l2)))
            for depth in (min(self.depths), max(self.depths))
            for l2 in (min(self.l2s), max(self.l2s))
        ]
        ends += [np.nanmean(self._ease), np.nanmean(self._ridge)]
        self._span = min(ends), max(ends)

    def __call__(self, depth: int, l2: float) -> tuple[Figure, str]:
        """Solve, judge and draw; return the figure and what to see in it.

        Parameters
        ----------
        depth : int
            One of `depths`.
        l2 : float
            One of `l2s`.

        Raises
        ------
        ValueError
            If it is another.
        """
        for name, value, values in (
            ("depth", depth, self.depths),
            ("λ", l2, self.l2s),
        ):
            if value not in values:
                known = ", ".join(f"{each:g}" for each in values)
                raise ValueError(f"{name} = {value} is none of {known}.")
        users = self._judge(self.scores(depth, l2))
        here, ease, ridge = map(np.nanmean, (users, self._ease, self._ridge))
        levels = {
            f"NTK, depth {depth}" if depth else "linear\n(depth 0)": here,
            "ridge\n(best λ)": ridge,
            "EASE (best λ)": ease,
        }
        fig = kernel_dial(
            COSINES,
            self.curves,
            depth,
            l2,
            levels,
            protocol=self.protocol,
            span=self._span,
        )
        sentence = (
            f"Depth {depth}, λ = {l2:g} times the mean of the kernel's diagonal: "
            f"validation {METRIC} {here:.4f} on {len(users):,} users, learned from "
            f"{self.n_users:,}. That is {gap(users, self._ease)} against EASE's "
            f"{ease:.4f} (its best λ: {self.ease_l2:g} times) and "
            f"{gap(users, self._ridge)} against ridge's {ridge:.4f} (its best: "
            f"{self.ridge_l2:g} times)."
        )
        return fig, sentence

    def scores(self, depth: int, l2: float) -> np.ndarray:
        """Return the validation users' scores; shape (n_users, n_items)."""
        K, k = self._kernels[depth]
        M = K.copy()
        M[np.diag_indices_from(M)] += np.float32(l2 * np.diag(K).mean())
        factor = linalg.cho_factor(M.T, overwrite_a=True, check_finite=False)
        weights = linalg.cho_solve(factor, k.T, check_finite=False)
        return np.ascontiguousarray((self.X.T @ weights).T)

    def _best(self, fitted: Callable[[float], Recommender]) -> tuple[np.ndarray, float]:
        """Return each validation user's quality with the best penalty, and this."""
        tried = [
            (self._judge(fitted(l2).predict(self.split.val.history)), l2)
            for l2 in self.l2s
        ]
        return max(tried, key=lambda one: np.nanmean(one[0]))

    def _judge(self, scores: np.ndarray) -> np.ndarray:
        """Return the NDCG@100 of each validation user."""
        group = self.split.val
        lists = top_k(mask_seen(scores, group.history), 100)
        return ndcg(find_hits(lists, group.heldout), 100)

    def _check(self) -> None:
        """Complain of what is missing, and of what cannot be chosen."""
        if self.split.val is None:
            raise ValueError("The split has no validation users to judge a kernel on.")
        if not len(self.depths) or not len(self.l2s):
            raise ValueError("depths and l2s need a value each; try [1] and [4].")
        most = self.split.train.shape[0]
        for name, values, least, end in (
            ("n_users", [self.n_users], 1, most),
            ("depth", self.depths, 0, np.inf),
        ):
            for value in values:
                whole = isinstance(value, int | np.integer)
                if not whole or not least <= value <= end:
                    up = f"to {end}" if end < np.inf else "up"
                    raise ValueError(
                        f"{name} must be a whole number from {least} {up}, not {value}."
                    )
        if not 0 < min(self.l2s) <= max(self.l2s) < np.inf:
            raise ValueError(f"Each l2 must be a finite number above 0: {self.l2s}.")


def with_diagonal(K: np.ndarray, a: np.ndarray, depth: int) -> np.ndarray:
    """Put the kernel of each user with itself, free of rounding, into K; return it."""
    K[np.diag_indices_from(K)] = relu_kernel_of_itself(a, depth)
    return K


def kernel_of_cosines(depth: int) -> np.ndarray:
    """Return the tangent kernel at `COSINES`, divided by its value at cosine 1."""
    kernel = relu_kernel(COSINES[None], np.ones(1), np.ones(len(COSINES)), depth)
    return kernel[0] / relu_kernel_of_itself(np.ones(1), depth)


def gap(users: np.ndarray, others: np.ndarray) -> str:
    """Return the mean difference of the same users, with its standard error."""
    differences = users - others
    n = np.count_nonzero(~np.isnan(differences))
    error = np.nanstd(differences, ddof=1) / np.sqrt(n)
    return f"{np.nanmean(differences):+.4f} ± {error:.4f}"


def kernel_sliders(view: KernelView, depth: int = 1, l2: float = 4) -> Explorer:
    """Return sliders over the depth and the penalty; each stop solves anew.

    Parameters
    ----------
    view : KernelView
    depth, l2 : int, float
        Where they stand first; one of the view's each.

    Raises
    ------
    ValueError
        If they cannot stand there.
    """
    hint = (
        "[Two sliders stand here in a running notebook: the depth of the net, and the "
        "penalty λ in means of its kernel's diagonal. The figure below shows their "
        "first position.]"
    )
    controls = {
        "depth": choice_control("depth", depth, view.depths, "Number of hidden layers"),
        "l2": choice_control(
            "λ", l2, view.l2s, "Penalty, in means of the kernel's diagonal"
        ),
    }
    return explore(view, hint, **controls)
