"""Lesson 06's controls: complete, possible, and the nets of the table."""

import json

import numpy as np
import pytest
import torch

import recnb
from recnb.evaluation import strong_generalization
from recnb.experiments import multvae
from recnb.experiments import multvae_controls as controls
from recnb.experiments.runner import results
from recnb.ground.sparse_rows import SparseRows
from recnb.models import MultDAE, MultVAE, Popularity
from recnb.models.likelihoods import LIKELIHOODS

METRICS = ("val", "NDCG@100", "min-recall@20", "min-recall@50")


@pytest.fixture(scope="module")
def longer():
    return results("multvae_longer").set_index(["dataset", "seed"])


def test_every_case_is_there_once_and_possible(longer):
    cases = [tuple(case.values()) for case in controls.MULTVAE_LONGER.cases]
    assert sorted(longer.index) == sorted(cases)
    assert (longer["model"] == "VAE").all()
    for name in METRICS:
        assert longer[name].between(0, 1).all(), name
    for name in ("error", "minus_ease_error"):
        assert longer[name].between(1e-3, 0.05).all()


def test_all_stopped_by_themselves(longer):
    waited = controls.LONGER["epochs"] - controls.LONGER["patience"]
    assert longer["epochs"].between(1, waited).all()


def test_it_is_the_net_of_the_table_beside_its_ease(longer):
    table = results("multvae").set_index(["dataset", "seed"])
    logistic = table.query("model == 'VAE' and likelihood == 'logistic'")
    assert (longer["settings"] == logistic["settings"][longer.index]).all()
    ease = table.query("model == 'EASE'")["NDCG@100"][longer.index]
    implied = longer["NDCG@100"] - longer["minus_ease"]
    np.testing.assert_allclose(implied, ease, atol=1e-3)


def test_more_epochs_never_choose_worse_than_the_table_did(longer):
    """The first hundred epochs are the same, but for bits; the best one is kept."""
    table = results("multvae").set_index(["dataset", "seed"])
    logistic = table.query("model == 'VAE' and likelihood == 'logistic'")
    assert (longer["val"] >= logistic["val"][longer.index] - 1e-3).all()


def test_with_the_limits_of_the_table_its_measurement_comes_out(monkeypatch):
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


def test_ease_has_the_penalty_that_was_chosen():
    split = strong_generalization(recnb.load("simulated"), seed=1)
    ease = controls.chosen_ease("simulated", 1, split)
    assert ease.settings == {"l2": 50} and ease.model.l2 == 50


# ---- the steps from a VAE to a DAE ----


@pytest.fixture(scope="module")
def steps():
    return results("multvae_steps").set_index(["dataset", "seed", "model"])


def test_every_net_between_vae_and_dae_is_there_on_every_split(steps):
    cases = [tuple(case.values()) for case in controls.MULTVAE_STEPS.cases]
    expected = [(*case, model) for case in cases for model in controls.steps()]
    assert sorted(steps.index) == sorted(expected)
    for name in METRICS:
        assert steps[name].between(0, 1).all(), name
    others = steps.drop(controls.BETWEEN, level="model")
    assert others["minus_plain_error"].between(1e-3, 0.05).all()


def test_the_ends_of_the_steps_are_nets_of_the_table(steps):
    """Where the table chose the same dropout, that is: on split 2 its DAE has .7."""
    table = results("multvae").query("likelihood == 'multinomial'")
    table = table.set_index(["dataset", "seed", "model"])
    for key, settings in table["settings"].items():
        if key in steps.index and json.loads(settings) != {"dropout": 0.7}:
            for name in METRICS:
                stored, here = table.loc[key, name], steps.loc[key, name]
                assert here == pytest.approx(stored, abs=1e-3)


def test_the_paired_differences_are_those_of_the_means(steps):
    between = steps.xs(controls.BETWEEN, level="model")["NDCG@100"]
    for (dataset, seed, _), row in steps.iterrows():
        gap = row["NDCG@100"] - between[dataset, seed]
        assert row["minus_plain"] == pytest.approx(gap, abs=1e-5)


def test_the_steps_on_the_simulated_data_are_measured_again(steps):
    for row in controls.measure_steps("simulated", 0):
        stored = steps.loc["simulated", 0, row["model"]]
        for name in (*METRICS, "minus_plain"):
            assert row[name] == pytest.approx(stored[name], abs=5e-3)


