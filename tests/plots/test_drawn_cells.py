"""Lesson 12's drawing of an inverted file shows what a search sees and misses."""

import numpy as np
import pytest

from recnb import plots

CENTRES = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]])
#: Two items near the first centre, two near the second, one far from both.
ITEMS = np.array([[2.0, 0.1], [1.0, 0.2], [0.9, 1.0], [0.1, 1.0], [-1.0, -1.0]])
USER = np.array([1.0, 0.3])


def drawn(nprobes=(1, 2), k=3):
    return plots.cells_and_probes(
        ITEMS, CENTRES, USER, nprobes=nprobes, k=k, protocol="p"
    )


def places(ax, **look):
    """Return the points of the lines that look so."""
    return {
        tuple(point)
        for line in ax.lines
        if all(getattr(line, f"get_{name}")() == value for name, value in look.items())
        for point in line.get_xydata()
    }


def test_a_panel_says_what_was_scored_and_found():
    titles = [ax.get_title(loc="left") for ax in drawn().axes]
    assert titles == [
        "nprobe 1: 2 items scored, 2 of 3 found",
        "nprobe 2: 4 items scored, 3 of 3 found",
    ]


def test_a_cross_marks_a_best_item_in_a_cell_not_looked_into():
    first, second = drawn().axes
    assert places(first, marker="x") == {(0.9, 1.0)}
    assert places(second, marker="x") == set()


def test_the_centres_are_stars_and_those_looked_into_are_filled():
    first, _ = drawn().axes
    assert places(first, marker="*") == set(map(tuple, CENTRES))
    assert places(first, marker="*", markerfacecolor="white") == {(0, 1), (-1, -1)}


def test_three_cells_have_three_borders_from_the_middle():
    first, _ = drawn().axes
    borders = [line for line in first.lines if tuple(line.get_xydata()[0]) == (0, 0)]
    assert len(borders) == 3


def test_no_word_leaves_the_picture(words_outside):
    assert words_outside(drawn()) == []


def test_other_shapes_are_refused():
    with pytest.raises(ValueError, match="two numbers each"):
        drawn(nprobes=(1, 2, 3))
    with pytest.raises(ValueError, match="two numbers each"):
        plots.cells_and_probes(
            np.ones((4, 3)), CENTRES, USER, nprobes=(1, 2), protocol="p"
        )
