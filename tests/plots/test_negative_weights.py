"""The figures of lesson 10 draw the numbers that they are given."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import same_color

from recnb import plots


def texts(ax):
    return [text.get_text() for text in ax.texts]


def labels(legend):
    return [text.get_text() for text in legend.get_texts()]


def ydata(line):
    return list(line.get_ydata())


def by_label(ax):
    return {line.get_label(): line for line in ax.lines}


def ticklabels(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


def test_negative_shares_are_drawn_in_percent_a_colour_a_dataset():
    names = ["x, all", "x, ratings ≥ 4", "y, all", "z, all"]
    table = pd.DataFrame({n: [0.5, 0.1 * i] for i, n in enumerate(names)}, index=[1, 9])
    fig = plots.negative_shares(table, tuned={"y, all": 9}, protocol="p")
    (ax,) = fig.axes
    drawn = by_label(ax)
    for name in names:
        assert list(drawn[name].get_xdata()) == [1, 9]
        np.testing.assert_allclose(drawn[name].get_ydata(), 100 * table[name])
    assert labels(fig.legends[0]) == names
    first, second, other, _ = (drawn[name] for name in names)
    assert first.get_color() == second.get_color() != other.get_color()
    assert first.get_linestyle() != second.get_linestyle()
    assert len({drawn[n].get_marker() for n in names}) == 3
    (ring,) = [line for line in ax.lines if line.get_markerfacecolor() == "none"]
    assert (list(ring.get_xdata()), ydata(ring)) == ([9], [20])
    assert ax.get_xscale() == "log" and ax.get_title(loc="left") == "p"


def test_kept_negatives_has_a_line_a_choice_and_one_for_none_and_all():
    table = pd.DataFrame(
        {
            "which": ["none", "the largest", "random", "the largest", "random"],
            "share": [0, 0.01, 0.01, 0.1, 0.1],
            "minus_ease": [-0.02, -0.004, -0.018, 0.0, -0.016],
            "minus_ease_error": 0.001,
        }
    )
    (ax,) = plots.kept_negatives(table, protocol="p").axes
    drawn = {each.get_label(): each.lines[0] for each in ax.containers}
    assert set(drawn) == {"the largest", "random"}
    assert list(drawn["the largest"].get_xdata()) == pytest.approx([1, 10])
    assert ydata(drawn["the largest"]) == [-0.004, 0]
    markers = {line.get_marker() for line in drawn.values()}
    assert len(markers) == 2
    across = {line.get_label(): ydata(line)[0] for line in ax.lines}
    assert across["none (clamped)"] == pytest.approx(-0.02)
    assert across["all (EASE)"] == 0
    assert len(labels(ax.get_legend())) == 4


def test_negative_by_ratio_counts_in_tenths_of_the_pairs():
    ratio = np.arange(1, 101) / 50
    table = pd.DataFrame({"ratio": ratio, "negative": ratio <= 0.3})
    table = table.sample(frac=1, random_state=0)  # labels mean nothing
    (ax,) = plots.negative_by_ratio(table, protocol="p").axes
    heights = [bar.get_height() for bar in ax.patches]
    np.testing.assert_allclose(heights, [100, 50, *[0] * 8], atol=1e-9)
    assert texts(ax)[:3] == ["100", "50", "0"]
    assert texts(ax)[-1] == "all pairs: 15%"
    assert ydata(ax.lines[0]) == [15, 15]
    assert ticklabels(ax.xaxis)[-1].endswith("2.00")


@pytest.fixture
def factors():
    return pd.DataFrame(
        {"λ = 5": [0.3, 0.28], "λ = 500": [0.38, 0.4]}, index=[0.0, 1.0]
    )


def test_dial_circles_the_model_on_the_curves(factors):
    fig = plots.dial(factors, here=(0.25, 0.39), label="λ = 500", protocol="p")
    (ax,) = fig.axes
    drawn = by_label(ax)
    assert ydata(drawn["λ = 5"]) == [0.3, 0.28]
    assert ydata(drawn["λ = 500"]) == [0.38, 0.4]
    assert list(drawn["λ = 500"].get_xdata()) == [0, 1]
    circle = ax.lines[-1]
    assert (list(circle.get_xdata()), ydata(circle)) == ([0.25], [0.39])
    assert circle.get_fillstyle() == "none"
    assert ax.get_title(loc="left") == "p\ncircle: λ = 500, factor 0.25"
    assert labels(fig.legends[0]) == ["λ = 5", "λ = 500"]


def test_four_curves_has_a_ring_on_each_curve_at_the_cursor():
    curve = pd.DataFrame(
        {
            "EASE": [0.3, 0.4],
            "clamped EASE": [0.29, 0.37],
            "non-negative EASE": [0.3, 0.39],
            "LAE": [0.1, 0.4],
        },
        index=[1.0, 1000.0],
    )
    values = {model: number / 10 for number, model in enumerate(curve)}
    fig = plots.four_curves(curve, here=(50.0, values), protocol="p")
    whole, top = fig.axes
    names = ["EASE", "clamped EASE", "non-negative EASE", "ridge"]
    assert labels(fig.legends[0]) == names
    for ax in (whole, top):
        for model, name in zip(curve, names, strict=True):
            line = by_label(ax)[name]
            assert ydata(line) == list(curve[model])
            ring = ax.lines[ax.lines.index(line) + 1]
            assert (list(ring.get_xdata()), ydata(ring)) == ([50], [values[model]])
            color = plots.look(model).color
            assert same_color(line.get_color(), color)
            assert same_color(ring.get_markeredgecolor(), color)
        assert list(ax.lines[-1].get_xdata()) == [50, 50]
        assert ax.get_xscale() == "log"
    assert fig.get_suptitle() == "p; cursor: λ = 50"
    assert whole.get_ylim()[0] == 0 < top.get_ylim()[0] < 0.4 < top.get_ylim()[1]


def test_density_draws_each_model_from_few_weights_to_many():
    table = pd.DataFrame(
        {
            "model": ["SLIM", "SLIM", "EASE, largest 2%", "EASE, largest positive 2%"],
            "density": [0.2, 0.05, 0.02, 0.02],
            "minus_ease": [-0.01, -0.02, -0.005, -0.03],
            "minus_ease_error": [0.001, 0.002, 0.003, 0.004],
        }
    )
    fig = plots.density(table, protocol="p")
    (ax,) = fig.axes
    drawn = {each.get_label(): each for each in ax.containers}
    slim, _, (bars,) = drawn["SLIM"].lines
    assert list(slim.get_xdata()) == pytest.approx([5, 20])
    assert ydata(slim) == [-0.02, -0.01]
    low, high = bars.get_segments()[0][:, 1]
    assert high - low == pytest.approx(0.004)  # one error to either side
    assert ydata(drawn["EASE, largest"].lines[0]) == [-0.005]
    assert labels(fig.legends[0]) == ["SLIM", "EASE, largest", "EASE, largest positive"]
    assert ydata(ax.lines[-1]) == [0, 0]
    assert texts(ax) == ["EASE, all weights"]
    assert ax.get_xscale() == "log"


def test_neighbours_are_drawn_in_order_and_hatched_if_against():
    columns = {
        "EASE": pd.Series([0.4, 0.1, -0.05], index=["A", "B", "C"]),
        "solved": pd.Series([0.3, 0.2], index=["B", "A"]),
    }
    fig = plots.neighbours(columns, title="What speaks for Alien")
    assert fig.get_suptitle() == "What speaks for Alien"
    for ax, (model, column) in zip(fig.axes, columns.items(), strict=True):
        assert ax.get_title(loc="left") == model
        assert ax.get_xlabel() == "weight for this film"
        assert ticklabels(ax.yaxis) == list(column.index)
        places = list(ax.get_yticks())
        assert places == sorted(places, reverse=True)  # the largest on top
        widths = {bar.get_y() + bar.get_height() / 2: bar for bar in ax.patches}
        bars = [widths[place] for place in places]
        assert [bar.get_width() for bar in bars] == list(column)
        assert [bool(bar.get_hatch()) for bar in bars] == list(column < 0)


def test_neighbours_shorten_long_titles_and_only_these():
    names = ["a" * 24, "b" * 25]
    (ax,) = plots.neighbours({"m": pd.Series([0.2, 0.1], index=names)}, title="t").axes
    assert ticklabels(ax.yaxis) == ["a" * 24, "b" * 23 + "…"]
