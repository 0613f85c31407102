"""The committed results of rating models: complete, possible, and still measured so."""

import json
from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

import recnb
from recnb.evaluation import evaluate, rating_holdout
from recnb.experiments import (
    EXPERIMENTS,
    autorec,
    autorec_edges,
    autorec_films,
    autorec_inputs,
    autorec_leak,
    autorec_pairs,
)
from recnb.experiments.rating_tuning import baseline
from recnb.experiments.runner import results

#: Experiments whose rows come from `rating_tuning`.
TUNED = (
    "autorec",
    "autorec_edges",
    "autorec_films",
    "autorec_hidden",
    "autorec_pairs",
    "autorec_rows",
    "deeprec",
)
#: Of these, how many settings a case tries.
AUTOREC = tuple(name for name in TUNED if name != "deeprec")
ONLY_TUNED = ("val", "RMSE_81", "seconds", "seconds_all")


def n_tried(case):
    if set(case) == {"dataset", "seed", "hidden"}:
        return len(autorec.LR_OF_WIDTHS)
    if set(case) == {"dataset", "seed"}:
        return len(autorec_edges.SMALLER_L2[case["dataset"]])
    if "opinion_pairs" in case:
        return len(autorec_pairs.L2[case["kind"]])
    kind = case.get("kind", "item")
    return 1 if kind == "-" else len(autorec.L2[case["dataset"]][kind])


def is_baseline(stored):
    return stored["epochs"] == 0


@pytest.mark.parametrize("name", AUTOREC)
def test_every_case_is_there_once_with_all_its_settings_tried(name):
    cases = EXPERIMENTS[name].cases
    columns = list(cases[0])
    expected = Counter((*case.values(), n_tried(case)) for case in cases)
    stored = results(name)
    rows = stored[[*columns, "n_tried"]].itertuples(index=False, name=None)
    assert Counter(rows) == expected


@pytest.mark.parametrize("name", TUNED)
def test_nothing_is_missing_and_everything_is_possible(name):
    stored = results(name)
    simple = is_baseline(stored)
    assert stored.drop(columns=[*ONLY_TUNED]).notna().all(axis=None)
    assert stored.loc[~simple, list(ONLY_TUNED)].notna().all(axis=None)
    assert stored.loc[simple, list(ONLY_TUNED)].isna().all(axis=None)
    assert stored["RMSE"].between(0.6, 1.3).all()
    assert (stored["MAE"] < stored["RMSE"]).all()
    assert stored["error"].between(0.001, 0.1).all()
    for row in stored.to_dict("records"):
        assert row["protocol"].startswith(row["dataset"])
        assert "rating holdout" in row["protocol"]
        assert f"seed {row['seed']}, test users" in row["protocol"]


def test_test_errors_are_near_the_validation_errors():
    stored = results("autorec")
    stored = stored[~is_baseline(stored)]
    assert (stored["RMSE_81"] - stored["val"]).abs().max() < 0.02
    assert (stored["RMSE"] - stored["RMSE_81"]).abs().max() < 0.03


def test_the_targets_of_the_lesson_are_reached():
    means = (
        results("autorec")
        .query("output == 'identity' and hidden == 'sigmoid' and dataset == 'ml-1m'")
        .groupby("kind")["RMSE"]
        .agg(["mean", "count"])
    )
    assert means.loc["item", "mean"] <= 0.835
    assert means.loc["user", "mean"] <= 0.88
    assert (means["count"] == 5).all()


@pytest.mark.parametrize(
    ("name", "share", "fewer"),
    [
        ("autorec_rows", "users_kept", autorec.fewer_users),
        ("autorec_films", "films_kept", autorec_films.fewer_films),
    ],
)
def test_rows_are_as_long_as_it_says(name, share, fewer):
    stored, data = results(name), recnb.load("simulated")
    for row in stored.query("dataset == 'simulated'").to_dict("records"):
        part = fewer(data, row[share], row["seed"])
        n_rows = part.n_items if row["kind"] == "item" else part.n_users
        assert row["ratings_per_row"] == pytest.approx(len(part) / n_rows, rel=1e-4)


REAL = pytest.param("ml-1m", marks=pytest.mark.real_data)


def net_of(row, trials):
    """Return the untrained net of a stored row, for as many epochs."""
    settings = json.loads(row["settings"])
    (net,) = (t.model for t in trials if dict(t.settings) == settings)
    return clone(net).set_params(epochs=row["epochs"])


@pytest.mark.parametrize("dataset", ["simulated", REAL])
@pytest.mark.parametrize("kind", ["user", "item"])
def test_a_stored_net_trained_again_reaches_the_stored_error(dataset, kind):
    (row,) = (
        results("autorec")
        .query("dataset == @dataset and seed == 0 and kind == @kind")
        .query("output == 'identity' and hidden == 'sigmoid'")
        .to_dict("records")
    )
    net = net_of(row, autorec.trials(dataset, kind, "identity", "sigmoid"))
    split = rating_holdout(recnb.load(dataset), val_share=0, seed=0)
    found = evaluate(net.fit(split.train), split.test)
    assert found.metrics["RMSE"] == pytest.approx(row["RMSE"], abs=3e-3)
    assert found.metrics["MAE"] == pytest.approx(row["MAE"], abs=3e-3)


