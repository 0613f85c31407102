"""What this machine is said to have."""

import subprocess
import sys

import numpy as np
import pytest

from recnb.machine import peak_memory_mb

ASK = "from recnb.machine import peak_memory_mb; print(peak_memory_mb())"


def test_the_peak_is_of_what_was_held():
    before = peak_memory_mb()
    held = np.ones(2**25)  # 256 MiB
    assert peak_memory_mb() >= before
    assert peak_memory_mb() > 256
    del held
    assert peak_memory_mb() > 256


@pytest.mark.skipif(sys.platform != "linux", reason="a trap of Linux's getrusage")
def test_the_peak_of_a_process_is_not_its_parents():
    held = np.ones(2**26)  # 512 MiB
    child = subprocess.run(
        [sys.executable, "-c", ASK], capture_output=True, text=True, check=True
    )
    assert 5 < float(child.stdout) < 300
    assert peak_memory_mb() > 512
    del held
