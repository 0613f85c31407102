"""Lesson 05's drawing holds the damaged row, the nodes, each weight and the output."""

import numpy as np
import pytest
from matplotlib.patches import Circle, Rectangle

from recnb import plots

Y, DAMAGED = np.array([1, 1, 0]), np.array([2, 0, 0])
H, Y_HAT = np.array([0.88, 0.12]), np.array([0.8, 0.9, 0.2])
W = np.array([[1.0, 0], [1, 0], [0, 1]])
W_OUT = np.array([[4.0, 0], [4, 0], [0, 0]])
V = np.array([[1.0, -2], [0, 0.5]])
TITLES, USERS = ["A", "B", "C"], ["Ann", "Ben"]


def drawn(**given):
    parts = {"y": Y, "damaged": DAMAGED, "h": H, "y_hat": Y_HAT, "W": W}
    parts |= {"W_out": W_OUT, "V": V}
    return plots.net_with_user_node(**(parts | given), titles=TITLES, users=USERS)


def words(ax):
    return [text.get_text() for text in ax.texts]


def test_every_number_is_there():
    (ax,) = drawn().axes
    numbers = {"2", ".88", ".12", ".80", ".90", ".20", "+1", "−2", "+0", "+0.5"}
    assert numbers <= set(words(ax))
    assert {*USERS, "a stranger"} <= set(words(ax))
    assert words(ax).count("A") == 2 and words(ax).count("?") == 2
    assert len([p for p in ax.patches if isinstance(p, Circle)]) == 2 * len(H)


def test_a_line_is_a_weight_other_than_zero_and_thin_where_the_row_has_nothing():
    (ax,) = drawn().axes
    shared = [line for line in ax.lines if line.get_linestyle() == "-"]
    assert len(shared) == np.count_nonzero(W) + np.count_nonzero(W_OUT)
    assert [line.get_linewidth() for line in shared] == [2, 1, 1, 2, 2]


def test_a_line_out_of_a_unit_is_thin_where_the_unit_is_switched_off():
    (ax,) = drawn(W_out=np.array([[4.0, 0], [0, 0], [0, 4]])).axes
    shared = [line for line in ax.lines if line.get_linestyle() == "-"]
    assert [line.get_linewidth() for line in shared[-2:]] == [2, 1]


def test_only_the_first_user_s_node_leads_to_the_units():
    (ax,) = drawn().axes
    own = [line for line in ax.lines if line.get_linestyle() == "--"]
    assert len(own) == len(H)
    (framed,) = [p for p in ax.patches if p.get_label() == "Ann"]
    for line in own:
        x, y = line.get_xdata()[0], line.get_ydata()[0]
        assert x == framed.get_x() + framed.get_width()
        assert y == pytest.approx(framed.get_y() + framed.get_height() / 2)


def test_the_like_that_the_noise_has_deleted_is_hatched():
    (ax,) = drawn().axes
    cells = [p for p in ax.patches if isinstance(p, Rectangle) and p.get_hatch()]
    assert len(cells) == 1
    row_of_b = len(TITLES) - 2
    assert cells[0].get_y() == row_of_b


@pytest.mark.parametrize("given", [{"y": Y[:2]}, {"V": V.T[:, :1]}, {"h": H[:1]}])
def test_shapes_that_do_not_fit_are_named(given):
    with pytest.raises(ValueError, match="3 titles, 2 users and"):
        drawn(**given)


def test_no_word_leaves_the_picture(words_outside):
    assert not words_outside(drawn())