def test_the_nets_differ_in_one_thing_at_a_time():
    vae, between, dae = controls.steps().values()
    assert type(vae) is MultVAE and type(dae) is MultDAE
    shared = set(vae.get_params()) & set(dae.get_params())
    for net in (between, dae):
        for name in shared:
            assert getattr(net, name) == getattr(vae, name), name


def test_the_net_between_has_no_bend_at_its_code():
    likes = strong_generalization(recnb.load("simulated"), seed=0).train
    net = controls.LinearDAE(latent=3, epochs=1).fit(likes)
    x = SparseRows(likes[:4])
    code = net.module_.code(x)
    assert torch.equal(code, net.module_.encode(x))
    bent = MultDAE(latent=3, epochs=1).fit(likes).module_
    assert torch.equal(bent.code(x), torch.tanh(bent.encode(x)))


# ---- the DAEs of the table, user by user ----


@pytest.fixture(scope="module")
def pairs():
    return results("multvae_pairs").set_index(["dataset", "seed", "model"])


def test_every_pair_is_there_on_every_split(pairs):
    cases = [tuple(case.values()) for case in controls.MULTVAE_PAIRS.cases]
    expected = [(*case, name) for case in cases for name in LIKELIHOODS]
    assert sorted(pairs.index) == sorted(expected)
    others = pairs.drop("multinomial", level="model")
    assert others["minus_plain_error"].between(1e-3, 0.05).all()


def test_the_pairs_are_the_daes_of_the_table(pairs):
    table = results("multvae").query("model == 'DAE'")
    table = table.set_index(["dataset", "seed", "likelihood"])
    assert len(table) == len(pairs)
    for key, row in pairs.iterrows():
        for name in (*METRICS, "minus_ease"):
            assert row[name] == pytest.approx(table.loc[key, name], abs=1e-3)


def test_a_paired_difference_is_that_of_the_means_and_its_error_bounded(pairs):
    """The error of a difference is never more than the sum of two: the VAE's bound."""
    for (dataset, seed, _), row in pairs.iterrows():
        multinomial = pairs.loc[dataset, seed, "multinomial"]
        gap = row["NDCG@100"] - multinomial["NDCG@100"]
        assert row["minus_plain"] == pytest.approx(gap, abs=1e-5)
        most = row["minus_ease_error"] + multinomial["minus_ease_error"]
        assert row["minus_plain_error"] <= most


def test_multinomial_is_last_by_two_errors_on_every_split_of_movielens(pairs):
    """Lesson 06 says so, with the bound above in the row of the VAE."""
    daes = pairs.loc["ml-1m"].drop("multinomial", level="model")
    assert (daes["minus_plain"] > 3 * daes["minus_plain_error"]).all()
    vaes = results("multvae").query("dataset == 'ml-1m' and model == 'VAE'")
    vaes = vaes.set_index(["likelihood", "seed"])[["minus_ease", "minus_ease_error"]]
    lead, error = vaes["minus_ease"], vaes["minus_ease_error"]
    for name in ("gaussian", "logistic"):
        most = error[name] + error["multinomial"]
        assert (lead[name] - lead["multinomial"] > 2.4 * most).all()


def test_the_pairs_on_the_simulated_data_are_measured_again(pairs):
    for row in controls.measure_pairs("simulated", 0):
        stored = pairs.loc["simulated", 0, row["model"]]
        for name in (*METRICS, "minus_plain"):
            assert row[name] == pytest.approx(stored[name], abs=5e-3)


# ---- the curve over beta, with more epochs ----


@pytest.fixture(scope="module")
def beta_longer():
    return results("multvae_beta_longer").set_index(["dataset", "beta", "epoch"])["val"]


def test_every_longer_curve_has_all_its_epochs(beta_longer):
    cases = [tuple(case.values()) for case in controls.MULTVAE_BETA_LONGER.cases]
    epochs = range(1, controls.BETA_EPOCHS + 1)
    expected = [(*case, epoch) for case in cases for epoch in epochs]
    assert sorted(beta_longer.index) == sorted(expected)
    assert beta_longer.between(0, 1).all()


def test_the_longer_curves_begin_as_the_stored_ones(beta_longer):
    stored = results("multvae_beta").query("anneal_steps == 0")
    stored = stored.set_index(["dataset", "beta", "epoch"])["val"]
    both = beta_longer.to_frame("longer").join(stored, how="inner")
    assert len(both) == 40 * len(controls.MULTVAE_BETA_LONGER.cases)
    np.testing.assert_allclose(both["longer"], both["val"], atol=1e-3)


