"""Interactions as a folder of Parquet parts, each with the rows of a block of users.

    interactions/
        plan.json            what is to be written; the first file to be there
        part-00000.parquet   users 0 ... 9,999
        part-00001.parquet   users 10,000 ... 19,999
        ...
        manifest.json        the number of rows and bytes of each part; the last file

A part has the columns ``user`` and ``item`` (codes from 0) and may have ``rating``. Its
rows are sorted by user and item, and no pair is there twice. It stands by itself: a
task on another machine needs the part and nothing else. Each page of a part has a
checksum, which is verified when it is read: pyarrow does neither unless it is told to.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy import sparse

from recnb.data.errors import CorruptDatasetError, DataError
from recnb.scale.extra import need

PLAN, MANIFEST = "plan.json", "manifest.json"
REMEDY = (
    "Remove this part and write the folder again, with the same call: parts that are "
    "there are kept"
)


def part_name(number: int) -> str:
    """Return the name of a part's file."""
    return f"part-{number:05d}.parquet"


@dataclass(frozen=True)
class Part:
    """One file: the interactions of a block of users.

    Parameters
    ----------
    path : Path
    number : int
        Its place in the folder, from 0.
    first_user, n_users : int
        The users of the block, those without an interaction included.
    n_items : int
        Size of the catalogue.
    n_rows, n_bytes : int
        Interactions, and size of the file.
    """

    path: Path
    number: int
    first_user: int
    n_users: int
    n_items: int
    n_rows: int
    n_bytes: int

    def read(self, ratings: bool = False) -> sparse.csr_array:
        """Return the block's users x items matrix.

        Parameters
        ----------
        ratings : bool
            The ratings instead of ones.

        Returns
        -------
        csr_array of shape (n_users, n_items), float32

        Raises
        ------
        CorruptDatasetError
            If the file is missing, damaged, lacks a column, or holds rows that are not
            of this block. The message names the part and says what to do.
        """
        names = ("user", "item", "rating") if ratings else ("user", "item")
        users, items, *values = self._columns(names)
        users = users - self.first_user
        self._check(users, items)
        ends = np.cumsum(np.bincount(users, minlength=self.n_users))
        data = values[0] if ratings else np.ones(len(items))
        return sparse.csr_array(
            (data.astype(np.float32), items.astype(np.int32), np.append(0, ends)),
            shape=(self.n_users, self.n_items),
        )

    def _columns(self, names: tuple[str, ...]) -> list[np.ndarray]:
        parquet, arrow = need("pyarrow.parquet"), need("pyarrow")
        if not self.path.is_file():
            raise self._corrupt("is missing")
        try:
            with parquet.ParquetFile(
                self.path, page_checksum_verification=True
            ) as file:
                missing = set(names) - set(file.schema_arrow.names)
                if missing:
                    raise self._corrupt(f"has no column {min(missing)!r}")
                table = file.read(list(names), use_threads=False)
        except (arrow.ArrowException, OSError) as error:
            raise self._corrupt(f"is damaged ({error})") from error
        if any(table[name].null_count for name in names):
            raise self._corrupt("has a row with a missing value")
        return [table[name].to_numpy() for name in names]

    def _check(self, users: np.ndarray, items: np.ndarray) -> None:
        """Check the rows, whose users count from the block's first."""
        if users.dtype.kind != "i" or items.dtype.kind != "i":
            raise self._corrupt("has codes that are no whole numbers")
        if len(users) != self.n_rows:
            raise self._corrupt(f"has {len(users):,} rows, not {self.n_rows:,}")
        if not len(users):
            return
        if users.min() < 0 or users.max() >= self.n_users:
            raise self._corrupt("has users of another block")
        if items.min() < 0 or items.max() >= self.n_items:
            raise self._corrupt(f"has items that are not 0 ... {self.n_items - 1}")
        pairs = users.astype(np.int64) * self.n_items + items
        if (np.diff(pairs) <= 0).any():
            raise self._corrupt("is not sorted by user and item, or has a pair twice")

    def _corrupt(self, problem: str) -> CorruptDatasetError:
        return CorruptDatasetError(f"{self.path} {problem}. {REMEDY}.")


