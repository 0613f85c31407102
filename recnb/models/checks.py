"""Input checks of the models: what is wrong with it, and what to do about it."""

from __future__ import annotations

import types
from collections.abc import Callable, Sequence
from numbers import Integral, Real
from typing import Union, get_args, get_origin, get_type_hints

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.base import BaseEstimator

# Largest sum of squares of a matrix: float32 ends at 3e38, and what is computed from
# the squares needs room.
LARGEST = 1e30


def check_matrix(
    X: sparse.csr_array | np.ndarray | pd.DataFrame, keep_zeros: bool = False
) -> sparse.csr_array:
    """Return X as a float csr_array, or say what is wrong with it.

    Entries that are stored twice are added up, in a copy, and stored zeros are removed:
    a model may count what is stored.

    Parameters
    ----------
    X : sparse or dense matrix of shape (n_users, n_items)
        Whatever its index, row i of a DataFrame is user i.
    keep_zeros : bool
        For matrices of ratings: a stored zero is a rating of 0, and stays. In a dense
        matrix, a zero is no rating.

    Raises
    ------
    ValueError
        If X is not two-dimensional, is empty, holds something other than numbers, NaN,
        infinity, or numbers whose squares overflow.
    """
    X = _sparse(X)
    if 0 in X.shape:
        raise ValueError(f"X has shape {X.shape}: there is no user or no item in it.")
    if X.dtype not in (np.float32, np.float64):
        X = X.astype(np.float32)
    if not np.isfinite(X.data).all():
        raise ValueError(
            "X holds NaN or infinity. An unknown rating is not NaN: leave it out, so "
            "that the sparse matrix does not store it."
        )
    _check_size(X.data)
    if not X.has_canonical_format or (not keep_zeros and not X.data.all()):
        X = X.copy()
        X.sum_duplicates()
        if not keep_zeros:
            X.eliminate_zeros()
    return X


def check_training_matrix(X: sparse.csr_array | np.ndarray) -> sparse.csr_array:
    """Return X as `check_matrix` does, for a net to learn from.

    Raises
    ------
    ValueError
        Where `check_matrix` raises it, or if nothing is stored in X.
    """
    X = check_matrix(X)
    if X.nnz == 0:
        raise ValueError("X has nothing to learn from: nobody has an item.")
    return X


def _sparse(X: object) -> sparse.csr_array:
    """Return X as a csr_array of numbers."""
    if X is None:
        raise ValueError(
            "X is None. A model takes a users x items matrix; a model of sequences "
            "takes split.train_order, which data without timestamps does not have."
        )
    if not sparse.issparse(X):
        X = _numbers(X)
    if X.ndim != 2:
        raise ValueError(
            f"X has shape {X.shape}; models take a users x items matrix. "
            "For one user, hand over X[[u]], which has one row."
        )
    return sparse.csr_array(X)


def _numbers(X: object) -> np.ndarray:
    """Return a dense X as an array whose type a sparse matrix can have."""
    if isinstance(X, pd.DataFrame):
        texts = [name for name in X if not pd.api.types.is_numeric_dtype(X[name])]
        if texts and len(texts) < X.shape[1]:
            raise ValueError(
                f"The column {texts[0]!r} of X holds no numbers. A row is a user and a "
                "column an item: drop it, or move it into the index."
            )
    try:
        X = np.asarray(X)
    except ValueError:  # rows of several lengths
        raise ValueError(_NO_MATRIX) from None
    if X.dtype.kind in "biuf":
        return X.astype(np.float32) if X.dtype == np.float16 else X
    if X.dtype.kind == "O" and all(isinstance(value, Real) for value in X.flat):
        return X.astype(np.float64)
    raise ValueError(_NO_MATRIX)


_NO_MATRIX = (
    "X is no matrix of numbers, with a row a user and a column an item. Interactions, "
    "such as recnb.load and recnb.read_table return, become one by a protocol "
    "(split.train) or by to_csr()."
)


def _check_size(values: np.ndarray) -> None:
    """Refuse numbers whose squares overflow, before a model runs into it."""
    with np.errstate(over="ignore"):
        squares = values @ values
    if not squares < LARGEST:
        raise ValueError(
            f"X holds numbers as large as {np.abs(values).max():.3g}, whose squares do "
            "not fit into float32: divide X by its largest number. Or is there a time "
            "where a rating should be?"
        )


