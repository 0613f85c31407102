"""Lesson 16: the twenty best items for every user, in users a second.

A model is fitted and lists its users, 10,000 and 100,000 of them, in a process of its
own and on one thread. On Gowalla they are drawn from its 29,858 with repetition; on the
generated world of 100,000 items they are that many people. Three ways are compared:
dense weights (as many as EASE's, on Gowalla), sparse weights (SparseEASE, at several
thresholds), and vectors of length 64 (LRR) in faiss's indexes. The dense weights are
drawn at random: the time of a list depends on how many there are, and learning them
takes 20 minutes. No quality is judged here, but the share of the exact list that an
index finds; `scale_quality` judges the models.

Expected, written before the first run:

- The time is a straight line in the number of users, to a tenth, and the memory does
  not grow with it but by the lists, 80 bytes a user: it is a block's.
- Dense EASE on Gowalla lists 200 to 600 users a second: 27 rows of 41,000 weights are
  added up for a user, and 41,000 scores are searched.
- SparseEASE is faster by about as much as it has fewer weights, until the search
  takes over: ten times as fast as EASE at most at a threshold of .1, and more than
  twenty times at .3. On 100,000 items it loses little: a user's scores hang on the
  neighbours of an item, not on the catalogue.
- An exact search of LRR's vectors on Gowalla takes as many products as 64 / 27 of
  EASE's, but as one product of matrices: 1,000 to 3,000 users a second, and less than
  half of that among 100,000 items. IVF and HNSW are two to ten times as fast as it
  there, and find 60% to 95% of the list, since they look further for the items that a
  user has seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
from scipy import sparse

from recnb.experiments import scale_quality
from recnb.experiments.alone import ProcessEndedError, alone, used
from recnb.experiments.runner import Experiment
from recnb.experiments.serving import one_thread
from recnb.models import LRR, FixedWeights, SparseEASE
from recnb.scale import World, lists, searched_lists

K = 20
#: Users that are listed, by dataset.
N_USERS = {
    "simulated": (500, 1000),
    "gowalla": (10_000, 100_000),
    "world": (10_000, 100_000),
}
WORLD_ITEMS = 100_000
#: Users of whom an index's lists are compared with the exact ones.
N_COMPARED = 1000
#: The penalty, on which no time depends.
L2 = 3.0
#: As many weights as EASE has.
DENSE_MODEL = "dense weights"
#: Length of LRR's vectors.
L = 64
INDEXES = ("exact", "IVF", "HNSW")
#: Thresholds of SparseEASE, by dataset; on Gowalla those of `scale_quality`.
THRESHOLDS = {
    "simulated": (0.8, 0.2),
    "gowalla": (0.3, 0.2, 0.15, 0.1),
    "world": (0.3, 0.2),
}
#: Where dense weights fit.
DENSE = ("simulated", "gowalla")


def cases() -> list[dict[str, str]]:
    """Return what is measured: a dataset, a model, and what decides on its cost."""
    found = []
    for dataset, thresholds in THRESHOLDS.items():
        forms = [("SparseEASE", f"threshold {t}") for t in thresholds]
        forms += [("LRR", f"{index} index") for index in INDEXES]
        forms += [(DENSE_MODEL, "drawn")] if dataset in DENSE else []
        found += [{"dataset": dataset, "model": m, "form": form} for m, form in forms]
    return found


@cache
def likes(dataset: str) -> sparse.csr_array:
    """Return users x items: a dataset's training users, or the generated world."""
    if dataset != "world":
        return scale_quality.split(dataset).train
    world = World(max(N_USERS["world"]), WORLD_ITEMS)
    blocks = [world.block(number) for number in range(world.plan().n_parts)]
    users, items = (
        np.concatenate([block[name] for block in blocks]) for name in ("user", "item")
    )
    ones = np.ones(len(users), dtype=np.float32)
    return sparse.csr_array((ones, (users, items)), (world.n_users, world.n_items))


def histories(X: sparse.csr_array, n_users: int) -> sparse.csr_array:
    """Return so many users of X, with repetition if it has fewer."""
    with_items = np.flatnonzero(np.diff(X.indptr))
    if n_users <= len(with_items):
        return X[with_items[:n_users]]
    return X[np.random.default_rng(0).choice(with_items, n_users)]


Serve = Callable[[sparse.csr_array], np.ndarray]


def fitted(
    X: sparse.csr_array, model: str, form: str
) -> tuple[Serve, dict[str, float]]:
    """Fit a model; return what lists its users, and facts about it."""
    if model == DENSE_MODEL:
        n = X.shape[1]
        B = np.random.default_rng(0).standard_normal((n, n), dtype=np.float32)
        np.fill_diagonal(B, 0)
        return _listing(FixedWeights(B).fit(X)), {"density": (n - 1) / n}
    if model == "SparseEASE":
        sparse_model = SparseEASE(L2, float(form.split()[1])).fit(X)
        density = sparse_model.weights_.nnz / sparse_model.n_items_**2
        return _listing(sparse_model), {"density": density}
    lrr = LRR(min(L, min(X.shape) - 1), L2).fit(X)
    index = form.split()[0]
    serve, exact = _searching(lrr, index), _searching(lrr, "exact")
    some = histories(X, N_COMPARED)
    return serve, {"found": shared(serve(some), exact(some))}


def _listing(model: FixedWeights | SparseEASE) -> Serve:
    return lambda X: lists(model, X, K)


def _searching(model: LRR, index: str) -> Serve:
    from recnb.models import retrieval

    searches = {
        "exact": retrieval.ExactSearch,
        "IVF": retrieval.IVFSearch,
        "HNSW": retrieval.HNSWSearch,
    }
    search = searches[index]().fit(model.item_vectors())
    return lambda X: searched_lists(model, search, X, K)


def shared(found: np.ndarray, exact: np.ndarray) -> float:
    """Return the share of the exact lists that was found; 1 if they are the same."""
    hits = [
        np.isin(row[row >= 0], those).sum()
        for row, those in zip(found, exact, strict=True)
    ]
    return float(np.sum(hits) / (exact >= 0).sum())


def served(dataset: str, model: str, form: str) -> list[dict[str, object]]:
    """Fit a model, and list so many users and so many; a row for each number."""
    X = likes(dataset)
    rows = []
    with one_thread():
        serve, facts = fitted(X, model, form)
        serve(histories(X, 10))  # what is loaded at the first call is loaded
        for n_users in N_USERS[dataset]:
            H = histories(X, n_users)
            _, use = used(lambda H=H: serve(H))
            rows.append(
                {
                    "n_users": n_users,
                    "n_items": X.shape[1],
                    "pairs": H.nnz,
                    **facts,
                    **use,
                    "users_a_second": n_users / use["cpu_seconds"],
                }
            )
    return rows


def measure(dataset: str, model: str, form: str) -> list[Mapping[str, object]]:
    """Measure a form of a model; what does not fit is a row with the reason."""
    try:
        rows = alone(served, dataset, model, form)
    except (MemoryError, ProcessEndedError) as error:
        return [{"refused": str(error)}]
    return [{"refused": "", **row} for row in rows]


SCALE_SERVING = Experiment(
    name="scale_serving",
    question="How many users a second get a list: dense, sparse, by an index?",
    cases=cases(),
    measure=measure,
)
