"""Lays what all tasks need, such as a model, into a file that each task reads.

Handed over in memory, a matrix would travel with each task, or would have to be
scattered to the workers, and be lost with a worker. A file survives them.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from uuid import uuid4

from recnb.scale.write import DiskError


@contextmanager
def shelf(folder: Path, content: object) -> Iterator[Path]:
    """Keep something in a file of a folder while the context lasts.

    Parameters
    ----------
    folder : Path
        One that all workers see.
    content : object
        Whatever can be pickled.

    Yields
    ------
    Path
        For `fetched`.

    Raises
    ------
    DiskError
        If the file cannot be written.
    """
    path = folder / f".shared-{uuid4().hex}.part"
    try:
        try:
            with path.open("wb") as file:
                pickle.dump(content, file, protocol=pickle.HIGHEST_PROTOCOL)
        except OSError as error:
            raise DiskError(
                f"{path} could not be written ({error}): it holds what all workers "
                "need, beside the parts, where they can read it. Make room there, or "
                "copy the parts to a folder that can be written to."
            ) from error
        yield path
    finally:
        path.unlink(missing_ok=True)


@lru_cache(maxsize=1)  # the tasks of a worker read it once
def fetched(path: Path) -> object:
    """Return what lies in a file of `shelf`, which is not to be changed."""
    with path.open("rb") as file:
        return pickle.load(file)