@pytest.mark.parametrize(
    ("name", "share", "fewer"),
    [
        ("autorec_rows", "users_kept", autorec.fewer_users),
        ("autorec_films", "films_kept", autorec_films.fewer_films),
    ],
)
def test_a_net_on_a_tenth_of_the_data_reaches_the_stored_error(name, share, fewer):
    (row,) = (
        results(name)
        .query(f"dataset == 'simulated' and seed == 0 and {share} == 0.1")
        .query("kind == 'user'")
        .to_dict("records")
    )
    data = fewer(recnb.load("simulated"), 0.1, 0)
    f, g = "identity", "sigmoid"
    trials = autorec.trials("simulated", "user", f, g, n_rows=data.n_users)
    split = rating_holdout(data, val_share=0, seed=0)
    found = evaluate(net_of(row, trials).fit(split.train), split.test)
    assert found.metrics["RMSE"] == pytest.approx(row["RMSE"], abs=5e-3)


@pytest.mark.parametrize("dataset", ["simulated", REAL])
@pytest.mark.parametrize("model", autorec.BASELINES)
def test_the_stored_baselines_are_measured_again(dataset, model):
    stored = results("autorec").query("dataset == @dataset and output == @model")
    for row in stored.to_dict("records"):
        net, data = autorec.BASELINES[model](), recnb.load(dataset)
        again = baseline(net, data, row["seed"], "random")
        assert again["RMSE"] == pytest.approx(row["RMSE"], abs=1e-4)


def test_the_leak_has_every_case_with_every_input():
    stored, cases = results("autorec_leak"), autorec_leak.AUTOREC_LEAK.cases
    split = rating_holdout(recnb.load("simulated"), seed=0)
    columns = [*cases[0], "input"]
    found = Counter(stored[columns].itertuples(index=False, name=None))
    inputs = autorec_leak.inputs(split)
    assert found == Counter((*case.values(), each) for case in cases for each in inputs)
    assert stored.notna().all(axis=None)
    published = stored.query("recipe == 'as published'")
    assert (published["epochs_kept"] == published["epochs"]).all()
    assert stored["RMSE_training"].between(0, 0.9).all()


def test_the_stored_leak_is_measured_again():
    stored = results("autorec_leak").query(
        "dataset == 'simulated' and seed == 0 and recipe == 'as published'"
    )
    stored = stored.query("epochs == 20").set_index("input")["RMSE"]
    again = autorec_leak.measure("simulated", 0, "as published", "user", 20)
    for row in again:
        assert row["RMSE"] == pytest.approx(stored[row["input"]], abs=5e-3)


def test_only_the_honest_input_has_no_test_rating():
    split = rating_holdout(recnb.load("simulated"), 0.25, 0, seed=1)
    test = (split.test.heldout.toarray() > 0).astype(float)
    shown = {
        name: (X.toarray() * test).sum() > 0
        for name, X in autorec_leak.inputs(split).items()
    }
    assert shown == {
        "training ratings": False,
        "test ratings only": True,
        "training and test ratings": True,
    }


def test_thinned_is_a_random_part_of_the_ratings():
    train = rating_holdout(recnb.load("simulated"), seed=0).train
    part = autorec_leak.thinned(train, 0.125)
    kept = part.toarray() > 0
    assert part.shape == train.shape and part.nnz == kept.sum()
    assert np.array_equal(part.toarray()[kept], train.toarray()[kept])
    assert part.nnz / train.nnz == pytest.approx(0.125, rel=0.02)
    again, other = (autorec_leak.thinned(train, 0.125, seed) for seed in (0, 1))
    assert (part != again).nnz == 0 and (part != other).nnz > 0


def test_other_stars_are_given_by_the_same_people_to_the_same_films():
    bundled = recnb.load("simulated")
    same, other = (autorec_pairs.other_stars(each) for each in (0.3, 0.0))
    np.testing.assert_array_equal(same.ratings, bundled.ratings)
    for column in ("users", "items", "timestamps"):
        np.testing.assert_array_equal(getattr(other, column), getattr(bundled, column))
    assert 0.2 < np.mean(other.ratings != bundled.ratings) < 0.9


def test_the_control_searches_beyond_the_edge_where_each_net_ended():
    searched, wider = autorec.L2["simulated"], autorec_pairs.L2
    assert max(wider["item"]) > max(searched["item"])
    assert min(wider["user"]) < min(searched["user"])


