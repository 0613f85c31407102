"""Figures draw what they are given, opaque, and never without a sentence."""

import io

import matplotlib.image
import numpy as np
import pandas as pd
import pytest

from recnb import plots
from recnb.evaluation import published
from recnb.plots import display as display_module
from recnb.plots.style import LOOKS


def curve():
    return pd.DataFrame({"l2": [1.0, 100.0], "ndcg": [0.2, 0.4], "error": [0.01, 0.02]})


def test_bars_have_the_heights_and_errors_given():
    fig = plots.bars(
        {"EASE": 0.4, "Popularity": 0.2},
        {"EASE": 0.01, "Popularity": 0.02},
        metric="NDCG@100",
        protocol="p",
    )
    (ax,) = fig.axes
    assert [bar.get_width() for bar in ax.patches] == [0.4, 0.2]
    assert [text.get_text().strip() for text in ax.texts] == ["0.400", "0.200"]


def test_lambda_curve_marks_the_place():
    fig = plots.lambda_curve(curve(), protocol="p", here=(100.0, 0.4), reference=0.1)
    (ax,) = fig.axes
    assert "λ = 100: 0.400" in [text.get_text() for text in ax.texts]
    assert ax.get_xscale() == "log"


def test_contributions_keeps_the_largest_for_and_against():
    values = pd.Series([0.5, -0.4, 0.01], index=["A", "B", "C"])
    (ax,) = plots.contributions(values, title="t", most=2).axes
    assert [label.get_text() for label in ax.get_yticklabels()] == ["B", "A"]


def test_training_times_tells_ours_from_published():
    clocks = published(protocol="wall-clock", dataset="ncf-ml-1m", metric="seconds")
    (ax,) = plots.training_times({"EASE, here": 0.5}, clocks).axes
    markers = [line.get_marker() for line in ax.lines]
    assert markers == ["D"] * len(clocks) + ["o"]
    assert "EASE, here" in [label.get_text() for label in ax.get_yticklabels()]


def test_training_times_of_different_datasets_are_refused():
    with pytest.raises(ValueError, match="do not belong on one axis"):
        plots.training_times({}, published(protocol="wall-clock", metric="seconds"))


def test_every_model_looks_different():
    looks = LOOKS.values()
    assert len({each.marker for each in looks}) == len(LOOKS)
    assert len({(each.color, each.linestyle) for each in looks}) == len(LOOKS)
    assert len({(each.color, each.hatch) for each in looks}) == len(LOOKS)
    with pytest.raises(ValueError, match="has no look yet"):
        plots.look("Oracle")


def test_a_figure_is_opaque():
    pixels = matplotlib.image.imread(
        io.BytesIO(plots.png(plots.lambda_curve(curve(), protocol="p")))
    )
    assert np.all(pixels[..., 3] == 1)


def test_show_gives_picture_sentence_and_caption(monkeypatch, capsys):
    shown = {}
    monkeypatch.setattr(
        display_module,
        "display",
        lambda data, metadata, raw: shown.update(data=data, metadata=metadata),
    )
    plots.show(plots.lambda_curve(curve(), protocol="p"), alt="Quality peaks.")
    assert shown["data"]["text/plain"] == "Quality peaks."
    assert shown["metadata"] == {"image/png": {"alt": "Quality peaks."}}
    assert capsys.readouterr().out == "Quality peaks.\n"
    with pytest.raises(ValueError, match="one sentence"):
        plots.show(plots.lambda_curve(curve(), protocol="p"), alt=" ")
