"""Lesson 13's widgets: the stored strengths of the pull; a host trained now, beside it.

`PullView` walks through stored results. `HostView` trains matrix factorization, plain
and with ImplicitSLIM, and shows both epoch by epoch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import ipywidgets
import pandas as pd
from matplotlib.figure import Figure
from sklearn.base import clone

from recnb.evaluation import Split
from recnb.models import ALSMF, ImplicitSLIM
from recnb.plots import epochs_and_seconds, strength_map
from recnb.plots.implicit_slim import ARMS
from recnb.widgets.controls import WIDTH, choice_control
from recnb.widgets.explorer import Explorer, explore

METRIC = "NDCG@100"
#: What of a host ImplicitSLIM writes, in each arm.
PARTS = {"plain": (), "init": ("init",), "reg": ("reg",), "both": ("init", "reg")}
LIVE_ARMS = ("init", "reg", "both")
LIVE_EPOCHS = 10
LIVE_LENGTHS, LIVE_STRENGTHS = (8, 16, 32, 64), (3, 10, 30, 100)


# ---- stored: how strong a pull ----


@dataclass(frozen=True)
class PullView:
    """Show a length's stored validation values, with a ring around one of them.

    Parameters
    ----------
    table : DataFrame with columns L, l2, s_q, val
        Stored results of one dataset; `val` is the validation NDCG@100.
    protocol : str
        For the figure.
    """

    table: pd.DataFrame
    protocol: str

    def __call__(self, L: int, l2: float, s_q: float) -> tuple[Figure, str]:
        """Return the figure and what to see in it.

        Parameters
        ----------
        L : int
            Length of an embedding.
        l2, s_q : float
            Where the ring stands: ImplicitSLIM's lambda, and the strength of the pull.

        Raises
        ------
        ValueError
            If nothing is stored for the three, or the table has them twice.
        """
        table = self.table[self.table["L"] == L]
        cells = table.set_index(["l2", "s_q"])["val"]
        if (l2, s_q) not in cells.index:
            raise ValueError(
                f"Nothing is stored for L = {L}, λ = {l2:,g} and s_q = {s_q:g}."
            )
        fig = strength_map(
            table,
            protocol=f"L = {L}; {self.protocol}",
            value="val",
            label=f"validation {METRIC}",
            marked=(l2, s_q),
        )
        here = cells[l2, s_q]
        sentence = (
            f"L = {L}, λ = {l2:,g}, s_q = {s_q:g} (the ring): validation {METRIC} "
            f"{here:.4f}{_against_no_pull(cells, l2, s_q)}. {_best_of(cells, L)}"
        )
        return fig, sentence


def _against_no_pull(cells: pd.Series, l2: float, s_q: float) -> str:
    """Return how far a cell is above the one without a pull, in words."""
    if s_q == 0:
        return ", without a pull"
    if (l2, 0) not in cells.index:
        return ""
    gain = cells[l2, s_q] - cells[l2, 0]
    return f", {gain:+.4f} against no pull (s_q = 0) in the same row"


def _best_of(cells: pd.Series, L: int) -> str:
    l2, s_q = cells.idxmax()
    return (
        f"The best of L = {L} is {cells.max():.4f}, at λ = {l2:,g} and s_q = {s_q:g}."
    )


def pull_sliders(
    view: PullView, L: int = 32, l2: float = 300, s_q: float = 10
) -> Explorer:
    """Return sliders over the stored lengths, lambdas and strengths.

    Parameters
    ----------
    view : PullView
    L, l2, s_q : int, float, float
        Where they stand first.

    Raises
    ------
    ValueError
        If nothing is stored there.
    """
    hint = (
        "[Three sliders stand here in a running notebook: the length L, λ, and the "
        "strength s_q of the pull. The figure below shows their first position.]"
    )
    stored = {name: sorted(view.table[name].unique()) for name in ("L", "l2", "s_q")}
    controls = {
        "L": choice_control("L", L, stored["L"], "Length of an embedding"),
        "l2": choice_control("λ", l2, stored["l2"], "ImplicitSLIM's lambda"),
        "s_q": choice_control("s_q", s_q, stored["s_q"], "Strength of the pull"),
    }
    return explore(view, hint, **controls)


# ---- live: a host, plain and with ImplicitSLIM ----


@dataclass(frozen=True)
class HostView:
    """Train matrix factorization now, plain and with ImplicitSLIM, and compare.

    Parameters
    ----------
    split : Split
        With validation users.
    mf : ALSMF
        Neither trained nor with ImplicitSLIM; its penalties and seed count, for both.
    slim : ImplicitSLIM
    ease : float
        EASE's NDCG@100 for the validation users.
    protocol : str
        For the figure.

    Raises
    ------
    ValueError
        If the split has no validation users.
    """

    split: Split
    mf: ALSMF
    slim: ImplicitSLIM
    ease: float
    protocol: str
    _curves: dict[tuple[int, str, float], pd.DataFrame] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        if self.split.val is None:
            raise ValueError("The split has no validation users to watch a training.")

    def __call__(self, L: int, arm: str, s_q: float) -> tuple[Figure, str]:
        """Train, draw, and say what to see; what was trained before is kept.

        Parameters
        ----------
        L : int
            Length of an embedding.
        arm : {"init", "reg", "both"}
            What ImplicitSLIM is: initialiser, regulariser, or both.
        s_q : float
            Strength of the pull; of no account to the initialiser alone.

        Raises
        ------
        ValueError
            If the arm is another, or `ALSMF` refuses L or s_q.
        RuntimeError
            If a training was interrupted.
        """
        _check("arm", arm, LIVE_ARMS)
        pulled = "reg" in PARTS[arm]
        plain = self._curve(L, "plain", 0)
        curve = self._curve(L, arm, s_q if pulled else 0)
        fig = epochs_and_seconds(
            pd.concat([plain, curve]),
            protocol=f"L = {L}; {self.protocol}",
            ease=self.ease,
        )
        pull = f", s_q = {s_q:g}" if pulled else " (s_q has no part in it)"
        sentence = (
            f"L = {L}, ImplicitSLIM {ARMS[arm][0]}{pull}: best validation {METRIC} "
            f"{_best(curve)}; plain host {_best(plain)}. {_reached(curve, plain)} "
            f"EASE: {self.ease:.4f}."
        )
        return fig, sentence

    def _curve(self, L: int, arm: str, s_q: float) -> pd.DataFrame:
        """Return a row an epoch of one arm, trained now or before."""
        key = L, arm, s_q
        if key not in self._curves:
            self._curves[key] = self._trained(*key)
        return self._curves[key]

    def _trained(self, L: int, arm: str, s_q: float) -> pd.DataFrame:
        """Train one arm; return a row an epoch: arm, epoch, seconds, val."""
        parts = dict.fromkeys(PARTS[arm], self.slim)
        model = clone(self.mf).set_params(L=L, s_q=s_q, **parts)
        model.set_params(epochs=LIVE_EPOCHS, patience=None)
        log = model.fit(self.split.train, self.split.val).log_
        if log.stopped == "interrupted":
            raise RuntimeError("The training was interrupted; choose again to repeat.")
        table = log.to_frame().reset_index()
        return table.assign(arm=arm, val=1 - table["val"])


def _best(curve: pd.DataFrame) -> str:
    """Return the best value of a training, and its epoch, in words."""
    best = curve.loc[curve["val"].idxmax()]
    return f"{best['val']:.4f} in epoch {best['epoch']}"


def _reached(curve: pd.DataFrame, plain: pd.DataFrame) -> str:
    """Return when a training reaches the best of the plain host, in words."""
    there = curve.loc[curve["val"] >= plain["val"].max(), "epoch"]
    if there.empty:
        return f"In {len(curve)} epochs it does not reach the plain host's best."
    return f"It reaches the plain host's best in epoch {there.iloc[0]}."


def host_sliders(
    view: HostView, L: int = 32, arm: str = "both", s_q: float = 10
) -> Explorer:
    """Return a slider over lengths, a menu of arms, and a slider over strengths.

    Parameters
    ----------
    view : HostView
    L, arm, s_q : int, str, float
        Where they stand first.

    Raises
    ------
    ValueError
        If they cannot stand there.
    """
    hint = (
        "[Two sliders and a menu stand here in a running notebook: the length L, what "
        "ImplicitSLIM is to the host, and the strength s_q of its pull. The figure "
        "below shows their first position.]"
    )
    _check("arm", arm, LIVE_ARMS)
    menu = ipywidgets.Dropdown(
        options=[(ARMS[name][0], name) for name in LIVE_ARMS],
        value=arm,
        description="ImplicitSLIM",
        tooltip="What ImplicitSLIM is to the host; arrow keys move it",
        layout=ipywidgets.Layout(width=WIDTH),
    )
    controls = {
        "L": choice_control("L", L, LIVE_LENGTHS, "Length of an embedding"),
        "arm": menu,
        "s_q": choice_control("s_q", s_q, LIVE_STRENGTHS, "Strength of the pull"),
    }
    return explore(view, hint, **controls)


def _check(name: str, value: object, values: Sequence[object]) -> None:
    """Raise a ValueError unless a value is one of some."""
    if value not in values:
        known = ", ".join(map(str, values))
        raise ValueError(f"{name} = {value} is none of {known}.")
