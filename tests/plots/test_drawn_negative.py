"""Lesson 10's drawings hold the counts, the weights that follow, and the errors."""

import numpy as np
import pytest
from matplotlib.patches import Circle, FancyArrowPatch

from recnb import plots

G = np.array([[30, 9, 30], [9, 30, 30], [30, 30, 51]])
TITLES = ["documentary", "musical", "concert film"]


def words(ax):
    return [text.get_text() for text in ax.texts]


def ease(l2):
    """Return EASE's weights for the musical, by lesson 08's formula."""
    P = np.linalg.inv(G + l2 * np.eye(3))
    return -P[:, 1] / P[1, 1]


@pytest.fixture
def panels():
    return plots.explaining_away(G, 1, TITLES).axes


def test_what_is_counted_stands_on_the_left(panels):
    counted = words(panels[0])
    assert counted.count("30 like both") == 2 and "9 like both" in counted
    assert "documentary\n30 fans" in counted and "concert film\n51 fans" in counted
    assert sum(isinstance(p, Circle) for p in panels[0].patches) == 3


def test_the_weights_are_eases_and_add_up_in_words(panels):
    drawn = words(panels[1])
    first, _, third = ease(1)
    assert (round(first, 2), round(third, 2)) == (-0.61, 0.93)
    assert "−.61" in drawn and "+.93" in drawn
    assert "30 × .93 = 27.8. Found: 9." in drawn[-1]
    assert drawn[-1].endswith("(9 − 27.8) / (1 + 30) = −.61")
    assert (9 - 30 * third) / 31 == pytest.approx(first)


def test_a_weight_below_zero_is_dashed(panels):
    arrows = [p for p in panels[1].patches if isinstance(p, FancyArrowPatch)]
    styles = {patch.get_linestyle() != "-" for patch in arrows}
    assert styles == {False, True}


def test_no_word_leaves_the_picture(words_outside, panels):
    assert not words_outside(panels[0].figure)


@pytest.fixture
def plane():
    (ax,) = plots.clamped_and_solved(G, 1, TITLES).axes
    return ax


def error(y, x, l2=1):
    """Return squared error plus penalty of the musical's two weights."""
    people = np.repeat([[1, 1, 1], [1, 0, 1], [0, 1, 1]], [9, 21, 21], axis=0)
    gap = people[:, 1] - people[:, [0, 2]] @ [y, x]
    return gap @ gap + l2 * (x**2 + y**2)


def test_the_three_points_are_where_they_should_be(plane):
    points = {line.get_label(): line.get_xydata()[0] for line in plane.lines}
    first, _, third = ease(1)
    np.testing.assert_allclose(points["EASE"], [third, first])
    np.testing.assert_allclose(points["clamped"], [third, 0])
    x = np.linspace(0, 1, 1001)
    best = x[np.argmin([error(0, each) for each in x])]
    np.testing.assert_allclose(points["solved"], [best, 0], atol=1e-3)


def test_their_errors_are_those_of_the_people(plane):
    first, _, third = ease(1)
    said = words(plane)
    assert f"EASE: {error(first, third):.1f}" in said
    assert f"clamped: {error(0, third):.1f}" in said
    assert f"solved: {error(0, 30 / 52):.1f}" in said


def test_the_points_differ_in_shape(plane):
    named = [line for line in plane.lines if not line.get_label().startswith("_")]
    assert len({line.get_marker() for line in named}) == 3


@pytest.mark.parametrize("draw", [plots.explaining_away, plots.clamped_and_solved])
@pytest.mark.parametrize(
    ("counts", "titles"),
    [(G[:2, :2], TITLES), (G, TITLES[:2]), (np.triu(G), TITLES)],
)
def test_what_does_not_fit_is_refused(draw, counts, titles):
    with pytest.raises(ValueError, match="three films"):
        draw(counts, 1, titles)


def test_without_anything_to_clamp_there_is_nothing_to_draw():
    with pytest.raises(ValueError, match=r"these are 0\.02"):
        plots.clamped_and_solved(G, 100, TITLES)
