"""What a search holds after some minutes, by hand and over all orders."""

from itertools import combinations, permutations

import numpy as np
import pandas as pd
import pytest

from recnb.experiments.tuning_minutes import (
    after_minutes,
    after_trials,
    another_search,
)

NAN = float("nan")


def trials(seconds, val, test):
    return pd.DataFrame({"seconds": seconds, "val": val, "NDCG@100": test})


def by_hand(table, minutes):
    """Return the mean over all orders of what is held, one order after the other."""
    found = []
    for order in permutations(range(len(table))):
        spent, best, held = 0.0, -np.inf, NAN
        for _, row in table.iloc[list(order)].iterrows():
            spent += row["seconds"] / 2
            if spent <= 60 * minutes and row["val"] > best:
                best, held = row["val"], row["NDCG@100"]
        found.append(held)
    return np.mean(found)


@pytest.mark.parametrize("minutes", [1, 2, 3, 4, 10])
def test_the_mean_is_that_of_all_orders(minutes):
    table = trials([60, 120, 120, 240], [0.3, 0.5, 0.4, 0.2], [0.35, 0.4, 0.45, 0.1])
    found = after_minutes(table, [minutes], n_orders=20_000)
    expected = by_hand(table, minutes)
    assert found.loc[minutes, "mean"] == pytest.approx(expected, abs=3e-3, nan_ok=True)


def test_the_trial_that_is_best_on_validation_is_held_not_the_best_on_test():
    table = trials([2, 2], [0.5, 0.4], [0.1, 0.9])
    found = after_minutes(table, [1])
    assert found.loc[1, ["mean", "low", "high"]].tolist() == pytest.approx([0.1] * 3)
    assert found.loc[1, "over"] and found.loc[1, "trials"] == 2


def test_what_is_held_comes_with_its_validation_number_and_the_end():
    found = after_minutes(trials([120, 240], [0.5, 0.4], [0.1, 0.9]), [2, 3])
    assert found["ends"].tolist() == [3, 3]
    assert found.loc[2, "val"] == pytest.approx(0.45, abs=0.02)  # half of the orders
    assert found.loc[3, "val"] == pytest.approx(0.5)


def test_another_search_keeps_the_best_of_its_draws_on_validation():
    found = another_search(trials([1] * 3, [0.3, 0.5, 0.4], [0.7, 0.6, 0.8]), 20_000)
    share = {value: np.mean(found == value) for value in (0.7, 0.8, 0.6)}
    for value, expected in zip(share, (1 / 27, 7 / 27, 19 / 27), strict=True):
        assert share[value] == pytest.approx(expected, abs=0.02)
    with pytest.raises(ValueError, match="No trial has a validation score"):
        another_search(trials([1.0], [NAN], [NAN]))


def test_a_trial_that_diverged_costs_its_time_and_holds_nothing():
    table = trials([120, 120], [NAN, 0.4], [NAN, 0.3])
    found = after_minutes(table, [1, 2], n_orders=200)
    assert np.isnan(found.loc[1, "mean"])  # half of the orders begin with it
    assert found.loc[2, "mean"] == pytest.approx(0.3)


def test_before_the_first_trial_is_done_there_is_nothing():
    found = after_minutes(trials([1200], [0.4], [0.3]), [1, 10, 11])
    assert found["mean"].isna().tolist() == [True, False, False]
    assert found["over"].tolist() == [False, True, True]
    assert found["trials"].tolist() == [0, 1, 1]


def test_more_minutes_hold_a_better_validation_trial():
    rng = np.random.default_rng(0)
    val = rng.uniform(size=30)
    found = after_minutes(trials(rng.uniform(5, 50, 30), val, val), [1, 2, 4, 7])
    assert (found["mean"].diff().dropna() > 0).all()
    assert (found["low"] <= found["mean"]).all()
    assert (found["mean"] <= found["high"] + 1e-12).all()
    assert found["mean"].iloc[-1] == pytest.approx(val.max(), abs=0.02)


def test_the_same_seed_gives_the_same_numbers():
    table = trials([30, 60, 90], [0.1, 0.2, 0.3], [0.3, 0.2, 0.4])
    first, again = after_minutes(table, [1]), after_minutes(table, [1])
    assert first.equals(again)


def test_nothing_to_choose_from_is_an_error():
    with pytest.raises(ValueError, match="No trial has a validation score"):
        after_minutes(trials([1.0], [NAN], [NAN]), [1])


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_the_best_of_any_n_trials_is_a_mean_over_all_sets(n):
    val, test = np.array([0.3, 0.5, 0.4, 0.1]), np.array([0.35, 0.41, 0.43, 0.2])
    trials = pd.DataFrame({"val": val, "NDCG@100": test})
    sets = [list(each) for each in combinations(range(4), n)]
    expected = np.mean([test[each][val[each].argmax()] for each in sets])
    assert after_trials(trials, n) == pytest.approx(expected)


def test_more_trials_than_there_are_have_no_best():
    trials = pd.DataFrame({"val": [0.3], "NDCG@100": [0.3]})
    assert np.isnan(after_trials(trials, 2))
    with pytest.raises(ValueError, match="from 1 up"):
        after_trials(trials, 0)
