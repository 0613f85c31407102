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
from recnb.contest.trials import DONE, OUT_OF_TIME, Outcome, Worker
from recnb.contestants import Contestant
from recnb.evaluation import Split

#: A model tries so many settings at most, as in the course's own search.
MOST_TRIALS = 60
#: After so many trials in a row without a score, a model is left alone.
PATIENCE = 10


@dataclass(frozen=True)
class Share:
    """What one model has used of its share of the time.

    Parameters
    ----------
    contestant : Contestant
    trials : DataFrame
        Its trials, a row each.
    seconds : float
        The share.
    """

    contestant: Contestant
    trials: pd.DataFrame
    seconds: float

    @property
    def used(self) -> float:
        """Seconds of its trials."""
        return float(self.trials["seconds"].sum())

    @property
    def left(self) -> float:
        """Seconds that are left of the share."""
        return self.seconds - self.used

    def goes_on(self) -> bool:
        """Tell whether the model has a trial left and the time for its quickest one."""
        most = MOST_TRIALS if self.contestant.ranges else 1
        ended = self.trials["ended"]
        in_vain = len(ended) >= PATIENCE and (ended.tail(PATIENCE) != DONE).all()
        if len(ended) >= most or in_vain or OUT_OF_TIME in ended.tail(1).to_numpy():
            return False
        done = self.trials.loc[self.trials["ended"] == DONE, "seconds"]
        return self.left > (done.min() if len(done) else 0)


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
    share = share_of(contestants, minutes)
    trials = with_time_for_more(folder.trials(), share)
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
            while (turn := next_turn(trials, contestants, share)) is not None:
                bar.set_postfix_str(f"{turn.contestant.name}, {len(turn.trials) + 1}")
                row, better = trial(worker, turn, contestants, folder, bar.refresh)
                trials = pd.concat([trials, row], ignore_index=True)
                folder.write_trials(trials)
                bar.update(row["seconds"].item())
                if better:
                    spent = trials["seconds"].sum() / 60
                    say(
                        f"{turn.contestant.name:<20} {row['val'].item():.4f}   "
                        f"trial {len(turn.trials) + 1}, {spent:.1f} of {minutes:g} min"
                    )
    except KeyboardInterrupt:
        return False
    return True


def share_of(contestants: Sequence[Contestant], minutes: float) -> float:
    """Return the seconds of each model; one with nothing to tune needs few of them."""
    return 60 * minutes / max(1, sum(bool(each.ranges) for each in contestants))


def with_time_for_more(trials: pd.DataFrame, share: float) -> pd.DataFrame:
    """Return the trials without those that ran out of time if there is more time now.

    They hold nothing, and are made again.
    """
    used = trials.groupby("model")["seconds"].transform("sum")
    again = (trials["ended"] == OUT_OF_TIME) & (used < 0.99 * share)  # is rounded
    return trials[~again].reset_index(drop=True)


def next_turn(
    trials: pd.DataFrame, contestants: Sequence[Contestant], share: float
) -> Share | None:
    """Return whose turn it is: of those who go on, who has used the least time."""
    shares = [
        Share(each, trials[trials["model"] == each.name], share) for each in contestants
    ]
    return min((s for s in shares if s.goes_on()), key=lambda s: s.used, default=None)


def trial(
    worker: Worker,
    turn: Share,
    contestants: Sequence[Contestant],
    folder: Folder,
    tick: Callable[[], None],
) -> tuple[pd.DataFrame, bool]:
    """Make the next trial of a model, and keep it if it is the best.

    Returns
    -------
    DataFrame of one row, bool
        The second tells whether it is better than those before.
    """
    contestant, number = turn.contestant, len(turn.trials)
    place = [each.name for each in contestants].index(contestant.name)
    best = folder.best(place, contestant.name)
    settings = contestant.draw(number)
    worker.start()
    start = perf_counter()
    found = worker.outcome(
        contestant, settings, best.val if best else -np.inf, turn.left, tick
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
