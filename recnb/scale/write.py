"""Writes a folder of Parquet parts, block by block, each in one move.

However many users there are, only one block is in memory at a time. A part is there
whole or not at all, and the manifest is written last: a run that was interrupted goes
on with the parts that are missing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np

from recnb.data.errors import CorruptDatasetError, DataError
from recnb.data.interactions import Interactions
from recnb.ground.progress import Progress
from recnb.scale.extra import need
from recnb.scale.parts import MANIFEST, PLAN, REMEDY, Parts, open_parts, part_name

#: The columns of a block: ``user`` and ``item``, and ``rating`` if there are any.
Block = Mapping[str, np.ndarray]
USERS_PER_PART = 10_000


class DiskError(DataError, OSError):
    """A file could not be written; the message says which, and what to do."""


@dataclass(frozen=True)
class Plan:
    """What a folder shall hold.

    Parameters
    ----------
    name : str
        Of the dataset.
    n_users, n_items : int
    users_per_part : int
    is_simulated : bool
    made_of : str
        Tells these rows from any others, such as their checksum: a folder that was
        begun with other rows is not gone on with.
    """

    name: str
    n_users: int
    n_items: int
    users_per_part: int
    is_simulated: bool
    made_of: str

    @property
    def n_parts(self) -> int:
        """Number of parts, the last of which may have fewer users."""
        return -(-self.n_users // self.users_per_part)


def write_parts(
    interactions: Interactions,
    folder: str | Path,
    users_per_part: int = USERS_PER_PART,
) -> Parts:
    """Write interactions that are in memory as a folder of parts.

    Parameters
    ----------
    interactions : Interactions
        Ratings are written, if there are any; times are not.
    folder : path
        A new one, or one that an interrupted call has begun.
    users_per_part : int
        A task reads a part as a whole: fewer users need less memory.

    Returns
    -------
    Parts

    Raises
    ------
    ValueError
        If users_per_part is not a whole number from 1 up.
    DataError
        If the folder holds something else.
    DiskError
        If a part cannot be written, for example because the disk is full.
    """
    if not isinstance(users_per_part, int) or users_per_part < 1:
        raise ValueError(
            f"users_per_part must be a whole number from 1 up, not {users_per_part!r}."
        )
    order = np.lexsort((interactions.items, interactions.users))
    columns = {
        "user": interactions.users[order].astype(np.int64),
        "item": interactions.items[order].astype(np.int32),
    }
    if interactions.ratings is not None:
        columns["rating"] = interactions.ratings[order].astype(np.float32)
    plan = Plan(
        name=interactions.name,
        n_users=interactions.n_users,
        n_items=interactions.n_items,
        users_per_part=users_per_part,
        is_simulated=interactions.is_simulated,
        made_of=_digest(columns),
    )
    starts = np.arange(plan.n_parts + 1) * users_per_part
    ends = np.searchsorted(columns["user"], starts)

    def block(number: int) -> Block:
        rows = slice(ends[number], ends[number + 1])
        return {name: values[rows] for name, values in columns.items()}

    missing = begin(folder, plan)
    with Progress(f"writing {plan.name}", len(missing)) as progress:
        for number in missing:
            write_part(block, number, folder)
            progress.step()
    return finish(folder, plan)


def begin(folder: str | Path, plan: Plan) -> list[int]:
    """Make a folder ready for a plan; return the numbers of the parts still to write.

    Raises
    ------
    DataError
        If the folder holds something else.
    DiskError
        If the folder cannot be made or written to.
    """
    folder = Path(folder)
    with _disk_in_words(folder, "Name a folder that can be written to, and call again"):
        folder.mkdir(parents=True, exist_ok=True)
    written = folder / PLAN
    if written.is_file():
        if written.read_text(encoding="utf-8") != _as_json(asdict(plan)):
            raise DataError(
                f"{folder} holds other rows than these, or parts of another size: take "
                "another folder, or remove this one."
            )
    elif any(folder.iterdir()):
        raise DataError(f"{folder} is not empty: take another folder for the parts.")
    else:
        with _disk_in_words(written, "Make room, and call again"):
            _in_one_move(written, lambda part: part.write_text(_as_json(asdict(plan))))
    for left_behind in folder.glob("*.part"):  # by a process that was ended
        left_behind.unlink(missing_ok=True)
    numbers = range(plan.n_parts)
    return [k for k in numbers if not (folder / part_name(k)).is_file()]


def write_part(block: Callable[[int], Block], number: int, folder: str | Path) -> None:
    """Write one part, whole or not at all.

    Parameters
    ----------
    block : function of the part's number
        Returns its rows, sorted by user and item.
    number : int
    folder : path

    Raises
    ------
    DiskError
        If it cannot be written.
    """
    arrow, parquet = need("pyarrow"), need("pyarrow.parquet")
    table = arrow.table(dict(block(number)))
    path = Path(folder) / part_name(number)
    remedy = (
        "The parts that are there are whole. This one takes about "
        f"{table.nbytes / 2**20:.1f} MiB: make room, and call again; it goes on from "
        "there"
    )
    with _disk_in_words(path, remedy):
        _in_one_move(
            path,
            lambda part: parquet.write_table(
                table,
                part,
                # Sorted codes are small differences: a fifth of their size, read at
                # the same speed.
                use_dictionary=False,
                column_encoding=dict.fromkeys(("user", "item"), "DELTA_BINARY_PACKED"),
                write_page_checksum=True,
            ),
        )


def finish(folder: str | Path, plan: Plan) -> Parts:
    """Write the manifest of a folder whose parts are all there, and open it.

    Raises
    ------
    CorruptDatasetError
        If a part that was there before is damaged.
    DiskError
        If the manifest cannot be written.
    """
    folder = Path(folder)
    paths = [folder / part_name(k) for k in range(plan.n_parts)]
    sizes = [{"rows": _n_rows(path), "bytes": path.stat().st_size} for path in paths]
    text = _as_json({"plan": asdict(plan), "parts": sizes})
    with _disk_in_words(
        folder / MANIFEST, "All parts are there: make room, and call again"
    ):
        _in_one_move(folder / MANIFEST, lambda part: part.write_text(text))
    return open_parts(folder)


def _n_rows(path: Path) -> int:
    """Return how many rows a part says it has."""
    try:
        return need("pyarrow.parquet").read_metadata(path).num_rows
    except (need("pyarrow").ArrowException, OSError) as error:
        raise CorruptDatasetError(f"{path} is damaged ({error}). {REMEDY}.") from error


@contextmanager
def _disk_in_words(path: Path, remedy: str) -> Iterator[None]:
    """Turn what the disk refuses into a DiskError that names the file and a remedy."""
    try:
        yield
    except OSError as error:
        raise DiskError(f"{path} could not be written ({error}). {remedy}.") from error


def _in_one_move(path: Path, write: Callable[[Path], object]) -> None:
    """Write to a file beside the path, and move it there when it is whole."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        write(part)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _as_json(content: object) -> str:
    return json.dumps(content, indent=1)


def _digest(columns: Block) -> str:
    digest = sha256()
    for name, values in columns.items():
        digest.update(name.encode() + values.tobytes())
    return digest.hexdigest()
