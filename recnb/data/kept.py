"""Keeps parsed datasets in the user's cache: each is parsed once on a machine.

A file is named after what it was made of: the bytes that the parser read, the sources
of this room, and pandas. If one of them changes, the name is another and the dataset is
parsed anew. A kept file saves time and nothing else: if it cannot be read or written,
the dataset is parsed.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from recnb.data.catalogue import Dataset
from recnb.data.files import Files
from recnb.data.interactions import HeldOut, Interactions
from recnb.data.locate import cache_folder
from recnb.data.parsing import TRUTH

COLUMNS = ("users", "items", "user_ids", "ratings", "timestamps")
HELD_OUT = ("users", "items", "negatives")
#: Files a dataset: two copies of it, or two versions of the course, may take turns.
KEPT = 2
DAY = 24 * 60 * 60  # seconds


def place_of(dataset: Dataset, files: Files) -> Path:
    """Return where a dataset is kept, or would be, once it has been parsed.

    Parameters
    ----------
    dataset : Dataset
    files : Files
        As `find_files` returned them.
    """
    made_of = hashlib.sha256(_parser() + _content(files))
    folder = cache_folder() / "parsed" / dataset.name
    return folder / f"{made_of.hexdigest()[:32]}.npz"


def read(place: Path, **about: str | bool) -> Interactions | None:
    """Return the interactions that are kept in a place; None if there are none.

    Parameters
    ----------
    place : Path
    **about
        What `Interactions` shall say about itself, as for a parser.
    """
    try:
        with np.load(place, allow_pickle=False) as kept:
            return _interactions({name: kept[name] for name in kept.files}, **about)
    except Exception:  # whatever is wrong with it, the original is at hand
        return None


def write(place: Path, interactions: Interactions) -> None:
    """Keep interactions if that can be, all of them or nothing, and remove old files.

    Parameters
    ----------
    place : Path
    interactions : Interactions
        Parsed and checked.
    """
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        _write(place, _arrays(interactions))
        _tidy(place.parent)
    except OSError:
        return  # a full or read-only disk: it will be parsed again


@cache
def _parser() -> bytes:
    """Return a digest of all that turns files into interactions."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    texts = [pd.__version__.encode(), *(source.read_bytes() for source in sources)]
    return _digest(texts)


def _content(files: Files) -> bytes:
    """Return a digest of all the bytes that a parser may read."""
    paths = [files.path]
    if files.path.is_dir():
        names = [*files.members, *files.matching(TRUTH)]
        paths = [files.path / name for name in names]
    parts = []
    for path in paths:
        with path.open("rb") as handle:
            digest = hashlib.file_digest(handle, "sha256").digest()
        parts += [path.name.encode(), digest]
    return _digest(parts)


def _digest(parts: list[bytes]) -> bytes:
    return hashlib.sha256(b"".join(hashlib.sha256(p).digest() for p in parts)).digest()


def _arrays(data: Interactions) -> dict[str, np.ndarray]:
    """Return the parts of a dataset under names such as ``item_table//title``."""
    arrays = {name: getattr(data, name) for name in COLUMNS}
    if data.heldout is not None:
        arrays |= {f"heldout/{name}": getattr(data.heldout, name) for name in HELD_OUT}
    tables = {f"truth/{name}": table for name, table in (data.truth or {}).items()}
    for name, table in {"item_table": data.item_table, **tables}.items():
        for column in table:
            arrays[f"{name}//{column}"] = _packed(table[column])
    return {name: values for name, values in arrays.items() if values is not None}


def _interactions(arrays: dict[str, np.ndarray], **about: str | bool) -> Interactions:
    """Put together again what `_arrays` took apart."""
    tables: dict[str, dict[str, np.ndarray | pd.Series]] = {}
    for name in [name for name in arrays if "//" in name]:
        table, _, column = name.partition("//")
        tables.setdefault(table, {})[column] = _unpacked(arrays.pop(name))
    frames = {name: pd.DataFrame(columns) for name, columns in tables.items()}
    item_table = frames.pop("item_table")
    truth = {name.removeprefix("truth/"): frame for name, frame in frames.items()}
    heldout = [arrays.pop(f"heldout/{name}", None) for name in HELD_OUT]
    return Interactions(
        **arrays,
        item_table=item_table,
        heldout=None if heldout[0] is None else HeldOut(*heldout),
        truth=truth or None,
        **about,
    )


def _packed(column: pd.Series) -> np.ndarray:
    """Return a column of numbers itself, and any other as the bytes of a JSON text."""
    if column.dtype in (np.int64, np.float64):
        return column.to_numpy()
    values = [None if value is pd.NA else value for value in column.tolist()]
    text = json.dumps([str(column.dtype), values])
    return np.frombuffer(text.encode(), dtype=np.uint8)


def _unpacked(values: np.ndarray) -> np.ndarray | pd.Series:
    if values.dtype != np.uint8:
        return values
    dtype, values = json.loads(values.tobytes())
    return pd.Series(values, dtype=dtype)


def _write(place: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write to a temporary file beside the place, and move it there."""
    handle, name = tempfile.mkstemp(dir=place.parent, suffix=".part")
    try:
        with open(handle, "wb") as part:
            np.savez(part, **arrays)
        os.replace(name, place)
    finally:
        Path(name).unlink(missing_ok=True)


def _tidy(folder: Path) -> None:
    """Leave the newest files, and no part of one that a killed process left behind."""
    newest = sorted(folder.glob("*.npz"), key=_written, reverse=True)
    parts = [p for p in folder.glob("*.part") if time.time() - _written(p) > DAY]
    for path in [*newest[KEPT:], *parts]:
        path.unlink(missing_ok=True)


def _written(path: Path) -> float:
    return path.stat().st_mtime
