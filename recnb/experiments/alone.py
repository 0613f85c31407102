"""What an action costs: seconds and memory, in a process of its own."""

from __future__ import annotations

import gc
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from threading import Event, Thread
from time import perf_counter, process_time
from typing import TypeVar

import psutil

from recnb.ground.machine import MIB, give_back_memory

T = TypeVar("T")
#: Seconds between two looks at the memory.
STEP = 0.005


class ProcessEndedError(RuntimeError):
    """The process ended without a word: killed, or by an error outside of Python."""


def alone(function: Callable[..., T], *arguments: object) -> T:
    """Call a function of a module in a new process, and return what it returns.

    Raises
    ------
    ProcessEndedError
        If the process ends before it has an answer. What the function raises is raised.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        try:
            return pool.submit(function, *arguments).result()
        except BrokenProcessPool as error:
            raise ProcessEndedError(
                "The process ended without an exception."
            ) from error


def used(action: Callable[[], T]) -> tuple[T, dict[str, float]]:
    """Return what an action returns, and what it used.

    Returns
    -------
    result
    dict
        ``seconds`` by the clock, ``cpu_seconds`` of the processor, and ``mib``: the
        most memory at once beyond what there was before. Pages of files are left out,
        because the system takes them back when it needs the room; memory that is taken
        and given back within 5 ms may be missed.
    """
    gc.collect()
    give_back_memory()  # what the action took from it would not be seen
    before = private_bytes()
    most, is_over = [before], Event()

    def watch() -> None:
        while not is_over.wait(STEP):
            most[0] = max(most[0], private_bytes())

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    start, cpu_start = perf_counter(), process_time()
    try:
        result = action()
        seconds, cpu_seconds = perf_counter() - start, process_time() - cpu_start
    finally:
        is_over.set()
        watcher.join()
    peak = max(most[0], private_bytes())
    use = {"seconds": seconds, "cpu_seconds": cpu_seconds}
    return result, use | {"mib": (peak - before) / MIB}


def private_bytes() -> int:
    """Return the memory of this process that is no page of a file.

    Only Linux tells the two apart; elsewhere it is all of it.
    """
    info = psutil.Process().memory_info()
    return info.rss - getattr(info, "shared", 0)
