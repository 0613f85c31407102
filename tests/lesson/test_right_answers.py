"""A right answer is right however it is written, and a trick is not."""

import numpy as np
import pandas as pd
import pytest
import torch
from scipy import sparse

import recnb
from recnb.evaluation import mask_seen, top_k
from recnb.lesson.exercises import (
    lesson_00,
    lesson_01,
    lesson_02,
    lesson_03,
    lesson_04,
    lesson_05,
    lesson_06,
    lesson_07,
    lesson_08,
    lesson_09,
    lesson_10,
    lesson_11,
    lesson_12,
    lesson_13,
    lesson_13b,
    lesson_14,
    lesson_16,
)
from recnb.models import EASE, InfiniteAE
from recnb.models.arc_cosine import relu_kernel
from recnb.models.cease import CEASE
from recnb.models.gfcf import GFCF


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
    def mean_and_error(a, b):
        d = np.asarray(a) - np.asarray(b)
        return kind([d.mean(), d.std(ddof=1) / np.sqrt(len(d))])

    assert lesson_08.exercise_3(mean_and_error).state == "right"


def with_pandas(a, b):
    return (a - b).mean(), (a - b).sem()


def without_the_correction(a, b):
    return np.mean(a - b), np.std(a - b) / len(a) ** 0.5


def by_hand(a, b):
    d = [x - y for x, y in zip(a, b, strict=True)]
    mean = sum(d) / len(d)
    return mean, (sum((x - mean) ** 2 for x in d) / (len(d) - 1) / len(d)) ** 0.5


ERRORS = [with_pandas, without_the_correction, by_hand]


@pytest.mark.parametrize("mean_and_error", ERRORS, ids=lambda f: f.__name__)
def test_every_way_to_the_error_of_a_difference_is_accepted(mean_and_error):
    assert lesson_08.exercise_3(mean_and_error).state == "right"


TINY = EASE(l2=1).fit(
    np.array(
        [[1, 1, 0, 0, 1]] * 2
        + [[1, 1, 1, 0, 1]]
        + [[0, 0, 1, 1, 1]] * 2
        + [[1, 0, 1, 1, 1]]
    )
)
SLIPS_IN_A_SUM = [
    (lambda B: B[0, 1] - B[3, 1], "entry is negative"),
    (lambda B: B[3, 1], "Chocolat's part alone"),
    (lambda B: B[0, 1], "Alien's part alone"),
    (lambda B: B[1, 0] + B[1, 3], "along the row"),
]


@pytest.mark.parametrize(("score", "said"), SLIPS_IN_A_SUM)
def test_each_slip_in_a_score_by_hand_is_named(score, said):
    verdict = lesson_08.exercise_1(score(TINY.weights_), TINY.weights_)
    assert verdict.state == "wrong"
    assert said in verdict.message


def without_identity(X, l2):
    P = np.linalg.inv(X.T @ X + l2)
    B = -P / np.diag(P)
    np.fill_diagonal(B, 0)
    return B


def test_a_penalty_on_every_entry_is_named():
    assert "l2 times the identity" in lesson_08.exercise_2(without_identity).message


def zeroed_afterwards(X, item, l2):
    w = np.linalg.solve(X.T @ X + l2 * np.eye(X.shape[1]), X.T @ X[:, item])
    w[item] = 0
    return w


def test_a_zero_that_comes_too_late_is_named():
    verdict = lesson_08.exercise_4(zeroed_afterwards)
    assert verdict.state == "wrong"
    assert "set to zero afterwards" in verdict.message


NO_PAIRS = [
    (lambda a, b: np.mean(a - b), "returned 1 number"),
    (lambda a, b: (round(np.mean(a - b), 3), (a - b).sem()), "rounded"),
]


@pytest.mark.parametrize(("answer", "said"), NO_PAIRS)
def test_a_mean_alone_and_a_rounded_mean_are_named(answer, said):
    verdict = lesson_08.exercise_3(answer)
    assert verdict.state == "wrong"
    assert said in verdict.message


def test_a_list_where_one_film_is_due_is_named():
    films = pd.DataFrame({"title": ["A"], "year": [2000]})
    verdict = lesson_00.exercise_3(["A"], TINY, [0], films)
    assert "without brackets" in verdict.message


def test_a_pair_that_is_typed_in_is_no_answer():
    assert lesson_08.exercise_3((0.0075, 0.0014)).state == "wrong"
    assert lesson_08.exercise_3(lambda a, b: (0.0075, 0.0014)).state == "wrong"


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


def parts_by_numpy(plain, faded, gru):
    levels = [each.mean() for each in (plain, faded, gru)]
    rest = np.subtract(gru, faded)
    error = rest.std() / np.sqrt(len(rest))
    return np.array(
        [1 - (levels[2] - levels[1]) / (levels[2] - levels[0]), rest.mean(), error]
    )


def parts_by_pandas(plain, faded, gru):
    users = pd.DataFrame({"plain": plain, "faded": faded, "gru": gru})
    gains = users.sub(users["plain"], axis=0).mean()
    rest = users["gru"] - users["faded"]
    return [gains["faded"] / gains["gru"], rest.mean(), rest.sem()]


@pytest.mark.parametrize(
    "control", [parts_by_numpy, parts_by_pandas], ids=lambda f: f.__name__
)
def test_every_way_to_tell_recency_from_the_rest_is_accepted(control):
    assert lesson_07.exercise_3(control).state == "right"


def test_the_right_numbers_in_another_order_are_not_accepted():
    def swapped(plain, faded, gru):
        closed, beyond, error = parts_by_numpy(plain, faded, gru)
        return closed, error, beyond

    assert "second number" in lesson_07.exercise_3(swapped).message


def by_sets(found, exact):
    return len(set(found) & set(exact)) / len(exact)


def counted(found, exact):
    n = sum(item in found.tolist() for item in exact.tolist())
    return np.float32(n) / np.float32(len(exact))


@pytest.mark.parametrize("answer", [by_sets, counted], ids=lambda f: f.__name__)
def test_every_way_to_recall_is_accepted(answer):
    assert lesson_12.exercise_1(answer).state == "right"


def test_a_recall_that_never_falls_to_0_is_not_accepted():
    verdict = lesson_12.exercise_1(lambda found, exact: 0.6)
    assert verdict.state == "wrong" and "0.60" in verdict.message


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
    assert lesson_12.exercise_2(answer).state == "right"


def with_a_margin(Q):
    squares = np.sum(Q**2, axis=1, keepdims=True)
    return np.hstack([Q, -np.sqrt(squares.max() + 1 - squares)])


def as_a_list(Q):
    longest = max(float(q @ q) for q in Q)
    return [[*q, max(longest - float(q @ q), 0.0) ** 0.5] for q in Q]


@pytest.mark.parametrize("longer", [with_a_margin, as_a_list], ids=lambda f: f.__name__)
def test_every_way_to_rows_of_one_length_is_accepted(longer):
    assert lesson_12.exercise_3(longer).state == "right"


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


def density(z, mu, variance):
    return np.exp(-((z - mu) ** 2) / (2 * variance)) / (2 * np.pi * variance) ** 0.5


WIDE = np.exp(10)


def at_zero(old=0.5**2, wide=WIDE, mean=1):
    """Return the densities of the three parts of RecVAE's prior at 0."""
    return np.array([density(0, 0, 1), density(0, mean, old), density(0, 0, wide)])


SHARES = np.array([3 / 20, 3 / 4, 1 / 10])


def test_the_log_density_of_the_prior_is_torchs():
    parts = torch.distributions.Normal(
        torch.tensor([0.0, 1, 0]), torch.tensor([1, 0.5, np.e**5])
    )
    mixture = torch.distributions.MixtureSameFamily(
        torch.distributions.Categorical(torch.tensor(SHARES)), parts
    )
    answer = mixture.log_prob(torch.tensor(0.0))
    assert lesson_13b.exercise_1(answer).state == "right"
    assert lesson_13b.exercise_1(round(float(answer), 3)).state == "right"


