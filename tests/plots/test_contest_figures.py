"""The figures of a contest: names, errors, steps, and what is left out."""

import numpy as np
import pandas as pd
import pytest

from recnb.plots.contest import (
    contest_coverage,
    contest_quality,
    contest_search,
    spread,
)
from recnb.plots.display import png


@pytest.fixture
def table():
    return pd.DataFrame(
        {
            "kind": ["closed form", "net", "my own", "net"],
            "NDCG@100": [0.4, 0.38, 0.2, np.nan],
            "error": [0.01, 0.01, 0.02, np.nan],
            "coverage@100": [0.5, 0.7, 0.1, np.nan],
        },
        index=["EASE", "a $net$", "mine", "late"],
    )


def test_a_row_a_model_with_two_errors(table):
    ax = contest_quality(table, "50% of $data$").axes[0]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["EASE", "a $net$", "mine"]
    (segment,) = ax.collections[0].get_segments()
    assert segment[:, 0].tolist() == pytest.approx([0.38, 0.42])
    assert ax.get_title("left") == "50% of $data$"


def test_kinds_differ_in_shape_and_in_colour(table):
    ax = contest_quality(table, "").axes[0]
    points = [line for line in ax.lines if line.get_marker() in "os^D"]
    assert len({line.get_marker() for line in points}) == 3
    assert len({line.get_color() for line in points}) == 3


def test_the_search_holds_the_best_so_far():
    trials = pd.DataFrame(
        {
            "model": ["A", "B", "A", "A", "C", "B"],
            "val": [0.2, np.nan, 0.1, 0.4, np.nan, 0.3],
            "seconds": [60.0, 30, 60, 120, 5, 30],
        }
    )
    kinds = {"A": "net", "B": "closed form", "C": "net"}
    ax = contest_search(trials, kinds, "").axes[0]
    steps = [line for line in ax.lines if line.get_drawstyle() == "steps-post"]
    assert len(steps) == 2  # C has nothing to show
    assert steps[0].get_xydata().tolist() == [[1, 0.2], [2, 0.2], [4, 0.4], [4, 0.4]]
    assert steps[1].get_xydata().tolist() == [[1, 0.3], [4, 0.3]]
    assert {text.get_text() for text in ax.texts} == {"A", "B"}


def test_coverage_is_drawn_in_per_cent(table):
    ax = contest_coverage(table, "").axes[0]
    points = [line.get_xydata()[0].tolist() for line in ax.lines]
    assert points == [[50, 0.4], [70, 0.38], [10, 0.2]]
    assert {text.get_text() for text in ax.texts} == {"EASE", "a $net$", "mine"}


@pytest.mark.parametrize("n", [1, 2, 21])
def test_names_keep_their_distance_and_their_order(n):
    heights = {f"m{i}": 0.9 + 0.001 * i for i in range(n)}
    found = np.array(list(spread(heights, 0.04).values()))
    assert (np.diff(found) >= 0.04 - 1e-9).all()
    assert found.min() >= 0 and found.max() <= 1


def test_names_with_room_are_not_moved():
    heights = {"a": 0.1, "b": 0.5, "c": 0.9}
    assert spread(heights, 0.1) == pytest.approx(heights)


def test_more_names_than_room_are_spread_evenly():
    found = spread({f"m{i}": 0.0 for i in range(11)}, 0.5)
    assert list(found.values()) == pytest.approx(np.linspace(0, 1, 11))


@pytest.mark.parametrize("figure", [contest_quality, contest_coverage])
def test_the_figures_can_be_drawn(table, figure):
    assert png(figure(table, "mine, 100 users, seed 0")).startswith(b"\x89PNG")
