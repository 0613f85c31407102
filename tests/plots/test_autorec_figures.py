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


def test_validation_curves_circle_the_lowest_epoch_of_each():
    curves = {"λ = 100": [0.95, 0.9, 0.92], "λ = 1": [0.94, 0.93, 0.96, 0.99]}
    (ax,) = plots.validation_curves(curves, protocol="p").axes
    for name, values in curves.items():
        line = by_label(ax)[name]
        assert xdata(line) == list(range(1, len(values) + 1))
        assert ydata(line) == values
    circles = [line for line in ax.lines if line.get_marker() == "o"]
    assert [(xdata(c), ydata(c)) for c in circles] == [([2], [0.9]), ([2], [0.93])]
    assert texts(ax) == ["epoch 2, 0.900", "epoch 2, 0.930"]
    assert ax.get_ylim() == pytest.approx((0.88, 0.96))
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
    row = rows_by_label(ax)
    assert set(row) == set(MEASURED)
    assert row["I-AutoRec"] > row["U-AutoRec"] > row["Bias"]
    for n, (name, values) in enumerate(MEASURED.items()):
        splits, mean = ax.lines[2 * n : 2 * n + 2]
        assert xdata(splits) == values
        assert xdata(mean) == [np.mean(values)] and ydata(mean) == [row[name]]
        assert same_color(mean.get_color(), plots.look(name).color)
    published = ax.lines[-1]
    assert xdata(published) == [0.874, 0.831]
    below = [row["U-AutoRec"], row["I-AutoRec"]] - np.array(ydata(published))
    assert (below > 0).all() and (below < 0.5).all()
    assert published.get_linestyle() == "None"
    assert texts(ax) == ["0.830", "0.870", "0.915"]
    assert labels(fig.legends[0]) == ["published"]


def rows_by_label(ax):
    ticks = [label.get_text() for label in ax.get_yticklabels()]
    return dict(zip(ticks, ax.get_yticks(), strict=True))


def test_a_published_model_that_is_not_measured_has_a_row_below_the_others():
    other = pd.concat([PUBLISHED, PUBLISHED.iloc[[0]].assign(model="LLORMA")])
    fig = plots.beside_published(MEASURED, other, looks=LOOKS, protocol="p")
    row = rows_by_label(fig.axes[0])
    assert set(row) == {*MEASURED, "LLORMA"} and min(row, key=row.get) == "LLORMA"
    assert ydata(fig.axes[0].lines[-1])[-1] == row["LLORMA"]


def test_without_published_figures_there_is_no_legend():
    fig = plots.beside_published(MEASURED, None, looks=LOOKS, protocol="p")
    assert len(fig.axes[0].lines) == 6 and not fig.legends


def test_published_figures_of_two_datasets_are_refused():
    mixed = PUBLISHED.assign(dataset=["ml-1m", "ml-10m"])
    with pytest.raises(ValueError, match="different datasets"):
        plots.beside_published(MEASURED, mixed, looks=LOOKS, protocol="p")


def test_the_interval_of_published_figures_is_drawn_and_named():
    fig = plots.beside_published(
        MEASURED, PUBLISHED, looks=LOOKS, protocol="p", interval=0.003
    )
    (ax,) = fig.axes
    (container,) = ax.containers
    (bars,) = container[2]
    ends = [list(segment[:, 0]) for segment in bars.get_segments()]
    np.testing.assert_allclose(ends, [[0.871, 0.877], [0.828, 0.834]])
    assert labels(fig.legends[0]) == ["published ± 0.003"]


def test_the_models_of_the_lesson_are_told_apart_by_shapes():
    names = "I-AutoRec", "U-AutoRec", "Bias", "ItemMean", "EvenAutoRec", "Published"
    markers = [plots.look(name).marker for name in names]
    assert len(set(markers)) == len(names)
    assert not any("$" in marker for marker in markers)


def test_item_minus_user_draws_every_split_and_the_length_of_a_user():
    table = pd.DataFrame(
        {
            "difference": [-0.03, -0.04, -0.035, -0.037],
            "per film": [26.0, 27.0, 270.0, 270.0],
            "per user": [165.0, 167.0, 166.0, 166.0],
        },
        index=[0.1, 0.1, 1.0, 1.0],
    )
    fig = plots.item_minus_user({"ml-1m": table, "simulated": table}, protocol="p")
    titles = [ax.get_title(loc="left") for ax in fig.axes]
    assert titles == [
        "ml-1m (dotted: 166 ratings a user)",
        "simulated (dotted: 166 ratings a user)",
    ]
    for ax in fig.axes:
        splits, means, per_user, zero = ax.lines
        assert ydata(splits) == list(table["difference"])
        np.testing.assert_allclose(ydata(means), [-0.035, -0.036])
        assert xdata(per_user)[0] == 166 and ydata(zero)[0] == 0
        assert ax.get_ylim() == fig.axes[0].get_ylim()
        low, high = ax.get_ylim()
        assert low < table["difference"].min() and high > 0


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
    parted = plots.leaks(table, honest="training", protocol="p", parted=1)
    assert ydata(parted.axes[0].lines[0]) == [0.5, 0.5]


def test_moved_predictions_draws_those_that_move_most():
    before = pd.Series([3.0, 4.0, 2.0, 3.5], index=["A", "B", "C", "D" * 60])
    after = pd.Series([3.1, 3.0, 2.5, 3.5], index=before.index)
    (ax,) = plots.moved_predictions(before, after, title="t", most=3).axes
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["B", "A", "C"]  # from the largest fall to the largest rise
    assert ax.yaxis_inverted()
    was, now = ax.lines
    assert xdata(was) == [4, 3, 2] and xdata(now) == [3, 3.1, 2.5]
    assert ax.get_xlim() == (1.7, 4.3) and ax.get_title(loc="left") == "t"
    (whole,) = plots.moved_predictions(before, after, title="t").axes
    assert max(len(t.get_text()) for t in whole.get_yticklabels()) == 38


def test_two_films_of_one_title_are_two_rows():
    before = pd.Series([3.0, 4.0], index=["Titanic", "Titanic"])
    (ax,) = plots.moved_predictions(before, before - [0.1, 0.5], title="t").axes
    assert xdata(ax.lines[0]) == [4, 3] and xdata(ax.lines[1]) == [3.5, 2.9]
