"""The checks of lesson 01: busy users, NDCG, the mask, a bootstrap."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import sparse

from recnb.lesson.verdict import Failed, Verdict, call, exercise, right, wrong

# Lists of one user: hits, number of held-out films, k.
LISTS = (
    ([0, 1, 0, 1, 1], 3, 2),
    ([1, 1, 0, 0, 0], 2, 5),
    ([0, 0, 1, 0, 0], 4, 5),
    ([1, 1, 1, 0, 0], 10, 3),
    ([1, 0, 0, 1, 0], 3, 3),
)


@exercise("01.1")
def exercise_1(busy_share: float, data: object) -> Verdict:
    """Judge the share of the ratings that the busiest tenth of the users gave."""
    share = float(busy_share)
    expected = _share_of_tenth(data.users, data.n_users)
    if np.isclose(share, expected, rtol=0, atol=5e-4):
        return right(
            f"The busiest tenth gave {expected:.1%} of the ratings. A metric that "
            "counts every rating the same listens to them most; one that takes each "
            "user's value first, and then the mean, gives everybody one voice."
        )
    if np.isclose(share, expected, rtol=0, atol=6e-3):
        return wrong("That is close: rounded, or some users too many or too few.")
    if np.isclose(share, 100 * expected, rtol=0, atol=0.05):
        return wrong("That is in per cent; a share lies between 0 and 1.")
    if np.isclose(share, expected * len(data.users)):
        return wrong("That is a number of ratings. Divide it by all, len(data).")
    if np.isclose(share, _share_of_tenth(data.items, data.n_items), atol=5e-4):
        return wrong("That is the share of the top tenth of the films; count per user.")
    counts = np.bincount(data.users, minlength=data.n_users)
    tenth = round(0.1 * data.n_users)
    if np.isclose(share, counts[:tenth].sum() / counts.sum(), atol=5e-4):
        return wrong(
            "Those are the first tenth of the users in the file. Sort the counts, the "
            "largest first, before you take a tenth of them."
        )
    if np.isclose(share, np.sort(counts)[:tenth].sum() / counts.sum(), atol=5e-4):
        return wrong(
            "That is the laziest tenth: np.sort puts the smallest first. Turn it round."
        )
    if np.isclose(share, np.sort(counts)[-10:].sum() / counts.sum(), atol=5e-4):
        return wrong("Those are the ten busiest users, not the busiest tenth of them.")
    return wrong(
        "Count the ratings of each user, sort the counts, the largest first, sum the "
        "first tenth of them, and divide by the number of ratings."
    )


def _share_of_tenth(codes: np.ndarray, n: int) -> float:
    """Return which share of the rows the most frequent tenth of n codes has."""
    counts = np.sort(np.bincount(codes, minlength=n))[::-1]
    return float(counts[: round(0.1 * n)].sum() / counts.sum())


@exercise("01.2")
def exercise_2(my_ndcg: Callable) -> Verdict:
    """Judge a function that computes NDCG@k of one user's list."""
    found = [float(call(my_ndcg, np.array(h), n, k)) for h, n, k in LISTS]

    def same(usual: Callable) -> bool:
        values = [usual(np.array(h), n, k) for h, n, k in LISTS]
        return np.allclose(found, values, rtol=0, atol=6e-4)  # rounded is right, too

    if same(_ndcg):
        return _judge_empty_list(my_ndcg)
    if same(_gain):
        return wrong(
            "That is the gain of the list, not yet divided by the best gain that was "
            "possible: a perfect list has to get 1."
        )
    if same(lambda h, n, k: _gain(h, n, k) / _ideal(n)):
        return wrong(
            "The best possible list has only k places: if more than k films are held "
            "out, its sum still ends at rank k."
        )
    if same(lambda h, n, k: _gain(h, n, k) / _ideal(k)):
        return wrong(
            "You divide by k hits, but a user may have fewer films to find: two films, "
            "found at ranks 1 and 2, are a perfect list of five."
        )
    if same(lambda h, n, k: _gain(h, n, k) / _ideal(h[:k].sum())):
        return wrong(
            "You divide by the best order of the hits that *were* found. Then a list "
            "with one of four films, at the top, is perfect. Divide by the best list "
            "that was possible."
        )
    if same(lambda h, n, k: _gain(h, n, k) / max(_ideal(min(k, h.sum())), 1e-9)):
        return wrong(
            "You take the best list from the hits of this list, wherever they stand. A "
            "film that was not found at all counts, too: use n_heldout."
        )
    if same(lambda h, n, k: _gain(h, n, len(h)) / _ideal(min(k, n))):
        return wrong("Hits behind rank k count, too, in yours: cut the list at k.")
    if not np.isfinite(found).all():
        return wrong(
            "One of the values is not a number or infinite. The logarithm of rank 1 "
            "is 0: the discount is 1 / log2(rank + 1), with ranks from 1."
        )
    due = [_ndcg(np.array(h), n, k) for h, n, k in LISTS]
    first = int(np.argmax(~np.isclose(found, due, rtol=0, atol=6e-4)))
    h, n, k = LISTS[first]
    return wrong(
        f"For hits {h}, {n} held-out films and k = {k} it gives {found[first]:.3f} "
        f"instead of {due[first]:.3f}. Go through it by hand: which hits count, and "
        f"where would {n} hits stand in the best list of {k} places?"
    )


def _judge_empty_list(my_ndcg: Callable) -> Verdict:
    """Judge the case in which nothing was found."""
    nothing = float(call(my_ndcg, np.zeros(5, dtype=int), 3, 5))
    if nothing != 0:
        return wrong(f"A list without a hit gives {nothing}; it has to give 0.")
    return right(
        "It agrees on six lists. The base of the logarithm would not have mattered: it "
        "stands above and below the line, and cancels."
    )


