"""Lesson 12's figures say what they are given, and can be told apart."""

import numpy as np
import pandas as pd
import pytest

from recnb.plots import (
    approximation_errors,
    latencies,
    plane,
    polyline,
    recalls,
    saddles,
    stopped_early,
)
from recnb.plots.learned_dot import PLACES


def labels(ax):
    return [line.get_label() for line in ax.lines if line.get_label()[0] != "_"]


@pytest.fixture
def grid():
    rows = [
        {"d": d, "h": d, "M": M, "pairs": pairs, "seed": seed, "error": d / M + seed}
        for d in (8, 16)
        for M in (500, 1000)
        for pairs in ("fresh", "test")
        for seed in (0, 0.002)
    ]
    return pd.DataFrame(rows)


def test_polyline_draws_the_curves_and_the_errors():
    x = np.linspace(-1, 1, 5)
    curves = pd.DataFrame({"x²": x**2, "2 units": np.abs(x)})
    errors = pd.Series({2: 0.25, 4: 0.0625})
    bends = {"2 units": np.array([-1, 0, 1])}
    left, right = polyline(x, curves, bends, errors, protocol="p").axes
    assert np.array_equal(left.lines[1].get_ydata(), np.abs(x))
    assert np.array_equal(left.lines[1].get_xdata(), x)
    assert list(left.lines[1].get_markevery()) == [0, 2, 4]
    assert list(left.lines[0].get_markevery()) == []  # a square has no bends
    assert list(right.lines[0].get_ydata()) == [0.25, 0.0625]
    assert right.get_yscale() == "log"


def test_saddles_have_the_difference_as_third_panel():
    ticks = np.linspace(-2, 2, 9)
    true = np.outer(ticks, ticks)
    fig = saddles(ticks, {"true": true, "learned": 1.5 * true}, protocol="p")
    titles = [ax.get_title(loc="left") for ax in fig.axes[:3]]
    assert titles == ["true", "learned", "learned minus true"]
    drawn = fig.axes[2].collections[0].get_array()
    np.testing.assert_allclose(np.ravel(drawn), np.ravel(0.5 * true))
    limits = [ax.collections[0].get_clim() for ax in fig.axes[:3]]
    assert limits == [(-4, 4), (-4, 4), (-2, 2)]  # the difference has its own
    names = {ax.get_ylabel() for ax in fig.axes[3:]}
    assert names == {"similarity", "difference"}


def test_errors_are_averaged_and_both_limits_are_drawn(grid):
    (ax,) = approximation_errors(grid, protocol="p").axes
    assert labels(ax) == [
        "d = 8, fresh",
        "d = 8, test",
        "d = 16, fresh",
        "d = 16, test",
    ]
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [8 / 500 + 0.001, 0.009])
    heights = [tuple(line.get_ydata()) for line in ax.lines]
    assert (0.001, 0.001) in heights and (0.01, 0.01) in heights
    assert ax.get_xscale() == ax.get_yscale() == "log"


def test_fresh_and_test_lines_differ_in_more_than_color(grid):
    (ax,) = approximation_errors(grid, protocol="p").axes
    fresh, test = ax.lines[:2]
    assert fresh.get_linestyle() != test.get_linestyle()
    assert fresh.get_markerfacecolor() != test.get_markerfacecolor()
    assert fresh.get_marker() != ax.lines[2].get_marker()


def test_the_chosen_point_and_the_live_one_are_where_they_belong(grid):
    (ax,) = approximation_errors(
        grid, protocol="p", marked=(16, 1000), live=(1000, 0.03)
    ).axes
    points = {line.get_label(): line.get_xydata()[0] for line in ax.lines}
    np.testing.assert_allclose(points["_ring"], [1000, 0.017])
    np.testing.assert_allclose(points["trained just now"], [1000, 0.03])
    ringed = approximation_errors(grid, protocol="p", marked=(16, 1000)).axes[0]
    plain = approximation_errors(grid, protocol="p").axes[0]
    assert labels(ringed) == labels(plain)  # the caption tells of the ring


def test_always_saying_0_is_a_line_of_its_own(grid):
    (ax,) = approximation_errors(grid, protocol="p").axes
    heights = [line.get_ydata()[0] for line in ax.lines]
    assert any(np.isclose(height, 1.13 - 0.85) for height in heights)
    assert "0.28: always 0" in [text.get_text() for text in ax.texts]


