"""Lesson 13b's metadata: who is judged on what, and what is stored."""

import json
from collections import Counter

import numpy as np
import pytest
from scipy import sparse

from recnb.evaluation import Group, Protocol, evaluate
from recnb.experiments import implicit_slim
from recnb.experiments.metadata import (
    FEW,
    ITEM_METADATA,
    N_TRIED,
    RANGES,
    TAGS,
    VIEWS,
    WEIGHT,
    Tagged,
    draw,
    fitted,
    on_films,
    plain,
    tags_of,
    views,
)
from recnb.experiments.runner import results
from recnb.experiments.tuning import METRIC, REPORTED
from recnb.models import ImplicitSLIM

CASE = ["dataset", "seed", "arm"]
VIEW = ["films", "chosen_for"]
REAL = pytest.param("ml-1m", marks=pytest.mark.real_data)


# ---- how it is measured --------------------------------------------------------------


class Given:
    """Score as handed over."""

    def predict(self, X):
        return np.array([[5.0, 4, 3, 2, 1]] * X.shape[0])


@pytest.fixture
def group():
    """Two users of five films: film 0 is seen; 1, 3 and 4 are held out, or 1 alone."""
    history = sparse.csr_array([[1.0, 0, 0, 0, 0], [1, 0, 0, 0, 0]])
    heldout = sparse.csr_array([[0.0, 1, 0, 1, 1], [0, 1, 0, 0, 0]])
    protocol = Protocol("toy", "toy", False, 0, (METRIC,))
    return Group("test", protocol, np.arange(2), history, heldout, np.ones(5))


FEW_FANS = np.array([True, False, True, False, True])


def test_likes_of_other_films_do_not_count_but_the_films_are_ranked(group):
    judged = on_films(group, FEW_FANS, "few fans")
    found = evaluate(Given(), judged, ["MRR@5", "recall@3"])
    assert list(found.per_user["n_heldout"]) == [1, 0]
    assert found.metrics["MRR@5"] == 1 / 4  # after 1, 2 and 3
    assert found.metrics["recall@3"] == 0
    assert group.heldout.nnz == 4


def test_the_few_alone_are_ranked_among_each_other(group):
    judged = on_films(group, FEW_FANS, "few fans only")
    found = evaluate(Given(), judged, ["MRR@5"])
    assert found.metrics["MRR@5"] == 1 / 2  # after 2; 0 is seen
    assert judged.protocol != group.protocol
    assert "few is 50" in repr(judged.protocol)


def test_films_with_few_fans_are_counted_among_training_users():
    split = views("simulated", 0)
    assert list(split) == list(VIEWS)
    fans = split["all"].train.sum(axis=0)
    for judged, whole in zip(
        (split["few fans"].val, split["few fans only"].test),
        (split["all"].val, split["all"].test),
        strict=True,
    ):
        assert fans[np.unique(judged.heldout.indices)].max() <= FEW
        assert judged.heldout.nnz == (fans[whole.heldout.indices] <= FEW).sum()


def test_tags_are_users_of_any_weight_to_implicit_slim():
    rng = np.random.default_rng(0)
    X = sparse.csr_array((rng.random((50, 12)) < 0.3).astype(np.float32))
    S = sparse.csr_array((rng.random((4, 12)) < 0.3).astype(np.float32))
    W, slim = rng.normal(size=(3, 12)), ImplicitSLIM(10.0, 1.0, 3)
    thrice = sparse.vstack([X, S, S, S]).tocsr()
    found = Tagged(slim, S, 3.0).embed(W, X)
    np.testing.assert_allclose(found, slim.embed(W, thrice), atol=1e-5)
    assert np.abs(found - slim.embed(W, X)).max() > 0.01


def test_an_arm_has_its_tags():
    split = views("simulated", 0)["all"]
    S = tags_of("CEASE", split, 0).toarray()
    genres, decades = (
        tags_of(f"CEASE, {half}", split, 0).toarray() for half in ("genres", "decades")
    )
    np.testing.assert_array_equal(np.vstack([genres, decades]), S)
    shuffled = tags_of("CEASE, shuffled", split, 0).toarray()
    assert sorted(map(tuple, shuffled.T)) == sorted(map(tuple, S.T))
    assert (shuffled != S).any(axis=0).mean() > 0.8
    assert tags_of("EASE", split, 0) is tags_of("ImplicitSLIM", split, 0) is None


