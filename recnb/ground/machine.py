"""What this machine has: memory in use, memory left, and where to compute."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

import psutil

MIB = 2**20
GIB = 2**30

_device_of_nets = ContextVar("where nets learn", default="cpu")


def peak_memory_mb() -> float:
    """Return the most memory this process has held so far, in MiB.

    On Linux, what `resource` says begins with the peak of the process that started this
    one, and stays there; the kernel's own count, if it can be read, does not.
    """
    if sys.platform == "win32":
        return psutil.Process().memory_info().peak_wset / MIB
    status = Path("/proc/self/status")
    if status.is_file():
        fields = dict(line.split(":", 1) for line in status.read_text().splitlines())
        if "VmHWM" in fields:
            return int(fields["VmHWM"].split()[0]) / 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / MIB if sys.platform == "darwin" else peak / 1024


def available_memory() -> int:
    """Return how many bytes this process can still take.

    On Binder and in containers a control group sets the limit, which the operating
    system's own figure does not show; the smaller of the two counts.
    """
    free = psutil.virtual_memory().available
    limit = _container_limit()
    if limit is None:
        return free
    return max(0, min(free, limit - psutil.Process().memory_info().rss))


def _container_limit() -> int | None:
    """Return the memory limit of the container, in bytes, if there is one."""
    if os.environ.get("MEM_LIMIT", "").isdigit():  # set by JupyterHub, so by Binder
        return int(os.environ["MEM_LIMIT"])
    for file in ("memory.max", "memory/memory.limit_in_bytes"):
        try:
            text = Path("/sys/fs/cgroup", file).read_text().strip()
        except OSError:
            continue
        if text.isdigit():
            return int(text)
    return None


def give_back_memory() -> None:
    """Hand memory that nothing holds any more back to the system, where glibc can.

    By itself glibc keeps what lies between small objects that are still held: a
    notebook that evaluates a net after each epoch would grow by a megabyte each time.
    """
    if sys.platform != "linux":
        return
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def chosen_device(device: str) -> str:
    """Return the name, for PyTorch, of the device that a reader has chosen.

    Whatever takes a ``device`` takes it in this sense.

    Parameters
    ----------
    device : str
        ``"cpu"``; ``"cuda"`` or ``"cuda:1"``, a graphics card; or ``"auto"``, which is
        the graphics card if PyTorch sees one, and else the processor.

    Raises
    ------
    ValueError
        If it is none of these, or PyTorch does not see the card.
    """
    kind, _, number = device.partition(":") if isinstance(device, str) else ("",) * 3
    is_known = device in ("cpu", "cuda", "auto") or (
        kind == "cuda" and number.isdecimal()
    )
    if not is_known:
        raise ValueError(
            f'device must be "cpu", "cuda", "cuda:1" or the like, or "auto", not '
            f"{device!r}."
        )
    if device == "cpu":
        return "cpu"  # without PyTorch, which takes seconds to import
    import torch

    n_cards = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if device == "auto":
        return "cuda" if n_cards else "cpu"
    if int(number or 0) >= n_cards:
        raise ValueError(
            f"device={device!r}, but PyTorch {torch.__version__} sees {n_cards} "
            'graphics cards with CUDA. Take device="auto", which computes on the '
            "processor where there is none; a PyTorch whose version ends in +cpu never "
            "sees one."
        )
    return device


@contextmanager
def on_device(device: str) -> Iterator[str]:
    """Let the nets that are fitted inside the block learn on a device.

    The block gets the device's name. A fitted net is on the processor again, so that
    it predicts, and is saved and loaded, inside the block and outside, with a graphics
    card and without. ::

        with on_device("auto"):
            model = MultVAE().fit(X)

    Parameters
    ----------
    device : str
        As `chosen_device` takes it.

    Raises
    ------
    ValueError
        If there is no such device, before anything is computed.

    Notes
    -----
    The choice is that of the thread that makes it; another thread, or a process, makes
    its own. A graphics card draws other random numbers than the processor, so that a
    seed gives another net there; and it adds up in no fixed order, so that two
    trainings with one seed may differ a little. Other models are not concerned: `EASE`
    has a ``device`` of its own.
    """
    before = _device_of_nets.set(chosen_device(device))
    try:
        yield _device_of_nets.get()
    finally:
        _device_of_nets.reset(before)


def device_of_nets() -> str:
    """Return the name of the device that `on_device` has chosen; else the processor."""
    return _device_of_nets.get()
