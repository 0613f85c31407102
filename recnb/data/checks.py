"""Compares what was read with what the catalogue knows: size, ratings, years.

A file may be well-formed and yet be another one: its columns swapped, its stars on
another scale, its times in milliseconds.
"""

from __future__ import annotations

from itertools import islice

import numpy as np

from recnb.data.catalogue import Dataset
from recnb.data.errors import CorruptDatasetError
from recnb.data.files import Files
from recnb.data.interactions import Interactions


def check(dataset: Dataset, files: Files, interactions: Interactions) -> None:
    """Compare a dataset with its entry in the catalogue, whosever copy it is.

    Parameters
    ----------
    dataset : Dataset
    files : Files
        Where the interactions were read from, to name the line.
    interactions : Interactions
        In the order of the lines.

    Raises
    ------
    CorruptDatasetError
        If a rating, a time or a size is not the dataset's.
    """
    _check_ratings(dataset, files, interactions)
    _check_years(dataset, files, interactions)
    _check_size(dataset, files, interactions)


def _check_ratings(dataset: Dataset, files: Files, interactions: Interactions) -> None:
    ratings, times = interactions.ratings, interactions.timestamps
    if dataset.ratings is None or ratings is None:
        return
    strange = ~_are_ratings(ratings, dataset)
    if strange.any():
        row, (lowest, highest, step) = int(strange.argmax()), dataset.ratings
        swapped = times is not None and _are_ratings(times[row], dataset)
        expected = f"ratings from {lowest:g} to {highest:g} in steps of {step:g}"
        raise _unlike(dataset, files, row, expected + _guess(swapped))


def _check_years(dataset: Dataset, files: Files, interactions: Interactions) -> None:
    ratings, times = interactions.ratings, interactions.timestamps
    if dataset.years is None or times is None:
        return
    strange = ~_are_times(times, dataset)
    if strange.any():
        row, (first, last) = int(strange.argmax()), dataset.years
        swapped = ratings is not None and _are_times(ratings[row], dataset)
        expected = f"times in the years {first} to {last}, in seconds since 1970"
        raise _unlike(dataset, files, row, expected + _guess(swapped))


def _check_size(dataset: Dataset, files: Files, interactions: Interactions) -> None:
    heldout = interactions.heldout
    sizes = {
        "users": (interactions.n_users, dataset.n_users),
        "items": (interactions.n_items, dataset.n_items),
        "interactions": (len(interactions), dataset.n_interactions),
        "held-out rows": (len(heldout.users) if heldout else 0, dataset.n_heldout),
    }
    swapped = (interactions.n_users, interactions.n_items) == (
        dataset.n_items,
        dataset.n_users,
    )
    for what, (found, expected) in sizes.items():
        if expected is not None and found != expected:
            problem = f"{found:,} {what}, but {dataset.title} has {expected:,}"
            raise files.corrupt("", problem + _guess(swapped))


def _are_ratings(values: np.ndarray, dataset: Dataset) -> np.ndarray:
    lowest, highest, step = dataset.ratings
    steps = values / step
    on_scale = steps == np.rint(steps)  # a twentieth of the time that % takes
    return on_scale & (values >= lowest) & (values <= highest)


def _are_times(values: np.ndarray, dataset: Dataset) -> np.ndarray:
    first, last = dataset.years
    start, end = np.array([f"{first}", f"{last + 1}"], "datetime64[s]").astype(int)
    return (values >= start) & (values < end)


def _guess(swapped: bool) -> str:
    return " (are the columns swapped?)" if swapped else ""


def _unlike(
    dataset: Dataset, files: Files, row: int, expected: str
) -> CorruptDatasetError:
    """Return the error that shows the line which a row was read from."""
    member = dataset.members[0]
    with files.open(member) as handle:
        # Neither a header nor a blank line begins with a digit.
        lines = (line for line in enumerate(handle, start=1) if line[1][:1].isdigit())
        number, line = next(islice(lines, row, None))
    problem = f"found {line.decode().strip()!r}, but {dataset.title} has {expected}"
    return files.corrupt(member, problem, number)
