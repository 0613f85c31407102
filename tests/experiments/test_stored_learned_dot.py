"""Lesson 12's results: complete, possible, still measured so; what they must show."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from recnb.data.dot_product_task import RMSE_ZERO, SIGMA_LABEL
from recnb.experiments import learned_dot, serving
from recnb.experiments.learned_dot import (
    LEARNED_DOT,
    users_for_twice_the_length,
    users_needed,
)
from recnb.experiments.runner import is_done, results
from recnb.experiments.serving import SERVING
from recnb.models.retrieval import n_cells

CASE = ["d", "h", "M", "seed"]


@pytest.fixture(scope="module")
def learned():
    return results("learned_dot")


@pytest.fixture(scope="module")
def served():
    return results("serving")


def test_every_planned_case_has_its_three_rows(learned):
    planned = {tuple(case[name] for name in CASE) for case in LEARNED_DOT.cases}
    assert len(planned) == len(LEARNED_DOT.cases)
    parts = learned.groupby(CASE)["pairs"].agg(list)
    assert set(parts.index) == planned
    assert all(found == list(learned_dot.PARTS) for found in parts)


def test_the_fixed_points_are_those_of_the_formula(learned):
    exams = learned[learned["pairs"] != "train"]
    assert (exams["rmse_dot"] - SIGMA_LABEL).abs().max() < 0.025
    assert (exams["rmse_zero"] - RMSE_ZERO).abs().max() < 0.03
    gaps = learned["rmse"] - learned["rmse_dot"]
    np.testing.assert_allclose(learned["error"], gaps, atol=1e-5)


def test_no_net_beats_the_dot_product_in_an_exam(learned):
    assert (learned.loc[learned["pairs"] != "train", "error"] > 0).all()


def test_the_number_of_weights_follows_from_the_layers(learned):
    d, h = learned["d"], learned["h"]
    weights = 8 * d * h + 8 * h**2 + 2 * h**2 + h
    assert (learned["n_weights"] == weights + 7 * h + 1).all()


def test_more_data_helps_and_longer_embeddings_hurt(learned):
    fresh = learned.query("pairs == 'fresh' and d == h")
    error = fresh.pivot_table("error", "d", "M")
    assert not (error.diff(axis=1) >= 0).any(axis=None)
    assert not (error.diff(axis=0) <= 0).any(axis=None)


def test_a_stored_net_is_trained_again(learned):
    case = {"d": 8, "h": 8, "M": 500, "seed": 0}
    for row in learned_dot.measure(**case):
        stored = learned.query(
            "d == 8 and h == 8 and M == 500 and seed == 0 and pairs == @row['pairs']"
        )
        for name in ("rmse_dot", "rmse_zero"):
            assert row[name] == pytest.approx(stored[name].item(), abs=1e-5)
        # Another number of threads adds up in another order, 5,600 steps long.
        assert row["error"] == pytest.approx(stored["error"].item(), abs=0.006)


def test_the_users_that_an_error_takes_are_read_off_log_scales():
    errors = pd.Series({500: 0.4, 2000: 0.1, 8000: 0.05})
    assert users_needed(errors, 0.2) == pytest.approx(1000)
    assert users_needed(errors, 0.1) == pytest.approx(2000)
    assert np.isnan(users_needed(errors, 0.5)) and np.isnan(users_needed(errors, 0.01))


def test_twice_the_length_is_compared_where_both_are_on_the_grid():
    short = {500: 0.4, 1000: 0.2, 2000: 0.1, 4000: 0.05}
    long = {500: 1.6, 1000: 0.8, 2000: 0.4, 4000: 0.2}
    errors = pd.DataFrame({8: short, 16: long}).T
    found = users_for_twice_the_length(errors, [0.4, 0.2, 0.1])
    assert found == pytest.approx([4, 4])


def test_every_search_was_timed_at_every_effort(served):
    assert all(is_done(case, served) for case in SERVING.cases)
    found = served.groupby(["d", "n", "kind", "method"])["effort"].agg(list).to_dict()
    planned = {
        (d, n, kind, method): [
            sum(setting.values()) for setting in serving.efforts(method, n)
        ]
        for d, n in (case.values() for case in SERVING.cases)
        for kind in serving.kinds(d, n)
        for method in serving.methods(kind, d, n)
    }
    assert found == planned


def test_times_and_recalls_are_possible(served):
    assert (served["mib"] > 0).all() and (served["ms_low"] > 0).all()
    assert (served["ms_low"] <= served["ms"]).all()
    assert (served["ms"] <= served["ms_high"]).all()
    at_least, at_most = (serving.ROUNDS * n for n in (serving.LEAST, serving.N_QUERIES))
    assert served["n_queries"].between(at_least, at_most).all()
    exact = served[served["method"] == "exact"]
    assert (exact["recall"] == 1).all()
    found = served[served["method"].isin(["IVF", "HNSW"])]
    assert found["recall"].between(0, 1).all()
    for _, rows in found.groupby(["kind", "n", "method"]):
        assert (rows.sort_values("effort")["recall"].diff().dropna() > -0.005).all()


def test_the_stored_times_grow_as_the_theory_has_it(served):
    """Generously: a slope is measured on one machine, and memory has its own laws."""
    rows = served.query("kind == 'gaussian' and d == 64 and n >= 10_000")

    def slope(method, effort):
        times = rows.query("method == @method and effort == @effort")
        return np.polyfit(np.log(times["n"]), np.log(times["ms"]), 1)[0]

    assert 0.8 < slope("MLP", 0) < 1.2 and 0.8 < slope("exact", 0) < 1.5
    assert slope("IVF", 16) < 0.7
    times = served.query("n == 100_000 and effort == 0 and kind == 'gaussian'")
    ratio = times.pivot_table("ms", "d", "method").eval("MLP / exact")
    assert ratio[256] > 2 * ratio[16] > 50


def test_what_a_recall_takes_is_read_between_two_efforts():
    rows = {"effort": [4, 1, 2], "recall": [0.95, 0.5, 0.85], "ms": [4.0, 1.0, 2.0]}
    rows = pd.DataFrame(rows)
    assert serving.at_recall(rows) == pytest.approx(np.sqrt(8))  # half way, in logs
    assert serving.at_recall(rows, "effort", least=0.5) == pytest.approx(1)
    assert np.isnan(serving.at_recall(rows, least=0.99))


def test_the_table_holds_what_each_catalogue_takes(served):
    rows = served.query("method == 'IVF' and d == 64 and n != 3706")
    table = serving.table_at_recall(rows, "effort")
    assert list(table.index) == list(serving.CATALOGUES)
    assert list(table) == ["gaussian", "shaped"]
    one = rows.query("n == 10_000 and kind == 'shaped'")
    assert table.loc[10_000, "shaped"] == serving.at_recall(one, "effort")


def test_the_same_effort_finds_more_among_the_real_items_than_among_shaped_ones(served):
    rows = served.query("n == 3706 and effort == 16")
    found = rows.pivot_table("recall", "method", "kind")
    assert list(found.index) == ["HNSW", "IVF"]
    assert (found["ncf-ml-1m"] > found["shaped"]).all()


def once_measured(kind, n, monkeypatch):
    """Measure one kind's indexes by one round; return recalls by method and effort."""
    monkeypatch.setattr(serving, "ROUNDS", 1)
    monkeypatch.setattr(serving, "kinds", lambda d, n: (kind,))
    monkeypatch.setattr(serving, "methods", lambda kind, d, n: ["exact", "IVF", "HNSW"])
    rows = pd.DataFrame(serving.measure(64, n))
    assert (rows["n_queries"] == serving.N_QUERIES).all()
    return rows.set_index(["method", "effort"])["recall"]


