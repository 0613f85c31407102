"""What lesson 16's lists are timed with, on the simulated data."""

import numpy as np
import pytest

from recnb.experiments import scale_serving
from recnb.experiments.alone import ProcessEndedError


@pytest.fixture(autouse=True)
def one_process(monkeypatch):
    monkeypatch.setattr(scale_serving, "alone", lambda served, *case: served(*case))


@pytest.mark.parametrize(
    ("model", "form"),
    [("dense weights", "drawn"), ("SparseEASE", "threshold 0.8"), ("LRR", "IVF index")],
)
def test_each_number_of_users_is_a_row(model, form):
    rows = scale_serving.measure("simulated", model, form)
    assert [row["n_users"] for row in rows] == [500, 1000]
    for row in rows:
        assert row["users_a_second"] == row["n_users"] / row["cpu_seconds"] > 0
        assert row["refused"] == ""
    if model == "LRR":
        assert 0.3 < rows[0]["found"] < 1
    else:
        assert 0 < rows[0]["density"] < 1


def test_the_exact_index_finds_all():
    X = scale_serving.likes("simulated")
    _, facts = scale_serving.fitted(X, "LRR", "exact index")
    assert facts["found"] == 1
    found = np.array([[3, 1, -1], [2, 5, 6]])
    assert scale_serving.shared(found, np.array([[1, 2, 3], [6, 5, -1]])) == 4 / 5


def test_users_are_repeated_only_where_there_are_too_few():
    X = scale_serving.likes("simulated")
    some = scale_serving.histories(X, 50)
    assert some.shape == (50, X.shape[1])
    many = scale_serving.histories(X, 2 * X.shape[0])
    assert many.shape[0] == 2 * X.shape[0]
    assert np.diff(many.indptr).min() > 0


def test_the_generated_world_has_as_many_people_as_are_listed(monkeypatch):
    monkeypatch.setitem(scale_serving.N_USERS, "world", (100, 15_000))
    monkeypatch.setattr(scale_serving, "WORLD_ITEMS", 2000)
    X = scale_serving.likes.__wrapped__("world")
    assert X.shape == (15_000, 2000)
    assert np.diff(X.indptr).min() > 0 and set(X.data) == {1}


def test_what_does_not_fit_is_a_row_with_the_words(monkeypatch):
    def fail(*_):
        raise ProcessEndedError("It ended.")

    monkeypatch.setattr(scale_serving, "alone", fail)
    assert scale_serving.measure("world", "LRR", "exact index") == [
        {"refused": "It ended."}
    ]


def test_dense_weights_are_measured_where_they_fit():
    cases = scale_serving.cases()
    assert {c["dataset"] for c in cases if c["model"] == "dense weights"} == {
        "simulated",
        "gowalla",
    }
    assert len({tuple(case.values()) for case in cases}) == len(cases)
