"""Lesson 12's controls: complete, stopped in time, still measured so."""

import numpy as np
import pandas as pd
import pytest

from recnb.data.dot_product_task import dot_product_task
from recnb.experiments import learned_dot_controls as room
from recnb.experiments.learned_dot_controls import LEARNED_DOT_CONTROLS
from recnb.experiments.runner import is_done, results
from recnb.models.similarity import MLPSimilarity

CASE = ["d", "h", "M", "lr", "seed"]


@pytest.fixture(scope="module")
def stored():
    return results("learned_dot_controls")


def test_every_planned_case_has_its_row(stored):
    assert len(stored) == len(LEARNED_DOT_CONTROLS.cases)
    assert all(is_done(case, stored) for case in LEARNED_DOT_CONTROLS.cases)
    assert not stored.duplicated(CASE).any()


def test_each_training_has_a_peak_on_the_pairs_that_watched(stored):
    assert (stored["stopped"] == "no improvement").all()
    assert (stored["epochs"] == stored["best_epoch"] + room.PATIENCE).all()
    assert (stored["best_epoch"] > 1).all() and (stored["epochs"] < room.EPOCHS).all()


def test_stopped_early_a_net_is_never_worse_than_the_same_net_after_32_epochs(stored):
    table = room.before_and_after(d=64)
    assert {500, 1000} <= set(table.index)
    assert (table["stopped early"] < table["32 epochs"]).all()
    plain = results("learned_dot").query("d == 64 and M == 500 and pairs == 'fresh'")
    assert table.loc[500, "32 epochs"] == plain["error"].item()


def test_the_pairs_that_chose_the_epoch_are_judged_too_well(stored):
    assert (stored["error_train"] < stored["error_test"]).all()
    learned = stored[stored["error"] < 0.25]
    assert (learned["error_test"] < learned["error"]).all()
    assert set(stored["lr"]) - set(learned["lr"]) == {0.03}  # no step learns there


def test_a_training_by_epoch_ends_where_its_log_does():
    task = dot_product_task(100, 3, n_fresh=10)
    model = MLPSimilarity(epochs=3, patience=3).fit(task.train, task.test)
    table = room.by_epoch(model.log_, task)
    assert list(table.index) == [1, 2, 3]
    expected = model.log_.best - task.test.rmse(task.test.dot)
    assert table["test, after it"].min() == pytest.approx(expected)
    loss = np.sqrt(model.log_.loss[0]) - task.train.rmse(task.train.dot)
    assert table.loc[1, "train, during epoch"] == pytest.approx(loss)


def test_a_case_is_measured_by_the_rules(monkeypatch):
    monkeypatch.setattr(room, "EPOCHS", 3)
    (row,) = room.measure(d=4, h=4, M=100, lr=1e-3, seed=0)
    assert row["epochs"] == 3 and 0 < row["error"] < 0.4
    assert row["stopped"] == "finished"
    assert set(pd.Series(row).index) >= {"error", "error_test", "error_train"}
