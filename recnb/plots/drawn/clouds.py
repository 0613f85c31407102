"""Lesson 06's drawing: a user's code as a cloud, and the cloud that all start from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse
from matplotlib.ticker import MaxNLocator

from recnb.plots.lines import MARKS
from recnb.plots.style import BLACK, RC, styled

#: Space around and between the panels, in inches.
LEFT, RIGHT, BELOW, ABOVE, BETWEEN = 0.7, 0.1, 0.85, 0.65, 0.15

#: Size of a mean's marker, in points: smaller than a narrow cloud.
MARK = 4


@styled
def code_clouds(
    panels: Mapping[str, tuple[np.ndarray, np.ndarray]],
    users: Sequence[str],
    *,
    protocol: str,
) -> Figure:
    """Draw codes of two numbers as clouds, a panel a net.

    A cloud is an ellipse, one standard deviation around its mean; the dashed circle is
    the prior, which costs nothing. The title has the mean price of the clouds.

    Parameters
    ----------
    panels : dict, title -> (mu, sigma)
        Means and standard deviations of the users' codes, each of shape (n_users, 2).
    users : sequence of n_users str
        At most five, so that each has a colour and a marker of its own.
    protocol : str

    Raises
    ------
    ValueError
        If there is no panel, there are too many users, or a shape is another one.
    """
    if not panels or len(users) > len(MARKS):
        raise ValueError(
            f"One panel at least, and at most {len(MARKS)} users, please; these are "
            f"{len(panels)} panels and {len(users)} users."
        )
    for mu, sigma in panels.values():
        if not np.shape(mu) == np.shape(sigma) == (len(users), 2):
            raise ValueError(
                f"{len(users)} users need means and deviations of {len(users)} x 2; "
                f"these have the shapes {np.shape(mu)} and {np.shape(sigma)}."
            )
    width, _ = RC["figure.figsize"]
    n = len(panels)
    height = (width - LEFT - RIGHT - (n - 1) * BETWEEN) / n + BELOW + ABOVE
    fig = Figure(figsize=(width, height))
    fig.subplots_adjust(
        left=LEFT / width,
        right=1 - RIGHT / width,
        bottom=BELOW / height,
        top=1 - ABOVE / height,
        wspace=BETWEEN * n / (width - LEFT - RIGHT - (n - 1) * BETWEEN),
    )
    fig.suptitle(protocol, fontsize=10, x=0.01, ha="left")
    axes = np.atleast_1d(fig.subplots(1, n, sharex=True, sharey=True))
    for ax, (title, (mu, sigma)) in zip(axes, panels.items(), strict=True):
        _clouds(ax, np.asarray(mu), np.asarray(sigma), users)
        ax.set_title(f"{title}: {_price(mu, sigma):.2f} nats", fontsize=10)
        ax.set_xlabel("first number of the code")
    axes[0].set_ylabel("second number")
    xlim, ylim = _window(panels.values())
    axes[0].set(xlim=xlim, ylim=ylim)
    axes[0].xaxis.set_major_locator(MaxNLocator(4, prune="both"))
    drawn = {"ncols": len(users) + 1, "fontsize": 9, "columnspacing": 1.2}
    fig.legend(*axes[0].get_legend_handles_labels(), loc="lower center", **drawn)
    return fig


def _clouds(ax: Axes, mu: np.ndarray, sigma: np.ndarray, users: Sequence[str]) -> None:
    """Draw the prior's circle, and an ellipse with its mean for each user."""
    edge = {"fill": False, "edgecolor": BLACK, "linestyle": "--", "linewidth": 1.5}
    ax.add_patch(Ellipse((0, 0), 2, 2, label="the prior", **edge))
    for name, center, spread, mark in zip(users, mu, sigma, MARKS, strict=False):
        color, style, marker = mark
        face = {"facecolor": (color, 0.15), "edgecolor": color, "linestyle": style}
        ax.add_patch(Ellipse(center, *(2 * spread), linewidth=1.5, **face))
        ax.plot(*center, marker, color=color, linestyle="none", label=name, ms=MARK)
    ax.set_aspect("equal")


def _window(
    clouds: Iterable[tuple[np.ndarray, np.ndarray]],
) -> list[tuple[float, float]]:
    """Return the limits of both axes: one square around all clouds and the prior."""
    ends = [(mu - sigma, mu + sigma) for mu, sigma in clouds]
    low = np.minimum(np.min([np.min(a, axis=0) for a, _ in ends], axis=0), -1)
    high = np.maximum(np.max([np.max(b, axis=0) for _, b in ends], axis=0), 1)
    middle, reach = (low + high) / 2, 0.55 * np.max(high - low)
    return [(float(m - reach), float(m + reach)) for m in middle]


def _price(mu: np.ndarray, sigma: np.ndarray) -> float:
    """Return the mean KL divergence from the standard normal, in nats."""
    variance = np.square(sigma)
    terms = np.square(mu) + variance - np.log(variance) - 1
    return float(0.5 * terms.sum(axis=1).mean())
