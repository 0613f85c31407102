"""Lesson 15's widgets: the pure functions, and the wires to the controls."""

import numpy as np
import pandas as pd
import pytest

from recnb import widgets

KINDS = {"EASE": "closed form", "SLIM": "convex", "MultVAE": "net"}
MINUTES = (1, 10)


@pytest.fixture
def minutes():
    """Two models that need half a minute a trial, and a net that needs five."""
    rng = np.random.default_rng(0)
    rows = [
        {"model": model, "seconds": seconds, "val": v, "NDCG@100": v - 0.01}
        for model, seconds, level in (
            ("EASE", 60, 0.41),
            ("SLIM", 60, 0.39),
            ("MultVAE", 600, 0.42),
        )
        for v in level + 0.001 * rng.random(4)
    ]
    return widgets.MinutesView(pd.DataFrame(rows), KINDS, MINUTES, "toy", least=0.3)


@pytest.fixture
def table():
    columns = {
        "kind": list(KINDS.values()),
        "NDCG@100": [0.41, 0.39, 0.42],
        "recall@20": [0.30, 0.31, 0.29],
        "seconds": [1.0, 5.0, 60.0],
        "coverage": [0.3, 0.5, 0.4],
    }
    return pd.DataFrame(columns, index=list(KINDS))


@pytest.fixture
def axes(table):
    costs = {"seconds": "log", "coverage": "more"}
    return widgets.AxesView(table, ["NDCG@100", "recall@20"], costs, "toy")


def test_a_net_that_is_not_done_does_not_lead(minutes):
    _, early = minutes(minutes=1)
    assert "EASE leads" in early and "2 of 3 models" in early
    _, late = minutes(minutes=10)
    assert "MultVAE leads" in late and "3 of 3 models" in late


def test_the_figure_says_who_has_no_trial_yet(minutes):
    fig, _ = minutes(minutes=1)
    words = [text.get_text() for text in fig.axes[0].texts]
    assert "none done in some orders" in words
    places = [label.get_text() for label in fig.axes[0].get_yticklabels()]
    assert places == ["MultVAE", "SLIM", "EASE"]  # from below


def test_minutes_that_were_not_offered_are_refused(minutes):
    with pytest.raises(ValueError, match="none of 1, 10"):
        minutes(minutes=3)
    with pytest.raises(ValueError, match="minutes needs a value"):
        widgets.MinutesView(minutes.trials, KINDS, (), "toy", least=0.3)


def test_the_slider_moves_the_sentence(minutes):
    widget = widgets.minutes_slider(minutes, minutes=1)
    assert "EASE leads" in widget.panel.value
    widget.controls["minutes"].value = 10
    assert "MultVAE leads" in widget.panel.value
    assert "A slider over the minutes" in widget._repr_mimebundle_()["text/plain"]


def test_the_front_depends_on_the_axes(axes):
    assert axes("NDCG@100", "seconds")[1].endswith("these: MultVAE, EASE.")
    # of coverage more is better, and nobody has more of it than SLIM
    assert axes("NDCG@100", "coverage")[1].endswith("these: MultVAE, SLIM.")
    assert "more is better" in axes("recall@20", "coverage")[1]


@pytest.mark.parametrize("chosen", [("NDCG@10", "seconds"), ("NDCG@100", "kind")])
def test_an_axis_that_was_not_offered_is_refused(axes, chosen):
    with pytest.raises(ValueError, match="is none of"):
        axes(*chosen)


def test_the_menus_change_the_axes(axes):
    widget = widgets.axes_menus(axes, "NDCG@100", "seconds")
    widget.controls["cost"].value = "coverage"
    assert "MultVAE, SLIM" in widget.panel.value
    with pytest.raises(ValueError, match="'kind' is none of"):
        widgets.axes_menus(axes, "NDCG@100", "kind")


def test_the_table_is_sorted_the_way_that_is_better(table):
    view = widgets.TableView(table, fewest=["seconds"])
    assert list(view("NDCG@100")[0].index) == ["MultVAE", "EASE", "SLIM"]
    rows, sentence = view("seconds")
    assert list(rows.index) == ["EASE", "SLIM", "MultVAE"]
    assert "EASE is first with 1, MultVAE last with 60" in sentence


def test_the_table_shows_one_kind(table):
    view = widgets.TableView(table)
    assert list(view("NDCG@100", "net")[0].index) == ["MultVAE"]
    for wrong in ({"column": "kind"}, {"column": "seconds", "kind": "tree"}):
        with pytest.raises(ValueError, match="is none of"):
            view(**wrong)


def test_the_menus_filter_a_table_that_a_screen_reader_can_read(table):
    widget = widgets.table_menus(widgets.TableView(table), "NDCG@100")
    assert "<th>SLIM</th>" in widget.panel.value
    widget.controls["kind"].value = "net"
    assert "<th>SLIM</th>" not in widget.panel.value
    assert "<th>MultVAE</th>" in widget.panel.value
    assert 'role="status"' in widget.panel.value