LOGS = [
    (SHARES @ at_zero(), "That is the density"),
    (-np.log(SHARES @ at_zero()), "minus the logarithm"),
    (np.log10(SHARES @ at_zero()), "natural logarithm"),
    (np.log2(SHARES @ at_zero()), "natural logarithm"),
    (np.log(at_zero().sum()), "weights are missing"),
    (np.log(at_zero().mean()), "weights are missing"),
    (np.log(SHARES @ at_zero(wide=WIDE**2)), "next to nothing"),
    (np.log(SHARES[:2] @ at_zero()[:2]), "next to nothing"),
    (-1.96, "rounded to two decimals"),
    (SHARES @ np.log(at_zero()), "added up logarithms"),
    (np.log(SHARES * at_zero()).sum(), "added up logarithms"),
    (np.log(SHARES[::-1] @ at_zero()), "wrong parts"),
    (np.log(SHARES[[1, 0, 2]] @ at_zero()), "wrong parts"),
    (np.log(SHARES[[1, 2, 0]] @ at_zero()), "wrong parts"),
    (np.log(SHARES @ at_zero(old=0.5)), "standard deviation, .5² is its variance"),
    (np.log(SHARES @ at_zero(old=0.5**4)), "standard deviation, .5² is its variance"),
    (np.log(SHARES @ at_zero(mean=0)), "mean is 1, not 0"),
    (np.log(SHARES @ at_zero()) + np.log(2 * np.pi) / 2, "lack their factor"),
    (np.log(SHARES @ (at_zero() * [1, 0.5, np.exp(5)])), "divide each density"),
    (1.0, "Three densities at 0"),
]


@pytest.mark.parametrize(("answer", "said"), LOGS, ids=[said for _, said in LOGS])
def test_every_mistake_in_the_log_density_is_named(answer, said):
    verdict = lesson_13b.exercise_1(answer)
    assert verdict.state == "wrong"
    assert said in verdict.message


def by_diagonal_matrices(X, k, alpha):
    def diagonal(numbers, power):
        return sparse.diags_array(numbers**power)

    n_u, n_i = X.sum(axis=1), X.sum(axis=0)
    R = diagonal(n_u, -0.5) @ X @ diagonal(n_i, -0.5)
    _, _, Vt = sparse.linalg.svds(R, k)
    ideal = diagonal(n_i, -0.5) @ Vt.T @ Vt @ diagonal(n_i, 0.5)
    return np.asarray(R.T @ R + alpha * ideal)


def by_eigenvectors(X, k, alpha):
    X = X.toarray()
    root = X.sum(0) ** 0.5
    R = X / root / X.sum(1, keepdims=True) ** 0.5
    V = np.linalg.eigh(R.T @ R)[1][:, -k:]
    return R.T @ R + alpha * (V / root[:, None]) @ (V * root[:, None]).T


def by_the_model(X, k, alpha):
    return GFCF(k, alpha).fit(X).predict(sparse.csr_array(np.eye(X.shape[1])))


FILTERS = [by_diagonal_matrices, by_eigenvectors, by_the_model]


@pytest.mark.parametrize("answer", FILTERS, ids=lambda f: f.__name__)
def test_every_way_to_the_graph_filter_is_accepted(answer):
    verdict = lesson_13b.exercise_2(answer)
    assert verdict.state == "right", verdict


def leading(U, s, Vt, k):
    return Vt[:k].T


def graph_filter(
    columns=leading, users=0.5, items=0.5, mixed=False, left=-0.5, right=0.5, terms=None
):
    """Return GF-CF's filter, or one with a mistake in it."""

    def answer(X, k, alpha):
        X = X.toarray()
        n_u, n_i = X.sum(axis=1), X.sum(axis=0)
        R = X / n_i**items
        R = R / n_u**users if mixed else R / n_u[:, np.newaxis] ** users
        V = columns(*np.linalg.svd(R), k)
        ideal = np.diag(n_i**left) @ V @ V.T @ np.diag(n_i**right)
        return terms(R, ideal, alpha) if terms else R.T @ R + alpha * ideal

    return answer


def turned(Vt):
    """Return singular vectors with other signs, which are as right."""
    return Vt * (-1.0) ** np.arange(len(Vt))[:, np.newaxis]


FILTER_MISTAKES = [
    ("users are not normalised", {"users": 0}),
    ("items are not normalised", {"items": 0}),
    ("items are not normalised", {"items": 0, "left": 0, "right": 0}),
    ("X itself", {"users": 0, "items": 0}),
    ("X itself", {"users": 0, "items": 0, "left": 0, "right": 0}),
    ("R~ has roots", {"users": 1, "items": 1}),
    ("R~ has roots", {"users": 1, "items": 1, "left": -1, "right": 1}),
    ("mixed up", {"mixed": True}),
    ("left singular", {"columns": lambda U, s, Vt, k: U[:, :k]}),
    ("not its columns", {"columns": lambda U, s, Vt, k: Vt[:, :k]}),
    ("not its columns", {"columns": lambda U, s, Vt, k: turned(Vt)[:, :k]}),
    ("smallest singular", {"columns": lambda U, s, Vt, k: Vt[-k:].T}),
    ("All directions", {"columns": lambda U, s, Vt, k: Vt.T}),
    ("Singular values", {"columns": lambda U, s, Vt, k: Vt[:k].T * s[:k]}),
    ("Singular values", {"columns": lambda U, s, Vt, k: Vt[:k].T * s[:k] ** 0.5}),
    ("Transposed", {"left": 0.5, "right": -0.5}),
    ("Transposed", {"terms": lambda R, ideal, a: (R.T @ R + a * ideal).T}),
    ("are missing", {"left": 0, "right": 0}),
    ("stand the roots", {"left": -1, "right": 1}),
    ("Only one side", {"left": 0}),
    ("Only one side", {"right": 0}),
    ("at the wrong term", {"terms": lambda R, ideal, a: a * R.T @ R + ideal}),
    ("second term alone", {"terms": lambda R, ideal, a: a * (R.T @ R + ideal)}),
    ("no part in your filter", {"terms": lambda R, ideal, a: R.T @ R + ideal}),
    ("second term is missing", {"terms": lambda R, ideal, a: R.T @ R}),
    ("first term is missing", {"terms": lambda R, ideal, a: a * ideal}),
    ("first term is missing", {"terms": lambda R, ideal, a: ideal}),
    ("joins users", {"terms": lambda R, ideal, a: R @ R.T + a * ideal}),
    ("Go part by part", {"terms": lambda R, ideal, a: R.T @ R - a * ideal}),
    ("shape (3, 3)", {"terms": lambda R, ideal, a: ideal[:3, :3]}),
    ("numbers fixed", {"columns": lambda U, s, Vt, k: Vt[:3].T}),
    ("numbers fixed", {"terms": lambda R, ideal, a: R.T @ R + 0.4 * ideal}),
]


@pytest.mark.parametrize(("said", "mistake"), FILTER_MISTAKES)
def test_every_mistake_in_the_graph_filter_is_named(said, mistake):
    verdict = lesson_13b.exercise_2(graph_filter(**mistake))
    assert verdict.state == "wrong"
    assert said in verdict.message


def test_scores_are_no_filter_and_likes_stay_as_they_are():
    def scores(X, k, alpha):
        return X @ graph_filter()(X, k, alpha)

    def in_place(X, k, alpha):
        F = graph_filter()(X, k, alpha)
        X.data /= 2
        return F

    assert "return F" in lesson_13b.exercise_2(scores).message
    assert "changed the X" in lesson_13b.exercise_2(in_place).message


def by_numpy(X, S, alpha, l2, ease):
    return ease(np.vstack([S.toarray() * alpha**0.5, X.toarray()]), l2)


def by_copies(X, S, alpha, l2, ease):
    """A tag counts for many users: stack it as often, a hundredth of it each time."""
    return ease(sparse.vstack([X, *[S * (alpha / 100) ** 0.5] * 100]), l2)


def by_the_gram_matrix(X, S, alpha, l2, ease):
    P = np.linalg.inv(X.T @ X + alpha * S.T @ S + l2 * np.eye(X.shape[1]))
    B = np.eye(len(P)) - P / P.diagonal()
    return sparse.csr_array(B)


def by_the_collective_model(X, S, alpha, l2, ease):
    return CEASE(S, l2=l2, alpha=alpha).fit(X).weights_


COLLECTIVE = [by_numpy, by_copies, by_the_gram_matrix, by_the_collective_model]


@pytest.mark.parametrize("answer", COLLECTIVE, ids=lambda f: f.__name__)
def test_every_way_to_stack_users_and_tags_is_accepted(answer):
    verdict = lesson_13b.exercise_3(answer)
    assert verdict.state == "right", verdict


