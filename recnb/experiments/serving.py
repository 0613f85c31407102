"""Lesson 12's second experiment: one user's ten best items, how fast, and how well.

Every time is the median over single queries, on one thread, with all embeddings in
memory; beside it stand both quartiles and the number of queries. All that is measured
on catalogues of one size is asked in turn, in several rounds, so that a slow minute of
the machine meets all of it. Times depend on the machine; what should not is how they
grow.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

import recnb
from recnb.data.dot_product_task import dot_product_task, embeddings
from recnb.evaluation import leave_one_out
from recnb.experiments.runner import Experiment

if TYPE_CHECKING:
    from recnb.models.retrieval import Search

K, N_QUERIES, D, ROUNDS = 10, 100, 64, 3
LONGEST = 5.0  # seconds of queries in a round; slow searches answer fewer of them
LEAST = 5
#: Queries before the clock counts, and the seconds after which no more are begun.
WARM_UPS, LONGEST_WARM_UP = 10, 0.1
CATALOGUES = (1000, 3000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
#: A real dataset, and the size of its catalogue.
REAL, N_REAL = "ncf-ml-1m", 3706
#: The graph takes a minute to build at 100,000 items, and ten times as long beyond.
LARGEST_GRAPH = 100_000
#: Embedding lengths compared at one catalogue size.
DIMENSIONS, N_OF_DIMENSIONS = (16, 32, 128, 256), 100_000
#: Cells looked into: steps of sqrt 2.
NPROBE = sorted({round(2 ** (i / 2)) for i in range(22)})
EF_SEARCH = [2**i for i in range(4, 12)]


@contextmanager
def one_thread() -> Iterator[None]:
    """Let NumPy, faiss and torch use one thread inside the block."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with threadpool_limits(1):
            yield
    finally:
        torch.set_num_threads(threads)


def factors(X: object, d: int) -> tuple[np.ndarray, np.ndarray]:
    """Return embeddings of users and items whose dot products come closest to X.

    Truncated singular value decomposition (PureSVD), the singular values shared out
    evenly: P = U sqrt(S) and Q = V sqrt(S).

    Parameters
    ----------
    X : csr_array of shape (n_users, n_items)
    d : int

    Returns
    -------
    P, Q : float32 arrays of shape (n_users, d) and (n_items, d)
    """
    from sklearn.utils.extmath import randomized_svd

    U, s, Vt = randomized_svd(X.astype(np.float32), d, random_state=0)
    root = np.sqrt(s)
    return (U * root).astype(np.float32), (Vt.T * root).astype(np.float32)


@cache
def learned(dataset: str) -> tuple[np.ndarray, np.ndarray]:
    """Return `factors` of a dataset's training matrix, newest items left out."""
    data = recnb.load(dataset)
    return factors(leave_one_out(data, candidates="all").train, D)