def stored_recalls(served, kind, n):
    rows = served.query("kind == @kind and n == @n and d == 64 and method != 'MLP'")
    return rows.set_index(["method", "effort"])["recall"]


def test_a_recall_is_measured_again(served, monkeypatch):
    again = once_measured("gaussian", 1000, monkeypatch)
    stored = stored_recalls(served, "gaussian", 1000)
    pd.testing.assert_series_equal(again, stored, atol=0.01, rtol=0)


@pytest.mark.real_data
def test_the_embeddings_of_the_real_catalogue_are_the_same(served, monkeypatch):
    again = once_measured(serving.REAL, serving.N_REAL, monkeypatch)
    stored = stored_recalls(served, serving.REAL, serving.N_REAL)
    pd.testing.assert_series_equal(again, stored, atol=0.01, rtol=0)


def test_factors_come_closest_in_dot_products():
    X = np.random.default_rng(0).integers(0, 2, size=(40, 30)).astype(float)

    P, Q = serving.factors(sparse.csr_array(X), 5)
    U, s, Vt = np.linalg.svd(X)
    best = (U[:, :5] * s[:5]) @ Vt[:5]
    np.testing.assert_allclose(P @ Q.T, best, atol=0.05)
    norms = np.linalg.norm(P, axis=0), np.linalg.norm(Q, axis=0)
    np.testing.assert_allclose(*norms, rtol=1e-4)


