r"""The metrics, each defined once, as arrays with one value a user.

A ranking metric looks at lists and at what was held out. The way there is

    items = top_k(scores, 100)          # int (n_users, 100), best first
    hits = find_hits(items, heldout)    # which places hold a held-out item
    ndcg(hits, 100)                     # float (n_users,)

Notation of the formulas: user u has :math:`n_u` held-out items, and
:math:`h_{ur} = 1` if the item at rank r = 1, 2, ... of the list is one of them, else 0.
All ranking metrics lie in [0, 1] and higher is better. A user without a held-out item
has no value (NaN): leave such users out of a mean with ``np.nanmean``.

A list can be shorter than k: the catalogue may hold fewer than k items, or a user may
have fewer than k unseen ones. The places that stay empty (-1) count as misses.

What is no matrix may be lists, columns or tables of pandas: they are taken by position.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from recnb.data.columns import into_arrays
from recnb.ground.ranking import mask_seen, top_k

__all__ = [
    "Hits",
    "average_precision",
    "coverage",
    "exposure",
    "find_hits",
    "gini",
    "hit_rate",
    "mae",
    "mask_seen",
    "min_recall",
    "ndcg",
    "novelty",
    "precision",
    "recall",
    "reciprocal_rank",
    "rmse",
    "top_k",
    "user_mae",
    "user_rmse",
]

# Rows that are looked up at once: enough to be fast, few enough to stay small.
BLOCK = 1024


@dataclass(frozen=True, eq=False)
class Hits:
    """Which places of the lists hold a held-out item.

    Parameters
    ----------
    matrix : bool array of shape (n_users, depth)
        Column r - 1 is rank r.
    n_heldout : int array of shape (n_users,)
        Held-out items of each user.
    n_items : int
        Size of the catalogue.
    """

    matrix: np.ndarray
    n_heldout: np.ndarray
    n_items: int

    def __post_init__(self) -> None:
        into_arrays(self, "matrix", "n_heldout")

    def first(self, k: int) -> np.ndarray:
        """Return the first k columns, all if the catalogue has fewer than k items.

        Raises
        ------
        ValueError
            If k < 1, or the lists were cut off before rank k.
        """
        check_k(k)
        depth = self.matrix.shape[1]
        if depth < min(k, self.n_items):
            raise ValueError(
                f"The lists end at rank {depth}, so nothing can be said at k={k}: "
                f"make them longer with top_k(scores, {k})."
            )
        return self.matrix[:, :k]


def check_k(k: int) -> None:
    """Raise a ValueError unless k is a whole number from 1 up."""
    if not isinstance(k, int | np.integer) or k < 1:
        raise ValueError(f"k must be a whole number from 1 up, not {k}; try 100.")


def find_hits(items: np.ndarray, heldout: sparse.csr_array) -> Hits:
    """Look up which recommended items were held out.

    Parameters
    ----------
    items : int array of shape (n_users, depth)
        Lists of distinct items, best first; -1 is an empty place. See `top_k`.
    heldout : csr_array of shape (n_users, n_items)
        Every stored entry is a held-out item, whatever its value.

    Raises
    ------
    ValueError
        If the rows of the two differ in number, or a list names an unknown item.
    """
    items = np.asarray(items)
    if items.ndim != 2 or len(items) != heldout.shape[0]:
        raise ValueError(
            f"items has shape {items.shape} and heldout {heldout.shape}: both need one "
            "row a user, in the same order."
        )
    if items.size and (items.max() >= heldout.shape[1] or items.min() < -1):
        raise ValueError(
            f"The lists name items {items.min()} ... {items.max()}, but heldout has "
            f"{heldout.shape[1]} columns; use the columns of the training matrix."
        )
    matrix = np.empty(items.shape, dtype=bool)
    for start in range(0, len(items), BLOCK):
        rows = slice(start, start + BLOCK)
        relevant = _stored(heldout[rows])
        matrix[rows] = np.take_along_axis(relevant, items[rows], axis=1)
    matrix &= items >= 0  # -1 has looked up the last column
    return Hits(matrix, np.diff(heldout.indptr), heldout.shape[1])


def _stored(X: sparse.csr_array) -> np.ndarray:
    """Return a dense bool array, True where X stores an entry."""
    stored = np.zeros(X.shape, dtype=bool)
    stored[entry_rows(X), X.indices] = True
    return stored


def pattern(X: sparse.csr_array) -> sparse.csr_array:
    """Return X with true for each stored entry, whatever its value."""
    stored = np.ones(X.nnz, dtype=bool)
    return sparse.csr_array((stored, X.indices, X.indptr), shape=X.shape)


def entry_rows(X: sparse.csr_array) -> np.ndarray:
    """Return the row of each stored entry, in storage order; shape (X.nnz,)."""
    return np.repeat(np.arange(X.shape[0]), np.diff(X.indptr))


def precision(hits: Hits, k: int) -> np.ndarray:
    r"""Share of the k places that hold a held-out item.

    .. math:: \text{precision@}k = \frac{1}{k} \sum_{r=1}^{k} h_{ur}

    Parameters
    ----------
    hits : Hits
    k : int

    Returns
    -------
    float array of shape (n_users,), in [0, 1]; NaN without a held-out item

    Source
    ------
    Herlocker et al. (2004), Evaluating collaborative filtering recommender systems.
    """
    return _per_user(hits, hits.first(k).sum(axis=1) / k)


def recall(hits: Hits, k: int) -> np.ndarray:
    r"""Share of the user's held-out items that are among the k (plain recall).

    .. math:: \text{recall@}k = \frac{1}{n_u} \sum_{r=1}^{k} h_{ur}

    It cannot reach 1 for a user with more than k held-out items; `min_recall` can.

    Parameters
    ----------
    hits : Hits
    k : int

    Returns
    -------
    float array of shape (n_users,), in [0, 1]; NaN without a held-out item

    Source
    ------
    The recall of SVAE (Sachdeva et al., WSDM 2019), of the LightGCN benchmarks, and of
    Ferrari Dacrema et al. (TOIS 2021).
    """
    return _per_user(hits, hits.first(k).sum(axis=1) / _at_least_one(hits.n_heldout))


def min_recall(hits: Hits, k: int) -> np.ndarray:
    r"""Recall over what the list could hold at best (truncated recall).

    .. math:: \text{min-recall@}k = \frac{1}{\min(k, n_u)} \sum_{r=1}^{k} h_{ur}

    Parameters
    ----------
    hits : Hits
    k : int

    Returns
    -------
    float array of shape (n_users,), in [0, 1]; NaN without a held-out item

    Source
    ------
    The recall of MultVAE (Liang et al., WWW 2018, section 4.2) and EASE (Steck, WWW
    2019), who both write Recall@k for it.
    """
    best = np.minimum(k, _at_least_one(hits.n_heldout))
    return _per_user(hits, hits.first(k).sum(axis=1) / best)


def ndcg(hits: Hits, k: int) -> np.ndarray:
    r"""Discounted gain of the list over that of the best possible list.

    .. math::

        \text{NDCG@}k = \sum_{r=1}^{k} \frac{h_{ur}}{\log_2(r + 1)} \Big/
                        \sum_{r=1}^{\min(k, n_u)} \frac{1}{\log_2(r + 1)}

    Relevance is binary, and the ideal list ends at rank k.

    Parameters
    ----------
    hits : Hits
    k : int

    Returns
    -------
    float array of shape (n_users,), in [0, 1]; NaN without a held-out item

    Source
    ------
    Järvelin and Kekäläinen (2002), in the form of Liang et al. (WWW 2018, section 4.2).
    """
    found = hits.first(k)
    depth = max(found.shape[1], 1)
    discount = 1 / np.log2(np.arange(2, depth + 2))
    # Not found @ discount: its last bit depends on the rows around.
    gain = (found * discount[: found.shape[1]]).sum(axis=1)
    ideal = np.cumsum(discount)[np.clip(hits.n_heldout, 1, depth) - 1]
    return _per_user(hits, gain / ideal)


def hit_rate(hits: Hits, k: int) -> np.ndarray:
    r"""Whether at least one of the k is a held-out item.

    .. math:: \text{HR@}k = \max_{r \le k} h_{ur}

    With one held-out item a user, as in leave-one-out, this is `recall`.

    Parameters
    ----------
    hits : Hits
    k : int

    Returns
    -------
    float array of shape (n_users,), 0 or 1; NaN without a held-out item

    Source
    ------
    He et al. (WWW 2017), section 4.1.
    """
    return _per_user(hits, hits.first(k).any(axis=1))


def reciprocal_rank(hits: Hits, k: int) -> np.ndarray:
    r"""One over the rank of the first hit; 0 without a hit. Its mean is the MRR.

    .. math:: \text{RR@}k = \max_{r \le k} h_{ur} / r

    Parameters
    ----------
    hits : Hits
    k : int

    Returns
    -------
    float array of shape (n_users,), in [0, 1]; NaN without a held-out item

    Source
    ------
    Voorhees (TREC-8, 1999).
    """
    found = hits.first(k)
    rank = found.argmax(axis=1) + 1
    return _per_user(hits, found.any(axis=1) / rank)


def average_precision(hits: Hits, k: int) -> np.ndarray:
    r"""Mean precision at the hits, as if a perfect list had 1. Its mean is the MAP.

    .. math::

        \text{AP@}k = \frac{1}{\min(k, n_u)}
                      \sum_{r=1}^{k} h_{ur} \, \text{precision@}r

    Parameters
    ----------
    hits : Hits
    k : int

    Returns
    -------
    float array of shape (n_users,), in [0, 1]; NaN without a held-out item

    Source
    ------
    Wu et al. (WSDM 2016), equation 26.
    """
    found = hits.first(k)
    precisions = found.cumsum(axis=1) / np.arange(1, found.shape[1] + 1)
    best = np.minimum(k, _at_least_one(hits.n_heldout))
    return _per_user(hits, (found * precisions).sum(axis=1) / best)


def _per_user(hits: Hits, values: np.ndarray) -> np.ndarray:
    return np.where(hits.n_heldout > 0, values, np.nan)


def _at_least_one(counts: np.ndarray) -> np.ndarray:
    return np.maximum(counts, 1)


def novelty(items: np.ndarray, popularity: np.ndarray, k: int) -> np.ndarray:
    r"""Mean surprise of the k recommended items, in bits.

    .. math:: \text{novelty@}k = \frac{1}{|L_u|} \sum_{j \in L_u} -\log_2 p_j

    where :math:`L_u` are the first k items of the list and :math:`p_j` is the share of
    training users who have item j. An item that half of all users know carries 1 bit,
    one that a thousandth knows about 10.

    Parameters
    ----------
    items : int array of shape (n_users, depth)
        Lists; empty places (-1) do not count.
    popularity : float array of shape (n_items,)
        Shares :math:`p_j`. An item that nobody has (0) counts as if it were as rare as
        the rarest one that somebody has.
    k : int

    Returns
    -------
    float array of shape (n_users,), in bits, >= 0; NaN for an empty list

    Source
    ------
    Zhou et al. (PNAS 2010), "surprisal"; Castells, Hurley and Vargas (Recommender
    Systems Handbook), "mean self-information".
    """
    check_k(k)
    items, popularity = np.asarray(items), np.asarray(popularity)
    known = popularity > 0
    if not known.any():
        raise ValueError(
            "popularity is 0 for every item; hand over the share of training users who "
            "have each item."
        )
    surprise = -np.log2(np.where(known, popularity, popularity[known].min()))
    first = items[:, :k]
    filled = first >= 0
    total = np.where(filled, surprise.astype(np.float32)[first], 0).sum(axis=1)
    n_filled = filled.sum(axis=1)
    return np.where(n_filled > 0, total / _at_least_one(n_filled), np.nan)


def exposure(items: np.ndarray, n_items: int, k: int) -> np.ndarray:
    """Count in how many of the lists each item stands among the first k.

    Parameters
    ----------
    items : int array of shape (n_users, depth)
        Lists; empty places (-1) do not count.
    n_items : int
        Size of the catalogue.
    k : int

    Returns
    -------
    int array of shape (n_items,)
    """
    check_k(k)
    # Code -1 becomes 0, which is counted and cut off: quicker than filtering.
    counts = np.bincount(np.asarray(items)[:, :k].ravel() + 1, minlength=n_items + 1)
    return counts[1:]


def coverage(items: np.ndarray, n_items: int, k: int) -> float:
    r"""Share of the catalogue that is recommended to anybody at all.

    .. math:: \text{coverage@}k = |\textstyle\bigcup_u L_u| \,/\, n_\text{items}

    It grows with the number of lists: compare it only over the same users.

    Parameters
    ----------
    items : int array of shape (n_users, depth)
    n_items : int
        Size of the catalogue.
    k : int

    Returns
    -------
    float in [0, 1]

    Source
    ------
    Ge, Delgado-Battenfeld and Jannach (RecSys 2010), "catalog coverage".
    """
    return float((exposure(items, n_items, k) > 0).mean())


def gini(items: np.ndarray, n_items: int, k: int) -> float:
    r"""Inequality of exposure: 0 if all items are recommended equally often.

    .. math::

        \text{Gini@}k = \frac{\sum_{i=1}^{n} (2i - n - 1)\, e_{(i)}}
                             {n \sum_{i=1}^{n} e_{(i)}}

    with the exposures :math:`e_{(1)} \le \dots \le e_{(n)}` of all n items of the
    catalogue, the never recommended ones included. It is 1 - 1/n if one item gets
    everything.

    Parameters
    ----------
    items : int array of shape (n_users, depth)
    n_items : int
        Size of the catalogue.
    k : int

    Returns
    -------
    float in [0, 1); NaN if nothing is recommended

    Source
    ------
    Shani and Gunawardana (Recommender Systems Handbook, 2011), section 8.3.
    """
    exposures = np.sort(exposure(items, n_items, k))
    if not exposures.any():
        return float("nan")
    weights = 2 * np.arange(1, n_items + 1) - n_items - 1
    return float(weights @ exposures / (n_items * exposures.sum()))


def rmse(predicted: np.ndarray, heldout: sparse.csr_array) -> float:
    r"""Root mean squared error over all held-out ratings.

    .. math:: \text{RMSE} = \sqrt{\tfrac{1}{N} \sum_{(u,j)} (\hat r_{uj} - r_{uj})^2}

    Every rating counts the same, so that users with many ratings count more. The mean
    of the users' own RMSEs (`user_rmse`) is another, usually lower, number.

    Parameters
    ----------
    predicted : float array of shape (heldout.nnz,)
        In the order of ``heldout.data``.
    heldout : csr_array of shape (n_users, n_items)
        Ratings.

    Returns
    -------
    float, in the unit of the ratings

    Source
    ------
    Sedhain et al. (WWW 2015), section 3; the metric of the Netflix Prize.
    """
    return float(np.sqrt(np.mean(_errors(predicted, heldout) ** 2)))


def mae(predicted: np.ndarray, heldout: sparse.csr_array) -> float:
    r"""Mean absolute error over all held-out ratings.

    .. math:: \text{MAE} = \tfrac{1}{N} \sum_{(u,j)} |\hat r_{uj} - r_{uj}|

    Parameters
    ----------
    predicted : float array of shape (heldout.nnz,)
        In the order of ``heldout.data``.
    heldout : csr_array of shape (n_users, n_items)
        Ratings.

    Returns
    -------
    float, in the unit of the ratings

    Source
    ------
    Herlocker et al. (2004), Evaluating collaborative filtering recommender systems.
    """
    return float(np.mean(np.abs(_errors(predicted, heldout))))


def user_rmse(predicted: np.ndarray, heldout: sparse.csr_array) -> np.ndarray:
    """Return `rmse` over each user's own ratings; (n_users,), NaN without a rating."""
    return np.sqrt(_user_means(_errors(predicted, heldout) ** 2, heldout))


def user_mae(predicted: np.ndarray, heldout: sparse.csr_array) -> np.ndarray:
    """Return `mae` over each user's own ratings; (n_users,), NaN without a rating."""
    return _user_means(np.abs(_errors(predicted, heldout)), heldout)


def _errors(predicted: np.ndarray, heldout: sparse.csr_array) -> np.ndarray:
    predicted = np.asarray(predicted, dtype=np.float64)
    if predicted.shape != heldout.data.shape:
        raise ValueError(
            f"{predicted.shape} predictions for {heldout.data.shape} held-out ratings: "
            "hand over one for each entry of heldout.data, in its order."
        )
    if not predicted.size:
        raise ValueError("No rating is held out, so there is no error: split again.")
    return predicted - heldout.data


def _user_means(values: np.ndarray, heldout: sparse.csr_array) -> np.ndarray:
    counts = np.diff(heldout.indptr)
    sums = np.bincount(entry_rows(heldout), values, minlength=heldout.shape[0])
    return np.where(counts > 0, sums / _at_least_one(counts), np.nan)
