"""Lesson 04's figures say what they are given, and can be told apart."""

import numpy as np
import pandas as pd
import pytest

from recnb.plots import (
    activation_shapes,
    against_one_layer,
    by_depth,
    curves_of,
    on_splits,
    one_net,
    refed_curves,
    two_errors,
)
from recnb.plots.deeprec import ACTIVATIONS


def curve(start=1.2, epochs=5):
    return pd.DataFrame(
        {
            "epoch": np.arange(1, epochs + 1),
            "val": start - 0.05 * np.arange(epochs),
            "loss": start**2 - 0.1 * np.arange(epochs),
        }
    )


def test_every_activation_has_a_look_of_its_own():
    colors, _, markers = zip(*ACTIVATIONS.values(), strict=True)
    assert len(set(markers)) == len(markers)
    assert len(set(colors)) == len(colors)


def test_shapes_have_a_panel_each():
    fig = activation_shapes({name: np.tanh for name in ACTIVATIONS})
    shown = [ax for ax in fig.axes if ax.get_visible()]
    assert [ax.get_title(loc="left") for ax in shown] == list(ACTIVATIONS)
    assert fig.get_supxlabel() and fig.get_supylabel()


def test_shapes_say_what_no_eye_can_see():
    fig = activation_shapes({"lrelu": lambda x: np.where(x < 0, x / 100, x)})
    assert [text.get_text() for text in fig.axes[0].texts] == ["at −4: −0.04"]


def test_curves_that_are_fed_again_are_dashed():
    both = [curve().assign(lr=0.1, refeeding=again) for again in (0, 1)]
    both += [curve(1.3).assign(lr=0.02, refeeding=again) for again in (0, 1)]
    curves = pd.concat(both)
    fig = refed_curves(curves, protocol="p", reference=("Bias", 0.9), top=2)
    assert [ax.get_title(loc="left") for ax in fig.axes] == ["rate 0.02", "rate 0.1"]
    assert fig.get_suptitle() == "p"
    for ax in fig.axes:
        words = [text.get_text() for text in ax.get_legend().get_texts()]
        assert words == ["as usual", "fed again"]
        assert [line.get_linestyle() for line in ax.lines[:2]] == ["-", "--"]
        low, high = ax.get_ylim()
        assert low < min(curves["val"].min(), 0.9) and high == 2
    first, second = (ax.lines[0] for ax in fig.axes)
    assert first.get_marker() != second.get_marker()
    assert np.array_equal(first.get_ydata(), curve(1.3)["val"])


def test_differences_to_one_layer_have_a_row_a_net_and_a_marker_a_kind_of_split():
    rows = [
        ("A", "random", 0.01, 0.002, "a"),
        ("A", "random", 0.02, 0.001, "a"),
        ("A", "time", -0.01, 0.003, "a"),
        ("B", "random", 0.0, 0.001, "b"),
    ]
    columns = ["model", "order", "difference", "error", "against"]
    table = pd.DataFrame(rows, columns=columns)
    (ax,) = against_one_layer(table, protocol="p").axes
    assert [t.get_text() for t in ax.get_yticklabels()] == ["A minus\na", "B minus\nb"]
    random, time = (bars.lines[0] for bars in ax.containers)
    assert list(random.get_xdata()) == [0.01, 0.02, 0.0]
    assert list(time.get_xdata()) == [-0.01]
    assert random.get_marker() != time.get_marker()
    assert [round(y) for y in random.get_ydata()] == [1, 1, 0]
    at_random = table[table["order"] == "random"]
    (ax,) = against_one_layer(at_random, protocol="p").axes
    assert ax.get_legend() is None


def test_two_errors_show_both_columns():
    table = pd.DataFrame(
        {"over all ratings": [0.9, 1.0], "mean over users": [0.85, 0.95]},
        index=["Bias", "ItemMean"],
    )
    (ax,) = two_errors(table, protocol="some data").axes
    assert [t.get_text() for t in ax.get_legend().get_texts()] == list(table)
    assert [t.get_text() for t in ax.get_yticklabels()] == list(table.index)
    assert ax.get_title(loc="left") == "some data"


def test_curves_are_drawn_with_their_labels_and_the_reference():
    fig = curves_of(
        {"selu": curve(), "relu": curve(1.1)},
        protocol="some data",
        reference=("Bias", 0.91),
    )
    (ax,) = fig.axes
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["selu", "relu"]
    assert np.array_equal(ax.lines[0].get_ydata(), curve()["val"])
    assert "Bias" in [t.get_text() for t in ax.texts]


def test_by_depth_draws_a_baseline_as_a_line_and_a_shallow_net_at_two_layers():
    table = pd.DataFrame({"lr 0.02": [1.0, 0.9]}, index=[2, 4])
    (ax,) = by_depth(
        table, protocol="p", baseline=("Bias", 0.91), shallow=("U", 0.87)
    ).axes
    assert list(ax.lines[0].get_ydata()) == [1.0, 0.9]
    assert list(ax.lines[1].get_ydata()) == [0.91, 0.91]
    assert [text.get_text() for text in ax.texts] == ["Bias"]
    (point,) = (line for line in ax.lines if line.get_label() == "U")
    assert (list(point.get_xdata()), list(point.get_ydata())) == ([2], [0.87])
    assert list(ax.get_xticks()) == [2, 4]


@pytest.mark.parametrize("live", [None, curve(epochs=2)])
def test_one_net_stands_before_the_others(live):
    fig = one_net(curve(), [curve(1.3)], title="t", live=live, reference=("Bias", 0.91))
    (ax,) = fig.axes
    labels = [t.get_text() for t in ax.get_legend().get_texts()]
    assert ("validation, trained just now" in labels) == (live is not None)
    assert "validation, the other nets" in labels
    training = next(x for x in ax.lines if x.get_label() == "training, stored")
    assert np.allclose(training.get_ydata(), np.sqrt(curve()["loss"]))


@pytest.mark.parametrize("start", [1.2, 2.5])
def test_no_net_that_is_chosen_leaves_the_picture(start):
    chosen = curve(start)
    (ax,) = one_net(chosen, [curve()], title="t", reference=("Bias", 0.91)).axes
    low, high = ax.get_ylim()
    assert high >= 1.3
    assert low < chosen["val"].min() and chosen["val"].max() < high
    assert low < np.sqrt(chosen["loss"]).min() < high


def test_on_splits_shows_every_split_and_the_mean():
    table = pd.DataFrame(
        {
            "model": ["Bias", "Bias", "DeepRec"],
            "RMSE": [0.9, 0.92, 0.87],
            "error": [0.01, 0.01, 0.01],
        }
    )
    (ax,) = on_splits(table, protocol="p").axes
    assert [t.get_text() for t in ax.texts] == ["0.910", "0.870"]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["Bias", "DeepRec"]
