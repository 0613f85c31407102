"""From the cells of one column to numbers; a cell that is none is named by its row."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)
WITH_COMMA = re.compile(r"\s*[+-]?\d+,\d+\s*", re.ASCII)


class BadCell(Exception):
    """A cell cannot be read.

    Parameters
    ----------
    row : int
        Counted from 0, the header and blank lines not included.
    problem : str
        What is wrong with it, in words.
    remedy : str
        What to do.
    """

    def __init__(self, row: int, problem: str, remedy: str) -> None:
        super().__init__(f"row {row}: {problem}. {remedy}.")
        self.row, self.problem, self.remedy = row, problem, remedy

    def moved(self, n_rows: int) -> BadCell:
        """Return the same for a cell that lies below n_rows other rows."""
        return BadCell(self.row + n_rows, self.problem, self.remedy)


def is_number(cell: str) -> bool:
    """Say whether a text is a number, with a decimal point if any."""
    return NUMBER.fullmatch(cell) is not None


def missing(role: str, row: int) -> BadCell:
    """Return what to raise for an empty cell."""
    return BadCell(row, f"the {role} is missing", "Fill it in, or remove the row")


def numbers(
    values: np.ndarray | pd.Series, role: str, dtype: type | None = None
) -> np.ndarray:
    """Convert a column to finite numbers.

    Parameters
    ----------
    values : array of shape (n_rows,)
        Numbers, or texts of numbers.
    role : str
        What the column is, for the error: ``"rating"``, ``"time"``.
    dtype : type, optional
        For example float32; otherwise float64, or int64 if all numbers are whole, so
        that none of them is rounded.

    Returns
    -------
    array of shape (n_rows,)

    Raises
    ------
    BadCell
        At the first cell that is empty, no number, or too large for `dtype`.
    """
    converted = pd.to_numeric(pd.Series(values), errors="coerce")
    if dtype is None and converted.dtype == np.int64:
        return converted.to_numpy()
    converted = converted.to_numpy(dtype=np.float64, na_value=np.nan)
    with np.errstate(over="ignore"):
        result = converted.astype(dtype or np.float64)
    bad = np.flatnonzero(~np.isfinite(result))
    if len(bad):
        raise _bad_number(pd.Series(values).iloc[bad[0]], role, int(bad[0]))
    return result


def _bad_number(cell: object, role: str, row: int) -> BadCell:
    if pd.isna(cell) or not str(cell).strip():
        return missing(role, row)
    text = str(cell)[:40]
    if WITH_COMMA.fullmatch(text):
        return BadCell(
            row,
            f"the {role} {text!r} has a comma in it",
            "Write a point for decimals and nothing for thousands, or pass the "
            'DataFrame of pandas.read_csv(..., decimal=",")',
        )
    finite = (
        "a finite number" if is_number(text) or "inf" in text.lower() else "a number"
    )
    return BadCell(
        row, f"the {role} {text!r} is not {finite}", "Correct it, or remove the row"
    )
