"""Reading the showdown's table: users' numbers, means, and leads with errors."""

import numpy as np
import pandas as pd
import pytest

from recnb.contestants import BY_NAME, CONTESTANTS, SETTINGS, what_it_is
from recnb.evaluation import published
from recnb.experiments import results
from recnb.experiments.showdown_summary import (
    COLUMNS,
    all_pairs,
    earlier_search,
    error_of_mean,
    holm,
    lead,
    leads,
    near_an_end,
    per_user,
    pooled_lead,
    published_leads,
    summary,
    top,
)
from recnb.experiments.showdown_table import in_thousandths

#: Test users of two splits that have none in common.
OTHERS = {0: np.arange(4), 1: np.arange(4, 8)}
EASE, SLIM = np.array([0.5, np.nan, 0.3, 0.7]), np.array([0.4, np.nan, 0.3, 0.5])


def stored(model, seed, values, dataset="simulated"):
    numbers = dict.fromkeys(COLUMNS, np.nanmean(values))
    who = {"dataset": dataset, "seed": seed, "model": model}
    return {**numbers, **who, "thousandths": in_thousandths(values)}


@pytest.fixture
def rows():
    both = (("EASE", EASE), ("SLIM", SLIM))
    found = [stored(m, seed, v - seed / 10) for m, v in both for seed in range(2)]
    return pd.DataFrame(found)


def test_users_numbers_survive_the_file():
    np.testing.assert_allclose(per_user(stored("EASE", 0, EASE)), EASE)


def test_the_summary_is_a_mean_over_splits_with_the_best_first(rows):
    found = summary(rows.iloc[::-1])
    assert list(found.index) == ["EASE", "SLIM"]
    assert found.loc["EASE", "NDCG@100"] == pytest.approx(0.45)
    assert list(found["kind"]) == ["closed form", "convex"]


def test_two_datasets_have_no_common_mean(rows):
    rows.loc[0, "dataset"] = "ml-1m"
    with pytest.raises(ValueError, match="one dataset"):
        summary(rows)


def test_a_lead_is_paired_and_leaves_out_who_has_no_number(rows):
    found = leads(rows, "EASE").query("model == 'SLIM' and seed == 1").iloc[0]
    gaps = [-0.1, 0, -0.2]
    assert found["minus"] == pytest.approx(np.mean(gaps))
    assert found["error"] == pytest.approx(np.std(gaps, ddof=1) / np.sqrt(3))


def test_a_rival_has_to_be_there(rows):
    with pytest.raises(ValueError, match="no row of 'iALS'"):
        leads(rows, "iALS")


def test_every_two_models_are_compared_on_all_splits(rows):
    found = all_pairs(rows, ["EASE", "SLIM"], OTHERS)
    assert list(found["model"]) == ["EASE"] and list(found["rival"]) == ["SLIM"]
    gaps = [0.1, 0, 0.2] * 2
    assert found["lead"].item() == pytest.approx(np.mean(gaps))
    error = np.std(gaps, ddof=1) / np.sqrt(6)
    assert found["error"].item() == pytest.approx(error)
    assert pooled_lead(rows, "SLIM", "EASE", OTHERS) == f"-0.1000 ± {error:.4f}"


def test_a_user_who_is_drawn_twice_counts_once(rows):
    twice = {0: np.array([5, 6, 7, 8]), 1: np.array([5, 6, 7, 8])}
    mean, error = lead(rows, "EASE", "SLIM", twice)
    assert mean == pytest.approx(0.1)
    assert error == pytest.approx(np.std([0.1, 0, 0.2], ddof=1) / np.sqrt(3))
    assert error > lead(rows, "EASE", "SLIM", OTHERS)[1]
    with pytest.raises(ValueError, match="8 values, but 7 users"):
        lead(rows, "EASE", "SLIM", {0: twice[0], 1: twice[1][:3]})


def test_the_error_by_users_is_the_spread_of_means_over_drawn_worlds():
    rng, users = np.random.default_rng(0), np.repeat(np.arange(30), [1] * 20 + [3] * 10)
    worlds = rng.normal(size=(4000, 30))[:, users] + rng.normal(size=(4000, 50)) / 2
    errors = [error_of_mean(world, users) for world in worlds]
    assert np.mean(errors) == pytest.approx(worlds.mean(axis=1).std(), rel=0.06)
    alone = [error_of_mean(world) for world in worlds]
    assert np.mean(alone) < 0.85 * np.mean(errors)
    nan = np.append(worlds[0], np.nan)
    assert error_of_mean(nan, np.append(users, 0)) == pytest.approx(errors[0])


