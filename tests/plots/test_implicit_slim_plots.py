"""Lesson 13's figures draw the numbers that they are given."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba

from recnb import plots
from recnb.plots.implicit_slim import ARMS, CUT, GAIN, GOAL
from recnb.plots.style import BLUE, GREY

P = {"protocol": "some data"}


def texts(ax):
    return [text.get_text() for text in ax.texts]


def legend(fig):
    return [text.get_text() for text in fig.legends[0].get_texts()]


def line(ax, label):
    """Return the line of this name, be it one with bars or not."""
    bars = {box.get_label(): box.lines[0] for box in ax.containers}
    return (bars | {each.get_label(): each for each in ax.lines})[label]


def by_name(ax, label):
    return [each for each in ax.lines if each.get_label() == label]


# ---- the idea ----


def test_the_square_has_n_squared_numbers_and_the_strips_L_n():
    fig = plots.square_and_strips(3416, 6040, 64)
    left, right = fig.axes
    assert any("n² = 11,669,056" in text for text in texts(left))
    assert texts(right).count("L n = 64 × 3,416 = 218,624 numbers") == 2
    assert {"W", "X", "V", "6,040 users"} <= set(texts(right))
    (square,), strips = left.patches, right.patches
    assert square.get_width() == square.get_height()
    assert {strip.get_width() for strip in strips} == {square.get_width()}
    assert len({strip.get_hatch() for strip in strips}) == 3


@pytest.mark.parametrize("shape", [(4,), (1, 4)])
def test_a_spiral_is_drawn_beside_its_places(shape):
    points, order = np.arange(8.0).reshape(4, 2), np.array([3, 0, 1, 2])
    places = np.array([0.3, 0.0, 0.1, 0.2])
    fig = plots.spiral_unrolled(points, order, places.reshape(shape))
    left, right = fig.axes
    assert np.array_equal(left.collections[0].get_offsets(), points)
    drawn = right.collections[0].get_offsets()
    assert np.array_equal(drawn, np.column_stack([order, places]))
    assert texts(left) == texts(right) == ["start", "end"]
    assert left.lines[0].get_xydata().tolist() == [[2, 3]]  # order 0 is the start
    assert right.lines[1].get_xydata().tolist() == [[3, 0.3]]


def test_a_spiral_needs_a_place_for_each_point():
    with pytest.raises(ValueError, match="one of each for a point"):
        plots.spiral_unrolled(np.zeros((4, 2)), np.arange(4), np.zeros(3))
    with pytest.raises(ValueError, match="one of each for a point"):
        plots.spiral_unrolled(np.zeros((2, 4)), np.arange(4), np.zeros(4))


def test_a_map_marks_its_groups_and_leaves_the_others_grey():
    before, after = np.arange(10.0).reshape(2, 5), np.ones((2, 5))
    groups = {
        "one": [True, False, False, False, True],
        "two": [False, True] + 3 * [False],
    }
    fig = plots.embedding_map({"before": before, "after": after}, groups, **P)
    assert [ax.get_title(loc="left") for ax in fig.axes] == ["before", "after"]
    assert legend(fig) == ["one", "two"] and fig.get_suptitle() == "some data"
    others, one, two = fig.axes[0].lines
    assert np.array_equal(one.get_xydata(), before.T[[0, 4]])
    assert np.array_equal(two.get_xydata(), before.T[[1]])
    assert np.array_equal(others.get_xydata(), before.T[[2, 3]])
    assert others.get_color() == GREY
    assert len({each.get_marker() for each in (others, one, two)}) == 3
    assert len({each.get_color() for each in (others, one, two)}) == 3


def test_a_map_without_groups_is_all_dots():
    fig = plots.embedding_map({"a": np.eye(2), "b": np.eye(2)}, {}, **P)
    assert [len(ax.lines[0].get_xdata()) for ax in fig.axes] == [2, 2]
    assert fig.legends == []


def test_a_map_refuses_what_does_not_fit():
    xy, mask = np.zeros((2, 5)), np.ones(5, dtype=bool)
    both = {"before": xy, "after": xy}
    with pytest.raises(ValueError, match="two panels"):
        plots.embedding_map({"before": xy}, {}, **P)
    with pytest.raises(ValueError, match="at most 3 groups"):
        plots.embedding_map(both, dict.fromkeys("abcd", mask), **P)
    with pytest.raises(ValueError, match=r"takes \(2, n_items\)"):
        plots.embedding_map(both, {"a": mask[:4]}, **P)
    with pytest.raises(ValueError, match="before has shape"):
        plots.embedding_map(both | {"before": xy.T}, {"a": mask}, **P)


# ---- what it brings ----


@pytest.fixture
def gains():
    rows = [
        {
            "L": L,
            "arm": arm,
            "seed": seed,
            "minus_ease": place / 100 - 1 / L + seed / 1000,
        }
        for L in (8, 16, 32, 64)
        for place, arm in enumerate(ARMS)
        for seed in range(1 if L == 64 else 3)
    ]
    return pd.DataFrame([*rows, {"L": 8, "arm": "EASE", "seed": 0, "minus_ease": 0}])


def test_gains_are_means_of_the_splits_with_bars_to_their_ends(gains):
    fig = plots.gain_by_length(gains, **P)
    left, _ = fig.axes
    both = line(left, "as both")
    expected = 0.03 - 1 / np.array([8, 16, 32, 64]) + np.array([1, 1, 1, 0]) / 1000
    np.testing.assert_allclose(both.get_xydata()[:, 1], expected)
    (bars,) = left.containers[3].lines[2]
    ends = np.array([segment[:, 1] for segment in bars.get_segments()])
    np.testing.assert_allclose(
        np.ptp(ends, axis=1), [0.002, 0.002, 0.002, 0], atol=1e-9
    )
    assert left.get_ylabel() == GAIN and "bars: all splits" in left.get_xlabel()
    assert fig.get_suptitle() == "some data"


def test_gains_have_eases_line_and_the_longer_half_closer_up(gains):
    left, right = plots.gain_by_length(gains, **P).axes
    for ax, lengths in ((left, ["8", "16", "32", "64"]), (right, ["32", "64"])):
        assert [tick.get_text() for tick in ax.get_xticklabels()] == lengths
        assert list(line(ax, "EASE (tuned)").get_ydata()) == [0, 0]
        assert ax.get_xscale() == "log"
    assert len(line(right, "as both").get_xdata()) == 2
    assert np.ptp(right.get_ylim()) < np.ptp(left.get_ylim())


def test_arms_stand_side_by_side_and_differ_in_more_than_color(gains):
    left, _ = plots.gain_by_length(gains, **P).axes
    arms = [line(left, label) for label, *_ in ARMS.values()]
    x = np.array([arm.get_xdata() for arm in arms])
    assert (np.diff(x, axis=0) > 0).all() and (x.max(0) / x.min(0) < 1.3).all()
    for looks in zip(
        *((a.get_color(), a.get_linestyle(), a.get_marker()) for a in arms), strict=True
    ):
        assert len(set(looks)) == 4
    assert BLUE not in {arm.get_color() for arm in arms}


def test_a_point_of_one_split_is_open(gains):
    fig = plots.gain_by_length(gains, **P)
    once = by_name(fig.axes[0], "_once")
    assert [each.get_markerfacecolor() for each in once] == ["white"] * 4
    assert [len(each.get_xdata()) for each in once] == [1] * 4
    assert legend(fig)[-1] == "open marker: one split"
    several = plots.gain_by_length(gains[gains["L"] < 64], **P)
    assert legend(several)[-1] == "as both"


def test_the_cut_is_a_dashed_grey_line_through_means(gains):
    cut = pd.DataFrame({"L": [64, 64, 128], "minus_ease": [0.1, 0.3, 0.5]})
    left, right = plots.gain_by_length(gains, cut=cut, **P).axes
    drawn = line(left, CUT)
    assert drawn.get_xydata().tolist() == [[64, 0.2], [128, 0.5]]
    assert drawn.get_linestyle() == "--" and drawn.get_color() == GREY
    assert [t.get_text() for t in right.get_xticklabels()] == ["32", "64", "128"]


def test_a_host_of_one_arm_has_one_line(gains):
    fig = plots.gain_by_length(gains[gains["arm"].isin(["EASE", "plain"])], **P)
    assert legend(fig)[:2] == ["EASE (tuned)", "plain host"]
    assert len(legend(fig)) == 3
    np.testing.assert_allclose(
        line(fig.axes[0], "plain host").get_xdata(), [8, 16, 32, 64]
    )


def test_gains_refuse_unknown_arms_and_two_hosts_at_once(gains):
    with pytest.raises(ValueError, match="the table has neither"):
        plots.gain_by_length(gains.replace({"arm": {"both": "neither"}}), **P)
    with pytest.raises(ValueError, match="the table has none"):
        plots.gain_by_length(gains[:0], **P)
    with pytest.raises(ValueError, match="one host and one dataset"):
        plots.gain_by_length(pd.concat([gains, gains]), **P)


@pytest.fixture
def curves():
    ends = {"plain": [0.1, 0.3, 0.29], "both": [0.28, 0.32, 0.4]}
    rows = [
        {
            "arm": arm,
            "seed": seed,
            "epoch": epoch,
            "seconds": 2 * epoch + seed,
            "val": val,
        }
        for arm, values in ends.items()
        for seed in (0, 1)
        for epoch, val in enumerate(np.array(values) + 0.01 * seed, start=1)
    ]
    return pd.DataFrame(rows)


def test_curves_are_drawn_against_epochs_and_seconds(curves):
    fig = plots.epochs_and_seconds(curves, ease=0.42, **P)
    epochs, seconds = fig.axes
    plain, both = (by_name(epochs, "_line")[i].get_xydata() for i in (0, 1))
    np.testing.assert_allclose(plain, [[1, 0.105], [2, 0.305], [3, 0.295]])
    np.testing.assert_allclose(both[:, 1], [0.285, 0.325, 0.405])
    np.testing.assert_allclose(
        by_name(seconds, "_line")[0].get_xdata(), [2.5, 4.5, 6.5]
    )
    assert legend(fig) == ["EASE (tuned)", GOAL, "plain host", "as both"]
    assert list(line(epochs, "EASE (tuned)").get_ydata()) == [0.42, 0.42]
    assert [ax.get_xlabel() for ax in fig.axes] == ["epoch", "seconds of training"]
    assert epochs.get_ylim()[0] == pytest.approx(0.92 * 0.305)  # the end is to be seen


def test_a_marker_stands_where_the_plain_hosts_best_is_first_reached(curves):
    epochs, seconds = plots.epochs_and_seconds(curves, **P).axes
    goal = line(epochs, GOAL)
    assert goal.get_linestyle() == ":"
    np.testing.assert_allclose(goal.get_ydata(), [0.305, 0.305])
    plain, both = by_name(epochs, "_reached")
    np.testing.assert_allclose(plain.get_xydata(), [[2, 0.305]])
    np.testing.assert_allclose(both.get_xydata(), [[2, 0.325]])
    assert plain.get_marker() != both.get_marker()
    np.testing.assert_allclose(by_name(seconds, "_reached")[1].get_xdata(), [4.5])


def test_an_arm_that_never_gets_there_has_no_marker(curves):
    low = curves.assign(val=curves["val"].where(curves["arm"] == "plain", 0.2))
    _, both = by_name(plots.epochs_and_seconds(low, **P).axes[0], "_reached")
    assert len(both.get_xdata()) == 0


def test_curves_need_the_plain_host_and_known_arms(curves):
    with pytest.raises(ValueError, match="need the arm plain"):
        plots.epochs_and_seconds(curves[curves["arm"] == "both"], **P)
    with pytest.raises(ValueError, match="the table has EASE"):
        plots.epochs_and_seconds(curves.replace({"arm": {"both": "EASE"}}), **P)


@pytest.fixture
def sweep():
    values = {(30, 0): -0.03, (30, 10): -0.02, (300, 0): -0.012, (300, 10): 0.001}
    rows = [{"l2": l2, "s_q": s, "minus_ease": v} for (l2, s), v in values.items()]
    return pd.DataFrame(rows)


def test_a_map_of_strengths_prints_every_number_readably(sweep):
    ax, bar = plots.strength_map(sweep, **P).axes
    assert texts(ax) == ["−0.0120", "+0.0010", "−0.0300", "−0.0200"]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["300", "30"]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["0", "10"]
    assert bar.get_ylabel() == GAIN
    (image,) = ax.images
    for text, value in zip(ax.texts, image.get_array().ravel(), strict=True):
        ink, paper = (
            np.dot(to_rgba(color)[:3], [0.299, 0.587, 0.114])
            for color in (text.get_color(), image.to_rgba(value))
        )
        assert abs(ink - paper) >= 0.5


def test_a_map_of_strengths_frames_the_marked_cell(sweep):
    ax, _ = plots.strength_map(sweep, marked=(300, 10), **P).axes
    for frame in ax.patches:
        assert frame.get_center() == pytest.approx((1, 0)) and not frame.get_fill()
    assert len(ax.patches) == 2
    with pytest.raises(ValueError, match="no cell with l2 = 300 and s_q = 7"):
        plots.strength_map(sweep, marked=(300, 7), **P)


def test_a_map_of_strengths_draws_another_column_and_leaves_gaps(sweep):
    table = sweep.assign(val=0.4)[:3]
    ax, bar = plots.strength_map(table, value="val", label="val", **P).axes
    assert texts(ax) == ["0.4000", "", "0.4000", "0.4000"]  # no differences, no signs
    assert bar.get_ylabel() == "val"
    with pytest.raises(ValueError, match="stands twice"):
        plots.strength_map(pd.concat([sweep, sweep]), **P)


@pytest.fixture
def kinds():
    values = {
        "original": [-0.001, -0.003],
        "a change": [-0.01],
        "shuffled": [-0.03, -0.02],
    }
    rows = [
        {"variant": variant, "seed": seed, "minus_ease": value}
        for variant, numbers in values.items()
        for seed, value in enumerate(numbers)
    ]
    return pd.DataFrame(rows)


def test_variants_are_rows_in_their_order_and_controls_are_open(kinds):
    fig = plots.variants(kinds, controls=["shuffled"], **P)
    (ax,) = fig.axes
    assert legend(fig) == ["EASE (tuned)", "variant", "control"]
    rows = {
        t.get_text(): y
        for t, y in zip(ax.get_yticklabels(), ax.get_yticks(), strict=True)
    }
    assert rows == {"original": 2, "a change": 1, "shuffled": 0}
    np.testing.assert_allclose(
        line(ax, "variant").get_xydata(), [[-0.002, 2], [-0.01, 1]]
    )
    control = line(ax, "control")
    np.testing.assert_allclose(control.get_xydata(), [[-0.025, 0]])
    assert control.get_markerfacecolor() == "white"
    assert control.get_marker() != line(ax, "variant").get_marker()
    ends = ax.containers[1].lines[2][0].get_segments()[0][:, 0]
    np.testing.assert_allclose(ends, [-0.03, -0.02])
    assert list(line(ax, "EASE (tuned)").get_xdata()) == [0, 0]
    assert GAIN in ax.get_xlabel()


def test_variants_without_controls_and_with_a_wrong_one(kinds):
    assert legend(plots.variants(kinds, **P)) == ["EASE (tuned)", "variant"]
    with pytest.raises(ValueError, match="No variant of the table: reversed"):
        plots.variants(kinds, controls=["reversed"], **P)


# ---- what it costs ----


@pytest.fixture
def costs():
    rows = [
        {
            "n_items": n,
            "what": "ImplicitSLIM",
            "L": L,
            "seconds": n / 1000,
            "mib": n / 100,
        }
        for n in (1000, 4096, 16384)
        for L in (64, 256)
    ]
    ease = {"what": "EASE", "L": np.nan}
    rows += [{"n_items": n, "seconds": 1.0, "mib": 80.0, **ease} for n in (4096, 1000)]
    return pd.DataFrame(rows)


def test_costs_are_lines_on_log_scales(costs):
    fig = plots.cost_by_catalogue(costs, **P)
    for ax, title in zip(fig.axes, ("seconds", "MiB"), strict=True):
        assert ax.get_xscale() == ax.get_yscale() == "log"
        assert ax.get_title(loc="left") == f"{title} (log scale)"
        assert list(line(ax, "EASE").get_xdata()) == [1000, 4096]
    seconds, mib = (line(ax, "ImplicitSLIM, L = 64").get_ydata() for ax in fig.axes)
    np.testing.assert_allclose(seconds, [1, 4.096, 16.384])
    np.testing.assert_allclose(mib, [10, 40.96, 163.84])
    markers = {each.get_marker() for each in fig.axes[0].lines}
    assert len(markers) == len(fig.axes[0].lines) == 3


def test_eases_matrix_is_computed_where_it_was_not_measured(costs):
    fig = plots.cost_by_catalogue(costs, **P)
    drawn = line(fig.axes[1], "EASE's matrix, computed")
    assert drawn.get_xydata().tolist() == [[4096, 64], [16384, 1024]]
    assert drawn.get_linestyle() == "--" and drawn.get_linewidth() <= 1
    assert legend(fig)[-1] == "EASE's matrix, computed"
    everywhere = costs[costs["n_items"] <= 4096]
    for other in (
        plots.cost_by_catalogue(costs, ease_bytes=False, **P),
        plots.cost_by_catalogue(everywhere, **P),
    ):
        assert not any("computed" in name for name in legend(other))


def test_a_catalogue_without_ease_has_its_matrix_from_the_start(costs):
    fig = plots.cost_by_catalogue(costs[costs["what"] != "EASE"], **P)
    drawn = line(fig.axes[1], "EASE's matrix, computed")
    assert list(drawn.get_xdata()) == [1000, 16384]


def test_costs_of_something_else_are_refused(costs):
    with pytest.raises(ValueError, match="not SLIM"):
        plots.cost_by_catalogue(costs.replace({"what": {"EASE": "SLIM"}}), **P)


def test_the_models_of_the_lesson_share_no_color_marker_or_line():
    names = ("EASE", "MF", "MF + ImplicitSLIM", "PLRec", "LRR")
    looks = [plots.look(name) for name in names]
    for what in ("color", "marker", "linestyle", "hatch"):
        assert len({getattr(look, what) for look in looks}) == len(looks)
