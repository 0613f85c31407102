"""Settings are chosen on validation users, and the test users are asked once."""

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

import recnb
from recnb.evaluation import evaluate, paired_difference, strong_generalization
from recnb.experiments import tuning
from recnb.experiments.tuning import (
    Candidate,
    facts,
    fitted,
    log_uniform,
    tune_and_test,
)
from recnb.models import CDAE, EASE, FixedWeights, MultDAE, Popularity

N_ITEMS = 6


@pytest.fixture(scope="module")
def world():
    return strong_generalization(recnb.load("simulated"), seed=0)


def likes(*rows):
    X = np.zeros((len(rows), N_ITEMS), dtype=np.float32)
    for user, items in enumerate(rows):
        X[user, list(items)] = 1
    return sparse.csr_array(X)


@pytest.fixture
def split(world):
    """Validation users like 1 after 0; of three test users, two like 2, one likes 1."""
    val = replace(
        world.val,
        users=np.arange(2),
        history=likes([0], [0]),
        heldout=likes([1], [1]),
    )
    test = replace(
        world.test,
        users=np.arange(3),
        history=likes([0], [0], [0]),
        heldout=likes([2], [2], [1]),
    )
    return replace(world, train=likes([0, 1], [0, 2]), val=val, test=test)


def pointing_to(item, split, name="EASE", **settings):
    """Return a candidate that puts one item first for whoever has item 0."""
    B = np.zeros((N_ITEMS, N_ITEMS))
    B[0, item] = 1
    return Candidate(name, settings, FixedWeights(B).fit(split.train))


def ndcg(candidate, group):
    return evaluate(candidate.model, group, ["NDCG@100"]).metrics["NDCG@100"]


@pytest.mark.parametrize("right_first", [True, False])
def test_validation_users_choose_even_where_test_users_would_choose_otherwise(
    split, right_first
):
    best_on_val = pointing_to(1, split, l2=50)
    best_on_test = pointing_to(2, split, l2=500)
    assert ndcg(best_on_val, split.val) > ndcg(best_on_test, split.val)
    assert ndcg(best_on_val, split.test) < ndcg(best_on_test, split.test)

    both = [best_on_val, best_on_test]
    (row,) = tune_and_test(both if right_first else both[::-1], split)
    assert json.loads(row["settings"]) == {"l2": 50}
    assert row["val"] == 1
    assert row["NDCG@100"] == pytest.approx(ndcg(best_on_val, split.test))
    assert row["n_tried"] == 2
    assert row["protocol"] == f"{split.protocol.summary}, test users"


def test_each_name_competes_only_with_itself(split):
    candidates = [
        pointing_to(3, split, l2=1),
        pointing_to(2, split, "SLIM", l1=2, l2=50),
        pointing_to(1, split, l2=2),
        pointing_to(4, split, l2=3),
    ]
    rows = tune_and_test(iter(candidates), split)
    assert [(row["model"], row["n_tried"]) for row in rows] == [
        ("EASE", 3),
        ("SLIM", 1),
    ]
    assert [json.loads(row["settings"]) for row in rows] == [
        {"l2": 2},
        {"l1": 2, "l2": 50},
    ]


def test_of_equal_candidates_the_first_stays(split):
    same = [pointing_to(1, split, l2=l2) for l2 in (7, 8)]
    (row,) = tune_and_test(same, split)
    assert json.loads(row["settings"]) == {"l2": 7}


def test_the_difference_is_the_paired_one_user_by_user(split):
    ease, slim = pointing_to(1, split), pointing_to(2, split, "SLIM")
    rows = tune_and_test([ease, slim], split)
    expected = paired_difference(
        evaluate(slim.model, split.test), evaluate(ease.model, split.test), "NDCG@100"
    )
    assert expected.mean > 0.1 and expected.standard_error > 0.1
    assert rows[1]["minus_ease"] == expected.mean
    assert rows[1]["minus_ease_error"] == expected.standard_error
    assert rows[0]["minus_ease"] == rows[0]["minus_ease_error"] == 0
    (back, _) = tune_and_test([ease, slim], split, against="SLIM")
    assert back["minus_ease"] == pytest.approx(-expected.mean)


def test_a_second_rival_is_compared_in_the_same_way(split):
    ease, slim = pointing_to(1, split), pointing_to(2, split, "SLIM")
    of_ease, of_slim = tune_and_test([ease, slim], split, plain="SLIM")
    assert of_slim["minus_plain"] == of_slim["minus_plain_error"] == 0
    assert of_ease["minus_plain"] == -of_slim["minus_ease"]
    assert of_ease["minus_plain_error"] == of_slim["minus_ease_error"] > 0
    with pytest.raises(ValueError, match="'LAE'"):
        tune_and_test([ease, slim], split, plain="LAE")


def test_drawn_settings_stay_in_their_ranges_and_spread_over_the_magnitudes():
    ranges = {"small": (0.01, 1), "large": (10, 1000)}
    drawn = log_uniform(ranges, 500, seed=0)
    assert drawn == log_uniform(ranges, 500, seed=0) != log_uniform(ranges, 500, 1)
    for name, (low, high) in ranges.items():
        numbers = np.array([one[name] for one in drawn])
        assert low <= numbers.min() < numbers.max() <= high
        assert np.mean(numbers < np.sqrt(low * high)) == pytest.approx(0.5, abs=0.07)
        assert [float(f"{number:.3g}") for number in numbers] == list(numbers)


