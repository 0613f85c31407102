"""From times of any kind to seconds since 1970: one reading a table, said in words."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from recnb.data.tables.cells import BadCell, missing

#: How many of each unit make a second.
PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
UNIT_NAMES = {
    "s": "seconds",
    "ms": "milliseconds",
    "us": "microseconds",
    "ns": "nanoseconds",
}
# Seconds of the years 1973 to 2286; the units' ranges do not overlap.
EARLIEST, LATEST = 10**8, 10**10
ISO = re.compile(
    r"\d{4}(?P<sep>[-/])\d{1,2}(?P=sep)\d{1,2}"
    r"((?P<t>[ T])\d{1,2}:\d{2}(?P<s>:\d{2}(?P<f>\.\d{1,9})?)?"
    r"(?P<z>Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)
DAY_OR_MONTH = re.compile(r"\d{1,2}([/.-])\d{1,2}\1\d{2,4}.*", re.ASCII)
ORDER_ONLY = (
    "times kept as they are, too small for seconds since 1970: only their order counts"
)
# Numbers of so many digits may be dates, written without signs between their parts.
CALENDAR = {
    4: "%Y",
    6: "%Y%m",
    8: "%Y%m%d",
    10: "%Y%m%d%H",
    12: "%Y%m%d%H%M",
    14: "%Y%m%d%H%M%S",
}
# Pairs of digits: century, year, month, day, hour, minute, second.
PARTS = ((19, 20), (0, 99), (1, 12), (1, 31), (0, 23), (0, 59), (0, 59))
WRITE_ISO = (
    "Write dates as 2026-11-27 or 2026-11-27 09:30:00, or pass a DataFrame whose times "
    "pandas.to_datetime(..., format=...) has read"
)
SAY_UNIT = (
    'pass time_unit="s", "ms", "us" or "ns" if they count from 1970, or a DataFrame '
    "whose times pandas.to_datetime(..., format=...) has read"
)


@dataclass(frozen=True)
class Times:
    """The times of a table.

    Parameters
    ----------
    seconds : int64 array of shape (n_rows,)
        Since 1970.
    words : str
        How they were read.
    fine : int64 or float64 array of shape (n_rows,), optional
        The times in their own, finer unit; None if they are whole seconds.
    """

    seconds: np.ndarray
    words: str
    fine: np.ndarray | None = None

    @property
    def finest(self) -> np.ndarray:
        """The times to sort by."""
        return self.seconds if self.fine is None else self.fine


def date_format(cell: str) -> str | None:
    """Return the format of a date that begins with its year; None if it is no such."""
    found = ISO.fullmatch(cell)
    if not found:
        return None
    sep = found["sep"]
    text = f"%Y{sep}%m{sep}%d"
    if found["t"]:
        text += f"{found['t']}%H:%M"
    text += ":%S" if found["s"] else ""
    text += ".%f" if found["f"] else ""
    return text + ("%z" if found["z"] else "")


def dates(texts: np.ndarray | pd.Series, written: str) -> np.ndarray:
    """Read dates that are all written like one; return microseconds since 1970.

    Parameters
    ----------
    texts : array of str, shape (n_rows,)
    written : str
        The date that says how all are written; without an offset, dates are UTC.

    Returns
    -------
    int64 array of shape (n_rows,)

    Raises
    ------
    BadCell
        At the first text that is empty, no date, or written in another way.
    """
    texts, form = pd.Series(texts), date_format(written)
    if form is None:
        raise _no_date(written)
    try:
        read = pd.to_datetime(texts, format=form, utc=True)
    except ValueError:
        read = pd.to_datetime(texts, format=form, utc=True, errors="coerce")
    bad = np.flatnonzero(read.isna())
    if len(bad):
        raise _bad_date(texts.iloc[bad[0]], written, int(bad[0]))
    return microseconds(read)


def microseconds(read: pd.Series) -> np.ndarray:
    """Return a column of datetimes, zoned or not, as int64 microseconds since 1970.

    Raises
    ------
    BadCell
        At the first NaT.
    """
    bad = np.flatnonzero(read.isna())
    if len(bad):
        raise BadCell(
            int(bad[0]),
            "the time is missing, or no date",
            "Correct it, or remove the row",
        )
    return read.dt.as_unit("us").astype("int64").to_numpy()


def from_dates(values: np.ndarray, words: str) -> Times:
    """Return the `Times` of microseconds since 1970, as `dates` returns them."""
    return _whole_seconds(values, PER_SECOND["us"], words)


def from_numbers(values: np.ndarray, unit: str | None = None) -> Times:
    """Return the `Times` of numbers, whose unit their magnitude tells.

    Parameters
    ----------
    values : int64 or float64 array of shape (n_rows,)
    unit : {"s", "ms", "us", "ns"}, optional
        None: found from the magnitude, which has to be that of times between 1973 and
        2286. Numbers from 0 that are too small for any unit are kept as they are, for
        their order.

    Raises
    ------
    BadCell
        If the numbers look like years or dates, or fit no unit or several; it names
        the row of the one that fits least.
    """
    if unit is not None:
        _refuse_absurd(values, PER_SECOND[unit])
        words = f"times read as {UNIT_NAMES[unit]} since 1970, as asked"
        return _whole_seconds(values, PER_SECOND[unit], words)
    _refuse_calendar(values)
    low, high = values.min(), values.max()
    for each, per in PER_SECOND.items():
        if EARLIEST * per <= low and high < LATEST * per:
            words = f"times read as {UNIT_NAMES[each]} since 1970"
            return _whole_seconds(values, per, words)
    if low >= 0 and high < EARLIEST:
        return _whole_seconds(values, 1, ORDER_ONLY)
    raise _no_unit(values)


def _refuse_absurd(values: np.ndarray, per_second: int) -> None:
    """Refuse times of this unit that are not in the years 1 to 9999.

    Raises
    ------
    BadCell
        At the first one.
    """
    first, end = np.array(["0001", "10000"], "datetime64[s]").astype(np.int64)
    strange = np.flatnonzero(
        (values < float(first) * per_second) | (values >= float(end) * per_second)
    )
    if len(strange):
        raise BadCell(
            int(strange[0]),
            f"the time {_written(values[strange[0]])} is not in the years 1 to 9999",
            "Correct it, or pass another time_unit",
        )


def _written(value: np.number) -> str:
    """Return a number as it may have been written: 7, not 7.0."""
    return f"{int(value)}" if value == np.floor(value) else f"{value}"


def _whole_seconds(values: np.ndarray, per_second: int, words: str) -> Times:
    """Divide by the unit; keep the finer times where seconds lose something."""
    seconds = np.floor_divide(values, per_second)
    exact = np.array_equal(seconds * per_second, values)
    seconds = seconds.astype(np.int64)
    if words != ORDER_ONLY:
        ends = np.array([seconds.min(), seconds.max()], dtype="datetime64[s]")
        first, last = ends.astype("datetime64[D]")
        words = f"{words}, from {first} to {last}"
    return Times(seconds, words, None if exact else values)


def _refuse_calendar(values: np.ndarray) -> None:
    """Refuse numbers whose digits are years or dates, such as 20261127.

    Raises
    ------
    BadCell
        If all of them are.
    """
    n_digits = len(f"{int(abs(values[0]))}")
    # The first ones acquit most tables, and quickly.
    if all(_are_calendar(part, n_digits) for part in (values[:100], values)):
        kind = "a year" if n_digits == 4 else "a date"
        raise BadCell(
            0,
            f"the time {int(values[0])} looks like {kind}, not like seconds",
            "Pass a DataFrame whose times pandas.to_datetime(..., "
            f'format="{CALENDAR[n_digits]}") has read',
        )


def _are_calendar(values: np.ndarray, n_digits: int) -> bool:
    if n_digits not in CALENDAR or not (values == np.floor(values)).all():
        return False
    digits, parts = values.astype(np.int64), []
    for _ in range(n_digits // 2 - 1):
        digits, part = np.divmod(digits, 100)
        parts.insert(0, part)
    ranges = zip([digits, *parts], PARTS, strict=False)
    return all(((part >= low) & (part <= high)).all() for part, (low, high) in ranges)


def _no_unit(values: np.ndarray) -> BadCell:
    """Return the error of numbers that fit no unit, or not all the same."""
    lowest, highest = int(values.argmin()), int(values.argmax())
    low, high = values[lowest], values[highest]
    # The median decides which end is the strange one.
    middle = np.median(values)
    is_low = low < 0 or middle / max(low, 1) > high / max(middle, 1)
    strange = lowest if is_low else highest
    return BadCell(
        strange,
        f"the time {_written(values[strange])} cannot be read: the times go from "
        f"{_written(low)} to {_written(high)}, which is not one unit since 1970",
        f"Correct it, or {SAY_UNIT}",
    )


def _no_date(cell: str, row: int = 0) -> BadCell:
    if not cell.strip():
        return missing("time", row)
    if DAY_OR_MONTH.fullmatch(cell.strip()):
        problem = (
            f"the time {cell[:40]!r} does not begin with the year, so that the day may "
            "be taken for the month"
        )
    else:
        problem = f"the time {cell[:40]!r} is neither a number nor a date"
    return BadCell(row, problem, WRITE_ISO)


def _bad_date(cell: object, written: str, row: int) -> BadCell:
    if pd.isna(cell) or not str(cell).strip():
        return missing("time", row)
    form = date_format(str(cell))
    if form is None:
        return _no_date(str(cell), row)
    if form == date_format(written):
        problem = f"there is no day or hour such as {cell!r}"
        return BadCell(row, problem, "Correct it, or remove the row")
    return BadCell(
        row,
        f"the time {str(cell)[:40]!r} is not written like the first one, {written!r}",
        "Write all in one form. " + WRITE_ISO,
    )
