"""The figures of lesson 02 draw the numbers that they are given."""

import numpy as np
import pandas as pd
import pytest

from recnb import plots


def labels(legend):
    return [text.get_text() for text in legend.get_texts()]


def by_label(ax):
    return {line.get_label(): line for line in ax.lines}


def y(line):
    return list(line.get_ydata())


def test_film_map_names_some_films_and_draws_all():
    points = np.array([[0.0, 1], [2, 3], [-1, 5], [-0.9, 4.99]])
    (ax,) = plots.film_map(points, ["A", "", "a" * 40, "covered"], protocol="p").axes
    assert [len(line.get_xdata()) for line in ax.lines] == [2, 2]
    assert [text.get_text() for text in ax.texts] == ["A", "a" * 25 + "…"]
    assert [tuple(text.xy) for text in ax.texts] == [(0, 1), (-1, 5)]


def test_copying_draws_error_and_quality_and_leaves_out_what_was_not_trained():
    errors = pd.DataFrame({"linear": [5.0, 1.0], "net": [6.0, np.nan]}, index=[2, 20])
    fig = plots.copying(errors, errors / 10, popularity=0.2, protocol="p")
    left, right = fig.axes
    assert y(by_label(left)["linear"]) == [5, 1]
    assert y(by_label(left)["net"]) == [6]
    assert y(by_label(right)["linear"]) == [0.5, 0.1]
    assert right.lines[-1].get_ydata()[0] == 0.2
    assert left.get_xscale() == right.get_xscale() == "log"
    assert labels(fig.legends[0]) == ["linear", "net"]
    assert fig.get_suptitle() == "p"


def test_learning_counts_epochs_from_one():
    fig = plots.learning({"a": [9, 5, 1]}, {"a": [0.1, 0.3, 0.2]}, protocol="p")
    left, right = fig.axes
    assert list(by_label(left)["a"].get_xdata()) == [1, 2, 3]
    assert y(by_label(left)["a"]) == [9, 5, 1]
    assert y(by_label(right)["a"]) == [0.1, 0.3, 0.2]


def test_corruption_curve_draws_a_line_a_net():
    table = pd.DataFrame({"DAE": [0.3, np.nan], "mDA": [0.2, 0.4]}, index=[0.1, 0.5])
    fig = plots.corruption_curve(table, metric="NDCG@20", protocol="p")
    (ax,) = fig.axes
    assert y(by_label(ax)["DAE"]) == [0.3] and y(by_label(ax)["mDA"]) == [0.2, 0.4]
    assert ax.get_ylabel() == "NDCG@20"


def test_sampling_error_has_the_root_law_beside_it():
    fig = plots.sampling_error([1, 4, 100], {"p = 0.5": np.array([0.2, 0.1, 0.02])})
    (ax,) = fig.axes
    assert y(by_label(ax)["p = 0.5"]) == [0.2, 0.1, 0.02]
    assert y(by_label(ax)["1 / √draws"]) == pytest.approx([0.2, 0.1, 0.02])
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")


def test_unit_strengths_hatches_the_film_itself():
    weights = pd.Series([0.4, 0.3, -0.1], index=["Alien", "Aliens", "Titanic"])
    fig = plots.unit_strengths(
        np.array([0.9, 0.5]), weights, film="Alien", label="p = 0.50", protocol="x"
    )
    left, right = fig.axes
    assert y(left.lines[0]) == [0.9, 0.5]
    bars = right.patches
    assert [bar.get_width() for bar in bars] == [0.4, 0.3, -0.1]
    assert [bool(bar.get_hatch()) for bar in bars] == [True, False, False]
    names = [label.get_text() for label in right.get_yticklabels()]
    assert names == ["Alien", "Aliens", "Titanic"]
    assert fig.get_suptitle() == "p = 0.50 (x)"


def test_two_terms_draws_each_term_in_a_panel():
    table = pd.DataFrame({"reconstruction": [9.0, 7.0], "KL": [0.0, 3.0]})
    left, right = plots.two_terms({"β = 1": table}, protocol="p").axes
    assert y(by_label(left)["β = 1"]) == [9, 7]
    assert y(by_label(right)["β = 1"]) == [0, 3]
    assert list(by_label(right)["β = 1"].get_xdata()) == [1, 2]


def test_gradient_estimates_draws_running_means():
    samples = {"one": np.array([1.0, 3.0, 5.0])}
    (ax,) = plots.gradient_estimates(samples, truth=3.0, protocol="p").axes
    assert y(by_label(ax)["one"]) == [1, 2, 3]
    assert ax.lines[-1].get_ydata()[0] == 3