def test_the_stored_control_of_other_stars_is_measured_again():
    (row,) = results("autorec_pairs").query("kind == 'user'").to_dict("records")
    net = net_of(row, autorec_pairs.trials("simulated", "user"))
    split = rating_holdout(autorec_pairs.other_stars(0.0), val_share=0, seed=0)
    found = evaluate(net.fit(split.train), split.test)
    assert found.metrics["RMSE"] == pytest.approx(row["RMSE"], abs=3e-3)


def test_the_controls_of_the_input_are_complete_and_possible():
    stored = results("autorec_inputs")
    assert stored.notna().all(axis=None)
    found = stored.set_index(["dataset", "net"])["n_tried"].to_dict()
    assert found == {
        (dataset, name): len(net.l2)
        for dataset, nets in autorec_inputs.NETS.items()
        for name, net in nets.items()
    }
    for row in stored.to_dict("records"):
        settings = json.loads(row["settings"])
        net = autorec_inputs.NETS[row["dataset"]][row["net"]]
        assert settings["lr"] == net.lr and settings["l2"] in net.l2
    assert stored["RMSE_81"].between(0.8, 1.0).all()
    assert (stored["RMSE_81"] - stored["val"]).abs().max() < 0.02


def test_a_stored_control_of_the_input_is_measured_again(monkeypatch):
    name, nets = "straight, as it is", autorec_inputs.NETS["simulated"]
    stored = results("autorec_inputs").query("dataset == 'simulated' and net == @name")
    (row,) = stored.to_dict("records")
    best = replace(nets[name], l2=(json.loads(row["settings"])["l2"],))
    monkeypatch.setitem(nets, name, best)
    (again,) = autorec_inputs.measure("simulated", 0, name)
    assert again["RMSE_81"] == pytest.approx(row["RMSE_81"], abs=3e-3)


def test_fewer_users_and_fewer_films_are_parts_of_the_data():
    data = recnb.load("simulated")
    for part in (
        autorec.fewer_users(data, 0.25, 3),
        autorec_films.fewer_films(data, 0.25, 3),
    ):
        assert set(part.user_ids) <= set(data.user_ids)
        kept = part.item_table["item_id"].to_numpy()[part.items]
        known = dict(
            zip(
                zip(
                    data.user_ids[data.users],
                    data.item_table["item_id"].to_numpy()[data.items],
                    strict=True,
                ),
                data.ratings,
                strict=True,
            )
        )
        whose = zip(part.user_ids[part.users], kept, strict=True)
        assert np.array_equal([known[pair] for pair in whose], part.ratings)
    assert autorec.fewer_users(data, 0.25, 3).n_users == 750
    assert autorec.fewer_users(data, 0.25, 3).n_items == data.n_items
    assert autorec_films.fewer_films(data, 0.25, 3).n_items == 150


def test_the_edges_lie_below_the_search_and_on_its_splits():
    for dataset, penalties in autorec_edges.SMALLER_L2.items():
        assert max(penalties) < min(autorec.L2[dataset]["user"])
    stored = results("autorec_edges")
    searched = results("autorec").query("kind == 'user'")
    both = stored.merge(searched, on=["dataset", "seed"], suffixes=("", "_searched"))
    assert len(both) == len(stored)
    assert (both["protocol"] == both["protocol_searched"]).all()


def test_item_minus_user_is_paired_by_split():
    data = recnb.load("simulated")
    parts = pd.DataFrame(
        {
            "dataset": "simulated",
            "seed": [0, 0, 1, 1],
            "users_kept": 0.1,
            "kind": ["item", "user", "item", "user"],
            "RMSE": [0.9, 0.8, 0.95, 0.8],
            "ratings_per_row": [26.0, 52.0, 25.0, 51.0],
        }
    )
    whole = pd.DataFrame(
        {
            "dataset": ["simulated"] * 5 + ["ml-1m"],
            "seed": [0, 0, 1, 1, 2, 0],
            "kind": ["item", "user", "item", "user", "item", "item"],
            "output": "identity",
            "hidden": "sigmoid",
            "RMSE": [0.84, 0.8, 0.83, 0.8, 0.5, 0.5],
        }
    )
    table = autorec.item_minus_user(parts, whole, data, "users_kept")
    assert list(table.index) == [(0.1, 0), (0.1, 1), (1.0, 0), (1.0, 1)]
    np.testing.assert_allclose(table["difference"], [0.1, 0.15, 0.04, 0.03])
    np.testing.assert_allclose(table["per film"][:2], [26, 25])
    np.testing.assert_allclose(table["per film"][2:], len(data) / data.n_items)
    np.testing.assert_allclose(table["per user"][2:], len(data) / data.n_users)


def test_nets_of_the_leak_are_named_by_recipe_and_epochs():
    names = autorec_leak.net_names(results("autorec_leak"))
    assert list(dict.fromkeys(names)) == [
        "U, stopped in time",
        "I, stopped in time",
        "U, 20 epochs, λ = 1",
        "U, 100 epochs, λ = 1",
        "U, 500 epochs, λ = 1",
    ]
