"""What this machine has: the memory of a process is its own."""

import ctypes
import subprocess
import sys

import numpy as np
import psutil
import pytest

from recnb.experiments.alone import alone
from recnb.ground.machine import (
    MIB,
    chosen_device,
    give_back_memory,
    peak_memory_mb,
)


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


@pytest.fixture
def cards(monkeypatch):
    """Return a function that lets PyTorch see so many graphics cards."""
    cuda = pytest.importorskip("torch").cuda

    def see(n):
        monkeypatch.setattr(cuda, "is_available", lambda: n > 0)
        monkeypatch.setattr(cuda, "device_count", lambda: n)

    return see


def test_a_device_that_is_there_is_taken(cards):
    cards(2)
    for name in ("cpu", "cuda", "cuda:0", "cuda:1"):
        assert chosen_device(name) == name
    assert chosen_device("auto") == "cuda"


def test_without_a_card_auto_is_the_processor(cards):
    cards(0)
    assert chosen_device("cpu") == chosen_device("auto") == "cpu"


@pytest.mark.parametrize(("n", "name"), [(0, "cuda"), (0, "cuda:0"), (1, "cuda:1")])
def test_a_card_that_is_not_there_is_refused(cards, n, name):
    cards(n)
    with pytest.raises(ValueError, match=rf"sees {n} graphics cards.*\"auto\""):
        chosen_device(name)


@pytest.mark.parametrize(
    "name", ["gpu", "cuda:", "cuda:x", "cpu:0", "mps", "", None, 0]
)
def test_a_device_that_is_none_is_refused(name):
    with pytest.raises(ValueError, match="device must be"):
        chosen_device(name)


def test_the_processor_needs_no_torch():
    code = (
        "import sys; from recnb.ground.machine import chosen_device; "
        "chosen_device('cpu'); "
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def freed_between_small_objects():
    # Arrays below the size that glibc maps by itself, with a small one after each.
    kept = [(np.ones(10_000), np.ones(10)) for _ in range(2000)]
    full = psutil.Process().memory_info().rss
    kept = [small for _, small in kept]
    give_back_memory()
    return full - psutil.Process().memory_info().rss, len(kept)


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_trim"),
    reason="only glibc can",
)
def test_memory_between_small_objects_is_given_back():
    freed, n_kept = alone(freed_between_small_objects)
    assert n_kept == 2000 and freed > 100 * MIB