def test_the_test_users_are_asked_last_and_once_a_name(split, monkeypatch):
    asked = []

    def listening(model, group, *metrics):
        asked.append(group.name)
        return evaluate(model, group, *metrics)

    monkeypatch.setattr(tuning, "evaluate", listening)
    candidates = [pointing_to(item, split, l2=item) for item in (1, 2, 3)]
    tune_and_test([*candidates, pointing_to(2, split, "SLIM")], split)
    assert asked == ["val"] * 4 + ["test"] * 2


def test_a_row_has_what_the_model_reaches_on_the_simulated_users(world):
    model = EASE(l2=100).fit(world.train)
    (row,) = tune_and_test([Candidate("EASE", {"l2": 100}, model)], world)
    found = evaluate(model, world.test)
    for metric in tuning.REPORTED:
        assert row[metric] == found.metrics[metric]
    assert row["error"] == found.standard_errors["NDCG@100"]
    val = evaluate(model, world.val, ["NDCG@100"]).metrics["NDCG@100"]
    popular = evaluate(Popularity().fit(world.train), world.val, ["NDCG@100"])
    assert row["val"] == val > popular.metrics["NDCG@100"]
    assert row["density"] == 1
    off = model.weights_[~np.eye(len(model.weights_), dtype=bool)]
    assert row["negative_share"] == np.mean(off < 0)


@pytest.mark.parametrize("kind", [np.array, sparse.csc_array])
def test_density_and_negative_share_are_shares_of_all_pairs(split, kind):
    B = np.zeros((N_ITEMS, N_ITEMS))
    B[0, 1], B[1, 0], B[4, 2] = 0.5, -0.1, -0.2
    model = FixedWeights(kind(B)).fit(split.train)
    assert facts(model) == {"density": 3 / 30, "negative_share": 2 / 30}


def test_the_diagonal_is_no_pair(split):
    B = np.diag([0.9] * N_ITEMS)
    B[0, 0] = -1
    B[2, 3] = 1
    model = FixedWeights(B).fit(split.train)
    assert facts(model) == {"density": 1 / 30, "negative_share": 0}


def test_zeros_that_a_sparse_matrix_stores_are_no_weights(split):
    B = sparse.csc_array(([0.5, 0.0], ([0, 2], [1, 3])), shape=(N_ITEMS, N_ITEMS))
    assert B.nnz == 2
    model = FixedWeights(B).fit(split.train)
    assert facts(model) == {"density": 1 / 30, "negative_share": 0}


def test_nothing_to_compare_with_is_named(split):
    with pytest.raises(ValueError, match="No candidate is called 'EASE'"):
        tune_and_test([pointing_to(1, split, name="SLIM")], split)


@pytest.mark.parametrize("kind", [np.asarray, sparse.csc_array])
def test_the_diagonal_does_not_count_as_density(split, kind):
    model = FixedWeights(kind(np.eye(N_ITEMS))).fit(split.train)
    assert facts(model) == {"density": 0, "negative_share": 0}


# ---- nets ----


NET = {"hidden": (), "latent": 2, "epochs": 3, "patience": None}


class Error:
    """A validation error for each epoch in turn; an exception is raised."""

    def __init__(self, *errors):
        self.errors = list(errors)

    def error(self, _model):
        error = self.errors.pop(0)
        if isinstance(error, BaseException):
            raise error
        return error


def test_of_a_net_the_best_epoch_and_the_seconds_of_all_are_stored(split):
    net = MultDAE(**NET).fit(split.train, Error(0.5, 0.2, 0.3))
    assert facts(net) == {"epochs": 2, "seconds": net.log_.seconds[2]}
    assert net.log_.seconds[2] > net.log_.seconds[0] > 0


def test_a_net_for_known_users_has_the_facts_of_its_training(split):
    net = CDAE(hidden=2, epochs=2, patience=None).fit(split.train)
    assert facts(net.for_users()) == facts(net)
    assert facts(net)["epochs"] == 2


def test_of_a_model_that_is_neither_a_matrix_nor_a_net_nothing_is_stored(split):
    assert facts(Popularity().fit(split.train)) == {}


def test_a_row_has_the_facts_of_the_net(split):
    net = MultDAE(**NET).fit(split.train)
    candidates = [pointing_to(1, split), Candidate("MultDAE", {}, net)]
    ease, row = tune_and_test(candidates, split)
    assert {name: row[name] for name in facts(net)} == facts(net)
    assert "density" not in row and "epochs" not in ease


def test_fitted_hands_on_what_there_is_to_learn_from(split):
    net = MultDAE(**NET)
    assert fitted(net, split.train, Error(0.1, 0.2, 0.3)) is net
    assert net.log_.val == [0.1, 0.2, 0.3]


def test_a_training_that_stops_by_itself_is_whole(split):
    net = MultDAE(**NET).set_params(patience=1)
    assert fitted(net, split.train, Error(0.1, 0.2)).log_.stopped == "no improvement"


def test_a_training_that_diverges_at_once_is_none(split):
    assert fitted(MultDAE(**NET, lr=1e38, batch_size=1), split.train) is None


def test_an_interrupted_training_is_no_result(split):
    with pytest.raises(KeyboardInterrupt):
        fitted(MultDAE(**NET), split.train, Error(0.3, KeyboardInterrupt()))


def test_other_mistakes_are_not_taken_for_divergence(split):
    with pytest.raises(ValueError, match="dropout must be"):
        fitted(MultDAE(**NET, dropout=2), split.train)
