"""The figures of lesson 03 draw the numbers that they are given."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import same_color

from recnb import plots


def ydata(line):
    return list(line.get_ydata())


def xdata(line):
    return list(line.get_xdata())


def by_label(ax):
    return {line.get_label(): line for line in ax.lines}


def labels(legend):
    return [text.get_text() for text in legend.get_texts()]


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_learning_curve_circles_the_epoch_that_was_kept():
    curve = pd.DataFrame(
        {"training": [0.9, 0.8, 0.7], "validation": [0.95, 0.9, 0.92]}, index=[1, 2, 3]
    )
    (ax,) = plots.learning_curve(curve, 2, protocol="p").axes
    for name, values in curve.items():
        line = by_label(ax)[f"{name} ratings"]
        assert (xdata(line), ydata(line)) == ([1, 2, 3], list(values))
    circle = ax.lines[-1]
    assert (xdata(circle), ydata(circle)) == ([2], [0.9])
    assert texts(ax) == ["kept: epoch 2, 0.900"]
    assert ax.get_title(loc="left") == "p"


PUBLISHED = pd.DataFrame(
    {
        "model": ["U-AutoRec", "I-AutoRec"],
        "dataset": "ml-1m",
        "protocol": "rating-holdout-90-10",
        "metric": "RMSE",
        "value": [0.874, 0.831],
    }
)
MEASURED = {"I-AutoRec": [0.82, 0.84], "U-AutoRec": [0.87], "Bias": [0.91, 0.92]}
LOOKS = {name: name for name in MEASURED}


def test_every_split_its_mean_and_the_published_figure_share_a_row():
    fig = plots.beside_published(MEASURED, PUBLISHED, looks=LOOKS, protocol="p")
    (ax,) = fig.axes
    ticks = [label.get_text() for label in ax.get_yticklabels()]
    row = dict(zip(ticks, ax.get_yticks(), strict=True))
    assert ticks == list(MEASURED) and row["I-AutoRec"] > row["Bias"]
    for n, (name, values) in enumerate(MEASURED.items()):
        splits, mean = ax.lines[2 * n : 2 * n + 2]
        assert xdata(splits) == values
        assert xdata(mean) == [np.mean(values)] and ydata(mean) == [row[name]]
        assert same_color(mean.get_color(), plots.look(name).color)
    published = ax.lines[-1]
    assert xdata(published) == [0.874, 0.831]
    assert ydata(published) == [row["U-AutoRec"], row["I-AutoRec"]]
    assert published.get_linestyle() == "None"
    assert texts(ax) == ["0.830", "0.870", "0.915"]
    assert labels(fig.legends[0]) == ["published"]


def test_without_published_figures_there_is_no_legend():
    fig = plots.beside_published(MEASURED, None, looks=LOOKS, protocol="p")
    assert len(fig.axes[0].lines) == 6 and not fig.legends


def test_published_figures_of_two_datasets_are_refused():
    mixed = PUBLISHED.assign(dataset=["ml-1m", "ml-10m"])
    with pytest.raises(ValueError, match="different datasets"):
        plots.beside_published(MEASURED, mixed, looks=LOOKS, protocol="p")


def test_error_by_count_has_a_panel_for_films_and_one_for_users():
    panels = {
        "film": pd.DataFrame({"I-AutoRec": [0.9, 0.8], "Bias": [1, 0.9]}, [10, 1000]),
        "user": pd.DataFrame({"I-AutoRec": [0.85, 0.7], "Bias": [1, 0.8]}, [20, 500]),
    }
    fig = plots.error_by_count(panels, unit="group", protocol="p")
    for ax, (who, table) in zip(fig.axes, panels.items(), strict=True):
        assert who in ax.get_xlabel() and ax.get_xscale() == "log"
        for model, values in table.items():
            line = by_label(ax)[model]
            assert (xdata(line), ydata(line)) == (list(table.index), list(values))
    assert labels(fig.legends[0]) == ["I-AutoRec", "Bias"]
    assert fig.axes[0].get_ylabel() == "RMSE of the group"


def test_fewer_users_draws_both_nets_and_the_length_of_a_user():
    table = pd.DataFrame(
        {
            "I-AutoRec": [0.95, 0.84],
            "U-AutoRec": [0.93, 0.87],
            "per film": [27.0, 270.0],
            "per user": [165.0, 167.0],
        },
        index=[0.1, 1.0],
    )
    fig = plots.fewer_users({"ml-1m": table, "simulated": table}, protocol="p")
    assert [ax.get_title(loc="left") for ax in fig.axes] == ["ml-1m", "simulated"]
    for ax in fig.axes:
        for model in ("I-AutoRec", "U-AutoRec"):
            line = by_label(ax)[model]
            assert (xdata(line), ydata(line)) == ([27, 270], list(table[model]))
        assert xdata(ax.lines[2])[0] == 166
        assert texts(ax) == [" ratings a user: 166"]
        assert [t.get_text() for t in ax.get_xticklabels()] == ["27", "270"]
    assert labels(fig.legends[0]) == ["I-AutoRec", "U-AutoRec"]


def test_hidden_units_are_on_a_log_axis_with_their_numbers():
    errors = pd.Series([0.9, 0.85, 0.84], index=[5, 50, 500])
    fig = plots.hidden_units({"a": errors, "b": errors + 0.1}, protocol="p")
    first, second = fig.axes
    assert (xdata(first.lines[0]), ydata(first.lines[0])) == (
        [5, 50, 500],
        list(errors),
    )
    assert ydata(second.lines[0]) == list(errors + 0.1)
    assert [t.get_text() for t in first.get_xticklabels()] == ["5", "50", "500"]


def test_leaks_marks_the_honest_input():
    table = pd.DataFrame(
        {"training": [0.87, 1.2], "test only": [0.99, 0.95], "both": [0.86, 0.92]},
        index=["stopped", "500 epochs"],
    )
    fig = plots.leaks(table, honest="training", protocol="p")
    (ax,) = fig.axes
    ticks = [label.get_text() for label in ax.get_yticklabels()]
    assert ticks == list(table.index) and ax.get_yticks()[0] > ax.get_yticks()[1]
    names = ["training (honest)", "test only", "both"]
    for name, column in zip(names, table, strict=True):
        line = by_label(ax)[name]
        assert xdata(line) == list(table[column])
        assert ydata(line) == list(ax.get_yticks())
    assert labels(fig.legends[0]) == names
    assert len({line.get_marker() for line in ax.lines}) == 3


def test_moved_predictions_draws_those_that_move_most():
    before = pd.Series([3.0, 4.0, 2.0, 3.5], index=["A", "B", "C", "D" * 60])
    after = pd.Series([3.1, 3.0, 2.5, 3.5], index=before.index)
    (ax,) = plots.moved_predictions(before, after, title="t", most=3).axes
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["B", "A", "C"]  # from the largest fall to the largest rise
    was, now = ax.lines
    assert xdata(was) == [4, 3, 2] and xdata(now) == [3, 3.1, 2.5]
    assert ax.get_xlim() == (1.7, 4.3) and ax.get_title(loc="left") == "t"
    (whole,) = plots.moved_predictions(before, after, title="t").axes
    assert max(len(t.get_text()) for t in whole.get_yticklabels()) == 38


def test_two_films_of_one_title_are_two_rows():
    before = pd.Series([3.0, 4.0], index=["Titanic", "Titanic"])
    (ax,) = plots.moved_predictions(before, before - [0.1, 0.5], title="t").axes
    assert xdata(ax.lines[0]) == [4, 3] and xdata(ax.lines[1]) == [3.5, 2.9]
