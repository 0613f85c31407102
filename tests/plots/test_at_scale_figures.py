"""Lesson 16's figures of stored results show what they are given."""

import numpy as np
import pandas as pd
import pytest

from recnb import plots
from recnb.plots.at_scale import PARTS, STEPS


def drawn(ax, label):
    """Return the points of the line with this label."""
    [line] = [line for line in ax.lines if line.get_label() == label]
    return line.get_xydata().tolist()


# ---- what EASE costs ---------------------------------------------------------------


@pytest.fixture
def cost():
    rows = [
        {"n_items": n, "what": what, "cpu_seconds": k * n / 100, "mib": k * n}
        for k, what in enumerate(PARTS, start=1)
        for n in (1000, 2000)
    ]
    refused = {"n_items": 4000, "what": "EASE", "refused": "It needs 37 GiB."}
    return pd.DataFrame([*rows, refused])


def test_each_part_has_a_line_and_what_was_refused_no_point(cost):
    fig = plots.ease_cost(cost, {10**5: (7.0, 9.0)}, protocol="toy")
    seconds, memory = fig.axes
    assert drawn(seconds, "inverse") == [[1000, 20], [2000, 40]]
    assert drawn(memory, "EASE") == [[1000, 3000], [2000, 6000]]
    assert drawn(seconds, "EASE, extended") == [[10**5, 7]]
    assert drawn(memory, "EASE, extended") == [[10**5, 9]]
    looks = {(line.get_marker(), line.get_linestyle()) for line in seconds.lines}
    assert len(looks) == len(PARTS) + 1


def test_what_is_no_part_of_ease_is_refused(cost):
    with pytest.raises(ValueError, match="no parts of EASE: SLIM"):
        plots.ease_cost(cost.assign(what="SLIM"), {}, protocol="toy")


# ---- three ways out ----------------------------------------------------------------


@pytest.fixture
def quality():
    rows = [
        ("gowalla", "EASE", 1.0, 6400, 1100, 0.17, 0.2),
        ("gowalla", "SparseEASE", 0.02, 700, 30, 0.18, 0.2),
        ("gowalla", "SparseEASE", 0.01, 80, 40, 0.16, 0.2),
        ("ml-1m", "EASE", 1.0, 50, 1, 0.3, 0.4),
        ("ml-1m", "LRR", 0.1, 5, 2, 0.3, 0.38),
        ("ml-1m", "LRR", 0.01, 1, 1, 0.3, 0.18),
    ]
    costs = ["density", "mib", "cpu_seconds"]
    names = ["dataset", "model", *costs, "recall@20", "NDCG@100"]
    return pd.DataFrame(rows, columns=names)


def test_a_row_of_panels_a_dataset_each_with_its_metric(quality):
    metrics = {"gowalla": ("recall@20", 0.1), "ml-1m": ("NDCG@100", 0.3)}
    fig = plots.ways_compared(quality, metrics)
    memory, seconds, small, _ = fig.axes
    assert drawn(memory, "SparseEASE") == [[80, 0.16], [700, 0.18]]
    assert drawn(seconds, "SparseEASE") == [[40, 0.16], [30, 0.18]]
    assert drawn(small, "LRR") == [[5, 0.38]]
    titles = [ax.get_title(loc="left") for ax in fig.axes]
    assert titles[:2] == 2 * ["gowalla, one split: test recall@20"]
    assert titles[2:] == 2 * ["ml-1m, one split: test NDCG@100"]
    assert memory.get_xlim() == (10, 10_000)
    (legend,) = fig.legends
    assert {text.get_text() for text in legend.texts} == {"EASE", "SparseEASE", "LRR"}


# ---- by the number of users --------------------------------------------------------


@pytest.fixture
def steps():
    rows = [
        {"n_users": n, "workers": w, "step": step, "core_seconds": k + n / 10**6}
        for k, step in enumerate(STEPS)
        for n in (10**5, 10**6, 3 * 10**6)
        for w in (1, 2)
    ]
    return pd.DataFrame(rows).assign(worker_mib=lambda rows: 500 * rows["workers"])


def test_a_straight_line_goes_through_each_step(steps):
    left, _ = plots.by_users(steps, 4000.0, protocol="toy").axes
    fits = [line.get_xydata() for line in left.lines if line.get_marker() == "None"]
    assert len(fits) == len(STEPS)
    for k, ends in enumerate(fits):
        np.testing.assert_allclose(ends, [[0, k], [3, k + 3]], atol=1e-9)


def test_the_memory_of_a_worker_stands_under_what_it_may_take(steps):
    _, right = plots.by_users(steps, 4000.0, protocol="toy").axes
    assert drawn(right, "of 1 worker") == [[0.1, 500], [1, 500], [3, 500]]
    assert drawn(right, "of 2 workers") == [[0.1, 1000], [1, 1000], [3, 1000]]
    assert {y for _, y in drawn(right, "what one may take")} == {4000}


def test_no_word_is_cut_off(cost, quality, steps, words_outside):
    for fig in (
        plots.ease_cost(cost, {10**5: (7.0, 9.0)}, protocol="toy"),
        plots.ways_compared(quality, {"gowalla": ("recall@20", 0.1)}),
        plots.by_users(steps, 4000.0, protocol="toy"),
    ):
        assert words_outside(fig) == []
