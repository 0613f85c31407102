"""What counts as a like, which items stay, and when there is no contest."""

import numpy as np
import pandas as pd
import pytest

import recnb
from recnb.contest import protocol
from recnb.contest.protocol import likes, plan, with_fewer_items


@pytest.mark.parametrize(
    ("ratings", "least", "words"),
    [
        ([1, 2, 3, 4, 5], 4, "a rating of 4 or more"),
        ([0.5, 3.5, 4.5, 5], 4, "a rating of 4 or more"),
        ([1, 4, 6, 8, 10], 6, "a rating of 6 or more"),
        ([-1, 1, 1], 1, "a rating of 1 or more"),
        ([0, 0, 0, 1], 1, "a rating of 1 or more"),
        ([1, 1, 2, 3, 250], 1, "every count from 1 up"),
        ([0, 1, 1, 40], 1, "every count from 1 up"),
        ([0.3, 0.7, 2.5, 90.5], 1.6, "a rating of 1.6 or more"),
        ([1, 1, 1], None, "all ratings are 1"),
    ],
)
def test_a_like_depends_on_the_scale(ratings, least, words):
    found, said = likes(np.array(ratings, dtype=float))
    assert found == pytest.approx(least) if least else found is None
    assert words in said


def test_without_ratings_every_interaction_counts():
    assert likes(None) == (None, "every interaction, since there are no ratings")


def test_the_plan_says_what_it_decided(planned):
    assert planned.split.protocol.name == "strong generalisation, random fold-in"
    assert "no ratings" in planned.why["a like"]
    assert planned.why["read"].startswith("300 users, 60 items, ")
    assert planned.left_out == ""


def test_items_with_the_fewest_users_are_left_out(data):
    kept, words = with_fewer_items(data, 20)
    counts = np.bincount(data.items)
    assert 0 < kept.n_items <= 20
    assert np.bincount(kept.items).min() > np.sort(counts)[-21]
    lost = 1 - len(kept) / len(data)
    assert f"{lost:.1%} of the interactions" in words
    assert f"{60 - kept.n_items} of 60 items" in words


def test_all_items_stay_where_there_is_room(data):
    assert with_fewer_items(data, 60) == (data, "")


def test_little_memory_leaves_room_for_fewer_items(monkeypatch):
    monkeypatch.setattr(protocol, "available_memory", lambda: 32 * 100**2)
    assert protocol.most_items() == 100
    monkeypatch.setattr(protocol, "available_memory", lambda: 2**50)
    assert protocol.most_items() == protocol.MOST_ITEMS


def table_of(n_users, n_each):
    frame = pd.DataFrame(
        {
            "user": np.repeat(np.arange(n_users), n_each),
            "item": np.tile(np.arange(n_each), n_users),
        }
    )
    return recnb.read_table(frame, "user", "item", name="few")


def test_too_few_users_are_counted_and_refused():
    with pytest.raises(ValueError, match=r"few: 39 of 39 users have at least 5 likes"):
        plan(table_of(39, 5))
    with pytest.raises(ValueError, match="0 of 90 users"):
        plan(table_of(90, 4))


def test_forty_users_are_enough():
    assert len(plan(table_of(40, 9)).split.test.users) == 5
