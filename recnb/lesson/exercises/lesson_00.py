"""The checks of lesson 00: three films, a score as a sum, a film that pushes."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from recnb.lesson.verdict import Verdict, exercise, right, wrong


class NotFound(ValueError):
    """No film, or more than one, has this title; the message says which."""


@exercise("00.1")
def exercise_1(my_films: object, films: pd.DataFrame) -> Verdict:
    """Ask for three titles of films that the dataset knows."""
    if isinstance(my_films, str):
        return wrong(
            "This is one text. Put square brackets around it, and quotes around each "
            'title: ["first", "second", "third"].'
        )
    titles = list(my_films)
    if len(titles) != 3:
        return wrong(f"Three titles are asked for; your list has {len(titles)}.")
    if ... in titles:
        return wrong("A place still holds dots: put a title there.")
    try:
        codes = [_code(title, films) for title in titles]
    except NotFound as error:
        return wrong(str(error))
    if len(set(codes)) < 3:
        return wrong("The same film stands in your list twice; take another one.")
    names = ", ".join(_name(code, films) for code in codes)
    return right(f"All three are here: {names}. Tick them in the picker!")


@exercise("00.2")
def exercise_2(score: object, ease: object, mine: list[int], first: int) -> Verdict:
    """Ask for the score of one film, as a sum of weights."""
    weights = ease.weights_[mine, first]
    if np.size(score) > 1:
        return wrong(
            f"These are {np.size(score)} numbers; a score is one. Are they the weights "
            "from the ticked films to `first`? Then add them."
        )
    value = float(np.squeeze(score))
    if np.isclose(value, weights.sum(), atol=1e-4):
        return right(
            f"{value:.3f}. The model multiplies nothing else in: this sum is all it "
            "knows about you and the film."
        )
    return wrong(_why_not(value, weights, ease.weights_[first, mine]))


def _why_not(value: float, weights: np.ndarray, transposed: np.ndarray) -> str:
    if np.isclose(value, transposed.sum(), atol=1e-4):
        return (
            "You added what `first` says about the ticked films. Turn the indices "
            "round: the row is the film that speaks, the column the one spoken of."
        )
    if np.isclose(value, weights.mean(), atol=1e-4):
        return "That is the mean of the weights. A score is their sum."
    if np.isclose(weights.sum() - weights, value, atol=1e-4).any():
        return "One of the ticked films is left out of the sum."
    if np.isclose(weights, value, atol=1e-4).any():
        return "That is one of the weights alone. All the ticked films have a say."
    return (
        f"{value:.3f} is not the score. Take the weights in the rows `mine` and the "
        "column `first` of ease.weights_, and add them."
    )


@exercise("00.3")
def exercise_3(
    newcomer: object, ease: object, mine: list[int], films: pd.DataFrame
) -> Verdict:
    """Ask for a film that takes the first recommendation from its place."""
    if isinstance(newcomer, list | tuple | set):
        return wrong("One film is asked for: a title or a code, without brackets.")
    try:
        code = _code(newcomer, films)
    except NotFound as error:
        return wrong(str(error))
    if code in mine:
        return wrong(f"{_name(code, films)} is ticked already: nothing changes.")
    before = ease.weights_[mine].sum(axis=0)
    old = _best(before, mine)
    if code == old:
        return wrong(
            f"{_name(code, films)} is the first recommendation. Ticked, it is seen and "
            "leaves the list, but nothing argued against it. Find another film."
        )
    added = ease.weights_[code]
    new = _best(before + added, [*mine, code])
    named = _name(old, films)
    speech = f"{_name(code, films)} adds {_signed(added[old])} to {named}"
    speech += f", which had {before[old]:.3f}"
    if new == old:
        return wrong(f"{speech} and stays first.")
    return right(
        f"{speech}, and {_signed(added[new])} to {_name(new, films)}, which had "
        f"{before[new]:.3f} and is first now."
    )


def _signed(value: float) -> str:
    """Write a number with its sign, and zero without a minus."""
    return f"{round(float(value), 3) + 0.0:+.3f}"


def _best(scores: np.ndarray, seen: list[int]) -> int:
    """Return the item with the highest score that is not seen."""
    masked = scores.copy()
    masked[seen] = -np.inf
    return int(masked.argmax())


def _code(film: object, films: pd.DataFrame) -> int:
    """Return the code of a film that is named by its code, or by its title.

    Raises
    ------
    NotFound
    """
    if not isinstance(film, str):
        code = int(film)
        if 0 <= code < len(films):
            return code
        raise NotFound(f"There is no film {code}: codes run to {len(films) - 1}.")
    film = re.sub(r"\s*\(\d{4}\)$", "", film.strip())  # the check prints the year
    lower = films["title"].str.lower()
    exact = np.flatnonzero(lower == film.lower())
    if len(exact):
        return int(exact[0])
    parts = np.flatnonzero(lower.str.contains(film.strip().lower(), regex=False))
    if len(parts) == 1:
        return int(parts[0])
    if len(parts) == 0:
        raise NotFound(f"No title here holds “{film}”. Search for it in the picker.")
    some = ", ".join(_name(code, films) for code in parts[:4])
    raise NotFound(f"Several titles hold “{film}”: {some}. Write more of it.")


def _name(code: int, films: pd.DataFrame) -> str:
    film = films.iloc[code]
    return (
        film["title"] if pd.isna(film["year"]) else f"{film['title']} ({film['year']})"
    )
