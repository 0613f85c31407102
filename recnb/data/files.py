"""Opens the files of one dataset, whether they lie in a zip archive or in a folder."""

from __future__ import annotations

import codecs
import fnmatch
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

from recnb.data.errors import CorruptDatasetError

#: How many names a message lists.
LISTED = 4
UNREADABLE = "Python cannot unpack this archive: unpack it by hand into a folder"


def some_of(names: Iterable[str]) -> str:
    """Return a few names as a list in words, and how many more there are."""
    names = sorted(names)
    more = [f"{len(names) - LISTED:,} more"] if len(names) > LISTED else []
    return ", ".join([*names[:LISTED], *more])


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
        """Open one member for reading bytes, behind UTF-8's mark if it begins with it.

        Raises
        ------
        CorruptDatasetError
            If the member is missing or in UTF-16, or the archive is truncated, damaged,
            protected by a password, or packed in a way that Python cannot read.
        """
        if self.path.is_dir():
            with (self.path / member).open("rb") as handle:
                yield self._behind_mark(handle, member)
            return
        try:
            with (
                ZipFile(self.path) as archive,
                self._opened(archive, member) as handle,
            ):
                yield self._behind_mark(handle, member)
        except (BadZipFile, zlib.error, EOFError) as error:
            raise self.corrupt(member, "the archive is truncated or damaged") from error
        except NotImplementedError as error:
            raise self.corrupt(member, f"{UNREADABLE} ({error})") from error

    def matching(self, pattern: str) -> list[str]:
        """Return the names of the members that match a pattern such as ``*.csv``."""
        if self.path.is_dir():
            names = [path.name for path in self.path.iterdir()]
        else:
            with ZipFile(self.path) as archive:
                names = [path.rpartition("/")[2] for path in _paths(archive)]
        return sorted(fnmatch.filter(names, pattern))

    def corrupt(
        self, member: str, problem: str, line: int | None = None
    ) -> CorruptDatasetError:
        """Return an error that names the file, the line, the problem and the remedy."""
        place = f"{self.path}, {member}" if member else f"{self.path}"
        place += f", line {line}" if line else ""
        return CorruptDatasetError(f"{place}: {problem}. {self.remedy}")

    def _opened(self, archive: ZipFile, member: str) -> BinaryIO:
        try:
            return archive.open(self._entry(archive, member))
        except RuntimeError as error:  # a password, or an unknown way of packing
            problem = _with_content(f"{UNREADABLE} ({error})", archive)
            raise self.corrupt(member, problem) from error

    def _entry(self, archive: ZipFile, member: str) -> str:
        """Return the archive's own name of a member, in whatever folder it lies."""
        paths = _paths(archive)
        for path in (f"{self.path.stem}/{member}", member):
            if path in paths:
                return paths[path]
        same = [path for path in paths if _file_name(path) == member.lower()]
        if len(same) == 1:
            return paths[same[0]]
        problem = "the archive does not hold this file"
        if same:
            problem = "the archive holds this file more than once"
        elif any(_file_name(path).endswith(".zip") for path in paths):
            problem += ", but another archive, which has to be unpacked first"
        raise self.corrupt(member, _with_content(problem, archive))

    def _behind_mark(self, handle: BinaryIO, member: str) -> BinaryIO:
        start = handle.peek(3)[:3]
        if start == codecs.BOM_UTF8:
            handle.read(3)
        if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            raise self.corrupt(
                member, "the text is UTF-16: another program saved it again", 1
            )
        return handle


def _paths(archive: ZipFile) -> dict[str, str]:
    """Return the path of each file, with slashes, and the archive's own name of it."""
    paths = {name.replace("\\", "/"): name for name in archive.namelist()}
    return {
        path: name
        for path, name in paths.items()
        if not path.endswith("/") and not path.startswith("__MACOSX/")
    }


def _file_name(path: str) -> str:
    return path.rpartition("/")[2].lower()


def _with_content(problem: str, archive: ZipFile) -> str:
    return f"{problem}; it holds {some_of(_paths(archive)) or 'nothing'}"
