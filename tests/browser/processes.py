"""Start a process and wait for its answer; end it with all that it has started."""

import json
import os
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from waiting import SECONDS


@contextmanager
def running(
    command: list[str], log: Path, env: dict[str, str] | None = None
) -> Iterator[Callable[[], bool]]:
    """Run a process; yield a function that fails, with the log, once it has ended.

    What the process has started ends with it: Playwright's command is a wrapper, and
    outlived by Chromium if only the wrapper is told to end.
    """
    with open(log, "w") as out:
        process = subprocess.Popen(
            command, env=env, stdout=out, stderr=out, start_new_session=True
        )

    def alive():
        if process.poll() is not None:
            pytest.fail(f"{' '.join(command[:4])} has ended:\n{log.read_text()}")
        return True

    try:
        yield alive
    finally:
        end(process)
        process.wait(timeout=SECONDS)


def end(process: subprocess.Popen) -> None:
    """Tell a process, and what it has started, to end."""
    if not hasattr(os, "killpg"):  # Windows
        process.terminate()
        return
    with suppress(ProcessLookupError):  # all of them have ended
        os.killpg(process.pid, signal.SIGTERM)


def address(home: Path) -> str:
    """Return where JupyterLab listens, from the file that it writes; or nothing."""
    for file in (home / "runtime").glob("jpserver-*.json"):
        text = file.read_text()
        if text.rstrip().endswith("}"):  # else it is being written
            return f"http://127.0.0.1:{json.loads(text)['port']}"
    return ""


def answers(home: Path) -> bool:
    with socket.socket() as probe:
        port = urlsplit(address(home)).port
        return bool(port) and probe.connect_ex(("127.0.0.1", port)) == 0
