"""Lines that are no models: all look different, gaps stay out, the legend is whole."""

import numpy as np
import pandas as pd
import pytest

from recnb.plots.lines import MARKS, legend_below, lines, pair
from recnb.plots.style import new_figure


def drawn(table, **options):
    fig, ax = new_figure()
    lines(ax, table, **options)
    return fig, ax


def test_every_column_has_a_color_a_style_and_a_marker_of_its_own():
    assert len(set(MARKS)) == len(MARKS)
    colors, _, markers = zip(*MARKS, strict=True)
    assert len(set(colors)) == len(set(markers)) == len(MARKS)
    _, ax = drawn(pd.DataFrame(np.eye(6), columns=list("abcdef")))
    looks = [(x.get_color(), x.get_linestyle(), x.get_marker()) for x in ax.lines]
    assert looks == [*MARKS, MARKS[0]]


def test_a_line_is_its_column_against_the_index_without_the_gaps():
    table = pd.DataFrame({"a": [3.0, np.nan, 1.0], "b": [4.0, 5, 6]}, index=[1, 5, 9])
    _, ax = drawn(table)
    shown = {
        x.get_label(): (list(x.get_xdata()), list(x.get_ydata())) for x in ax.lines
    }
    assert shown == {"a": ([1, 9], [3, 1]), "b": ([1, 5, 9], [4, 5, 6])}


@pytest.mark.parametrize(("n_markers", "every"), [(None, 1), (6, 10), (1000, 1)])
def test_markers_can_be_fewer_than_points(n_markers, every):
    _, ax = drawn(pd.DataFrame({"a": np.arange(60)}), n_markers=n_markers)
    assert ax.lines[0].get_markevery() == every
    assert len(ax.lines[0].get_xdata()) == 60


def test_a_pair_has_two_panels_and_the_protocol_above_them():
    fig, panels = pair("some data", height=3.0)
    assert list(panels) == fig.axes and len(panels) == 2
    assert fig.get_suptitle() == "some data" and fig.get_figheight() == 3


@pytest.mark.parametrize(("name", "columns"), [("short", 4), ("a" * 21, 2)])
def test_the_legend_below_names_the_lines_long_ones_in_two_columns(name, columns):
    fig, ax = drawn(pd.DataFrame({name: [1, 2], "other": [2, 1]}))
    legend_below(fig, ax)
    (legend,) = fig.legends
    assert [text.get_text() for text in legend.get_texts()] == [name, "other"]
    assert legend._ncols == columns
