"""Lesson 05's results: complete, possible, still measured so; and their helpers."""

from collections import Counter
from dataclasses import replace
from itertools import product
from time import sleep

import numpy as np
import pandas as pd
import pytest

import recnb
from recnb.data import Interactions
from recnb.evaluation import evaluate, strong_generalization, weak_generalization
from recnb.experiments import cdae
from recnb.experiments.cdae import CDAE, CDAE_SWEEPS, NO_NODE, Strangers, some_users
from recnb.experiments.runner import frame, is_done, results
from recnb.models import CDAE as Net
from recnb.models import LiangCDAE
from recnb.models.cdae import VARIANTS

YARDSTICKS = ("Popularity", "EASE")
QUALITY = ["val", "NDCG@100"]
QUICK = {"hidden": 4, "epochs": 3, "batch_size": 8, "lr": 0.3, "patience": None}
REAL = pytest.param("ml-1m", marks=pytest.mark.real_data)


def models_of(case):
    """Return the models of a case's rows, each with the number of settings tried."""
    dataset, protocol, _, model = case.values()
    if model == "EASE":
        return {"Popularity": 1, "EASE": len(cdae.L2_EASE[dataset])}
    with_nodes = protocol == "strong" and NO_NODE not in model
    names = [model]
    names += [f"{model}, {node} node" for node in ("zero", "learned") if with_nodes]
    return dict.fromkeys(names, len(list(cdae.trials(model, "weak"))))


# ---- what is stored ----


def test_every_model_of_every_case_is_there_once_with_all_its_settings_tried():
    expected = Counter(
        (*list(case.values())[:3], model, n_tried)
        for case in CDAE.cases
        for model, n_tried in models_of(case).items()
    )
    columns = [*CDAE.cases[0], "n_tried"]
    assert columns[3] == "model"
    found = results("cdae")[columns].itertuples(index=False, name=None)
    assert Counter(found) == expected


def test_what_is_stored_counts_as_done():
    """No column of the rows may take the place of one of the case's."""
    case = next(c for c in CDAE.cases if c["dataset"] == "simulated")
    assert is_done(case, frame(case, cdae.measure(**case)))


def test_nothing_is_missing_and_everything_is_possible():
    stored = results("cdae")
    yardstick, folded = (
        stored["model"].isin(YARDSTICKS),
        stored["model"].str.contains("zero node|learned node"),
    )
    sometimes = ["density", "negative_share", "epochs", "seconds"]
    assert stored.drop(columns=sometimes).notna().all(axis=None)
    nets = stored.loc[~yardstick & ~folded, ["epochs", "seconds"]]
    assert nets["epochs"].between(1, cdae.LONG["epochs"]).all()
    assert (nets["seconds"] > 0).all()
    metrics = stored.columns[stored.columns.str.contains("@")]
    assert set(QUALITY) <= {"val", *metrics}
    assert stored[["val", *metrics]].apply(lambda c: c.between(0, 1)).all(axis=None)
    assert stored["error"].between(1e-4, 0.05).all()
    assert stored["minus_ease"].between(-1, 1).all()


def test_rows_agree_with_their_case_and_with_ease_s():
    stored = results("cdae")
    case = [name for name in CDAE.cases[0] if name != "model"]
    ease = stored.query("model == 'EASE'").set_index(case)["NDCG@100"]
    gaps = stored["NDCG@100"] - stored.set_index(case).index.map(ease)
    np.testing.assert_allclose(stored["minus_ease"], gaps, atol=3e-6)
    for row in stored.to_dict("records"):
        dataset, protocol, seed = (row[name] for name in case)
        assert row["protocol"].startswith(dataset)
        assert f"{protocol} generalisation" in row["protocol"]
        assert row["protocol"].endswith(f"seed {seed}, test users")


@pytest.mark.parametrize("dataset", ["simulated", REAL])
@pytest.mark.parametrize("protocol", ["weak", "strong"])
def test_the_stored_yardsticks_are_measured_again(dataset, protocol):
    names = list(CDAE.cases[0])
    stored = results("cdae").set_index(names)
    for row in cdae.measure(dataset, protocol, 0, "EASE"):
        expected = stored.loc[(dataset, protocol, 0, row["model"])]
        assert row["settings"] == expected["settings"]
        for name in (*QUALITY, "error", "minus_ease"):
            assert row[name] == pytest.approx(expected[name], abs=1e-3)


@pytest.mark.parametrize("dataset", cdae.SEEDS)
@pytest.mark.parametrize(
    ("generalisation", "nets", "nodes"),
    [
        ("weak", ["M1", "M2", "M3", "M4"], ["no node", "own node"]),
        (
            "strong",
            ["M1", "M3", "M4", "M4, K = 200", "Liang's"],
            ["no node", "mean node", "learned node"],
        ),
    ],
)
def test_rows_by_net_and_node_are_those_stored(dataset, generalisation, nets, nodes):
    stored = results("cdae").query("dataset == @dataset")
    rows = cdae.by_node(stored, generalisation)
    assert list(rows["net"].unique()) == nets
    assert list(rows["node"].unique()) == nodes
    expected = product(nets, nodes, cdae.SEEDS[dataset])
    found = rows[["net", "node", "seed"]].itertuples(index=False, name=None)
    assert list(found) == list(expected)
    short = {"M4, K = 200": "M4 K=200", "Liang's": "Liang"}
    ends = {"own node": "", "mean node": ""}
    for row in rows.to_dict("records"):
        end = ends.get(row["node"], f", {row['node']}")
        assert row["model"] == short.get(row["net"], row["net"]) + end
        assert row["generalisation"] == generalisation


