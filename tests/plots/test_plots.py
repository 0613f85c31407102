"""Figures draw what they are given, opaque, and never without a sentence."""

import io

import matplotlib.image
import numpy as np
import pandas as pd
import pytest

from recnb import plots
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


def halves(groups=("odd", "even")):
    one = pd.DataFrame({"l2": [100, 500], "difference": [-0.02, 0.0], "error": 0.001})
    return pd.concat([one.assign(judges=group, chosen=500) for group in groups])


def test_each_half_of_the_users_has_a_line_to_what_the_other_chose():
    (ax,) = plots.judged_by_others(halves(), protocol="p").axes
    words = [text.get_text() for text in ax.get_legend().get_texts()]
    assert words == [
        f"judged by the {half} users; the others chose λ = 500"
        for half in ("odd", "even")
    ]
    drawn = [bars.lines[0] for bars in ax.containers]
    assert [line.get_ydata().tolist() for line in drawn] == [[-0.02, 0.0]] * 2
    assert len({line.get_marker() for line in drawn}) == 2
    assert len({line.get_linestyle() for line in drawn}) == 2
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["100", "500"]


def test_more_groups_than_looks_are_refused():
    with pytest.raises(ValueError, match="2 groups can be told apart, not 3"):
        plots.judged_by_others(halves("abc"), protocol="p")


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
