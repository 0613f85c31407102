"""A DataFrame as a table: the columns asked for, or an error that names the row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from numbers import Real

import numpy as np
import pandas as pd
from pandas.api import types

from recnb.data.errors import CorruptDatasetError
from recnb.data.tables import times
from recnb.data.tables.cells import BadCell, is_number, missing, numbers
from recnb.data.tables.ids import Coded, TextCoder, factorized, sorted_codes
from recnb.data.tables.raw_columns import RawColumns

#: What a number may be stored as in a column of objects.
CELLS = (str, Real, Decimal)


class FrameTable:
    """A DataFrame; its index means nothing.

    Parameters
    ----------
    frame : DataFrame
    place : str
        What errors call the table.
    name : str
        What the dataset is called if it is given no name.
    words : str
        How the table was read.
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        place: str = "the DataFrame",
        name: str = "own data",
        words: str = "",
    ) -> None:
        if not len(frame):
            raise CorruptDatasetError(f"{place} has no rows. Check how it was made.")
        self.frame, self.place, self.name, self.words = frame, place, name, words
        self.names, self.n_columns = list(frame.columns), frame.shape[1]

    def read(self, columns: Mapping[str, int], time_unit: str | None) -> RawColumns:
        """Read columns, as `recnb.data.tables.text_table.TextTable.read` does.

        Raises
        ------
        CorruptDatasetError
            At the first row that cannot be read; the message says what to do.
        """
        cells = {role: self.frame.iloc[:, j] for role, j in columns.items()}
        try:
            title_codes, titles = _titles(cells.get("title"))
            return RawColumns(
                users=_coded(cells["user"], "user"),
                items=_coded(cells["item"], "item"),
                ratings=_ratings(cells["rating"]) if "rating" in cells else None,
                times=_times(cells["time"], time_unit) if "time" in cells else None,
                titles=titles,
                title_codes=title_codes,
            )
        except BadCell as bad:
            raise CorruptDatasetError(
                f"{self.place}, row {bad.row} counted from 0: {bad.problem}. "
                f"{bad.remedy}."
            ) from None

    def where(self, rows: Sequence[int]) -> str:
        """Name some rows: ``"rows 3 and 9, counted from 0"``."""
        return f"rows {' and '.join(str(row) for row in rows)}, counted from 0"


def _coded(cells: pd.Series, role: str) -> Coded:
    """Code ids: whole numbers or texts, or other things as their texts.

    Raises
    ------
    BadCell
        If an id is missing, a float, or of another kind than the others.
    """
    cells = _without_categories(cells)
    gaps = np.flatnonzero(cells.isna())
    if len(gaps):
        raise missing(f"{role} id", int(gaps[0]))
    if types.is_float_dtype(cells.dtype):
        raise BadCell(
            0,
            f"the {role} id {cells.iloc[0]} is a number with a decimal point, as "
            "pandas makes of whole numbers when one is missing",
            'Read the column with dtype="str", or convert it with .astype("int64")',
        )
    if types.is_bool_dtype(cells.dtype):
        raise BadCell(
            0,
            f"the {role} id {cells.iloc[0]} is true or false",
            "Name another column",
        )
    if types.is_integer_dtype(cells.dtype):
        kind = np.uint64 if types.is_unsigned_integer_dtype(cells.dtype) else np.int64
        return factorized(cells.to_numpy(dtype=kind))
    kinds = cells.map(type)
    kind = str if issubclass(kinds.iloc[0], str) else kinds.iloc[0]
    odd = np.flatnonzero(~kinds.map(lambda each: issubclass(each, kind)))
    if len(odd) or not issubclass(kind, str | int):
        row = int(odd[0]) if len(odd) else 0
        raise BadCell(
            row,
            f"the {role} id {cells.iloc[row]!r} is a {kinds.iloc[row].__name__}, and "
            "ids are all text or all whole numbers",
            "Convert the column with .astype(str)",
        )
    if issubclass(kind, int):
        return factorized(cells.to_numpy())
    coder = TextCoder()
    return sorted_codes(coder.encode(cells), coder, role, as_numbers=False)


def _without_categories(cells: pd.Series) -> pd.Series:
    if isinstance(cells.dtype, pd.CategoricalDtype):
        return cells.astype(object if cells.hasnans else cells.cat.categories.dtype)
    return cells


def _titles(cells: pd.Series | None) -> tuple[np.ndarray | None, list[str] | None]:
    """Return each row's title as a code, and the titles; a missing one is empty."""
    if cells is None:
        return None, None
    codes, titles = pd.factorize(_without_categories(cells).astype(object).fillna(""))
    return codes.astype(np.int32), [str(title) for title in titles]


def _ratings(cells: pd.Series) -> np.ndarray:
    cells = _without_categories(cells)
    _refuse_kinds(cells, "rating", "mc")
    return numbers(cells, "rating", np.float32)


def _refuse_kinds(cells: pd.Series, role: str, kinds: str) -> None:
    """Refuse a column that pandas would turn into numbers: of these kinds, or objects.

    Raises
    ------
    BadCell
    """
    kind = getattr(cells.dtype, "kind", "O")
    is_odd = kind == "O" and not all(isinstance(c, CELLS) for c in cells.dropna())
    if kind in kinds or is_odd:
        raise BadCell(
            0,
            f"the {role} {cells.iloc[0]} is of the type {cells.dtype}, which is no "
            f"{role}",
            "Convert the column to numbers, or times to datetimes",
        )


def _times(cells: pd.Series, unit: str | None) -> times.Times:
    """Read datetimes as they are, and texts and numbers as those of a file.

    Raises
    ------
    BadCell
        If one is missing or of another kind.
    """
    cells = _without_categories(cells)
    first = cells.iloc[0]
    if isinstance(first, date) or types.is_datetime64_any_dtype(cells.dtype):
        zoned = getattr(cells.dtype, "tz", None) is not None
        read = pd.to_datetime(cells, utc=True, errors="coerce")
        words = f"times taken from datetimes {'with a zone' if zoned else 'in UTC'}"
        return times.from_dates(times.microseconds(read), words)
    if isinstance(first, str) and not is_number(first):
        words = f"times read as dates like {first}, in UTC"
        return times.from_dates(times.dates(cells, first), words)
    _refuse_kinds(cells, "time", "bmc")
    return times.from_numbers(numbers(cells, "time"), unit)
