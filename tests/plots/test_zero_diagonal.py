"""The figures of lesson 09 draw the numbers that they are given."""

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


def test_recovery_puts_each_measure_on_its_row():
    auc = pd.DataFrame(
        {"rivals": [0.6, 0.87], "sequels": [0.99, 0.98]},
        index=["covariance", "precision"],
    )
    fig = plots.recovery(auc, dataset="d")
    (ax,) = fig.axes
    ticks = [label.get_text() for label in ax.get_yticklabels()]
    row = dict(zip(ticks, ax.get_yticks(), strict=True))
    assert row["covariance"] > row["precision"]  # in reading order
    for kind, values in auc.items():
        line = by_label(ax)[kind]
        found = dict(zip(line.get_ydata(), line.get_xdata(), strict=True))
        assert found == {row[measure]: value for measure, value in values.items()}
    assert len({line.get_marker() for line in ax.lines[:2]}) == 2
    assert by_label(ax)["rivals"].get_linestyle() == "None"
    assert labels(fig.legends[0]) == ["rivals", "sequels"]
    assert ax.lines[2].get_xdata()[0] == 0.5 and texts(ax) == ["chance"]


def test_with_and_without_tells_masked_from_unmasked():
    curve = pd.DataFrame(
        {
            "EASE": [0.3, 0.4],
            "LAE": [0.2, 0.39],
            "EASE, unmasked": [0.1, 0.2],
            "LAE, unmasked": [0.05, 0.15],
        },
        index=[1, 1000],
    )
    fig = plots.with_and_without(curve, protocol="p")
    (ax,) = fig.axes
    drawn = by_label(ax)
    names = {
        "EASE": "EASE, zero diagonal",
        "EASE, unmasked": "EASE, seen films not masked",
        "LAE": "ridge, no constraint",
        "LAE, unmasked": "ridge, seen films not masked",
    }
    for column, label in names.items():
        assert ydata(drawn[label]) == list(curve[column])
        assert list(drawn[label].get_xdata()) == [1, 1000]
        model = plots.look(column.split(",")[0])
        assert same_color(drawn[label].get_color(), model.color)
        dotted = drawn[label].get_linestyle() == ":"
        assert dotted == column.endswith("unmasked")
    assert sorted(labels(fig.legends[0])) == sorted(names.values())
    assert ax.get_xscale() == "log" and ax.get_ylim()[0] == 0
    assert ax.get_title(loc="left") == "p"


def test_shrinkage_draws_a_dot_a_film_and_a_legend_that_can_be_seen():
    likes = np.array([1, 30, 900])
    factors = {"λ = 50": [0.98, 0.5, 0.1], "λ = 1000": [1.0, 0.9, 0.4]}
    factors = {name: np.array(values) for name, values in factors.items()}
    (ax,) = plots.shrinkage(likes, factors, protocol="p").axes
    for name, values in factors.items():
        line = by_label(ax)[name]
        assert list(line.get_xdata()) == [1, 30, 900]
        assert ydata(line) == list(values)
        assert line.get_linestyle() == "None" and line.get_alpha() < 1
    assert labels(ax.get_legend()) == list(factors)
    assert {handle.get_alpha() for handle in ax.get_legend().legend_handles} == {1}


@pytest.fixture
def relaxation():
    curve = pd.DataFrame(
        {"λ = 50": [0.4, 0.35], "λ = 500": [0.41, 0.4]}, index=[0.0, 1.0]
    )
    return plots.relaxation(
        curve,
        np.array([5, 700]),
        np.array([0.05, 0.3]),
        here=(0.3, 0.38),
        label="λ = 50, dropout 0.00",
        protocol="p",
        ease=0.415,
    )


def test_relaxation_circles_the_model_on_the_curves(relaxation):
    left, _ = relaxation.axes
    assert ydata(by_label(left)["λ = 50"]) == [0.4, 0.35]
    assert ydata(by_label(left)["λ = 500"]) == [0.41, 0.4]
    assert list(by_label(left)["λ = 500"].get_xdata()) == [0, 1]
    circle = left.lines[-1]
    assert (list(circle.get_xdata()), ydata(circle)) == ([0.3], [0.38])
    assert circle.get_fillstyle() == "none"
    assert left.get_title(loc="left") == "circle: λ = 50, dropout 0.00"
    assert ydata(by_label(left)["EASE, its best λ"]) == [0.415, 0.415]
    assert same_color(
        by_label(left)["EASE, its best λ"].get_color(), plots.look("EASE").color
    )
    assert labels(relaxation.legends[0]) == ["λ = 50", "λ = 500", "EASE, its best λ"]
    assert relaxation.get_suptitle() == "p"


def test_relaxation_draws_the_diagonal_and_its_bound(relaxation):
    _, right = relaxation.axes
    films, bound = right.lines
    assert list(films.get_xdata()) == [5, 700]
    assert ydata(films) == [0.05, 0.3]
    assert ydata(bound) == [0.3, 0.3]
    assert right.get_xscale() == "log"
