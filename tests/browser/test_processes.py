"""What a process starts ends with it, and a half-written address is none."""

import sys
from pathlib import Path

import pytest
from processes import address, running
from waiting import until

WRAPPER = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
child.wait()
"""


def is_running(pid: int) -> bool:
    """Tell whether a process is there and no zombie."""
    status = Path(f"/proc/{pid}/stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").is_file(), reason="there is no /proc")
def test_what_a_process_has_started_ends_with_it(tmp_path):
    log = tmp_path / "log.txt"
    with running([sys.executable, "-c", WRAPPER], log) as alive:
        until(lambda: alive() and log.read_text().endswith("\n"), "it did not start")
        child = int(log.read_text())
        assert is_running(child)
    until(lambda: not is_running(child), "its child went on")


def test_a_process_that_has_ended_is_told_with_its_log(tmp_path):
    command = [sys.executable, "-c", "print('no port is free')"]
    with (
        pytest.raises(pytest.fail.Exception, match="no port is free"),
        running(command, tmp_path / "log.txt") as alive,
    ):
        until(lambda: not alive(), "it did not end")


def test_an_address_is_none_until_all_of_it_is_written(tmp_path):
    assert address(tmp_path) == ""
    file = tmp_path / "runtime" / "jpserver-7.json"
    file.parent.mkdir()
    for part in ("", '{"port": 80', '{"port": 8123}\n'):
        file.write_text(part)
        whole = part.endswith("}\n")
        assert address(tmp_path) == ("http://127.0.0.1:8123" if whole else "")
