"""Lesson 12's first two widgets: the grid of d and M; two embeddings in the plane."""

from __future__ import annotations

from dataclasses import dataclass

import ipywidgets
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from recnb.data.dot_product_task import dot_product_task, sigma_emb
from recnb.models.similarity import MLPSimilarity
from recnb.plots import approximation_errors, plane
from recnb.plots.learned_dot import PLACES
from recnb.widgets.controls import KEYS, WIDTH, choice_control
from recnb.widgets.explorer import Explorer, explore

#: Training on so many pairs takes seconds; more than that the widget leaves stored.
MOST_PAIRS = 45_000
#: Factors of q along which the similarity is drawn.
TICKS = np.round(np.arange(-3, 3.01, 0.1), 1)


@dataclass(frozen=True)
class GridView:
    """Show the stored error for a d and an M, and train a net for them if it is quick.

    Parameters
    ----------
    table : DataFrame
        Stored results of h = d: columns ``d``, ``M``, ``seed``, ``pairs``, ``error``.
    protocol : str
        For the figure.
    """

    table: pd.DataFrame
    protocol: str

    def __call__(self, d: int, M: int, train: bool) -> tuple[Figure, str]:
        """Return the figure and what to see in it.

        Parameters
        ----------
        d, M : int
        train : bool
            Draw the task with a new seed and train a net on it, if M is small enough.

        Raises
        ------
        ValueError
            If nothing is stored for d and M.
        """
        here = self.table.query("d == @d and M == @M")
        if here.empty:
            raise ValueError(f"Nothing is stored for d = {d} and M = {M}.")
        error = here.groupby("pairs")["error"].mean()
        sentence = (
            f"d = {d}, {M:,} users (the ring): {error['fresh']:.4f} above the dot "
            f"product on fresh pairs, {error['test']:.4f} on test pairs (stored)."
        )
        live = None
        if train:
            live, said = self._trained(d, M)
            sentence += f" {said}"
        words = {"protocol": self.protocol, "marked": (d, M), "live": live}
        return approximation_errors(self.table, **words), sentence

    def _trained(self, d: int, M: int) -> tuple[tuple[int, float] | None, str]:
        """Train on a task that no stored result was measured on, or say why not."""
        n_pairs = 90 * M
        if n_pairs > MOST_PAIRS:
            return None, f"To train on {n_pairs:,} pairs takes too long here."
        seed = int(self.table["seed"].max()) + 1
        task = dot_product_task(M, d, seed=seed, n_fresh=10_000)
        model, fresh = MLPSimilarity(seed=seed).fit(task.train), task.fresh
        error = fresh.rmse(model.predict_pairs(fresh)) - fresh.rmse(fresh.dot)
        said = f"Trained just now on new data (the star): {error:.4f} on fresh pairs."
        return (M, error), said


def grid_sliders(view: GridView, d: int = 8, M: int = 500) -> Explorer:
    """Return sliders over the stored d and M, and a box that trains a net.

    Parameters
    ----------
    view : GridView
    d, M : int
        Where they stand first.
    """
    hint = (
        "[Two sliders and a box stand here in a running notebook: the length d of an "
        "embedding, the users M, and whether to train a net now. The figure below "
        "shows their first position.]"
    )
    complete = view.table.pivot_table("error", "M", "d").dropna().index
    controls = {
        "d": choice_control(
            "d", d, sorted(map(int, view.table["d"].unique())), "Length of an embedding"
        ),
        "M": choice_control("M", M, list(map(int, complete)), "Users, and items"),
        "train": ipywidgets.Checkbox(
            value=False, description=f"train now (up to {MOST_PAIRS // 90} users)"
        ),
    }
    return explore(view, hint, **controls)


@dataclass(frozen=True)
class PlaneView:
    """Show two embeddings of two numbers, and their true and learned similarity.

    Parameters
    ----------
    model : MLPSimilarity
        Fitted, with d = 2.
    protocol : str
        For the figure.

    Raises
    ------
    ValueError
        If the model was fitted on embeddings of another length.
    """

    model: MLPSimilarity
    protocol: str

    def __post_init__(self) -> None:
        if self.model.d_ != 2:
            raise ValueError(
                f"The plane needs a model with d = 2, not {self.model.d_}."
            )

    def __call__(
        self, p1: float, p2: float, q1: float, q2: float
    ) -> tuple[Figure, str]:
        """Return the figure and what to see in it; entries count in spreads."""
        p, q = np.array([p1, p2]), np.array([q1, q2])
        scale = sigma_emb(2)
        along = scale * TICKS[:, None] * q
        user = np.tile(scale * p, (len(TICKS), 1))
        scores = pd.DataFrame(
            {"true": along @ (scale * p), "learned": self.model.predict(user, along)}
        )
        true, learned = scores.set_axis(TICKS).loc[1.0]
        first, second = (scale * grid.ravel() for grid in np.meshgrid(PLACES, PLACES))
        items = np.column_stack([first, second])
        user = np.tile(scale * p, (len(items), 1))
        fields = {
            "true": items @ (scale * p),
            "learned": self.model.predict(user, items),
        }
        fields = {
            name: field.reshape(2 * [len(PLACES)]) for name, field in fields.items()
        }
        far = max(np.linalg.norm(p), np.linalg.norm(q))
        sentence = (
            f"The dot product is {true:.2f}, the net says {learned:.2f}: off by "
            f"{learned - true:+.2f}. The longer arrow has {far:.1f} spreads; "
            "in training, 1 in 100 was above 3."
        )
        return plane(p, q, TICKS, scores, fields, protocol=self.protocol), sentence


def plane_sliders(
    view: PlaneView, p: tuple[float, float] = (2, 1), q: tuple[float, float] = (2, -1.5)
) -> Explorer:
    """Return sliders over the coordinates of both embeddings.

    Parameters
    ----------
    view : PlaneView
    p, q : pairs of float
        Where they stand first, in spreads of an embedding's entries.
    """
    hint = (
        "[Four sliders stand here in a running notebook: the two coordinates of the "
        "user's embedding and of the item's. The figure below shows their first "
        "position.]"
    )
    start = {"p1": p[0], "p2": p[1], "q1": q[0], "q2": q[1]}
    return explore(view, hint, **{name: _entry(name, x) for name, x in start.items()})


def _entry(name: str, value: float) -> ipywidgets.FloatSlider:
    whose = "user's" if name[0] == "p" else "item's"
    return ipywidgets.FloatSlider(
        value=value,
        min=-4,
        max=4,
        step=0.1,
        description=name,
        tooltip=f"Entry {name[1]} of the {whose} embedding; {KEYS}",
        layout=ipywidgets.Layout(width=WIDTH),
    )
