"""Finds a dataset's files: the folder named by RECNB_DATA, the cache, a download."""

from __future__ import annotations

import os
from pathlib import Path

import pooch

from recnb.data.catalogue import Dataset, Remote, lookup
from recnb.data.errors import CorruptDatasetError, DatasetUnavailableError
from recnb.data.fetch import DownloadError, fetch, matches
from recnb.data.files import Files

BUNDLED = Path(__file__).parents[2] / "data" / "simulated.zip"


def named_folder() -> Path | None:
    """Return the folder that RECNB_DATA names, or None if it is not set."""
    name = os.environ.get("RECNB_DATA")
    return Path(name).expanduser() if name else None


def cache_folder() -> Path:
    """Return the folder where downloads are kept; RECNB_CACHE overrides it."""
    return Path(os.environ.get("RECNB_CACHE") or pooch.os_cache("recnb")).expanduser()


def offline() -> bool:
    """Tell whether RECNB_OFFLINE forbids downloads."""
    return os.environ.get("RECNB_OFFLINE", "") not in ("", "0")


def find_files(dataset: Dataset) -> Files:
    """Find the files of a dataset, downloading them if need be.

    Raises
    ------
    DatasetUnavailableError
        If it is in none of the three places. The first line of the message says why
        and holds no path; the others name the ways to get it.
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
    archive = folder / f"{dataset.folder}.zip"
    if dataset.is_archive and archive.is_file():
        return Files(archive, dataset.members, where, _remedy(dataset, where))
    places = [folder / dataset.folder]
    # The names inside an archive ("ratings.csv") do not tell which dataset they are.
    if not dataset.is_archive or folder.name == dataset.folder:
        places.append(folder)
    for place in places:
        if all((place / member).is_file() for member in dataset.members):
            return Files(place, dataset.members, where, _remedy(dataset, where))
    return None


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
    lines = [f"{dataset.title} could not be had here ({error.reason}).", error.detail]
    if named_folder():
        lines.append(f"RECNB_DATA is set to {named_folder()}, but it holds no {names}.")
    lines += [
        "Three ways to get it:",
        f"1. set RECNB_DATA to a folder that holds {names}{unpacked};",
        f"2. get {names} by hand from {dataset.page} and put it into {folder};",
        "3. connect to the network, unset RECNB_OFFLINE if it is set, and run: "
        f"python -m recnb data get {dataset.name}",
    ]
    return DatasetUnavailableError("\n".join(line for line in lines if line))
