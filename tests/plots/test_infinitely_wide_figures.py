"""Lesson 14's figures draw the numbers that they are given."""

import numpy as np
import pandas as pd
import pytest

from recnb import plots
from recnb.plots.style import BLACK, BLUE, PURPLE

P = "some data"


def texts(ax):
    return [text.get_text() for text in ax.texts]


def legend(fig):
    return [text.get_text() for text in fig.legends[0].get_texts()]


def line(ax, label):
    return next(each for each in ax.lines if each.get_label() == label)


def rows_of(ax):
    """Return the height of each named row."""
    labels = (text.get_text() for text in ax.get_yticklabels())
    return dict(zip(labels, ax.get_yticks(), strict=True))


def tell_apart(lines, *whats):
    """See that no two lines have the same of any of these."""
    for what in whats:
        assert len({getattr(each, f"get_{what}")() for each in lines}) == len(lines)


# ---- looks ----


def test_the_infinite_ae_has_a_look_of_its_own_beside_ease_and_ridge():
    looks = [plots.look(name) for name in ("InfiniteAE", "EASE", "LAE")]
    assert isinstance(looks[0].marker, tuple)
    for what in ("color", "marker", "linestyle", "hatch"):
        assert len({getattr(each, what) for each in looks}) == 3


# ---- from a net to its kernel ----

COSINES = np.linspace(0, 1, 33)
CURVES = {"linear": COSINES, "deep": COSINES**3}


def test_a_kernel_is_a_line_over_the_cosine():
    fig = plots.kernel_curves(COSINES, CURVES, P)
    (ax,) = fig.axes
    assert fig.get_suptitle() == P and legend(fig) == ["linear", "deep"]
    for name, curve in CURVES.items():
        np.testing.assert_array_equal(line(ax, name).get_xdata(), COSINES)
        np.testing.assert_array_equal(line(ax, name).get_ydata(), curve)
    assert "cosine" in ax.get_xlabel()


def test_six_kernels_can_be_told_apart_without_colors_and_none_is_eases():
    fig = plots.kernel_curves(COSINES, dict.fromkeys("abcdef", COSINES))
    lines = fig.axes[0].lines
    tell_apart(lines, "color", "marker")
    assert BLUE not in {each.get_color() for each in lines}
    marked = COSINES[:: lines[0].get_markevery()]
    assert 5 <= len(marked) <= 12


def test_kernels_are_taken_by_position():
    shuffled = {"a": pd.Series(COSINES**2, index=range(33)[::-1])}
    (ax,) = plots.kernel_curves(pd.Series(COSINES), shuffled).axes
    np.testing.assert_array_equal(line(ax, "a").get_ydata(), COSINES**2)


def test_kernels_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="7 lines; at most 6 can be told apart"):
        plots.kernel_curves(COSINES, dict.fromkeys("abcdefg", COSINES))
    with pytest.raises(ValueError, match=r"'deep' has shape \(3,\)"):
        plots.kernel_curves(COSINES, {"deep": COSINES[:3]})


WIDTHS = [10, 100, 1000]


@pytest.fixture
def errors():
    """Return errors of which the median falls tenfold a tenfold width."""
    rows = [
        {"width": width, "kind": kind, "draw": draw, "error": scale * factor / width}
        for kind, scale in (("features", 1), ("derivatives", 4))
        for width in WIDTHS
        for draw, factor in enumerate((0.5, 1, 3))
    ]
    return pd.DataFrame(rows)


def test_each_draw_is_a_marker_beside_its_width(errors):
    fig = plots.width_errors(errors, P)
    (ax,) = fig.axes
    assert ax.get_xscale() == ax.get_yscale() == "log" and fig.get_suptitle() == P
    for kind, scale, side in (("features", 1, -1), ("derivatives", 4, 1)):
        x, error = line(ax, f"{kind}: a draw").get_data()
        np.testing.assert_allclose(x, np.repeat(WIDTHS, 3), rtol=0.05)
        assert (side * (x - np.repeat(WIDTHS, 3)) > 0).all()
        expected = scale * np.outer([0.1, 0.01, 0.001], [0.5, 1, 3]).ravel()
        np.testing.assert_allclose(error, expected)
    assert line(ax, "features: a draw").get_linestyle() == "None"


