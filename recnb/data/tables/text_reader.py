"""Reads the columns of a text file chunk by chunk, so that little is held at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TextIO

import numpy as np
import pandas as pd

from recnb.data.tables import text_layout, times
from recnb.data.tables.cells import BadCell, is_number, numbers
from recnb.data.tables.ids import Coded, TextCoder, factorized, sorted_codes
from recnb.data.tables.raw_columns import RawColumns
from recnb.data.tables.text_layout import Layout, OneCharacter

CHUNK = 250_000  # rows read together
IDS = ("user", "item")
TEXTS = (*IDS, "title")


class ChunkReader:
    """Reads columns of a text whose rows all have the same number of fields.

    Parameters
    ----------
    layout : Layout
    columns : mapping from role to position
        Roles are user, item, rating, time and title.
    time_unit : str, optional
        As `recnb.data.tables.times.from_numbers` takes it.
    """

    def __init__(
        self, layout: Layout, columns: Mapping[str, int], time_unit: str | None
    ) -> None:
        self.layout, self.columns, self.time_unit = layout, columns, time_unit

    def quick_types(self, plain_ids: bool) -> dict[str, type | None]:
        """Return the types that the first rows promise for each role.

        None lets pandas find whole numbers: told int64, it takes 7.0 for 7.
        """
        types = {role: self._promised(role) for role in self.columns}
        whole = all(all(map(str.isdecimal, self._sample(role))) for role in IDS)
        return types | dict.fromkeys(IDS) if plain_ids and whole else types

    def text_types(self) -> dict[str, type]:
        """Return the types that read everything as text, to be checked here."""
        return dict.fromkeys(self.columns, object)

    def read(
        self,
        stream: TextIO | OneCharacter,
        types: Mapping[str, type | None],
        plain: bool = False,
    ) -> RawColumns:
        """Read all rows.

        Parameters
        ----------
        stream : text stream
        types : mapping from role to type
        plain : bool
            Whether surely no cell begins with a space, so that none has to be removed.

        Raises
        ------
        BadCell
            At a cell that cannot be read.
        ValueError, OverflowError
            If a cell is not of its column's type; which one, pandas does not say.
        """
        coders = {role: TextCoder() for role in TEXTS}
        parts: dict[str, list[np.ndarray]] = {role: [] for role in self.columns}
        n_rows = 0
        for chunk in self._chunks(stream, types, plain):
            try:
                for role, position in self.columns.items():
                    cells = chunk[position]
                    if types[role] is None and cells.dtype != np.int64:
                        raise ValueError(f"not all {role} ids are whole numbers")
                    parts[role].append(self._converted(role, cells, coders.get(role)))
            except BadCell as bad:
                raise bad.moved(n_rows) from None
            n_rows += len(chunk)
        read = {role: np.concatenate(parts.pop(role)) for role in self.columns}
        return RawColumns(
            users=_coded(read.pop("user"), coders["user"], "user"),
            items=_coded(read.pop("item"), coders["item"], "item"),
            ratings=read.get("rating"),
            times=self._times(read.pop("time")) if "time" in read else None,
            titles=list(coders["title"]),
            title_codes=read.get("title"),
        )

    def _sample(self, role: str) -> list[str]:
        return [row[self.columns[role]] for row in self.layout.sample]

    def _promised(self, role: str) -> type:
        cells = self._sample(role)
        if role in TEXTS or not all(map(is_number, cells)):
            return object
        if role == "rating":
            return np.float32
        return np.int64 if all(cell.strip().isdecimal() for cell in cells) else float

    def _chunks(
        self,
        stream: TextIO | OneCharacter,
        types: Mapping[str, type | None],
        plain: bool,
    ) -> Iterator[pd.DataFrame]:
        layout = self.layout
        with np.errstate(over="ignore"):
            yield from pd.read_csv(
                stream,
                sep=text_layout.one_character(layout.sep),
                header=0 if layout.header else None,
                names=range(len(layout.first)),
                usecols=list(self.columns.values()),
                dtype={
                    self.columns[role]: kind for role, kind in types.items() if kind
                },
                na_filter=False,
                skipinitialspace=not plain and layout.sep != " ",
                quoting=text_layout.quoting(layout.sep),
                chunksize=CHUNK,
                low_memory=False,
            )

    def _converted(
        self, role: str, cells: pd.Series, coder: TextCoder | None
    ) -> np.ndarray:
        """Return a chunk of a column as numbers, or as the codes of its texts."""
        if cells.dtype != object:
            if not np.isfinite(cells).all():
                raise ValueError(f"a {role} is infinite")
            return cells.to_numpy()
        if coder is not None:
            return coder.encode(cells)
        if role == "rating":
            return numbers(cells, role, np.float32)
        written = self._sample("time")[0]
        if is_number(written):
            return numbers(cells, role)
        return times.dates(cells, written)

    def _times(self, values: np.ndarray) -> times.Times:
        written = self._sample("time")[0]
        if is_number(written):
            return times.from_numbers(values, self.time_unit)
        return times.from_dates(values, f"times read as dates like {written}, in UTC")


def _coded(values: np.ndarray, coder: TextCoder, role: str) -> Coded:
    """Return ids that were read as numbers, or as the coder's codes."""
    return sorted_codes(values, coder, role) if coder else factorized(values)
