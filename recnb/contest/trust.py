"""What to trust of a contest, and what not: a rule each, which may have a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from recnb.contest.folder import Best
from recnb.contest.trials import DIED, FAILED, OUT_OF_TIME
from recnb.contest.verdict import gap
from recnb.contestants import Between, Contestant
from recnb.experiments.tuning import METRIC

FEW_USERS = 200
FEW_TRIALS = 5
#: A setting in this share of its range, at either end, on a logarithmic scale.
OUTER = 0.1


@dataclass(frozen=True)
class Found:
    """What the rules look at.

    Parameters
    ----------
    table : DataFrame
        Of `recnb.contest.verdict.table`.
    trials : DataFrame
        All of them.
    bests : dict, name of the model -> Best
    contestants : sequence of Contestant
    interrupted : bool
        Whether there were minutes left.
    left_out : str
        Of the data, in words.
    """

    table: pd.DataFrame
    trials: pd.DataFrame
    bests: Mapping[str, Best]
    contestants: Sequence[Contestant]
    interrupted: bool = False
    left_out: str = ""

    @property
    def ranked(self) -> list[str]:
        """The models with a result, the best first."""
        return [name for name in self.table.index if name in self.bests]


def is_interrupted(found: Found) -> str:
    """Say that the search was not at its end."""
    return (
        "The search was interrupted: what follows is what it had found until then. "
        "The same command goes on with it."
        if found.interrupted
        else ""
    )


def few_users(found: Found) -> str:
    """Say that few people judge."""
    first = found.bests[found.ranked[0]]
    n = int(np.isfinite(first.judged.per_user[METRIC]).sum())
    if n >= FEW_USERS:
        return ""
    return (
        f"Only {n} people judge the models. The errors say how much that leaves open; "
        "with more people, models that are tied here may come apart."
    )


def small_gap(found: Found) -> str:
    """Say that the first two are closer than the error of their difference."""
    if len(found.ranked) < 2:
        return ""
    first, second = found.ranked[:2]
    between = gap(found.bests[first], found.bests[second])
    if between.errors >= 1:
        return ""
    return (
        f"{first} and {second} are {between} apart, less than the error: their order "
        "says nothing. Take the one that is quicker or easier to run."
    )


def at_edge(found: Found) -> str:
    """Say that the winner's settings lie at the end of what was tried."""
    first = found.ranked[0]
    contestant = next(each for each in found.contestants if each.name == first)
    settings = contestant.draw(found.bests[first].trial)
    edges = [
        f"{name} = {settings[name]} ({span.low:g} to {span.high:g})"
        for name, span in contestant.ranges.items()
        if isinstance(span, Between) and is_outer(settings[name], span)
    ]
    if not edges:
        return ""
    return (
        f"{first} was chosen at the edge of what was tried: {', '.join(edges)}. Beyond "
        "it may be something better."
    )


def is_outer(value: float, span: Between) -> bool:
    """Tell whether a setting lies in the outer part of its range."""
    place = np.log(value / span.low) / np.log(span.high / span.low)
    return not OUTER <= place <= 1 - OUTER


def few_trials(found: Found) -> str:
    """Name the models that tried few settings."""
    tuned = {each.name for each in found.contestants if each.ranges}
    few = [
        f"{name} ({found.table['trials'][name]})"
        for name in found.ranked
        if name in tuned and found.table["trials"][name] < FEW_TRIALS
    ]
    if not few:
        return ""
    return (
        f"Hardly tuned, with fewer than {FEW_TRIALS} settings tried: {', '.join(few)}. "
        "What these models can do, more minutes would show."
    )


def out_of_time(found: Found) -> str:
    """Name the models a trial of which was ended, because their share was used up."""
    return _ended(
        found,
        OUT_OF_TIME,
        "Ended in a trial, because their share of the time was used up: {}. Such a "
        "trial holds nothing, and slow settings suffer most.",
    )


def cut_short(found: Found) -> str:
    """Name the models a training of which was ended early, and what that means."""
    names = found.table.index[found.table["cut_short"] > 0]
    if not len(names):
        return ""
    return (
        "A training was cut short, because the share of the time was used up, and its "
        f"best epoch until then was judged: {', '.join(names)}. With more minutes "
        "these models may do better."
    )


def died(found: Found) -> str:
    """Name the models a trial of which took its process along."""
    return _ended(
        found, DIED, "The process ended in a trial, most likely for lack of memory: {}."
    )


def failed(found: Found) -> str:
    """Name the models some trials of which ended with an error."""
    return _ended(
        found,
        FAILED,
        "Trials that ended with an error, mostly of settings that do not suit these "
        "data: {}. trials.csv has the reasons.",
    )


def _ended(found: Found, how: str, sentence: str) -> str:
    counts = found.trials.loc[found.trials["ended"] == how, "model"].value_counts()
    named = ", ".join(f"{name} ({n} ×)" for name, n in counts.items())
    return sentence.format(named) if named else ""


def no_result(found: Found) -> str:
    """Name the models about which nothing is known."""
    names = [name for name in found.table.index if name not in found.bests]
    if not names:
        return ""
    return f"Without any result, so that nothing is said of them: {', '.join(names)}."


def less_data(found: Found) -> str:
    """Say what was left out of the data."""
    return f"Left out: {found.left_out}." if found.left_out else ""


def one_split(_found: Found) -> str:
    """Say what a single split leaves open."""
    return (
        "All is measured on one split. The errors are those of the choice of people to "
        "judge, not of the choice of people to learn from: repeat it with another "
        "seed, and in another folder, before you rely on a difference."
    )


def chosen_by_test(found: Found) -> str:
    """Say that the first of many is flattered."""
    if len(found.ranked) < 2:
        return ""
    return (
        f"Settings were chosen by other people than those who judge. Yet of "
        f"{len(found.ranked)} models the first is so by the judges themselves, so that "
        "its lead is a little too large."
    )


def known_likes_only(_found: Found) -> str:
    """Say what no such contest can know."""
    return (
        "Found again is what people chose by themselves. Whether they would like what "
        "they have never met, and whether lists change what they do, only a trial with "
        "people can tell."
    )


RULES: tuple[Callable[[Found], str], ...] = (
    is_interrupted,
    few_users,
    small_gap,
    at_edge,
    few_trials,
    cut_short,
    out_of_time,
    died,
    failed,
    no_result,
    less_data,
    one_split,
    chosen_by_test,
    known_likes_only,
)


def what_to_trust(found: Found) -> list[str]:
    """Return the sentences of all rules that have one.

    Parameters
    ----------
    found : Found
        With a result in it.
    """
    return [sentence for rule in RULES if (sentence := rule(found))]