def under(X, S):
    return sparse.vstack([X, S])


def beside(X, S):
    return sparse.hstack([X, S])


STACKS = [
    ("alpha² SᵀS", lambda X, S, a, ease: ease(under(X, a * S))),
    ("S is transposed", lambda X, S, a, ease: ease(under(X, a**0.5 * S.T))),
    ("Side by side", lambda X, S, a, ease: ease(beside(X, S))),
    ("Side by side", lambda X, S, a, ease: ease(beside(X, a**0.5 * S))),
    ("Side by side", lambda X, S, a, ease: ease(beside(X, a**0.5 * S))[:8, :8]),
    ("Side by side", lambda X, S, a, ease: ease(beside(X, a * X @ S.T))),
    ("Side by side", lambda X, S, a, ease: ease(beside(X, X @ S.T))[:8, :8]),
    ("no item is added", lambda X, S, a, ease: ease(beside(X, S.T))),
    ("alpha has no part", lambda X, S, a, ease: ease(under(X, S))),
    ("not of the users", lambda X, S, a, ease: ease(under(a**0.5 * X, S))),
    ("of the tags alone", lambda X, S, a, ease: ease(a**0.5 * under(X, S))),
    ("EASE of the users", lambda X, S, a, ease: ease(X)),
    ("EASE of the tags", lambda X, S, a, ease: ease(a**0.5 * S)),
    ("AddEASE", lambda X, S, a, ease: ease(X) + a * ease(S)),
    ("AddEASE", lambda X, S, a, ease: (1 - a) * ease(X) + a * ease(S)),
    ("a Gram matrix", lambda X, S, a, ease: ease(X.T @ X + a * S.T @ S)),
    ("B is transposed", lambda X, S, a, ease: ease(under(X, a**0.5 * S)).T),
    ("the stacked matrix", lambda X, S, a, ease: under(X, a**0.5 * S)),
    ("the diagonal", lambda X, S, a, ease: ease(under(X, a**0.5 * S)) - np.eye(8)),
    ("Which matrix", lambda X, S, a, ease: ease(under(X, a**-0.5 * S))),
    ("a number fixed", lambda X, S, a, ease: ease(under(X, 5**0.5 * S))),
    ("sparse.vstack can", lambda X, S, a, ease: ease(np.vstack([X, a**0.5 * S]))),
]


@pytest.mark.parametrize(("said", "answer"), STACKS)
def test_every_mistake_in_the_stack_is_named(said, answer):
    def cease(X, S, alpha, l2, ease):
        return answer(X, S, alpha, lambda Z: ease(Z, l2))

    verdict = lesson_13b.exercise_3(cease)
    assert verdict.state == "wrong"
    assert said in verdict.message


def test_users_and_tags_stay_as_they_are():
    def in_place(X, S, alpha, l2, ease):
        S.data *= alpha**0.5
        return ease(sparse.vstack([X, S]), l2)

    assert "changed the X or the S" in lesson_13b.exercise_3(in_place).message


S, LENGTH = 3, np.sqrt(24)
THETA = np.arccos(S / LENGTH)
REST = np.pi - THETA
NNGP = LENGTH / np.pi * (np.sin(THETA) + REST * np.cos(THETA))
NTK = NNGP + S * REST / np.pi


def of_two(depth, kernel):
    return relu_kernel(np.array([[3.0]]), [4], [6], depth, kernel).item()


@pytest.mark.parametrize("given", [lambda x: x, np.array, str, lambda x: round(x, 3)])
def test_the_kernels_of_two_histories_are_the_models(given):
    s, t = of_two(1, "nngp"), of_two(1, "ntk")
    assert lesson_14.exercise_1(given(s), given(t)).state == "right"


def bracket(sine, rest, cosine):
    return (sine + rest * cosine) / np.pi


def of_cosine(cosine):
    theta = np.arccos(cosine)
    return bracket(np.sin(theta), np.pi - theta, cosine)


COSINE, SINE, DEGREES = S / LENGTH, np.sin(THETA), np.degrees(THETA)
NNGPS = [
    (NTK, "asked for second"),
    (3, "linear kernel: no layer yet"),
    (NNGP / LENGTH, "missing in front"),
    (NNGP * LENGTH, "the root of ab"),
    (LENGTH * of_cosine(S / 24), "not s / (ab)"),
    (24 * of_cosine(S / 24), "not s / (ab)"),
    (NNGP * np.pi, "division by π"),
    (NNGP / 2, "not 1 / (2π)"),
    (LENGTH * bracket(SINE, THETA, COSINE), "not by θ"),
    (LENGTH * bracket(0, REST, COSINE), "sin θ is missing"),
    (LENGTH * bracket(SINE, 0, COSINE), "two terms"),
    (LENGTH * bracket(COSINE, REST, SINE), "changed places"),
    (LENGTH * bracket(SINE, -REST, COSINE), "are added up"),
    (LENGTH / np.pi * SINE + REST * COSINE, "brackets"),
    (LENGTH * SINE + REST * COSINE / np.pi, "brackets"),
    (LENGTH * (SINE + REST * COSINE / np.pi), "brackets"),
    (LENGTH * (SINE / np.pi + REST * COSINE), "brackets"),
    (LENGTH * bracket(SINE, np.pi - DEGREES, COSINE), "radians"),
    (LENGTH * bracket(SINE, 180 - DEGREES, COSINE), "radians"),
    (LENGTH * of_cosine(3 / 7), "3 / 7"),
    (LENGTH * bracket(np.sin(COSINE), np.pi - COSINE, np.cos(COSINE)), "its arccos"),
    (of_two(2, "nngp"), "two layers"),
    (3.36, "three decimals"),
    (np.nan, "a cosine is at most 1"),
    (1.0, "step by step"),
]


@pytest.mark.parametrize(("answer", "said"), NNGPS)
def test_every_mistake_in_the_nngp_is_named(answer, said):
    verdict = lesson_14.exercise_1(answer, NTK)
    assert verdict.state == "wrong"
    assert said.lower() in verdict.message.lower()


LATER = np.arccos(NNGP / LENGTH)
NTKS = [
    (..., "in the place of ntk's dots"),
    (NNGP, "s' once more"),
    (3, "before the first layer"),
    (NNGP * (1 + REST / np.pi), "not s'"),
    (NNGP + 3, "only in part"),
    (3 * REST / np.pi, "second term alone"),
    (NNGP * REST / np.pi, "multiplies t, not s'"),
    (NNGP + REST / np.pi, "t is missing"),
    (NNGP + COSINE * REST / np.pi, "not the cosine"),
    (NNGP + 3 * REST, "divided by π"),
    (NNGP + 3 * THETA / np.pi, "not θ / π"),
    (NTK / 2, "factor of 1/2"),
    (NNGP + 3 * REST / 2 / np.pi, "factor of 1/2"),
    (NTK / LENGTH / 2, "kernel's diagonal"),
    (NNGP + 3 * (np.pi - LATER) / np.pi, "angle behind the layer"),
    (NNGP + 3 * (180 - DEGREES) / np.pi, "radians"),
    (of_two(2, "ntk"), "two layers"),
    (5.49, "three decimals"),
    (1.0, "step by step"),
]


@pytest.mark.parametrize(("answer", "said"), NTKS)
def test_every_mistake_in_the_tangent_kernel_is_named(answer, said):
    verdict = lesson_14.exercise_1(NNGP, answer)
    assert verdict.state == "wrong"
    assert "nngp is right" in verdict.message
    assert said in verdict.message


def by_the_inverse(h, X, l2, kernel):
    return kernel(h, X) @ np.linalg.inv(kernel(X, X) + np.diag([l2] * len(X))) @ X


def by_weights_of_users(h, X, l2, kernel):
    K = kernel(X, X)
    K[np.diag_indices_from(K)] += l2
    return np.linalg.solve(K, kernel(X, h)).T @ X


def by_eigenvectors_of_users(h, X, l2, kernel):
    values, V = np.linalg.eigh(kernel(X, X))
    return (kernel(h, X) @ V / (values + l2) @ V.T @ X).astype("float32")


def by_histories(h, X, l2, kernel):
    A = kernel(X, X) + l2 * np.eye(len(X))
    weights = np.linalg.solve(A, X)
    return [(kernel(row[np.newaxis], X) @ weights)[0].tolist() for row in h]


