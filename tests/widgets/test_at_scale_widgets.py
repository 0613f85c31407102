"""Lesson 16's widgets: the pure functions, and the wires to the controls."""

from dataclasses import replace
from pathlib import Path

import pytest

from recnb import plots, widgets
from recnb.experiments import results
from recnb.experiments.scale_bill import rates
from recnb.experiments.scale_trade import in_words, trade

#: Made by the experiments of these names, on the simulated data and small catalogues.
STORED = Path(__file__).parents[1] / "stored"
FORM = "threshold 0.4, r 0.5"


@pytest.fixture(scope="module")
def quality():
    return results("scale_quality", STORED)


@pytest.fixture(scope="module")
def bill(quality):
    cost = results("scale_cost", STORED)
    found = rates(results("at_scale"), cost, quality, "simulated", FORM)
    return widgets.BillView(found)


@pytest.fixture(scope="module")
def view(quality):
    return widgets.TradeView(trade(quality, "simulated"), "simulated data, one split")


# ---- the bill ------------------------------------------------------------------------


def test_the_bill_says_what_fits(bill):
    table, sentence = bill(10**7, 10**5, 2 * 10**8, 2, 4.0, 0.05)
    assert list(table.index) == ["EASE", "SparseEASE", "MF + ImplicitSLIM"]
    assert sentence.startswith("10,000,000 users, 100,000 items, 200,000,000 inter")
    assert "EASE does not fit, it needs 43.2 GiB in a process" in sentence
    _, small = bill(10_000, 2000, 200_000, 2, 4.0, 0.05)
    assert "does not fit" not in small
    assert small.count(" in money") == 3 and " 0.00 in money" not in small


def test_what_is_typed_changes_the_table_and_is_spoken(bill):
    widget = widgets.bill_fields(bill)
    assert "EASE does not fit" in widget.panel.value
    widget.controls["memory"].value = 1000.0
    assert "EASE does not fit" not in widget.panel.value
    assert 'role="status"' in widget.panel.value
    assert "<th>SparseEASE</th>" in widget.panel.value
    widget.controls["price"].value = 0
    assert "0.00 in money" in widget.panel.value
    assert "Six fields" in widget._repr_mimebundle_()["text/plain"]


def test_the_twin_below_is_what_the_fields_hold_first(bill):
    widget = widgets.bill_fields(bill, users=5000, items=800, interactions=90_000)
    _, sentence = bill(5000, 800, 90_000, 2, 4.0, 0.05)
    assert sentence in widget.panel.value


def test_numbers_that_cannot_be_are_an_alert(bill):
    widget = widgets.bill_fields(bill, users=10, items=10, interactions=50)
    widget.controls["interactions"].value = 200
    assert "role='alert'" in widget.panel.value and "fewer pairs" in widget.panel.value
    widget.controls["users"].value = 100
    assert "alert" not in widget.panel.value
    widget.controls["cores"].value = 0  # moves to the end of its range
    assert widget.controls["cores"].value == 1


# ---- fewer weights against quality --------------------------------------------------


def test_forms_stand_in_the_order_of_their_weights(view, quality):
    shares = list(view.trade.sparse["density"])
    assert shares == sorted(shares) and len(shares) == 4
    assert list(view.options.values()) == list(view.trade.sparse.index)
    stored = quality[quality["form"] == FORM].iloc[0]
    assert view.trade.sparse.loc[FORM, "recall@20"] == stored["recall@20"]
    assert view.trade.sparse.loc[FORM, ["threshold", "r"]].tolist() == [0.4, 0.5]


def test_the_sentence_has_what_is_kept_lost_and_saved(view):
    row, dense = view.trade.sparse.loc[FORM], view.trade.dense
    _, sentence = view(FORM)
    assert sentence.startswith(f"Threshold 0.4 keeps {row['density']:.2%} of the weig")
    assert f"{row['n_blocks']:,.0f} blocks" in sentence
    assert f"{row['recall@20'] - dense['recall@20']:+.4f} against EASE" in sentence
    more = row["cpu_seconds"] / dense["cpu_seconds"]
    assert sentence.endswith(f"the memory and {more:.2g} times the time of EASE.")


def test_the_slider_moves_the_ring_and_the_sentence(view):
    forms = list(view.options.values())
    widget = widgets.trade_slider(view, forms[0])
    assert in_words(view.trade, forms[0]) in widget.panel.value
    before = widget.panel.value
    widget.controls["form"].value = forms[-1]
    assert in_words(view.trade, forms[-1]) in widget.panel.value != before
    assert "A slider over the share" in widget._repr_mimebundle_()["text/plain"]
    assert widgets.trade_slider(view).controls["form"].value == forms[2]


def test_the_figure_shows_the_numbers_it_is_given(view):
    fig, _ = view(FORM)
    row, dense = view.trade.sparse.loc[FORM], view.trade.dense
    columns = ("recall@20", "mib", "cpu_seconds")
    for ax, column in zip(fig.axes, columns, strict=True):
        [ring] = [line for line in ax.lines if line.get_label() == "_ring"]
        x, y = ring.get_xydata()[0]
        assert (x, y) == pytest.approx((100 * row["density"], row[column]))
        [ease] = [line for line in ax.lines if line.get_label() == "EASE"]
        assert ease.get_ydata()[0] == dense[column]
        points = [len(line.get_xdata()) for line in ax.lines if line.get_marker() != ""]
        assert sum(points) >= 4


def test_what_was_not_measured_is_refused(view, quality):
    for call in (view, lambda form: widgets.trade_slider(view, form)):
        with pytest.raises(ValueError, match="'threshold 7' is none of threshold"):
            call("threshold 7")
    with pytest.raises(ValueError, match="no EASE or no SparseEASE of ml-1m"):
        trade(quality, "ml-1m")
    refused = quality.assign(**{"recall@20": float("nan")})
    with pytest.raises(ValueError, match="run scale_quality"):
        trade(refused, "simulated")
    empty = replace(view.trade, sparse=view.trade.sparse.iloc[:0])
    words = {"metric": "recall@20", "protocol": "toy"}
    with pytest.raises(ValueError, match="no form of SparseEASE"):
        plots.trade_off(empty.sparse, empty.dense, **words)
    with pytest.raises(ValueError, match="'x' is none of"):
        plots.trade_off(view.trade.sparse, view.trade.dense, marked="x", **words)


def test_no_word_of_the_figure_is_cut_off(view):
    fig, _ = view(FORM)
    fig.canvas.draw()
    for ax in fig.axes:
        box = ax.title.get_window_extent()
        left = ax._left_title.get_window_extent()
        assert max(box.x1, left.x1) <= fig.bbox.x1 + 1
