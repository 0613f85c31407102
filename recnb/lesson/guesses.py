"""Predict first: a guess, committed before the result, beside the measurement."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from numbers import Real

from recnb.lesson.words import wrapped

NO_GUESS = "You made no guess: what would you have said?"


def reveal(what: str, guess: float | None, measured: float, digits: int = 3) -> None:
    """Print the measurement, and how far the guess was from it.

    Parameters
    ----------
    what : str
        What was guessed, in words.
    guess : float, or ``...`` or None
        Dots and None mean that no guess was made.
    measured : float
    digits : int
        Decimals to print.

    Raises
    ------
    TypeError
        If the guess is no number.
    """
    found = f"{what}: measured {measured:.{digits}f}."
    if guess is None or guess is ...:
        print(wrapped(f"{found} {NO_GUESS}"))
        return
    if isinstance(guess, bool) or not isinstance(guess, Real):
        raise TypeError(f"A guess is a number, such as 0.3; this is {guess!r}.")
    gap = guess - measured
    if abs(gap) <= 0.1 * abs(measured):
        verdict = "within a tenth of it"
    else:
        verdict = f"{abs(gap):.{digits}f} too {'high' if gap > 0 else 'low'}"
    hint = f" Did you mean {guess:g}%? Then write {guess / 100:g}."
    hint = hint if _nearer_as_percent(guess, measured) else ""
    print(wrapped(f"{found} Your guess, {guess:.{digits}f}, is {verdict}.{hint}"))


def _nearer_as_percent(guess: float, measured: float) -> bool:
    """Return whether a hundredth of the guess is nearer, by the factor between them."""
    return 1 < guess <= 100 and 0 <= measured <= 1 and guess > 10 * measured


def said(guess: object, found: object = None) -> None:
    """Print a guess in words beside its answer.

    Parameters
    ----------
    guess : object, or ``...`` or None
        Dots and None mean that no guess was made.
    found : object, optional
        The answer. Without it, it stands in a table or a figure below.
    """
    nothing = guess is None or guess is ...
    words = NO_GUESS if nothing else f"You said: {guess}"
    if found is not None:
        words = f"It is {found}. {words}{'' if nothing else _compared(guess, found)}"
    print(wrapped(words))


def _compared(guess: object, found: object) -> str:
    """Return how a guess in words ends: large and small letters are the same."""
    same = str(guess).strip().lower() == str(found).strip().lower()
    return ", and so it is." if same else "."


def reveal_ranking(guess: Sequence[str] | None, measured: Sequence[str]) -> None:
    """Print a measured ranking, and how many pairs of the guess stand as in it.

    Parameters
    ----------
    guess : sequence of str, or ``...`` or None
        From best to worst. Dots and None mean that no guess was made.
    measured : sequence of str
        From best to worst.

    Raises
    ------
    ValueError
        If the guess leaves out one of the names, or has another or one twice.
    """
    print(wrapped("Measured, from the best: " + ", ".join(measured) + "."))
    if guess is None or guess is ...:
        print(NO_GUESS)
        return
    if sorted(guess) != sorted(measured):
        raise ValueError(
            f"The guess has to hold each of these once: {', '.join(sorted(measured))}."
        )
    pairs = list(combinations(measured, 2))
    right = sum(guess.index(first) < guess.index(second) for first, second in pairs)
    print(wrapped(f"Your ranking has {right} of {len(pairs)} pairs in this order."))
