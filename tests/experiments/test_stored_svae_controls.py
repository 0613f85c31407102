"""Lesson 07's controls: complete, possible, paired as they should be, still so."""

from collections import Counter

import numpy as np
import pytest

from recnb.experiments import svae_controls as controls
from recnb.experiments.runner import results
from recnb.experiments.showdown_summary import per_user
from recnb.experiments.svae_controls import SVAE_FADING, SVAE_RECENCY

REAL = pytest.param("ml-1m", marks=pytest.mark.real_data)
ON_BOTH = pytest.mark.parametrize("dataset", ["simulated", REAL])
CASE = ["dataset", "seed", "model"]


def keys(table, columns):
    return Counter(table[list(columns)].itertuples(index=False, name=None))


def weights(net):
    return sum(each.numel() for each in net.parameters())


def test_every_model_is_judged_once_on_each_split():
    expected = Counter(
        tuple(case[name] for name in CASE) for case in SVAE_RECENCY.cases
    )
    assert keys(results("svae_recency"), CASE) == expected


def test_the_stored_values_are_possible_and_those_of_the_users():
    for row in results("svae_recency").to_dict("records"):
        users = per_user(row)
        assert np.nanmin(users) >= 0 and np.nanmax(users) <= 1
        assert np.nanmean(users) == pytest.approx(row["NDCG@100"], abs=1e-4)
        assert f"time fold-in, seed {row['seed']}" in row["protocol"]


def test_the_linear_models_are_those_of_the_lesson_s_table():
    table = results("svae").query("order == 'time'").set_index(CASE)
    here = results("svae_recency").set_index(CASE)
    for case in here.index[here.index.isin(controls.LINEAR, level="model")]:
        for name in ("val", "NDCG@100"):
            expected = table.loc[case, name]
            assert here.loc[case, name] == pytest.approx(expected, abs=1e-4)


def test_a_difference_is_that_of_the_means_and_the_same_the_other_way_round():
    rows = results("svae_recency").query("dataset == 'simulated'")
    paired = controls.paired(rows)
    mean = rows.set_index(["model", "seed"])["NDCG@100"]
    for (one, other, seed), (gap, error) in paired.iterrows():
        assert gap == pytest.approx(mean[one, seed] - mean[other, seed], abs=2e-4)
        assert paired.loc[(other, one, seed)].tolist() == [-gap, error]
        assert 0 < error < 0.02
    n_models = len(mean.loc[:, 0])
    assert len(paired) == 2 * n_models * (n_models - 1)


def test_the_memories_have_as_many_weights_as_the_lesson_says():
    from recnb.models.gru import GRU
    from recnb.models.svae import FadedMean

    net = controls.net("faded mean, z", "ml-1m")
    assert weights(FadedMean(net.embedding, net.hidden, net.fading)) == 51_400
    assert weights(GRU(net.embedding, net.hidden)) == 274_800
    small = controls.net("small GRU, z", "ml-1m")
    assert small.hidden == 54
    assert weights(GRU(small.embedding, small.hidden)) == 50_544
    one_more = GRU(small.embedding, small.hidden + 1)
    assert weights(one_more) > 51_400


@pytest.mark.parametrize("name", controls.CHANGED)
def test_a_control_differs_in_nothing_else(name):
    changed = controls.net(name, "ml-1m").get_params()
    usual = controls.net("SVAE", "ml-1m").get_params()
    differing = {key for key in usual if changed[key] != usual[key]}
    assert differing == set(controls.CHANGED[name])


@ON_BOTH
def test_the_linear_model_is_measured_again(dataset):
    (row,) = controls.measure(dataset, 0, "SLIT")
    stored = results("svae_recency").query(
        "dataset == @dataset and seed == 0 and model == 'SLIT'"
    )
    assert row["settings"] == stored["settings"].item()
    for name in ("val", "NDCG@100"):
        assert row[name] == pytest.approx(stored[name].item(), abs=1e-3)


@pytest.mark.parametrize("name", ["faded mean, z", "small GRU, z"])
def test_a_stored_net_is_trained_again(name):
    (row,) = controls.measure("simulated", 0, name)
    stored = results("svae_recency").query("dataset == 'simulated' and seed == 0")
    expected = stored.set_index("model").loc[name, "NDCG@100"]
    assert row["NDCG@100"] == pytest.approx(expected, abs=0.015)


def test_the_curve_has_every_memory_and_penalty():
    stored = results("svae_fading")
    expected = Counter(
        (case["dataset"], case["fading"], l2)
        for case in SVAE_FADING.cases
        for l2 in controls.PENALTIES[case["dataset"]]
    )
    assert keys(stored, ("dataset", "fading", "l2")) == expected
    assert stored["val"].between(0, 1).all()


def test_at_each_fading_a_larger_penalty_than_the_best_was_tried():
    """At 0 every penalty gives the same lists: the rows of S are single ones."""
    for _, rows in results("svae_fading").groupby(["dataset", "fading"]):
        values = rows.set_index("l2")["val"].sort_index()
        tied = values.nunique() == 1
        assert tied or values.idxmax() < values.index[-1]


def test_a_point_of_the_curve_is_measured_again():
    found = controls.measure_fading("simulated", 0.5)
    stored = results("svae_fading").query("dataset == 'simulated' and fading == 0.5")
    expected = stored.set_index("l2")["val"]
    for row in found:
        assert row["val"] == pytest.approx(expected[row["l2"]], abs=1e-3)
