"""The search: every model tries settings within its share of the minutes.

The next trial is that of the model which has used the least time so far. Trials are
numbered, and a number gives the same settings always, so that a search which is
interrupted and taken up again makes the trials that it would have made anyway.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
import pandas as pd
from tqdm import tqdm

from recnb.contest.folder import Best, Folder
from recnb.contest.trials import (
    CUT_SHORT,
    DONE,
    FITTING,
    OUT_OF_TIME,
    Outcome,
    Worker,
)
from recnb.contestants import Contestant
from recnb.evaluation import Split

#: A model tries so many settings at most, as in the course's own search.
MOST_TRIALS = 60
#: After so many trials in a row without a score, a model is left alone.
PATIENCE = 10
#: Of a trial that ended so, the settings are tried again when there is more time.
TOO_SHORT = (CUT_SHORT, OUT_OF_TIME)


@dataclass(frozen=True, eq=False)
class Turn:
    """A model in the search, and what it has done so far.

    Parameters
    ----------
    contestant : Contestant
    trials : DataFrame
        Its trials, a row each.
    """

    contestant: Contestant
    trials: pd.DataFrame

    @property
    def number(self) -> int:
        """Of the next trial: that of the last one if its time did not suffice."""
        return int((~self.trials["ended"].isin(TOO_SHORT)).sum())

    @property
    def used(self) -> float:
        """Seconds of its trials."""
        return float(self.trials["seconds"].sum())

    @property
    def needed(self) -> float:
        """Seconds without which the next trial would likely run out of time.

        A trial takes as long as those before it; if the time of the last one did not
        suffice, the next one has to have twice as much.
        """
        if self.trials["ended"].tail(1).isin(TOO_SHORT).any():
            return 2 * float(self.trials["seconds"].iloc[-1])
        done = self.trials.loc[self.trials["ended"] == DONE, "seconds"]
        return float(done.mean()) / FITTING if len(done) else 0.0

    def is_through(self) -> bool:
        """Tell whether it would try nothing more, had it all the time in the world."""
        most = MOST_TRIALS if self.contestant.ranges else 1
        last = self.trials["ended"].tail(PATIENCE)
        in_vain = len(last) == PATIENCE and not last.isin([DONE, CUT_SHORT]).any()
        return bool(self.number >= most or in_vain)

    def goes_on(self, share: float) -> bool:
        """Tell whether the next trial would likely end within its share."""
        return not self.is_through() and share - self.used > self.needed


def search(
    split: Split,
    contestants: Sequence[Contestant],
    minutes: float,
    folder: Folder,
    say: Callable[[str], None] = tqdm.write,
) -> bool:
    """Make trials until the minutes are used, or until Ctrl-C.

    Parameters
    ----------
    split : Split
    contestants : sequence of Contestant
    minutes : float
        Of all models together; trials that the folder already holds count.
    folder : Folder
        Gets every trial when it has ended.
    say : function
        Is told of every trial that is better than those of its model before it.

    Returns
    -------
    bool
        Whether the search came to its end; else it was interrupted.

    Raises
    ------
    RuntimeError
        If no process for the trials can be started.
    """
    trials = folder.trials()
    each = 60 * minutes / len(contestants)
    say(f"time: {minutes:g} minutes, {each:.0f} seconds or more a model")
    bar = tqdm(
        total=60 * minutes,
        initial=trials["seconds"].sum(),
        desc="contest",
        bar_format="{desc}: {percentage:3.0f}% of the time |{bar}| {postfix}",
        leave=False,
        disable=None,  # only in a terminal
    )
    try:
        with bar, Worker(split) as worker:
            while True:
                turns = turns_of(trials, contestants)
                share = share_of(turns, 60 * minutes)
                turn = next_turn(turns, share)
                if turn is None:
                    return True
                bar.set_postfix_str(f"{turn.contestant.name}, {turn.number + 1}")
                place = turns.index(turn)
                row, better = trial(worker, turn, place, share, folder, bar.refresh)
                trials = pd.concat([trials, row], ignore_index=True)
                folder.write_trials(trials)
                bar.update(row["seconds"].item())
                if better:
                    spent = trials["seconds"].sum() / 60
                    say(
                        f"{turn.contestant.name:<20} {row['val'].item():.4f}   "
                        f"trial {turn.number + 1}, {spent:.1f} of {minutes:g} min"
                    )
    except KeyboardInterrupt:
        return False


def share_of(turns: Sequence[Turn], seconds: float) -> float:
    """Return the seconds that each model may use which is not through.

    The time is shared equally. What models leave of it that are through goes to the
    others, again in equal parts.
    """
    through = [turn for turn in turns if turn.is_through()]
    left = seconds - sum(turn.used for turn in through)
    return left / max(1, len(turns) - len(through))


def turns_of(trials: pd.DataFrame, contestants: Sequence[Contestant]) -> list[Turn]:
    """Return what each model has done so far."""
    return [Turn(each, trials[trials["model"] == each.name]) for each in contestants]


def next_turn(turns: Sequence[Turn], share: float) -> Turn | None:
    """Return whose turn it is: of those who go on, who has used the least time."""
    going = (turn for turn in turns if turn.goes_on(share))
    return min(going, key=lambda turn: turn.used, default=None)


def trial(
    worker: Worker,
    turn: Turn,
    place: int,
    share: float,
    folder: Folder,
    tick: Callable[[], None],
) -> tuple[pd.DataFrame, bool]:
    """Make the next trial of a model, and keep it if it is the best.

    Parameters
    ----------
    worker : Worker
    turn : Turn
    place : int
        Of the model among those of the contest.
    share : float
        Seconds of the model.
    folder : Folder
    tick : function
        Called now and then while the trial runs.

    Returns
    -------
    DataFrame of one row, bool
        The second tells whether it is better than those before.
    """
    contestant, number = turn.contestant, turn.number
    best = folder.best(place, contestant.name)
    settings = contestant.draw(number)
    worker.start()
    start = perf_counter()
    found = worker.outcome(
        contestant, settings, best.val if best else -np.inf, share - turn.used, tick
    )
    seconds = perf_counter() - start
    if found.judged:
        kept = Best(number, found.val, found.fit_seconds, found.judged)
        folder.write_best(place, contestant.name, kept)
    row = _row(contestant.name, number, settings, found)
    return row.assign(seconds=seconds), found.judged is not None


def _row(
    model: str, number: int, settings: dict[str, object], found: Outcome
) -> pd.DataFrame:
    row = {
        "model": model,
        "trial": number,
        "settings": json.dumps(settings),
        "ended": found.ended,
        "note": found.note,
        "val": found.val,
        "fit_seconds": found.fit_seconds,
    }
    return pd.DataFrame([row])