DUALS = [
    by_the_inverse,
    by_weights_of_users,
    by_eigenvectors_of_users,
    by_histories,
]


@pytest.mark.parametrize("answer", DUALS, ids=lambda f: f.__name__)
def test_every_way_to_the_dual_is_accepted(answer):
    verdict = lesson_14.exercise_2(answer)
    assert verdict.state == "right", verdict


def inner(A, B):
    return A @ B.T


def ridge_dual(k=None, K=None, added=None, invert=np.linalg.inv, last=None):
    """Return ridge's scores in the dual, or with a mistake in one of its parts."""

    def answer(h, X, l2, kernel):
        one = k(h, X, kernel) if k else kernel(h, X)
        A = K(h, X, kernel) if K else kernel(X, X)
        A = A + (added(A, l2) if added else l2 * np.eye(len(A)))
        return one @ invert(A) @ (last(h, X) if last else X)

    return answer


def over_films(h, X, l2, kernel):
    K = kernel(X.T, X.T)
    return h @ np.linalg.solve(K + l2 * np.eye(len(K)), K)


def masked(h, X, l2, kernel):
    return np.where(h > 0, -np.inf, by_the_inverse(h, X, l2, kernel))


def two_for_l2(h, X, l2, kernel):
    return by_the_inverse(h, X, 2.0, kernel)


def one_score_each(h, X, l2, kernel):
    return by_the_inverse(h, X, l2, kernel)[:, 0]


DUAL_MISTAKES = [
    ("has no part", ridge_dual(lambda h, X, k: h @ X.T, lambda h, X, k: inner(X, X))),
    ("compare h with the training users by inner", ridge_dual(lambda h, X, k: h @ X.T)),
    ("users with each other by inner", ridge_dual(K=lambda h, X, k: inner(X, X))),
    ("multiply by X", ridge_dual(last=lambda h, X: np.eye(len(X)))),
    ("by the matrix itself", ridge_dual(invert=lambda A: A)),
    ("nearest-neighbour", ridge_dual(invert=lambda A: np.eye(len(A)))),
    ("entry by entry", ridge_dual(invert=lambda A: 1 / A)),
    ("l2 is missing", ridge_dual(added=lambda A, l2: 0)),
    ("to every entry", ridge_dual(added=lambda A, l2: l2)),
    (
        "mean diagonal",
        ridge_dual(added=lambda A, l2: l2 * np.trace(A) / len(A) * np.eye(len(A))),
    ),
    ("number of users", ridge_dual(added=lambda A, l2: l2 * len(A) * np.eye(len(A)))),
    ("kernel(X, h)", ridge_dual(lambda h, X, k: k(X, h))),
    ("not its transpose", ridge_dual(last=lambda h, X: X.T)),
    (
        "solve for X",
        lambda h, X, l2, k: np.linalg.solve(k(X, X) + l2 * np.eye(7), k(h, X)) @ X,
    ),
    ("not h", ridge_dual(last=lambda h, X: h)),
    ("histories with each other", ridge_dual(lambda h, X, k: k(h, h))),
    ("not that of the histories", ridge_dual(K=lambda h, X, k: k(h, h))),
    ("compares films", over_films),
    ("compares films", ridge_dual(K=lambda h, X, k: k(X.T, X.T))),
    ("Transposed", lambda *others: by_the_inverse(*others).T),
    ("masked later", masked),
    ("one by one", ridge_dual(added=lambda A, l2: -l2 * np.eye(len(A)))),
    ("Is something fixed", two_for_l2),
    ("it is a score for each", one_score_each),
    ("in each row", lambda h, X, l2, kernel: [kernel(row, X) for row in h]),
]


@pytest.mark.parametrize(("said", "answer"), DUAL_MISTAKES)
def test_every_mistake_in_the_dual_is_named(said, answer):
    verdict = lesson_14.exercise_2(answer)
    assert verdict.state == "wrong"
    assert said in verdict.message


def by_a_product(h, X, l2):
    M = np.linalg.inv(X @ X.T + l2 * np.eye(len(X)))
    s = np.einsum("uj,uv,vj->j", X, M, X)
    return np.where(h > 0, h @ X.T @ M @ X - s, h @ X.T @ M @ X) / (1 - s)


def by_films(h, X, l2):
    M = np.linalg.inv(X @ X.T + l2 * np.eye(len(X)))
    weights = h @ X.T @ M
    scores = np.empty_like(h)
    for j, column in enumerate(X.T):
        s = column @ M @ column
        scores[:, j] = (weights @ column - h[:, j] * s) / (1 - s)
    return scores


def by_the_kernel_model(h, X, l2):
    mean = (X**2).sum() / len(X)
    model = InfiniteAE(kernel="linear", l2=l2 / mean, leave_out=1)
    return model.fit(sparse.csr_array(X)).predict(sparse.csr_array(h))


EASES = [by_a_product, by_films, by_the_kernel_model]


@pytest.mark.parametrize("answer", EASES, ids=lambda f: f.__name__)
def test_every_way_to_ease_in_the_dual_is_accepted(answer):
    verdict = lesson_14.exercise_3(answer)
    assert verdict.state == "right", verdict


def by_the_linear_model(h, X, l2):
    return EASE(l2).fit(sparse.csr_array(X)).predict(sparse.csr_array(h))


def by_the_whole_diagonal(h, X, l2):
    W = X.T @ np.linalg.inv(X @ X.T + l2 * np.eye(len(X))) @ X
    return (h @ W - h * np.diag(W)) / (1 - np.diag(W))


@pytest.mark.parametrize("answer", [by_the_linear_model, by_the_whole_diagonal])
def test_ease_over_films_is_no_dual(answer):
    verdict = lesson_14.exercise_3(answer)
    assert verdict.state == "wrong"
    assert "The scores are EASE's" in verdict.message


def ease_dual(scores, share=None, added=None):
    """Return EASE's scores in the dual, or with a mistake in one of its parts."""

    def answer(h, X, l2):
        M = np.linalg.inv(X @ X.T + (added(l2) if added else l2 * np.eye(len(X))))
        s = share(X, M) if share else (X * (M @ X)).sum(axis=0)
        return scores(h @ X.T @ M @ X, h, s)

    return answer


def right_scores(f, h, s):
    return (f - h * s) / (1 - s)


def users_left_out(h, X, l2):
    M = np.linalg.inv(X @ X.T + l2 * np.eye(len(X)))
    return h @ X.T @ (M - np.diag(np.diag(M))) @ X


def weights(h, X, l2):
    return EASE(l2).fit(sparse.csr_array(X)).weights_


OWN_SHARES = [
    ("shares of the users", lambda X, M: np.diag(X @ X.T @ M)),
    ("shares of the users", lambda X, M: (X * (M @ X)).sum(axis=1)),
    ("X_j is a column", lambda X, M: np.diag(X @ M @ X.T)),
    ("The inverse is missing in your s_j", lambda X, M: X.sum(axis=0)),
    ("on both sides of it", lambda X, M: np.diag(M)),
    ("add up all users", lambda X, M: (M @ X).sum(axis=0)),
    ("Compare f with ridge's", lambda X, M: (X * (M @ X)).max(axis=0)),
]
EASE_MISTAKES = [
    ("That is ridge", ease_dual(lambda f, h, s: f)),
    ("the rest is too small", ease_dual(lambda f, h, s: f - h * s)),
    ("is still in it", ease_dual(lambda f, h, s: f / (1 - s))),
    ("only there", ease_dual(lambda f, h, s: (f - s) / (1 - s))),
    ("not h_j", ease_dual(lambda f, h, s: f - h)),
    ("not h_j", ease_dual(lambda f, h, s: (f - h) / (1 - s))),
    ("to zero", ease_dual(lambda f, h, s: f * (1 - h) / (1 - s))),
    ("to zero", ease_dual(lambda f, h, s: f * (1 - h))),
    ("Divide by 1 - s_j", ease_dual(lambda f, h, s: (f - h * s) * (1 - s))),
    ("Divide by 1 - s_j", ease_dual(lambda f, h, s: (f - h * s) / s)),
    ("sign in the denominator", ease_dual(lambda f, h, s: (f - h * s) / (1 + s))),
    ("not added", ease_dual(lambda f, h, s: (f + h * s) / (1 - s))),
    *((said, ease_dual(right_scores, share)) for said, share in OWN_SHARES),
    ("to every entry", ease_dual(lambda f, h, s: f, added=lambda l2: l2)),
    ("to every entry", ease_dual(right_scores, added=lambda l2: l2)),
    ("l2 has no part", ease_dual(right_scores, added=lambda l2: 9 * np.eye(8))),
    ("not a user", users_left_out),
    ("weights; return the scores", weights),
    ("training users", lambda h, X, l2: X @ weights(h, X, l2)),
    ("Transposed", lambda h, X, l2: by_a_product(h, X, l2).T),
    (
        "What of those that it has",
        ease_dual(lambda f, h, s: np.where(h > 0, -np.inf, f / (1 - s))),
    ),
    (
        "wrong for all others",
        ease_dual(lambda f, h, s: np.where(h > 0, (f - s) / (1 - s), f)),
    ),
    ("Is a number fixed", lambda h, X, l2: by_a_product(h, X, 3.0)),
    ("it is a score for each", lambda h, X, l2: by_a_product(h, X, l2)[0]),
]


