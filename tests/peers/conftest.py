"""A peer that needs no installation: its environment is a link to this Python."""

import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from recnb.peers import environments
from recnb.peers.catalogue import Peer

HERE = Path(__file__).parent


@pytest.fixture
def fake_peer():
    """A peer whose script stands in this folder, installed."""
    peer = Peer("fake", ("numpy",), {"EASE": "Fake"}, scripts=HERE)
    python = environments.python_in(environments.folder_of(peer))
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    # A link finds its packages by the file that a virtual environment has.
    home = Path(sys.prefix) / "pyvenv.cfg"
    if home.is_file():
        (python.parents[1] / "pyvenv.cfg").write_text(home.read_text())
        (python.parents[1] / "lib").symlink_to(Path(sys.prefix) / "lib")
    return peer


@pytest.fixture
def histories():
    rng = np.random.default_rng(0)
    dense = (rng.random((12, 7)) < 0.4).astype(np.float32)
    return sparse.csr_array(dense)
