"""Planted pairs stand in the rows and columns of their films, in both orders."""

import numpy as np
import pandas as pd
import pytest

import recnb
from recnb.data import planted_pairs

PAIRS = pd.DataFrame(
    {
        "movie_a": [10, 30, 10, 40],
        "movie_b": [20, 10, 30, 20],
        "kind": ["rival", "rival", "sequel", "rival"],
    },
    index=[7, 5, 3, 1],
)


def test_a_pair_stands_in_both_places_and_other_films_are_left_out():
    found = planted_pairs(PAIRS, [30, 20, 10], "rival")
    expected = np.array([[0, 0, 1], [0, 0, 1], [1, 1, 0]])
    np.testing.assert_array_equal(found, expected)
    assert found.dtype == bool


def test_all_rivals_of_the_simulated_world_are_there():
    world = recnb.load("simulated")
    pairs = world.truth["pairs"]
    found = planted_pairs(pairs, world.item_table["item_id"], "rival")
    assert found.sum() == 2 * (pairs["kind"] == "rival").sum()


def test_an_unknown_kind_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="the kinds are rival, sequel"):
        planted_pairs(PAIRS, [10, 20], "friend")
