"""Every number in an answer of the exam is computed here, from the question's data."""

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from recnb.models import EASE
from recnb.site.teaching.texts import entries

ANSWERS = {
    each["name"]: each["numbers"] for each in entries("exam") if "numbers" in each
}


def ndcg():
    hits, heldout = np.array([1, 0, 1, 0, 1]), 4
    worth = 1 / np.log2(np.arange(2, 7))
    gain, best = hits @ worth, worth[:heldout].sum()
    two = hits[:2].sum()
    return {
        "precision": two / 2,
        "recall": two / heldout,
        "min_recall": two / min(2, heldout),
        "gain": gain,
        "best": best,
        "ndcg": gain / best,
    }


def paired():
    a = np.array([0.20, 0.50, 0.10, 0.70, 0.40])
    b = np.array([0.25, 0.53, 0.18, 0.72, 0.52])
    unpaired = math.hypot(stats.sem(a), stats.sem(b))
    mean, error = (b - a).mean(), stats.sem(b - a)
    assert mean < unpaired
    return {
        "mean": mean,
        "sd": (b - a).std(ddof=1),
        "paired": error,
        "unpaired": unpaired,
        "ratio": mean / error,
    }


def two_losses():
    x, rebuilt = np.array([1, 0, 1]), np.array([0.8, 0.3, 0.5])
    entropy = -(x * np.log(rebuilt) + (1 - x) * np.log(1 - rebuilt)).sum()
    return {"squared": ((x - rebuilt) ** 2).sum(), "entropy": entropy}


def noise():
    p = 0.75
    return {
        "factor": 1 / (1 - p),
        "left": 12 * (1 - p),
        "first": 60 / (1 - p),
        "second": 80 / (1 - p),
        "both": 45 * (1 - p) ** 2 / (1 - p) ** 2,
    }


def masked_rmse():
    ratings = np.array([[4, 0, 1], [5, 2, 0]])
    errors = ratings - np.array([[3, 4, 3], [4, 2, 1]])
    masked = errors[ratings > 0]
    return {
        "masked": math.sqrt((masked**2).mean()),
        "all": math.sqrt((errors**2).mean()),
    }


def users_rmse():
    users = [np.array([2.0]), np.array([1.0, 1.0, 0.0])]
    everything = np.concatenate(users)
    each = [math.sqrt((errors**2).mean()) for errors in users]
    return {"all": math.sqrt((everything**2).mean()), "mean": np.mean(each)}


def count_weights():
    def count(*widths):
        return sum((left + 1) * right for left, right in itertools.pairwise(widths))

    return {"deep": count(1000, 50, 50, 1000), "shallow": count(1000, 100, 1000)}


def multinomial():
    scores, likes = np.array([math.log(2), 0, 0]), np.array([1, 0, 1])
    likelihood = likes @ (scores - np.log(np.exp(scores).sum()))
    mean, sd = 0.5, 0.5
    kl = (mean**2 + sd**2 - 1 - math.log(sd**2)) / 2
    return {"likelihood": likelihood, "kl": kl, "loss": 0.2 * kl - likelihood}


def anneal():
    steps = 10_000 / 400
    return {
        "steps": steps,
        "beta": min(0.3, 20 * steps / 30_000),
        "epochs": 0.3 * 30_000 / steps,
    }


def copied_schedule():
    steps = 6000 // 500
    after = 50 * steps
    return {"steps": steps, "all": after, "beta": min(0.2, after / 200_000)}


def fading():
    weights = np.array([0.4, -0.2, 0.3])
    faded = 0.5 ** np.array([2, 1, 0])
    return {
        "forwards": faded @ weights,
        "backwards": faded[::-1] @ weights,
        "bag": weights.sum(),
    }


def ease_two_films():
    likes = np.repeat([[1, 1], [1, 0], [0, 1]], [2, 3, 1], axis=0)
    P = np.linalg.inv(likes.T @ likes + np.eye(2))
    B = EASE(l2=1).fit(likes).weights_
    ridge = np.eye(2) - P
    return {
        "p11": P[0, 0],
        "p22": P[1, 1],
        "p12": P[0, 1],
        "b12": B[0, 1],
        "b21": B[1, 0],
        "gamma": 1 / P[1, 1] - 1,
        "r11": ridge[0, 0],
        "r22": ridge[1, 1],
        "r12": ridge[0, 1],
    }


def chain():
    S = 0.6 ** np.abs(np.subtract.outer(range(3), range(3)))
    Q = np.linalg.inv(S)
    assert Q[0, 2] == pytest.approx(0)
    return {"through": S[0, 2], "partial": -Q[0, 1] / math.sqrt(Q[0, 0] * Q[1, 1])}