def test_a_gain_is_a_difference_of_two_rows_with_the_sum_of_their_errors():
    stored = results("cdae").query("dataset == 'ml-1m'")
    gains = cdae.node_gains(cdae.by_node(stored, "weak"), "own node", "no node")
    assert list(gains.index) == list(product(VARIANTS, cdae.SEEDS["ml-1m"]))
    rows = stored.query("generalisation == 'weak'").set_index(["model", "seed"])
    own, none = rows.loc[("M3", 1)], rows.loc[("M3, no node", 1)]
    gain, error = gains.loc[("M3", 1)]
    assert gain == pytest.approx(own["NDCG@100"] - none["NDCG@100"])
    name = "minus_ease_error"
    assert error == pytest.approx(own[name] + none[name])


def test_every_sweep_is_there_once():
    expected = Counter(tuple(case.values()) for case in CDAE_SWEEPS.cases)
    columns = list(CDAE_SWEEPS.cases[0])
    found = results("cdae_sweeps")[columns].itertuples(index=False, name=None)
    assert Counter(found) == expected


def test_sweeps_have_possible_numbers_of_validation_users():
    stored = results("cdae_sweeps")
    assert stored.notna().all(axis=None)
    assert stored["val"].between(0, 1).all()
    assert stored["error"].between(1e-4, 0.05).all()
    assert stored["stopped"].isin(["finished", "no improvement"]).all()
    assert stored["epochs"].between(1, cdae.SHORT["epochs"]).all()
    assert (stored["seconds_an_epoch"] <= stored["seconds"]).all()
    for row in stored.to_dict("records"):
        assert row["protocol"].startswith(row["dataset"])
        assert row["protocol"].endswith("weak generalisation, seed 0, val users")


def test_the_usual_setting_is_the_same_net_in_every_sweep():
    stored = results("cdae_sweeps").query("user_node")
    usual = stored.query(
        "(what == 'corruption' and value == 0.5)"
        " or (what == 'n_negatives' and value == 5)"
    )
    spread = usual.groupby("dataset")["val"].agg(["count", np.ptp])
    assert (spread["count"] == 2).all() and (spread["ptp"] < 3e-3).all()


# ---- the helpers, on little data ----


@pytest.fixture(scope="module")
def data():
    pairs = np.random.default_rng(7).permutation(40 * 30)[:500]
    table = pd.DataFrame({"title": [f"film {j}" for j in range(30)]})
    return Interactions(
        name="toy",
        users=pairs // 30,
        items=pairs % 30,
        user_ids=np.arange(40),
        item_table=table,
    )


@pytest.fixture(scope="module")
def strong(data):
    return strong_generalization(data, n_val=5, n_test=5)


@pytest.fixture(scope="module")
def weak(data):
    return weak_generalization(data)


@pytest.fixture(params=[Net, LiangCDAE])
def net(request, strong):
    return request.param(**QUICK | {"lr": 0.05}).fit(strong.train)


def test_strangers_get_the_node_that_is_asked_for(net, strong):
    X = strong.test.history
    nodes = {"zero": np.zeros((X.shape[0], 4)), "learned": net.fold_in(X)}
    assert nodes["learned"].any()
    scores = {name: Strangers(net, name).predict(X) for name in nodes}
    for name, V in nodes.items():
        assert np.array_equal(scores[name], net.with_nodes(V).predict(X))
        assert not np.allclose(scores[name], net.predict(X))
    assert net.nodes_ is None


def test_strangers_are_judged_all_at_once(net, strong):
    for node in ("zero", "learned"):
        found = evaluate(Strangers(net, node), strong.test, batch_size=2)
        whole = evaluate(Strangers(net, node), strong.test)
        assert found.metrics == whole.metrics


def test_some_users_are_rows_of_a_group(weak):
    part = some_users(weak.val, np.array([3, 11]))
    assert np.array_equal(part.users, weak.val.users[[3, 11]])
    for name in ("history", "heldout"):
        whole = getattr(weak.val, name)[[3, 11]]
        assert (getattr(part, name) != whole).nnz == 0
    assert np.array_equal(part.popularity, weak.val.popularity)
    assert (part.name, part.protocol) == ("val", weak.protocol)


