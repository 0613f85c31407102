"""Bars with standard errors: one metric, several models, one protocol."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from recnb.plots.style import look, new_figure, styled


@styled
def bars(
    means: dict[str, float],
    errors: dict[str, float],
    *,
    metric: str,
    protocol: str,
) -> Figure:
    """Draw one horizontal bar a model, with its standard error and its number.

    Parameters
    ----------
    means, errors : dict, model class name -> value
        Mean over users, or over several splits; standard error over one split's users.
    metric : str
        Name of the axis.
    protocol : str
        One line under the title: dataset, split, seed. The bars must all come from it.
    """
    fig, ax = new_figure(height=1.2 + 0.55 * len(means))
    rows = np.arange(len(means))[::-1]
    for row, (model, mean) in zip(rows, means.items(), strict=True):
        style = look(model)
        ax.barh(
            row,
            mean,
            xerr=errors[model],
            color=style.color,
            hatch=style.hatch,
            edgecolor="white",
            height=0.7,
            capsize=3,
        )
        ax.text(mean + errors[model], row, f"  {mean:.3f}", va="center")
    ax.set_yticks(rows, list(means))
    ax.grid(axis="y", visible=False)
    ax.set_xlim(0, 1.15 * max(means.values()))
    ax.set_xlabel(f"{metric} (line: one standard error over the users of a split)")
    ax.set_title(protocol, fontsize=10)
    return fig
