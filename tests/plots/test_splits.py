"""Differences over splits: a marker a split, its error, and the mean."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import same_color

from recnb import plots

GAPS = {"clamped EASE": [-0.02, -0.01, -0.03], "LAE": [0.001, 0.003, 0.002]}


@pytest.fixture
def table():
    rows = [
        {"model": model, "minus_ease": gap, "minus_ease_error": 0.001 * (split + 1)}
        for split in range(3)
        for model, gap in {
            "EASE": 0.0,
            **{m: g[split] for m, g in GAPS.items()},
        }.items()
    ]
    return pd.DataFrame(rows)


def drawn(table, **options):
    options = {"against": "EASE", "metric": "NDCG@100", "protocol": "p", **options}
    (ax,) = plots.differences(table, **options).axes
    return ax


def test_every_split_has_its_marker_and_error(table):
    ax = drawn(table)
    for container, (model, gaps) in zip(ax.containers, GAPS.items(), strict=True):
        points, _, (bars,) = container
        assert list(points.get_xdata()) == gaps
        assert len(set(points.get_ydata())) == 3
        assert same_color(points.get_color(), plots.look(model).color)
        assert points.get_linestyle() == "None"
        lengths = [end[0] - start[0] for start, end in bars.get_segments()]
        np.testing.assert_allclose(lengths, [0.002, 0.004, 0.006])


def test_the_bar_is_the_mean_on_the_models_own_row(table):
    ax = drawn(table)
    means = [line for line in ax.lines if same_color(line.get_color(), "black")]
    for mean, (model, gaps), row in zip(
        means, GAPS.items(), ax.get_yticks(), strict=True
    ):
        assert list(mean.get_xdata()) == pytest.approx([np.mean(gaps)] * 2), model
        low, high = mean.get_ydata()
        assert low < row < high
        points = ax.containers[list(GAPS).index(model)][0].get_ydata()
        assert low < min(points) and max(points) < high


def test_the_model_compared_with_is_the_zero_line_and_names_can_be_given(table):
    ax = drawn(table, names={"LAE": "ridge (LAE)"})
    written = [label.get_text() for label in ax.get_yticklabels()]
    assert written == ["clamped EASE", "ridge (LAE)"]
    rows = ax.get_yticks()
    assert rows[0] > rows[1]  # in reading order
    assert any(list(line.get_xdata()) == [0, 0] for line in ax.lines)
    assert ax.get_xlabel().startswith("NDCG@100 minus that of EASE")
    assert ax.get_title(loc="left") == "p"