def test_a_kind_has_a_line_of_medians_and_one_that_falls_like_the_root(errors):
    fig = plots.width_errors(errors, P)
    (ax,) = fig.axes
    for kind, scale in (("features", 1), ("derivatives", 4)):
        x, medians = line(ax, f"{kind}: median").get_data()
        assert list(x) == WIDTHS
        np.testing.assert_allclose(medians, scale * np.array([0.1, 0.01, 0.001]))
    roots = [each for each in ax.lines if each.get_linestyle() == ":"]
    for root, first in zip(roots, (0.1, 0.4), strict=True):
        expected = first / np.sqrt([1, 10, 100])
        np.testing.assert_allclose(root.get_ydata(), expected)
        assert root.get_color() == BLACK
    medians = [line(ax, f"{kind}: median") for kind in ("features", "derivatives")]
    tell_apart(medians, "color", "linestyle")
    tell_apart([line(ax, f"{kind}: a draw") for kind in errors["kind"].unique()],
               "color", "marker")  # fmt: skip
    assert legend(fig).count("falling like 1/√width") == 1 and len(legend(fig)) == 5


def test_one_kind_stands_at_its_widths_and_the_error_can_be_another(errors):
    one = errors[errors["kind"] == "features"]
    (ax,) = plots.width_errors(one, P, "distance to the kernel's prediction").axes
    x = line(ax, "features: a draw").get_xdata()
    np.testing.assert_array_equal(x, np.repeat(WIDTHS, 3))
    assert ax.get_ylabel().startswith("distance to the kernel's prediction\n(log")
    (usual,) = plots.width_errors(one, P).axes
    assert usual.get_ylabel().startswith("relative error of the kernel")


@pytest.mark.parametrize("kinds", [1, 2])
def test_nothing_beside_the_errors_is_cut_off(errors, kinds):
    some = errors[errors["kind"].isin(["features", "derivatives"][:kinds])]
    fig = plots.width_errors(some, P, "distance to the kernel's prediction")
    fig.draw_without_rendering()
    assert fig.axes[0].yaxis.label.get_window_extent().y1 < fig.bbox.height


def test_errors_that_cannot_be_drawn_are_refused(errors):
    with pytest.raises(ValueError, match="no error to draw"):
        plots.width_errors(errors[:0], P)
    with pytest.raises(ValueError, match="4 lines; at most 3"):
        many = [errors.assign(kind=f"kind {i}") for i in range(4)]
        plots.width_errors(pd.concat(many), P)
    with pytest.raises(ValueError, match="Each error must be above 0"):
        plots.width_errors(errors.assign(error=0.0), P)
    with pytest.raises(ValueError, match="Each error must be above 0"):
        plots.width_errors(errors.assign(error=np.nan), P)
    with pytest.raises(ValueError, match="Each width must be above 0"):
        plots.width_errors(errors.assign(width=0), P)
    with pytest.raises(ValueError, match="A draw stands twice"):
        plots.width_errors(pd.concat([errors, errors]), P)


# ---- what it brings ----

NAMES = ("ridge", "NTK, depth 2", "NNGP, depth 1", "EASE on items' NTK, depth 1")


@pytest.fixture
def gains():
    rows = [
        {
            "model": model,
            "seed": seed,
            "minus_ease": (place + seed / 10) / 1000,
            "minus_ease_error": 0.0005,
        }
        for seed in range(5)
        for place, model in enumerate(("EASE", *NAMES))
    ]
    return pd.DataFrame(rows)


def test_each_model_has_a_row_in_the_order_of_the_table(gains):
    fig = plots.kernel_gains(gains, P)
    (ax,) = fig.axes
    assert rows_of(ax) == dict(zip(NAMES, (3, 2, 1, 0), strict=True))
    assert fig.get_suptitle() == P and "NDCG@100 minus EASE's" in fig.get_supxlabel()


def test_each_split_is_a_marker_with_its_error_and_the_bar_their_mean(gains):
    (ax,) = plots.kernel_gains(gains, P).axes
    for place, (points, _, (bars,)) in enumerate(ax.containers, start=1):
        expected = (place + np.arange(5) / 10) / 1000
        np.testing.assert_allclose(points.get_xdata(), expected)
        ends = [segment[:, 0] for segment in bars.get_segments()]
        np.testing.assert_allclose(np.ptp(ends, axis=1), 5 * [0.001])
        heights = points.get_ydata()
        assert heights.mean() == pytest.approx(4 - place) and np.ptp(heights) < 0.7
    drawn = [each.get_xydata() for each in ax.lines if each.get_color() == BLACK]
    means = {round(xy[:, 1].mean()): xy[0, 0] for xy in drawn}
    assert means == pytest.approx({3: 0.0012, 2: 0.0022, 1: 0.0032, 0: 0.0042})


def test_ease_is_the_line_at_zero(gains):
    (ax,) = plots.kernel_gains(gains, P).axes
    (zero,) = (each for each in ax.lines if not np.any(each.get_xdata()))
    assert zero.get_color() == BLUE


