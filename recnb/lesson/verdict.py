"""What a check says of an answer: right, wrong and why, or not tried yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps

from recnb.lesson.records import record
from recnb.lesson.words import wrapped

MARKS = {"right": "✔ Right.", "wrong": "✘ Not yet.", "untouched": "○ Not tried yet."}


@dataclass(frozen=True, repr=False)
class Verdict:
    """The state of an answer, ``"right"``, ``"wrong"`` or ``"untouched"``, in words."""

    state: str
    message: str
    exercise: str = ""

    def __repr__(self) -> str:
        return wrapped(f"{MARKS[self.state]} {self.message}")


def right(message: str) -> Verdict:
    """Accept an answer; the message says what to take from it."""
    return Verdict("right", message)


def wrong(message: str) -> Verdict:
    """Refuse an answer; the message says what is wrong with it, not what is right."""
    return Verdict("wrong", message)


UNTOUCHED = Verdict(
    "untouched", "Put your answer in the place of the dots, run that cell, then this."
)


NOTHING_RETURNED = Verdict(
    "untouched",
    "Your function returns nothing so far: put your answer in the place of the dots, "
    "and hand it back with return.",
)


class Untouched(Exception):
    """The answer is a function that still has dots for a body."""


class Failed(Exception):
    """The answer is a function that raised an error."""


def call(answer: Callable, *arguments: object) -> object:
    """Call a function that a reader has written, on behalf of a check.

    Raises
    ------
    Untouched, Failed
        `exercise` turns them into words.
    """
    try:
        result = answer(*arguments)
    except Exception as error:
        raise Failed(f"{type(error).__name__}: {error}") from error
    if result is None or result is ...:
        raise Untouched
    return result


def exercise(name: str) -> Callable:
    """Make a function that judges an answer into the check of an exercise.

    The check takes the answer first, says "not tried yet" if it is still dots, turns an
    error in the reader's function into words, and records the progress.

    Parameters
    ----------
    name : str
        Lesson and number, such as ``"08.1"``.
    """

    def decorate(judge: Callable[..., Verdict]) -> Callable[..., Verdict]:
        @wraps(judge)
        def check(answer: object, *arguments: object) -> Verdict:
            verdict = replace(_judged(judge, answer, arguments), exercise=name)
            record(name, verdict.state)
            return verdict

        check.exercise = name
        return check

    return decorate


def _judged(judge: Callable[..., Verdict], answer: object, arguments: tuple) -> Verdict:
    if answer is None or answer is ...:
        return UNTOUCHED
    try:
        return judge(answer, *arguments)
    except Untouched:
        return NOTHING_RETURNED
    except Failed as error:
        return wrong(f"Your function stopped with an error: {error}")
    except (TypeError, ValueError, IndexError, KeyError) as error:
        # An answer of an unexpected kind, such as a list where a number is due.
        kind = type(answer).__name__
        return wrong(
            f"The check cannot read this answer ({kind}). Is it of the kind that the "
            f"task asks for: one number, a pair, a function? Python says: {error}"
        )
