"""Lesson 16's widgets: the bill for a reader's own data; fewer weights against quality.

Neither trains anything: the first computes from measured rates, the second walks
through stored results.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ipywidgets
import pandas as pd
from matplotlib.figure import Figure

from recnb.experiments.scale_trade import METRIC, Trade, in_words
from recnb.ground.machine import GIB
from recnb.plots.at_scale import trade_off
from recnb.scale.bill import Bill, Rates, bill_table, bills
from recnb.widgets.controls import WIDTH
from recnb.widgets.explorer import Explorer, explore

# ---- the bill ----------------------------------------------------------------------


@dataclass(frozen=True)
class BillView:
    """Show what three models take for data of a given size.

    Parameters
    ----------
    rates : Rates
    """

    rates: Rates

    def __call__(
        self,
        users: int,
        items: int,
        interactions: int,
        cores: int,
        memory: float,
        price: float,
    ) -> tuple[pd.DataFrame, str]:
        """Return the table and what to see in it.

        Parameters
        ----------
        users, items, interactions, cores : int
        memory : float
            Of a process, in GiB.
        price : float
            Of an hour of one core.

        Raises
        ------
        ValueError
            If the numbers cannot be.
        """
        found = bills(
            self.rates, users, items, interactions, cores, memory * GIB, price
        )
        size = f"{users:,} users, {items:,} items, {interactions:,} interactions: "
        return bill_table(found), size + "; ".join(map(_told, found)) + "."


def _told(bill: Bill) -> str:
    """Return a model's bill in words."""
    needs = f"{bill.process_bytes / GIB:,.3g} GiB"
    if bill.memory_used > 1:
        return f"{bill.model} does not fit, it needs {needs} in a process"
    return (
        f"{bill.model} takes {needs}, {_duration(bill.seconds)} and "
        f"{_money(bill.money)} in money"
    )


def _money(amount: float) -> str:
    """Return an amount with two decimals; a small one with two digits."""
    return f"{amount:.2g}" if 0 < amount < 0.1 else f"{amount:,.2f}"


def _duration(seconds: float) -> str:
    for unit, length in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:,.1f} {unit}"
    return f"{seconds:,.1f} seconds"


#: Where the fields of `bill_fields` stand first: the large world of the lesson.
FIRST = {
    "users": 10_000_000,
    "items": 100_000,
    "interactions": 200_000_000,
    "cores": 2,
    "memory": 4.0,
    "price": 0.05,
}
_TOLD = {
    "users": "Number of users",
    "items": "Number of items in the catalogue",
    "interactions": "Number of pairs of a user and an item",
    "cores": "Cores that work at once",
    "memory": "GiB of memory that a process may hold",
    "price": "Price of an hour of one core, in your currency",
}
_NAMES = {"memory": "GiB a process", "price": "a core-hour"}
#: As wide as the longest of these names, in a cell of JupyterLab.
LABEL = "7.5em"
_LARGEST = {"cores": 10**6, "memory": 10**6, "price": 10**6}


def bill_fields(view: BillView, **first: float) -> Explorer:
    """Return fields to type the size of the data, the machine and its price into.

    Parameters
    ----------
    view : BillView
    **first
        Where the fields stand first, instead of `FIRST`.
    """
    hint = (
        "[Six fields stand here in a running notebook, to type in users, items, "
        "interactions, cores, memory and price. The table below shows what they hold "
        "first.]"
    )
    values = {**FIRST, **first}
    return explore(
        view, hint, **{name: _field(name, value) for name, value in values.items()}
    )


def _field(name: str, value: float) -> ipywidgets.ValueWidget:
    """Return a field for a number; what is beyond its ends moves to them."""
    is_whole = isinstance(FIRST[name], int)
    make = ipywidgets.BoundedIntText if is_whole else ipywidgets.BoundedFloatText
    least = 1 if is_whole else {"memory": 0.1, "price": 0.0}[name]
    return make(
        value=value,
        min=least,
        max=_LARGEST.get(name, 10**13),
        step=1 if is_whole else 0.01,
        description=_NAMES.get(name, name),
        tooltip=f"{_TOLD[name]}; type a number, arrow keys change it",
        style={"description_width": LABEL},
        layout=ipywidgets.Layout(width=WIDTH),
    )


# ---- fewer weights against quality --------------------------------------------------


@dataclass(frozen=True)
class TradeView:
    """Show what each form of SparseEASE keeps, takes and reaches, beside EASE.

    Parameters
    ----------
    trade : Trade
        Of stored results.
    protocol : str
        For the figure.
    """

    trade: Trade
    protocol: str

    def __call__(self, form: str) -> tuple[Figure, str]:
        """Return the figure with a ring around a form, and what to see in it.

        Raises
        ------
        ValueError
            If there is no such form.
        """
        sentence = in_words(self.trade, form)
        fig = trade_off(
            self.trade.sparse,
            self.trade.dense,
            metric=METRIC,
            protocol=self.protocol,
            marked=form,
        )
        return fig, sentence

    @property
    def options(self) -> Mapping[str, str]:
        """What the slider stops at: words that fit beside it, and the form."""
        forms = self.trade.sparse[["density", "r"]].itertuples()
        return {f"{share:.2%}, r = {r:g}": form for form, share, r in forms}


def trade_slider(view: TradeView, form: str | None = None) -> Explorer:
    """Return a slider over the forms, those with the fewest weights first.

    Parameters
    ----------
    view : TradeView
    form : str, optional
        Where it stands first; by default in the middle.

    Raises
    ------
    ValueError
        If there is no such form.
    """
    forms = list(view.options.values())
    if form is None:
        form = forms[len(forms) // 2]
    if form not in forms:
        raise ValueError(f"{form!r} is none of {', '.join(forms)}.")
    hint = (
        "[A slider over the share of the weights stands here in a running notebook. "
        "The figure below shows its first position.]"
    )
    slider = ipywidgets.SelectionSlider(
        options=list(view.options.items()),
        value=form,
        description="weights",
        tooltip="Share of the weights that are kept; arrow keys move it",
        continuous_update=False,
        layout=ipywidgets.Layout(width=WIDTH),
    )
    return explore(view, hint, form=slider)
