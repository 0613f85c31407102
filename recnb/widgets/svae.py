"""Lesson 07's widget: walk through a user's history, and exchange two of its films."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import ipywidgets
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy import sparse
from scipy.special import softmax

from recnb.evaluation import Group
from recnb.ground.ranking import mask_seen, top_k
from recnb.ground.sequences import in_order
from recnb.models import SVAE
from recnb.plots import walk
from recnb.widgets.controls import KEYS, WIDTH
from recnb.widgets.explorer import Explorer, explore

LIST_LENGTH = 10
MOST_STEPS = 200
MOST_PLACES = 10


@dataclass
class HistoryView:
    """Show users' histories to a model, film by film, and two of the films exchanged.

    Parameters
    ----------
    model : SVAE
        Fitted; or another model of sequences that has `walk`.
    group : Group
        Whose histories have an order.
    titles : sequence of n_items str
    protocol : str
        For the figure.

    Raises
    ------
    ValueError
        If the group has no order.
    """

    model: SVAE
    group: Group
    titles: Sequence[str]
    protocol: str

    def __post_init__(self) -> None:
        if self.group.order is None:
            raise ValueError(
                "The histories of this group have no order: split data that has "
                "timestamps, with strong_generalization, for example."
            )
        self.titles = list(self.titles)
        self._walked = cache(self._walk)

    def __call__(self, user: int, step: int, swap: int = 0) -> tuple[Figure, str]:
        """Show a user's first films; return the figure and what to see in it.

        Parameters
        ----------
        user : int
            Row of the group.
        step : int
            Films shown, from 1; all, if the history has fewer.
        swap : int
            Exchange the film seen last with the one so many places before it; with the
            first, if there are fewer. 0 leaves the order.

        Raises
        ------
        ValueError
            If there is no such user, step or exchange, or nothing in the history.
        """
        self._check(user, step, swap)
        items, ranks = self._walked(user)
        shown = min(step, len(items))
        swap = min(swap, shown - 1)
        rank, listed = self._predicted(user, shown)
        title = f"User {user}, after {shown} of {len(items)} films"
        sentence = (
            f"{title} (last: {self.titles[items[shown - 1]]}): "
            f"{self._found(user, shown, rank, listed)}"
        )
        if step > shown:
            sentence += f" There are no {step} films in this history."
        exchanged = np.nan
        if swap:
            what = f"the last film and the one {_places(swap)} exchanged"
            before = listed
            exchanged, listed = self._predicted(user, shown, swap)
            title += f", {what}"
            sentence += f" With {what}: {_moved(rank, exchanged, before, listed)}"
        words = {"title": title, "protocol": self.protocol}
        more = {"n_films": self.group.order.shape[1], "exchanged": exchanged}
        return walk(ranks, shown, listed, **words, **more), sentence

    def _check(self, user: int, step: int, swap: int) -> None:
        order = self.group.order
        if not 0 <= user < order.shape[0]:
            raise ValueError(
                f"user must be from 0 to {order.shape[0] - 1}, not {user}."
            )
        if step < 1 or swap < 0:
            raise ValueError(
                f"step must be at least 1 and swap at least 0, not {step} and {swap}."
            )
        if not order[[user]].nnz:
            raise ValueError(f"User {user} has nothing in the history: choose another.")

    def _walk(self, user: int) -> tuple[np.ndarray, np.ndarray]:
        """Return a user's items in order, and after each the place of the next."""
        order = self.group.order[[user]]
        (items,) = in_order(order)
        scores = self.model.walk(order)
        for step, item in enumerate(items):
            scores[step:, item] = -np.inf  # from here on it has been seen
        ranks = [_rank(scores[step], items[step + 1 :]) for step in range(len(items))]
        return items, np.array(ranks)

    def _predicted(
        self, user: int, shown: int, swap: int = 0
    ) -> tuple[float, pd.DataFrame]:
        """Return the place of the film that came next, and the list, item by item."""
        items, _ = self._walked(user)
        seen, later = items[:shown].copy(), items[shown:]
        seen[[-1, -1 - swap]] = seen[[-1 - swap, -1]]
        x = _in_this_order(seen, self.group.order.shape[1])
        scores = mask_seen(self.model.predict(x), x)
        listed = top_k(scores, LIST_LENGTH)[0]
        listed = listed[listed >= 0]
        kinds = self._kinds(user, later)
        columns = {
            "title": [self.titles[item] for item in listed],
            "probability": softmax(scores[0])[listed],
            "kind": [kinds.get(item, "") for item in listed],
        }
        return _rank(scores[0], later), pd.DataFrame(columns, index=listed)

    def _kinds(self, user: int, later: np.ndarray) -> dict[int, str]:
        """Return what is known of a user's other items."""
        return {
            **dict.fromkeys(self.group.heldout[[user]].indices, "held out"),
            **dict.fromkeys(later, "comes later"),
            **dict.fromkeys(later[:1], "comes next"),
        }

    def _found(self, user: int, shown: int, rank: float, listed: pd.DataFrame) -> str:
        """Say where the film that came next stands, or, at the end, what was found."""
        items, _ = self._walked(user)
        kinds = listed["kind"]
        if shown == len(items):
            found = _some(listed, kinds == "held out", "is", "are")
            return f"{found} among the {self.group.heldout[[user]].nnz} held out."
        to_come = kinds.isin(("comes next", "comes later"))
        return (
            f"the film that came next, {self.titles[items[shown]]}, stands at place "
            f"{rank:.0f}; {_some(listed, to_come, 'comes', 'come')} later."
        )


