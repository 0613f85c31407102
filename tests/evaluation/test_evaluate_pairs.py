"""Models of pairs are asked for the candidates only, and judged like all others."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from recnb.evaluation import Group, Protocol, evaluate, leave_one_out
from recnb.models import MF

METRICS = ["HR@1", "HR@3", "NDCG@3", "MRR@10", "coverage@3", "Gini@3"]
N_USERS, N_ITEMS = 12, 9


class Pairs:
    """Scores that stand in a table; all of them are never asked for."""

    def __init__(self, scores):
        self.scores, self.asked = scores, 0

    def predict_pairs(self, users, items):
        self.asked += np.broadcast(users, items).size
        return self.scores[users, items]

    def predict(self, X):
        raise AssertionError("asked for the whole catalogue")


class Rows:
    """The same scores, dense, of the users of one group."""

    needs_all_users = True

    def __init__(self, scores, group):
        self.scores = scores[group.users]

    def predict(self, X):
        return self.scores


def toy(seed, n_levels, n_candidates=5):
    """Return scores with ties, and a group in which candidates are seen or repeated."""
    rng = np.random.default_rng(seed)
    scores = rng.integers(n_levels, size=(N_USERS, N_ITEMS)).astype(np.float32)
    candidates = rng.integers(N_ITEMS, size=(N_USERS, n_candidates))
    heldout = np.zeros((N_USERS, N_ITEMS), dtype=np.float32)
    heldout[np.arange(N_USERS), candidates[:, 0]] = 1
    seen = (rng.random((N_USERS, N_ITEMS)) < 0.4) * (1 - heldout)
    group = Group(
        "test",
        Protocol("toy", "toy", False, 0, ("HR@3",)),
        np.arange(N_USERS),
        sparse.csr_array(seen),
        sparse.csr_array(heldout),
        np.ones(N_ITEMS),
        candidates,
    )
    return scores, group


def of(group, rows):
    """Return the group of these rows, in this order."""
    names = ("users", "history", "heldout", "candidates")
    return replace(group, **{name: getattr(group, name)[rows] for name in names})


def assert_same(ours, theirs):
    assert ours.metrics == pytest.approx(theirs.metrics)
    assert ours.per_user.equals(theirs.per_user)


@settings(deadline=None)
@given(
    st.integers(0, 10**6),
    st.sampled_from([2, 5, 10**6]),
    st.booleans(),
    st.permutations(range(N_USERS)),
    st.integers(1, N_USERS),
)
def test_it_is_the_same_as_with_all_scores(seed, n_levels, mask, order, n):
    """With ties, for any users in any order, with and without the mask."""
    scores, group = toy(seed, n_levels)
    group = of(group, np.array(order[:n]))
    model = Pairs(scores)
    ours = evaluate(model, group, METRICS, mask_seen=mask)
    assert_same(ours, evaluate(Rows(scores, group), group, METRICS, mask_seen=mask))
    assert model.asked == group.candidates.size


def test_a_seen_candidate_and_a_repeated_one_are_not_listed():
    """Candidates 2 (held out), 0 (seen), 1, 1: the list is 1, 2."""
    _, group = toy(0, 2)
    heldout, seen = np.zeros((2, 1, N_ITEMS))
    heldout[0, 2] = seen[0, 0] = 1
    scores = np.array([[9, 8, 7] + [0] * 6], dtype=np.float32)
    group = replace(
        group,
        users=np.array([0]),
        history=sparse.csr_array(seen),
        heldout=sparse.csr_array(heldout),
        candidates=np.array([[2, 0, 1, 1]]),
    )
    found = evaluate(Pairs(scores), group, ["MRR@10", "coverage@10"]).metrics
    assert found == {"MRR@10": 1 / 2, "coverage@10": 2 / N_ITEMS}
    unmasked = evaluate(Pairs(scores), group, ["MRR@10"], mask_seen=False).metrics
    assert unmasked == {"MRR@10": pytest.approx(1 / 3)}


def test_a_pair_without_a_score_is_told():
    scores, group = toy(1, 5)
    scores[3, group.candidates[3, 0]] = np.nan
    with pytest.raises(ValueError, match="Pairs scores a pair with NaN"):
        evaluate(Pairs(scores), group, METRICS)


def test_a_fitted_model_is_judged_as_its_dense_scores_are(world):
    for candidates in (7, "all"):
        split = leave_one_out(world, candidates=candidates)
        model = MF(d=4, epochs=3, lr=0.05, n_threads=1).fit(split.train)
        dense = Rows(model.predict(split.train), split.test)
        assert_same(evaluate(model, split.test), evaluate(dense, split.test))


def test_all_users_among_all_items_have_to_stand_in_the_order_of_training(world):
    split = leave_one_out(world, candidates="all")
    model = MF(d=4, epochs=1, n_threads=1).fit(split.train)
    turned = np.arange(len(split.test.users))[::-1]
    group = replace(
        split.test,
        users=split.test.users[turned],
        history=split.test.history[turned],
        heldout=split.test.heldout[turned],
    )
    with pytest.raises(ValueError, match="in the order of training"):
        evaluate(model, group)