@pytest.mark.parametrize(("said", "answer"), EASE_MISTAKES)
def test_every_mistake_in_ease_in_the_dual_is_named(said, answer):
    verdict = lesson_14.exercise_3(answer)
    assert verdict.state == "wrong"
    assert said in verdict.message


@pytest.mark.parametrize("of", ["h", "X"])
def test_histories_stay_as_they_are(of):
    def in_place(h, X, l2, kernel=inner):
        scores = by_the_inverse(h, X, l2, kernel)
        {"h": h, "X": X}[of][:] = 0
        return scores

    for check in (lesson_14.exercise_2, lesson_14.exercise_3):
        assert "changed the h or the X" in check(in_place).message


@pytest.mark.parametrize(
    "check",
    [
        lesson_13b.exercise_2,
        lesson_13b.exercise_3,
        lesson_14.exercise_2,
        lesson_14.exercise_3,
    ],
)
def test_dots_are_not_tried_yet(check):
    assert check(...).state == "untouched"
    assert check(lambda *arguments: ...).state == "untouched"


def of_the_upper_pairs(G, E, B, least):
    known = np.diag(G) >= least
    i, j = np.triu_indices(len(G), k=1)
    chosen = known[i] & known[j] & (B[i, j] + B[j, i] < 0)
    return (G[i, j] < E[i, j])[chosen].mean()


def by_two_loops(G, E, B, least):
    below = []
    for i in range(len(G)):
        for j in range(i):
            if min(G[i, i], G[j, j]) >= least and B[i, j] + B[j, i] < 0:
                below.append(G[i, j] < E[i, j])
    return sum(below) / len(below)


@pytest.mark.parametrize("share", [of_the_upper_pairs, by_two_loops])
def test_every_way_to_the_share_below_is_accepted(share):
    assert lesson_10.exercise_4(share).state == "right"


def with_the_diagonal(G, E, B, least):
    known = np.diag(G) >= least
    return (G < E)[np.outer(known, known) & (B + B.T <= 0)].mean()


def of_the_positive(G, E, B, least):
    return of_the_upper_pairs(G, E, -B, least)


def of_all_pairs(G, E, B, least):
    return of_the_upper_pairs(G, E, np.full_like(B, -1), least)


def at_least_as_often(G, E, B, least):
    return 1 - of_the_upper_pairs(G, E, B, least)


def of_all_films(G, E, B, least):
    return of_the_upper_pairs(G, E, B, 0)


WRONG_SHARES = [
    with_the_diagonal,
    of_the_positive,
    of_all_pairs,
    at_least_as_often,
    of_all_films,
]


def test_wrong_shares_are_told_apart():
    verdicts = [lesson_10.exercise_4(share) for share in WRONG_SHARES]
    assert {verdict.state for verdict in verdicts} == {"wrong"}
    assert len({verdict.message for verdict in verdicts}) == len(WRONG_SHARES)


def by_a_loop_over_films(G, B, i, j):
    return [0 if k == i else G[i, k] * B[k, j] for k in range(len(G))]


def rounded_terms(G, B, i, j):
    return (np.arange(len(G)) != i) * G[:, i] * B[:, j].astype(np.float32)


@pytest.mark.parametrize("terms", [by_a_loop_over_films, rounded_terms])
def test_every_way_to_who_suggests_is_accepted(terms):
    assert lesson_10.exercise_2(terms).state == "right"


def test_the_sum_of_what_is_suggested_is_not_its_terms():
    verdict = lesson_10.exercise_2(lambda *given: sum(by_a_loop_over_films(*given)))
    assert verdict.state == "wrong" and "its terms" in verdict.message


def ideal_from_its_own_hits(hits, n_heldout, k):
    discount = 1 / np.log2(np.arange(2, k + 2))
    best = np.sort(hits)[::-1][:k]
    return (hits[:k] * discount).sum() / max((best * discount).sum(), 1e-9)


def test_an_ideal_from_the_lists_own_hits_is_named():
    verdict = lesson_01.exercise_2(ideal_from_its_own_hits)
    assert verdict.state == "wrong"
    assert "use n_heldout" in verdict.message


def test_another_wrong_ndcg_is_shown_a_list_on_which_it_differs():
    verdict = lesson_01.exercise_2(lambda hits, n, k: hits[:k].sum() / k / 1.7)
    shown, due = (
        verdict.message.split("gives ")[1].split(". Go")[0].split(" instead of ")
    )
    assert shown != due


@pytest.mark.parametrize("low", [-1, -5])
def test_a_constant_in_place_of_minus_infinity_is_wrong(low):
    def masked(scores, history, k):
        scores = np.where(history.toarray() > 0, low, scores)
        return np.argsort(-scores, axis=1)[:, :k]

    assert lesson_01.exercise_3(masked).state == "wrong"


def test_a_rounded_share_is_called_rounded():
    data = recnb.load("simulated")
    counts = np.sort(np.bincount(data.users))[::-1]
    share = counts[: round(0.1 * data.n_users)].sum() / len(data)
    assert lesson_01.exercise_1(share, data).state == "right"
    assert "rounded" in lesson_01.exercise_1(round(share, 2), data).message


BEST_WEIGHT_MISTAKES = [
    ("don't add it", lambda s, w, h, l1: max(0, (s + h * w + l1) / h)),
    ("before you divide", lambda s, w, h, l1: max(0, (s + h * w) / h - l1)),
    ("counts h times", lambda s, w, h, l1: max(0, (s + w - l1) / h)),
    ("not the step", lambda s, w, h, l1: w + max(0, (s - l1) / h)),
    ("soft threshold", lambda s, w, h, l1: soft_threshold(s + h * w, l1) / h),
    ("One number", lambda s, w, h, l1: np.array([s, w])),
    ("below zero", lambda s, w, h, l1: (s + h * w - l1) / h),
    ("no effect", lambda s, w, h, l1: max(0, (s + h * w) / h)),
    ("there already", lambda s, w, h, l1: max(0, (s - l1) / h)),
    ("division", lambda s, w, h, l1: max(0, s + h * w - l1)),
    ("need not vanish", lambda s, w, h, l1: w + (s - l1) / h if s > l1 else 0),
    ("not the step", lambda s, w, h, l1: max(0, w + (s - l1) / h) - w),
]


def soft_threshold(pull, l1):
    return np.sign(pull) * max(0, abs(pull) - l1)


@pytest.mark.parametrize(("said", "answer"), BEST_WEIGHT_MISTAKES)
def test_every_mistake_in_a_step_of_slim_is_named(said, answer):
    verdict = lesson_10.exercise_3(answer)
    assert verdict.state == "wrong"
    assert said in verdict.message


def test_a_best_weight_may_be_an_array_of_one():
    def one(s, w, h, l1):
        return np.maximum([(s + h * w - l1) / h], 0)

    assert lesson_10.exercise_3(one).state == "right"


def of_films_with_more(G, E, B, least):
    return of_the_upper_pairs(G, E, B, least + 1)


def test_at_least_is_not_more_than():
    assert "just `least`" in lesson_10.exercise_4(of_films_with_more).message


def of_pairs_below_in_both(G, E, B, least):
    known = np.diag(G) >= least
    return (G < E)[np.outer(known, known) & (B < 0) & (B.T < 0)].mean()