def test_quality_by_seconds_leaves_out_the_time_of_judging(weak):
    rows, group = np.arange(40), weak.val

    class Slow:
        def error(self, model):
            sleep(0.05)
            return group.error(model)

    net = Net(**QUICK | {"epochs": 4})
    found = cdae.quality_by_seconds(net, weak.train, Slow(), rows)
    assert list(found.index) == [1, 2, 3, 4]
    assert (found["seconds"].diff().dropna() > 0).all()
    whole = np.array(net.log_.seconds)
    assert (whole - found["seconds"] >= 0.05 * np.arange(1, 5)).all()
    np.testing.assert_allclose(found["value"], 1 - np.array(net.log_.val))
    last = evaluate(net.for_users(), group).metrics["NDCG@100"]
    assert found["value"].max() == pytest.approx(last)  # the best epoch is kept


@pytest.mark.parametrize("what", cdae.SWEPT)
def test_a_sweep_changes_one_thing(what):
    usual = Net(**VARIANTS["M4"], **cdae.USUAL, **cdae.SHORT).get_params()
    for value in cdae.SWEPT[what]:
        changed = cdae.swept(what, value).get_params()
        differences = {k: v for k, v in changed.items() if v != usual[k]}
        expected = {
            "gaussian": {"noise": "gaussian", "corruption": value},
            "n_negatives": {"n_negatives": value or None},
            "tied": {"tied": True},
        }.get(what, {what: value})
        is_usual = expected == {k: usual[k] for k in expected}
        assert differences == ({} if is_usual else expected)


@pytest.mark.parametrize("kind", ["weak", "strong"])
@pytest.mark.parametrize("node", [True, False])
def test_trials_are_the_nets_that_the_name_says(node, kind):
    def tried(name):
        return list(cdae.trials(name if node else name + NO_NODE, kind))

    for variant, parts in VARIANTS.items():
        ((settings, net),) = tried(variant)
        assert settings == {"lr": cdae.LR[variant]} and net.lr == cdae.LR[variant]
        assert {k: getattr(net, k) for k in parts} == parts
        assert (net.hidden, net.user_node) == (50, node)
        short = kind == "strong" and variant == "M4"
        expected = cdae.SHORT if short else cdae.LONG
        assert {k: getattr(net, k) for k in expected} == expected
    ((_, wide),) = tried("M4 K=200")
    assert (wide.hidden, wide.loss, wide.user_node) == (200, "logistic", node)
    liang = tried("Liang")
    assert [net.c1 for _, net in liang] == [s["c1"] for s, _ in liang] == list(cdae.C1)
    assert all(type(net) is LiangCDAE and net.user_node is node for _, net in liang)


@pytest.fixture
def quick(monkeypatch):
    """Let every trial be a small net; return how the names are to be read."""

    def trials(name, generalisation):
        yield {"lr": 0.3}, Net(**QUICK, user_node=NO_NODE not in name)

    monkeypatch.setattr(cdae, "trials", trials)


def test_known_users_are_judged_with_their_nodes_and_strangers_with_three(
    quick, weak, strong
):
    (known,) = cdae.candidates("M4", "weak", weak)
    assert known.model.needs_all_users and len(known.model.nodes_) == 40
    names = [candidate.name for candidate in cdae.candidates("M4", "strong", strong)]
    assert names == ["M4", "M4, zero node", "M4, learned node"]
    for protocol, split in (("weak", weak), ("strong", strong)):
        (without,) = cdae.candidates("M4, no node", protocol, split)
        assert not without.model.needs_all_users


def test_early_stopping_watches_a_few_known_users_or_all_strangers(
    weak, strong, monkeypatch
):
    monkeypatch.setattr(cdae, "N_WATCHED", 6)
    watched = []

    class Listening(Net):
        def fit(self, X, val, val_users=None):
            watched.append((val, val_users))
            return super().fit(X, val, val_users)

    cdae.fitted_on(weak, "weak", Listening(**QUICK))
    cdae.fitted_on(strong, "strong", Listening(**QUICK))
    (val, rows), strangers = watched
    assert len(rows) == 6 and (np.diff(rows) > 0).all()
    assert np.array_equal(val.users, weak.val.users[rows])
    assert strangers == (strong.val, None)


def test_a_sweep_measures_known_users_on_validation_items(monkeypatch):
    split, rows = weak_generalization(recnb.load("simulated"), seed=0), np.arange(200)
    few = replace(split, train=split.train[rows], val=some_users(split.val, rows))
    monkeypatch.setattr(cdae, "weak_generalization", lambda *_, **__: few)
    monkeypatch.setattr(cdae, "SHORT", {"epochs": 1, "patience": None})
    with_node, without = (
        cdae.measure_swept("simulated", "n_negatives", 1, node)[0]
        for node in (True, False)
    )
    assert 0 < with_node["val"] < 1 and with_node["val"] != without["val"]
    assert with_node["epochs"] == 1
    assert with_node["seconds_an_epoch"] == with_node["seconds"]
    assert with_node["protocol"].endswith("weak generalisation, seed 0, val users")


def test_a_net_that_diverges_says_so(monkeypatch):
    monkeypatch.setattr(cdae, "fitted_on", lambda *_: None)
    row = cdae.measure_swept("simulated", "l2", 0.01, True)
    assert row == [{"stopped": "diverged"}]
