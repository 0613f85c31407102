"""An environment for each peer, in the user's cache: made once, whole or not at all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp

from recnb.data.locate import cache_folder, offline
from recnb.peers.catalogue import Peer

#: Lines of a failed program's words that an error repeats.
LAST_LINES = 8


class PeerError(RuntimeError):
    """A peer could not be installed or asked; the message says why and what to do."""


def folder_of(peer: Peer) -> Path:
    """Return where the peer's environment is, or will be.

    Other versions, or another Python, have another folder.
    """
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    key = sha256("\n".join([python, *peer.requirements]).encode()).hexdigest()[:8]
    return cache_folder() / "peers" / f"{peer.name}-{key}"


def python_in(folder: Path) -> Path:
    """Return the interpreter of an environment."""
    windows = sys.platform == "win32"
    return folder / ("Scripts/python.exe" if windows else "bin/python")


def python_of(peer: Peer) -> Path:
    """Return the interpreter that has the peer; make its environment if need be.

    Raises
    ------
    PeerError
        If it cannot be made here. Then nothing of it stays.
    """
    folder = folder_of(peer)
    if not folder.exists():
        make(peer, folder)
    return python_in(folder)


def make(peer: Peer, folder: Path) -> None:
    """Install a peer beside the place where it shall be, and move it there at the end.

    Raises
    ------
    PeerError
        If downloads are forbidden, or the installation fails.
    """
    if offline():
        raise PeerError(
            f"{peer.name} is not installed yet, and RECNB_OFFLINE forbids downloads. "
            "Unset it for this command."
        )
    print(f"Installing {', '.join(peer.requirements)} into {folder} ...", flush=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = Path(mkdtemp(prefix=f"{folder.name}.part", dir=folder.parent))
    try:
        run_or_complain(
            [sys.executable, "-m", "venv", str(part)], f"{peer.name}: no environment"
        )
        pip = [str(python_in(part)), "-m", "pip", "install", "-q"]
        run_or_complain(
            [*pip, "--disable-pip-version-check", *peer.requirements],
            f"{peer.name} could not be installed: it needs a network to the package "
            f"index, and a Python that these versions have (this is "
            f"{sys.version_info.major}.{sys.version_info.minor}; all have 3.11)",
        )
        os.replace(part, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def run_or_complain(
    command: list[str],
    what: str,
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
) -> None:
    """Run a program silently.

    Raises
    ------
    PeerError
        If it cannot be started or fails: `what`, and its last words.
    """
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        raise PeerError(f"{what}: {error}") from error
    if done.returncode:
        last = "\n".join(done.stdout.strip().splitlines()[-LAST_LINES:])
        raise PeerError(
            f"{what} (exit code {done.returncode}). Its last words:\n{last}"
        )