class Counting:
    """A search that finds the first k items, and counts its queries."""

    def __init__(self):
        self.n, self.asked = 0, []

    def set_params(self, **setting):
        self.asked.append(setting)

    def search(self, p, k):
        self.n += 1
        return np.arange(k)


def test_slow_searches_answer_fewer_users_but_five_at_least():
    users = np.zeros((20, 3))
    times, lists = serving.answered(Counting(), users, longest=0.0)
    assert len(lists) == len(times) == serving.LEAST and min(times) > 0
    assert len(serving.timed(Counting(), users)[1]) == 20


def test_the_clock_counts_no_query_that_warms_up(monkeypatch):
    users, search = np.zeros((20, 3)), Counting()
    times, _ = serving.answered(search, users)
    assert search.n == serving.WARM_UPS + 20 and len(times) == 20
    monkeypatch.setattr(serving, "LONGEST_WARM_UP", -1.0)
    impatient = Counting()
    serving.answered(impatient, users)
    assert impatient.n == 1 + 20


def test_a_search_is_judged_by_its_time_and_by_what_it_finds():
    truth = [np.arange(10)] * 10 + [np.arange(5, 15)] * 10
    ms, found = serving.judged(Counting(), np.zeros((20, 3)), truth)
    assert ms > 0 and found == 0.75


def test_a_run_pools_its_rounds_and_stops_where_the_true_lists_do():
    run = serving.Run(Counting(), {"nprobe": 7}, np.zeros((20, 3)), {"kind": "k"})
    run.once_more()
    run.once_more()
    assert run.search.asked == [{"nprobe": 7}] * 2
    row = run.row([np.arange(5, 15)] * 6)  # half of each list is right
    assert row["recall"] == 0.5 and row["effort"] == 7 and row["kind"] == "k"
    assert row["n_queries"] == 40
    assert 0 < row["ms_low"] <= row["ms"] <= row["ms_high"]


def test_efforts_end_with_all_cells():
    for n in serving.CATALOGUES:
        cells = [setting["nprobe"] for setting in serving.efforts("IVF", n)]
        assert cells == sorted(set(cells)) and cells[-1] == n_cells(n)
        assert 16 in cells
    assert serving.efforts("exact", 1000) == serving.efforts("MLP", 1000) == [{}]


def test_only_gaussian_embeddings_have_any_length():
    with pytest.raises(ValueError, match="Only Gaussian"):
        serving.draw("shaped", 16, 1000)
