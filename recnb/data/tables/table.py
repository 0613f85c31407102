"""`read_table`: interactions of one's own, from a file or a DataFrame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from recnb.data.errors import CorruptDatasetError, TableError
from recnb.data.interactions import Interactions
from recnb.data.tables import repeats
from recnb.data.tables.frame_table import FrameTable
from recnb.data.tables.raw_columns import RawColumns
from recnb.data.tables.repeats import Repeated
from recnb.data.tables.text_layout import check_file, find_layout, position
from recnb.data.tables.text_table import TextTable
from recnb.data.tables.times import PER_SECOND

#: What the arguments about a text file look like.
LIKE = {"sep": ";", "header": True, "encoding": "latin-1"}
Source = str | PathLike | pd.DataFrame
Column = str | int
Table = TextTable | FrameTable


def read_table(
    source: Source,
    user: Column,
    item: Column,
    rating: Column | None = None,
    time: Column | None = None,
    title: Column | None = None,
    name: str | None = None,
    *,
    repeated: Repeated = "error",
    sep: str | None = None,
    header: bool | None = None,
    encoding: str | None = None,
    time_unit: Literal["s", "ms", "us", "ns"] | None = None,
) -> Interactions:
    """Read interactions of one's own.

    What is not said is found, and the repr of the result says what was found; what
    cannot be found is an error that says which argument decides it.

    Parameters
    ----------
    source : path or DataFrame
        A text file with a separator, gzipped or not; a Parquet file, if pyarrow is
        installed; or a DataFrame, whose index means nothing. In a text file, spaces
        before a field and blank lines do not count; spaces behind a field do.
    user, item : str or int
        The columns with the ids, by name or by position, counted from 0. Ids may be
        text or whole numbers of any size. In a text file they are read as numbers if
        all of them are written as whole numbers; "007" is text, and so are "NA" and
        "null". An empty id is an error.
    rating : str or int, optional
        Without it, the data is implicit feedback.
    time : str or int, optional
        Seconds, milliseconds, microseconds or nanoseconds since 1970; datetimes; or
        dates as text, all in one form that begins with the year. Dates without a time
        zone count as UTC. Fractions of a second are dropped; where there are any, the
        rows are put into the order of time, so that nothing is lost by it.
    title : str or int, optional
        A column that names the items; of different titles of an item, the first counts.
        Without it, or where it is empty, an item's title is its id.
    name : str, optional
        What the dataset is called; otherwise as the file is.
    repeated : {"error", "last", "first", "mean"}
        What to do where a user meets an item more than once. "last" and "first" keep
        the newest and the oldest row where there are times (of equal times, the later
        and the earlier row), and otherwise the last and the first row. "mean" keeps
        the mean of the ratings, and the newest time.
    sep : str, optional
        What separates two fields; otherwise it is found among comma, tab, semicolon,
        ``::`` and ``|``.
    header : bool, optional
        Whether the first row holds names; otherwise it does if a column is asked for by
        name, and if not, it is found by comparing the first row with the others.
    encoding : str, optional
        Otherwise UTF-8.
    time_unit : {"s", "ms", "us", "ns"}, optional
        The unit of times that are numbers; otherwise their size tells it.

    Returns
    -------
    Interactions
        Codes are in the order of the ids; `user_ids` and ``item_table["item_id"]`` are
        the ids.

    Raises
    ------
    TableNotFoundError
        If there is no such file.
    CorruptDatasetError
        If a row cannot be read, or a pair is repeated; the message names the line.
    TableError
        If an argument does not fit the table, or has to be given. It is a ValueError.
    """
    roles = {"user": user, "item": item, "rating": rating, "time": time, "title": title}
    roles = {role: column for role, column in roles.items() if column is not None}
    check_arguments(roles, repeated, time_unit)
    table = open_table(
        source, list(roles.values()), sep=sep, header=header, encoding=encoding
    )
    columns = table.read(find_columns(table, roles), time_unit)
    return to_interactions(table, columns, repeated, name)


def check_arguments(
    roles: Mapping[str, Column], repeated: str = "error", time_unit: str | None = None
) -> None:
    """Refuse arguments that fit no table.

    Raises
    ------
    TableError
    """
    for role, column in roles.items():
        if isinstance(column, bool) or not isinstance(column, str | int):
            raise TableError(
                f"{role} must be the name or the position of a column, not {column!r}."
            )
    if repeated not in repeats.CHOICES:
        choices = ", ".join(repr(choice) for choice in repeats.CHOICES)
        raise TableError(f"repeated must be one of {choices}, not {repeated!r}.")
    if repeated == "mean" and "rating" not in roles:
        raise TableError(
            'repeated="mean" takes the mean of ratings, and no rating column is named. '
            'Pass rating, or repeated="last" or "first".'
        )
    if time_unit is not None and time_unit not in PER_SECOND:
        units = ", ".join(repr(unit) for unit in PER_SECOND)
        raise TableError(f"time_unit must be one of {units}, not {time_unit!r}.")


def open_table(
    source: Source,
    wanted: Sequence[Column] = (),
    *,
    sep: str | None = None,
    header: bool | None = None,
    encoding: str | None = None,
) -> Table:
    """Find how a source is laid out, without reading it.

    Parameters
    ----------
    source : path or DataFrame
    wanted : sequence of str or int
        The columns that will be asked for.
    sep, header, encoding : optional
        As in `read_table`.

    Raises
    ------
    TableNotFoundError, CorruptDatasetError, TableError
        As in `read_table`.
    """
    of_text = {"sep": sep, "header": header, "encoding": encoding}
    given = [argument for argument, value in of_text.items() if value is not None]
    if isinstance(source, pd.DataFrame):
        if given:
            raise TableError(f"{given[0]} is about text files, not about a DataFrame.")
        return FrameTable(source)
    for argument in given:
        value, like = of_text[argument], LIKE[argument]
        if not isinstance(value, type(like)):
            raise TableError(f"{argument} must be such as {like!r}, not {value!r}.")
    if not isinstance(source, str | PathLike):
        raise TableError(
            "source must be a path or a DataFrame, not an object of type "
            f"{type(source).__name__}."
        )
    path = Path(source).expanduser()
    if check_file(path) == "parquet":
        if given:
            raise TableError(
                f"{given[0]} is about text files, and {path.name} is none."
            )
        return _open_parquet(path)
    return TextTable(path, find_layout(path, wanted, sep, header, encoding))


def find_columns(table: Table, roles: Mapping[str, Column]) -> dict[str, int]:
    """Return the position of the column of each role.

    Raises
    ------
    TableError
        If there is no such column, or one is named for two roles.
    """
    found: dict[str, int] = {}
    for role, column in roles.items():
        at = position(table.place, column, table.names, table.n_columns)
        for other, taken in found.items():
            if taken == at:
                raise TableError(
                    f"{table.place}: {other} and {role} name the same column, "
                    f"{column!r}. Pass another one for {role}."
                )
        found[role] = at
    return found


def _open_parquet(path: Path) -> FrameTable:
    try:
        frame = pd.read_parquet(path)
    except ImportError as error:
        raise TableError(
            f"{path.name} is a Parquet file, and pyarrow is not installed, which reads "
            "them. Install it with: pip install pyarrow"
        ) from error
    except (OSError, ValueError) as error:
        raise CorruptDatasetError(
            f"{path.name}: the Parquet file is truncated or damaged. Get a fresh copy "
            "of it."
        ) from error
    return FrameTable(frame, path.name, path.stem, "Parquet")


def to_interactions(
    table: Table, columns: RawColumns, repeated: Repeated, name: str | None = None
) -> Interactions:
    """Deal with repeated pairs and titles, and put the columns together.

    Raises
    ------
    CorruptDatasetError
        If a pair is repeated and `repeated` is "error".
    """
    rows, ratings, dealt_with = _without_repeats(table, columns, repeated)
    titles, doubtful = _titles(columns)
    times = columns.times
    ordered = None
    if times is not None and times.fine is not None:
        fine = times.fine if rows is None else times.fine[rows]
        order = np.argsort(fine, kind="stable")
        rows = order if rows is None else rows[order]
        ratings = None if ratings is None else ratings[order]
        ordered = "rows put into the order of time, fractions of a second dropped"

    def kept(values: np.ndarray | None) -> np.ndarray | None:
        return values if values is None or rows is None else values[rows]

    facts = [
        table.words,
        _kinds(columns.users.kind, columns.items.kind),
        None if times is None else times.words,
        ordered,
        dealt_with,
        doubtful,
    ]
    said = "; ".join(fact for fact in facts if fact)
    return Interactions(
        name=name or table.name,
        users=kept(columns.users.codes),
        items=kept(columns.items.codes),
        ratings=ratings,
        timestamps=None if times is None else kept(times.seconds),
        user_ids=columns.users.ids,
        item_table=_item_table(columns.items.ids, titles),
        source=f"{table.place} ({said})",
    )


def _without_repeats(
    table: Table, columns: RawColumns, repeated: Repeated
) -> tuple[np.ndarray | None, np.ndarray | None, str]:
    """Return the rows to keep (None: all), their ratings, and what was done, in words.

    Raises
    ------
    CorruptDatasetError
        If a pair is repeated and `repeated` is "error".
    """
    n_repeats = repeats.count_repeats(columns)
    if n_repeats == 0:
        return None, columns.ratings, ""
    if repeated == "error":
        raise CorruptDatasetError(
            f"{table.place}: {repeats_in_words(table, columns, n_repeats)}. Pass "
            'repeated="last", "first" or "mean", which say what counts.'
        )
    rows = repeats.kept_rows(columns, "first" if repeated == "first" else "last")
    what = "mean rating" if repeated == "mean" else f"{repeated} row"
    words = f"repeated rows: {n_repeats:,}, the {what} of each pair kept"
    if repeated == "mean":
        return rows, repeats.mean_ratings(columns, rows), words
    ratings = columns.ratings
    return rows, None if ratings is None else ratings[rows], words


def repeats_in_words(table: Table, columns: RawColumns, n_repeats: int) -> str:
    """Name the first pair that a table repeats, its rows, and how many there are."""
    rows = repeats.first_repeat(columns)
    user = columns.users.ids[columns.users.codes[rows[0]]]
    item = columns.items.ids[columns.items.codes[rows[0]]]
    where = table.where(rows[:5]) + (" and more" if len(rows) > 5 else "")
    pair = f"user {_plain(user)!r} meets item {_plain(item)!r} in {where}"
    others = n_repeats - len(rows) + 1
    return f"{pair}; {others:,} other rows repeat a pair" if others else pair


def _plain(value: object) -> object:
    """Return an id as Python prints it: 7, not np.int64(7)."""
    return value.item() if isinstance(value, np.generic) else value


def _titles(columns: RawColumns) -> tuple[np.ndarray, str]:
    """Return the title of each item: the first one, or else the id; and a warning."""
    ids = columns.items.ids
    titles = np.array([str(each) for each in ids.tolist()], dtype=object)
    if columns.title_codes is None:
        return titles, ""
    texts = np.array(columns.titles, dtype=object)
    named = np.flatnonzero([bool(text.strip()) for text in texts])
    rows = np.flatnonzero(np.isin(columns.title_codes, named))
    pairs = columns.items.codes[rows], columns.title_codes[rows]
    different = pd.DataFrame({"item": pairs[0], "title": pairs[1]}).drop_duplicates()
    first = different.drop_duplicates("item")
    titles[first["item"]] = texts[first["title"]]
    n_doubtful = different["item"][different["item"].duplicated()].nunique()
    words = f"items with several titles: {n_doubtful:,}, the first of each counts"
    return titles, words if n_doubtful else ""


def _kinds(users: str, items: str) -> str:
    if users == items:
        return f"ids are {users}"
    return f"user ids are {users}, item ids are {items}"


def _item_table(ids: np.ndarray, titles: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "item_id": ids,
            "title": pd.Series(titles, dtype="str"),
            "year": pd.array([pd.NA] * len(ids), dtype="Int64"),
            "genres": pd.Series([""] * len(ids), dtype="str"),
        }
    )
