"""Rows: paired differences of splits, and levels beside a rival's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from recnb.plots.style import BLACK, BLUE, GREY, PURPLE

#: What a difference is of, and from.
GAIN = "test NDCG@100 minus"


def check_once(table: pd.DataFrame, names: Sequence[str]) -> None:
    """Raise a ValueError unless there is something, once for each split."""
    if table.empty:
        raise ValueError("The table has nothing that differs from the line at zero.")
    if table.duplicated([*names, "seed"]).any():
        raise ValueError(
            f"A {' and '.join(names)} stands twice for one seed: choose one dataset."
        )


def difference_rows(
    ax: Axes,
    rows: Sequence[tuple[str, pd.DataFrame | None, dict[str, object]]],
    column: str,
) -> None:
    """Draw a row of splits with their errors and mean; without splits, a heading.

    Parameters
    ----------
    ax : Axes
    rows : sequence of (name, splits or None, style of the markers)
        From top to bottom. The splits are a DataFrame.
    column : str
        Has the differences; their standard errors stand in ``{column}_error``.
    """
    places = range(len(rows))[::-1]
    for place, (_, splits, style) in zip(places, rows, strict=True):
        if splits is None:
            continue
        y = place + 0.16 * (np.arange(len(splits)) - (len(splits) - 1) / 2)
        values, error = splits[[column, f"{column}_error"]].to_numpy(dtype=float).T
        drawn = {"ls": "none", "ms": 6, "elinewidth": 1.2, **style}
        ax.errorbar(values, y, xerr=error, **drawn)
        mean = splits[column].mean()
        ax.plot([mean, mean], [place - 0.34, place + 0.34], color=BLACK, lw=2)
    ax.set_yticks(places, [name for name, *_ in rows])
    for tick, (_, splits, _) in zip(ax.get_yticklabels(), rows, strict=True):
        if splits is None:
            tick.set_fontweight("bold")
    ax.set_ylim(-0.6, len(rows) - 0.4)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="y", visible=False)
    ax.margins(x=0.08)


def level_rows(
    ax: Axes, levels: Mapping[str, float], span: tuple[float, float] | None
) -> None:
    """Draw a row a value of validation NDCG@100, the last one as a line.

    Parameters
    ----------
    ax : Axes
    levels : dict, name -> value
        The first is what the reader has chosen, the last is its rival's, in EASE's
        colour.
    span : (lowest, highest) or None
        Values that the axis reaches; those of the levels by default.
    """
    *rows, (rival, level) = levels.items()
    low, high = (min(levels.values()), max(levels.values())) if span is None else span
    room = 0.15 * (high - low) or 0.01
    ax.set_xlim(low - room, high + room)
    ax.axvline(level, color=BLUE, lw=1.6)
    side, align = (-4, "right") if level > (low + high) / 2 else (4, "left")
    beside = {"xytext": (side, 0), "textcoords": "offset points", "ha": align}
    place = level, len(rows) - 0.4
    ax.annotate(f"{rival}: {level:.4f}", place, **beside, fontsize=9, color=BLUE)
    for row, (_, value) in enumerate(reversed(rows)):
        here = row == len(rows) - 1
        style = {"color": PURPLE} if here else {"color": GREY, "mfc": "white"}
        ax.plot(value, row, "D" if here else "s", ms=9 if here else 7, **style)
        above = {"xytext": (0, 9), "textcoords": "offset points", "ha": "center"}
        field = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
        ax.annotate(f"{value:.4f}", (value, row), **above, fontsize=9, bbox=field)
    ax.set_yticks(range(len(rows)), [name for name, _ in reversed(rows)], fontsize=9)
    ax.set_ylim(-0.5, len(rows))
    ax.locator_params(axis="x", nbins=4)
    ax.tick_params(axis="x", labelsize=9)
    ax.set_xlabel("validation NDCG@100")
