"""Users by the million: what is measured, on a small world, and what is stored."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from recnb.experiments import at_scale, results
from recnb.ground.machine import MIB
from recnb.models import gram_matrix
from recnb.scale import World, costs
from recnb.scale.engine import NOBODY_ELSE

STEPS = ["draw", "read once", "sparse Gram matrix", "ImplicitSLIM", "judge"]


# ---- the measuring ---------------------------------------------------------------


def test_the_steps_of_a_small_world(tmp_path):
    distributed = pytest.importorskip("distributed", reason="Dask is not installed")
    world = World(1000, 400, n_groups=10, users_per_block=100)
    with (
        distributed.LocalCluster(
            n_workers=1,
            threads_per_worker=1,
            processes=False,
            dashboard_address=NOBODY_ELSE,
        ) as local,
        distributed.Client(local) as client,
    ):
        rows = pd.DataFrame(at_scale.steps(world, tmp_path / "p", client))
    rows = rows.set_index("step")
    assert list(rows.index) == STEPS
    measured = rows[["seconds", "core_seconds", "worker_mib", "own_mib"]]
    assert (measured > 0).to_numpy().all()
    assert rows.loc["draw", "users"] == 1000
    assert rows.loc["read once", "users"] == 900  # the last part is set aside
    X = sparse.csr_array((1000, 400)).tolil()
    for number in range(10):
        block = world.block(number)
        X[block["user"], block["item"]] = 1
    X = X.tocsr()
    assert rows.loc["draw", "interactions"] == X.nnz
    G = gram_matrix(X[:900])
    gram = rows.loc["sparse Gram matrix"]
    assert gram["entries"] == np.count_nonzero(G)  # of so few users, one is enough
    n = X[:900].sum(axis=1)
    assert gram["pairs"] == (n * (n + 1) / 2).sum()
    assert 0 < rows.loc["judge", "n_judged"] <= 100
    assert 0.1 < rows.loc["judge", "NDCG@100"] < 1


def test_cosines_by_hand():
    X = sparse.random_array((50, 12), density=0.3, rng=np.random.default_rng(0))
    X = X.tocsr()
    X.data[:] = 1
    X = sparse.csr_array(X * (np.arange(12) != 5))  # nobody has item 5
    X.eliminate_zeros()
    found = at_scale.cosines(sparse.csr_array(X.T @ X))
    dense = X.toarray()
    lengths = np.maximum(np.linalg.norm(dense, axis=0), 1e-9)
    expected = (dense / lengths).T @ (dense / lengths)
    np.fill_diagonal(expected, 0)
    np.testing.assert_allclose(found.toarray(), expected, rtol=1e-6)
    assert (found.data != 0).all() and found.dtype == np.float32


# ---- from what was measured to what was not --------------------------------------

TRUE = {
    "draw": 7e-7,
    "read": 2e-8,
    "cell": 8e-9,
    "pair": 5e-8,
    "multiply": 3e-7,
    "judge": 1e-8,
    "bytes": 2.3,
}


def made_up():
    """Return rows in which each step takes what it should, and something more."""
    rows = []
    for n_users in (10**5, 10**6, 3 * 10**6):
        n, pairs, judged = 20 * n_users, 300 * n_users, n_users // 1000
        seconds = {
            "draw": TRUE["draw"] * n,
            "read once": TRUE["read"] * n,
            "sparse Gram matrix": 39 * TRUE["read"] * n
            + TRUE["pair"] * pairs
            + TRUE["cell"] * 5e9,
            "ImplicitSLIM": 3 * TRUE["read"] * n + 2 * TRUE["multiply"] * n + 2,
            "judge": TRUE["judge"] * at_scale.N_ITEMS * judged + 1,
        }
        about = {"users": n_users, "interactions": n, "bytes": TRUE["bytes"] * n}
        about |= {"pairs": pairs, "passes": 39, "n_judged": judged, "n_users": n_users}
        for step, s in seconds.items():
            rows.append({"workers": 1, "step": step, "core_seconds": s, **about})
            rows.append({"workers": 2, "step": step, "core_seconds": 9 * s, **about})
    return pd.DataFrame(rows)


def test_slopes_are_found_again_without_what_no_users_take():
    found = at_scale.slopes(made_up())
    for name, value in TRUE.items():
        assert getattr(found, name) == pytest.approx(value), name


def test_the_plan_is_for_histories_as_long_as_those_measured():
    rows = made_up()
    slopes = at_scale.slopes(rows)
    expected = costs(
        slopes,
        n_users=5 * 10**7,
        n_items=10**6,
        n_interactions=10**9,
        workers=16,
        pairs_a_user=300.0,
    )
    assert at_scale.planned(rows) == expected
    wider = at_scale.planned(rows, panel_bytes=4096 * MIB)
    assert wider[2].passes < expected[2].passes / 7


# ---- what is stored --------------------------------------------------------------


@pytest.fixture(scope="module")
def stored():
    return results("at_scale")


def test_every_case_has_every_step_once(stored):
    for case in at_scale.AT_SCALE.cases:
        rows = stored[
            (stored["n_users"] == case["n_users"])
            & (stored["workers"] == case["workers"])
        ]
        assert rows["step"].tolist() == STEPS
    assert len(stored) == len(STEPS) * len(at_scale.AT_SCALE.cases)


def test_the_number_of_workers_changes_nothing_that_is_found(stored):
    found = ["users", "interactions", "bytes", "pairs", "entries", "n_judged"]
    found += ["NDCG@100", "standard_error"]
    one, two = (
        stored[stored["workers"] == n].set_index(["n_users", "step"])[found]
        for n in (1, 2)
    )
    pd.testing.assert_frame_equal(one, two)


def test_no_process_takes_more_than_its_memory(stored):
    assert stored["worker_mib"].max() < 4e9 / MIB
    assert stored["own_mib"].max() < 4e9 / MIB


def test_measured_slopes_give_a_plan(stored):
    slopes = at_scale.slopes(stored)
    assert all(value > 0 for value in vars(slopes).values())
    assert 2 < slopes.bytes < 3
    plan = at_scale.planned(stored)
    assert all(cost.seconds > 0 for cost in plan)
