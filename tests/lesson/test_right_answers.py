"""A right answer is right however it is written, and a trick is not."""

import numpy as np
import pytest
import torch

from recnb.evaluation import mask_seen, top_k
from recnb.lesson.exercises import lesson_01, lesson_07, lesson_08, lesson_12


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


NEXT_FILMS = [
    "DE",
    "e, d",
    ["D", "E"],
    pytest.param({"D", "E"}, id="a set"),
    np.array(["E", "D"]),
]


@pytest.mark.parametrize("targets", NEXT_FILMS, ids=str)
def test_the_next_films_may_be_named_in_any_way(targets):
    assert lesson_07.exercise_1(targets, 4).state == "right"


def by_lexsort(items, times, share):
    order = np.lexsort((np.arange(len(items)), times))
    n_heldout = max(1, int(share * len(items)))
    return items[order[:-n_heldout]], items[order[-n_heldout:]]


def by_sorting_places(items, times, share):
    # sorted is stable, as list.sort is.
    in_order = [items[place] for place in sorted(range(len(items)), key=times.item)]
    cut = len(items) - max(1, int(share * len(items)))
    return in_order[:cut], in_order[cut:]


def by_a_mask(items, times, share):
    newest = np.zeros(len(items), dtype=bool)
    newest[np.argsort(times, kind="stable")[-max(1, int(share * len(items))) :]] = True
    parts = [~newest, newest]
    return [items[part][np.argsort(times[part], kind="stable")] for part in parts]


SPLITS = [by_lexsort, by_sorting_places, by_a_mask]


@pytest.mark.parametrize("split", SPLITS, ids=lambda f: f.__name__)
def test_every_way_to_split_by_time_is_accepted(split):
    assert lesson_07.exercise_2(split).state == "right"


def test_rounding_is_no_way_to_count_the_held_out():
    def rounded(items, times, share):
        in_order = items[np.argsort(times, kind="stable")]
        cut = len(items) - max(1, round(share * len(items)))
        return in_order[:cut], in_order[cut:]

    assert "rounded it up" in lesson_07.exercise_2(rounded).message


def test_times_of_today_must_not_run_into_each_other():
    def in_single_precision(items, times, share):
        return by_lexsort(items, times.astype(np.float32), share)

    verdict = lesson_07.exercise_2(in_single_precision)
    assert verdict.message.startswith("With all times later")


def by_rows(x, h, W, U, b, c):
    d = len(h)
    first, second, third = slice(d), slice(d, 2 * d), slice(2 * d, None)
    r = torch.sigmoid(W[first] @ x + b[first] + U[first] @ h + c[first])
    u = torch.sigmoid(W[second] @ x + b[second] + U[second] @ h + c[second])
    n = torch.tanh(W[third] @ x + b[third] + r * (U[third] @ h + c[third]))
    return n + u * (h - n)


def in_numpy(x, h, W, U, b, c):
    x, h, W, U, b, c = map(np.asarray, (x, h, W, U, b, c))
    film, memory = np.split(W @ x + b, 3), np.split(U @ h + c, 3)
    r, u = (1 / (1 + np.exp(-(film[gate] + memory[gate]))) for gate in (0, 1))
    return (1 - u) * np.tanh(film[2] + r * memory[2]) + u * h


def by_the_cell(x, h, W, U, b, c):
    cell = torch.nn.GRUCell(len(x), len(h))
    weights = {"weight_ih": W, "weight_hh": U, "bias_ih": b, "bias_hh": c}
    cell.load_state_dict(weights)
    return cell(x, h)


STEPS = [by_rows, in_numpy, by_the_cell]


@pytest.mark.parametrize("step", STEPS, ids=lambda f: f.__name__)
def test_every_way_to_take_a_step_of_a_gru_is_accepted(step):
    assert lesson_07.exercise_3(step).state == "right"


@pytest.mark.parametrize("ratio", [1153, 1153.0, np.float32(1153), 18 * 64 + 1])
def test_the_ratio_of_multiplications_may_be_of_any_kind(ratio):
    assert lesson_12.exercise_1(ratio).state == "right"


def by_logarithms(d, zero, best):
    return np.exp(np.log((zero**2 - best**2) / d) / 4)


def by_two_roots(d, zero, best):
    return np.sqrt(np.sqrt((zero - best) * (zero + best) / d))


@pytest.mark.parametrize("spread", [by_logarithms, by_two_roots])
def test_every_way_to_the_spread_is_accepted(spread):
    assert lesson_12.exercise_2(spread).state == "right"


def by_einsum(p, q, y, scores):
    dot = np.einsum("nd,nd->n", p, q)
    return float(
        np.sqrt(np.mean((y - scores) ** 2)) - np.linalg.norm(y - dot) / len(y) ** 0.5
    )


def in_a_loop(p, q, y, scores):
    dot = [
        sum(a * b for a, b in zip(*pair, strict=True))
        for pair in zip(p, q, strict=True)
    ]
    squares = [(label - s) ** 2 for label, s in zip(y, scores, strict=True)]
    own = [(label - s) ** 2 for label, s in zip(y, dot, strict=True)]
    return (sum(squares) / len(y)) ** 0.5 - (sum(own) / len(y)) ** 0.5


@pytest.mark.parametrize("answer", [by_einsum, in_a_loop], ids=lambda f: f.__name__)
def test_every_way_to_the_approximation_error_is_accepted(answer):
    assert lesson_12.exercise_3(answer).state == "right"


def with_a_margin(Q):
    squares = np.sum(Q**2, axis=1, keepdims=True)
    return np.hstack([Q, -np.sqrt(squares.max() + 1 - squares)])


def as_a_list(Q):
    longest = max(float(q @ q) for q in Q)
    return [[*q, max(longest - float(q @ q), 0.0) ** 0.5] for q in Q]


@pytest.mark.parametrize("longer", [with_a_margin, as_a_list], ids=lambda f: f.__name__)
def test_every_way_to_rows_of_one_length_is_accepted(longer):
    assert lesson_12.exercise_4(longer).state == "right"
