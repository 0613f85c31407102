"""Compiled code (numba): kept on disk where that can be, and safe in any thread.

numba's own threads may not be started twice at once, as a slider and a cell do, and a
process that is forked later waits for them for ever. So compiled functions here run on
Python's threads, which they leave free to run side by side (``nogil``), and which are
gone when the work is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import cache

from numba import njit
from numba.core import event as events

from recnb.ground.progress import waiting

NOTICE = "compiling (once on this machine, some seconds)"


def compiled(**options: object) -> Callable[[Callable], Callable]:
    """Compile a function when it is first called; a decorator.

    The machine code is kept beside the package, or else in the user's cache folder. If
    neither can be written, it is made anew in each process, and a line says so once.

    Parameters
    ----------
    **options
        Of `numba.njit`.
    """

    def decorate(function: Callable) -> Callable:
        try:
            dispatcher = njit(cache=True, nogil=True, **options)(function)
        except RuntimeError:  # numba has found no folder to write to
            _say_once()
            return njit(nogil=True, **options)(function)
        store = dispatcher._cache.save_overload
        dispatcher._cache.save_overload = lambda *code: _if_possible(store, *code)
        return dispatcher

    return decorate


def _if_possible(store: Callable[..., None], *code: object) -> None:
    """Keep machine code; numba alone would let a full disk end the call."""
    try:
        store(*code)
    except OSError:
        _say_once()


@cache
def _say_once() -> None:
    print(
        "Compiled code cannot be kept here: no folder for it can be written. It is "
        "compiled anew each time; set NUMBA_CACHE_DIR to a folder of yours to keep it."
    )


class _Notice(events.Listener):
    """Says so while functions of the course are compiled.

    numba compiles one function at a time, and within its time those that it calls. It
    tells nothing of machine code that it finds on disk.
    """

    def __init__(self) -> None:
        self._running: list[ExitStack] = []

    def on_start(self, event: events.Event) -> None:
        """Show the line when the first function begins."""
        shown = ExitStack()
        module = event.data["dispatcher"].py_func.__module__
        if not self._running and module.startswith("recnb."):
            shown.enter_context(waiting(NOTICE))
        self._running.append(shown)

    def on_end(self, event: events.Event) -> None:
        """Take the line away when that function is ready."""
        self._running.pop().close()


events.register("numba:compile", _Notice())


def in_threads(function: Callable, parts: Iterable, n_threads: int) -> list:
    """Apply a compiled function to parts of the work, several at a time.

    Parameters
    ----------
    function : callable
        Of one part.
    parts : iterable
    n_threads : int

    Returns
    -------
    list
        The results, in the order of the parts. Ctrl-C ends it after those parts that
        have begun.
    """
    with ThreadPoolExecutor(n_threads) as pool:
        return list(pool.map(function, parts))
