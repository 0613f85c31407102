"""From the text of the published files to `Interactions`: one parser a file format.

Every parser takes the `Files` of a dataset and, as keywords, what `Interactions`
shall say about itself (``name``, ``licence``, ``source``, ``is_simulated``). A file
that does not follow its format raises `CorruptDatasetError` with the line number.

The item table has, for every format, the columns ``item_id``, ``title`` (article in
front: "The Matrix"), ``year`` (nullable integer) and ``genres`` (one string, joined
with ``|`` as MovieLens does, empty if there are none; ``.str.get_dummies("|")`` gives
the genre matrix, and where pyarrow is installed a column of having none as well).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import BinaryIO

import numpy as np
import pandas as pd

from recnb.data.errors import CorruptDatasetError
from recnb.data.files import Files
from recnb.data.interactions import HeldOut, Interactions

RATINGS = {
    "user": np.int32,
    "item": np.int32,
    "rating": np.float32,
    "timestamp": np.int64,
}
#: Tables of the simulation.
TRUTH = "truth_*.csv"
#: In which encoding the files were published.
LATIN_1, UTF_8 = "latin-1", "utf-8"
ARTICLES = (
    "The|A|An|La|Le|Les|L'|Un|Une|El|Los|Las|Una|Il|Lo|Gli|I|Der|Die|Das|Det|De|En|O"
)


def movielens_dat(files: Files, **about: str | bool) -> Interactions:
    """Parse MovieLens 1M: ``ratings.dat`` and ``movies.dat``, fields joined by ``::``.

    Raises
    ------
    CorruptDatasetError
        If a line is malformed, or a rated film is not listed.
    """
    ratings = _read_numbers(files, "ratings.dat", "::", RATINGS)
    lines = _read_text(files, "movies.dat", LATIN_1)
    rows = (line.rstrip("\n").split("::") for line in lines)
    films = _read_films(files, "movies.dat", rows, "id::title::genres")
    return _from_ratings(files, ratings, films, **about)


def movielens_100k(files: Files, **about: str | bool) -> Interactions:
    """Parse MovieLens 100K: ``u.data``, ``u.item``, and ``u.genre`` for its flags.

    Raises
    ------
    CorruptDatasetError
        If a line is malformed, or a rated film is not listed.
    """
    ratings = _read_numbers(files, "u.data", "\t", RATINGS)
    flags = _read_text(files, "u.genre", LATIN_1).read()
    genres = [line.split("|")[0] for line in flags.split()]
    lines = _read_text(files, "u.item", LATIN_1)
    rows = (_genres_from_flags(line, genres) for line in lines)
    films = _read_films(files, "u.item", rows, f"5 fields and {len(genres)} flags")
    return _from_ratings(files, ratings, films, **about)


def movielens_csv(files: Files, **about: str | bool) -> Interactions:
    """Parse the CSV layout of the newer MovieLens sets and of the simulated dataset.

    Tables named ``truth_*.csv``, which only the simulated dataset has, go to
    `Interactions.truth` under the part of the name that the star stands for.

    Raises
    ------
    CorruptDatasetError
        If a line is malformed, or a rated film is not listed.
    """
    header = "userId,movieId,rating,timestamp"
    ratings = _read_numbers(files, "ratings.csv", ",", RATINGS, header)
    rows = csv.reader(_read_text(files, "movies.csv", UTF_8, newline=""))
    films = _read_films(files, "movies.csv", rows, "movieId,title,genres", skip=1)
    truth = {}
    for member in files.matching(TRUTH):
        with files.open(member) as handle:
            name = member.removeprefix("truth_").removesuffix(".csv")
            truth[name] = pd.read_csv(handle)
    return _from_ratings(files, ratings, films, truth=truth or None, **about)


def ncf(files: Files, **about: str | bool) -> Interactions:
    """Parse the three files of He et al. (2017): training rows, test rows, negatives.

    Ids are codes already. The films' names are not published with this split, so
    titles are "item 0", "item 1" and so on.

    Raises
    ------
    CorruptDatasetError
        If a line is malformed, or the two test files disagree.
    """
    train_file, test_file, negative_file = files.members
    train = _read_numbers(files, train_file, "\t", _ncf_columns(files, train_file))
    test = _read_numbers(files, test_file, "\t", _ncf_columns(files, test_file))
    pairs, negatives = _read_negatives(files, negative_file)
    if not np.array_equal(pairs, test[["user", "item"]].to_numpy()):
        raise files.corrupt(
            negative_file, f"its (user,item) pairs are not the rows of {test_file}"
        )
    heldout = HeldOut(test["user"], test["item"], negatives)
    n_users = 1 + max(train["user"].max(), heldout.users.max())
    n_items = 1 + max(train["item"].max(), heldout.items.max(), negatives.max())
    implicit = (train["rating"] == 1).all()
    return Interactions(
        users=train["user"],
        items=train["item"],
        ratings=None if implicit else train["rating"],
        timestamps=train.get("timestamp"),
        user_ids=np.arange(n_users),
        item_table=_nameless_items(n_items),
        heldout=heldout,
        **about,
    )


def lightgcn(files: Files, **about: str | bool) -> Interactions:
    """Parse the two files of He et al. (2020): a line is ``user item item ...``.

    Ids are codes already; ``test.txt`` becomes `Interactions.heldout`.

    Raises
    ------
    CorruptDatasetError
        If a line holds anything but whole numbers.
    """
    users, items = _read_baskets(files, "train.txt")
    test_users, test_items = _read_baskets(files, "test.txt")
    n_users = 1 + max(users.max(), test_users.max())
    n_items = 1 + max(items.max(), test_items.max())
    return Interactions(
        users=users,
        items=items,
        user_ids=np.arange(n_users),
        item_table=_nameless_items(n_items),
        heldout=HeldOut(test_users, test_items),
        **about,
    )


def split_title(titles: pd.Series) -> pd.DataFrame:
    """Turn "Matrix, The (1999)" into the title "The Matrix" and the year 1999.

    Other names in brackets stay where they are, with their article in front as well:
    "Avventura, L' (Adventure, The) (1960)" is "L'Avventura (The Adventure)".

    Parameters
    ----------
    titles : Series of str, shape (n_films,)

    Returns
    -------
    DataFrame of n_films rows
        ``title``, and ``year``: the first of a span, <NA> if there is none.
    """
    year = r"\s*\((\d{4})(?:[-–]\d{0,4})?\)\s*$"
    article = rf"(^|\((?:a\.k\.a\.|aka)?\s*)([^()]+), ({ARTICLES})(?=\s*(?:[()]|$))"
    title = titles.str.replace(year, "", regex=True).str.strip()
    title = title.str.replace(article, r"\1\3 \2", regex=True)
    return pd.DataFrame(
        {
            "title": title.str.replace(r"\bL' ", "L'", regex=True),
            "year": pd.to_numeric(titles.str.extract(year)[0]).astype("Int64"),
        }
    )


def _from_ratings(
    files: Files,
    ratings: pd.DataFrame,
    films: pd.DataFrame,
    truth: dict[str, pd.DataFrame] | None = None,
    **about: str | bool,
) -> Interactions:
    """Code users and rated films in the order of their ids; put the two together."""
    users, user_ids = pd.factorize(ratings["user"].to_numpy(), sort=True)
    items, item_ids = pd.factorize(ratings["item"].to_numpy(), sort=True)
    if films["item_id"].duplicated().any():
        twice = films["item_id"][films["item_id"].duplicated()].iloc[0]
        raise files.corrupt("", f"film {twice} is listed twice")
    unlisted = np.setdiff1d(item_ids, films["item_id"])
    if len(unlisted):
        raise files.corrupt("", f"film {unlisted[0]} is rated, but not listed")
    rated = films.set_index("item_id").loc[item_ids].reset_index()
    table = pd.concat([rated["item_id"], split_title(rated["title"])], axis=1)
    return Interactions(
        users=users.astype(np.int32),
        items=items.astype(np.int32),
        ratings=ratings["rating"],
        timestamps=ratings["timestamp"],
        user_ids=user_ids,
        item_table=table.assign(genres=rated["genres"]),
        truth=truth,
        **about,
    )


def _nameless_items(n_items: int) -> pd.DataFrame:
    """Return an item table for datasets that publish nothing but ids."""
    return pd.DataFrame(
        {
            "item_id": np.arange(n_items),
            "title": [f"item {item}" for item in range(n_items)],
            "year": pd.array([pd.NA] * n_items, dtype="Int64"),
            "genres": "",
        }
    )


def _read_numbers(
    files: Files, member: str, sep: str, columns: dict[str, type], header: str = ""
) -> pd.DataFrame:
    """Read a table of numbers; on failure look for the first line that is to blame."""
    try:
        with files.open(member) as handle:
            found = handle.readline().decode().strip() if header else ""
            table = pd.read_csv(
                _one_character_separators(handle, sep),
                sep="\t" if sep == "::" else sep,
                header=None,
                dtype=dict(enumerate(columns.values())),
                na_filter=False,
            )
    except (ValueError, OverflowError) as error:
        raise _blame(files, member, sep, columns, header) from error
    if found != header or table.shape[1] != len(columns):
        raise _blame(files, member, sep, columns, header)
    table.columns = list(columns)
    if not np.isfinite(table["rating"]).all():
        raise _blame(files, member, sep, columns, header)
    return table


def _one_character_separators(handle: BinaryIO, sep: str) -> BinaryIO:
    # pandas' fast reader knows only separators of one character.
    if sep != "::":
        return handle
    return io.BytesIO(handle.read().replace(b"::", b"\t"))


def _blame(
    files: Files, member: str, sep: str, columns: dict[str, type], header: str
) -> CorruptDatasetError:
    """Return the error that names the first malformed line of a table of numbers."""
    number_of = {np.int32: r"\d{1,9}", np.int64: r"-?\d{1,18}"}
    fields = [number_of.get(kind, r"-?\d+(\.\d+)?") for kind in columns.values()]
    well_formed = re.compile(sep.join(fields))
    form = sep.join(columns).replace("\t", "<tab>")
    with files.open(member) as handle:
        for number, raw in enumerate(handle, start=1):
            line = raw.decode("latin-1").rstrip("\r\n")
            expected, fits = form, bool(well_formed.fullmatch(line))
            if header and number == 1:
                expected, fits = header, line == header
            if line and not fits:
                problem = f"expected {expected}, found {line[:80]!r}"
                return files.corrupt(member, problem, number)
    return files.corrupt(member, f"expected lines of {form}, found none")


def _read_films(
    files: Files,
    member: str,
    rows: Iterable[list[str]],
    expected: str,
    skip: int = 0,
) -> pd.DataFrame:
    """Collect rows of (id, title, genres) into a table, checking each."""
    films = []
    for number, row in enumerate(rows, start=1):
        if number <= skip:
            continue
        if len(row) != 3 or not row[0].isdecimal():
            found = "|".join(row)[:80]
            raise files.corrupt(member, f"expected {expected}, found {found!r}", number)
        films.append((int(row[0]), row[1], row[2].replace("(no genres listed)", "")))
    return pd.DataFrame(films, columns=["item_id", "title", "genres"])


def _read_text(
    files: Files, member: str, encoding: str, newline: str | None = None
) -> io.StringIO:
    """Read a text that may have been saved again in UTF-8, whatever it was in.

    Text in Latin-1 that is not plain ASCII is practically never valid UTF-8.
    """
    with files.open(member) as handle:
        raw = handle.read()
    try:
        text = raw.decode(UTF_8)
    except UnicodeDecodeError as error:
        if encoding == UTF_8:
            number = raw.count(b"\n", 0, error.start) + 1
            problem = "the text is not UTF-8: another program saved it again"
            raise files.corrupt(member, problem, number) from error
        text = raw.decode(encoding)
    return io.StringIO(text, newline)


def _genres_from_flags(line: str, genres: list[str]) -> list[str]:
    """Reduce a line of ``u.item`` to id, title and genres; leave a wrong one whole."""
    fields = line.rstrip("\n").split("|")
    flags = fields[5:]
    if len(flags) != len(genres):
        return [line]
    named = [genre for genre, flag in zip(genres, flags, strict=True) if flag == "1"]
    return [fields[0], fields[1], "|".join(named)]


def _ncf_columns(files: Files, member: str) -> dict[str, type]:
    """Return the columns of a file of the NCF split: Pinterest has no timestamps."""
    with files.open(member) as handle:
        n_columns = handle.readline().count(b"\t") + 1
    return dict(list(RATINGS.items())[: max(n_columns, 3)])


def _read_negatives(files: Files, member: str) -> tuple[np.ndarray, np.ndarray]:
    """Read lines of ``(user,item)<tab>negative<tab>negative ...``.

    Returns
    -------
    pairs : int array of shape (n_lines, 2)
    negatives : int array of shape (n_lines, n_negatives)
    """
    line_form = re.compile(rb"\(\d{1,9},\d{1,9}\)(\t\d{1,9})+")
    rows: list[list[bytes]] = []
    with files.open(member) as handle:
        for number, line in enumerate(handle, start=1):
            fields = re.findall(rb"\d+", line)
            same_length = not rows or len(fields) == len(rows[0])
            if not line_form.fullmatch(line.strip()) or not same_length:
                problem = "expected (user,item) and as many negatives as the line above"
                raise files.corrupt(member, problem, number)
            rows.append(fields)
    if not rows:
        raise files.corrupt(member, "the file is empty")
    table = np.array(rows).astype(np.int32)
    return table[:, :2], table[:, 2:]


def _read_baskets(files: Files, member: str) -> tuple[np.ndarray, np.ndarray]:
    """Read lines of ``user item item ...``; return one user and item an interaction."""
    line_form = re.compile(rb"\d{1,9}(\s+\d{1,9})*")
    users: list[int] = []
    items: list[int] = []
    with files.open(member) as handle:
        for number, line in enumerate(handle, start=1):
            if not line_form.fullmatch(line.strip()):
                problem = f"expected user item item ..., found {line[:80]!r}"
                raise files.corrupt(member, problem, number)
            user, *basket = map(int, line.split())
            users.extend([user] * len(basket))
            items.extend(basket)
    if not users:
        raise files.corrupt(member, "the file holds no interactions")
    return np.array(users, dtype=np.int32), np.array(items, dtype=np.int32)
