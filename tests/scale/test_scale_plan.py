"""The planned costs are the arithmetic of the sizes, times what was measured."""

import pytest

from recnb.ground.machine import GIB, MIB
from recnb.scale import Slopes, cost_table, costs, panels

SLOPES = Slopes(
    draw=1e-6, read=1e-8, cell=1e-9, pair=1e-7, multiply=3e-7, judge=1e-8, bytes=2.5
)
SIZES = {
    "n_users": 10**6,
    "n_items": 10**5,
    "n_interactions": 2 * 10**7,
    "workers": 2,
    "pairs_a_user": 300.0,
}


def plan(**change):
    return {cost.step: cost for cost in costs(SLOPES, **SIZES | change)}


def test_each_step_by_hand():
    found = plan(L=64, test_users=1000)
    n_panels = len(panels(10**5))
    assert found["draw"].seconds == pytest.approx(20 / 2)
    assert found["read once"].seconds == pytest.approx(0.2 / 2)
    assert found["read once"].read_bytes == 5e7
    gram = found["sparse Gram matrix"]
    assert gram.passes == n_panels
    assert gram.seconds == pytest.approx((0.2 * n_panels + 30 + 5) / 2)
    assert gram.read_bytes == 5e7 * n_panels
    assert gram.matrix_bytes == 512 * MIB
    slim = found["ImplicitSLIM"]
    assert slim.seconds == pytest.approx((3 * 0.2 + 2 * 6) / 2)
    assert slim.matrix_bytes == 2 * 64 * 10**5 * 4
    assert found["judge"].seconds == pytest.approx(1 / 2)


def test_time_is_a_straight_line_in_users_and_falls_with_workers():
    none = plan(n_users=1, n_interactions=1)
    one = plan()
    ten = plan(n_users=10**7, n_interactions=2 * 10**8)
    four = plan(workers=4)
    for step in ("draw", "read once", "sparse Gram matrix", "ImplicitSLIM"):
        start = none[step].seconds
        of_one, of_ten = one[step].seconds - start, ten[step].seconds - start
        assert of_ten == pytest.approx(10 * of_one, rel=1e-5)
        assert four[step].seconds == pytest.approx(one[step].seconds / 2)
        assert four[step].read_bytes == one[step].read_bytes
        assert four[step].read_rate == pytest.approx(2 * one[step].read_rate)


def test_ten_times_the_catalogue_is_a_hundred_times_the_passes():
    small, large = plan(), plan(n_items=10**6)
    step = "sparse Gram matrix"
    assert large[step].passes == pytest.approx(100 * small[step].passes, rel=0.1)
    eightfold = plan(n_items=10**6, panel_bytes=4096 * MIB)[step]
    assert eightfold.passes == pytest.approx(large[step].passes / 8, rel=0.01)
    assert eightfold.matrix_bytes == 8 * large[step].matrix_bytes


def test_the_table_has_the_dense_matrix_beside_the_plan():
    table = cost_table(costs(SLOPES, **SIZES), 10**5).set_index("step")
    assert table.loc["dense Gram matrix", "matrix_GiB"] == pytest.approx(4e10 / GIB)
    assert table.loc["read once", "read_MiB_a_second"] == pytest.approx(5e8 / MIB)
    assert table.loc["draw", "minutes"] == pytest.approx(1 / 6)
    assert len(table) == 6


@pytest.mark.parametrize("name", [*SIZES, "L", "test_users", "panel_bytes"])
def test_sizes_are_above_zero(name):
    with pytest.raises(ValueError, match="above 0"):
        plan(**{name: 0})
