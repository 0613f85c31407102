"""Columns as somebody hands them over become arrays, by position, or are refused.

A pandas column has labels of its own, and what indexes it follows them: after a sort or
a filter, label 0 is no longer the first row. Here labels mean nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from numbers import Real
from typing import NoReturn

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from recnb.data.errors import CorruptDatasetError

#: What pandas calls columns of Python's numbers, and of points in time.
NUMBERS = ("integer", "floating", "mixed-integer-float", "decimal")
MOMENTS = ("datetime64", "datetime", "date")

Refuse = Callable[[object, int], NoReturn]


def codes(values: ArrayLike, name: str, n: int) -> np.ndarray:
    """Return codes as an array of signed whole numbers.

    Parameters
    ----------
    values : array-like of shape (n_rows,)
        Whole numbers 0 ... n-1, of whatever type.
    name : str
        What an error calls the column.
    n : int

    Raises
    ------
    CorruptDatasetError
        If there is anything else; the message names the first and its row.
    """

    def refuse(value: object, row: int) -> NoReturn:
        raise CorruptDatasetError(
            f"{name} must be codes 0 ... {n - 1}, found {_shown(value, row)}. "
            "recnb.read_table makes codes of ids of any kind."
        )

    found = _numbers(values, name, refuse)
    if found.dtype.kind == "b":
        _refuse_first(np.ones(len(found), dtype=bool), found, refuse)
    if found.dtype.kind == "f":
        whole = np.isfinite(found) & (found == np.floor(found))
        _refuse_first(~whole, found, refuse)
    if len(found) and (found.min() < 0 or found.max() >= n):
        _refuse_first((found < 0) | (found >= n), found, refuse)
    return found if found.dtype.kind == "i" else found.astype(np.int64)


def ratings(values: ArrayLike, name: str) -> np.ndarray:
    """Return ratings as an array of numbers; true is 1 and false is 0.

    Parameters
    ----------
    values : array-like of shape (n_rows,)
    name : str
        What an error calls the column.

    Raises
    ------
    CorruptDatasetError
        If there is anything else; the message names the first and its row.
    """

    def refuse(value: object, row: int) -> NoReturn:
        raise CorruptDatasetError(
            f"{name} must be finite numbers up to 3e38, found "
            f"{_shown(value, row)}; remove that row or mend it."
        )

    found = _numbers(values, name, refuse)
    if found.dtype.kind == "f":
        largest = np.finfo(np.float32).max
        _refuse_first(~(np.abs(found) <= largest), found, refuse)
    return found.astype(np.float32) if found.dtype.kind == "b" else found


def times(values: ArrayLike, name: str) -> np.ndarray:
    """Return timestamps as an array of numbers; dates become seconds since 1970.

    Parameters
    ----------
    values : array-like of shape (n_rows,)
        Numbers, which stay as they are, or dates. Dates without a time zone count as
        UTC; their seconds are whole numbers unless one of them has a fraction.
    name : str
        What an error calls the column.

    Raises
    ------
    CorruptDatasetError
        If there is text, NaN, NaT or infinity; the message names the first and its row.
    """

    def refuse(value: object, row: int) -> NoReturn:
        raise CorruptDatasetError(
            f"{name} must be seconds since 1970 or dates, found {_shown(value, row)}. "
            "Remove that row; text becomes dates with pandas.to_datetime."
        )

    if np.ndim(values) == 1 and pd.api.types.infer_dtype(values) in MOMENTS:
        return _seconds(pd.Series(values), refuse)
    found = _numbers(values, name, refuse)
    if found.dtype.kind == "b":
        _refuse_first(np.ones(len(found), dtype=bool), found, refuse)
    if found.dtype.kind == "f":
        _refuse_first(~np.isfinite(found), found, refuse)
    return found


def column(values: ArrayLike, name: str) -> np.ndarray:
    """Return values as an array of one dimension, by position.

    Raises
    ------
    CorruptDatasetError
        If it has another number of dimensions.
    """
    found = own_array(values)
    if found.ndim != 1:
        raise CorruptDatasetError(
            f"{name} has shape {found.shape}; hand over one column, a value a row."
        )
    return found


def own_array(values: ArrayLike) -> np.ndarray:
    """Return an array itself, and of everything else an array of its own."""
    found = np.asarray(values)
    # What lies behind a pandas column is read-only, or changes with its table.
    return found if found is values else np.array(found)


def into_arrays(record: object, *names: str) -> None:
    """Turn the fields of a frozen dataclass into arrays, by position; None stays."""
    for name in names:
        values = getattr(record, name)
        if values is not None:
            object.__setattr__(record, name, own_array(values))


def table(values: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return a table whose labels are its positions.

    Raises
    ------
    CorruptDatasetError
        If it is no DataFrame.
    """
    if not isinstance(values, pd.DataFrame):
        kind = type(values).__name__
        raise CorruptDatasetError(f"{name} must be a DataFrame, not a {kind}.")
    if values.index.equals(pd.RangeIndex(len(values))):
        return values
    return values.reset_index(drop=True)


def _numbers(values: ArrayLike, name: str, refuse: Refuse) -> np.ndarray:
    """Return an array of whole numbers, of floats, or of true and false."""
    found = column(values, name)
    if np.ma.is_masked(values):
        _refuse_first(np.ma.getmaskarray(values), values, refuse)
    if found.dtype.kind in "iufb":
        return found
    # Not from `found`: numpy makes text of all that stands beside a text.
    objects = np.asarray(values, dtype=object)
    if pd.api.types.infer_dtype(objects, skipna=False) not in NUMBERS:
        for row, value in enumerate(objects):
            if not _is_number(value):
                refuse(value, row)
    found = np.array(objects.tolist())
    return found if found.dtype.kind in "iuf" else found.astype(np.float64)


def _seconds(moments: pd.Series, refuse: Refuse) -> np.ndarray:
    """Return points in time as seconds since 1970."""
    utc = pd.to_datetime(moments, utc=True).dt.tz_localize(None).to_numpy()
    _refuse_first(np.isnat(utc), moments.array, refuse)
    whole = utc.astype("datetime64[s]")
    if (whole == utc).all():
        return whole.astype(np.int64)
    return utc.astype("datetime64[us]").astype(np.int64) / 1e6


def _refuse_first(wrong: np.ndarray, values: np.ndarray, refuse: Refuse) -> None:
    """Refuse the first value that is wrong, if there is one."""
    if wrong.any():
        row = int(wrong.argmax())
        refuse(values[row], row)


def _is_number(value: object) -> bool:
    return isinstance(value, Real | Decimal) and not isinstance(value, bool)


def _shown(value: object, row: int) -> str:
    plain = value.item() if isinstance(value, np.generic) else value
    return f"{repr(plain)[:60]} in row {row} (the first row is 0)"