def _in_this_order(items: np.ndarray, n_items: int) -> sparse.csr_array:
    """Return a history of these items as a row of places in time, from 1."""
    places = 1 + np.arange(len(items), dtype=np.float32)
    cells = np.zeros_like(items), items
    return sparse.coo_array((places, cells), shape=(1, n_items)).tocsr()


def _rank(scores: np.ndarray, later: np.ndarray) -> float:
    """Return the place of the first of these items; NaN: there is none.

    Of equal scores, the lower item code comes first, as in `top_k`.
    """
    if not len(later):
        return np.nan
    score = scores[later[0]]
    tied_before = np.count_nonzero(scores[: later[0]] == score)
    return 1 + np.count_nonzero(scores > score) + tied_before


def _places(swap: int) -> str:
    return "before it" if swap == 1 else f"{swap} places before it"


def _some(listed: pd.DataFrame, which: pd.Series, one: str, many: str) -> str:
    """Return how many of the films listed it is, with the verb for one or for many."""
    n = np.count_nonzero(which)
    return f"{n} of the {len(listed)} films listed {one if n == 1 else many}"


def _moved(
    rank: float, exchanged: float, before: pd.DataFrame, listed: pd.DataFrame
) -> str:
    """Say what the exchange did to the place, if there is one, and to the list."""
    new = ~listed.index.isin(before.index)
    others = _some(listed, new, "is another", "are others")
    if np.isnan(rank):
        return f"{others}."
    compared = "as before" if exchanged == rank else f"instead of {rank:.0f}"
    return f"place {exchanged:.0f} {compared}, and {others}."


def history_sliders(
    view: HistoryView, user: int = 0, step: int = 20, swap: int = 0
) -> Explorer:
    """Return sliders over the users, the films shown, and the exchange of two films.

    Parameters
    ----------
    view : HistoryView
    user, step, swap : int
        Where they stand first.
    """
    hint = (
        "[Three sliders stand here in a running notebook: which user, how many films "
        "of the history are shown, and how far before the last of them the one stands "
        "that it is exchanged with. The figure below shows their first position.]"
    )
    order = view.group.order
    longest = int(np.diff(order.indptr).max())
    far = "How far before the last film the one stands that it is exchanged with"
    sliders = {
        "user": _slider("user", user, 0, order.shape[0] - 1, "Row of the user"),
        "step": _slider("step", step, 1, min(longest, MOST_STEPS), "Films shown"),
        "swap": _slider("swap", swap, 0, MOST_PLACES, far),
    }
    return explore(view, hint, **sliders)


def _slider(
    name: str, value: int, least: int, most: int, tooltip: str
) -> ipywidgets.IntSlider:
    return ipywidgets.IntSlider(
        value=value,
        min=least,
        max=most,
        description=name,
        tooltip=f"{tooltip}; {KEYS}",
        layout=ipywidgets.Layout(width=WIDTH),
    )
