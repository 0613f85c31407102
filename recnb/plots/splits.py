"""Results on several splits, as stored experiments have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
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
    _rows(ax, table, models, "minus_ease", "minus_ease_error")
    ax.axvline(0, color=GREY, linestyle="--", linewidth=1.5)
    names = names or {}
    ax.set_yticklabels([names.get(model, model) for model in models])
    ax.set_xlabel(f"{metric} minus that of {against} (bar: mean over splits)")
    ax.set_title(protocol, fontsize=10)
    return fig


@styled
def on_splits(table: pd.DataFrame, *, protocol: str) -> Figure:
    """Draw one row a model: its test error on each split, and the mean.

    Parameters
    ----------
    table : DataFrame with columns model, RMSE, error
        One row a model and split; models in order of appearance.
    protocol : str
    """
    models = list(table["model"].unique())
    fig, ax = new_figure(height=1.4 + 0.42 * len(models))
    for row, mean in _rows(ax, table, models, "RMSE", "error"):
        rows = table[table["model"] == models[-1 - row]]
        right = (rows["RMSE"] + rows["error"]).max()
        ax.annotate(
            f"{mean:.3f}",
            (right, row),
            textcoords="offset points",
            xytext=(5, 0),
            va="center",
            fontsize=9,
        )
    ax.set_xlabel("RMSE, test (line: ± one standard error; bar: mean over splits)")
    ax.set_title(protocol, fontsize=10)
    return fig


def _rows(
    ax: Axes, table: pd.DataFrame, models: Sequence[str], value: str, error: str
) -> list[tuple[int, float]]:
    """Draw a row a model, a point a split and the mean; return the rows and means."""
    rows, means = range(len(models))[::-1], []
    for row, model in zip(rows, models, strict=True):
        one, style = table[table["model"] == model], look(model)
        ax.errorbar(
            one[value],
            row + 0.1 * (np.arange(len(one)) - (len(one) - 1) / 2),
            xerr=one[error],
            marker=style.marker,
            linestyle="none",
            color=style.color,
            ms=5,
            elinewidth=1.2,
        )
        mean = one[value].mean()
        ax.plot([mean, mean], [row - 0.36, row + 0.36], color="black", linewidth=2)
        means.append(mean)
    ax.set_yticks(rows, models)
    ax.set_ylim(-0.6, len(models) - 0.35)
    return list(zip(rows, means, strict=True))
