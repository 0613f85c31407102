"""The controls that several lessons share."""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets

KEYS = "arrow keys move it, and the number beside it can be typed"
WIDTH = "36em"


def lambda_control(
    l2: float, *, top: float = 4.0, step: float = 0.1
) -> ipywidgets.FloatLogSlider:
    """Return a slider over lambda, on a log scale from 1.

    Parameters
    ----------
    l2 : float
        Where it stands first.
    top, step : float
        Exponents of ten: the right end, and one step.
    """
    return ipywidgets.FloatLogSlider(
        value=l2,
        min=0,
        max=top,
        step=step,
        readout_format=".4g",
        description="λ (L2)",
        tooltip=f"Strength of the L2 penalty; {KEYS}",
        continuous_update=True,
        layout=ipywidgets.Layout(width=WIDTH),
    )


def number_control(
    value: float, *, top: float, name: str, tooltip: str
) -> ipywidgets.FloatSlider:
    """Return a slider from 0 to `top` in steps of 0.05."""
    return ipywidgets.FloatSlider(
        value=value,
        min=0,
        max=top,
        step=0.05,
        description=name,
        tooltip=f"{tooltip}; {KEYS}",
        layout=ipywidgets.Layout(width=WIDTH),
    )


def choice_control(
    name: str, value: float, values: Sequence[float], tooltip: str
) -> ipywidgets.SelectionSlider:
    """Return a slider over some values, which says so when it is let go.

    Raises
    ------
    ValueError
        If the value is none of them.
    """
    if value not in values:
        known = ", ".join(map(str, values))
        raise ValueError(f"{name} = {value} is none of {known}.")
    return ipywidgets.SelectionSlider(
        options=[(f"{option:,g}", option) for option in values],
        value=value,
        description=name,
        tooltip=f"{tooltip}; arrow keys move it",
        continuous_update=False,
        layout=ipywidgets.Layout(width=WIDTH),
    )
