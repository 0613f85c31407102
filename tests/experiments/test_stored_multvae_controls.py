"""Lesson 06's controls: complete, possible, still measured so; and their helpers."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest

import recnb
from recnb.data import Interactions
from recnb.evaluation import strong_generalization
from recnb.experiments import multvae_controls as controls
from recnb.experiments.multvae_controls import MULTVAE_LONGER, MULTVAE_SIZE
from recnb.experiments.runner import results

METRICS = ("val", "NDCG@100", "min-recall@20", "min-recall@50")


def keys(table, columns):
    return Counter(table[list(columns)].itertuples(index=False, name=None))


@pytest.fixture(scope="module")
def longer():
    return results("multvae_longer")


@pytest.fixture(scope="module")
def sizes():
    return results("multvae_size")


# ---- more epochs ----


def test_every_split_is_there_once(longer):
    expected = Counter(tuple(case.values()) for case in MULTVAE_LONGER.cases)
    assert keys(longer, MULTVAE_LONGER.cases[0]) == expected


def test_longer_trainings_are_possible_and_end_before_their_limit(longer):
    for name in METRICS:
        assert longer[name].between(0, 1).all(), name
    waited = controls.LONGER["epochs"] - controls.LONGER["patience"]
    assert longer["epochs"].between(1, waited).all()
    for name in ("error", "minus_ease_error"):
        assert longer[name].between(1e-3, 0.05).all()


def test_it_is_the_net_of_the_table_and_its_ease():
    longer = results("multvae_longer").set_index(["dataset", "seed"])
    table = results("multvae").set_index(["dataset", "seed"])
    logistic = table.query("model == 'VAE' and likelihood == 'logistic'")
    assert (longer["settings"] == logistic["settings"][longer.index]).all()
    ease = table.query("model == 'EASE'")["NDCG@100"][longer.index]
    implied = longer["NDCG@100"] - longer["minus_ease"]
    np.testing.assert_allclose(implied, ease, atol=1e-3)


def test_the_first_epochs_lead_where_the_table_was(monkeypatch):
    """With the table's limits, the measurement is that of the table."""
    limits = {**controls.LONGER, "epochs": 100, "patience": 8}
    monkeypatch.setattr(controls, "LONGER", limits)
    (row,) = controls.measure_longer("simulated", 0)
    stored = results("multvae").query(
        "dataset == 'simulated' and seed == 0 and model == 'VAE' "
        "and likelihood == 'logistic'"
    )
    (expected,) = stored.to_dict("records")
    for name in (*METRICS, "minus_ease"):
        assert row[name] == pytest.approx(expected[name], abs=5e-3)


# ---- less data ----


def test_every_size_is_there_once(sizes):
    expected = Counter(tuple(case.values()) for case in MULTVAE_SIZE.cases)
    assert keys(sizes, MULTVAE_SIZE.cases[0]) == expected


def test_sizes_are_those_of_the_shares(sizes):
    for _, one in sizes.groupby(["dataset", "seed"]):
        whole = one.query("share == 1").iloc[0]
        taken = one.query("taken == 'users'")
        assert (taken["users"] == (whole["users"] * taken["share"]).round()).all()
        assert (taken["films"] == whole["films"]).all()
        fewer = one.query("taken == 'films'")
        # Ties keep a few films more; films without a like of a training user go.
        ratio = fewer["films"] / (whole["films"] * fewer["share"])
        assert ratio.between(0.99, 1.15).all()


def test_leads_are_possible_and_differences_of_what_they_compare(sizes):
    np.testing.assert_allclose(
        sizes["lead"], sizes["logistic"] - sizes["multinomial"], atol=3e-6
    )
    for name in ("logistic", "multinomial", "logistic_val", "multinomial_val"):
        assert sizes[name].between(0, 1).all()
    for name in ("logistic_epochs", "multinomial_epochs"):
        assert sizes[name].between(1, controls.MOST_EPOCHS - 1).all()
    assert sizes["lead_error"].between(5e-4, 0.02).all()


def test_a_small_size_is_measured_again(sizes):
    case = {"dataset": "simulated", "seed": 0, "taken": "films", "share": 0.125}
    (row,) = controls.measure_size(**case)
    matches = (sizes[name] == value for name, value in case.items())
    (expected,) = sizes[np.logical_and.reduce([*matches])].to_dict("records")
    for name in ("users", "films"):
        assert row[name] == expected[name]
    for name in ("logistic", "multinomial"):
        assert row[name] == pytest.approx(expected[name], abs=5e-3)


# ---- the helpers, on little data ----


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(7)
    pairs = rng.permutation(80 * 60)[:1500]
    return Interactions(
        name="toy",
        users=pairs // 60,
        items=pairs % 60,
        ratings=np.full(len(pairs), 5.0),
        user_ids=np.arange(80),
        item_table=pd.DataFrame({"title": [f"film {j}" for j in range(60)]}),
    )


def test_with_fewer_users_the_exam_stays(data):
    split = strong_generalization(data, seed=0)
    half = controls.with_fewer_users(split, 0.5, seed=3)
    n = round(0.5 * split.train.shape[0])
    assert half.train.shape == (n, split.train.shape[1])
    rows = [list(split.train_users).index(user) for user in half.train_users]
    assert len(set(rows)) == n
    assert (half.train != split.train[rows]).nnz == 0
    assert half.test is split.test and half.val is split.val
    again = controls.with_fewer_users(split, 0.5, seed=3)
    assert list(again.train_users) == list(half.train_users)
    other = controls.with_fewer_users(split, 0.5, seed=4)
    assert list(other.train_users) != list(half.train_users)


def test_with_fewer_films_those_with_most_ratings_stay(data):
    fewer = controls.with_fewer_films(data, 0.25)
    counts = np.sort(np.bincount(data.items))[::-1]
    kept = np.bincount(fewer.items)
    assert len(kept) >= 15 and kept.min() >= counts[14]
    assert len(kept) == (counts >= counts[14]).sum()


def test_batches_shrink_with_the_users_and_not_with_the_films(data, monkeypatch):
    monkeypatch.setattr(recnb, "load", lambda _: data)
    monkeypatch.setattr(controls, "MOST_EPOCHS", 1)
    sizes = []

    class Listening(controls.MultDAE):
        def fit(self, *arguments):
            sizes.append(self.batch_size)
            return super().fit(*arguments)

    monkeypatch.setattr(controls, "MultDAE", Listening)
    (row,) = controls.measure_size("any", 0, "users", 0.25)
    assert row["users"] == 15 and row["logistic_epochs"] == 1
    controls.measure_size("any", 0, "films", 0.5)
    assert sizes == [32, 32, 128, 128]


def test_ease_has_the_penalty_that_was_chosen():
    split = strong_generalization(recnb.load("simulated"), seed=1)
    ease = controls.chosen_ease("simulated", 1, split)
    assert ease.settings == {"l2": 50} and ease.model.l2 == 50
