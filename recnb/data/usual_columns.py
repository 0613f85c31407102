"""Columns of a table of one's own, found by what they are usually called."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from os import PathLike

from recnb.data.errors import TableError
from recnb.data.interactions import Interactions
from recnb.data.tables import table as tables
from recnb.data.tables.repeats import Repeated

#: What columns are usually called, without capitals and signs; the likeliest first.
USUAL_NAMES = {
    "user": ("userid", "user", "uid", "customerid", "customer", "reviewerid"),
    "item": (
        "movieid",
        "itemid",
        "item",
        "iid",
        "productid",
        "product",
        "asin",
        "isbn",
    ),
    "rating": ("rating", "stars", "score", "overall", "bookrating"),
    "time": ("timestamp", "time", "datetime", "date", "ts", "unixreviewtime"),
    "title": ("title", "itemname", "movietitle", "productname", "name"),
}

Roles = Mapping[str, str | int]


def by_usual_names(place: str, names: Sequence[str]) -> dict[str, str]:
    """Return which column seems to be the user's, the item's and so on.

    Raises
    ------
    TableError
        If two columns have the likeliest name.
    """
    plain = [re.sub(r"[^a-z0-9]", "", str(name).lower()) for name in names]
    found = {}
    for role, usual in USUAL_NAMES.items():
        known = [name for name in usual if name in plain]
        if not known:
            continue
        if plain.count(known[0]) > 1:
            raise TableError(
                f"{place}: several columns may be the {role}'s. Pass {role}, the "
                "name or the position of its column."
            )
        found[role] = names[plain.index(known[0])]
    return found


def open_table(
    source: str | PathLike, given: Roles, how: Mapping[str, str | bool | None]
) -> tuple[tables.Table, dict[str, str | int]]:
    """Open a table, and find by usual names the columns that are not given.

    Parameters
    ----------
    source : path
    given : mapping from role to column
        Roles are user, item, rating, time and title.
    how : mapping
        sep, header and encoding, as `recnb.read_table` takes them.

    Returns
    -------
    Table, dict from role to column

    Raises
    ------
    DataError
        If the table cannot be opened, or the users' or the items' column is not found.
    """
    complete = {"user", "item"} <= set(given)
    if not complete and how.get("header") is None:
        how = {**how, "header": True}
    table = tables.open_table(source, list(given.values()), **how)
    names = table.names or []
    usual = by_usual_names(table.place, names)
    taken = {tables.find_columns(table, {r: c})[r] for r, c in given.items()}
    usual = {r: c for r, c in usual.items() if names.index(c) not in taken}
    roles = {**usual, **given}
    lacking = [role for role in ("user", "item") if role not in roles]
    if lacking:
        listed = ", ".join(repr(name) for name in names) or "without names"
        raise TableError(
            f"{table.place}: no column has a usual name for {' and '.join(lacking)}; "
            f"the first line is {listed}. Pass --user and --item, each a name or, "
            "counted from 0, a position."
        )
    return table, roles


def in_words(roles: Roles, given: Roles) -> str:
    """Say which column has which role, and which of them were found."""
    order = [role for role in USUAL_NAMES if role in roles]
    return ", ".join(
        f"{role} is {roles[role]!r}" + ("" if role in given else " (a usual name)")
        for role in order
    )


def read(
    source: str | PathLike,
    given: Roles,
    *,
    repeated: Repeated = "last",
    time_unit: str | None = None,
    **how: str | bool | None,
) -> tuple[Interactions, str]:
    """Read a table of which not every column has to be named.

    Parameters
    ----------
    source : path
    given : mapping from role to column
        The others are found by their usual names.
    repeated, time_unit, **how : optional
        As `recnb.read_table` takes them.

    Returns
    -------
    Interactions, str
        The second says which column has which role.

    Raises
    ------
    DataError
        If the table cannot be read; the message says what to do.
    """
    tables.check_arguments(given, "last", time_unit)
    table, roles = open_table(source, given, how)
    tables.check_arguments(roles, repeated, time_unit)
    columns = table.read(tables.find_columns(table, roles), time_unit)
    return tables.to_interactions(table, columns, repeated), in_words(roles, given)