def test_models_look_as_elsewhere_and_their_variants_are_open(gains):
    (ax,) = plots.kernel_gains(gains, P).axes
    for (points, *_), (name, is_open) in zip(
        ax.containers,
        (("LAE", False), ("InfiniteAE", False), ("InfiniteAE", True), ("EASE", True)),
        strict=True,
    ):
        look = plots.look(name)
        assert (points.get_color(), points.get_marker()) == (look.color, look.marker)
        assert (points.get_markerfacecolor() == "white") == is_open


def test_the_words_under_twelve_rows_are_not_cut_off(gains):
    many = [
        gains[gains["model"] == "ridge"].assign(model=f"NTK, offsets as in paper {i}")
        for i in range(12)
    ]
    fig = plots.kernel_gains(pd.concat(many), P)
    fig.draw_without_rendering()
    words = fig._supxlabel.get_window_extent()
    assert 0 <= words.x0 < words.x1 <= fig.bbox.width


def test_one_draw_a_width_is_called_no_median():
    table = pd.DataFrame({"width": [10, 100], "kind": "net", "error": [0.5, 0.2]})
    (ax,) = plots.width_errors(table.assign(draw=0), P).axes
    labels = [drawn.get_label() for drawn in ax.lines]
    assert labels == ["net: one draw", "falling like 1/√width"]
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [0.5, 0.2])


def test_gains_that_cannot_be_drawn_are_refused(gains):
    with pytest.raises(ValueError, match="nothing that differs"):
        plots.kernel_gains(gains[gains["model"] == "EASE"], P)
    with pytest.raises(ValueError, match="A model stands twice for one seed"):
        plots.kernel_gains(pd.concat([gains, gains]), P)
    with pytest.raises(ValueError, match="'Oracle' has no look yet"):
        plots.kernel_gains(gains.replace({"model": {"ridge": "Oracle"}}), P)


#: Numbers of training users.
USERS = [500, 1000, 4534]


@pytest.fixture
def users():
    ups = {"EASE": 0, "ridge": 0.01, "NTK, depth 1": 0.02, "NTK, depth 3": 0.03}
    rows = [
        {"n_users": n, "model": model, "seed": seed, "minus_ease": n / 1e4 + up + off}
        for n in (500, 1000, 4534)
        for model, up in ups.items()
        for seed, off in enumerate((-0.003, 0, 0.006))
    ]
    return pd.DataFrame(rows)


def test_a_model_is_the_line_of_its_mean_gains_over_training_users(users):
    fig = plots.users_gains(users, P)
    (ax,) = fig.axes
    assert fig.get_suptitle() == P
    assert legend(fig) == ["EASE", "ridge", "NTK, depth 1", "NTK, depth 3"]
    for model, up in (("ridge", 0.01), ("NTK, depth 1", 0.02), ("NTK, depth 3", 0.03)):
        n, means = line(ax, model).get_data()
        np.testing.assert_allclose(n, [500, 1000, 4534], rtol=0.05)
        np.testing.assert_allclose(means, [up + n / 1e4 + 0.001 for n in USERS])
    assert line(ax, "EASE").get_color() == BLUE
    assert set(line(ax, "EASE").get_ydata()) == {0}
    tell_apart([line(ax, model) for model in ("ridge", "NTK, depth 1")], "marker")
    assert ax.get_xscale() == "log" and list(ax.get_xticks()) == USERS
    assert ax.xaxis.get_major_formatter()(4534) == "4,534"


def test_the_second_line_of_one_look_is_dotted_with_open_markers(users):
    (ax,) = plots.users_gains(users, P).axes
    one, three = line(ax, "NTK, depth 1"), line(ax, "NTK, depth 3")
    assert one.get_color() == three.get_color()
    assert one.get_linestyle() != three.get_linestyle() == ":"
    assert one.get_markerfacecolor() != three.get_markerfacecolor() == "white"


def test_bars_reach_from_the_lowest_split_to_the_highest_beside_each_other(users):
    (ax,) = plots.users_gains(users, P).axes
    places = []
    for (_, _, (bars,)), up in zip(ax.containers, (0.01, 0.02, 0.03), strict=True):
        ends = np.array(bars.get_segments())
        middle = np.array(USERS) / 1e4 + up
        np.testing.assert_allclose(ends[:, 0, 1], middle - 0.003)
        np.testing.assert_allclose(ends[:, 1, 1], middle + 0.006)
        places.append(ends[:, 0, 0])
    np.testing.assert_allclose(places[1], USERS)
    assert (places[0] < places[1]).all() and (places[1] < places[2]).all()


def test_one_split_is_its_own_mean(users):
    (ax,) = plots.users_gains(users[users["seed"] == 1], P).axes
    np.testing.assert_allclose(line(ax, "ridge").get_ydata(), [0.06, 0.11, 0.4634])


