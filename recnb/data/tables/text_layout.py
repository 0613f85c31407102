"""How a text file is laid out: packing, encoding, separator and header are found.

What cannot be found is asked for: an error says which argument decides it.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, TextIO

from recnb.data.errors import CorruptDatasetError, TableError, TableNotFoundError
from recnb.data.tables.cells import WITH_COMMA, is_number
from recnb.data.tables.times import DAY_OR_MONTH, date_format

SEPARATORS = {
    ",": "comma-separated",
    "\t": "tab-separated",
    ";": "semicolon-separated",
    "::": "separated by ::",
    "|": "separated by |",
}
#: Stands for a separator of several characters, which pandas' fast reader cannot take.
ONE_CHARACTER = "\x1f"
POSITIONS = " If the first line holds data, pass positions, counted from 0."
SAMPLE = 1 << 16  # characters that the layout is found from
SAMPLE_ROWS = 100
#: What a file of another kind begins with, what it is, and what to do about it.
FOREIGN = (
    (b"PK\x03\x04", "a zip archive", "Unpack it and name the file inside"),
    (b"BZh", "a bz2 archive", "Unpack it first"),
    (b"\xfd7zXZ", "an xz archive", "Unpack it first"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", "Unpack it first"),
    (b"7z\xbc\xaf", "a 7z archive", "Unpack it and name the file inside"),
    (b"\xd0\xcf\x11\xe0", "an Excel workbook", "Save it as csv"),
    (b"SQLite", "an SQLite database", "Pass the DataFrame of pandas.read_sql"),
)
WORKBOOKS = (".xlsx", ".xlsm", ".ods")
UTF8 = "utf-8"
UTF16_BEGINS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Layout:
    """How a text file is laid out.

    Parameters
    ----------
    sep : str
    header : bool
        Whether the first row holds names.
    first : list of str
        The fields of the first row.
    sample : list of list of str
        Some rows of data.
    encoding : str
    """

    sep: str
    header: bool
    first: list[str]
    sample: list[list[str]]
    encoding: str

    @property
    def names(self) -> list[str] | None:
        """The names of the columns; None if the file has no header."""
        return [name.strip() for name in self.first] if self.header else None

    @property
    def words(self) -> str:
        """The layout in words."""
        sep = SEPARATORS.get(self.sep, f"separated by {self.sep!r}")
        return f"{sep}, {'with' if self.header else 'without'} a header"


class OneCharacter:
    """A stream of text in which a separator of several characters is one character.

    Parameters
    ----------
    stream : text stream
    sep : str
    """

    def __init__(self, stream: TextIO, sep: str) -> None:
        self.stream, self.sep = stream, sep

    def read(self, size: int = -1) -> str:
        """Return about `size` characters, with no separator cut in two."""
        text = self.stream.read(size)
        while text.endswith(self.sep[0]) and (more := self.stream.read(1)):
            text += more
        return text.replace(self.sep, ONE_CHARACTER)

    def __iter__(self) -> Iterator[str]:
        return (line.replace(self.sep, ONE_CHARACTER) for line in self.stream)


def find_layout(
    path: Path,
    wanted: Sequence[str | int] = (),
    sep: str | None = None,
    header: bool | None = None,
    encoding: str | None = None,
) -> Layout:
    """Find how a text file is laid out.

    Parameters
    ----------
    path : Path
    wanted : sequence of str or int
        The columns that will be asked for, by name or by position.
    sep, header, encoding : optional
        What is known already.

    Raises
    ------
    TableError
        If an argument does not fit the file, or more than one layout fits.
    CorruptDatasetError
        If the file is empty, or not in this encoding.
    """
    encoding = encoding or UTF8
    with open_text(path, encoding) as stream:
        text = stream.read(SAMPLE)
    if not text.strip():
        raise CorruptDatasetError(
            f"{path.name}: the file is empty. Check that it was saved or "
            "downloaded whole."
        )
    whole = len(text) < SAMPLE
    if sep is None:
        sep = _find_separator(path.name, text, whole, wanted)
    elif not sep or any(mark in sep for mark in '"\r\n'):
        raise TableError(f"sep must be the text between two fields, not {sep!r}.")
    rows = _sample_rows(text, sep, whole)
    if len(rows[0]) < 2:
        raise TableError(
            f"{path.name}, line 1: {sep!r} does not separate {_shown(text)}. "
            "Pass another sep."
        )
    if header is None:
        header = _find_header(path.name, rows, wanted)
    if header and len(rows) == 1:
        raise CorruptDatasetError(
            f"{path.name}: the file holds a header and no rows. Check that it was "
            "saved or downloaded whole."
        )
    return Layout(sep, header, rows[0], rows[header:], encoding)


def position(
    place: str, column: str | int, names: Sequence | None, n_columns: int
) -> int:
    """Return the position of a column that is named, or given by its position.

    Parameters
    ----------
    place : str
        The table's name, for the error.
    column : str or int
    names : sequence, optional
        None if the columns have no names.
    n_columns : int

    Raises
    ------
    TableError
        If there is no such column, or two of a name; the message lists what there is.
    """
    if isinstance(column, int):
        if not 0 <= column < n_columns:
            raise TableError(
                f"{place}: there is no column {column}, counted from 0: there are "
                f"{n_columns} columns. Pass a position from 0 to {n_columns - 1}."
            )
        if names is not None and column in names and names[column] != column:
            raise TableError(
                f"{place}: {column} may be a name or a position. Give the columns "
                "names that are text."
            )
        return column
    if names is None:
        raise TableError(
            f"{place}: there is no header, and so no column {column!r}. Pass its "
            "position, counted from 0."
        )
    found = [position for position, name in enumerate(names) if name == column]
    listed = ", ".join(repr(name) for name in names)
    if len(found) > 1:
        raise TableError(
            f"{place}: {len(found)} columns are called {column!r}. Pass the position "
            "of one of them, counted from 0."
        )
    if not found:
        texts = {str(name).lower(): name for name in names}
        near = get_close_matches(column.lower(), texts, n=1, cutoff=0.5)
        hint = f" Did you mean {texts[near[0]]!r}?" if near else ""
        raise TableError(
            f"{place}: there is no column {column!r}.{hint} The columns are {listed}."
            + (POSITIONS if any(is_number(str(name)) for name in names) else "")
        )
    return found[0]


# ---- opening -------------------------------------------------------------------------


def check_file(path: Path) -> Literal["text", "parquet"]:
    """Say what a file is, as its first bytes tell.

    Raises
    ------
    TableNotFoundError
        If there is no such file, or it may not be read.
    CorruptDatasetError
        If it is neither.
    """
    try:
        is_folder, begins = path.is_dir(), b""
        if not is_folder:
            with path.open("rb") as handle:
                begins = handle.read(8)
    except FileNotFoundError as error:
        raise TableNotFoundError(
            f"There is no file {path}. Check its name and folder."
        ) from error
    except OSError as error:
        raise TableNotFoundError(
            f"{path} cannot be opened: {error.strerror}. Allow it to be read, or copy "
            "it to a folder of yours."
        ) from error
    if is_folder:
        raise TableNotFoundError(f"{path} is a folder. Name the file inside it.")
    for signature, kind, remedy in FOREIGN:
        if begins.startswith(signature):
            if path.suffix.lower() in WORKBOOKS:
                kind, remedy = "a workbook", "Save it as csv"
            raise CorruptDatasetError(f"{path.name} is {kind}. {remedy}.")
    return "parquet" if begins.startswith(b"PAR1") else "text"


@contextmanager
def open_text(path: Path, encoding: str) -> Iterator[TextIO]:
    """Open a text file, gzipped or not; line ends are left as they are.

    Raises
    ------
    CorruptDatasetError
        While reading, if the archive is damaged or the text is not in this encoding.
    TableError
        If there is no such encoding.
    """
    try:
        with (
            open_bytes(path) as handle,
            io.TextIOWrapper(handle, encoding=encoding, newline="") as stream,
        ):
            yield stream
    except LookupError as error:
        raise TableError(
            f"There is no encoding {encoding!r}. Pass one that Python knows, such as "
            'encoding="latin-1".'
        ) from error
    except UnicodeError as error:
        raise _not_in_encoding(path, encoding) from error


@contextmanager
def open_bytes(path: Path) -> Iterator[io.BufferedIOBase]:
    """Open a file, gzipped or not, behind a byte order mark of UTF-8 if there is one.

    Raises
    ------
    CorruptDatasetError
        While reading, if the archive is damaged.
    """
    with path.open("rb") as handle:
        packed = handle.read(2) == b"\x1f\x8b"
    try:
        with gzip.open(path) if packed else path.open("rb") as handle:
            if handle.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
                handle.seek(0)
            yield handle
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise CorruptDatasetError(
            f"{path.name}: the gz archive is truncated or damaged. Get a fresh copy of "
            "it."
        ) from error


def _not_in_encoding(path: Path, encoding: str) -> CorruptDatasetError:
    """Return the error that names the first line that is not in this encoding."""
    with open_bytes(path) as handle:
        if handle.read(2) in UTF16_BEGINS:
            return CorruptDatasetError(
                f'{path.name}: the text is UTF-16. Pass encoding="utf-16".'
            )
    place = path.name
    if encoding == UTF8:
        encoding = "UTF-8"
        with open_bytes(path) as handle:
            for number, line in enumerate(handle, start=1):
                try:
                    line.decode()
                except UnicodeDecodeError:
                    place += f", line {number}"
                    break
    return CorruptDatasetError(
        f"{place}: the text is not in the encoding {encoding}. Pass the right one, for "
        'example encoding="cp1252" or encoding="latin-1".'
    )


# ---- separator and header ------------------------------------------------------------


def split_rows(lines: Iterator[str], sep: str) -> Iterator[list[str]]:
    """Split lines into fields; a reader of `csv`, so that ``line_num`` counts lines.

    Parameters
    ----------
    lines : iterator of str
        Of `OneCharacter` if the separator has several characters.
    sep : str
    """
    return csv.reader(
        lines,
        delimiter=one_character(sep),
        quoting=quoting(sep),
        skipinitialspace=sep != " ",
    )


def is_simple(sep: str) -> bool:
    """Say whether a separator is one byte: pandas' fast reader takes no other.

    Only then do quotation marks hold a field together.
    """
    return len(sep) == 1 and sep.isascii()


def quoting(sep: str) -> int:
    """Return what quotation marks mean, in the words of `csv` and pandas."""
    return csv.QUOTE_MINIMAL if is_simple(sep) else csv.QUOTE_NONE


def one_character(sep: str) -> str:
    """Return what separates the fields of a stream that `OneCharacter` has read."""
    return sep if is_simple(sep) else ONE_CHARACTER


def is_blank(fields: list[str]) -> bool:
    """Say whether a row is a blank line, which does not count."""
    return not fields or (len(fields) == 1 and not fields[0].strip())


def _sample_rows(text: str, sep: str, whole: bool) -> list[list[str]]:
    """Return the first rows of a text, without the one that its end cuts off."""
    if not is_simple(sep):
        text = text.replace(sep, ONE_CHARACTER)
    rows = []
    for row in split_rows(io.StringIO(text, newline=""), sep):
        if not is_blank(row):
            rows.append(row)
        if len(rows) > SAMPLE_ROWS:
            break
    else:
        if not whole and len(rows) > 1:
            rows.pop()
    return rows or [[""]]


def _find_separator(
    name: str, text: str, whole: bool, wanted: Sequence[str | int]
) -> str:
    """Return the one separator that fits the first row, or else the one fitting all."""
    rows = {sep: _sample_rows(text, sep, whole) for sep in SEPARATORS}
    splitting = [sep for sep in SEPARATORS if len(rows[sep][0]) > 1]
    if not splitting:
        raise TableError(
            f"{name}, line 1: no comma, tab, semicolon, :: or | separates "
            f"{_shown(text)}. Pass sep, the text between two fields."
        )
    fitting = [sep for sep in splitting if _has_columns(rows[sep][0], wanted)]
    # Of none, the one with the most fields; the caller says which column it lacks.
    fitting = fitting or [max(splitting, key=lambda sep: len(rows[sep][0]))]
    even = [sep for sep in fitting if len({len(row) for row in rows[sep]}) == 1]
    if len(fitting) > 1 and len(even) != 1:
        listed = " or ".join(f"sep={sep!r}" for sep in fitting)
        raise TableError(
            f"{name}, line 1: more than one separator fits {_shown(text)}. "
            f"Pass {listed}."
        )
    return even[0] if len(fitting) > 1 else fitting[0]


def _has_columns(first: list[str], wanted: Sequence[str | int]) -> bool:
    names = {field.strip() for field in first}
    return all(
        column < len(first) if isinstance(column, int) else column in names
        for column in wanted
    )


def _find_header(name: str, rows: list[list[str]], wanted: Sequence[str | int]) -> bool:
    """Say whether the first row holds names: asked for, or found by comparing rows.

    A column of numbers or dates tells: its first cell is one of them, or a name.
    """
    if any(isinstance(column, str) for column in wanted):
        return True
    first, *others = rows
    columns = [
        (cell, [row[j] for row in others if j < len(row) and row[j].strip()])
        for j, cell in enumerate(first)
    ]
    values = [cell for cell, below in columns if below and all(map(_is_value, below))]
    if not others:
        values = [cell for cell in first if _is_value(cell)]
    are_names = {not _is_value(cell) for cell in values if cell.strip()}
    counted = [cell.strip() for cell in first] == [str(j) for j in range(len(first))]
    if len(are_names) != 1 or counted:
        raise TableError(
            f"{name}, line 1: it cannot be told whether {_shown(', '.join(first))} are "
            "names or data. Pass header=True or header=False."
        )
    return are_names.pop()


def _is_value(cell: str) -> bool:
    """Say whether a cell is a number or a date, as no name of a column is."""
    forms = (is_number, WITH_COMMA.fullmatch, date_format, DAY_OR_MONTH.fullmatch)
    return any(form(cell.strip()) for form in forms)


def _shown(text: str) -> str:
    line = text.strip().splitlines()[0]
    return repr(line if len(line) <= 60 else line[:57] + "...")
