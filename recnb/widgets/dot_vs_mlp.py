"""Lesson 11's widget: choose MF's settings and train it, there and then."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pandas as pd
from matplotlib.figure import Figure

from recnb.evaluation import Split
from recnb.models import MF, Popularity
from recnb.plots import mf_training
from recnb.widgets.controls import choice_control
from recnb.widgets.explorer import Explorer, explore

DIMENSIONS = (4, 8, 16, 32)
PENALTIES = (0, 0.001, 0.005, 0.01, 0.05)
EPOCHS = (5, 10, 15, 20)
ANEW = "the model is trained anew"
#: Larger steps and fewer negatives than in the paper: a few seconds are enough. On
#: validation films, .05 was the best of .01, .02 and .05 within 15 epochs.
QUICK = {"lr": 0.05, "m": 2, "n_threads": 2}


@dataclass
class MFView:
    """Train MF on a split's training pairs, and judge it on its validation items.

    What has been trained once is not trained again.

    Parameters
    ----------
    split : Split
        Of `recnb.evaluation.leave_one_out`, with validation items.

    Raises
    ------
    ValueError
        If the split has no validation items.
    """

    split: Split

    def __post_init__(self) -> None:
        if self.split.val is None:
            raise ValueError(
                "Settings are chosen on validation items, and this split has none: "
                "leave_one_out(..., validation=True) holds them out."
            )
        popular = Popularity().fit(self.split.train)
        self.popularity = 1 - self.split.val.error(popular)
        self._trained = cache(self._train)

    def __call__(self, d: int, l2: float, epochs: int) -> tuple[Figure, str]:
        """Train a model; return the figure and what to see in it.

        Parameters
        ----------
        d : int
            Length of the embeddings, the bias included.
        l2 : float
            The penalty.
        epochs : int
        """
        log = self._trained(d, l2, epochs)
        metric, best = self.split.protocol.metrics[0], log["val"].idxmin()
        name = f"MF, d = {d}, λ = {l2:g}"
        fig = mf_training(
            log,
            popularity=self.popularity,
            title=f"{name}: {self.split.protocol.summary}",
            metric=metric,
        )
        sentence = (
            f"{name}, {epochs} epochs in {log['seconds'].iloc[-1]:.1f} s: {metric} on "
            f"the validation films is {1 - log['val'][best]:.3f} in epoch {best}, the "
            f"best, and {1 - log['val'].iloc[-1]:.3f} in the last; Popularity has "
            f"{self.popularity:.3f}."
        )
        return fig, sentence

    def _train(self, d: int, l2: float, epochs: int) -> pd.DataFrame:
        """Return the log of a training, an epoch a row."""
        model = MF(d=d, l2=l2, epochs=epochs, **QUICK)
        return model.fit(self.split.train, self.split.val).log_.to_frame()


def mf_explorer(
    view: MFView, d: int = 16, l2: float = 0.005, epochs: int = 10
) -> Explorer:
    """Return sliders over the length of the embeddings, the penalty and the epochs.

    Parameters
    ----------
    view : MFView
    d, l2, epochs : int, float, int
        Where they stand first: one of `DIMENSIONS`, `PENALTIES` and `EPOCHS` each.
    """
    hint = (
        "[Three sliders stand here in a running notebook: the length d of the vectors, "
        "the penalty λ and the epochs; MF is trained anew when one is moved. The "
        "figure below shows their first position.]"
    )
    return explore(
        view,
        hint,
        d=choice_control("d", d, DIMENSIONS, f"Length of the embeddings; {ANEW}"),
        l2=choice_control("λ", l2, PENALTIES, f"Strength of the L2 penalty; {ANEW}"),
        epochs=choice_control("epochs", epochs, EPOCHS, f"Epochs; {ANEW}"),
    )
