"""Reading the showdown's table: users' numbers, means, and leads with errors."""

import numpy as np
import pandas as pd
import pytest

from recnb.evaluation import published
from recnb.experiments.showdown_summary import (
    COLUMNS,
    holm,
    leads,
    neighbours,
    per_user,
    pooled_lead,
    published_leads,
    summary,
)
from recnb.experiments.showdown_table import in_thousandths

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


def test_each_model_is_compared_with_the_next_on_all_splits(rows):
    found = neighbours(rows)
    assert list(found["next"]) == ["SLIM"]
    gaps = [0.1, 0, 0.2] * 2
    assert found["lead"].item() == pytest.approx(np.mean(gaps))
    error = np.std(gaps, ddof=1) / np.sqrt(6)
    assert found["error"].item() == pytest.approx(error)
    assert pooled_lead(rows, "SLIM", "EASE") == f"-0.1000 ± {error:.4f}"


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
    assert "VASP" not in leads_of["msd"]
    assert all(rows["error"].isna().all() for rows in found.values())
