"""What lesson 13's costs and its Gowalla are measured with, on small matrices."""

import dataclasses
import json

import numpy as np
import pytest

import recnb
from recnb.data.interactions import HeldOut
from recnb.evaluation import evaluate, published_holdout
from recnb.experiments import implicit_slim_cost as cost
from recnb.experiments import implicit_slim_gowalla as gowalla
from recnb.models import ALSMF, EASE

MIB = 2**20


def test_the_drawn_data_is_sparse_and_long_tailed():
    X = cost.long_tail(500, 1000, 20_000)
    assert X.shape == (500, 1000)
    assert set(X.data) == {1}
    assert 12_000 < X.nnz <= 20_000  # the others were drawn twice
    users = np.bincount(X.indices, minlength=1000)
    assert users[:10].sum() > 10 * users[500:510].sum()
    again = cost.long_tail(500, 1000, 20_000)
    assert (again != X).nnz == 0


def test_pairs_grow_linearly_with_the_catalogue():
    few, many = (cost.long_tail(n, n, 20 * n).nnz for n in (1000, 8000))
    assert many / few == pytest.approx(8, rel=0.1)


@pytest.mark.parametrize(("first", "runs"), [(1.0, 3), (6.0, 1)])
def test_a_long_action_is_run_once_a_short_one_three_times(first, runs, monkeypatch):
    ticks = iter([0.0, first, 10.0, 10.5, 20.0, 22.0])
    monkeypatch.setattr(cost, "perf_counter", lambda: next(ticks))
    calls = []
    seconds = cost.best_seconds(lambda: calls.append(None))
    assert len(calls) == runs
    assert seconds == min([first, 0.5, 2.0][:runs])


def test_the_peak_holds_what_exists_at_once():
    def one_after_another():
        for _ in range(3):
            np.ones(4 * MIB // 8)

    def at_once():
        return [np.ones(4 * MIB // 8) for _ in range(3)]

    assert cost.peak_mib(one_after_another) == pytest.approx(4, abs=0.1)
    assert cost.peak_mib(at_once) == pytest.approx(12, abs=0.1)


def test_only_ease_holds_a_square_of_the_catalogue(monkeypatch):
    monkeypatch.setattr(cost, "LARGEST_EASE", 1600)
    mib = {}
    for n_items in (800, 1600, 3200):
        for row in cost.measure(n_items):
            assert row["seconds"] > 0
            mib[row["what"], n_items] = row["mib"]
    assert set(mib) == {
        *(("ImplicitSLIM", n_items) for n_items in (800, 1600, 3200)),
        *(("EASE", n_items) for n_items in (800, 1600)),
    }
    assert mib["EASE", 1600] > 4 * 1600**2 / MIB
    growth = mib["ImplicitSLIM", 3200] / mib["ImplicitSLIM", 1600]
    assert growth == pytest.approx(2, rel=0.1)


@pytest.fixture(scope="module")
def small():
    """Return a dataset with a published split: every fourth row is held out."""
    world = recnb.load("simulated")
    is_test = np.arange(len(world)) % 4 == 0
    columns = ("users", "items", "ratings", "timestamps")
    parts = {name: getattr(world, name)[~is_test] for name in columns}
    held = HeldOut(world.users[is_test], world.items[is_test])
    return dataclasses.replace(world, heldout=held, **parts)


@pytest.fixture
def in_place_of_gowalla(small, monkeypatch):
    monkeypatch.setattr(gowalla, "split", lambda share: published_holdout(small, share))
    monkeypatch.setattr(gowalla, "L", 8)
    monkeypatch.setattr(gowalla, "EPOCHS", 2)
    monkeypatch.setattr(gowalla, "N_TRIED", 2)
    monkeypatch.setattr(gowalla, "N_JUDGED", 300)


def test_some_users_of_a_group_keep_what_is_theirs(small):
    val = published_holdout(small).val
    some = gowalla.some_of(val, 100)
    assert len(set(some.users)) == 100
    rows = np.searchsorted(val.users, some.users)
    for name in ("history", "heldout"):
        assert (getattr(some, name) != getattr(val, name)[rows]).nnz == 0
    assert set(gowalla.some_of(val, 10**6).users) == set(val.users)


def test_both_kinds_of_mf_try_as_many_settings_from_the_stated_ranges():
    plain, slim = gowalla.draw("MF"), gowalla.draw("MF + ImplicitSLIM")
    assert len(plain) == len(slim) == gowalla.N_TRIED
    ranges = gowalla.RANGES | gowalla.RANGES_OF_SLIM
    for settings in plain + slim:
        for name, value in settings.items():
            low, high = ranges[name]
            assert low <= value <= high, name
    assert set(plain[0]) == {"r_p", "r_q"}
    assert set(slim[0]) == set(ranges)
    assert gowalla.draw("MF") == plain


def test_a_setting_arrives_where_it_belongs():
    settings = gowalla.draw("MF + ImplicitSLIM")[0]
    model = gowalla.untrained("MF + ImplicitSLIM", settings)
    assert model.init is model.reg
    given = {name: getattr(model, name) for name in ("r_p", "r_q", "s_q")}
    given |= model.reg.get_params()
    assert given == settings
    plain = gowalla.untrained("MF", settings)
    assert plain.init is plain.reg is None
    assert (plain.L, plain.epochs) == (model.L, model.epochs) == (128, 10)


def test_the_numbers_are_what_a_prediction_needs(small):
    X = published_holdout(small, 0).train
    n = X.shape[1]
    assert gowalla.n_numbers(EASE(10).fit(X)) == n * (n - 1)
    assert gowalla.n_numbers(ALSMF(4, epochs=1).fit(X)) == 5 * n


def test_the_settings_that_suit_validation_users_are_judged_on_test(
    small, in_place_of_gowalla
):
    [row] = gowalla.measure("MF + ImplicitSLIM")
    held = gowalla.split(0.1)
    scores = {
        json.dumps(settings): gowalla.score("MF + ImplicitSLIM", settings, held)
        for settings in gowalla.draw("MF + ImplicitSLIM")
    }
    assert row["settings"] == max(scores, key=scores.get)
    assert row["val"] == max(scores.values())
    assert row["n_tried"] == 2
    whole = published_holdout(small, 0)
    again = gowalla.untrained("MF + ImplicitSLIM", json.loads(row["settings"]))
    found = evaluate(again.fit(whole.train), whole.test, gowalla.METRICS)
    for metric in gowalla.METRICS:
        assert row[metric] == found.metrics[metric] > 0
        assert row[f"{metric} error"] == found.standard_errors[metric] > 0


def test_ease_has_its_published_penalty(in_place_of_gowalla):
    [row] = gowalla.measure("EASE")
    assert json.loads(row["settings"]) == {"l2": 80}
    assert row["n_tried"] == 1
    assert np.isnan(row["val"])
    assert 0 < row["NDCG@20"] < 1
