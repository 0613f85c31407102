"""The checks of lesson 15's exercises: The showdown."""

from __future__ import annotations

from recnb.lesson.verdict import Verdict, exercise, right, wrong


@exercise("15.1")
def exercise_1(answer: float) -> Verdict:
    """Say what is asked."""
    if float(answer) == 1:
        return right("Say what to take from it.")
    return wrong("Say what is wrong with the usual mistake.")


@exercise("15.2")
def exercise_2(answer: float) -> Verdict:
    """Say what is asked."""
    if float(answer) == 2:
        return right("Say what to take from it.")
    return wrong("Say what is wrong with the usual mistake.")


@exercise("15.3")
def exercise_3(answer: float) -> Verdict:
    """Say what is asked."""
    if float(answer) == 3:
        return right("Say what to take from it.")
    return wrong("Say what is wrong with the usual mistake.")