def test_with_more_epochs_no_price_gains_anything(beta_longer):
    """Lesson 06 says that the order of these weights stays."""
    best = beta_longer.groupby(["dataset", "beta"]).max()
    for dataset in multvae.DATASETS:
        assert best[dataset].is_monotonic_decreasing
    costs = best["ml-1m"][0.0] - best["ml-1m"]
    assert costs[1.0] == pytest.approx(0.024, abs=0.005)


def test_the_first_epochs_of_a_longer_curve_are_measured_again(
    beta_longer, monkeypatch
):
    monkeypatch.setattr(controls, "BETA_EPOCHS", 2)
    rows = controls.measure_beta_longer("simulated", 1.0)
    assert [row["epoch"] for row in rows] == [1, 2]
    for row in rows:
        stored = beta_longer["simulated", 1.0, row["epoch"]]
        assert row["val"] == pytest.approx(stored, abs=5e-3)


# ---- the clinic's epoch, chosen on other films than it is judged by ----


@pytest.fixture(scope="module")
def choice():
    return results("clinic_choice").set_index(["dataset", "half", "epoch"]).sort_index()


def test_both_halves_have_every_epoch(choice):
    expected = [
        (dataset, half, epoch)
        for dataset in multvae.DATASETS
        for half in ("chooses", "judges")
        for epoch in range(1, controls.CHOICE_EPOCHS + 1)
    ]
    assert sorted(choice.index) == sorted(expected)
    for name in multvae.METRICS:
        for kind in ("masked", "unmasked"):
            assert choice[f"{name} {kind}"].between(0, 1).all()


def test_the_choice_on_test_gains_next_to_nothing(choice):
    for dataset in multvae.DATASETS:
        values = choice.loc[dataset, "NDCG@100 unmasked"]
        chosen = values["chooses"].idxmax()
        gained = values["judges"].max() - values["judges"][chosen]
        assert 0 <= gained < 0.002
        assert 1 < chosen < controls.CHOICE_EPOCHS


def test_the_choice_is_measured_again(choice, monkeypatch):
    monkeypatch.setattr(controls, "CHOICE_EPOCHS", 2)
    for row in controls.measure_choice("simulated"):
        stored = choice.loc["simulated", row["half"], row["epoch"]]
        for name, value in row.items():
            if name.startswith("NDCG"):
                assert value == pytest.approx(stored[name], abs=5e-3)


def test_halves_share_no_film_and_miss_none():
    group = multvae.clinic_split("simulated").test
    first, second = (half.heldout.toarray() for half in controls.halves(group))
    assert not (first * second).any()
    assert np.array_equal(first + second, group.heldout.toarray())
    assert first.sum() == pytest.approx(second.sum(), rel=0.1)


def test_only_the_first_of_two_watches_chooses():
    group = multvae.clinic_split("simulated").test
    pair = controls.TwoWatches(*map(multvae.Watch, controls.halves(group)))
    model = Popularity().fit(group.history)
    error = pair.error(model)
    assert error == 1 - pair.chooses.rows[0]["NDCG@100 unmasked"]
    assert len(pair.judges.rows) == 1 and pair.judges.rows != pair.chooses.rows


# ---- the likelihoods in lesson 15's search ----


def best_likelihoods(dataset):
    """Return the likelihood of each net's best trial; least and most trials of one."""
    tried = results("showdown").query("dataset == @dataset").dropna(subset=["val"])
    tried = tried[tried["settings"].str.contains("likelihood")]
    tried = tried.assign(kind=tried["settings"].map(json.loads).str["likelihood"])
    by_kind = tried.groupby(["model", "kind"])["val"].agg(["max", "size"]).unstack()
    assert set(by_kind["max"].columns) == set(LIKELIHOODS)
    sizes = by_kind["size"].to_numpy()
    return by_kind["max"].idxmax(axis=1).tolist(), (sizes.min(), sizes.max())


def test_which_likelihoods_the_search_finds_best():
    """Multinomial is best for none of four nets, and on the other data for two."""
    best, trials = best_likelihoods("ml-1m")
    assert len(best) == 4 and best.count("multinomial") == 0 and trials == (5, 12)
    best, trials = best_likelihoods("ml-latest-small")
    assert len(best) == 4 and best.count("multinomial") == 2 and trials == (1, 6)