@dataclass(frozen=True)
class Parts:
    """A folder of parts, or some of its parts: ``parts[:-2]`` leaves out two.

    Parameters
    ----------
    folder : Path
    name : str
        Of the dataset.
    n_items : int
        Size of the catalogue.
    is_simulated : bool
        True if no real person stands behind the rows.
    parts : tuple of Part
    """

    folder: Path
    name: str
    n_items: int
    is_simulated: bool
    parts: tuple[Part, ...]

    def __len__(self) -> int:
        return len(self.parts)

    def __iter__(self) -> Iterator[Part]:
        return iter(self.parts)

    def __getitem__(self, which: int | slice) -> Part | Parts:
        chosen = self.parts[which]
        return replace(self, parts=chosen) if isinstance(which, slice) else chosen

    @property
    def n_users(self) -> int:
        """Number of users, those without an interaction included."""
        return sum(part.n_users for part in self)

    @property
    def n_interactions(self) -> int:
        """Number of rows of all parts."""
        return sum(part.n_rows for part in self)

    @property
    def n_bytes(self) -> int:
        """Size of all parts on disk."""
        return sum(part.n_bytes for part in self)

    def __repr__(self) -> str:
        simulated = " (simulated: no real person stands behind it)"
        return (
            f"{self.name}{simulated * self.is_simulated}: {self.n_users:,} users, "
            f"{self.n_items:,} items, {self.n_interactions:,} interactions; "
            f"parts: {len(self):,}, {self.n_bytes / 2**20:,.0f} MiB"
        )


def open_parts(folder: str | Path) -> Parts:
    """Open a folder that `write_parts` or `write_world` has written.

    The manifest is read, and the size of each file compared with it; what is inside is
    checked when a part is read.

    Parameters
    ----------
    folder : path
        On a cluster, one that all workers see under this name.

    Raises
    ------
    DataError
        If there is no such folder, or writing it was not finished.
    CorruptDatasetError
        If a part is missing or has another size, or the manifest cannot be read.
    """
    folder = Path(folder).absolute()
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        plan, sizes = manifest["plan"], manifest["parts"]
        if len(sizes) != -(-plan["n_users"] // plan["users_per_part"]):
            raise ValueError(f"it lists {len(sizes)} parts, which are not all")
        parts = tuple(
            Part(
                path=folder / part_name(k),
                number=k,
                first_user=k * plan["users_per_part"],
                n_users=min(
                    plan["users_per_part"],
                    plan["n_users"] - k * plan["users_per_part"],
                ),
                n_items=plan["n_items"],
                n_rows=size["rows"],
                n_bytes=size["bytes"],
            )
            for k, size in enumerate(sizes)
        )
        found = Parts(
            folder, plan["name"], plan["n_items"], plan["is_simulated"], parts
        )
    except FileNotFoundError:
        raise DataError(_not_written(folder)) from None
    except (ValueError, KeyError, TypeError) as error:
        raise CorruptDatasetError(
            f"{folder / MANIFEST} cannot be read ({error!r}). Remove it and write the "
            "folder again, with the same call: parts that are there are kept."
        ) from error
    for part in found:
        if not part.path.is_file():
            raise part._corrupt("is missing")
        if part.path.stat().st_size != part.n_bytes:
            raise part._corrupt(
                f"has {part.path.stat().st_size:,} bytes, not {part.n_bytes:,}"
            )
    return found


def _not_written(folder: Path) -> str:
    if not folder.is_dir():
        return f"There is no folder {folder}. Write it with recnb.scale.write_parts."
    if (folder / PLAN).is_file():
        n = len(list(folder.glob("part-*.parquet")))
        return (
            f"{folder} was not written to its end: {n:,} parts are there. Write it "
            "again, with the same call: it goes on from there."
        )
    return (
        f"{folder} has no {MANIFEST}, so it is no folder of parts. Write one with "
        "recnb.scale.write_parts, from Interactions."
    )
