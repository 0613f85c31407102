"""What lesson 16's models are measured with, on small matrices."""

import json
import math
import os
import time

import numpy as np
import pytest

import recnb
from recnb.evaluation import evaluate, strong_generalization
from recnb.experiments import alone, scale_cost, scale_quality, scale_update
from recnb.models import EASE, SparseEASE

MIB = 2**20


def test_a_process_of_its_own_answers_raises_or_is_said_to_have_ended():
    assert alone.alone(math.factorial, 5) == 120
    assert alone.alone(os.getpid) != os.getpid()
    with pytest.raises(ValueError, match="not defined"):
        alone.alone(math.factorial, -1)
    with pytest.raises(alone.ProcessEndedError, match="without an exception"):
        alone.alone(os._exit, 3)


def test_memory_is_what_an_action_holds_at_once_and_gives_back():
    def at_once():
        first = np.ones(64 * MIB // 8)
        second = np.ones(64 * MIB // 8)
        time.sleep(0.1)
        return float(first[0] + second[0])

    result, use = alone.used(at_once)
    assert result == 2
    assert use["mib"] == pytest.approx(128, abs=8)
    assert use["seconds"] > 0.1
    assert 0 < use["cpu_seconds"] < 10


def test_pages_of_a_file_are_no_memory_of_the_process(tmp_path):
    np.save(tmp_path / "a.npy", np.ones(64 * MIB // 8))
    total, use = alone.used(
        lambda: float(np.load(tmp_path / "a.npy", mmap_mode="r").sum())
    )
    assert total == 64 * MIB // 8
    assert use["mib"] < 16


def test_the_clock_stops_when_an_action_fails():
    with pytest.raises(ZeroDivisionError):
        alone.used(lambda: 1 / 0)


def test_each_size_has_ease_its_parts_and_ease_on_a_disk():
    rows = {row["what"]: row for row in scale_cost.measure(400)}
    assert list(rows) == ["XᵀX", "inverse", "EASE", "EASE on a disk"]
    for row in rows.values():
        assert row["refused"] == ""
        assert row["seconds"] > 0
        assert row["pairs"] == scale_cost.drawn(400).nnz


def test_ease_s_memory_is_one_matrix():
    # In a process of its own: here, memory that other tests gave back is taken again.
    found = alone.alone(scale_cost.in_memory, 3000)
    rows = {row["what"]: row for row in found}
    matrix = 4 * 3000**2 / MIB
    assert matrix < rows["EASE"]["mib"] < 3 * matrix
    assert rows["inverse"]["mib"] < matrix / 2


@pytest.mark.parametrize(
    "error", [MemoryError("It needs 37 GiB."), alone.ProcessEndedError("It ended.")]
)
def test_what_does_not_fit_is_a_row_with_the_words(error, monkeypatch):
    def fail(*_):
        raise error

    monkeypatch.setattr(scale_cost, "alone", fail)
    rows = scale_cost.measure(10)
    assert [row["what"] for row in rows] == ["EASE", "EASE on a disk"]
    assert {row["refused"] for row in rows} == {str(error)}
    monkeypatch.setattr(scale_quality, "alone", fail)
    [row] = scale_quality.measure("simulated", "LRR", "L 16")
    assert row["refused"] == str(error)
    assert row["n_tried"] == len(scale_quality.L2["simulated"]["LRR"])


def test_new_users_are_taken_in_as_if_they_had_always_been_there():
    [row] = scale_update.measure("simulated", 10, 3)
    assert (
        row["n_items"] == strong_generalization(recnb.load("simulated")).train.shape[1]
    )
    assert 0 < row["fit_error"] < 1e-4
    assert 0 < row["update_error"] < 1e-4
    assert row["update NDCG@100"] == pytest.approx(row["fit NDCG@100"], abs=1e-3)
    assert row["update_seconds"] > 0 < row["fit_seconds"]


def test_the_penalty_that_suits_validation_users_is_judged_on_test():
    form = "threshold 0.8, r 0.5"
    [row] = scale_quality.measure("simulated", "SparseEASE", form)
    split = strong_generalization(recnb.load("simulated"))
    settings = {"threshold": 0.8, "r": 0.5}
    scores = {}
    for l2 in scale_quality.L2["simulated"]["SparseEASE"]:
        model = SparseEASE(float(l2), **settings).fit(split.train)
        scores[l2] = evaluate(model, split.val, ["NDCG@20"]).metrics["NDCG@20"]
    best = max(scores, key=scores.get)
    assert json.loads(row["settings"]) == {"l2": best, **settings}
    assert row["val"] == scores[best]
    assert row["n_tried"] == len(scores)
    model = SparseEASE(float(best), **settings).fit(split.train)
    assert row["density"] == model.weights_.nnz / model.n_items_**2
    assert row["n_blocks"] == model.n_blocks_
    found = evaluate(model, split.test, scale_quality.METRICS)
    for metric in scale_quality.METRICS:
        assert row[metric] == pytest.approx(found.metrics[metric], abs=1e-6)


def test_ease_on_a_disk_has_ease_s_penalty_and_quality():
    rows = [
        scale_quality.measure("simulated", m, "dense")
        for m in scale_quality.MODELS
        if m.startswith("EASE")
    ]
    [memory], [disk] = rows
    assert memory["settings"] == disk["settings"]
    assert memory["NDCG@100"] == pytest.approx(disk["NDCG@100"], abs=1e-4)
    n = EASE(10).fit(scale_quality.split("simulated").train).n_items_
    assert memory["density"] == disk["density"] == (n - 1) / n
