"""Opens the files of one dataset, whether they lie in a zip archive or in a folder."""

from __future__ import annotations

import fnmatch
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

from recnb.data.errors import CorruptDatasetError


@dataclass(frozen=True)
class Files:
    """The files of one dataset.

    Parameters
    ----------
    path : Path
        A zip archive or a folder.
    members : tuple of str
        The names of the files that the parser reads.
    where : str
        Where the files were found, in words that may be printed in a notebook.
    remedy : str
        What to do if a file turns out to be damaged.
    """

    path: Path
    members: tuple[str, ...]
    where: str
    remedy: str

    @contextmanager
    def open(self, member: str) -> Iterator[BinaryIO]:
        """Open one member for reading bytes.

        Raises
        ------
        CorruptDatasetError
            If the member is missing, or the archive truncated or damaged.
        """
        if self.path.is_dir():
            with (self.path / member).open("rb") as handle:
                yield handle
            return
        try:
            with (
                ZipFile(self.path) as archive,
                archive.open(self._entry(archive, member)) as handle,
            ):
                yield handle
        except (BadZipFile, zlib.error, EOFError) as error:
            raise self.corrupt(member, "the archive is truncated or damaged") from error

    def matching(self, pattern: str) -> list[str]:
        """Return the names of the members that match a pattern such as ``*.csv``."""
        if self.path.is_dir():
            names = [path.name for path in self.path.iterdir()]
        else:
            with ZipFile(self.path) as archive:
                names = [name.rpartition("/")[2] for name in archive.namelist()]
        return sorted(fnmatch.filter(names, pattern))

    def corrupt(
        self, member: str, problem: str, line: int | None = None
    ) -> CorruptDatasetError:
        """Return an error that names the file, the line, the problem and the remedy."""
        place = f"{self.path}, {member}" if member else f"{self.path}"
        place += f", line {line}" if line else ""
        return CorruptDatasetError(f"{place}: {problem}. {self.remedy}")

    def _entry(self, archive: ZipFile, member: str) -> str:
        for name in (f"{self.path.stem}/{member}", member):
            if name in archive.namelist():
                return name
        raise self.corrupt(member, "the archive does not hold this file")
