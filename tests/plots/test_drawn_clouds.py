"""Lesson 06's drawing has a cloud a user, the prior, and the price of the clouds."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import Ellipse

from recnb import plots

MU = np.array([[2.0, 0.5], [-1.0, 1.0]])
SIGMA = np.array([[0.3, 0.5], [0.4, 0.2]])
PRIOR = np.zeros((2, 2)), np.ones((2, 2))


def drawn(users=("Ann", "Ben"), **panels):
    panels = panels or {"small": (MU, SIGMA), "large": PRIOR}
    return plots.code_clouds(panels, users, protocol="p")


def ellipses(ax):
    return [patch for patch in ax.patches if isinstance(patch, Ellipse)]


def test_the_prior_is_a_dashed_circle_and_each_user_an_ellipse():
    prior, *clouds = ellipses(drawn().axes[0])
    assert prior.get_center() == (0, 0) and prior.get_linestyle() == "--"
    assert (prior.width, prior.height) == (2, 2)
    for cloud, mu, sigma in zip(clouds, MU, SIGMA, strict=True):
        assert tuple(cloud.get_center()) == tuple(mu)
        assert (cloud.width, cloud.height) == tuple(2 * sigma)


def test_each_user_has_a_marker_at_the_mean_and_all_have_the_same_axes():
    fig = drawn()
    first, second = fig.axes[0].lines
    assert [first.get_xdata()[0], first.get_ydata()[0]] == [2, 0.5]
    assert first.get_marker() != second.get_marker()
    assert [line.get_label() for line in (first, second)] == ["Ann", "Ben"]
    limits = {(*ax.get_xlim(), *ax.get_ylim()) for ax in fig.axes}
    assert len(limits) == 1 and limits.pop()[1] > 2.3
    assert fig.get_suptitle() == "p"


def test_the_window_is_a_square_that_holds_each_cloud_and_the_prior_and_little_else():
    (left, right), (low, high) = drawn().axes[0].get_xlim(), drawn().axes[0].get_ylim()
    assert right - left == pytest.approx(high - low) == pytest.approx(1.1 * 3.7)
    for mu, sigma in ((MU, SIGMA), PRIOR):
        assert (mu - sigma > (left, low)).all()
        assert (mu + sigma < (right, high)).all()


def test_the_title_has_the_mean_price():
    """KL of a normal with mean m and deviation s: (m² + s² - log s² - 1) / 2."""
    terms = MU**2 + SIGMA**2 - 2 * np.log(SIGMA) - 1
    expected = terms.sum(axis=1).mean() / 2
    titles = [ax.get_title(loc="left") for ax in drawn().axes]
    assert titles == [f"small: {expected:.2f} nats", "large: 0.00 nats"]


def test_one_panel_is_enough_and_it_can_be_drawn():
    fig = drawn(one=PRIOR)
    FigureCanvasAgg(fig).draw()
    assert len(fig.axes) == 1


@pytest.mark.parametrize("panels", [{"a": (MU, SIGMA[:1])}, {"a": (MU[:, :1],) * 2}])
def test_other_shapes_are_refused(panels):
    with pytest.raises(ValueError, match="need means and deviations of 2 x 2"):
        drawn(**panels)


def test_too_many_users_and_no_panels_are_refused():
    with pytest.raises(ValueError, match="at most 5 users"):
        drawn(users="ABCDEF", a=PRIOR)
    with pytest.raises(ValueError, match="0 panels"):
        plots.code_clouds({}, "A", protocol="p")
