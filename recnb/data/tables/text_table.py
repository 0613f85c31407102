"""A text file as a table: the columns asked for, or an error that names the line."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TextIO

import pandas as pd

from recnb.data.errors import CorruptDatasetError
from recnb.data.tables import text_layout
from recnb.data.tables.cells import BadCell
from recnb.data.tables.raw_columns import RawColumns
from recnb.data.tables.text_check import Look, ZeroByteError, look
from recnb.data.tables.text_layout import Layout, OneCharacter
from recnb.data.tables.text_reader import ChunkReader

PART = 1 << 18  # bytes


class TextTable:
    """A text file with a known layout.

    Parameters
    ----------
    path : Path
    layout : Layout

    Attributes
    ----------
    place : str
        What errors call the table: the file's name, without a folder.
    name : str
        The same without the endings that say its kind.
    words : str
        How the file is laid out.
    names : list of str, or None
        The names of the columns, if the file has a header.
    n_columns : int
    """

    def __init__(self, path: Path, layout: Layout) -> None:
        self.path, self.layout = path, layout
        self.place = path.name
        self.name = path.name.removesuffix(".gz").rsplit(".", 1)[0]
        self.words, self.names = layout.words, layout.names
        self.n_columns = len(layout.first)

    def read(self, columns: Mapping[str, int], time_unit: str | None) -> RawColumns:
        """Read columns.

        Parameters
        ----------
        columns : mapping from role to position
            Roles are user, item, rating, time and title.
        time_unit : str, optional
            As `recnb.data.tables.times.from_numbers` takes it.

        Raises
        ------
        CorruptDatasetError
            At the first line that cannot be read; the message says what to do.
        """
        seen = self._look()
        if not seen.even:
            self._refuse_uneven_rows()
        try:
            return self._read(ChunkReader(self.layout, columns, time_unit), seen)
        except BadCell as bad:
            (line,) = self._lines([bad.row])
            raise CorruptDatasetError(
                f"{self.place}, line {line}: {bad.problem}. {bad.remedy}."
            ) from None
        except pd.errors.ParserError:
            *_, (line, _) = self._rows()
            raise self._open_quote(line) from None

    def where(self, rows: Sequence[int]) -> str:
        """Name the lines of some rows: ``"lines 3 and 9"``."""
        return "lines " + " and ".join(f"{line}" for line in self._lines(rows))

    # ---- before reading

    def _look(self) -> Look:
        sep = text_layout.one_character(self.layout.sep)
        quotes = text_layout.is_simple(self.layout.sep)
        try:
            with self._parts() as parts:
                return look(parts, sep, self.n_columns, quotes)
        except ZeroByteError:
            raise CorruptDatasetError(
                f"{self.place} is no text file: it holds zero bytes. Export the table "
                "as csv."
            ) from None

    def _refuse_uneven_rows(self) -> None:
        for line, fields in self._rows():
            if len(fields) != self.n_columns:
                if any("\n" in field for field in fields):
                    raise self._open_quote(line)
                shown = self.layout.sep.join(fields)[:60]
                raise CorruptDatasetError(
                    f"{self.place}, line {line}: {len(fields)} fields instead of "
                    f"{self.n_columns} in {shown!r}. Correct the line; a text that "
                    "holds the separator belongs into quotation marks."
                )

    def _read(self, reader: ChunkReader, seen: Look) -> RawColumns:
        """Let pandas make numbers of cells; where it cannot, check them one by one.

        pandas does not say which cell it stumbles over.
        """
        try:
            with self._stream() as stream:
                return reader.read(stream, reader.quick_types(seen.plain), seen.plain)
        except (ValueError, OverflowError):
            with self._stream() as stream:
                return reader.read(stream, reader.text_types())

    # ---- opening, and finding lines

    @contextmanager
    def _stream(self) -> Iterator[TextIO | OneCharacter]:
        with text_layout.open_text(self.path, self.layout.encoding) as stream:
            sep = self.layout.sep
            yield stream if text_layout.is_simple(sep) else OneCharacter(stream, sep)

    @contextmanager
    def _parts(self) -> Iterator[Iterator[bytes]]:
        """Open the text as parts in UTF-8, not decoded where it is UTF-8 already."""
        if self.layout.encoding == text_layout.UTF8 and text_layout.is_simple(
            self.layout.sep
        ):
            with text_layout.open_bytes(self.path) as handle:
                yield iter(lambda: handle.read(PART), b"")
            return
        with self._stream() as stream:
            yield (part.encode() for part in iter(lambda: stream.read(PART), ""))

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the fields of each row that is not blank, and the line it begins in.

        Raises
        ------
        CorruptDatasetError
            If a quotation mark is opened and not closed.
        """
        line = 0
        with self._stream() as stream:
            rows = text_layout.split_rows(iter(stream), self.layout.sep)
            try:
                for fields in rows:
                    if not text_layout.is_blank(fields):
                        yield line + 1, fields
                    line = rows.line_num
            except csv.Error:
                raise self._open_quote(line + 1) from None

    def _open_quote(self, line: int) -> CorruptDatasetError:
        return CorruptDatasetError(
            f"{self.place}, line {line}: a quotation mark is opened and not closed. "
            "Close it; where it is a part of the text, double it and quote the field."
        )

    def _lines(self, rows: Sequence[int]) -> list[int]:
        """Return the lines in which some rows of data begin."""
        data = islice(self._rows(), int(self.layout.header), None)
        found = {row: line for row, (line, _) in enumerate(data) if row in set(rows)}
        return [found[row] for row in rows]
