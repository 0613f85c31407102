"""Lesson 05's widget: fade a user's own node in and out, and watch the list change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ipywidgets
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from recnb.evaluation import Group, evaluate
from recnb.models import CDAE
from recnb.plots import node_dial
from recnb.widgets.controls import KEYS, WIDTH
from recnb.widgets.explorer import Explorer, explore

LIST_LENGTH = 10
#: Of a title, so many letters fit into the figure.
LONGEST = 34
SHARES = tuple(np.linspace(0, 2, 9).round(2).tolist())


@dataclass
class NodeView:
    """Recommend to known users with a share of their own node, the rest the mean.

    Parameters
    ----------
    model : CDAE
        Fitted, with the user node.
    group : Group
        The known users; row i belongs to training row ``rows[i]``.
    rows : int array
    titles : sequence of n_items str
    metric, protocol : str
        For the figure; the metric of the curve.
    ease : float
        EASE's level for the same users.
    """

    model: CDAE
    group: Group
    rows: np.ndarray
    titles: Sequence[str]
    metric: str
    protocol: str
    ease: float

    def __post_init__(self) -> None:
        self.rows, self.titles = np.asarray(self.rows), list(self.titles)
        self.own = self.model.module_.V.detach().numpy()
        self.mean = self.own.mean(axis=0)
        values = [self._judged(share) for share in SHARES]
        index = pd.Index(SHARES, name="share")
        self.curve = pd.DataFrame({"value": values}, index=index)

    def __call__(self, share: float, user: int) -> tuple[Figure, str]:
        """Recommend to one user; return the figure and what to see in it."""
        history = self.group.history[[user]]
        listed = self._model(share, [user]).recommend(history, LIST_LENGTH)[0]
        stranger = self._model(0.0, [user]).recommend(history, LIST_LENGTH)[0]
        wanted = set(self.group.heldout[[user]].indices)
        hits = [self.titles[item] for item in listed if item in wanted]
        new_items = [item for item in listed if item not in stranger]
        new = [self.titles[item] for item in new_items]
        fig = node_dial(
            self.curve,
            [self._line(item, item in new_items, item in wanted) for item in listed],
            user=user,
            share=share,
            ease=self.ease,
            protocol=self.protocol,
            metric=self.metric,
        )
        mean, own, twice = self.curve["value"].loc[[0.0, 1.0, 2.0]]
        sentence = (
            f"User {user}, with {history.nnz} likes in the history: with {share:.0%} "
            f"of the own node, {len(new)} of {LIST_LENGTH} films listed would not be "
            "on that of a stranger with the same history"
            f"{': ' + '; '.join(new) if new else ''}. Held-out films on the list: "
            f"{len(hits)}{' (' + '; '.join(hits) + ')' if hits else ''}. All "
            f"{len(self.rows)} users: {self.metric} {mean:.3f} without their nodes, "
            f"{own:.3f} with them, {twice:.3f} with twice as much; EASE "
            f"{self.ease:.3f}."
        )
        return fig, sentence

    def _line(self, item: int, new: bool, hit: bool) -> str:
        """Write a film of the list: whether the node put it there, and is it right."""
        title = self.titles[item]
        short = title if len(title) <= LONGEST else title[: LONGEST - 1] + "…"
        return f"{'+' if new else '   '} {short}{' ✓' if hit else ''}"

    def _model(self, share: float, users: Sequence[int] | slice) -> CDAE:
        own = self.own[self.rows[users]]
        return self.model.with_nodes(self.mean + share * (own - self.mean))

    def _judged(self, share: float) -> float:
        model = self._model(share, slice(None))
        return evaluate(model, self.group, [self.metric]).metrics[self.metric]


def node_slider(view: NodeView, share: float = 1.0, user: int = 0) -> Explorer:
    """Return a slider over the share of the node, and one over the users.

    Parameters
    ----------
    view : NodeView
    share : float
        Where the first slider stands, from 0 to 2.
    user : int
        Row of the view's group that is shown first.
    """
    hint = (
        "[Two sliders stand here in a running notebook: how much of the own node a "
        "user gets, and which user. The figure below shows their first position.]"
    )
    layout = ipywidgets.Layout(width=WIDTH)
    shares = ipywidgets.FloatSlider(
        value=share,
        min=0,
        max=2,
        step=0.05,
        description="share",
        tooltip=f"Share of the user's own node; {KEYS}",
        layout=layout,
    )
    users = ipywidgets.IntSlider(
        value=user,
        min=0,
        max=view.group.history.shape[0] - 1,
        description="user",
        tooltip=f"Row of the user; {KEYS}",
        layout=layout,
    )
    return explore(view, hint, share=shares, user=users)
