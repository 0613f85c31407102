"""Differences to one model over several splits: what a stored experiment shows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from recnb.plots.style import GREY, look, new_figure, styled


@styled
def differences(
    table: pd.DataFrame,
    *,
    against: str,
    metric: str,
    protocol: str,
    names: Mapping[str, str] | None = None,
) -> Figure:
    """Draw one row a model: its difference to another on each split, and the mean.

    Parameters
    ----------
    table : DataFrame with columns model, minus_ease, minus_ease_error
        Paired differences, one row a model and split; models in order of appearance.
    against : str
        The model that all are compared with.
    metric, protocol : str
    names : dict, optional
        What to write for a model.
    """
    models = [model for model in table["model"].unique() if model != against]
    fig, ax = new_figure(height=1.4 + 0.42 * len(models))
    rows = np.arange(len(models))[::-1]
    for row, model in zip(rows, models, strict=True):
        one, style = table[table["model"] == model], look(model)
        ax.errorbar(
            one["minus_ease"],
            row + 0.1 * (np.arange(len(one)) - (len(one) - 1) / 2),
            xerr=one["minus_ease_error"],
            marker=style.marker,
            linestyle="none",
            color=style.color,
            ms=5,
            elinewidth=1.2,
        )
        mean = one["minus_ease"].mean()
        ax.plot([mean, mean], [row - 0.36, row + 0.36], color="black", linewidth=2)
    ax.axvline(0, color=GREY, linestyle="--", linewidth=1.5)
    names = names or {}
    ax.set_yticks(rows, [names.get(model, model) for model in models])
    ax.set_ylim(-0.6, len(models) - 0.4)
    ax.set_xlabel(f"{metric} minus that of {against} (bar: mean over splits)")
    ax.set_title(protocol, fontsize=10)
    return fig