def draw(kind: str, d: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return users' and n items' embeddings of a kind.

    Parameters
    ----------
    kind : str
        "gaussian": independent, as in the learning task. "shaped": Gaussian with the
        mean and covariance of those learned on ncf-ml-1m, and nothing else of them.
        Else a dataset: learned ones, its whole catalogue, whatever n.

    Raises
    ------
    ValueError
        If d is not 64 and the kind not "gaussian".
    """
    rng = np.random.default_rng(n)
    if kind == "gaussian":
        return embeddings(N_QUERIES, d, rng), embeddings(n, d, rng)
    if d != D:
        raise ValueError(f"Only Gaussian embeddings have another length than {D}.")
    if kind == "shaped":
        P, Q = learned(REAL)
        return _alike(P, N_QUERIES, rng), _alike(Q, n, rng)
    P, Q = learned(kind)
    return P[rng.choice(len(P), N_QUERIES, replace=False)], Q


def _alike(E: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """Draw n Gaussian vectors with the mean and covariance of the rows of E."""
    root = np.linalg.cholesky(np.cov(E, rowvar=False))
    normal = rng.standard_normal((n, E.shape[1]), dtype=np.float32)
    return (E.mean(axis=0) + normal @ root.T).astype(np.float32)


def new_search(method: str, d: int) -> Search:
    """Return a search of this name, not fitted.

    An MLP's net is one epoch old: its time does not depend on its weights.
    """
    from recnb.models import retrieval
    from recnb.models.similarity import MLPSimilarity

    if method == "MLP":
        pairs = dot_product_task(100, d, n_fresh=1).train
        return retrieval.MLPSearch(MLPSimilarity(epochs=1).fit(pairs))
    by_dot_product = {
        "exact": retrieval.ExactSearch,
        "IVF": retrieval.IVFSearch,
        "HNSW": retrieval.HNSWSearch,
    }
    return by_dot_product[method]()


def answered(
    search: Search, users: np.ndarray, longest: float = LONGEST
) -> tuple[list[float], list[np.ndarray]]:
    """Answer users one after another, on one thread, after some to warm up.

    Parameters
    ----------
    search : Search
        Fitted.
    users : array of shape (n_users, d)
    longest : float
        Seconds after which the rest is left out, but for the first five.

    Returns
    -------
    ms, lists
        The milliseconds of each query; the lists, a user each.
    """
    times, lists = [], []
    with one_thread():
        start = perf_counter()
        for p in users[:WARM_UPS]:
            search.search(p, K)
            if perf_counter() - start > LONGEST_WARM_UP:
                break
        start = perf_counter()
        for p in users:
            before = perf_counter()
            lists.append(search.search(p, K))
            times.append(1000 * (perf_counter() - before))
            if len(lists) >= LEAST and perf_counter() - start > longest:
                break
    return times, lists


def timed(
    search: Search, users: np.ndarray, longest: float = LONGEST
) -> tuple[float, list[np.ndarray]]:
    """Return the median milliseconds of a query, and the lists; see `answered`."""
    times, lists = answered(search, users, longest)
    return float(np.median(times)), lists


def judged(
    search: Search, users: np.ndarray, truth: list[np.ndarray]
) -> tuple[float, float]:
    """Return the median milliseconds of a query, and the mean recall.

    Parameters
    ----------
    search : Search
        Fitted.
    users : array of shape (n_users, d)
    truth : list of arrays
        The exact lists of these users.
    """
    from recnb.models.retrieval import recall

    ms, lists = timed(search, users)
    pairs = zip(lists, truth, strict=False)  # a slow search has fewer
    return ms, float(np.mean([recall(*pair) for pair in pairs]))


@dataclass
class Run:
    """A search at one effort: what it is, and what its queries have taken so far.

    Parameters
    ----------
    search : Search
        Fitted; other efforts may share it.
    setting : dict
        Says how much the search looks at; empty if it looks at all.
    users : array of shape (n_users, d)
    what : dict
        What is known before the first query.
    """

    search: Search
    setting: dict[str, int]
    users: np.ndarray
    what: dict[str, object]
    ms: list[float] = field(default_factory=list)
    lists: list[np.ndarray] = field(default_factory=list)

    def once_more(self) -> None:
        """Ask all users again."""
        self.search.set_params(**self.setting)
        ms, self.lists = answered(self.search, self.users)
        self.ms += ms

    def row(self, truth: list[np.ndarray]) -> dict[str, object]:
        """Return what was measured; recall is against the true lists, a user each.

        It is the mean over the users that both have answered. An MLP's is NaN: its own
        list is right by definition.
        """
        from recnb.models.retrieval import MLPSearch, recall

        low, ms, high = np.percentile(self.ms, [25, 50, 75])
        pairs = zip(self.lists, truth, strict=False)  # a slow search has fewer
        of_mlp = isinstance(self.search, MLPSearch)
        found = np.nan if of_mlp else np.mean([recall(*pair) for pair in pairs])
        effort = sum(self.setting.values())  # one number, or none
        row = {"effort": effort, "ms": ms, "ms_low": low, "ms_high": high}
        return self.what | row | {"recall": found, "n_queries": len(self.ms)}


def measure(d: int, n: int) -> list[dict[str, object]]:
    """Build all searches among n items and time them in turn, round by round.

    A row for each kind of embeddings, method and effort.
    """
    with one_thread():
        new_search("exact", d).fit(np.ones((1, d)))  # loads faiss before a clock runs
        runs = {kind: built(kind, d, n) for kind in kinds(d, n)}
        for _ in range(ROUNDS):
            for of_kind in runs.values():
                for run in of_kind:
                    run.once_more()
    rows = []
    for of_kind in runs.values():
        exact = of_kind[0]
        rows += [run.row(exact.lists) for run in of_kind]
    return rows


def built(kind: str, d: int, n: int) -> list[Run]:
    """Build the searches among one kind of embeddings, the exact one first."""
    users, Q = draw(kind, d, n)
    runs = []
    for method in methods(kind, d, n):
        search = new_search(method, d)
        start = perf_counter()
        search.fit(Q)
        seconds = perf_counter() - start
        what = {"kind": kind, "method": method, "build_s": seconds}
        what["mib"] = search.n_bytes_ / 2**20
        runs += [Run(search, setting, users, what) for setting in efforts(method, n)]
    return runs


def kinds(d: int, n: int) -> tuple[str, ...]:
    """Return the kinds of embeddings that are compared at this length and size."""
    if d != D:
        return ("gaussian",)
    return ("gaussian", "shaped", REAL) if n == N_REAL else ("gaussian", "shaped")


def methods(kind: str, d: int, n: int) -> list[str]:
    """Return the searches that are compared; an MLP's time knows no kinds."""
    asked = {
        "exact": True,
        "MLP": kind == "gaussian",
        "IVF": d == D,
        "HNSW": d == D and n <= LARGEST_GRAPH,
    }
    return [method for method, is_asked in asked.items() if is_asked]


def efforts(method: str, n: int) -> list[dict[str, int]]:
    """Return the settings that say how much a search among n items looks at."""
    from recnb.models.retrieval import n_cells

    if method == "IVF":
        cells = n_cells(n)
        few = [nprobe for nprobe in NPROBE if nprobe < cells]
        return [{"nprobe": nprobe} for nprobe in [*few, cells]]
    if method == "HNSW":
        return [{"ef_search": ef_search} for ef_search in EF_SEARCH]
    return [{}]


def at_recall(rows: pd.DataFrame, what: str = "ms", least: float = 0.9) -> float:
    """Return what a search takes to find a share of the exact list.

    Parameters
    ----------
    rows : DataFrame
        Stored rows of one search among one catalogue, a row an effort.
    what : str
        The column that is asked for.
    least : float
        The share. Between two efforts it is read off a straight line of the logarithm.

    Returns
    -------
    float
        NaN if the search does not get there at any effort.
    """
    rows = rows.sort_values("effort")
    found = rows["recall"].cummax()
    if not found.max() >= least:
        return np.nan
    return float(np.exp(np.interp(least, found, np.log(rows[what]))))


def table_at_recall(rows: pd.DataFrame, what: str = "ms") -> pd.DataFrame:
    """Return `at_recall` of one method, a row a catalogue size, a column a kind.

    Parameters
    ----------
    rows : DataFrame
        Stored rows of the method.
    what : str
        The column that is asked for.
    """
    found = [
        {"n": n, "kind": kind, what: at_recall(search, what)}
        for (n, kind), search in rows.groupby(["n", "kind"])
    ]
    return pd.DataFrame(found).pivot_table(what, "n", "kind")


def cases() -> list[dict[str, int]]:
    """Return what is measured, the small catalogues first."""
    by_d = [{"d": d, "n": N_OF_DIMENSIONS} for d in DIMENSIONS]
    return [*by_d, *({"d": D, "n": n} for n in sorted((*CATALOGUES, N_REAL)))]


SERVING = Experiment(
    name="serving",
    question="What does one list of ten cost: exact, approximate, by an MLP?",
    cases=cases(),
    measure=measure,
)
