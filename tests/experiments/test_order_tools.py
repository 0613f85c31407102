"""The tools of lesson 07: ties, waits, other orders, planted sequels."""

import numpy as np
import pytest

import recnb
from recnb.evaluation import evaluate, paired_difference, strong_generalization
from recnb.experiments import order
from recnb.ground.sequences import in_order, places
from recnb.models import EASE, SLIT


@pytest.fixture(scope="module")
def world():
    return recnb.load("simulated")


@pytest.fixture(scope="module")
def split(world):
    return strong_generalization(world, order="time", seed=0)


class Recorder:
    """Keep what it is asked, and say that all items are alike."""

    def __init__(self, needs_order):
        self.needs_order, self.asked = needs_order, None

    def predict(self, X):
        self.asked = X
        return np.zeros(X.shape, dtype=np.float32)


def test_shuffled_ties_change_nothing_but_ties(world):
    shuffled = order.ties_shuffled(world, seed=1)

    def rows(data):
        columns = data.users, data.items, data.ratings, data.timestamps
        return set(zip(*columns, strict=True))

    assert rows(shuffled) == rows(world)
    changed = 0
    for user, (before, after) in enumerate(
        zip(world.sequences()[:50], shuffled.sequences()[:50], strict=True)
    ):
        mine = world.users == user
        when = dict(zip(world.items[mine], world.timestamps[mine], strict=True))
        assert [when[i] for i in before] == [when[i] for i in after]
        changed += (before != after).any()
    assert changed > 25  # 30% of the simulated ratings share their second


def test_everybody_s_time_is_genuine_in_simulated_data(world):
    assert order.genuine_times(world).all()


def test_likes_stand_in_the_order_of_time_with_ties_as_in_the_file(world):
    likes = order.likes_in_order(world, least=4)
    assert len(likes) == (world.ratings >= 4).sum()
    titles = world.item_table["title"].to_numpy()
    for user in (0, 5):
        mine = likes[likes["user"] == user]
        assert mine["time"].is_monotonic_increasing
        liked = (world.users == user) & (world.ratings >= 4)
        rated = set(world.items[liked])
        wanted = [titles[item] for item in world.sequences()[user] if item in rated]
        assert mine["film"].tolist() == wanted


def test_shares_of_waits_are_cut_where_a_minute_or_an_hour_is_full():
    waits = np.array([0, 1, 59, 60, 3599, 3600, 86_399, 86_400])
    shares = order.spans(waits)
    assert shares.index.tolist() == list(order.SPANS)
    assert shares.tolist() == [1 / 8, 2 / 8, 2 / 8, 2 / 8, 1 / 8]


def test_what_a_change_costs_is_a_paired_difference(split):
    slit = SLIT(l2=100).fit(split.train_order)
    ease = EASE(l2=50).fit(split.train)
    ways = {"as it was": lambda h: h, "backwards": lambda h: h[::-1]}
    models = {"SLIT": slit, "EASE": ease}
    differences, errors = order.costs(models, ways, split.val)
    assert differences.index.tolist() == list(ways)
    assert (differences.loc["as it was"] == 0).all()
    assert differences.loc["backwards", "EASE"] == 0  # it knows no order
    turned = order.Rearranged(slit, ways["backwards"])
    one, other = (evaluate(m, split.val, ["NDCG@100"]) for m in (turned, slit))
    gap = paired_difference(one, other, "NDCG@100")
    assert differences.loc["backwards", "SLIT"] == pytest.approx(gap.mean)
    assert errors.loc["backwards", "SLIT"] == pytest.approx(gap.standard_error)


def test_all_films_shown_are_the_exam_as_it_is_and_one_is_the_last(split):
    slit = SLIT(l2=100).fit(split.train_order)
    table = order.by_latest({"SLIT": slit}, [1, 10_000], split.val)
    whole = evaluate(slit, split.val, ["NDCG@100"]).metrics["NDCG@100"]
    last = order.Rearranged(slit, lambda h: h[-1:])
    last = evaluate(last, split.val, ["NDCG@100"]).metrics["NDCG@100"]
    assert table["SLIT"].tolist() == [last, whole, whole]
    assert table.index.tolist() == [1, 10_000, "all"]


def test_the_wait_is_counted_from_the_last_like_that_is_shown(world, split):
    waits = order.waits(world, split)
    assert len(waits) == split.test.heldout.nnz
    assert (waits["seconds"] >= 0).all()  # what is held out is newer
    for row in (0, 7, 19):
        user = split.test.users[row]
        mine = world.users == user
        when = dict(zip(world.items[mine], world.timestamps[mine], strict=True))
        shown, held = (
            [when[item] for item in split.items[X[[row]].indices]]
            for X in (split.test.history, split.test.heldout)
        )
        found = waits.loc[waits["user"] == user, "seconds"]
        assert sorted(found) == sorted(time - max(shown) for time in held)


@pytest.mark.parametrize("needs_order", [True, False])
def test_a_model_is_shown_the_history_as_rearranged(needs_order):
    X = places([np.array([4, 0, 2]), np.array([1])], 5)
    inner = Recorder(needs_order)
    order.Rearranged(inner, lambda h: h[::-1][:2]).predict(X)
    assert [h.tolist() for h in in_order(places(in_order(X), 5))] == [[4, 0, 2], [1]]
    if needs_order:
        assert [h.tolist() for h in in_order(inner.asked)] == [[2, 0], [1]]
    else:
        np.testing.assert_array_equal(
            inner.asked.toarray(), [[1, 0, 1, 0, 0], [0, 1, 0, 0, 0]]
        )


def test_left_as_it_was_the_result_is_the_same(split):
    model = SLIT(l2=100).fit(split.train_order)
    same = order.Rearranged(model, lambda h: h)
    one, other = (evaluate(m, split.val, ["NDCG@100"]) for m in (model, same))
    assert one.metrics == other.metrics


def test_an_order_blind_model_does_not_mind_another_order(split):
    ease = EASE(l2=50).fit(split.train)
    backwards = order.Rearranged(ease, lambda h: h[::-1])
    one, other = (evaluate(m, split.val, ["NDCG@100"]) for m in (ease, backwards))
    assert one.metrics == other.metrics


def test_the_sequels_are_the_planted_ones(world, split):
    pairs = order.sequels(world, split)
    assert 100 < len(pairs) <= 160
    titles = split.item_table["title"]
    for first, second in pairs:
        assert titles[second].startswith(f"{titles[first]} ".rstrip("I").rstrip())


def test_the_median_place_counts_from_the_top_of_what_is_unseen(split):
    class Favourite:
        """Put one item first, whatever was seen."""

        def __init__(self, *items):
            self.items = items

        def predict(self, X):
            scores = np.zeros(X.shape, dtype=np.float32)
            for place, item in enumerate(self.items):
                scores[:, item] = 10 - place
            return scores

    popular = split.train.sum(axis=0).argsort()[::-1][:3]
    pairs = np.array([[popular[0], popular[1]]])
    first, third = Favourite(popular[1]), Favourite(popular[0], 7, 8, popular[1])
    assert order.median_place(first, split, pairs) == 1
    # popular[0] is seen then, so it is no rival; 7 and 8 may be seen by some.
    assert 1 <= order.median_place(third, split, pairs) <= 3
