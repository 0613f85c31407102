"""The table of a contest, and what it says: the answer, and paired tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from recnb.contest.folder import Best
from recnb.contest.trials import CUT_SHORT
from recnb.contestants import Contestant
from recnb.experiments.tuning import METRIC

#: A difference below so many of its standard errors is a tie.
ERRORS = 2
#: The two sides of the course's question, by the contestants' kinds.
LINEAR, DEEP = ("closed form", "convex"), ("net",)
LEADER, TIED, BEHIND, NONE = "the first", "tied", "behind", "no result"


@dataclass(frozen=True)
class Gap:
    """A paired difference of NDCG@100 over the test users, and its standard error."""

    mean: float
    error: float

    @property
    def errors(self) -> float:
        """How many of its errors it is; 0 if there is no difference at all."""
        if self.mean == 0:
            return 0.0
        return abs(self.mean) / self.error if self.error else np.inf

    @property
    def is_tie(self) -> bool:
        """Whether it is below `ERRORS` of its errors."""
        return self.errors < ERRORS

    def __str__(self) -> str:
        return f"{abs(self.mean):.4f} ± {self.error:.4f}"


def gap(better: Best, other: Best) -> Gap:
    """Return how much the first is above the second on the same users."""
    values = [each.judged.per_user[METRIC] for each in (better, other)]
    return Gap(*mean_and_error(values[0] - values[1]))


def mean_and_error(values: np.ndarray) -> tuple[float, float]:
    """Return the mean over users who have a value, and its standard error."""
    known = pd.Series(values).dropna()
    return float(known.mean()), float(known.sem())


def table(
    contestants: Sequence[Contestant],
    trials: pd.DataFrame,
    bests: Mapping[str, Best],
) -> pd.DataFrame:
    """Return the table, a model a row, the best on test users first.

    Parameters
    ----------
    contestants : sequence of Contestant
    trials : DataFrame
        All of them.
    bests : dict, name of the model -> Best
        Of those that have one.

    Returns
    -------
    DataFrame, index: model
        ``kind``; ``NDCG@100`` of the test users and its standard ``error``; the paired
        difference to the first, ``minus_first``, and its error; ``verdict``; the other
        metrics; ``val``, the validation users' NDCG@100 of the chosen trial; how many
        settings ended with a score, ``trials``, and ``without`` one, and of how many
        the training was only ``cut_short``; the ``minutes`` of all; ``fit_seconds`` of
        the chosen one; its ``settings``.
    """
    rows = [_row(each, trials, bests.get(each.name)) for each in contestants]
    found = pd.DataFrame(rows).set_index("model")
    found = found.sort_values(METRIC, ascending=False, kind="stable")
    if not bests:
        return found.assign(verdict=NONE)
    first = bests[found.index[0]]
    gaps = {name: gap(best, first) for name, best in bests.items()}
    found.insert(3, "minus_first", {name: each.mean for name, each in gaps.items()})
    found.insert(4, "minus_first_error", {name: g.error for name, g in gaps.items()})
    verdicts = {name: TIED if g.is_tie else BEHIND for name, g in gaps.items()}
    verdicts[found.index[0]] = LEADER
    found.insert(5, "verdict", [verdicts.get(name, NONE) for name in found.index])
    return found


def _row(
    contestant: Contestant, trials: pd.DataFrame, best: Best | None
) -> dict[str, object]:
    own = trials[trials["model"] == contestant.name]
    scored = own[own["val"].notna()]
    to_the_end = scored[scored["ended"] != CUT_SHORT]
    n_scored = scored["trial"].nunique()
    row: dict[str, object] = {
        "model": contestant.name,
        "kind": contestant.kind,
        METRIC: np.nan,
        "error": np.nan,
        "settings": "",
    }
    if best:
        judged = best.judged
        row[METRIC], row["error"] = mean_and_error(judged.per_user[METRIC])
        others = [name for name in judged.per_user if name != METRIC]
        row |= {name: mean_and_error(judged.per_user[name])[0] for name in others}
        row |= judged.of_lists
        row |= {"val": best.val, "fit_seconds": best.fit_seconds}
        row["settings"] = in_words(contestant.draw(best.trial))
    return row | {
        "trials": n_scored,
        "without": own["trial"].nunique() - n_scored,
        "cut_short": n_scored - to_the_end["trial"].nunique(),
        "minutes": own["seconds"].sum() / 60,
    }


def in_words(settings: Mapping[str, object]) -> str:
    """Return settings as text, such as "l2 = 500"."""
    return ", ".join(f"{name} = {value}" for name, value in settings.items()) or "none"


def best_of(found: pd.DataFrame, kinds: Sequence[str]) -> str | None:
    """Return the best model of some kinds, if one of them has a result."""
    own = found[found["kind"].isin(kinds) & found[METRIC].notna()]
    return own.index[0] if len(own) else None


def answer(found: pd.DataFrame, bests: Mapping[str, Best]) -> list[str]:
    """Return what the contest found, in two sentences.

    Parameters
    ----------
    found : DataFrame
        Of `table`, with a result in it.
    bests : dict, name of the model -> Best
    """
    first = found.iloc[0]
    tied = list(found.index[found["verdict"] == TIED])
    with_it = f"; tied with it: {', '.join(tied)}" if tied else ", ahead of all others"
    if len(bests) == 1:
        with_it = ", the only model with a result"
    leads = (
        f"{found.index[0]} leads, with an NDCG@100 of {first[METRIC]:.4f} ± "
        f"{first['error']:.4f}{with_it}."
    )
    return [leads, linear_and_deep(found, bests)]


def linear_and_deep(found: pd.DataFrame, bests: Mapping[str, Best]) -> str:
    """Answer the course's question for these data."""
    linear, deep = best_of(found, LINEAR), best_of(found, DEEP)
    if linear is None or deep is None:
        lacking = " and ".join(
            words
            for words, model in (("linear model", linear), ("net", deep))
            if model is None
        )
        return (
            "Whether a linear model beats deep ones stays open here: no "
            f"{lacking} has a result."
        )
    ahead, other = sorted((linear, deep), key=list(found.index).index)
    sides = {linear: "linear model", deep: "net"}
    between = gap(bests[ahead], bests[other])
    rests_on = (
        f"{between.errors:.1f} of its errors, after {_tried(found, ahead)} and "
        f"{_tried(found, other)} settings tried{_unended(found, deep)}"
        f"{_unheard(found)}."
    )
    if between.is_tie:
        return (
            f"The best {sides[ahead]}, {ahead}, and the best {sides[other]}, {other}, "
            f"are tied: {between} apart, {rests_on}"
        )
    return (
        f"The best {sides[ahead]}, {ahead}, is ahead of the best {sides[other]}, "
        f"{other}, by {between}, {rests_on}"
    )


def _tried(found: pd.DataFrame, model: str) -> int:
    return int(found.loc[model, "trials"])


def _unended(found: pd.DataFrame, model: str) -> str:
    """Say that a model is judged by nothing but trainings that were cut short."""
    own = found.loc[model]
    is_all = own["cut_short"] == own["trials"]
    return f"; no training of {model} came to its end" if is_all else ""


def _unheard(found: pd.DataFrame) -> str:
    """Say how many nets have no result, with which the answer might be another one."""
    nets = found[found["kind"].isin(DEEP)]
    n_without = int(nets[METRIC].isna().sum())
    return f"; {n_without} of {len(nets)} nets have no result" if n_without else ""
