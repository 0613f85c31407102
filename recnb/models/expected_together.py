"""How many would like both of two items, if only activity and popularity counted."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from recnb.models.checks import check_matrix

MAX_STEPS = 500


def expected_together(X: sparse.csr_array) -> np.ndarray:
    """Return the expected number of users who like both items, for each two of them.

    User u likes item i with probability ``x[u] y[i] / (1 + x[u] y[i])``, whatever else
    u likes: the Rasch model of test theory. The activities x and the attractions y are
    adjusted in turn until each user is expected to like as many items, and each item to
    be liked by as many users, as in X. Of all distributions over likes with these sums,
    this one has the largest entropy.

    Parameters
    ----------
    X : csr_array of shape (n_users, n_items)
        Ones and zeros.

    Returns
    -------
    float32 array of shape (n_items, n_items)
        Off the diagonal, the expected common fans of two items. Users are expected, not
        forced, to like as many items as in X, so that the counts come out a little too
        high: all of them together by at most as many as there are likes.

    Raises
    ------
    ValueError
        If there is something else than ones and zeros, if a user has all items or an
        item all users, or if the sums are not reached.
    """
    X = check_matrix(X).astype(np.float64)
    if not np.isin(X.data, (0, 1)).all():
        raise ValueError("Expected counts need likes: ones and zeros.")
    per_user, per_item = X.sum(axis=1), X.sum(axis=0)
    if per_user.max() >= X.shape[1] or per_item.max() >= X.shape[0]:
        raise ValueError(
            "A user who likes all items, or an item that all users like, has no finite "
            "activity or attraction; leave it out."
        )
    # Whoever likes equally many items has the same activity: one row for all of them.
    likes, people = np.unique(per_user, return_counts=True)
    scale = np.sqrt(per_item.sum())
    x, y = likes / scale, per_item / scale
    for _ in range(MAX_STEPS):
        x = likes / (y / (1 + np.outer(x, y))).sum(axis=1)
        y = per_item / ((people * x) @ (1 / (1 + np.outer(x, y))))
        p = np.outer(x, y) / (1 + np.outer(x, y))
        if np.abs(p.sum(axis=1) - likes).max() < 1e-3:  # items' sums: nearly as close
            return (p.T @ (people[:, None] * p)).astype(np.float32)
    raise ValueError("The sums were not reached; are some users or items nearly full?")
