"""An environment is made once, whole or not at all; no test here needs a network."""

import subprocess

import pytest

from recnb.peers import environments
from recnb.peers.catalogue import Peer
from recnb.peers.environments import PeerError

PEER = Peer("newcomer", ("newcomer==1.0",), {"EASE": "EASE"})


@pytest.fixture
def programs(monkeypatch):
    """What would be run, and the exit code of each program by a word of its command."""
    ran, codes = [], {}

    def run(command, **how):
        ran.append(command)
        code = next((c for word, c in codes.items() if word in command), 0)
        return subprocess.CompletedProcess(command, code, "No matching distribution")

    monkeypatch.setattr(environments.subprocess, "run", run)
    return ran, codes


def test_made_once(programs):
    ran, _ = programs
    python = environments.python_of(PEER)
    assert python.is_relative_to(environments.folder_of(PEER))
    assert environments.folder_of(PEER).is_dir()
    assert "venv" in ran[0]
    assert ran[1][-1] == "newcomer==1.0"
    environments.python_of(PEER)
    assert len(ran) == 2


@pytest.mark.parametrize("step", ["venv", "pip"])
def test_a_failed_installation_leaves_nothing(programs, step):
    _, codes = programs
    codes[step] = 1
    with pytest.raises(PeerError, match="No matching distribution"):
        environments.python_of(PEER)
    assert list(environments.folder_of(PEER).parent.iterdir()) == []
    codes.clear()
    environments.python_of(PEER)
    assert environments.folder_of(PEER).is_dir()


def test_ctrl_c_leaves_nothing(monkeypatch):
    def interrupted(command, **how):
        raise KeyboardInterrupt

    monkeypatch.setattr(environments.subprocess, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        environments.python_of(PEER)
    assert list(environments.folder_of(PEER).parent.iterdir()) == []


def test_without_a_network_the_message_says_what_is_needed(programs):
    programs[1]["pip"] = 1
    with pytest.raises(PeerError, match="needs a network to the package index"):
        environments.python_of(PEER)


def test_offline_is_respected(monkeypatch, programs):
    monkeypatch.setenv("RECNB_OFFLINE", "1")
    with pytest.raises(PeerError, match="RECNB_OFFLINE forbids downloads"):
        environments.python_of(PEER)
    assert programs[0] == []
    assert not environments.folder_of(PEER).parent.exists()


def test_other_versions_have_another_folder():
    newer = Peer("newcomer", ("newcomer==1.1",), {"EASE": "EASE"})
    assert environments.folder_of(newer) != environments.folder_of(PEER)
    assert environments.folder_of(PEER).name.startswith("newcomer-")


def test_a_program_that_is_not_there_is_an_error_of_ours():
    with pytest.raises(PeerError, match=r"what for: .*no-such-program"):
        environments.run_or_complain(["no-such-program"], "what for")