def score_by_hand():
    B = np.array([[0, 0.5, -0.1], [0.4, 0, 0.2], [-0.2, 0.3, 0]])
    scores = np.array([1, 0, 1]) @ B
    assert B[0, 1] > B[2, 1]
    return {"b": scores[1], "from_a": B[0, 1], "a": scores[0], "c": scores[2]}


def suggested():
    chance = 40 * 50 / 200
    return {"weight": (6 - 16) / (10 + 40), "chance": chance, "lift": 6 / chance}


def similarities():
    p, q, w = np.array([2, -1]), np.array([1, 3]), np.array([1, 2])
    hidden = np.maximum(0, [p[0] + q[0], p[1] - q[1]])
    first, second = w * p
    assert (w * p) @ q == w @ (p * q)
    return {
        "dot": p @ q,
        "gmf": w @ (p * q),
        "mlp": hidden @ [1, -1],
        "first": first,
        "second": second,
    }


def hit_error():
    users, hit = 6400, 0.64
    differences = np.repeat([1.0, -1.0, 0.0], [320, 256, users - 576])
    paired = differences.std() / math.sqrt(users)
    return {
        "error": math.sqrt(hit * (1 - hit) / users),
        "second": (differences**2).mean(),
        "square": differences.mean() ** 2,
        "paired": paired,
        "ratio": differences.mean() / paired,
    }


def relu_units():
    d, wanted = 16, 0.01
    pieces = math.ceil(1 / math.sqrt(wanted))
    x = np.linspace(-1, 1, 10_001)
    bends = np.linspace(-1, 1, pieces + 1)
    assert np.max(np.interp(x, bends, bends**2) - x**2) == pytest.approx(wanted)
    return {"pieces": pieces, "units": 2 * d * pieces, "error": d / pieces**2}


def cells():
    def scored(n):
        return 16 / (2 * math.sqrt(n)) * n

    small, large = scored(10_000), scored(1_000_000)
    return {
        "small": small,
        "small_share": small / 100,
        "large": large,
        "large_share": large / 10_000,
    }


def rebuilt():
    near = np.linalg.solve([[2, 8], [1, 1]], [4, 1])
    moved = np.linalg.solve([[12, 18], [1, 1]], [14, 1])
    np.testing.assert_allclose(near, moved)
    return {"near": near[0], "far": near[1]}


def heaps():
    middles = np.array([-30.0, -10.0, 10.0, 30.0])
    z = np.linspace(20, 40, 20_001)
    own = stats.norm.pdf(z, 30, 1)
    prior = np.mean([stats.norm.pdf(z, middle, 1) for middle in middles], axis=0)
    return {"nats": np.trapezoid(own * np.log(own / prior), z)}


def wide():
    length, angle = 9, math.pi / 2
    kernel = length / math.pi * (math.sin(angle) + (math.pi - angle) * math.cos(angle))
    tangent = kernel + (math.pi - angle) / math.pi * 0
    return {
        "kernel": kernel,
        "cosine": kernel / length,
        "tangent": tangent / (2 * length),
    }


def search_orders():
    trials = [(2, 0.40, 0.39), (1, 0.42, 0.40), (3, 0.41, 0.43)]
    held = []
    for order in itertools.permutations(trials):
        ends = itertools.accumulate(minutes for minutes, *_ in order)
        done = [trial for trial, end in zip(order, ends, strict=True) if end <= 3]
        held.append(max(done, key=lambda trial: trial[1])[2])
    assert held[0] == 0.40
    return {"mean": np.mean(held)}


def holm():
    p = np.array([0.001, 0.020, 0.030, 0.200])
    bounds = 0.05 / np.arange(4, 0, -1)
    stand = int(np.argmin([*(p <= bounds), False]))
    found = dict(zip(("b1", "b2", "b3", "b4"), bounds, strict=True))
    return found | {"stand": stand, "alone": (p < 0.05).sum()}


def users_share():
    films, users, K, likes = 3500, 4500, 50, 100
    nodes = users * K
    numbers = 2 * films * K + nodes + K + films
    outputs = likes + 5 * likes
    return {
        "all": numbers,
        "share": 100 * nodes / numbers,
        "drawn": outputs,
        "films": films,
    }


