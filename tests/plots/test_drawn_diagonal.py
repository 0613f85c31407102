"""Lesson 09's drawings: the line that touches a contour, bounds, and a chain."""

import numpy as np
import pytest
from matplotlib.colors import same_color
from matplotlib.contour import ContourSet
from matplotlib.patches import Circle, FancyArrowPatch

from recnb import plots

G = np.array([[4, 3], [3, 3]])
TITLES = ["Alien", "Aliens"]
EASE, RIDGE, PRICE = (0, 3 / 5), (6 / 11, 3 / 11), 6 / 5  # solved on paper, λ = 1


def contours(G=G, l2=1, titles=TITLES):
    return plots.constraint_contours(G, l2, titles, protocol="six people")


def bounds(xis, G=G, l2=1, titles=TITLES):
    return plots.bound_contours(G, l2, titles, xis, protocol="six people")


def texts(ax):
    return [text.get_text() for text in ax.texts]


def at(ax, label):
    (line,) = [line for line in ax.lines if line.get_label() == label]
    return float(line.get_xdata()[0]), float(line.get_ydata()[0])


def arrow(ax, label):
    (found,) = [
        patch
        for patch in ax.patches
        if isinstance(patch, FancyArrowPatch) and patch.get_label() == label
    ]
    return np.diff(found._posA_posB, axis=0)[0]


def thick(ax):
    """Return the heights of the thick contours, and their points."""
    drawn = [each for each in ax.collections if isinstance(each, ContourSet)]
    found = [each for each in drawn if each.get_linewidth()[0] > 2]
    return [(each.levels[0], each.get_paths()[0].vertices) for each in found]


def test_ease_and_ridge_stand_where_the_equations_put_them():
    (ax,) = contours().axes
    assert at(ax, "EASE") == pytest.approx(EASE)
    assert at(ax, "ridge") == pytest.approx(RIDGE)
    assert ax.get_xlabel() == "weight of Aliens for itself"
    assert "six people, λ = 1" in ax.get_title(loc="left")
    assert "lowest point of all:\n+.55 for itself, +.27 from Alien" in texts(ax)
    assert "EASE: 0 and +.60" in texts(ax)


def test_the_contour_of_ease_touches_the_line_and_does_not_cross_it():
    (ax,) = contours().axes
    ((height, points),) = thick(ax)
    assert height == pytest.approx(PRICE)
    assert points[:, 0].min() == pytest.approx(0, abs=2e-3)
    assert np.abs(points - EASE).sum(axis=1).min() < 0.02


def test_the_arrow_is_as_long_as_twice_the_price_and_off_the_line():
    (ax,) = contours().axes
    away, along = arrow(ax, "downhill")
    assert along == pytest.approx(0, abs=1e-12) and away > 0
    assert f"downhill, {2 * PRICE:.1f} per unit" in texts(ax)
    away_there, along_there = arrow(ax, "elsewhere")
    assert along_there > 0.1  # elsewhere on the line it pays to move along it
    slope = 2 * (3 - 3 * 0.15)  # on paper: own weight 0, other weight .15
    assert away_there / away == pytest.approx(slope / (2 * PRICE))


def test_a_larger_penalty_moves_all_three():
    (ax,) = contours(l2=2).axes
    assert at(ax, "EASE") == pytest.approx((0, 3 / 6))
    assert at(ax, "ridge")[0] < RIDGE[0]


def test_a_bound_holds_back_or_does_not():
    held, free = bounds([0.3, 0.7]).axes
    assert at(held, "solution")[0] == pytest.approx(0.3)
    assert at(free, "solution") == pytest.approx(RIDGE)
    assert held.get_title(loc="left") == "ξ = 0.3: γ = 0.54"
    assert free.get_title(loc="left") == "ξ = 0.7: γ = 0.00"
    assert arrow(held, "downhill")[1] == pytest.approx(0, abs=1e-12)
    assert not [p for p in free.patches if isinstance(p, FancyArrowPatch)]
    ((_, points),) = thick(held)
    assert points[:, 0].min() == pytest.approx(0.3, abs=2e-3)
    assert thick(free) == []


def test_what_is_allowed_lies_left_of_the_bound():
    (ax,) = bounds([0.3]).axes
    (allowed,) = [patch for patch in ax.patches if patch.get_label() == "allowed"]
    assert allowed.get_x() + allowed.get_width() == pytest.approx(0.3)
    (legend,) = ax.figure.legends
    shown = [text.get_text() for text in legend.get_texts()]
    assert shown == ["allowed", "solution", "ridge"]


@pytest.mark.parametrize("draw", [contours, lambda **given: bounds([0.3], **given)])
@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"G": np.eye(3)}, r"two films.*these are \(3, 3\) and 2"),
        ({"titles": ["A"]}, "two films"),
        ({"l2": 0}, "above zero, not 0"),
    ],
)
def test_what_cannot_be_drawn_is_refused(draw, given, words):
    with pytest.raises(ValueError, match=words):
        draw(**given)


def test_no_bound_is_refused():
    with pytest.raises(ValueError, match="Without a bound"):
        bounds([])


# ---- a chain ----

LINKS = {("A", "B"): 0.8, ("B", "C"): -0.4, ("A", "C"): None}


def links(ax):
    """Return the words on each link and its line, in order."""
    return list(zip(texts(ax)[:3], ax.lines, strict=True))


def test_each_link_has_its_value_and_is_as_thick():
    (ax,) = plots.chain_of_films({"correlation": LINKS}).axes
    (first, ab), (second, bc), (third, ac) = links(ax)
    assert (first, second, third) == ("+.80", "−.40", "?")
    assert ab.get_linewidth() == pytest.approx(2 * bc.get_linewidth())
    assert not same_color(ab.get_color(), bc.get_color())
    assert ac.get_linestyle() == "--"
    assert ax.get_title(loc="left") == "correlation"
    assert {"A", "B", "C"} <= set(texts(ax))
    assert len([patch for patch in ax.patches if isinstance(patch, Circle)]) == 3


def test_a_link_of_zero_is_dotted_and_a_panel_a_measure():
    panels = {"one": LINKS, "two": {**LINKS, ("A", "C"): -0.001}}
    _, ax = plots.chain_of_films(panels).axes
    words, line = links(ax)[2]
    assert words == "0" and line.get_linestyle() == ":"


@pytest.mark.parametrize(
    ("panels", "words"),
    [({}, "Without a panel"), ({"a": {("A", "B"): 1}}, "three films; these are A, B")],
)
def test_a_chain_needs_three_films(panels, words):
    with pytest.raises(ValueError, match=words):
        plots.chain_of_films(panels)


@pytest.mark.parametrize(
    "fig",
    [contours(), bounds([0.3, 0.7]), plots.chain_of_films({"a": LINKS, "b": LINKS})],
)
def test_no_word_leaves_the_picture(words_outside, fig):
    assert not words_outside(fig)
