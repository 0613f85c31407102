"""Filtering a catalogue by how many users an item has."""

import numpy as np
import pandas as pd
import pytest

from recnb.data import HeldOut, Interactions


@pytest.fixture
def columns():
    return {
        "name": "tiny",
        "users": np.array([0, 1, 1]),
        "items": np.array([2, 0, 2]),
        "ratings": np.array([4.0, 3.0, 5.0]),
        "item_table": pd.DataFrame({"title": ["A", "B", "C"]}),
        "user_ids": np.array([7, 8]),
    }


def test_items_keep_their_titles_and_users_their_codes(columns):
    kept = Interactions(**columns).keep_items(min_users=2)
    assert list(kept.item_table["title"]) == ["C"]
    assert kept.to_csr().toarray().tolist() == [[4], [5]]
    assert kept.n_users == 2


def test_an_empty_catalogue_and_a_published_split_are_refused(columns):
    with pytest.raises(ValueError, match="ask for fewer"):
        Interactions(**columns).keep_items(min_users=3)
    heldout = HeldOut(np.array([0]), np.array([1]))
    with pytest.raises(ValueError, match="published split"):
        Interactions(**columns, heldout=heldout).keep_items(min_users=1)
