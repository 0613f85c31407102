"""Lesson 07's figures draw the numbers that they are given."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from recnb import plots
from recnb.plots.svae import KINDS, _apart

P = {"metric": "NDCG@100", "protocol": "some data"}
MODELS = ["SVAE", "GRU, no z", "mean, z", "mean, no z", "faded mean, z"]
BESIDE = ["EASE", "MultVAE", "MultDAE", "Popularity"]


def texts(ax):
    return [text.get_text() for text in ax.texts]


def ticks(labels):
    return [label.get_text() for label in labels]


def legend(fig):
    return [text.get_text() for text in fig.legends[0].get_texts()]


def spans(container):
    """Return the ends of each error bar, along the axis on which they differ."""
    (bars,) = container.lines[2]
    ends = np.array(bars.get_segments())
    return ends[:, :, np.argmax(np.ptp(ends, axis=1).max(axis=0))]


def test_the_models_of_the_lesson_share_no_color_marker_or_hatching():
    looks = [plots.look(model) for model in MODELS]
    others = [plots.look(model) for model in BESIDE]
    for what in ("color", "marker", "hatch", "linestyle"):
        ours = [getattr(look, what) for look in looks]
        assert len(set(ours)) == len(MODELS)
        assert not set(ours) & {getattr(look, what) for look in others}
    names = (*MODELS, "SLIT", "RVAE")
    assert not any(isinstance(plots.look(name).marker, str) for name in names)


# ---- time ----


def test_gaps_have_their_shares_and_spans_are_cumulated():
    gaps = pd.Series([0.5, 0.375, 0.125], ["same second", "under a day", "longer"])
    hours = np.array([0.0, 0.5, 2.0, 30.0, 9000.0])
    fig = plots.time_gaps(gaps, hours, protocol="some data")
    left, right = fig.axes
    assert [bar.get_width() for bar in left.patches] == [0.5, 0.375, 0.125]
    assert ticks(left.get_yticklabels()) == list(gaps.index)
    assert left.get_ylim()[1] > left.get_yticks()[0] > left.get_yticks()[-1]
    assert [text.strip() for text in texts(left)] == ["50.0%", "37.5%", "12.5%"]
    curve, *marks = right.lines
    assert list(curve.get_xdata()[1:]) == list(hours)
    assert np.allclose(curve.get_ydata(), np.arange(6) / 5)
    assert [float(mark.get_ydata()[0]) for mark in marks] == [0.4, 0.6, 0.8]
    assert texts(right) == ["40%", "60%", "80%"]
    assert ticks(right.get_xticklabels()) == ["1 hour", "1 day", "1 year"]
    assert [float(mark.get_xdata()[0]) for mark in marks] == [1, 24, 8766]
    assert right.get_xscale() == "log" and right.get_xlim()[1] > 9000
    assert fig.get_suptitle() == "some data"


# ---- the two splits ----


def test_slopes_go_from_random_to_time_and_end_in_their_values():
    table = pd.DataFrame({"time": [0.3, 0.31], "random": [0.2, 0.35]}, MODELS[:2])
    fig = plots.two_splits(table, **P)
    (ax,) = fig.axes
    for line, model in zip(ax.lines, table.index, strict=True):
        assert list(line.get_xdata()) == [0, 1]
        assert list(line.get_ydata()) == list(table.loc[model, ["random", "time"]])
        look = plots.look(model)
        assert (line.get_color(), line.get_marker()) == (look.color, look.marker)
    left, right = ["0.200", "0.350"], ["0.300  SVAE", "0.310  GRU, no z"]
    assert texts(ax) == [*left, *right]
    random, time = ticks(ax.get_xticklabels())
    assert random.startswith("random") and time.startswith("the newest")
    assert legend(fig) == MODELS[:2]
    assert ax.get_ylabel() == "NDCG@100" and ax.get_title(loc="left") == "some data"


def test_labels_of_the_same_value_do_not_cover_each_other():
    table = pd.DataFrame({"random": [0.3] * 5, "time": [0.2, 0.2, 0.2, 0.4, 0.1]})
    fig = plots.two_splits(table.set_axis(MODELS), **P)
    fig.draw_without_rendering()
    # Without their leaders, which an annotation counts in.
    boxes = [Text.get_window_extent(text) for text in fig.axes[0].texts]
    assert len(boxes) == 10
    for i, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:i])


def test_a_split_on_which_a_model_was_not_judged_has_no_label():
    table = pd.DataFrame({"random": [0.3, np.nan], "time": [0.2, 0.1]}, MODELS[:2])
    (ax,) = plots.two_splits(table, **P).axes
    assert texts(ax) == ["0.300", "0.200  SVAE", "0.100  GRU, no z"]


def test_labels_stay_where_they_have_room_and_keep_their_order():
    assert np.allclose(_apart(np.array([5.0, 1.0, 3.0]), 1), [5, 1, 3])
    assert np.allclose(_apart(np.array([2.0, 2.0, 9.0]), 1), [1.5, 2.5, 9])
    apart = _apart(np.array([2.2, 2.0, 2.1]), 1)
    assert apart[1] < apart[2] < apart[0]
    assert np.mean(apart) == pytest.approx(2.1)


# ---- the training example ----


def grid(fig, n):
    """Return the signs of the cells, and which of them are hatched."""
    (ax,) = fig.axes
    hatched = [bool(patch.get_hatch()) for patch in ax.patches]
    return np.reshape(texts(ax), (-1, n)).tolist(), np.reshape(hatched, (-1, n))


def test_a_step_sees_one_more_film_and_has_the_next_k_as_targets():
    fig = plots.next_k(["A", "B", "C", "D"], 2)
    signs, hatched = grid(fig, 4)
    assert signs == [["●", "?", "?", ""], ["", "●", "?", "?"], ["", "", "●", "?"]]
    assert np.array_equal(hatched, np.tri(3, 4, -1, dtype=bool))
    (ax,) = fig.axes
    assert ticks(ax.get_xticklabels()) == ["A", "B", "C", "D"]
    assert ticks(ax.get_yticklabels()) == ["step 1", "step 2", "step 3"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # the first step is on top
    assert "k = 2" in ax.get_xlabel()
    assert len(legend(fig)) == 4


def test_targets_can_be_handed_over():
    fig = plots.next_k(["A", "B", "C"], 2, targets=[[2, -1], [2, -1]])
    assert grid(fig, 3)[0] == [["●", "", "?"], ["", "●", "?"]]


# ---- the two sigmas ----


def test_the_two_divergences_touch_where_they_are_the_same():
    s = np.linspace(-2, 2, 41)
    charged, true = (np.exp(s) - s - 1) / 2, (np.exp(2 * s) - 2 * s - 1) / 2
    fig = plots.which_sigma(s, charged, true)
    (ax,) = fig.axes
    one, two, mark = ax.lines
    assert np.array_equal(one.get_xdata(), s)
    assert np.array_equal(one.get_ydata(), charged)
    assert np.array_equal(two.get_ydata(), true)
    assert one.get_linestyle() != two.get_linestyle()
    assert one.get_marker() != two.get_marker()
    assert np.allclose([*mark.get_xdata(), *mark.get_ydata()], 0, atol=1e-12)
    assert texts(ax) == ["the same at s = 0"]
    assert [name.split(":")[0] for name in legend(fig)] == [
        "charged",
        "due",
    ]


# ---- histories cut, and changed ----


@pytest.mark.parametrize("with_errors", [True, False])
def test_windows_stand_at_equal_distances(with_errors):
    table = pd.DataFrame({"SVAE": [0.2, 0.3, 0.31], "EASE": [0.1, 0.2, 0.4]})
    table = table.set_axis([1, 10, "all"])
    errors = 0 * table + [0.01, 0.02] if with_errors else None
    fig = plots.by_window(table, errors=errors, **P)
    (ax,) = fig.axes
    for container, (model, values) in zip(ax.containers, table.items(), strict=True):
        line, look = container.lines[0], plots.look(model)
        assert list(line.get_xdata()) == [0, 1, 2]
        assert list(line.get_ydata()) == list(values)
        assert (line.get_color(), line.get_marker()) == (look.color, look.marker)
    if with_errors:
        assert np.allclose(spans(ax.containers[1])[0], [0.08, 0.12])
    assert ticks(ax.get_xticklabels()) == ["1", "10", "all"]
    assert legend(fig) == ["SVAE", "EASE"]
    assert ax.get_ylabel().startswith("NDCG@100")
    assert ("standard error" in ax.get_ylabel()) == with_errors
    assert ax.get_title(loc="left") == "some data"
    assert "latest films" in ax.get_xlabel()
    (other,) = plots.by_window(table, xlabel="how fast", **P).axes
    assert other.get_xlabel() == "how fast"


def test_a_model_that_does_not_vary_is_a_line_across_without_marks():
    table = pd.DataFrame({"SLIT": [0.2, 0.3]}, index=[0.5, 0.9])
    fig = plots.by_window(table, levels={"EASE": 0.25}, **P)
    across = [line for line in fig.axes[0].lines if line.get_label() == "EASE"]
    (line,) = across
    assert list(line.get_ydata()) == [0.25, 0.25]
    assert line.get_marker() == ""
    assert legend(fig) == ["EASE", "SLIT"]


def test_conditions_are_compared_with_the_history_as_it_was():
    names = ["last ten shuffled", "all shuffled"]
    table = pd.DataFrame({"SVAE": [-0.03, -0.1], "SLIT": [-0.01, -0.09]}, names)
    fig = plots.conditions(table, 0 * table + 0.002, **P)
    (ax,) = fig.axes
    for container, (model, values) in zip(ax.containers, table.items(), strict=True):
        line = container.lines[0]
        assert list(line.get_xdata()) == list(values)
        assert np.allclose(line.get_ydata(), ax.get_yticks(), atol=0.3)
        look = plots.look(model)
        assert (line.get_color(), line.get_marker()) == (look.color, look.marker)
    first, second = (container.lines[0].get_ydata() for container in ax.containers)
    assert (first > second).all()  # they do not cover each other
    assert np.allclose(spans(ax.containers[1])[0], [-0.012, -0.008])
    assert set(ax.lines[-1].get_xdata()) == {0}
    assert ticks(ax.get_yticklabels()) == names
    assert list(ax.get_yticks()) == [1, 0] and legend(fig) == ["SVAE", "SLIT"]
    assert ax.get_title(loc="left") == P["protocol"]
    assert "± one paired error" in ax.get_xlabel()


# ---- the walk ----

RANKS = np.array([40.0, 3.0, 700.0, np.nan])
LONG = "Star Wars: Episode V - The Empire Strikes Back (1980)"
LISTED = pd.DataFrame(
    {
        "title": ["Heat (1995)", LONG, "Alien (1979)", "Big (1988)"],
        "probability": [0.4, 0.3, 0.2, 0.1],
        "kind": ["comes next", "comes later", "", "held out"],
    }
)


def walked(step, **more):
    more |= {"title": "User 3", "protocol": "data", "n_films": 3484}
    return plots.walk(RANKS, step, LISTED, **more)


def test_the_walk_marks_its_step_on_the_places_of_what_came_next():
    path, _ = walked(2).axes
    places, here, dot, exchanged, end = path.lines
    assert list(places.get_xdata()) == [1, 2, 3, 4]
    assert np.array_equal(places.get_ydata(), RANKS, equal_nan=True)
    assert set(here.get_xdata()) == {2}
    assert (list(dot.get_xdata()), list(dot.get_ydata())) == ([2], [3])
    assert np.isnan(exchanged.get_ydata()).all()
    assert set(end.get_ydata()) == {4.5}  # between places 4 and 5
    assert path.get_yscale() == "log"
    bottom, top = path.get_ylim()
    assert bottom == 3484 and top <= 1  # no place lies behind the last film


def test_the_exchange_has_a_mark_of_its_own():
    fig = walked(2, exchanged=25)
    path = fig.axes[0]
    _, _, dot, mark, _ = path.lines
    assert (list(mark.get_xdata()), list(mark.get_ydata())) == ([2], [25])
    assert mark.get_marker() != dot.get_marker()
    assert "X: exchanged" in path.get_title(loc="left")
    assert "exchanged" not in walked(2).axes[0].get_title(loc="left")


def test_the_list_says_what_came_later():
    _, listed = walked(2).axes
    assert [bar.get_width() for bar in listed.patches] == [0.4, 0.3, 0.2, 0.1]
    hatches = [bar.get_hatch() or "" for bar in listed.patches]
    assert hatches == [KINDS[kind][1] for kind in LISTED["kind"]]
    assert len(set(hatches)) == 4 and hatches[2] == ""
    assert [text.strip() for text in texts(listed)] == list(LISTED["kind"])
    first, second, *_ = ticks(listed.get_yticklabels())
    assert first == "Heat (1995)"
    assert second.startswith("Star Wars: Episode V") and second.endswith("…")
    assert len(second) <= 30
    assert np.all(np.diff(listed.get_yticks()) < 0)  # the best is on top


def test_nothing_jumps_from_step_to_step():
    frames = [walked(step) for step in (1, 2, 4)] + [walked(2, exchanged=900)]
    for fig in frames:
        assert fig.get_suptitle() == "User 3\n(data)"
        for ax, other in zip(fig.axes, frames[0].axes, strict=True):
            assert ax.get_position().bounds == other.get_position().bounds
        assert fig.axes[0].get_ylim() == frames[0].axes[0].get_ylim()


def test_a_walk_of_one_step_has_no_place_yet():
    one = np.array([np.nan])
    words = {"title": "User 3", "protocol": "data", "n_films": 3484}
    fig = plots.walk(one, 1, LISTED, **words)
    plots.png(fig)
    assert np.isfinite(fig.axes[0].get_ylim()).all()


# ---- two points a row ----


def test_the_two_places_of_a_row_are_joined():
    values, columns = [[2.0, 11.5], [150.0, 11.5]], ["forwards", "backwards"]
    data = dict(zip(columns, values, strict=True))
    table = pd.DataFrame(data, ["SVAE", "EASE"])[columns[::-1]]  # any order will do
    fig = plots.sequels(table, protocol="some data")
    (ax,) = fig.axes
    one, two = ax.lines
    assert [list(one.get_xdata()), list(two.get_xdata())] == values
    assert list(one.get_ydata()) == list(ax.get_yticks()) == [1, 0]
    assert one.get_marker() != two.get_marker()
    assert one.get_color() != two.get_color()
    (joined,) = ax.collections
    ends = [segment[:, 0].tolist() for segment in joined.get_segments()]
    assert ends == [sorted(row) for row in zip(*values, strict=True)]
    assert texts(ax) == ["2", "150", "11.5", "11.5"]
    assert ticks(ax.get_yticklabels()) == ["SVAE", "EASE"]
    assert len(legend(fig)) == 2
    assert ax.get_title(loc="left") == "some data"


def test_places_of_sequels_are_on_a_log_scale():
    table = pd.DataFrame({"forwards": [1.0], "backwards": [90.0]}, ["SVAE"])
    fig = plots.sequels(table, protocol="some data")
    (ax,) = fig.axes
    assert ax.get_xscale() == "log" and "1 is best" in ax.get_xlabel()
    assert ax.get_xlim()[0] < 1 and ax.get_xlim()[1] > 90
    assert legend(fig) == ["part II, right after part I", "part I, right after part II"]
