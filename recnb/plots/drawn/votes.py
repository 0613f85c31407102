"""The drawing of lesson 14: a history, the votes of users, and the scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from recnb.plots.drawn.parts import above, cell, frame, signed, weighed
from recnb.plots.style import GREY, RC, styled

#: Space between the votes and the likes, in cells.
GAP = 1.4
#: The scores stand so far below the likes, and the history so far above.
APART = 1.9


@styled
def votes_of_users(
    history: np.ndarray, votes: np.ndarray, likes: np.ndarray, titles: Sequence[str]
) -> Figure:
    """Draw how training users vote, each with a weight for what he or she likes.

    From top to bottom: the history; a row a training user, with the vote and the likes;
    the scores, which are the votes times the likes. A vote below 0 is hatched.

    Parameters
    ----------
    history : array of shape (n_items,)
        Ones and zeros.
    votes : array of shape (n_users,)
    likes : array of shape (n_users, n_items)
        Ones and zeros.
    titles : sequence of n_items str

    Raises
    ------
    ValueError
        If the shapes do not fit, or there is something else than ones and zeros, or
        the history has no zero.
    """
    history, votes, likes = map(np.asarray, (history, votes, likes))
    n_users, n_items = len(votes), len(titles)
    if history.shape != (n_items,) or likes.shape != (n_users, n_items):
        raise ValueError(
            f"{n_items} titles and {n_users} votes need a history of {n_items} and "
            f"likes of {n_users} x {n_items}; these have the shapes {history.shape} "
            f"and {likes.shape}."
        )
    if not np.isin(likes, (0, 1)).all() or not np.isin(history, (0, 1)).all():
        raise ValueError("Likes and histories are ones and zeros.")
    if history.all():
        raise ValueError("A history needs a zero, to have something recommended.")
    room = max(2.4, 0.3 + 0.13 * max(map(len, titles)))  # for the titles, which slant
    left, height = 1 + GAP, n_users + 2 * APART + room
    beside = 6.2  # for the words on the right
    width, _ = RC["figure.figsize"]
    scale = min(width / (left + n_items + beside + 2.2), 0.42)
    fig = Figure(figsize=(width, scale * height))
    ax = fig.add_axes((0, 0, 1, 1))
    _ones(ax, history, left, n_users + APART - 1)
    for place, title in enumerate(titles):
        above(ax, left + place, n_users + APART, title, bold=history[place] == 1)
    _voters(ax, votes, likes, left)
    _scores(ax, votes @ likes, history == 1, left)
    words = {"ha": "left", "va": "center"}
    right = left + n_items + 0.3
    ax.text(right, n_users + APART - 0.5, "the history of somebody new", **words)
    ax.text(
        right, n_users / 2, "training users: each has a\nvote, for own likes", **words
    )
    ax.text(right, 0.5 - APART, "scores: the votes, added\nup in each column", **words)
    half = width / scale / 2
    middle = (left + n_items + beside - 2.2) / 2
    ax.set(xlim=(middle - half, middle + half), ylim=(-APART - 0.2, height - APART))
    ax.set_aspect("equal")
    ax.set_axis_off()
    return fig


def _voters(ax: Axes, votes: np.ndarray, likes: np.ndarray, left: float) -> None:
    """Draw a row a training user: the vote, and what is liked."""
    n, largest = len(votes), np.abs(votes).max() or 1
    for user, vote in enumerate(votes):
        y = n - 1 - user
        cell(ax, 0, y, signed(vote), **weighed(vote, largest))
        _ones(ax, likes[user], left, y)
        ax.text(-0.25, y + 0.5, f"user {user + 1}", ha="right", va="center")
        ax.text(1 + GAP / 2, y + 0.5, "×", ha="center", va="center")
    ax.text(0.5, n + 0.1, "votes", ha="center", va="bottom", color=GREY, fontsize=10)


def _ones(ax: Axes, row: np.ndarray, left: float, y: float) -> None:
    """Draw a row of ones and zeros, the ones grey and bold."""
    for place, one in enumerate(row):
        face = {"facecolor": (GREY, 0.3) if one else "white"}
        cell(ax, left + place, y, str(int(one)), bold=bool(one), **face)


def _scores(ax: Axes, scores: np.ndarray, seen: np.ndarray, left: float) -> None:
    """Draw the scores; frame the best of the films that are not seen yet."""
    best = int(np.argmax(np.where(seen, -np.inf, scores)))
    for place, score in enumerate(scores):
        words = "seen" if seen[place] else signed(score)
        cell(ax, left + place, -APART, words, bold=place == best, facecolor="white")
    frame(ax, left + best, -APART, 1, "first")
    ax.text(left + len(scores) / 2, -0.45, "=", ha="center", va="center", fontsize=16)
