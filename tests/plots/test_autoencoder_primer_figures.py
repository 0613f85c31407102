"""The figures of lesson 02 draw the numbers that they are given."""

import numpy as np
import pandas as pd

from recnb import plots


def labels(legend):
    return [text.get_text() for text in legend.get_texts()]


def by_label(ax):
    return {line.get_label(): line for line in ax.lines}


def y(line):
    return list(line.get_ydata())


def drawn_levels(ax):
    """Return the dotted lines that have a model's name, by that name."""
    found = {text.get_text(): text.xy[1] for text in ax.texts}
    heights = {line.get_ydata()[0] for line in ax.lines if line.get_linestyle() == ":"}
    assert set(found.values()) <= heights
    return found


def test_film_map_names_some_films_and_draws_all():
    points = np.array([[0.0, 1], [2, 3], [-1, 5], [-0.9, 4.99]])
    (ax,) = plots.film_map(points, ["A", "", "a" * 40, "covered"], protocol="p").axes
    assert [len(line.get_xdata()) for line in ax.lines] == [2, 2]
    assert [text.get_text() for text in ax.texts] == ["A", "a" * 25 + "…"]
    assert [tuple(text.xy) for text in ax.texts] == [(0, 1), (-1, 5)]


def test_copying_draws_error_and_quality_and_leaves_out_what_was_not_trained():
    errors = pd.DataFrame({"linear": [5.0, 1.0], "net": [6.0, np.nan]}, index=[2, 20])
    levels = {"Popularity": 0.2, "EASE": 0.4}
    fig = plots.copying(errors, errors / 10, levels=levels, protocol="p")
    left, right = fig.axes
    assert y(by_label(left)["linear"]) == [5, 1]
    assert y(by_label(left)["net"]) == [6]
    assert y(by_label(right)["linear"]) == [0.5, 0.1]
    assert drawn_levels(right) == levels
    assert left.get_xscale() == right.get_xscale() == "log"
    assert labels(fig.legends[0]) == ["linear", "net"]
    assert fig.get_suptitle() == "p"


def test_copying_puts_a_ring_around_the_perfect_copy_and_knows_random_lists():
    errors = pd.DataFrame({"linear": [5.0, 0.0]}, index=[2, 20])
    quality = pd.DataFrame({"linear": [0.3, 0.1]}, index=[2, 20])
    fig = plots.copying(errors, quality, levels={"random": 0.08}, protocol="p")
    for ax, value in zip(fig.axes, (0, 0.1), strict=True):
        (ring,) = [li for li in ax.lines if li.get_markerfacecolor() == "none"]
        assert (ring.get_xdata()[0], y(ring)) == (20, [value])
        assert "perfect copy" in [text.get_text() for text in ax.texts]
    named = {text.get_text(): text.xy[1] for text in fig.axes[1].texts}
    assert named["random"] == 0.08


def test_copying_names_the_net_with_one_unit_less_than_the_perfect_copy():
    errors = pd.DataFrame({"linear": [5.0, 1.0, 0.0]}, index=[2, 19, 20])
    quality = pd.DataFrame({"linear": [0.3, 0.05, 0.1]}, index=[2, 19, 20])
    fig = plots.copying(errors, quality, levels={"random": 0.08}, protocol="p")
    left, right = ({t.get_text(): tuple(t.xy) for t in ax.texts} for ax in fig.axes)
    assert right["one unit less"] == (19, 0.05) and "one unit less" not in left


def test_copying_labels_the_sizes_that_have_room():
    errors = pd.DataFrame({"linear": [9.0, 5, 2, 1, 0]}, index=[5, 10, 150, 199, 200])
    fig = plots.copying(errors, errors / 10, levels={"random": 0.08}, protocol="p")
    for ax in fig.axes:
        assert [text.get_text() for text in ax.get_xticklabels()] == ["5", "10", "200"]


def test_the_name_of_a_level_has_room_under_its_line():
    fig = plots.learning({"a": [9]}, {"a": [0.3]}, levels={"EASE": 0.2}, protocol="p")
    assert fig.axes[1].get_ylim()[0] < 0.2


def test_learning_counts_epochs_from_one():
    losses, quality = {"a": [9, 5, 1]}, {"a": [0.1, 0.3, 0.2]}
    fig = plots.learning(losses, quality, levels={"EASE": 0.4}, protocol="p")
    left, right = fig.axes
    assert drawn_levels(right) == {"EASE": 0.4} and drawn_levels(left) == {}
    assert list(by_label(left)["a"].get_xdata()) == [1, 2, 3]
    assert y(by_label(left)["a"]) == [9, 5, 1]
    assert y(by_label(right)["a"]) == [0.1, 0.3, 0.2]


def test_corruption_curve_draws_a_line_a_net():
    table = pd.DataFrame({"DAE": [0.3, np.nan], "mDA": [0.2, 0.4]}, index=[0.1, 0.5])
    fig = plots.corruption_curve(table, metric="NDCG@20", protocol="p")
    (ax,) = fig.axes
    assert y(by_label(ax)["DAE"]) == [0.3] and y(by_label(ax)["mDA"]) == [0.2, 0.4]
    assert ax.get_ylabel() == "NDCG@20"


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


def test_cliff_puts_no_corruption_behind_a_gap():
    diagonal = pd.Series([0.99, 0.5], index=[0.001, 0.5])
    models = {"MarginalizedDAE": [0.3, 0.4], "DAE": [np.nan, 0.2]}
    quality, levels = pd.DataFrame(models, diagonal.index), {"EASE": 0.45}
    zero = {"MarginalizedDAE": 0.1, "DAE": 0.15}
    fig = plots.cliff(diagonal, quality, zero=zero, levels=levels, protocol="p")
    left, right = fig.axes
    assert y(left.lines[0]) == [0.99, 0.5]
    assert y(by_label(right)["MarginalizedDAE"]) == [0.3, 0.4]
    assert y(by_label(right)["DAE"]) == [0.2]
    assert drawn_levels(right) == levels
    assert right.get_ylim()[1] > 0.45
    for ax, values in ((left, [1]), (right, [0.1, 0.15])):
        hollow = [line for line in ax.lines if line.get_markerfacecolor() == "white"]
        assert [y(point)[0] for point in hollow] == values
        for point in hollow:
            assert point.get_xdata()[0] < ax.patches[0].get_x() < 0.001
        assert next(label.get_text() for label in ax.get_xticklabels()) == "0"
    assert labels(fig.legends[0]) == ["MarginalizedDAE", "DAE"]


def test_two_exams_draws_both_groups_of_each_model():
    validation = pd.DataFrame({"difference": [0.01, -0.02]}, index=["DAE", "SDAE"])
    gaps = {"validation": validation, "test": -validation}
    gaps = {
        group: table.assign(**{"paired error": 0.002}) for group, table in gaps.items()
    }
    (ax,) = plots.two_exams(gaps, against="EASE", metric="M", protocol="p").axes
    points = [bars.lines[0] for bars in ax.containers]
    assert [p.get_xdata()[0] for p in points] == [0.01, -0.02, -0.01, 0.02]
    hollow = [point.get_markerfacecolor() == "white" for point in points]
    assert hollow == [True, True, False, False]
    heights = [round(point.get_ydata()[0]) for point in points]
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert [names[height] for height in heights] == ["DAE", "SDAE"] * 2
    assert [text.get_text() for text in ax.texts] == ["validation"] * 2 + ["test"] * 2
    assert ax.get_xlabel() == "M minus that of EASE (line: one paired error)"
