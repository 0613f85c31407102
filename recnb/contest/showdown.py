"""`showdown`: from interactions to a table and a page, within so many minutes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from numbers import Real
from os import PathLike
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from recnb.contest.folder import Best, Folder
from recnb.contest.page import Made, page, results_table
from recnb.contest.protocol import Plan, most_items, plan
from recnb.contest.search import search
from recnb.contest.trust import Found, what_to_trust
from recnb.contest.verdict import answer, table
from recnb.contestants import BY_NAME, CONTESTANTS, Contestant
from recnb.data.interactions import Interactions
from recnb.evaluation.evaluate import versions


@dataclass(frozen=True, eq=False, repr=False)
class Contest:
    """What a contest has found.

    Parameters
    ----------
    table : DataFrame, index: model, the best first
        The columns are those of `recnb.contest.verdict.table`.
    page : Path or None
        Of the HTML page; None as long as no model has a result.
    folder : Path
        With everything that was written.
    answer, trust : list of str
        What was found, in two sentences, and what to trust of it.
    interrupted : bool
        Whether it was stopped before its minutes were over.
    """

    table: pd.DataFrame
    page: Path | None
    folder: Path
    answer: list[str]
    trust: list[str]
    interrupted: bool

    def __repr__(self) -> str:
        columns = ["NDCG@100", "error", "minus_first", "verdict", "trials", "minutes"]
        shown = self.table.reindex(columns=columns).to_string(
            float_format="{:.4f}".format, na_rep="–"
        )
        return "\n".join([*self.answer, "", shown])

    def _repr_html_(self) -> str:
        sentences = "".join(f"<p>{escape(each)}</p>" for each in self.answer)
        if self.page is None:
            return sentences
        where = f"<p>Page: {escape(str(self.page))}</p>"
        return f"{sentences}{results_table(self.table)}{where}"


def showdown(
    interactions: Interactions,
    minutes: float = 20,
    models: Sequence[str | Contestant] | None = None,
    folder: str | PathLike | None = None,
    seed: int = 0,
    *,
    command: str = "",
    say: Callable[[str], None] = tqdm.write,
) -> Contest:
    """Compare every model of the course on data of one's own.

    Each model tries settings for its share of the minutes, and is judged with the one
    that is best on validation users. Ctrl-C, or the stop button, ends the search with
    what it has; the same call goes on with it.

    Parameters
    ----------
    interactions : Interactions
        As `recnb.read_table` or `recnb.load` return them.
    minutes : float
        Of the search, all models together. More minutes in a second call go on where
        the first one ended.
    models : sequence of str or Contestant, optional
        Names of `recnb.contestants.CONTESTANTS`, or contestants of one's own, whose
        ``build`` stands in a module; all of the course by default.
    folder : path, optional
        Where everything is written; by default beside the current directory's files,
        called after the data.
    seed : int
        Of the split.
    command : str
        What the page says that it was made with.
    say : function
        Is told of progress, a line a time.

    Returns
    -------
    Contest

    Raises
    ------
    ValueError
        If an argument is out of its range, too few users have enough likes, or the
        folder holds something else.
    RuntimeError
        If no process can be started to train models in.
    """
    if not isinstance(interactions, Interactions):
        raise ValueError(
            "showdown takes Interactions, as recnb.read_table returns them, not a "
            f"{type(interactions).__name__}."
        )
    contestants = chosen(models)
    if not isinstance(minutes, Real) or not 0 < minutes < np.inf:
        raise ValueError(f"minutes must be a number above 0, not {minutes!r}.")
    place = Folder(Path(folder or default_folder(interactions.name)))
    stored = place.facts() or {"most_items": most_items()}
    plan_ = plan(interactions, seed, stored["most_items"])
    facts = {
        "data": checksum(interactions),
        "protocol": plan_.split.protocol.facts(),
        "models": [each.name for each in contestants],
        "seed": seed,
        "versions": versions(),
        "most_items": stored["most_items"],
    }
    place.open(facts)
    for name, words in plan_.why.items():
        say(f"{name}: {words}")
    ended = search(plan_.split, contestants, minutes, place, say)
    call = command or f"recnb.showdown(interactions, minutes={minutes:g}, seed={seed})"
    made = Made(call, date.today().isoformat(), facts["versions"], minutes)
    return results(plan_, contestants, place, made, interrupted=not ended)


def results(
    plan_: Plan,
    contestants: Sequence[Contestant],
    place: Folder,
    made: Made,
    interrupted: bool,
) -> Contest:
    """Make the table and the page of what the folder holds.

    Parameters
    ----------
    plan_ : Plan
    contestants : sequence of Contestant
    place : Folder
    made : Made
    interrupted : bool
    """
    trials, bests = place.trials(), stored_bests(place, contestants)
    found = Found(
        table(contestants, trials, bests),
        trials,
        bests,
        contestants,
        interrupted,
        plan_.left_out,
    )
    if not bests:
        nothing = "No model has a result yet: " + (
            "no trial has ended. The same call goes on; if its time is up, allow more "
            "minutes."
            if trials.empty
            else "every trial so far ended without one. Allow more minutes, or fewer "
            "models; trials.csv in the folder has the reasons."
        )
        return Contest(found.table, None, place.path, [nothing], [], interrupted)
    place.write_results(found.table, page(plan_, found, made))
    sentences = answer(found.table, bests), what_to_trust(found)
    return Contest(found.table, place.page, place.path, *sentences, interrupted)


def stored_bests(
    place: Folder, contestants: Sequence[Contestant]
) -> Mapping[str, Best]:
    """Return the best trial of each model that has one."""
    bests = {c.name: place.best(at, c.name) for at, c in enumerate(contestants)}
    return {name: best for name, best in bests.items() if best is not None}


def chosen(models: Sequence[str | Contestant] | None) -> tuple[Contestant, ...]:
    """Return the contestants that are named; all of the course if none is.

    Raises
    ------
    ValueError
        If there is none of a name, or a name stands twice.
    """
    if models is None:
        return CONTESTANTS
    if isinstance(models, (str, Contestant)) or not len(models):
        raise ValueError(f"models takes a list of names, not {models!r}.")
    unknown = [m for m in models if not isinstance(m, Contestant) and m not in BY_NAME]
    if unknown:
        raise ValueError(
            f"There is no model {unknown[0]!r}; there are {', '.join(BY_NAME)}."
        )
    found = [m if isinstance(m, Contestant) else BY_NAME[m] for m in models]
    names = [each.name for each in found]
    if len(set(names)) < len(names):
        raise ValueError(f"A model stands twice: {', '.join(names)}.")
    return tuple(found)


def default_folder(name: str) -> str:
    """Return the name of a contest's folder, from the data's."""
    return re.sub(r"[^\w.-]+", "-", name) + "-contest"


def checksum(interactions: Interactions) -> str:
    """Return a checksum of who met what, and of the ratings."""
    digest = hashlib.sha256()
    for codes in (interactions.users, interactions.items):
        digest.update(np.asarray(codes, dtype=np.int64).tobytes())
    if interactions.ratings is not None:
        digest.update(np.asarray(interactions.ratings, dtype=np.float64).tobytes())
    for ids in (interactions.user_ids, interactions.item_table["item_id"]):
        digest.update("\n".join(map(str, ids)).encode())
    return digest.hexdigest()
