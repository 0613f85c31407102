"""`python -m recnb describe`: what a table is like, and which protocols fit it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from os import PathLike

import numpy as np

from recnb.data import describe as of_data
from recnb.data import usual_columns
from recnb.data.interactions import Interactions
from recnb.data.tables import table as tables
from recnb.data.tables.repeats import Repeated
from recnb.evaluation import (
    Split,
    gini,
    leave_one_out,
    rating_holdout,
    strong_generalization,
    weak_generalization,
)

WIDTH = 88
FEW_STEPS = 5  # interactions of a median user that are few for an order to be learned
PROTOCOLS: dict[str, Callable[[Interactions], Split]] = {
    "strong_generalization": strong_generalization,
    "weak_generalization": weak_generalization,
    "leave_one_out": lambda data: leave_one_out(data, candidates="all"),
    "rating_holdout": rating_holdout,
}


def describe(
    source: str | PathLike,
    given: Mapping[str, str | int],
    *,
    repeated: Repeated = "last",
    **how: str | bool | None,
) -> str:
    """Describe a table of interactions.

    Parameters
    ----------
    source : path
    given : mapping from role to column
        Roles are user, item, rating, time and title; those that are not given are
        found by the usual names of columns, and the text says so.
    repeated : {"last", "first", "mean"}
        What counts of repeated pairs when the protocols are tried.
    **how : optional
        sep, header, encoding and time_unit, as `recnb.read_table` takes them.

    Returns
    -------
    str
        Lines of text.

    Raises
    ------
    DataError
        If the table cannot be read; the message says what to do.
    """
    time_unit = how.pop("time_unit", None)
    tables.check_arguments(given, "last", time_unit)
    table, roles = usual_columns.open_table(source, given, how)
    tables.check_arguments(roles, repeated, time_unit)
    columns = table.read(tables.find_columns(table, roles), time_unit)
    data = tables.to_interactions(table, columns, repeated)
    facts = {"layout": table.words, "columns": usual_columns.in_words(roles, given)}
    facts |= _unused(table, roles)
    facts |= of_data.facts(table, columns)
    facts["long tail"] += f"; Gini {gini(data.items[:, None], data.n_items, 1):.2f}"
    lines = [table.place, *_listed(facts), "", "Which protocols of the course fit:"]
    return "\n".join([*lines, *_listed(protocols(data))])


def protocols(data: Interactions) -> dict[str, str]:
    """Try each protocol with its usual settings; return what it gives, or why not."""
    found = {name: _tried(split, data) for name, split in PROTOCOLS.items()}
    return found | {"models of sequences": _sequences(data)}


def _unused(table: tables.Table, roles: Mapping[str, str | int]) -> dict[str, str]:
    """Name the columns that are not used: one may have been missed."""
    used = tables.find_columns(table, roles).values()
    left = [repr(n) for j, n in enumerate(table.names or []) if j not in used]
    return {"not used": ", ".join(left)} if left else {}


def _listed(facts: Mapping[str, str]) -> list[str]:
    """Return facts as lines, their words in a column of their own."""
    width = 2 + max(len(name) for name in facts)
    return [
        textwrap.fill(
            f"{name:<{width}}{words}",
            WIDTH,
            initial_indent="  ",
            subsequent_indent=" " * (width + 2),
            break_on_hyphens=False,
        )
        for name, words in facts.items()
    ]


def _tried(split: Callable[[Interactions], Split], data: Interactions) -> str:
    try:
        made = split(data)
    except ValueError as error:
        return f"no: {error}"
    facts = made.protocol.details
    return "yes: " + "; ".join(
        f"{name}: {facts[name]}" for name in ("users", "positive") if name in facts
    )


def _sequences(data: Interactions) -> str:
    if data.timestamps is None:
        return "no: there are no times, so that the order is unknown."
    median = np.median(np.bincount(data.users, minlength=data.n_users))
    if median < FEW_STEPS:
        return f"hardly: half of the users have at most {median:g} interactions."
    return f"yes: half of the users have at least {median:g} interactions in order."
