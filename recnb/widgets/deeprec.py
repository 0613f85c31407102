"""Lesson 04's widget: build a net layer by layer, see how it learned, train it."""

from __future__ import annotations

from dataclasses import dataclass

import ipywidgets
import pandas as pd
from matplotlib.figure import Figure

from recnb.evaluation import Split
from recnb.models import DeepRec
from recnb.plots import one_net
from recnb.widgets.controls import KEYS, WIDTH
from recnb.widgets.explorer import Explorer, explore

LIVE_EPOCHS = 5


@dataclass
class NetView:
    """Show the stored learning curve of a net, and train it a little if asked to.

    Parameters
    ----------
    curves : DataFrame
        Stored rows of one dataset, without dropout and re-feeding, at one learning
        rate: columns layers, activation, epoch, loss, val, n_weights, lr.
    split : Split
        To train on live; the split of the stored curves.
    reference : (str, float)
        A baseline's name and its validation error.
    title : str
        One line for the figure: dataset, protocol, seed.
    """

    curves: pd.DataFrame
    split: Split
    reference: tuple[str, float]
    title: str

    def __post_init__(self) -> None:
        self.nets = {
            key: curve.sort_values("epoch")
            for key, curve in self.curves.groupby(["layers", "activation"])
        }

    @property
    def depths(self) -> list[int]:
        """Numbers of encoder layers that are stored, ascending."""
        return sorted({layers.count("-") + 1 for layers, _ in self.nets})

    def __call__(
        self, depth: int, activation: str = "selu", live: bool = False
    ) -> tuple[Figure, str]:
        """Draw the net of this depth; return the figure and what to see in it."""
        width = self.curves["layers"].iloc[0].split("-")[0]
        layers = "-".join([width] * depth)
        key = (layers, activation)
        name = f"n-{layers}{f'-{width}' * (depth - 1)}-n, {activation}"
        if key not in self.nets:
            known = ", ".join(a for one, a in self.nets if one == layers)
            raise ValueError(f"{name} is not stored here; with {layers}: {known}.")
        curve = self.nets[key]
        trained = self._train(curve) if live else None
        others = [net for other, net in self.nets.items() if other != key]
        fig = one_net(
            curve,
            others,
            title=f"{self.title}, {name}",
            live=trained,
            reference=self.reference,
        )
        return fig, self._sentence(name, curve, trained)

    def _train(self, curve: pd.DataFrame) -> pd.DataFrame:
        row = curve.iloc[0]
        model = DeepRec(
            layers=tuple(int(width) for width in row["layers"].split("-")),
            activation=row["activation"],
            dropout=0.0,
            refeeding=0,
            lr=row["lr"],
            epochs=LIVE_EPOCHS,
            patience=None,
        )
        model.fit(self.split.train, self.split.val.heldout)
        return model.log_.to_frame().reset_index()

    def _sentence(
        self, name: str, curve: pd.DataFrame, trained: pd.DataFrame | None
    ) -> str:
        if curve["val"].isna().all():
            return f"{name}: diverged in the first epoch."
        best = curve.loc[curve["val"].idxmin()]
        baseline, error = self.reference
        text = (
            f"{name}: {best['n_weights']:,.0f} weights and offsets; "
            "best validation RMSE "
            f"{best['val']:.3f} in epoch {best['epoch']:.0f} of {len(curve)} "
            f"({baseline}: {error:.3f})."
        )
        if trained is not None:
            last = trained.iloc[-1]
            stored = curve["val"].iloc[len(trained) - 1]
            text += (
                f" Trained just now for {len(trained)} epochs in {last['seconds']:.0f} "
                f"s: {last['val']:.3f}, stored: {stored:.3f}."
            )
        return text


def net_builder(view: NetView, depth: int = 2, activation: str = "selu") -> Explorer:
    """Return a slider over the depth, a menu of activations, and a box to train.

    Parameters
    ----------
    view : NetView
    depth : int
        Number of encoder layers at first.
    activation : str
    """
    hint = (
        "[A slider over the depth, a menu of activations and a box that trains the net "
        "stand here in a running notebook. The figure below shows their first state.]"
    )
    names = list(dict.fromkeys(activation for _, activation in view.nets))
    return explore(
        view,
        hint,
        depth=ipywidgets.IntSlider(
            value=depth,
            min=view.depths[0],
            max=view.depths[-1],
            description="encoder layers",
            style={"description_width": "initial"},
            tooltip=f"Layers of the encoder; the decoder has as many; {KEYS}",
            layout=ipywidgets.Layout(width=WIDTH),
        ),
        activation=ipywidgets.Dropdown(
            value=activation,
            options=names,
            description="activation",
            tooltip="Function of every layer; arrow keys choose",
        ),
        live=ipywidgets.Checkbox(
            value=False,
            description=f"train it now ({LIVE_EPOCHS} epochs)",
            tooltip="Space ticks the box; the net is trained at once",
        ),
    )
