"""Where data comes from: the catalogue, finding and downloading, parsing, simulation.

One job: a name goes in, checked `Interactions` come out. `load` is the way in, and
`read_table` for data of one's own.
"""

from __future__ import annotations

import os
import textwrap

from recnb.data import kept
from recnb.data.catalogue import CATALOGUE, lookup
from recnb.data.checks import check
from recnb.data.errors import (
    CorruptDatasetError,
    DataError,
    DatasetUnavailableError,
    TableError,
    TableNotFoundError,
    UnknownDatasetError,
)
from recnb.data.interactions import HeldOut, Interactions
from recnb.data.locate import describe_source, find_files, get, status
from recnb.data.planted import planted_pairs
from recnb.data.tables.table import read_table
from recnb.data.tags import item_tags

__all__ = [
    "CATALOGUE",
    "CorruptDatasetError",
    "DataError",
    "DatasetUnavailableError",
    "HeldOut",
    "Interactions",
    "TableError",
    "TableNotFoundError",
    "UnknownDatasetError",
    "get",
    "item_tags",
    "load",
    "planted_pairs",
    "read_table",
    "status",
]


def load(name: str = "ml-1m", *, fallback: bool = False) -> Interactions:
    """Load a dataset: from RECNB_DATA's folder, the cache, or its official home.

    What has been parsed and checked once is kept in the cache, and read from there as
    long as the dataset's files are the same (`recnb.data.kept`).

    Parameters
    ----------
    name : str
        A name of `CATALOGUE`.
    fallback : bool
        True says that the caller can live with another dataset: RECNB_DATASET, if
        set, replaces the name, and where the dataset cannot be had, the bundled
        simulated one is returned after a printed notice. A damaged file is an error
        nevertheless.

    Returns
    -------
    Interactions

    Raises
    ------
    UnknownDatasetError
        If no dataset has this name; the message suggests the nearest.
    DatasetUnavailableError
        If it cannot be had; the message names the ways to get it.
    CorruptDatasetError
        If a file is truncated or malformed, or its numbers of rows, ratings or years
        are not the dataset's.
    """
    if fallback:
        name = os.environ.get("RECNB_DATASET") or name
    dataset = lookup(name)
    try:
        files = find_files(dataset)
    except DatasetUnavailableError as error:
        if not fallback or dataset.is_bundled:
            raise
        _print_notice(error)
        return load("simulated")
    about = {
        "name": dataset.name,
        "licence": dataset.licence,
        "source": describe_source(dataset, files),
        "is_simulated": dataset.is_bundled,
    }
    place = kept.place_of(dataset, files)
    interactions = kept.read(place, **about)
    is_new = interactions is None
    if is_new:
        interactions = dataset.parse(files, **about)
    check(dataset, files, interactions)
    if is_new:
        kept.write(place, interactions)
    return interactions


def _print_notice(error: DatasetUnavailableError) -> None:
    instead = (
        "Using the bundled simulated dataset instead: invented films and people. "
        "How to get the real data: data/README.md."
    )
    for line in [*error.notice.splitlines(), instead]:
        print(textwrap.fill(line, 78, break_on_hyphens=False))
