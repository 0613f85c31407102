"""Lesson 16's drawings: what is kept of the square, and blocks that overlap."""

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from recnb import plots
from recnb.plots.style import GREY

TITLES = ("a", "b", "c", "d")
C = np.array([[1, 0.5, 0, -0.2], [0.5, 1, 0.4, 0], [0, 0.4, 1, 0.3], [-0.2, 0, 0.3, 1]])


def test_the_square_is_as_large_as_its_items_say(words_outside):
    fig = plots.ways_out(1_000_000)
    words = " ".join(text.get_text() for ax in fig.axes for text in ax.texts)
    assert "3,725 GiB" in words
    assert len(fig.axes) == 4
    assert words_outside(fig) == []


def test_each_block_has_a_frame_of_its_own_line():
    [ax] = plots.overlapping_blocks(C, [[0, 1, 2], [2, 3]], TITLES, 0.3).axes
    frames = [p for p in ax.patches if isinstance(p, Rectangle) and not p.get_fill()]
    assert [frame.get_label() for frame in frames] == ["block 1", "block 2"]
    assert [round(frame.get_width()) for frame in frames] == [3, 2]
    assert frames[0].get_xy() == (0, 1)
    assert len({frame.get_linestyle() for frame in frames}) == 2


def test_pairs_are_filled_that_are_near_and_pale_outside_of_all_blocks():
    [ax] = plots.overlapping_blocks(C, [[0, 1, 2], [2, 3]], TITLES, 0.3).axes
    cells = [p for p in ax.patches if isinstance(p, Rectangle) and p.get_fill()]
    filled = [(i // 4, i % 4) for i, p in enumerate(cells) if p.get_facecolor()[3] < 1]
    assert filled == [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (2, 1), (2, 2), (3, 3)]
    pale = [i for i, text in enumerate(ax.texts[:16]) if text.get_color() == GREY]
    assert [(i // 4, i % 4) for i in pale] == [(0, 3), (1, 3), (3, 0), (3, 1)]


def test_a_block_of_items_that_stand_apart_is_refused():
    with pytest.raises(ValueError, match="side by side"):
        plots.overlapping_blocks(C, [[0, 2]], TITLES, 0.3)


def test_no_title_is_cut_off(words_outside):
    names = ["Inception", "Amélie", "Chocolat", "Alien"]
    assert words_outside(plots.overlapping_blocks(C, [[0, 1]], names, 0.3)) == []
