"""Lesson 13's results: complete, equally tuned, still measured so."""

import json
from collections import Counter

import numpy as np
import pytest

from recnb.evaluation import evaluate, published
from recnb.experiments import implicit_slim, implicit_slim_nets, implicit_slim_users
from recnb.experiments.implicit_slim import (
    ARMS,
    CURVE_EPOCHS,
    IMPLICIT_SLIM,
    IMPLICIT_SLIM_CURVES,
    IMPLICIT_SLIM_SWEEP,
    KEPT,
    N_TRIED,
    OTHER_RANGES,
    RANGES,
    STRENGTHS,
    chosen,
    draw,
    settings_of,
    split_and_ease,
    trained,
    untrained,
)
from recnb.experiments.runner import results
from recnb.experiments.tuning import METRIC

REAL = pytest.param("ml-1m", marks=pytest.mark.real_data)
CASE = ["dataset", "seed", "host", "L"]


@pytest.fixture(scope="module")
def stored():
    return results("implicit_slim")


def test_every_case_has_its_arms(stored):
    expected = Counter()
    for case in IMPLICIT_SLIM.cases:
        arms = ["plain"] if case["host"] == "LRR" else [*ARMS]
        for arm in ("EASE", *arms):
            expected[(*(case[name] for name in CASE), arm)] += 1
    rows = stored[[*CASE, "arm"]].itertuples(index=False, name=None)
    assert Counter(rows) == expected


def test_every_arm_tried_as_many_settings_from_the_same_ranges(stored):
    hosts = stored[stored["arm"] != "EASE"]
    assert (hosts["n_tried"] == N_TRIED).all()
    for row in hosts.itertuples():
        ranges = RANGES[row.dataset] | OTHER_RANGES.get((row.dataset, row.host), {})
        for name, value in json.loads(row.settings).items():
            low, high = ranges[name]
            assert 0.99 * low <= value <= 1.01 * high, (row.host, name)


def test_settings_are_among_those_drawn(stored):
    for row in stored.query("arm != 'EASE'").itertuples():
        tried = draw(row.dataset, row.host, row.seed)
        assert json.loads(row.settings) in [
            settings_of(row.host, row.arm, drawn) for drawn in tried
        ]


def test_differences_agree_with_the_levels(stored):
    levels = stored.pivot_table(METRIC, CASE, "arm")
    for arm in ARMS:
        rows = stored[stored["arm"] == arm].set_index(CASE)
        here = levels.loc[rows.index]
        gaps = here[arm] - here["EASE"]
        np.testing.assert_allclose(rows["minus_ease"], gaps, atol=2e-5)
        gaps = here[arm] - here["plain"]
        np.testing.assert_allclose(rows["minus_plain"], gaps, atol=2e-5)


def test_more_dimensions_help_the_tuned_host_up_to_some_length(stored):
    means = stored.query("dataset == 'ml-1m' and host == 'MF' and L <= 64")
    means = means.pivot_table(METRIC, "L", "arm")[[*ARMS]]
    assert (means.diff().iloc[1:] > 0).all(axis=None)


@pytest.mark.parametrize("dataset", ["simulated", REAL])
def test_a_stored_host_is_measured_again(dataset, stored):
    length = implicit_slim.CURVE_LENGTHS[dataset]
    split, _ = split_and_ease(dataset, 0)
    settings = chosen(dataset, length, "both", 0)
    model = trained(untrained(dataset, "MF", "both", length, settings, 0), split)
    query = f"dataset == '{dataset}' and seed == 0 and host == 'MF' and arm == 'both'"
    row = stored.query(query).set_index("L").loc[length]
    now = evaluate(model, split.test, [METRIC]).metrics[METRIC]
    assert now == pytest.approx(row[METRIC], abs=0.003)


def test_the_sweep_is_complete_and_varies_nothing_else():
    sweep = results("implicit_slim_sweep")
    assert len(sweep) == len(IMPLICIT_SLIM_SWEEP.cases) * len(STRENGTHS)
    strengths = sweep.groupby(["dataset", "L", "l2"])["s_q"].agg(tuple)
    assert set(strengths) == {STRENGTHS}
    assert all(kept.keys().isdisjoint({"l2", "s_q"}) for kept in KEPT.values())
    assert sweep["val"].gt(0.1).all()


def test_every_curve_has_all_epochs_and_time_goes_on():
    curves = results("implicit_slim_curves")
    groups = curves.groupby(["dataset", "seed", "arm"])
    assert len(groups) == len(IMPLICIT_SLIM_CURVES.cases) * len(ARMS)
    for _, curve in groups:
        assert list(curve["epoch"]) == list(range(1, CURVE_EPOCHS + 1))
        assert curve["seconds"].is_monotonic_increasing
        assert curve["val"].between(0.05, 0.8).all()


def test_ease_on_gowalla_is_as_published():
    """Within .002 of the leaderboard's figures, with the penalty that stands there."""
    ease = results("implicit_slim_gowalla").set_index("model").loc["EASE"]
    assert json.loads(ease["settings"]) == {"l2": 80}
    table = published("gowalla", "lightgcn-all", "EASE").set_index("metric")["value"]
    assert table.to_dict() == {"recall@20": 0.1765, "NDCG@20": 0.1467}
    for metric, value in table.items():
        assert ease[metric] == pytest.approx(value, abs=0.002)


def test_both_hosts_on_gowalla_tried_as_many_settings():
    hosts = results("implicit_slim_gowalla").set_index("model")
    hosts = hosts.drop(["EASE", "GF-CF"])
    assert hosts["n_tried"].nunique() == hosts["numbers"].nunique() == 1


def test_gf_cf_on_gowalla_is_as_published():
    row = results("implicit_slim_gowalla").set_index("model").loc["GF-CF"]
    table = published("gowalla", "lightgcn-all", "GF-CF").set_index("metric")["value"]
    for metric, value in table.items():
        assert row[metric] == pytest.approx(value, abs=0.002)


def test_memory_grows_with_the_catalogue_and_not_with_its_square():
    cost = results("implicit_slim_cost")
    strip = cost[cost["what"] == "ImplicitSLIM"].set_index("n_items")["mib"]
    per_item = strip / strip.index
    assert strip.index.max() == 1_000_000
    assert per_item.max() < 1.3 * per_item.min()


def test_every_known_user_experiment_has_its_arms():
    rows = results("implicit_slim_users")
    arms = rows.groupby(["dataset", "protocol", "seed"])["arm"].agg(tuple)
    assert set(arms) == {tuple(implicit_slim_users.ARMS)}
    assert (rows["n_tried"] == implicit_slim_users.N_TRIED).all()
    plain = rows[rows["arm"] == "plain"]
    assert (plain["minus_plain"] == 0).all()


def test_every_net_tried_the_same_settings():
    nets = results("implicit_slim_nets")
    assert (nets["n_tried"] == len(implicit_slim_nets.DROPOUT)).all()
    tried = {json.dumps({"dropout": d}) for d in implicit_slim_nets.DROPOUT}
    assert set(nets["settings"]) <= tried


def test_controls_that_know_nothing_bring_nothing():
    variants = results("implicit_slim_variants").query("dataset == 'ml-1m'")
    means = variants.groupby("variant")["minus_original"].mean()
    assert means["original"] == 0
    assert means[["shuffled", "no weights"]].max() < -0.01