def test_both_signs_are_not_their_sum():
    assert "sum to less" in lesson_10.exercise_4(of_pairs_below_in_both).message


PRICES = [
    ("slope", lambda gamma: 2 * gamma[-1]),
    ("another film's", lambda gamma: gamma[0]),
    ("share of its 6 likes", lambda gamma: gamma[-1] / 6),
    ("three digits", lambda gamma: gamma[-1] + 0.02),
]


@pytest.mark.parametrize(("said", "answer"), PRICES)
def test_every_mistake_in_a_price_is_named(said, answer):
    likes = [[1, 1, 0, 0, 1], [1, 1, 0, 0, 1], [1, 1, 1, 0, 1], [0, 0, 1, 1, 1]]
    X = np.array([*likes, [0, 0, 1, 1, 1], [1, 0, 1, 1, 1]])
    P = np.linalg.inv(X.T @ X + np.eye(5))
    verdict = lesson_09.exercise_1(answer(1 / np.diag(P) - 1), P, 1.0)
    assert verdict.state == "wrong"
    assert said in verdict.message


def scaled_by(factors):
    """Return an answer that scales the inverse of S by the roots of these factors."""

    def answer(S):
        Q = np.linalg.inv(S)
        return -Q / factors(S, Q)

    return answer


SCALES = [
    ("root of", lambda S, Q: np.outer(np.diag(Q), np.diag(Q))),
    ("that of S", lambda S, Q: np.sqrt(np.outer(np.diag(S), np.diag(S)))),
]


@pytest.mark.parametrize(("said", "factors"), SCALES)
def test_every_mistake_in_a_scale_is_named(said, factors):
    assert said in lesson_09.exercise_3(scaled_by(factors)).message


UPDATES = [
    ("not Px · Px", lambda P, x: P - np.outer(P @ x, P @ x) / (1 + x @ P @ P @ x)),
    ("of Px with itself", lambda P, x: P - np.outer(x, x) / (1 + x @ P @ x)),
]


@pytest.mark.parametrize(("said", "answer"), UPDATES)
def test_every_mistake_in_an_update_is_named(said, answer):
    assert said in lesson_09.exercise_4(answer).message


def worst_first(scores, history, k):
    seen = history.toarray() > 0
    return np.argsort(np.where(seen, np.inf, scores), axis=1)[:, :k]


def test_worst_films_first_are_told():
    assert "best first" in lesson_01.exercise_3(worst_first).message


def half_an_interval(a, b):
    return 1.96 * (a - b).std() / np.sqrt(len(a))


def test_half_an_interval_is_told():
    assert "factor of an interval" in lesson_01.exercise_4(half_an_interval).message


def undivided(X, l2):
    P = np.linalg.inv(X.T @ X + l2 * np.eye(X.shape[1]))
    return -P * (1 - np.eye(len(P)))


def ridge_without_diagonal(X, l2):
    P = np.linalg.inv(X.T @ X + l2 * np.eye(X.shape[1]))
    return -l2 * P * (1 - np.eye(len(P)))


@pytest.mark.parametrize(
    ("said", "answer"),
    [("division is missing", undivided), ("That is ridge", ridge_without_diagonal)],
)
def test_half_an_ease_is_told(said, answer):
    assert said in lesson_08.exercise_2(answer).message


def test_two_weights_are_no_score_yet():
    B = TINY.weights_
    assert "one number" in lesson_08.exercise_1([B[0, 1], B[3, 1]], B).message
    assert "newcomer" in lesson_08.exercise_1(B[0, 1] + B[4, 1], B).message


def test_dots_among_the_titles_are_told():
    films = pd.DataFrame({"title": ["Fargo", "Titanic", "Heat"]})
    said = lesson_00.exercise_1(["Fargo", ..., "Heat"], films)
    assert "still holds dots" in said.message


def test_a_film_left_out_of_a_sum_is_told():
    weights = TINY.weights_[[0, 1, 3], 4]
    said = lesson_00.exercise_2(weights[:2].sum(), TINY, [0, 1, 3], 4)
    assert "left out" in said.message


def sparse_in_where(scores, history, k):
    masked = np.where(history > 0, -np.inf, scores)
    return np.argsort(-masked, axis=1)[:, :k]


def test_a_sparse_history_in_where_is_told():
    assert "history.toarray()" in lesson_01.exercise_3(sparse_in_where).message


# ---- lesson 02: epochs chosen by some people, judged by others ----

FAIR = [
    ("b minus a", lambda a, ja, b, jb: jb[b.argmax()] - ja[a.argmax()]),
    ("last epochs", lambda a, ja, b, jb: ja[-1] - jb[-1]),
    ("on the people that judge", lambda a, ja, b, jb: ja.max() - jb.max()),
    ("on the people who chose", lambda a, ja, b, jb: a.max() - b.max()),
    ("b has a's", lambda a, ja, b, jb: (ja - jb)[a.argmax()]),
    ("One number", lambda a, ja, b, jb: ja - jb),
    ("one epoch before", lambda a, ja, b, jb: ja[a.argmax() - 1] - jb[b.argmax() - 1]),
    ("judge_a at a's best epoch", lambda a, ja, b, jb: 0.0),
]


@pytest.mark.parametrize(("said", "answer"), FAIR)
def test_every_unfair_comparison_is_named(said, answer):
    verdict = lesson_02.exercise_4(answer)
    assert verdict.state == "wrong"
    assert said in verdict.message


def test_a_fair_comparison_may_be_written_with_lists():
    def answer(choose_a, judge_a, choose_b, judge_b):
        at = [list(curve).index(max(curve)) for curve in (choose_a, choose_b)]
        return [judge_a[at[0]] - judge_b[at[1]]]

    assert lesson_02.exercise_4(answer).state == "right"


def taken_for_log_sigma(error, mu, log_var, beta):
    terms = mu**2 + np.exp(2 * log_var) - 1 - 2 * log_var
    return error + beta * 0.5 * terms.sum()


def test_log_var_taken_for_log_sigma_is_told():
    assert "log σ²" in lesson_02.exercise_3(taken_for_log_sigma).message


# ---- lesson 03: masked errors and leaks ----

RATINGS, GUESSED = np.array([[5, 0, 3], [0, 2, 4]]), np.array([[3, 3, 3], [1, 3, 2]])


def test_each_mistake_with_a_masked_error_has_its_own_words():
    off, rated = RATINGS - GUESSED, RATINGS > 0
    told = {
        (off[rated] ** 2).mean() ** 0.5: "Four ratings count",
        (off**2).mean() ** 0.5: "over all six cells",
        (off[rated] ** 2).mean(): "the root is missing",
        (off[rated] ** 2).sum() ** 0.5: "root of the sum",
        ((off[rated] ** 2).sum() / off.size) ** 0.5: "not by that of the cells",
        np.abs(off[rated]).mean(): "mean absolute error",
    }
    assert np.diff(sorted(told)).min() > 0.02  # two decimals tell them apart
    for error, words in told.items():
        verdict = lesson_03.exercise_1(round(float(error), 2), RATINGS, GUESSED)
        assert words in verdict.message


def by_other_values(predict, train, test):
    other = test.copy()
    other.data = np.where(other.data == 5, 1, other.data + 1)
    return bool((predict(train, test) != predict(train, other)).any())


def by_many_draws(predict, train, test):
    rng, answers = np.random.default_rng(0), []
    for _ in range(20):
        other = test.copy()
        other.data = rng.integers(1, 6, size=test.nnz).astype(float)
        answers.append(predict(train, other))
    return np.ptp(answers, axis=0).max() > 0


@pytest.mark.parametrize("leaks", [by_other_values, by_many_draws])
def test_a_leak_may_be_found_in_several_ways(leaks):
    assert lesson_03.exercise_3(leaks).state == "right"


def six_minus(predict, train, test):
    other = test.copy()
    other.data = 6 - other.data
    return not np.array_equal(predict(train, test), predict(train, other))


def with_test_ratings(change):
    """Return a detector that asks again with other test ratings."""

    def leaks(predict, train, test):
        other = test.copy()
        other.data = change(other.data.copy())
        return not np.array_equal(predict(train, test), predict(train, other))

    return leaks


def one_in(place):
    def change(stars):
        stars[place] = stars[place] % 5 + 1
        return stars

    return change