def test_users_that_cannot_be_drawn_are_refused(users):
    with pytest.raises(ValueError, match="no model to draw beside EASE"):
        plots.users_gains(users[users["model"] == "EASE"], P)
    with pytest.raises(ValueError, match="stands twice for one seed and number"):
        plots.users_gains(pd.concat([users, users]), P)
    ridge = users["model"] == "ridge"
    with pytest.raises(ValueError, match="not the same seeds at each number"):
        plots.users_gains(users.drop(users[ridge].index[0]), P)
    with pytest.raises(ValueError, match="'Oracle' has no look yet"):
        plots.users_gains(users.replace({"model": {"ridge": "Oracle"}}), P)


# ---- the dial ----

LEVELS = {"NTK, depth 2": 0.39, "ridge": 0.41, "EASE": 0.4}
BY_DEPTH = {0: COSINES, 2: COSINES**2, 5: COSINES**5}


def test_a_dial_draws_the_kernel_of_one_depth_over_thin_ones():
    fig = plots.kernel_dial(COSINES, BY_DEPTH, 2, 1.5, LEVELS, protocol=P)
    left, _ = fig.axes
    assert fig.get_suptitle() == "depth 2, λ = 1.5; some data"
    *others, chosen = left.lines
    np.testing.assert_array_equal(chosen.get_ydata(), COSINES**2)
    assert chosen.get_label() == "depth 2" and chosen.get_color() == PURPLE
    for other, curve in zip(others, (COSINES, COSINES**5), strict=True):
        np.testing.assert_array_equal(other.get_ydata(), curve)
        assert other.get_linewidth() < chosen.get_linewidth() / 2
        assert other.get_marker() == "None" != chosen.get_marker()
    labels = [text.get_text() for text in left.get_legend().get_texts()]
    assert labels == ["other depths", "depth 2"]


@pytest.mark.parametrize("depth", BY_DEPTH)
def test_whatever_depth_is_chosen_the_others_are_named_once(depth):
    left, _ = plots.kernel_dial(COSINES, BY_DEPTH, depth, 4, LEVELS, protocol=P).axes
    labels = [text.get_text() for text in left.get_legend().get_texts()]
    assert labels == ["other depths", f"depth {depth}"]


def test_a_dial_of_one_depth_has_no_others():
    left, _ = plots.kernel_dial(COSINES, {1: COSINES}, 1, 4, LEVELS, protocol=P).axes
    assert len(left.lines) == len(left.get_legend().get_texts()) == 1


def test_a_dial_shows_its_quality_beside_ridge_and_ease():
    _, right = plots.kernel_dial(COSINES, BY_DEPTH, 2, 4, LEVELS, protocol=P).axes
    assert rows_of(right) == {"ridge": 0, "NTK, depth 2": 1}
    ease, ridge, here = right.lines
    assert list(ease.get_xdata()) == [0.4, 0.4] and ease.get_color() == BLUE
    assert list(here.get_xydata()[0]) == [0.39, 1]
    assert list(ridge.get_xydata()[0]) == [0.41, 0]
    assert here.get_marker() != ridge.get_marker()
    assert set(texts(right)) == {"EASE: 0.4000", "0.3900", "0.4100"}


def test_a_dials_axes_stand_still_while_it_is_turned():
    settings = {"protocol": P, "span": (0.3, 0.5)}
    one, other = (
        plots.kernel_dial(COSINES, BY_DEPTH, depth, 4, levels, **settings)
        for depth, levels in ((0, LEVELS), (5, {"a": 0.31, "ridge": 0.41, "EASE": 0.4}))
    )
    for a, b in zip(one.axes, other.axes, strict=True):
        assert (a.get_xlim(), a.get_ylim()) == (b.get_xlim(), b.get_ylim())


def test_a_dial_takes_curves_by_position_and_leaves_them_as_they_are():
    curves = {1: pd.Series(COSINES**2, index=range(33)[::-1]), 2: COSINES}
    left, _ = plots.kernel_dial(
        pd.Series(COSINES), curves, 1, 4, LEVELS, protocol=P
    ).axes
    np.testing.assert_array_equal(line(left, "depth 1").get_ydata(), COSINES**2)
    assert list(curves) == [1, 2]


def test_a_dial_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"Depth 3 is none of those .*: 0, 2, 5"):
        plots.kernel_dial(COSINES, BY_DEPTH, 3, 4, LEVELS, protocol=P)
    with pytest.raises(ValueError, match=r"Kernel 1 has shape \(3,\)"):
        plots.kernel_dial(COSINES, {1: COSINES[:3]}, 1, 4, LEVELS, protocol=P)
