"""Lesson 13b's figures draw the numbers that they are given."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from recnb import plots
from recnb.plots.implicit_slim import ARMS
from recnb.plots.other_hosts import SMALLEST, WRITTEN
from recnb.plots.style import BLACK, BLUE, PURPLE

P = "some data"
NEW = ("RecVAE", "HVamp", "UltraGCN", "LightGCN", "GFCF", "CEASE", "AddEASE")


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


def means_of(ax):
    """Return the place of each black bar, by its height."""
    drawn = (x.get_xydata() for x in ax.lines if x.get_color() == BLACK)
    bars = (xy for xy in drawn if len(xy) == 2 and abs(np.ptp(xy[:, 1])) < 0.9)
    return {round(xy[:, 1].mean()): xy[0, 0] for xy in bars if xy[0, 1] != 0}


def is_zero(line):
    return len(line.get_xdata()) == 2 and not np.any(line.get_xdata())


# ---- looks ----


@pytest.mark.parametrize("name", NEW)
def test_a_new_models_marker_is_a_shape(name):
    marker = plots.look(name).marker
    assert isinstance(marker, tuple) or not any(map(str.isalpha, marker))


def test_hosts_and_tags_share_no_color_with_whom_they_are_compared():
    for together in (
        ("EASE", "MF", "MultVAE", "RecVAE", "HVamp", "UltraGCN"),
        ("EASE", "UltraGCN", "LightGCN", "GFCF"),
        ("EASE", "CEASE", "AddEASE", "MF + ImplicitSLIM"),
    ):
        looks = [plots.look(name) for name in together]
        for what in ("color", "marker", "hatch"):
            assert len({getattr(each, what) for each in looks}) == len(looks)


# ---- the idea ----


def test_each_host_marks_what_implicit_slim_writes():
    *hosts, key = plots.hosts_drawing().axes
    names = [ax.get_title() for ax in hosts]
    assert names == ["MF", "MultVAE", "RecVAE", "H+Vamp", "UltraGCN"]
    marked = [[x for x in ax.patches if x.get_hatch()] for ax in hosts]
    # Two encoders with gates: four matrices, and the decoder's. A strip an item.
    assert [len(each) for each in marked] == [1, 2, 2, 5, 4]
    patches = [patch for each in marked for patch in each]
    assert {to_hex(x.get_facecolor()).upper() for x in patches} == {PURPLE}
    assert {x.get_hatch() for x in patches} == {WRITTEN["hatch"]}
    assert "one vector an item:\nImplicitSLIM writes it" in texts(key)
    assert [x.get_hatch() for x in key.patches] == [WRITTEN["hatch"], None]


def test_each_host_says_what_is_its_own():
    hosts = plots.hosts_drawing().axes[:5]
    for ax, words in zip(
        hosts,
        ("ridge steps in turn", "variance", "three parts", "made-up users", "no net"),
        strict=True,
    ):
        assert words in texts(ax)[-1]


def test_nothing_of_the_drawing_is_cut_off():
    for ax in plots.hosts_drawing().axes:
        (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
        for box in (x.get_extents() for x in ax.patches):
            corners = ax.transData.inverted().transform(box)
            assert left - 0.1 <= corners[:, 0].min() <= corners[:, 0].max() <= right
            assert low - 0.1 <= corners[:, 1].min() <= corners[:, 1].max() <= high


# ---- priors ----

Z = np.linspace(-3, 3, 31)
FLAT = {"wide": 0.1 * np.ones(31), "narrow": np.exp(-(Z**2))}


def test_a_prior_is_its_parts_and_their_sum_on_two_scales():
    total = sum(FLAT.values())
    fig = plots.composite_prior(Z, FLAT, total, 2 * FLAT["narrow"], protocol=P)
    left, right = fig.axes
    assert fig.get_suptitle() == P
    assert (left.get_yscale(), right.get_yscale()) == ("linear", "log")
    expected = {
        **FLAT,
        "their sum, the prior p(z)": total,
        "posterior q(z | x) now": 2 * FLAT["narrow"],
    }
    assert legend(fig) == list(expected)
    for ax in fig.axes:
        for name, density in expected.items():
            np.testing.assert_array_equal(line(ax, name).get_xdata(), Z)
            np.testing.assert_array_equal(line(ax, name).get_ydata(), density)
        assert right.get_ylim()[0] == pytest.approx(total.min() / 10)
        assert len({x.get_color() for x in ax.lines}) == 4
        assert len({x.get_linestyle() for x in ax.lines}) >= 3
        assert len({x.get_marker() for x in ax.lines}) == 4


def test_a_prior_without_a_posterior():
    fig = plots.composite_prior(Z, FLAT, np.ones(31))
    assert legend(fig) == ["wide", "narrow", "their sum, the prior p(z)"]
    assert "one number z" in fig.get_suptitle()


def test_a_prior_takes_columns_of_pandas_by_position():
    parts = {"a": pd.Series(FLAT["wide"], index=range(31)[::-1])}
    fig = plots.composite_prior(pd.Series(Z), parts, pd.Series(np.ones(31)))
    np.testing.assert_array_equal(line(fig.axes[0], "a").get_ydata(), FLAT["wide"])


def test_a_prior_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match="4 parts; at most 3"):
        plots.composite_prior(Z, dict.fromkeys("abcd", Z), Z)
    with pytest.raises(ValueError, match=r"a has shape \(30,\)"):
        plots.composite_prior(Z, {"a": Z[:30]}, np.ones(31))
    with pytest.raises(ValueError, match=r"their sum.* has shape \(30,\)"):
        plots.composite_prior(Z, {"a": Z}, np.ones(30))
    with pytest.raises(ValueError, match=r"posterior.* has shape \(2, 31\)"):
        plots.composite_prior(Z, {"a": Z}, np.ones(31), np.ones((2, 31)))


@pytest.fixture
def users():
    return {"action": np.ones((3, 31)), "drama": 2 * np.ones((2, 31))}


def test_users_are_thin_lines_and_their_priors_thick_ones(users):
    made_up = np.array([Z**2, 3 * Z**2])
    fig = plots.prior_of_users(Z, users, Z + 3, 2 * Z**2, made_up, protocol=P)
    (ax,) = fig.axes
    assert ax.get_title(loc="left") == P
    assert legend(fig) == [
        "q(z | x), 3 users: action",
        "q(z | x), 2 users: drama",
        "made-up users, 2, each times 1/K",
        "prior: standard normal",
        "prior: mixture of made-up users",
    ]
    heights = [list(x.get_ydata()) for x in ax.lines[:5]]
    assert heights == 3 * [31 * [1]] + 2 * [31 * [2]]
    assert max(x.get_linewidth() for x in ax.lines[:5]) <= 1
    np.testing.assert_array_equal(ax.lines[5].get_ydata(), Z**2 / 2)
    np.testing.assert_array_equal(ax.lines[6].get_ydata(), 3 * Z**2 / 2)
    standard, mixture = ax.lines[7:]
    np.testing.assert_array_equal(standard.get_ydata(), Z + 3)
    np.testing.assert_array_equal(mixture.get_ydata(), 2 * Z**2)
    assert min(standard.get_linewidth(), mixture.get_linewidth()) >= 2
    kinds = [ax.lines[i] for i in (0, 3, 5, 7, 8)]
    assert len({x.get_color() for x in kinds}) == 5
    assert ax.lines[0].get_linestyle() != ax.lines[3].get_linestyle()


def test_users_without_those_made_up(users):
    assert len(legend(plots.prior_of_users(Z, users, Z, Z))) == 4


def test_users_refuse_what_does_not_fit(users):
    with pytest.raises(ValueError, match="3 groups of users; at most 2"):
        plots.prior_of_users(Z, {**users, "more": users["drama"]}, Z, Z)
    with pytest.raises(ValueError, match="drama has shape"):
        plots.prior_of_users(Z, {"drama": np.ones((2, 30))}, Z, Z)
    with pytest.raises(ValueError, match="made_up has shape"):
        plots.prior_of_users(Z, users, Z, Z, np.ones((2, 30)))
    with pytest.raises(ValueError, match="mixture of made-up users has shape"):
        plots.prior_of_users(Z, users, Z, Z[1:])


# ---- graph filters ----


@pytest.fixture
def spectrum():
    """Return eigenvalues in no order, most of them small, one of them none at all."""
    values = np.geomspace(1, 1e-6, 400)
    values[-1] = -1e-12
    return np.random.default_rng(0).permutation(values)


def test_responses_are_drawn_against_falling_eigenvalues(spectrum):
    filters = {"one step": spectrum, "ideal": (spectrum > 0.1) * 1.0}
    fig = plots.filter_responses(spectrum, filters, P)
    top, below = fig.axes
    assert fig.get_suptitle() == P and legend(fig) == ["one step", "ideal"]
    falling = np.sort(spectrum)[::-1]
    for name, response in (("one step", falling), ("ideal", falling > 0.1)):
        drawn = line(top, name)
        np.testing.assert_array_equal(drawn.get_ydata(), response)
        np.testing.assert_array_equal(drawn.get_xdata(), np.maximum(falling, SMALLEST))
    one, ideal = top.lines
    for what in ("color", "linestyle", "marker"):
        assert getattr(one, f"get_{what}")() != getattr(ideal, f"get_{what}")()
    assert BLUE not in {one.get_color(), ideal.get_color()}
    assert below.get_xscale() == below.get_yscale() == "log"
    assert "log scale, from 0.0001" in below.get_xlabel()


def test_the_lower_half_counts_eigenvalues_that_are_at_least_as_large(spectrum):
    _, below = plots.filter_responses(spectrum, {"h": spectrum}, P).axes
    (steps,) = below.lines
    assert steps.get_drawstyle() == "steps-post"  # x falls: a count holds from there on
    x, count = steps.get_data()
    for place in (0, 10, 200):
        assert count[place] == (spectrum >= x[place]).sum()
    assert count[-1] == 400


def test_few_of_thousands_of_points_are_marked(spectrum):
    top, _ = plots.filter_responses(spectrum, {"h": spectrum}, P).axes
    (drawn,) = top.lines
    marked = drawn.get_xdata()[drawn.get_markevery()]
    assert 5 <= len(marked) <= 12
    assert marked[0] == 1 and marked[-1] == SMALLEST
    steps = np.diff(np.log(marked))
    np.testing.assert_allclose(steps, steps.mean(), rtol=0.1)


def test_responses_that_do_not_fit_are_refused(spectrum):
    with pytest.raises(ValueError, match="6 filters; 5 can be drawn"):
        plots.filter_responses(spectrum, dict.fromkeys("abcdef", spectrum), P)
    with pytest.raises(ValueError, match="h has 3 responses to 400 eigenvalues"):
        plots.filter_responses(spectrum, {"h": spectrum[:3]}, P)


LEVELS = {"GF-CF": 0.39, "one half": 0.33, "other half": 0.38, "EASE": 0.43}


def test_a_dial_draws_the_response_of_one_filter():
    eigenvalues = np.array([1.0, 0.5, 0.2, 0.1])
    fig = plots.filter_dial(eigenvalues, 2, 0.3, LEVELS, protocol=P)
    left, _ = fig.axes
    assert fig.get_suptitle() == "k = 2, α = 0.3; some data"
    np.testing.assert_allclose(
        line(left, "the 2 largest: + α").get_xydata(), [[1, 1.3], [0.5, 0.8]]
    )
    np.testing.assert_allclose(
        line(left, "the next smaller").get_xydata(), [[0.2, 0.2], [0.1, 0.1]]
    )
    x, h = line(left, "h = eigenvalue").get_data()
    assert list(x) == list(h) == [pytest.approx(0.01), 1]
    assert left.get_xscale() == left.get_yscale() == "log"


def test_a_dial_at_its_end_has_no_smaller_eigenvalues():
    left, _ = plots.filter_dial(np.array([1, 0.5]), 2, 1, LEVELS, protocol=P).axes
    labels = [text.get_text() for text in left.get_legend().get_texts()]
    assert labels == ["h = eigenvalue", "the 2 largest: + α"]


def test_a_dial_shows_its_quality_beside_its_halves_and_ease():
    _, right = plots.filter_dial(np.ones(3), 3, 0.3, LEVELS, protocol=P).axes
    rows = rows_of(right)
    assert rows == {"other half": 0, "one half": 1, "GF-CF": 2}
    ease, *points = right.lines
    assert list(ease.get_xdata()) == [0.43, 0.43] and ease.get_color() == BLUE
    drawn = {point.get_ydata()[0]: point for point in points}
    for name, row in rows.items():
        assert list(drawn[row].get_xdata()) == [LEVELS[name]]
    assert drawn[2].get_marker() != drawn[1].get_marker() == drawn[0].get_marker()
    assert set(texts(right)) == {"EASE: 0.4300", "0.3900", "0.3300", "0.3800"}


def test_a_dials_axes_stand_still_while_it_is_turned():
    settings = {"protocol": P, "top": 10, "span": (0.3, 0.5)}
    eigenvalues = np.geomspace(1, 0.01, 9)
    limits = [
        [(ax.get_xlim(), ax.get_ylim()) for ax in fig.axes]
        for fig in (
            plots.filter_dial(eigenvalues, 2, 0.1, LEVELS, **settings),
            plots.filter_dial(eigenvalues, 9, 10, {"a": 0.35, "EASE": 0.4}, **settings),
        )
    ]
    assert limits[0][0] == limits[1][0]
    assert limits[0][1][0] == limits[1][1][0]
    assert limits[0][0][1][1] > 11


@pytest.mark.parametrize("k", [0, 4])
def test_a_dial_beyond_its_eigenvalues_is_refused(k):
    with pytest.raises(ValueError, match=f"k must be from 1 to 3, not {k}"):
        plots.filter_dial(np.ones(3), k, 1, LEVELS, protocol=P)


# ---- what it brings ----


@pytest.fixture
def gains():
    """Return a table in which the arms of a host lie a hundredth apart."""
    rows = [
        {
            "host": host,
            "arm": arm,
            "seed": seed,
            "minus_plain": (arm != "plain") * (first + place / 100 + seed / 1000),
            "minus_plain_error": 0.002,
        }
        for host, first in (("RecVAE", 0.1), ("HVamp", -0.1))
        for place, arm in enumerate(ARMS)
        for seed in range(3)
    ]
    return pd.DataFrame(rows)


def test_each_host_has_a_heading_and_a_row_an_arm(gains):
    (ax,) = plots.host_gains(gains, P).axes
    labels = [text.get_text() for text in ax.get_yticklabels()]
    arms = ["as initialiser", "as regulariser", "as both"]
    assert labels == ["RecVAE", *arms, "H+Vamp", *arms]
    assert list(ax.get_yticks()) == [7, 6, 5, 4, 3, 2, 1, 0]
    weights = [text.get_fontweight() for text in ax.get_yticklabels()]
    assert [weight == "bold" for weight in weights] == 2 * [True, False, False, False]
    assert ax.figure.get_suptitle() == P
    assert "NDCG@100 minus the plain host's" in ax.get_xlabel()


def test_each_split_is_a_marker_with_its_error(gains):
    (ax,) = plots.host_gains(gains, P).axes
    drawn = dict(zip((6, 5, 4, 2, 1, 0), ax.containers, strict=True))
    both, _, (bars,) = drawn[4]
    np.testing.assert_allclose(both.get_xdata(), [0.13, 0.131, 0.132])
    np.testing.assert_allclose(both.get_ydata().mean(), 4)
    assert np.ptp(both.get_ydata()) < 0.5 and len(set(both.get_ydata())) == 3
    ends = [segment[:, 0] for segment in bars.get_segments()]
    np.testing.assert_allclose(np.ptp(ends, axis=1), 3 * [0.004])
    for row, arm in ((6, "init"), (5, "reg"), (4, "both"), (2, "init")):
        _, color, _, marker = ARMS[arm]
        points = drawn[row][0]
        assert (points.get_color(), points.get_marker()) == (color, marker)


def test_a_bar_is_the_mean_of_the_splits(gains):
    (ax,) = plots.host_gains(gains, P).axes
    means = means_of(ax)
    assert means[4] == pytest.approx(0.131) and means[2] == pytest.approx(-0.089)
    assert len(means) == 6


def test_the_plain_host_is_the_line_at_zero(gains):
    (ax,) = plots.host_gains(gains, P).axes
    lines = [x for x in ax.lines if is_zero(x)]
    assert len(lines) == 1 and lines[0].get_color() == BLACK


def test_an_arm_that_a_host_does_not_have_has_no_row(gains):
    some = gains[(gains["host"] == "HVamp") | (gains["arm"] != "both")]
    (ax,) = plots.host_gains(some, P).axes
    labels = [text.get_text() for text in ax.get_yticklabels()]
    assert labels[:4] == ["RecVAE", "as initialiser", "as regulariser", "H+Vamp"]
    assert labels[-1] == "as both"


def test_gains_of_unknown_arms_or_of_two_datasets_are_refused(gains):
    with pytest.raises(ValueError, match="not neither"):
        plots.host_gains(gains.replace({"arm": {"both": "neither"}}), P)
    with pytest.raises(ValueError, match="nothing that differs"):
        plots.host_gains(gains[gains["arm"] == "plain"], P)
    with pytest.raises(ValueError, match="host and arm stands twice for one seed"):
        plots.host_gains(pd.concat([gains, gains]), P)


@pytest.fixture
def tags():
    models = ("EASE", "CEASE", "CEASE, shuffled", "AddEASE", "ImplicitSLIM")
    rows = [
        {
            "model": model,
            "seed": seed,
            "group": group,
            "minus_ease": scale * (place + seed / 10) / 1000,
            "minus_ease_error": scale * 0.0001,
        }
        for group, scale in (("all films", 1), ("rare films", 10))
        for place, model in enumerate(models)
        for seed in range(3)
    ]
    return pd.DataFrame(rows)


def test_tags_have_a_panel_a_group_and_a_row_a_model(tags):
    fig = plots.tags_gains(tags, P)
    left, right = fig.axes
    titles = [ax.get_title(loc="left") for ax in fig.axes]
    assert titles == ["all films", "rare films"] and fig.get_suptitle() == P
    assert rows_of(left) == {
        "CEASE": 3, "CEASE, shuffled": 2, "AddEASE": 1, "ImplicitSLIM": 0
    }  # fmt: skip
    for ax, scale in ((left, 1), (right, 10)):
        assert ax.get_ylim() == left.get_ylim()
        points, _, (bars,) = ax.containers[0]
        np.testing.assert_allclose(
            points.get_xdata(), scale * np.array([0.001, 0.0011, 0.0012])
        )
        ends = [segment[:, 0] for segment in bars.get_segments()]
        np.testing.assert_allclose(np.ptp(ends, axis=1), 3 * [scale * 0.0002])
        assert means_of(ax)[1] == pytest.approx(scale * 0.0031)
        (zero,) = (x for x in ax.lines if is_zero(x))
        assert zero.get_color() == BLUE
    assert "minus EASE's" in fig.get_supxlabel()


def test_models_with_tags_have_their_looks_and_variants_are_open(tags):
    left, _ = plots.tags_gains(tags, P).axes
    cease, shuffled, add, slim = (box[0] for box in left.containers)
    for points, name in (
        (cease, "CEASE"), (shuffled, "CEASE"), (add, "AddEASE"),
        (slim, "MF + ImplicitSLIM"),
    ):  # fmt: skip
        look = plots.look(name)
        assert (points.get_color(), points.get_marker()) == (look.color, look.marker)
    assert shuffled.get_markerfacecolor() == "white"
    assert cease.get_markerfacecolor() == cease.get_color()


def test_one_group_has_one_panel_and_a_model_may_lack_in_one(tags):
    assert len(plots.tags_gains(tags[tags["group"] == "all films"], P).axes) == 1
    lacking = tags[(tags["group"] == "all films") | (tags["model"] != "AddEASE")]
    _, right = plots.tags_gains(lacking, P).axes
    assert [len(box[0].get_xdata()) for box in right.containers] == [3, 3, 0, 3]


def test_tags_that_cannot_be_drawn_are_refused(tags):
    with pytest.raises(ValueError, match="group and model stands twice"):
        plots.tags_gains(pd.concat([tags, tags]), P)
    with pytest.raises(ValueError, match="nothing that differs"):
        plots.tags_gains(tags[tags["model"] == "EASE"], P)
    with pytest.raises(ValueError, match="'Oracle' has no look yet"):
        plots.tags_gains(tags.replace({"model": {"CEASE": "Oracle"}}), P)