def largest_square():
    items = math.isqrt(64 * 2**30 // 4)
    hours = 83 * (items / 20_000) ** 3 / 3600
    return {"items": items, "hours": hours, "memory": 2**2, "time": 2**3}


COMPUTED = {
    each.__name__.replace("_", "-"): each
    for each in (
        ndcg,
        paired,
        two_losses,
        noise,
        masked_rmse,
        users_rmse,
        count_weights,
        multinomial,
        anneal,
        copied_schedule,
        fading,
        ease_two_films,
        chain,
        score_by_hand,
        suggested,
        similarities,
        hit_error,
        relu_units,
        cells,
        rebuilt,
        heaps,
        wide,
        search_orders,
        holm,
        users_share,
        largest_square,
    )
}


def test_every_answer_with_numbers_is_computed():
    assert set(COMPUTED) == set(ANSWERS)


@pytest.mark.parametrize("name", ANSWERS)
def test_the_numbers_of_an_answer_are_right_to_their_last_digit(name):
    computed = COMPUTED[name]()
    assert set(computed) == set(ANSWERS[name])
    for key, shown in ANSWERS[name].items():
        places = len(shown.partition(".")[2])
        value = float(shown.replace(",", ""))
        assert computed[key] == pytest.approx(value, abs=0.5001 * 10**-places), key


def test_ridge_beside_the_diagonal_is_ease_times_a_factor():
    likes = np.random.default_rng(0).integers(0, 2, (30, 6))
    B = EASE(l2=2).fit(likes).weights_
    ridge = np.eye(6) - 2 * np.linalg.inv(likes.T @ likes + 2 * np.eye(6))
    own = np.diag(ridge)
    np.testing.assert_allclose(B, (ridge - np.diag(own)) / (1 - own), atol=1e-6)


def test_the_near_copy_is_what_the_first_order_says():
    likes = np.random.default_rng(1).integers(0, 2, (60, 5)).astype(float)
    G, r = likes.T @ likes, 1e-6
    D = np.diag(np.diag(G))
    B = np.linalg.solve(G + r * D, G)
    np.testing.assert_allclose((np.eye(5) - B) / r, np.linalg.solve(G, D), rtol=1e-3)


def test_the_slopes_of_the_softmax_sum_to_zero():
    scores, likes = np.array([0.3, -1.0, 2.0]), np.array([1.0, 0.0, 1.0])

    def likelihood(f):
        return likes @ (f - np.log(np.exp(f).sum()))

    slope = likes - likes.sum() * np.exp(scores) / np.exp(scores).sum()
    steps = 1e-6 * np.eye(3)
    nudged = [(likelihood(scores + d) - likelihood(scores - d)) / 2e-6 for d in steps]
    np.testing.assert_allclose(slope, nudged, atol=1e-8)
    assert slope.sum() == pytest.approx(0)
    assert likelihood(scores + 7) == pytest.approx(likelihood(scores))


def test_the_dual_and_the_stacked_form_are_what_the_answers_say():
    rng = np.random.default_rng(2)
    X, S = rng.integers(0, 2, (7, 5)), rng.integers(0, 2, (3, 5))
    left = X.T @ np.linalg.inv(X @ X.T + 2 * np.eye(7))
    np.testing.assert_allclose(left, np.linalg.inv(X.T @ X + 2 * np.eye(5)) @ X.T)
    Z = np.vstack([X, math.sqrt(3) * S])
    np.testing.assert_allclose(Z.T @ Z, X.T @ X + 3 * S.T @ S)


def test_the_hosts_solution_is_a_minimum():
    rng = np.random.default_rng(3)
    W, A, B = rng.normal(size=(2, 5)), rng.normal(size=(5, 5)), rng.normal(size=(5, 5))
    K, alpha = (np.eye(5) - B) @ (np.eye(5) - B).T, 0.7
    V = alpha * W @ A.T @ A @ np.linalg.inv(K + alpha * A.T @ A)

    def objective(V):
        pulled = np.square((V - W) @ A.T).sum()
        return np.square(V - V @ B).sum() + alpha * pulled

    for _ in range(20):
        step = 1e-3 * rng.normal(size=V.shape)
        assert objective(V + step) > objective(V)


def test_new_users_come_in_as_the_answer_says():
    rng = np.random.default_rng(4)
    X, U = rng.integers(0, 2, (9, 5)), rng.integers(0, 2, (3, 5))
    P = np.linalg.inv(X.T @ X + 2 * np.eye(5))
    M = np.eye(3) + U @ P @ U.T
    taken_in = P - P @ U.T @ np.linalg.inv(M) @ U @ P
    anew = np.linalg.inv(X.T @ X + U.T @ U + 2 * np.eye(5))
    np.testing.assert_allclose(taken_in, anew, atol=1e-12)