@pytest.mark.parametrize(
    "change",
    [
        *(one_in(place) for place in (0, -1)),
        *(lambda stars, k=k: np.full_like(stars, k) for k in range(1, 6)),
        lambda stars: 6 - stars,
        lambda stars: np.minimum(stars + 1, 5),
    ],
)
def test_a_detector_that_leaves_a_test_rating_as_it_is_is_told_so(change):
    verdict = lesson_03.exercise_3(with_test_ratings(change))
    assert "one test rating out of all" in verdict.message


@pytest.mark.parametrize(
    ("leaks", "words"),
    [
        (lambda predict, train, test: True, "training ratings only"),
        (lambda predict, train, test: False, "together"),
        (lambda predict, train, test: 1, "True or False"),
        (six_minus, "one test rating out of all"),
    ],
)
def test_a_test_that_misses_a_leak_is_told_which(leaks, words):
    assert words in lesson_03.exercise_3(leaks).message


def both_by_a_table(users, errors):
    of_users = pd.Series(errors**2).groupby(users).mean() ** 0.5
    return [np.mean(errors**2) ** 0.5, of_users.mean()]


def test_the_two_errors_may_come_from_a_table():
    assert lesson_04.exercise_1(both_by_a_table).state == "right"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (lambda all_, users: all_, "two numbers"),
        (lambda all_, users: (all_**2, users), "root is missing"),
        (lambda all_, users: (all_ + 1, users), "square the errors"),
        (lambda all_, users: (users, all_), "wrong order"),
        (lambda all_, users: (all_, users + 1), "mean of each user"),
    ],
)
def test_other_pairs_of_errors_are_told_what_is_wrong(changed, words):
    def answer(users, errors):
        return changed(*both_by_a_table(users, errors))

    verdict = lesson_04.exercise_1(answer)
    assert verdict.state == "wrong" and words in verdict.message


def test_sums_of_squares_are_told_to_be_sums():
    def sums(users, errors):
        squares = np.bincount(users, weights=errors**2)
        return np.sqrt(np.mean(errors**2)), np.sqrt(squares).mean()

    assert "takes sums" in lesson_04.exercise_1(sums).message


def taken(optimizer, loss):
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


def by_mask(net, x, optimizer, times):
    y, m = net(x), (x > 0).double()
    losses = [taken(optimizer, (m * (y - x) ** 2).sum() / m.sum())]
    for _ in range(times):
        given = y.detach().clone()
        y = net(given)
        losses.append(taken(optimizer, torch.nn.functional.mse_loss(y, given)))
    return losses


def by_yielding(net, x, optimizer, times):
    target, known = x, x > 0
    for _ in range(times + 1):
        y = net(target)
        loss = taken(optimizer, (y[known] - target[known]).square().mean())
        yield loss.item()
        target, known = y.detach(), torch.ones_like(known)


@pytest.mark.parametrize("feed_again", [by_mask, by_yielding])
def test_a_batch_may_be_fed_again_in_several_ways(feed_again):
    assert lesson_04.exercise_2(feed_again).state == "right"


def no_step_at_the_end(net, x, optimizer, times):
    *first, last = by_mask(net, x, optimizer, times)
    with torch.no_grad():
        net.weight += 1.0
    return [*first, last]


@pytest.mark.parametrize(
    ("feed_again", "words"),
    [
        (lambda net, x, optimizer, times: [1.0], "1 losses came"),
        (lambda net, x, optimizer, times: [9.0, 9.0, 9.0], "over the known"),
        (no_step_at_the_end, "followed by a step"),
        (lambda net, x, optimizer, times: 7, "cannot read"),
    ],
)
def test_other_ways_to_feed_again_are_told_what_is_wrong(feed_again, words):
    verdict = lesson_04.exercise_2(feed_again)
    assert verdict.state == "wrong" and words in verdict.message


def by_a_loop_over_splits(val_a, test_a, val_b, test_b):
    gaps = []
    for s in range(val_a.shape[1]):
        a, b = test_a[np.argmin(val_a[:, s]), s], test_b[np.argmin(val_b[:, s]), s]
        gaps.append(a - b)
    series = pd.Series(gaps)
    return [round(series.mean(), 7), series.sem()]


def test_a_fair_difference_may_be_taken_in_a_loop():
    assert lesson_04.exercise_3(by_a_loop_over_splits).state == "right"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda va, ta, vb, tb: (va.min(0).mean() - vb.min(0).mean(), 0), "judge"),
        (lambda va, ta, vb, tb: (ta.mean() - tb.mean(), 0), "all settings"),
        (lambda va, ta, vb, tb: (0.5, 0), "On each split"),
        (lambda va, ta, vb, tb: 0.5, "two numbers"),
    ],
)
def test_an_unfair_difference_is_told_what_is_wrong(answer, words):
    assert words in lesson_04.exercise_3(answer).message


def test_b_minus_a_is_told_so():
    def reversed_sign(*searches):
        mean, error = by_a_loop_over_splits(*searches)
        return -mean, error

    assert "B minus A" in lesson_04.exercise_3(reversed_sign).message


def logistic_by_the_package(scores, x, mu, log_variance, beta):
    spread = torch.distributions.Normal(mu, torch.exp(log_variance / 2))
    prior = torch.distributions.Normal(0, 1)
    kl = torch.distributions.kl_divergence(spread, prior).sum(1)
    coins = torch.nn.functional.binary_cross_entropy_with_logits(
        scores, x, reduction="none"
    )
    return (coins.sum(1) + beta * kl).mean()


def test_the_loss_with_coins_may_be_written_with_torch_s_own():
    assert lesson_06.exercise_2(logistic_by_the_package).state == "right"


def step_by_step(n_users, batch_size, epochs, cap, anneal_steps):
    weight = 0
    for _ in range(epochs):
        for _ in range(0, n_users, batch_size):
            weight = min(cap, weight + 1 / anneal_steps)
    return weight


def test_the_weight_may_be_counted_step_by_step():
    assert lesson_06.exercise_3(step_by_step).state == "right"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda n, size, epochs, cap, steps: cap, "not reached"),
        (lambda n, size, epochs, cap, steps: min(cap, epochs / steps), "not epochs"),
        (lambda n, size, epochs, cap, steps: "0.2 or so", "one number"),
        (lambda n, size, epochs, cap, steps: -1, "never above cap"),
    ],
)
def test_another_weight_is_told_what_is_wrong(answer, words):
    verdict = lesson_06.exercise_3(answer)
    assert verdict.state == "wrong" and words in verdict.message


def prices(mu, sigma):
    return (0.5 * (mu**2 + sigma**2 - np.log(sigma**2) - 1)).mean(axis=0)


@pytest.mark.parametrize(
    "collapsed",
    [
        lambda mu, sigma: prices(mu, sigma) < 0.01,
        lambda mu, sigma: np.where(prices(mu, sigma) < 0.01),
        lambda mu, sigma: [u for u, p in enumerate(prices(mu, sigma)) if p < 0.01],
        lambda mu, sigma: {u for u, p in enumerate(prices(mu, sigma)) if p < 0.01},
    ],
    ids=["mask", "where", "list", "set"],
)
def test_collapsed_units_may_be_numbers_or_a_mask(collapsed):
    assert lesson_06.exercise_4(collapsed).state == "right"


@pytest.mark.parametrize("answer", [[], [0.5, 1.5], [0], 3])
def test_other_answers_are_no_collapsed_units(answer):
    assert lesson_06.exercise_4(lambda mu, sigma: answer).state == "wrong"


def by_leaving_out(scores, seen, heldout, k, mask):
    left = [j for j in np.argsort(-scores) if not (mask and j in seen)]
    return sum(j in heldout for j in left[:k]) / len(heldout)


def in_the_scores_themselves(scores, seen, heldout, k, mask):
    if mask:
        scores[seen] = -np.inf
    return len(np.intersect1d(np.argsort(-scores)[:k], heldout)) / len(heldout)


@pytest.mark.parametrize("recall", [by_leaving_out, in_the_scores_themselves])
def test_every_way_to_leave_out_what_was_seen_is_accepted(recall):
    assert lesson_06.exercise_5(recall).state == "right"


def loud_by_a_loop(Y, W, V):
    def spread(part):
        return np.mean([np.var(unit) for unit in part.T]) ** 0.5

    return spread(V) / spread(Y @ W)