def test_all_pairs_are_one_family_of_comparisons(rows):
    third = [stored("ridge", seed, EASE - 0.02 - seed / 10) for seed in range(2)]
    rows = pd.concat([rows, pd.DataFrame(third)])
    found = all_pairs(rows, ["EASE", "ridge", "SLIM"], OTHERS)
    pairs = list(zip(found["model"], found["rival"], strict=True))
    assert pairs == [("EASE", "ridge"), ("EASE", "SLIM"), ("ridge", "SLIM")]
    together = holm(found["lead"].to_numpy(), found["error"].to_numpy())
    assert found["stands"].tolist() == together.tolist()
    with pytest.raises(ValueError, match="two models"):
        all_pairs(rows, ["EASE"], OTHERS)


def test_the_top_is_the_first_and_all_that_are_not_told_apart_from_it():
    rows = [("A", "B", False), ("A", "C", True), ("A", "D", False), ("B", "C", False)]
    found = top(pd.DataFrame(rows, columns=["model", "rival", "stands"]))
    assert found == ["A", "B", "D"]


def test_best_draws_near_an_end_of_their_range_are_named():
    draws = [BY_NAME["EASE"].draw(trial)["l2"] for trial in range(200)]
    places = np.log(np.array(draws) / 5) / np.log(3000 / 5)
    for trial in (int(places.argmin()), int(np.abs(places - 0.5).argmin())):
        best = pd.DataFrame({"model": ["EASE"], "trial": trial, "val": 0.4})
        found = near_an_end(best)
        assert list(found["setting"]) == (["l2"] if places[trial] < 0.1 else [])
    depths = [BY_NAME["∞-AE"].draw(trial)["depth"] for trial in range(50)]
    best = pd.DataFrame({"model": ["∞-AE"], "trial": depths.index(10), "val": 0.4})
    found = near_an_end(best).set_index("setting").loc["depth"]
    assert found["place"] == 1
    assert found["what it is"] == "hidden layers"


def test_the_weight_of_a_like_stands_at_an_end_of_the_gaussian_likelihood_only():
    draws = [BY_NAME["RecVAE"].draw(trial) for trial in range(100)]
    for likelihood, is_named in (("gaussian", True), ("logistic", False)):
        at_the_end = {"likelihood": likelihood, "c1": 10}
        trial = next(i for i, d in enumerate(draws) if at_the_end.items() <= d.items())
        best = pd.DataFrame({"model": ["RecVAE"], "trial": trial, "val": 0.4})
        assert ("c1" in set(near_an_end(best)["setting"])) == is_named


def test_every_setting_is_explained_and_nothing_else():
    drawn = {(each.name, name) for each in CONTESTANTS for name in each.ranges}
    assert all(len(what_it_is(*one)) > 5 for one in drawn)
    usual = {name for _, name in drawn}
    assert set(SETTINGS) <= usual | {f"{name} of {model}" for model, name in drawn}


def test_the_earlier_search_had_the_nets_the_other_way_round():
    earlier = earlier_search()["NDCG@100"]
    rows = results("showdown_table").query("dataset == 'ml-1m'")
    now = summary(rows)["NDCG@100"]
    assert earlier["RecVAE"] < earlier["EASE"] < earlier["MultVAE"]
    assert now["MultVAE"] - now["EASE"] < now["RecVAE"] - now["EASE"]
    assert earlier["EASE"] == pytest.approx(now["EASE"], abs=5e-4)


def test_holm_finds_at_least_what_bonferroni_finds_and_stops():
    leads = np.array([3.5, -2.5, 2.1, 0.5])
    errors = np.ones(4)  # p: .0005, .012, .036, .62; bounds: .0125, .0167, .025, .05
    assert holm(leads, errors).tolist() == [True, True, False, False]
    assert holm(leads[::-1], errors).tolist() == [False, False, True, True]


def test_without_a_real_lead_holm_errs_in_one_family_of_twenty():
    rng = np.random.default_rng(0)
    families = [holm(rng.normal(size=20), np.ones(20)).any() for _ in range(2000)]
    assert 0.03 < np.mean(families) < 0.065


def test_published_leads_are_those_of_one_protocol():
    found = published_leads(published())
    assert list(found) == ["ml-20m", "netflix", "msd"]
    leads_of = {name: rows.set_index("model")["minus"] for name, rows in found.items()}
    assert leads_of["ml-20m"]["MultVAE"] == pytest.approx(0.006)
    assert leads_of["msd"]["MultVAE"] == pytest.approx(-0.073)
    assert leads_of["ml-20m"]["Higher-order EASE"] == pytest.approx(0.00923)
    assert leads_of["msd"]["EDLAE"] == pytest.approx(0.00251)
    assert "VASP" not in leads_of["msd"]
    assert all(rows["error"].isna().all() for rows in found.values())
