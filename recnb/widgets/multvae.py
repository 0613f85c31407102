"""Lesson 06's widget: turn the weight of the KL divergence, and train a net with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import ipywidgets
import pandas as pd
from matplotlib.figure import Figure

from recnb.evaluation import Split
from recnb.models import MultVAE
from recnb.plots import beta_dial
from recnb.widgets.controls import KEYS, WIDTH
from recnb.widgets.explorer import Explorer, explore

LIVE_EPOCHS = 5


@dataclass
class BetaView:
    """Show what the stored weights did, and train a net with one if asked to.

    Parameters
    ----------
    curves : DataFrame
        Stored rows of one dataset without annealing: columns beta, epoch, val,
        kl_best, active.
    split : Split
        To train on live; the split of the stored curves.
    net : function of beta
        Returns the net of the stored curves, not trained yet.
    metric, title : str
        Of the figure: the validation metric; dataset, protocol, seed.
    levels : dict, model class name -> float
        The metric of other models on the same users.
    """

    curves: pd.DataFrame
    split: Split
    net: Callable[[float], MultVAE]
    metric: str
    title: str
    levels: Mapping[str, float]

    def __post_init__(self) -> None:
        self.stored = {
            float(beta): curve.sort_values("epoch")
            for beta, curve in self.curves.groupby("beta")
        }

    def __call__(self, beta: float, live: bool = False) -> tuple[Figure, str]:
        """Draw one weight; return the figure and what to see in it."""
        if beta not in self.stored:
            known = ", ".join(f"{b:g}" for b in self.stored)
            raise ValueError(f"β = {beta:g} is not stored; choose of {known}.")
        trained = self._train(beta) if live else None
        fig = beta_dial(
            self.stored,
            beta,
            levels=self.levels,
            metric=self.metric,
            protocol=self.title,
            live=trained,
        )
        return fig, self._sentence(beta, trained)

    def _train(self, beta: float) -> pd.DataFrame:
        net = self.net(beta).set_params(epochs=LIVE_EPOCHS, patience=None)
        net.fit(self.split.train, self.split.val)
        table = net.log_.to_frame().reset_index()
        return table.assign(val=1 - table["val"])

    def _sentence(self, beta: float, trained: pd.DataFrame | None) -> str:
        curve = self.stored[beta]
        if curve["val"].isna().all():
            return f"β = {beta:g}: diverged in the first epoch."
        best = curve["val"].idxmax()
        facts = curve.iloc[-1]
        sentence = (
            f"β = {beta:g}: best validation {self.metric} {curve['val'].max():.3f} in "
            f"epoch {curve.loc[best, 'epoch']:.0f} of {len(curve)}; there the code "
            f"costs {facts['kl_best']:.3g} nats a user, and {facts['active']:.0f} of "
            "its units are in use."
        )
        if trained is not None:
            now = trained["val"].iloc[-1]
            then = curve["val"].iloc[len(trained) - 1]
            sentence += (
                f" Trained now for {len(trained)} epochs: {now:.3f}; stored at that "
                f"epoch: {then:.3f}."
            )
        return sentence


def beta_slider(view: BetaView, beta: float = 0.2) -> Explorer:
    """Return a slider over the stored weights, and a box that trains a net.

    Parameters
    ----------
    view : BetaView
    beta : float
        Where the slider stands first; one of the stored weights.
    """
    hint = (
        "[A slider over the weight β and a box that trains the net stand here in a "
        "running notebook. The figure below shows their first state.]"
    )
    betas = ipywidgets.SelectionSlider(
        options=[(f"{b:g}", b) for b in view.stored],
        value=beta,
        description="β",
        tooltip=f"Weight of the KL divergence; {KEYS.split(',')[0]}",
        layout=ipywidgets.Layout(width=WIDTH),
    )
    live = ipywidgets.Checkbox(
        value=False,
        description=f"train it now, {LIVE_EPOCHS} epochs",
        tooltip="Trains a net with this weight; takes some seconds",
        indent=True,
    )
    return explore(view, hint, beta=betas, live=live)