def check_likes(X: sparse.csr_array, model: BaseEstimator, protocol: str) -> None:
    """Check that a matrix is binary.

    Parameters
    ----------
    X : csr_array of shape (n_users, n_items)
    model : estimator
        Who learns from it, for the message.
    protocol : str
        The function of `recnb.evaluation` that makes such a matrix.

    Raises
    ------
    ValueError
        If something else than a one is stored.
    """
    if (X.data != 1).any():
        raise ValueError(
            f"{type(model).__name__} learns from ones and zeros: make the matrix "
            f"binary, for example with recnb.evaluation.{protocol}."
        )


def check_at_least(least: float, model: BaseEstimator, *names: str) -> None:
    """Raise a ValueError unless these hyper-parameters are at least that."""
    _check_range(model, names, lambda value: value >= least, f"at least {least}")


def check_above(bound: float, model: BaseEstimator, *names: str) -> None:
    """Raise a ValueError unless these hyper-parameters are above that."""
    _check_range(model, names, lambda value: value > bound, f"above {bound}")


def check_share(model: BaseEstimator, *names: str) -> None:
    """Raise a ValueError unless these hyper-parameters are from 0 to 1."""
    _check_range(model, names, lambda value: 0 <= value <= 1, "from 0 to 1")


def check_below_one(model: BaseEstimator, *names: str) -> None:
    """Raise a ValueError unless these hyper-parameters are from 0 to below 1.

    They are probabilities of deleting something: with 1, nothing would be left.
    """
    _check_range(model, names, lambda value: 0 <= value < 1, "from 0 to below 1")


def _check_range(
    model: BaseEstimator,
    names: tuple[str, ...],
    is_inside: Callable[[float], bool],
    words: str,
) -> None:
    for name in names:
        value = getattr(model, name)
        if not is_inside(value):
            raise ValueError(f"{name} must be {words}, not {value}.")


def check_one_of(choices: tuple[str, ...], model: BaseEstimator, name: str) -> None:
    """Raise a ValueError unless this hyper-parameter is one of the choices."""
    value = getattr(model, name)
    if value not in choices:
        raise ValueError(f"{name} must be one of {choices}, not {value!r}.")


def check_dtype(dtype: str) -> None:
    """Raise a ValueError unless this names single or double precision."""
    if dtype not in ("float32", "float64"):
        raise ValueError(f'dtype must be "float32" or "float64", not {dtype!r}.')


def check_rows(users: np.ndarray | None, n_users: int) -> np.ndarray:
    """Return numbers of rows of the training matrix; None is all of them.

    Raises
    ------
    ValueError
        If there is no such row.
    """
    rows = np.arange(n_users)
    users = rows if users is None else np.array(users)
    if users.ndim != 1 or users.dtype.kind != "i" or not np.isin(users, rows).all():
        raise ValueError(
            "users takes the numbers of rows of the training matrix, each from 0 to "
            f"{n_users - 1}."
        )
    return users


def check_validation(val: object) -> None:
    """Check what early stopping is to watch.

    Raises
    ------
    ValueError
        If it can judge no model.
    """
    if val is not None and not hasattr(val, "error"):
        raise ValueError(
            f"val is a {type(val).__name__}, which can judge no model: hand over "
            "split.val."
        )


def check_before_epoch(before_epoch: object) -> None:
    """Check what is to be called before each epoch.

    Raises
    ------
    ValueError
        If it cannot be called.
    """
    if before_epoch is not None and not callable(before_epoch):
        raise ValueError(
            "before_epoch takes a function of an epoch's number, or None, not "
            f"{before_epoch!r}."
        )


def check_kinds(model: BaseEstimator) -> None:
    """Check that the numbers among the hyper-parameters are what their types say.

    Raises
    ------
    ValueError
        If text stands where a number is due, a fraction where a whole one is, or NaN.
    """
    for name, hint in get_type_hints(type(model).__init__).items():
        value = getattr(model, name, None)
        is_optional = get_origin(hint) in (Union, types.UnionType)
        if is_optional and value is None:
            continue
        kinds = get_args(hint) if is_optional else (hint,)
        for kind in kinds:
            _check_kind(name, value, kind)


def _check_kind(name: str, value: object, kind: object) -> None:
    if kind is int and not _is_whole(value):
        raise ValueError(f"{name} must be a whole number, not {value!r}.")
    if name == "seed" and value < 0:
        raise ValueError(f"seed must be a whole number from 0 up, not {value}.")
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    if kind is float and (not is_number or value != value):
        raise ValueError(f"{name} must be a number, not {value!r}.")
    is_several = get_origin(kind) in (tuple, Sequence) and int in get_args(kind)
    if is_several and not (
        isinstance(value, tuple | list) and all(map(_is_whole, value))
    ):
        raise ValueError(
            f"{name} takes a tuple of whole numbers, such as (600,), not {value!r}."
        )


def _is_whole(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)
