"""Finds a dataset's files: the folder named by RECNB_DATA, the cache, a download."""

from __future__ import annotations

import difflib
import os
from pathlib import Path

import pooch

from recnb.data.catalogue import Dataset, Remote, lookup
from recnb.data.errors import CorruptDatasetError, DatasetUnavailableError
from recnb.data.fetch import DownloadError, fetch, matches
from recnb.data.files import Files, some_of

BUNDLED = Path(__file__).parents[2] / "data" / "simulated.zip"


def named_folder() -> Path | None:
    """Return what RECNB_DATA names, a folder or an archive; None if it is not set."""
    return _path_setting("RECNB_DATA")


def cache_folder() -> Path:
    """Return the folder where downloads are kept; RECNB_CACHE overrides it."""
    return _path_setting("RECNB_CACHE") or Path(pooch.os_cache("recnb"))


def _typed(name: str) -> str:
    r"""Return an environment variable without quotes and blanks around it.

    Windows' ``set NAME="C:\data"`` and .env files leave quotes in the value.
    """
    typed = os.environ.get(name, "").strip()
    if len(typed) > 1 and typed[0] == typed[-1] and typed[0] in "\"'":
        typed = typed[1:-1].strip()
    return typed


def _path_setting(name: str) -> Path | None:
    """Return the path that an environment variable names, None if it is not set."""
    typed = _typed(name)
    return Path(os.path.expanduser(typed)) if typed else None


def offline() -> bool:
    """Tell whether RECNB_OFFLINE forbids downloads."""
    return os.environ.get("RECNB_OFFLINE", "") not in ("", "0")


def find_files(dataset: Dataset) -> Files:
    """Find the files of a dataset, downloading them if need be.

    Raises
    ------
    DatasetUnavailableError
        If it is in none of the three places. The message says why, and what is wrong
        with RECNB_DATA, and names the ways to get it.
    CorruptDatasetError
        If the cache holds a damaged file that could not be replaced.
    """
    local = find_locally(dataset)
    damaged = _damaged(dataset, local)
    if local and not damaged:
        return local
    try:
        _download(dataset)
    except DownloadError as error:
        if damaged:
            raise CorruptDatasetError(
                f"{dataset.title}: wrong checksum of "
                f"{', '.join(map(str, damaged.values()))}, and a fresh copy could not "
                f"be downloaded ({error.reason}). Delete what is named here and load "
                "again with a network and without RECNB_OFFLINE."
            ) from error
        raise _unavailable(dataset, error) from error
    return _found_in(cache_folder(), dataset, "cache")


def find_locally(dataset: Dataset) -> Files | None:
    """Find the files without downloading: bundled, named folder, cache, or None.

    Raises
    ------
    DatasetUnavailableError
        If the bundled dataset is not there.
    """
    if dataset.is_bundled:
        return _bundled(dataset)
    folder = named_folder()
    named = _found_in(folder, dataset, "named folder") if folder else None
    return named or _found_in(cache_folder(), dataset, "cache")


def describe_source(dataset: Dataset, files: Files) -> str:
    """Say in words, without a path, where files came from and whether they are genuine.

    Parameters
    ----------
    dataset : Dataset
    files : Files
        As `find_files` returned them.
    """
    if dataset.is_bundled:
        return "bundled with the course"
    known = [matches(remote, path) for remote, path in _on_disk(dataset, files).items()]
    noun = "archive" if dataset.is_archive else "files"
    verdict = f"the official {noun}"
    if False in known:
        verdict = f"differs from the official {noun}"
    elif None in known or not known:
        verdict = "no checksum to compare with"
    place = {
        "named folder": "folder named by RECNB_DATA",
        "cache": "cache on this machine",
    }[files.where]
    return f"{place} ({verdict})"


def status(name: str) -> str:
    """Say whether a dataset is here, where, and how big its files are.

    Returns
    -------
    str
        For example ``"cache, 5.9 MB"``, ``"bundled, 1.2 MB"`` or ``"not here"``.

    Raises
    ------
    UnknownDatasetError
        If no dataset has this name.
    """
    dataset = lookup(name)
    try:
        files = find_locally(dataset)
    except DatasetUnavailableError:
        return "not here"
    if files is None:
        return "not here"
    paths = [files.path]
    if files.path.is_dir():
        paths = [files.path / member for member in files.members]
    return f"{files.where}, {sum(path.stat().st_size for path in paths) / 1e6:.1f} MB"


def get(name: str) -> str:
    """Make a dataset available, downloading it unless it is here; return its status.

    Raises
    ------
    UnknownDatasetError, DatasetUnavailableError, CorruptDatasetError
        As `recnb.load` does.
    """
    find_files(lookup(name))
    return status(name)


def _found_in(folder: Path, dataset: Dataset, where: str) -> Files | None:
    """Look for the archive, or else for the unpacked files."""
    name = dataset.folder
    places = [
        folder / f"{name}.zip",
        folder / name,
        folder / name / name,  # an archive unpacked into a folder of its name
        folder / name / f"{name}.zip",
        folder,  # or the archive itself
    ]
    for place in places:
        if _is_whole(place, dataset):
            return Files(place, dataset.members, where, _remedy(dataset, where))
    return None