def _gain(hits: np.ndarray, _n: int, k: int) -> float:
    """Return the discounted gain of the first k places."""
    found = hits[:k]
    return float((found / np.log2(np.arange(2, len(found) + 2))).sum())


def _ideal(n: int) -> float:
    """Return the discounted gain of n hits at the top."""
    return float((1 / np.log2(np.arange(2, n + 2))).sum())


def _ndcg(hits: np.ndarray, n: int, k: int) -> float:
    return _gain(hits, n, k) / _ideal(min(k, n))


@exercise("01.3")
def exercise_3(recommend: Callable) -> Verdict:
    """Judge a function that lists the k best unseen films of each user."""
    scores, history, k = _small_world()
    kept, seen = scores.copy(), history.toarray() > 0
    try:
        lists = np.asarray(call(recommend, scores, history, k))
    except Failed as error:
        if isinstance(error.__cause__, ValueError) and "sequence" in str(error):
            return wrong("`history` is sparse, so use history.toarray() first.")
        raise
    changed = not np.array_equal(kept, scores)
    expected = _best(np.where(seen, -np.inf, kept), k)
    if lists.shape == expected.shape and np.array_equal(lists, expected):
        note = (
            " It changes the scores that it is handed, though: whoever uses them "
            "afterwards will wonder. A copy is safer."
        )
        return right(
            "No list holds a film that was seen, and every list has k films."
            + (note if changed else "")
        )
    if lists.shape != expected.shape:
        return wrong(
            f"The lists have shape {lists.shape} instead of {expected.shape}: k films "
            "for each user. Mask first and cut at k afterwards; whoever cuts first and "
            "removes the seen films then, ends up with too few."
        )
    if _as_good(lists, kept):
        return wrong(
            "The lists are those without any mask. Did you throw the masked scores "
            "away? A function that returns a copy does nothing unless you keep it."
        )
    if _as_good(lists, np.where(seen, 0, kept)):
        return wrong(
            "Seen films get the score 0, but scores may be negative: then 0 is a good "
            "score, and the seen film is listed. Take minus infinity."
        )
    if _as_good(lists, np.where(seen, -np.inf, -kept)):
        return wrong("Those are the worst unseen films: is your order best first?")
    if np.array_equal(np.sort(lists, axis=1), np.sort(expected, axis=1)):
        return wrong("The right films, in the wrong order: the best has to come first.")
    return wrong(
        "For scores [[0.9, 0.1, -0.2, -0.5]], a history with film 0 and k = 2 the "
        "list is [[1, 2]]: the best films of those that were not seen, best first."
    )


def _small_world() -> tuple[np.ndarray, sparse.csr_array, int]:
    """Return scores of both signs, a history, and k; every user has k unseen films."""
    draw = np.random.default_rng(1)
    scores = draw.normal(-0.5, 1.0, size=(6, 12))
    scores[0] -= 10  # for one user, any constant is a good score
    history = sparse.csr_array((draw.random((6, 12)) < 0.4).astype(np.float32))
    return scores, history, 3


def _as_good(lists: np.ndarray, scores: np.ndarray) -> bool:
    """Tell whether the lists are the best by these scores, whatever the ties."""
    best = np.take_along_axis(scores, _best(scores, lists.shape[1]), axis=1)
    return np.array_equal(np.take_along_axis(scores, lists.astype(int), axis=1), best)


def _best(scores: np.ndarray, k: int) -> np.ndarray:
    return np.argsort(-scores, axis=1, kind="stable")[:, :k]


@exercise("01.4")
def exercise_4(bootstrap_error: Callable) -> Verdict:
    """Judge a function that estimates the standard error of a paired difference."""
    draw = np.random.default_rng(4)
    n = 400
    user = draw.beta(2, 3, n)  # hard and easy users, the same for both models
    a, b = (user + draw.normal(0.01 * i, 0.03, n) for i in (1, 0))
    error = float(call(bootstrap_error, a, b))
    paired = float((a - b).std(ddof=1) / np.sqrt(n))
    unpaired = float(np.hypot(a.std(), b.std()) / np.sqrt(n))
    if np.isclose(error, paired, rtol=0.15):
        return right(
            f"It gives {error:.5f}, and the formula sd / sqrt(n) gives {paired:.5f}. "
            "The bootstrap needs no formula, so it also works where there is none, for "
            "example for a median."
        )
    if np.isclose(error, unpaired, rtol=0.15):
        return wrong(
            f"It gives {error:.5f}: the error of two groups of *different* users. Both "
            "models were judged on the same ones: draw users, and take a and b of the "
            "same draw."
        )
    if any(np.isclose(error, k * paired, rtol=0.1) for k in (1.96, 3.92)):
        return wrong("One standard error is wanted, without the factor of an interval.")
    if np.isclose(error, paired * np.sqrt(n), rtol=0.15):
        return wrong(
            "That is the spread of single users' differences. Wanted is the spread of "
            "their *mean*, from draw to draw."
        )
    if np.isclose(error, abs((a - b).mean()), rtol=0.15):
        return wrong("That is the difference itself, not how much it would move.")
    if error < 0.05 * paired:
        return wrong(
            f"It gives {error:.6f}, which is far too small. Do you draw *with* "
            "replacement? Otherwise every draw is the same users in another order. And "
            "return the standard deviation of the means as it is: not squared, and not "
            "divided once more."
        )
    return wrong(
        f"It gives {error:.5f}, where about {paired:.5f} is due. Draw as many users as "
        "there are, with replacement, and take the mean difference; do it 1,000 times; "
        "return the standard deviation of these means."
    )
