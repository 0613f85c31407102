"""A right answer is right however it is written, and a trick is not."""

import numpy as np
import pytest

from recnb.evaluation import mask_seen, top_k
from recnb.lesson.exercises import lesson_01, lesson_08


@pytest.fixture(autouse=True)
def no_progress(monkeypatch):
    monkeypatch.setenv("RECNB_PROGRESS", "off")


def by_where(scores, history, k):
    masked = np.where(history.toarray() > 0, -np.inf, scores)
    return np.argsort(-masked, axis=1)[:, :k]


def by_reversing(scores, history, k):
    masked = np.where(history.toarray() > 0, -1e9, scores)
    return np.argsort(masked, axis=1)[:, ::-1][:, :k]


def in_place(scores, history, k):
    scores[history.toarray() > 0] = -np.inf
    return np.argsort(-scores, axis=1)[:, :k]


def by_a_loop(scores, history, k):
    lists = []
    for u, row in enumerate(scores):
        unseen = np.flatnonzero(history.toarray()[u] == 0)
        lists.append(unseen[np.argsort(-row[unseen])][:k].tolist())
    return lists


def by_the_package(scores, history, k):
    return top_k(mask_seen(scores, history), k)


MASKS = [by_where, by_reversing, in_place, by_a_loop, by_the_package]


@pytest.mark.parametrize("recommend", MASKS, ids=lambda f: f.__name__)
def test_every_way_to_mask_is_accepted(recommend):
    assert lesson_01.exercise_3(recommend).state == "right"


def test_emptying_the_history_is_no_way_to_mask():
    def cheat(scores, history, k):
        history.data[:] = 0
        return np.argsort(-scores, axis=1)[:, :k]

    assert lesson_01.exercise_3(cheat).state == "wrong"


def test_a_rounded_ndcg_is_right():
    def rounded(hits, n, k):
        discount = 1 / np.log2(np.arange(2, max(k, n) + 2))
        gain = (np.asarray(hits)[:k] * discount[: len(hits[:k])]).sum()
        return round(float(gain / discount[: min(k, n)].sum()), 3)

    assert lesson_01.exercise_2(rounded).state == "right"


@pytest.mark.parametrize("kind", [list, tuple, np.array])
def test_a_pair_may_be_of_any_kind(kind):
    a, b = np.array([0.5, 0.7, 0.9]), np.array([0.4, 0.5, 0.9])
    d = a - b
    answer = kind([d.mean(), d.std(ddof=1) / np.sqrt(3)])
    assert lesson_08.exercise_3(answer, a, b).state == "right"
