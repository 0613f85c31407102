"""The two sliders of lesson 01: how many negatives, and how many test users."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ipywidgets
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy.special import gammaln

from recnb.plots.data_and_evaluation import negatives_curve, sampled_users
from recnb.widgets.explorer import Explorer, explore

NEGATIVES = (10, 15, 20, 30, 50, 70, 99, 150, 200, 300, 500, 1000, 2000, 3000)
USERS = (10, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750)


@dataclass
class NegativesView:
    """The hit rate among m drawn negatives, for every m, from the full ranks.

    It is no simulation: if `above` of a user's `unseen` films beat the held-out one,
    then the number of those among m drawn films is hypergeometric, and a hit at k is
    the event that fewer than k were drawn.

    Parameters
    ----------
    above : dict, model -> int array of shape (n_users,)
        Films that the model ranks above the held-out one, among the unseen ones.
    unseen : int array of shape (n_users,)
        Films that the user has not, the held-out one not counted.
    protocol : str
        One line for the figure.
    k : int
        Length of the list.
    """

    above: Mapping[str, np.ndarray]
    unseen: np.ndarray
    protocol: str
    k: int = 10

    def __post_init__(self) -> None:
        self.unseen = np.asarray(self.unseen)
        catalogue = int(self.unseen.max())
        steps = [m for m in NEGATIVES if m < 0.8 * catalogue]
        self.steps = (*steps, catalogue)
        rows = [self.rates(m) for m in self.steps]
        self.curve = pd.DataFrame(rows, index=self.steps)

    def rates(self, negatives: int) -> dict[str, float]:
        """Return each model's expected hit rate among this many negatives."""
        drawn = np.minimum(negatives, self.unseen)
        return {
            model: float(hit_chance(above, self.unseen, drawn, self.k).mean())
            for model, above in self.above.items()
        }

    def __call__(self, negatives: int) -> tuple[Figure, str]:
        """Draw the curves with one place singled out; return figure and sentence."""
        rates = self.rates(negatives)
        metric = f"HR@{self.k}"
        fig = negatives_curve(
            self.curve, metric=metric, protocol=self.protocol, here=negatives
        )
        order = sorted(rates, key=rates.get, reverse=True)
        listed = "; ".join(f"{model} {rates[model]:.3f}" for model in order)
        everything = negatives == self.steps[-1]
        among = "all unseen films" if everything else f"{negatives:,} drawn films"
        return fig, f"{metric} against {among}, best model first: {listed}."


def hit_chance(
    above: np.ndarray, unseen: np.ndarray, drawn: np.ndarray, k: int
) -> np.ndarray:
    """Return the chance that fewer than k of the drawn films stand above.

    It is ``hypergeom.cdf(k - 1, unseen, above, drawn)`` of SciPy, six times as fast,
    since a slider has to wait for it.
    """
    above, unseen, drawn = np.asarray(above), np.asarray(unseen), np.asarray(drawn)
    j = np.arange(k)[:, None]
    ways = _log_ways(above, j) + _log_ways(unseen - above, drawn - j)
    return np.exp(ways - _log_ways(unseen, drawn)).sum(axis=0)


def _log_ways(n: np.ndarray, r: np.ndarray) -> np.ndarray:
    """Return the logarithm of "n choose r"; minus infinity where there is no way."""
    possible = (r >= 0) & (r <= n)
    r = np.where(possible, r, 0)
    ways = gammaln(n + 1) - gammaln(r + 1) - gammaln(n - r + 1)
    return np.where(possible, ways, -np.inf)


def negatives_slider(view: NegativesView, negatives: int = 99) -> Explorer:
    """Return a slider over the number of negatives."""
    options = [(f"{step:,}", step) for step in view.steps[:-1]]
    options.append(("all", view.steps[-1]))
    slider = _slider(options, negatives, "negatives", "How many films are drawn")
    hint = (
        "[A slider stands here in a running notebook: choose how many films the "
        "held-out film is ranked against. The figure below shows its first position.]"
    )
    return explore(view, hint, negatives=slider)


@dataclass
class UsersView:
    """Means, standard errors and one paired difference on some of the users.

    Parameters
    ----------
    per_user : DataFrame, a row a user, a column a model
    pair : (str, str)
        The models whose difference is drawn: the first minus the second.
    metric, protocol : str
        What the values are; one line for the figure.
    """

    per_user: pd.DataFrame
    pair: tuple[str, str]
    metric: str
    protocol: str

    def __call__(self, n_users: int, draw: int = 0) -> tuple[Figure, str]:
        """Draw n_users of the users at random; return the figure and the sentence."""
        some = self.per_user.sample(n_users, random_state=draw)
        means = pd.DataFrame({"mean": some.mean(), "error": some.sem()})
        first, second = (some[name] for name in self.pair)
        gap, paired = float((first - second).mean()), float((first - second).sem())
        unpaired = float(np.hypot(first.sem(), second.sem()))
        difference = pd.DataFrame(
            {"mean": [gap, gap], "error": [paired, unpaired]},
            index=["paired", "unpaired"],
        )
        title = f"{self.protocol}, {n_users} of {len(self.per_user)} users"
        fig = sampled_users(means, difference, metric=self.metric, protocol=title)
        a, b = self.pair
        sentence = (
            f"{n_users} users: {a} has {self.metric} {first.mean():.3f} ± "
            f"{first.sem():.3f}, {b} {second.mean():.3f} ± {second.sem():.3f}; the "
            f"difference is {gap:+.4f}, ± {paired:.4f} if paired and ± {unpaired:.4f} "
            f"if not: {_size(gap, paired)}."
        )
        return fig, sentence


def _size(gap: float, error: float) -> str:
    """Say how many standard errors a difference is."""
    return f"{abs(gap) / error:.1f} paired standard errors from zero"


def users_slider(view: UsersView, n_users: int = 50) -> Explorer:
    """Return a slider over the number of users, and one over which ones are drawn."""
    steps = [step for step in USERS if step < len(view.per_user)]
    options = [(str(step), step) for step in (*steps, len(view.per_user))]
    slider = _slider(options, n_users, "users", "How many users are asked")
    draw = ipywidgets.IntSlider(
        value=0, max=20, description="draw", tooltip="Another number, other users"
    )
    hint = (
        "[Two sliders stand here in a running notebook: choose how many users are "
        "asked, and draw others. The figure below shows their first position.]"
    )
    return explore(view, hint, n_users=slider, draw=draw)


def _slider(
    options: list[tuple[str, int]], value: int, name: str, tooltip: str
) -> ipywidgets.SelectionSlider:
    nearest = min((step for _, step in options), key=lambda step: abs(step - value))
    return ipywidgets.SelectionSlider(
        options=options,
        value=nearest,
        description=name,
        tooltip=f"{tooltip}; arrow keys move it, too",
        continuous_update=True,
        readout=False,  # it takes typed text without acting on it; the caption tells
        layout=ipywidgets.Layout(width="36em"),
    )
