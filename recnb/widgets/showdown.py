"""Lesson 15's widgets: minutes of tuning, any two axes, and a table to sort.

They show stored results only, so that nothing is trained when they move.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ipywidgets
import pandas as pd
from matplotlib.figure import Figure

from recnb.experiments.tuning_minutes import after_minutes
from recnb.plots.showdown import front, quality_against, standing
from recnb.widgets.controls import choice_control
from recnb.widgets.explorer import Explorer, explore

WIDTH = "36em"


@dataclass
class MinutesView:
    """Show what each model's search holds after some minutes of tuning.

    Parameters
    ----------
    trials : DataFrame, a trial a row
        ``model`` and what `after_minutes` wants.
    kinds : mapping of str to str
        Model -> kind.
    minutes : sequence of float
        That can be chosen.
    protocol : str
        For the figure.
    least : float
        Where the figure's axis begins; a model below is named there.

    Raises
    ------
    ValueError
        If there are no minutes to choose from.
    """

    trials: pd.DataFrame
    kinds: Mapping[str, str]
    minutes: Sequence[float]
    protocol: str
    least: float

    def __post_init__(self) -> None:
        if not len(self.minutes):
            raise ValueError("minutes needs a value; try [1, 10].")
        curves = {
            model: after_minutes(rows, self.minutes)
            for model, rows in self.trials.groupby("model", sort=False)
        }
        self.table = pd.concat(curves, names=["model"])

    def __call__(self, minutes: float) -> tuple[Figure, str]:
        """Draw the standing after so many minutes, and say who leads.

        Raises
        ------
        ValueError
            If they are none of those that can be chosen.
        """
        if minutes not in self.minutes:
            known = ", ".join(f"{each:g}" for each in self.minutes)
            raise ValueError(f"minutes = {minutes} is none of {known}.")
        now = self.table.xs(minutes, level="minutes")
        now = now.assign(kind=now.index.map(self.kinds))
        best = now["mean"].sort_values(ascending=False)
        ready = best.notna().sum()
        sentence = (
            f"After {minutes:g} min {best.index[0]} leads with {best.iloc[0]:.4f}, "
            f"before {best.index[1]} with {best.iloc[1]:.4f}; {ready} of {len(best)} "
            "models have finished a trial in every order, and "
            f"{now['over'].sum()} have no trial left."
        )
        fig = standing(now, minutes, protocol=self.protocol, least=self.least)
        return fig, sentence


def minutes_slider(view: MinutesView, minutes: float = 10) -> Explorer:
    """Return a slider over the minutes of tuning.

    Raises
    ------
    ValueError
        If it cannot stand there.
    """
    hint = (
        "[A slider over the minutes of tuning stands here in a running notebook. The "
        "figure below shows its first position.]"
    )
    control = choice_control(
        "minutes", minutes, view.minutes, "Minutes of tuning, on two cores"
    )
    return explore(view, hint, minutes=control)


@dataclass
class AxesView:
    """Show all models by any good against any cost of the table.

    Parameters
    ----------
    table : DataFrame, index: model
        ``kind`` and columns of numbers.
    goods : sequence of str
        Columns for the vertical axis: more is better.
    costs : mapping of str to str
        Columns for the horizontal axis, and what is better there: "less", "more", or
        "log" for less on a logarithmic axis.
    protocol : str
    """

    table: pd.DataFrame
    goods: Sequence[str]
    costs: Mapping[str, str]
    protocol: str

    def __call__(self, good: str, cost: str) -> tuple[Figure, str]:
        """Draw the models, and name those that no other beats at both.

        Raises
        ------
        ValueError
            If an axis is none of those that can be chosen.
        """
        for name, known in ((good, self.goods), (cost, self.costs)):
            if name not in known:
                raise ValueError(f"{name!r} is none of {', '.join(known)}.")
        scale = self.costs[cost]
        fig = quality_against(
            self.table,
            cost,
            metric=good,
            protocol=self.protocol,
            log=scale == "log",
            more_is_better=scale == "more",
        )
        best = front(self.table[cost], self.table[good], scale == "more")
        names = ", ".join(self.table.loc[best].sort_values(good).index[::-1])
        better = "more" if scale == "more" else "less"
        sentence = (
            f"{good} against {cost}, of which {better} is better. No model is better "
            f"at both than one of these: {names}."
        )
        return fig, sentence


def axes_menus(view: AxesView, good: str, cost: str) -> Explorer:
    """Return a menu for each axis."""
    hint = (
        "[Two menus stand here in a running notebook: what the axes show. The figure "
        "below shows their first choice.]"
    )
    controls = {
        "good": _menu("up", view.goods, good, "Vertical axis"),
        "cost": _menu("right", list(view.costs), cost, "Horizontal axis"),
    }
    return explore(view, hint, **controls)


@dataclass
class TableView:
    """Show the table of all models, sorted by a column, with one kind or all.

    Parameters
    ----------
    table : DataFrame, index: model
        ``kind`` and columns of numbers.
    fewest : sequence of str
        Columns of which less is better: they are sorted from the smallest up.
    """

    table: pd.DataFrame
    fewest: Sequence[str] = ()

    ALL = "all kinds"

    def __call__(self, column: str, kind: str = ALL) -> tuple[pd.DataFrame, str]:
        """Return the rows in order, and who is first.

        Raises
        ------
        ValueError
            If there is no such column, or no model of the kind.
        """
        if column not in self.columns:
            raise ValueError(f"{column!r} is none of {', '.join(self.columns)}.")
        if kind not in self.kinds:
            raise ValueError(f"{kind!r} is none of {', '.join(self.kinds)}.")
        rows = self.table if kind == self.ALL else self.table.query("kind == @kind")
        rows = rows.sort_values(column, ascending=column in self.fewest)
        sentence = (
            f"{len(rows)} models by {column}, {kind}: {rows.index[0]} is first with "
            f"{rows[column].iloc[0]:.4g}, {rows.index[-1]} last with "
            f"{rows[column].iloc[-1]:.4g}."
        )
        return rows, sentence

    @property
    def columns(self) -> list[str]:
        """The columns that can be sorted by."""
        return [column for column in self.table.columns if column != "kind"]

    @property
    def kinds(self) -> list[str]:
        """The kinds that can be chosen."""
        return [self.ALL, *dict.fromkeys(self.table["kind"])]


def table_menus(view: TableView, column: str) -> Explorer:
    """Return a menu of columns to sort by, and one of kinds to keep."""
    hint = (
        "[Two menus stand here in a running notebook: what the table is sorted by, and "
        "which kind of models it shows. The table below shows their first choice.]"
    )
    controls = {
        "column": _menu("sort by", view.columns, column, "Column to sort by"),
        "kind": _menu("show", view.kinds, view.ALL, "Kind of models"),
    }
    return explore(view, hint, **controls)


def _menu(
    name: str, options: Sequence[str], value: str, tooltip: str
) -> ipywidgets.Dropdown:
    """Return a menu; the arrow keys choose, too.

    Raises
    ------
    ValueError
        If the value is none of the options.
    """
    if value not in options:
        raise ValueError(f"{value!r} is none of {', '.join(options)}.")
    return ipywidgets.Dropdown(
        options=list(options),
        value=value,
        description=name,
        tooltip=f"{tooltip}; arrow keys choose",
        layout=ipywidgets.Layout(width=WIDTH),
    )