def a_report_with_a_shuffle(quality, Y, W, V):
    mean = quality(np.zeros_like(V) + V.mean(axis=0))
    others = np.random.default_rng(3).permutation(V)
    return [loud_by_a_loop(Y, W, V), quality(V) - mean, quality(others) - mean]


def a_report_with_one_mean_row(quality, Y, W, V):
    mean, others = quality(V.mean(axis=0)), V[np.r_[1 : len(V), 0]]
    loud = (V.var(axis=0).sum() / (Y @ W).var(axis=0).sum()) ** 0.5
    return np.array([loud, quality(V) - mean, quality(others) - mean])


@pytest.mark.parametrize(
    "report", [a_report_with_a_shuffle, a_report_with_one_mean_row]
)
def test_every_way_to_ask_whether_a_node_is_heard_is_accepted(report):
    assert lesson_05.exercise_2(report).state == "right"


@pytest.mark.parametrize(
    ("slip", "said"),
    [
        (lambda loud, own, another: (1 / loud, own, another), "node's share"),
        (lambda loud, own, another: (loud, 0.36, another), "own is a level"),
        (lambda loud, own, another: (loud, -own, another), "own has the wrong sign"),
        (lambda loud, own, another: (loud, own, 0.29), "another is a level"),
        (lambda loud, own, another: (loud, own, own), "own node again"),
        (lambda loud, own, another: (loud, own), "three numbers"),
    ],
)
def test_each_slip_in_a_report_on_nodes_is_named(slip, said):
    def report(quality, Y, W, V):
        return slip(*a_report_with_one_mean_row(quality, Y, W, V))

    verdict = lesson_05.exercise_2(report)
    assert verdict.state == "wrong" and said in verdict.message


def test_a_root_before_the_mean_over_units_is_named():
    def report(quality, Y, W, V):
        _, own, another = a_report_with_one_mean_row(quality, Y, W, V)
        return V.std(axis=0).mean() / (Y @ W).std(axis=0).mean(), own, another

    assert "The root comes last" in lesson_05.exercise_2(report).message


def test_the_share_that_is_left_is_no_factor():
    assert "has to grow" in lesson_05.exercise_1(0.2, 2).message


def stepped(p, q, y, lr, l2):
    g = 1 / (1 + np.exp(-np.dot(p, q))) - y
    both = np.array([p, q])
    return both - lr * (g * both[::-1] + l2 * both)


def test_a_step_may_come_back_as_one_array():
    assert lesson_11.exercise_2(stepped).state == "right"


@pytest.mark.parametrize("found", [np.float64(0.5), np.array(0.5), np.zeros(3)])
def test_what_is_no_pair_is_refused_in_words(found):
    for exercise, said in (
        (lesson_11.exercise_2, "Return two arrays"),
        (lesson_11.exercise_3, "Return two numbers"),
    ):
        verdict = exercise(lambda *given: found)
        assert verdict.state == "wrong" and said in verdict.message


@pytest.mark.parametrize(
    ("leads", "said"),
    [
        ((0.031, 0.026), "The other way round"),
        ((0.017, 0.028), "the MLP's lengths"),
        ((-0.008, -0.008), "16 is k"),
        ((-0.026, -0.031), "MF minus the published net"),
        (0.024, "Two numbers"),
        ((0.1, 0.2), "3k numbers by the text"),
    ],
)
def test_a_lead_at_the_wrong_length_is_named(leads, said):
    verdict = lesson_11.exercise_1(leads)
    assert verdict.state == "wrong" and said in verdict.message


def two_exams(scores, heldout, negatives, seen, most=(9, 9)):
    higher = scores > scores[heldout]
    sampled, full = higher[negatives].sum(), np.delete(higher, seen).sum()
    return np.array([sampled <= most[0], full <= most[1]])


def test_two_hits_may_come_back_as_one_array():
    assert lesson_11.exercise_3(two_exams).state == "right"


@pytest.mark.parametrize(
    ("most", "said"), [((10, 9), "Among the hundred"), ((9, 10), "Among all: ")]
)
def test_a_list_of_eleven_is_named(most, said):
    verdict = lesson_11.exercise_3(lambda *user: two_exams(*user, most))
    assert verdict.state == "wrong" and said in verdict.message


def test_films_that_were_seen_do_not_compete():
    def with_seen(scores, heldout, negatives, seen):
        return two_exams(scores, heldout, negatives, [])

    assert "has seen are never" in lesson_11.exercise_3(with_seen).message


def test_scores_that_are_masked_in_place_are_named():
    def masked(scores, heldout, negatives, seen):
        scores[seen] = -np.inf
        return two_exams(scores, heldout, negatives, [])

    assert "changes the scores" in lesson_11.exercise_3(masked).message


def by_rows(P, U):
    for x in U:
        u = P @ x
        P = P + np.outer(u, u) / (1 - x @ u)
    return P


def by_small_inverse(P, U):
    few = np.linalg.inv(np.eye(len(U)) - U @ P @ U.T)
    return P + P @ U.T @ few @ U @ P


@pytest.mark.parametrize("forget", [by_rows, by_small_inverse])
def test_users_may_leave_one_by_one_or_together(forget):
    assert lesson_16.exercise_3(forget).state == "right"


def test_an_inverse_that_is_changed_in_place_is_named():
    def in_place(P, U):
        P[:] = by_rows(P, U)
        return P

    assert "changed the P" in lesson_16.exercise_3(in_place).message


@pytest.mark.parametrize("start", [np.zeros, sparse.csr_array])
def test_a_gram_matrix_may_be_dense_or_sparse(start):
    def gram_of(blocks, n_items):
        G = start((n_items, n_items))
        for X in blocks:
            G = G + X.T @ X
        return G

    assert lesson_16.exercise_2(gram_of).state == "right"


def between_users(blocks, n_items):
    G = np.zeros((n_items, n_items))
    for X in blocks:
        G += X @ X.T
    return G


def without_a_start(blocks, n_items):
    return sum(X.T @ X for X in blocks).toarray()


def in_two_loops(blocks, n_items):
    n_users = sum(X.shape[0] for X in blocks)
    G = np.zeros((n_items, n_items))
    for X in blocks:
        G += (X.T @ X).toarray() / n_users
    return G


@pytest.mark.parametrize(
    ("gram_of", "said"),
    [
        (between_users, "a cell for two *users*"),
        (without_a_start, "may be no block at all"),
        (in_two_loops, "come only once"),
    ],
)
def test_a_sum_over_blocks_that_is_wrong_is_told_why(gram_of, said):
    verdict = lesson_16.exercise_2(gram_of)
    assert verdict.state == "wrong" and said in verdict.message


def test_a_pseudo_inverse_of_the_whole_is_learning_anew():
    def anew(P, U):
        return np.linalg.pinv(np.linalg.pinv(P) - U.T @ U)

    assert "learning anew" in lesson_16.exercise_3(anew).message


def test_blocks_that_are_kept_are_counted():
    def kept(blocks, n_items):
        return sum((X.T @ X for X in list(blocks)), sparse.csr_array((n_items,) * 2))

    assert "held 6 blocks" in lesson_16.exercise_2(kept).message


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (lambda n: 1.0, "Two numbers"),
        (lambda n: (n, n), "For 20,000 items you say 2e+04 GiB"),
        (lambda n: (4 * n**2 / 2**30, n), "you say 2e+04 hours"),
        (lambda n: (8 * n**2 / 2**30, n), "not 8"),
        (lambda n: (4 * n**2, n), "Those are bytes"),
        (lambda n: (4 * n**2 / 2**20, n), "Those are MiB"),
        (lambda n: (4 * n**2 / 2**30, round(1e-11 * n**3 / 3600, 2)), "do not round"),
        (lambda n: (4 * n**2 / 2**30, n**3), "grow as they should"),
        (lambda n: (4 * n**2 / (1000 * 2**20), n), "1.024 times what they are"),
        (lambda n: (4 * n**3 / 2**30, n), "n³ is the time"),
        (lambda n: (4 * n**2 / 2**30, 10 * (n / 1e4) ** 3 / 60), "minutes"),
        (lambda n: (10 * (n / 1e4) ** 3 / 3600, 4 * n**2 / 2**30), "exchanged"),
    ],
)
def test_a_plan_that_is_wrong_is_told_why(plan, said):
    verdict = lesson_16.exercise_1(plan)
    assert verdict.state == "wrong" and said in verdict.message
