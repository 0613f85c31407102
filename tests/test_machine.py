"""What this machine has: the memory of a process is its own."""

import sys

import numpy as np
import pytest

from recnb.experiments.alone import alone
from recnb.machine import peak_memory_mb


def test_the_peak_stays_when_the_memory_is_given_back():
    before = peak_memory_mb()
    held = np.ones(300 * 2**20 // 8)
    most = peak_memory_mb()
    del held
    assert most > before or most > 300
    assert peak_memory_mb() >= most - 1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux mixes them up")
def test_a_process_does_not_inherit_the_peak_of_the_one_that_started_it():
    held = np.ones(800 * 2**20 // 8)
    mine, new = peak_memory_mb(), alone(peak_memory_mb)
    assert held[0] == 1
    assert mine > 800
    assert 1 < new < 700
