"""Wait for what happens, not for the clock.

There is one ceiling, generous, because the machine may have other work; whoever waits
says in words for what, and the failure repeats it.
"""

import time
from collections.abc import Callable

import pytest

SECONDS = 300


def too_late(words: str) -> str:
    return f"{SECONDS} s passed and {words}"


def until(
    condition: Callable[[], bool],
    words: str | Callable[[], str],
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Return when the condition holds; fail at the ceiling, with the words."""
    end = time.monotonic() + SECONDS
    while not condition():
        if time.monotonic() > end:
            pytest.fail(too_late(words() if callable(words) else words))
        pause(0.05)