def _is_whole(place: Path, dataset: Dataset) -> bool:
    """Tell whether this is the dataset's archive, or a folder with all its files."""
    if os.path.isfile(place):
        return dataset.is_archive and place.name.lower() == f"{dataset.folder}.zip"
    return _may_be(place, dataset) and not _missing(place, dataset)


def _may_be(folder: Path, dataset: Dataset) -> bool:
    # The names inside an archive ("ratings.csv") do not tell which dataset they are.
    return folder.name == dataset.folder or not dataset.is_archive


def _missing(folder: Path, dataset: Dataset) -> list[str]:
    """Return the names of the dataset's files that are not in a folder."""
    return [name for name in dataset.members if not os.path.isfile(folder / name)]


def _remedy(dataset: Dataset, where: str) -> str:
    if where == "cache":
        return "Delete it and load again: it will be downloaded afresh"
    return f"Replace it with a fresh copy from {dataset.page}, or unset RECNB_DATA"


def _bundled(dataset: Dataset) -> Files:
    if not BUNDLED.is_file():
        raise DatasetUnavailableError(
            "The bundled simulated dataset is not beside this installation of recnb.\n"
            "It comes with the repository: clone it and install from there with "
            "pip install -e ."
        )
    remedy = "Restore it: git checkout -- data/simulated.zip"
    return Files(BUNDLED, dataset.members, "bundled", remedy)


def _targets(dataset: Dataset) -> dict[Remote, Path]:
    """Return where in the cache each file of the official home belongs."""
    folder = cache_folder()
    if not dataset.is_archive:
        folder = folder / dataset.folder
    return {remote: folder / remote.filename for remote in dataset.files}


def _on_disk(dataset: Dataset, files: Files) -> dict[Remote, Path]:
    """Return the files that can be compared with the official ones."""
    if files.path.is_file():
        return {dataset.files[0]: files.path}
    if dataset.is_archive:
        return {}
    return {remote: files.path / remote.filename for remote in dataset.files}


def _damaged(dataset: Dataset, files: Files | None) -> dict[Remote, Path]:
    """Return the cached files with a wrong checksum; a named folder is its owner's."""
    if files is None or files.where != "cache":
        return {}
    on_disk = _on_disk(dataset, files)
    return {r: path for r, path in on_disk.items() if matches(r, path) is False}


def _download(dataset: Dataset) -> None:
    """Download what is missing in the cache, or has a wrong checksum there."""
    if offline():
        raise DownloadError("RECNB_OFFLINE is set")
    wanted = {
        remote: path
        for remote, path in _targets(dataset).items()
        if not path.is_file() or matches(remote, path) is False
    }
    fetch(dataset, wanted)


def _unavailable(dataset: Dataset, error: DownloadError) -> DatasetUnavailableError:
    """Write the message that names the ways to get a dataset."""
    names = ", ".join(remote.filename for remote in dataset.files)
    unpacked = " (or its files unpacked)" if dataset.is_archive else ""
    folder = next(iter(_targets(dataset).values())).parent
    why = [
        f"{dataset.title} could not be had here ({error.reason}).",
        _about_named_folder(dataset, names),
    ]
    notice = "\n".join(filter(None, why))
    lines = [
        notice,
        error.detail,
        "Three ways to get it:",
        f"1. set RECNB_DATA to a folder that holds {names}{unpacked};",
        f"2. get {names} by hand from {dataset.page} and put it into {folder};",
        "3. connect to the network, unset RECNB_OFFLINE if it is set, and run: "
        f"python -m recnb data get {dataset.name}",
    ]
    return DatasetUnavailableError("\n".join(filter(None, lines)), notice)


def _about_named_folder(dataset: Dataset, names: str) -> str:
    """Say why what RECNB_DATA names does not help; nothing if it is not set."""
    folder, typed = named_folder(), _typed("RECNB_DATA")
    if folder is None:
        return ""
    if not os.path.exists(folder):
        return f"RECNB_DATA names no existing folder: {typed}.{_near(folder)}"
    if not os.path.isdir(folder):
        return (
            f"RECNB_DATA is set to {typed}, which is a file: name the folder that "
            f"holds {names}."
        )
    try:
        content = some_of(os.listdir(folder))
    except OSError as error:
        return f"RECNB_DATA is set to {typed}, which cannot be read: {error.strerror}."
    for inner in (folder / dataset.folder, folder):
        missing = _missing(inner, dataset)
        if _may_be(inner, dataset) and len(missing) < len(dataset.members):
            return (
                f"RECNB_DATA is set to {typed}, but in its folder {inner.name} there "
                f"is no {' and no '.join(missing)}."
            )
    held = f"only {content}" if content else "it is empty"
    return f"RECNB_DATA is set to {typed}, but it holds no {names}, {held}."


def _near(folder: Path) -> str:
    """Ask whether a name beside the part that does not exist was meant."""
    there = next((each for each in folder.parents if os.path.exists(each)), None)
    if there is None:  # not even the drive
        return ""
    name = folder.relative_to(there).parts[0]
    try:
        near = difflib.get_close_matches(name, os.listdir(there), n=1)
    except OSError:
        return ""
    return f" Did you mean {near[0]!r} in place of {name!r}?" if near else ""
