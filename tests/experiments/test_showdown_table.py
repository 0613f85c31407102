"""The showdown's table: who is chosen, and how kinds of items and users are counted."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from recnb.contestants import BY_NAME
from recnb.experiments import showdown_table as table
from recnb.experiments.showdown import split_of
from recnb.experiments.showdown_summary import per_user
from recnb.models import EASE


class Listed:
    """Recommends the lists that it is handed."""

    def __init__(self, lists):
        self.lists = np.array(lists)

    def recommend(self, history, k):
        return self.lists


@pytest.fixture
def searched(monkeypatch):
    """Three stored trials of EASE that ended, and one that did not."""
    rows = {"trial": [0, 1, 2, 3, 4], "val": [0.3, np.nan, 0.5, 0.4, 0.2]}
    stored = pd.DataFrame(rows).assign(dataset="simulated", model="EASE")
    monkeypatch.setattr(table, "results", lambda name: stored)


def test_the_settings_are_those_of_the_best_trial_on_validation(searched):
    assert table.best_settings("simulated", "EASE") == BY_NAME["EASE"].draw(2)


def test_without_a_search_there_are_no_settings(searched):
    with pytest.raises(ValueError, match="run the search first"):
        table.best_settings("simulated", "SLIM")


def test_items_are_classed_by_their_share_of_the_likes():
    likes = [
        1,
        5,
        2,
        2,
    ]  # of ten: item 1 has the first half, items 2 and 3 the next 40%
    X = sparse.csr_array(np.arange(5)[:, None] < likes).astype(float)
    assert table.classes(X).tolist() == [2, 0, 1, 1]


def test_found_by_class_counts_hidden_items():
    heldout = sparse.csr_array([[1, 1, 0, 0], [0, 1, 0, 1.0]])
    two = {"users": np.arange(2), "history": sparse.csr_array((2, 4))}
    group = replace(split_of("simulated", 0).test, heldout=heldout, **two)
    lists = Listed([[0, 2, -1], [1, 3, 0]])
    found = table.by_popularity(lists, group, np.array([0, 0, 1, 2]))
    assert found["found_head"] == pytest.approx(2 / 3)  # 0 and one of the two 1s
    assert np.isnan(found["found_middle"])  # item 2 is hidden from nobody
    assert found["found_tail"] == 1


def test_numbers_kept_are_those_that_are_not_zero():
    split = split_of("simulated", 0)
    ease = EASE(l2=100).fit(split.train)
    n = split.train.shape[1]
    assert table.numbers_kept(ease) == pytest.approx(n * (n - 1), rel=0.01)
    net = BY_NAME["MultDAE"].build(**BY_NAME["MultDAE"].draw(0))
    net.set_params(epochs=1).fit(split.train)
    kept = sum(each.numel() for each in net.module_.parameters())
    assert table.numbers_kept(net) == kept


def test_a_model_is_fitted_anew_on_each_split(searched):
    split = split_of("simulated", 1)
    fitted, settings, seconds = table.fitted_anew("simulated", 1, "EASE")
    again, H = EASE(**settings).fit(split.train), split.val.history
    np.testing.assert_allclose(fitted.predict(H), again.predict(H), atol=1e-4)
    assert seconds > 0
    assert fitted.l2 == settings["l2"]


def test_a_row_tells_quality_kinds_time_and_size(searched):
    row = table.measured("simulated", 0, "EASE")
    values = per_user(row)
    assert np.nanmean(values) == pytest.approx(row["NDCG@100"], abs=5e-4)
    lengths = [row[f"NDCG_{name}"] for name in table.LENGTHS]
    assert np.mean(lengths) == pytest.approx(row["NDCG@100"], abs=5e-3)
    assert row["found_head"] > row["found_tail"]
    assert row["coverage@100"] > 0
    assert row["numbers"] > 0
    assert row["memory_mib"] > 50
    assert json.loads(row["settings"]) == table.best_settings("simulated", "EASE")


def test_if_the_training_diverges_it_is_said(searched, monkeypatch):
    monkeypatch.setattr(table, "fit", lambda model, split: False)
    with pytest.raises(ValueError, match="diverges on split 0"):
        table.fitted_anew("simulated", 0, "EASE")
