"""A right answer is right however it is written, and a trick is not."""

import numpy as np
import pytest
import torch

from recnb.evaluation import mask_seen, top_k
from recnb.lesson.exercises import (
    lesson_01,
    lesson_07,
    lesson_08,
    lesson_12,
    lesson_13,
)


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


@pytest.mark.parametrize("kind", [list, tuple, np.array])
def test_the_weights_of_two_neighbours_may_be_of_any_kind(kind):
    assert lesson_13.exercise_1(kind([0.6, 0.4])).state == "right"


def in_a_sum(W, X, l2, alpha):
    n = np.bincount(X.indices, minlength=X.shape[1])
    H = (X.T @ (X @ W.T) + l2 * W.T) / (n + l2)[:, np.newaxis]
    inner = np.linalg.inv(np.eye(len(W)) / alpha + H.T @ H)
    scaled = H / (n + l2)[:, np.newaxis]
    return W @ W.T @ inner @ (X.T @ (X @ scaled) + l2 * scaled).T


def in_more_steps(W, X, l2, alpha):
    d = np.asarray(X.sum(axis=0)).ravel() + l2
    C = ((X @ W.T).T @ X + l2 * W) / d**2
    C = (X @ C.T).T @ X + l2 * C
    S = np.linalg.inv(np.eye(len(W)) / alpha + C @ W.T)
    return alpha * (W @ W.T) @ (C - C @ W.T @ S @ C)


WAYS = [in_a_sum, in_more_steps]


@pytest.mark.parametrize("answer", WAYS, ids=lambda f: f.__name__)
def test_every_way_to_implicit_slim_is_accepted(answer):
    verdict = lesson_13.exercise_2(answer)
    assert verdict.state == "right", verdict


def through_items_by_items(
    l2_in_gram=1, power=2, i_alpha=None, left=True, once=False, everywhere=False
):
    """Return ImplicitSLIM the long way, or with a mistake in it."""

    def answer(W, X, l2, alpha):
        gram = (X.T @ X).toarray()
        d = 1 / (np.diag(gram) + l2)
        G = gram + l2_in_gram * l2 * (1 if everywhere else np.eye(len(gram)))
        AY = (W * d**power) @ G if once else W @ (G * d**power) @ G
        added = np.eye(len(W)) / alpha if i_alpha is None else i_alpha(W, alpha)
        V = np.linalg.solve(added + AY @ W.T, AY)
        return W @ W.T @ V if left else V

    return answer


MISTAKES = {
    "items x items": {},
    "it is squared": {"power": 1},
    "no D": {"power": 0},
    "upside down": {"power": -2},
    "missing in XᵀX": {"l2_in_gram": 0},
    "wrong way round": {"i_alpha": lambda W, alpha: alpha * np.eye(len(W))},
    "1 / alpha to every entry": {"i_alpha": lambda _, alpha: 1 / alpha},
    "every entry of XᵀX": {"everywhere": True},
    "on both sides of D²": {"once": True},
    "alpha has no part": {"i_alpha": lambda W, _: np.eye(len(W))},
    "on the left is missing": {"left": False},
}


@pytest.mark.parametrize("said", MISTAKES)
def test_every_mistake_in_implicit_slim_is_named(said):
    verdict = lesson_13.exercise_2(through_items_by_items(**MISTAKES[said]))
    assert verdict.state == "wrong"
    assert said in verdict.message


def by_cumulating(table):
    both = table.query("arm == 'both'")
    sure = both.minus_plain - 2 * both.minus_plain_error
    worst = sure.groupby(both.L).min()[::-1].cummin()
    return worst.index[worst > 0].min() if (worst > 0).any() else 0


def by_what_fails(table):
    both = table[table["arm"] == "both"]
    fails = both[both["minus_plain"] <= 2 * both["minus_plain_error"]]["L"]
    above = both["L"][both["L"] > fails.max()] if len(fails) else both["L"]
    return int(above.min()) if len(above) else None


@pytest.mark.parametrize("answer", [by_cumulating, by_what_fails])
def test_every_way_to_the_smallest_length_is_accepted(answer):
    assert lesson_13.exercise_3(answer).state == "right"


def smallest(passed):
    """Return the L from which on all pass, from a truth value an L."""
    L = 0
    for length in reversed(passed.index):
        if not passed[length]:
            break
        L = length
    return L


def one_error(both):
    return (both.minus_plain > both.minus_plain_error).groupby(both.L).all()


def some_split(both):
    return (both.minus_plain > 2 * both.minus_plain_error).groupby(both.L).any()


def a_mean(both):
    return both.groupby("L").minus_plain.mean() > 2 * both.minus_plain_error.max()


def own_errors(both):
    return (both.minus_plain > 2 * both.error).groupby(both.L).all()


def both_errors(both):
    return (both.minus_plain > 2 * 2**0.5 * both.error).groupby(both.L).all()


SHORTCUTS = [
    (one_error, "*two*"),
    (some_split, "only one of three"),
    (a_mean, "mean over the splits"),
    (own_errors, "Too strict"),
    (both_errors, "Too strict"),
]


@pytest.mark.parametrize(("passed", "said"), SHORTCUTS)
def test_every_shortcut_to_the_smallest_length_is_named(passed, said):
    def answer(table):
        return smallest(passed(table[table["arm"] == "both"]))

    assert said in lesson_13.exercise_3(answer).message