def test_a_ring_marks_the_stop_and_both_ways_to_train_are_lines():
    training = pd.DataFrame(
        {"trained on": [0.3, 0.1, -0.1], "test": [0.3, 0.2, 0.4]}, index=[1, 2, 3]
    )
    errors = pd.DataFrame({"32 epochs": [0.5, 0.4], "stopped early": [0.2, 0.1]})
    errors.index = [500, 1000]
    left, right = stopped_early(training, errors, protocol="p", fresh=0.3).axes
    assert left.lines[-2].get_label() == "fresh, at the stop"
    assert left.lines[-2].get_xydata().tolist() == [[2, 0.3]]
    (plain, _) = stopped_early(training, errors, protocol="p").axes
    assert labels(plain) == ["trained on", "test"]
    assert [2, 0.2] in [line.get_xydata()[0].tolist() for line in left.lines]
    assert labels(left)[:2] == ["trained on", "test"]
    assert labels(right)[:2] == ["32 epochs", "stopped early"]
    assert list(right.lines[1].get_ydata()) == [0.2, 0.1]
    assert right.get_yscale() == "log" and left.get_yscale() == "linear"
    assert "0.28: always 0" in [text.get_text() for text in right.texts]


def test_the_plane_shows_both_arrows_and_the_gap_at_q():
    ticks = np.array([0.0, 1.0, 2.0])
    scores = pd.DataFrame({"true": [0, 1.5, 3], "learned": [0.1, 1.2, 2]})
    first, _ = np.meshgrid(PLACES, PLACES)
    fields = {"true": first, "learned": 0.9 * first}
    p, q = np.array([1, 0]), np.array([0, 1])
    fig = plane(p, q, ticks, scores, fields, protocol="p")
    left, right = fig.axes
    true, learned = left.collections
    assert true.get_linestyle() != learned.get_linestyle()
    level = true.get_paths()[2].vertices[:, 0]  # straight up: p is the first axis
    np.testing.assert_allclose(level, true.levels[2])
    assert left.get_xlim() == (PLACES[0], PLACES[-1])
    assert {"p", "q"} <= {text.get_text() for text in left.texts}
    assert labels(right)[:2] == ["true", "learned"]
    assert list(right.lines[-1].get_ydata()) == [1.5, 1.2]


def test_latencies_mark_a_size_and_put_a_star_on_it():
    table = pd.DataFrame({"exact": [0.01, 1], "MLP": [2, 200]}, index=[1000, 100_000])
    (ax,) = latencies(table, protocol="p", marked=1000, live={"MLP": 3.0}).axes
    assert labels(ax) == ["dot product, exact", "MLP", "MLP, now"]
    assert list(ax.lines[-1].get_xydata()[0]) == [1000, 3]
    assert ax.lines[-1].get_color() == ax.lines[1].get_color()
    assert [t.get_text() for t in ax.get_xticklabels()] == ["1,000", "100,000"]
    assert ax.get_xscale() == ax.get_yscale() == "log"


def test_latencies_write_what_a_method_finds_at_its_points():
    table = pd.DataFrame({"IVF": [0.01, 1.0]}, index=[1000, 100_000])
    found = pd.Series({1000: 0.684, 100_000: 0.2})
    (ax,) = latencies(table, protocol="p", shares={"IVF": found}).axes
    at = {text.get_text(): text.xy for text in ax.texts}
    assert at["68%"] == (1000, 0.01) and at["20%"] == (100_000, 1.0)


def test_the_exact_search_is_seen_where_another_lies_on_it():
    rows = {
        "method": ["IVF", "exact"],
        "effort": [8, 0],
        "ms": [2.0, 2.0],
        "recall": [1.0, 1.0],
    }
    rows = pd.DataFrame(rows)
    left, _ = recalls({"a": rows, "b": rows}, protocol="p").axes
    upright = [line for line in left.lines if list(line.get_xdata()) == [2.0, 2.0]]
    assert len(upright) == 1
    assert "exact: 2 ms" in [text.get_text() for text in left.texts]


def test_a_method_looks_the_same_in_every_figure():
    times = pd.DataFrame({"MLP": [1, 2], "IVF": [1, 2]}, index=[10, 20])
    (ax,) = latencies(times, protocol="p").axes
    rows = {"method": "IVF", "effort": [8, 4], "ms": [2.0, 1.0], "recall": [0.9, 0.5]}
    rows = pd.DataFrame(rows)
    marked = ("IVF", 8)
    panels = recalls({"a": rows, "b": rows}, protocol="p", marked=marked).axes
    line = panels[0].lines[0]
    assert line.get_color() == ax.lines[1].get_color() != ax.lines[0].get_color()
    assert line.get_marker() == ax.lines[1].get_marker() != ax.lines[0].get_marker()
    assert list(line.get_ydata()) == [0.5, 0.9]  # in the order of effort
    assert panels[0].lines[1].get_xydata().tolist() == [[2.0, 0.9]]
    assert labels(panels[0]) == ["dot product, IVF"]
    assert [panel.get_title(loc="left") for panel in panels] == ["a", "b"]