def test_arms_of_a_family_try_the_same_lambdas():
    for arm in TAGS:
        tried = draw("ml-1m", arm, 1)
        assert len(tried) == N_TRIED
        for one, same in zip(tried, draw("ml-1m", plain(arm), 1), strict=True):
            assert {name: one[name] for name in same} == same
    assert draw("ml-1m", "CEASE", 1) == draw("ml-1m", "CEASE, shuffled", 1)


# ---- what is stored ------------------------------------------------------------------


@pytest.fixture(scope="module")
def stored():
    return results("item_metadata")


def test_every_case_has_its_views(stored):
    choices = {(view, chosen) for view in VIEWS for chosen in ("all", view)}
    expected = Counter(
        (*(case[name] for name in CASE), *choice)
        for case in ITEM_METADATA.cases
        for choice in choices
    )
    rows = stored[[*CASE, *VIEW]].itertuples(index=False, name=None)
    assert Counter(rows) == expected
    assert stored.notna().all(axis=None)


def test_settings_are_among_those_tried(stored):
    assert (stored["n_tried"] == N_TRIED).all()
    for row in stored.itertuples():
        assert json.loads(row.settings) in draw(row.dataset, row.arm, row.seed)


def test_draws_are_from_the_ranges():
    for dataset, ranges in RANGES.items():
        for arm in ("AddEASE", "CEASE", "ImplicitSLIM, tags"):
            more = implicit_slim.RANGES[dataset] | {"weight": WEIGHT[dataset]}
            within = more if arm.startswith("Implicit") else ranges
            for name, value in (
                p for one in draw(dataset, arm, 0) for p in one.items()
            ):
                low, high = within[name]
                assert 0.99 * low <= value <= 1.01 * high, (arm, name)


def test_differences_agree_with_the_levels(stored):
    for metric in REPORTED:
        levels = stored.pivot_table(metric, ["dataset", "seed", *VIEW], "arm")
        name = "" if metric == METRIC else f"{metric} "
        for arm in TAGS:
            rows = stored[stored["arm"] == arm].set_index(["dataset", "seed", *VIEW])
            for column, rival in (("ease", "EASE"), ("plain", plain(arm))):
                gaps = (levels[arm] - levels[rival]).loc[rows.index]
                there = rows[f"{name}minus_{column}"]
                np.testing.assert_allclose(there, gaps, atol=3e-6)
                if arm == rival:
                    assert (rows[f"{name}minus_{column}_error"] == 0).all()


def test_without_tags_implicit_slim_is_lesson_13s(stored):
    """The same settings, so the same choice and the same validation score."""
    before = results("implicit_slim").query("host == 'MF' and arm == 'reg'")
    before = before.set_index(["dataset", "seed", "L"])
    rows = stored.query("arm == 'ImplicitSLIM' and films == 'all'")
    for row in rows.itertuples():
        length = implicit_slim.CURVE_LENGTHS[row.dataset]
        same = before.loc[(row.dataset, row.seed, length)]
        assert json.loads(same["settings"]) == json.loads(row.settings)
        assert row.val == pytest.approx(same["val"], abs=1e-3)


@pytest.mark.parametrize("dataset", ["simulated", REAL])
@pytest.mark.parametrize("arm", ["CEASE", "AddEASE", "ImplicitSLIM, tags"])
def test_a_stored_model_fitted_again_reaches_the_stored_numbers(stored, dataset, arm):
    query = "dataset == @dataset and seed == 0 and arm == @arm and chosen_for == 'all'"
    rows = stored.query(query)
    model = fitted(dataset, arm, json.loads(rows["settings"].iloc[0]), 0)
    for row in rows.to_dict("records"):
        judged = views(dataset, 0)[row["films"]].test
        found = evaluate(model, judged, REPORTED)
        assert len(found.contributions(METRIC)) == row["n_users"]
        for metric in REPORTED:
            near = 0.003 if row["films"] == "all" else 0.01
            assert found.metrics[metric] == pytest.approx(row[metric], abs=near)
