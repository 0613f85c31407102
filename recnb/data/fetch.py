"""Downloads a dataset's files into the cache: all of a file, checked, or nothing."""

from __future__ import annotations

import os
import tempfile
import textwrap
import time
from pathlib import Path
from urllib.parse import urlsplit

import pooch
import requests

from recnb.data.catalogue import GROUPLENS, Dataset, Remote

TRIES = 3
PAUSE = 1.0  # seconds before the second try; longer before each further one
TIMEOUT = (5, 30)  # seconds to connect, and between two pieces of the answer


class DownloadError(Exception):
    """A download failed: why, in a few words, and what else there is to say.

    Parameters
    ----------
    reason : str
        A few words without any path, fit to be printed in a notebook.
    detail : str
        A sentence for the reader who wants to mend it.
    """

    def __init__(self, reason: str, detail: str = ""):
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


def fetch(dataset: Dataset, targets: dict[Remote, Path]) -> None:
    """Download files, with the licence printed before and a progress bar.

    Parameters
    ----------
    dataset : Dataset
    targets : dict from Remote to Path
        What to download, and where to put it. What stands there is replaced only by
        a file that is complete and has the right checksum.

    Raises
    ------
    DownloadError
        If a file could not be had or stored.
    """
    hosts = sorted({urlsplit(remote.url).hostname or "" for remote in targets})
    notice = f"Downloading {dataset.title} from {', '.join(hosts)}. {dataset.licence}"
    print(textwrap.fill(notice, 78), flush=True)
    for remote, target in targets.items():
        _fetch_file(remote, target)


def matches(remote: Remote, path: Path) -> bool | None:
    """Tell whether a file has the official checksum; None if none is known."""
    if remote.checksum is None:
        return None
    algorithm, _, digest = remote.checksum.partition(":")
    return pooch.file_hash(str(path), alg=algorithm) == digest


def _fetch_file(remote: Remote, target: Path) -> None:
    """Download one file, trying again where that may help."""
    for attempt in range(1, TRIES + 1):
        try:
            _download(remote, target)
            return
        except requests.RequestException as error:
            if attempt == TRIES or not _may_pass(error):
                raise _explained(error, remote) from error
            time.sleep(PAUSE * attempt)
        except OSError as error:
            raise DownloadError(
                "the cache cannot be written",
                f"{target.parent}: {error.strerror or error}. Set RECNB_CACHE to a "
                "folder that you can write to and that has room.",
            ) from error


def _download(remote: Remote, target: Path) -> None:
    """Download to a temporary file beside the target, check it, and move it there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f"{target.name}.part-")
    os.close(handle)
    part = Path(name)
    try:
        get = pooch.HTTPDownloader(progressbar=True, chunk_size=2**16, timeout=TIMEOUT)
        get(remote.url, str(part), None)
        if matches(remote, part) is False:
            raise DownloadError(
                "what came is not the official file",
                f"{remote.url} answered with something whose checksum is not "
                f"{remote.checksum}; perhaps a network's login page. It was thrown "
                "away; try again on another network.",
            )
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)


def _may_pass(error: requests.RequestException) -> bool:
    """Tell whether to try again: a busy server, or an answer that broke off."""
    if isinstance(error, requests.HTTPError):
        return error.response.status_code >= 500
    return not isinstance(error, requests.ConnectionError)


def _explained(error: requests.RequestException, remote: Remote) -> DownloadError:
    """Say in words what went wrong, and whose fault it is."""
    host = urlsplit(remote.url).hostname
    advice = f"Try again later, or get {remote.filename} by hand."
    if remote.url.startswith(GROUPLENS):
        advice = (
            "GroupLens's certificate or server has failed before (June 2024, August "
            "2025, August 2026), for days. Until it is mended, take the manual way: "
            f"any copy of {remote.filename} with checksum {remote.checksum} will do."
        )
    if isinstance(error, requests.exceptions.SSLError):
        return DownloadError(f"the certificate of {host} was not accepted", advice)
    if isinstance(error, requests.HTTPError):
        status = error.response.status_code
        return DownloadError(f"the server {host} answered {status}", advice)
    if isinstance(error, requests.ConnectionError):
        return DownloadError("no network", f"{host} could not be reached.")
    return DownloadError(f"the answer of {host} broke off", advice)
