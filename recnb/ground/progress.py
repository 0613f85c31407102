"""Progress of long work, without a trace once it is over.

A committed notebook shall hold results, not the remains of a progress bar. In a
terminal this is tqdm's bar, which removes itself. In a notebook it is one line of text
that is overwritten as the work goes on, and emptied at the end.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from tqdm import tqdm


class Progress:
    """A context manager: ``with Progress("training", 20) as progress: ...``.

    Parameters
    ----------
    what : str
        What is going on.
    total : int
        Number of steps.
    """

    def __init__(self, what: str, total: int) -> None:
        self.what, self.total = what, total
        self.done = 0

    def __enter__(self) -> Self:
        self._line = _notebook_line()
        self._bar = tqdm(
            total=self.total,
            desc=self.what,
            leave=False,
            # None: only in a terminal, never in a log file.
            disable=True if self._line else None,
        )
        return self

    def step(self, note: str = "") -> None:
        """Say that one more step is done, and something about it."""
        self.done += 1
        self._bar.set_postfix_str(note, refresh=False)
        self._bar.update()
        if self._line:
            text = f"{self.what}: {self.done} of {self.total}"
            self._line.update({"text/plain": f"{text}, {note}"}, raw=True)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.close()
        if self._line:
            self._line.update({"text/plain": ""}, raw=True)


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Say what is going on while something runs that has no steps to count."""
    line = _notebook_line()
    # None: only in a terminal, as above.
    silent = True if line else None
    with tqdm(desc=what, bar_format="{desc}", leave=False, disable=silent):
        if line:
            line.update({"text/plain": what}, raw=True)
        try:
            yield
        finally:
            if line:
                line.update({"text/plain": ""}, raw=True)


def _notebook_line():
    """Return an output that can be overwritten, or None outside of a notebook."""
    if "ipykernel" not in sys.modules or "IPython" not in sys.modules:
        return None
    from IPython import display, get_ipython

    if get_ipython() is None:
        return None
    return display.display({"text/plain": ""}, raw=True, display_id=True)
