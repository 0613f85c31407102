"""The process that fits and judges models, and what is said between it and the contest.

A trial that takes longer than it may, or more memory than there is, ends with its
process; the contest goes on with another one. So a trial can be ended at any moment,
and whatever happens in it, nothing is lost but the trial.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from threading import RLock
from time import perf_counter

import numpy as np
from tqdm import tqdm

from recnb.contest.reasons import Examples, examples, people
from recnb.contestants import Contestant, fit
from recnb.evaluation import Split, evaluate
from recnb.experiments.tuning import METRIC

#: What is told of the test users: a value each, and a value of all lists together.
OF_USERS = (METRIC, "recall@20", "recall@50", "novelty@100")
OF_LISTS = ("coverage@100", "Gini@100")
DONE, DIVERGED, FAILED = "done", "diverged", "failed"
OUT_OF_TIME, DIED = "out of time", "died"
#: Seconds between two looks at the clock while a trial runs.
TICK = 0.5


@dataclass(frozen=True)
class Judged:
    """What a model of a chosen trial does for the test users.

    Parameters
    ----------
    per_user : dict, metric -> float array of shape (n_test_users,)
        NaN where a user has nothing held out.
    of_lists : dict, metric -> float
    examples : Examples
    """

    per_user: dict[str, np.ndarray]
    of_lists: dict[str, float]
    examples: Examples


@dataclass(frozen=True)
class Outcome:
    """How a trial ended.

    Parameters
    ----------
    ended : str
        "done", "diverged", "failed" (by an error), "out of time" or "died".
    note : str
        Of an error, its words.
    val : float
        NDCG@100 of the validation users; NaN unless it is done.
    fit_seconds : float
        By the clock, of the fit alone; NaN unless it is done.
    judged : Judged, optional
        Of a trial that is better than those before it on validation users.
    """

    ended: str
    note: str = ""
    val: float = np.nan
    fit_seconds: float = np.nan
    judged: Judged | None = field(default=None, repr=False)


def attempt(
    split: Split, contestant: Contestant, settings: Mapping[str, object], best: float
) -> Outcome:
    """Fit a model and judge it; by the test users only if it may be chosen.

    Parameters
    ----------
    split : Split
    contestant : Contestant
    settings : mapping
        Drawn by the contestant.
    best : float
        The best NDCG@100 of the validation users so far.
    """
    try:
        model = contestant.build(**settings)
        start = perf_counter()
        if not fit(model, split):
            return Outcome(DIVERGED)
        seconds = perf_counter() - start
        val = evaluate(model, split.val, [METRIC]).metrics[METRIC]
        judged = judge(model, split) if val > best else None
    except Exception as error:  # of whatever a contestant does
        words = str(error).partition("\n")[0]
        return Outcome(FAILED, f"{type(error).__name__}: {words}")
    return Outcome(DONE, "", val, seconds, judged)


def judge(model: object, split: Split) -> Judged:
    """Judge a fitted model by the test users."""
    found = evaluate(model, split.test, [*OF_USERS, *OF_LISTS])
    return Judged(
        {name: found.per_user[name].to_numpy() for name in OF_USERS},
        {name: found.metrics[name] for name in OF_LISTS},
        examples(model, split.test.history[people(split.test)]),
    )


def _context() -> BaseContext:
    """Return how processes are started: from one that has read the models, if can be.

    Reading them takes seconds, and a process is needed after each that is ended.
    """
    if "forkserver" not in get_all_start_methods():  # on Windows
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def work(connection: Connection) -> None:
    """Take a split, and then trials until there are no more: what the process does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the contest to handle
    # Bars and lines of models would stand among those of the contest.
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    tqdm.set_lock(RLock())  # its own would be left behind by a process that is ended
    split = connection.recv()
    connection.send("ready")
    while True:
        try:
            job = connection.recv()
        except EOFError:
            return
        connection.send(attempt(split, *job))


class Worker:
    """A process with a split in it, started when it is needed; a context manager.

    Parameters
    ----------
    split : Split
    """

    def __init__(self, split: Split) -> None:
        self.split = split
        self.process = None

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def start(self) -> None:
        """Start a process unless there is one.

        Raises
        ------
        RuntimeError
            If it ends before it takes a trial.
        """
        if self.process is not None:
            return
        context = _context()
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=work, args=(theirs,), daemon=True)
        try:
            self.process.start()
            theirs.close()
            self.connection.send(self.split)
            self.connection.recv()
        except (OSError, EOFError) as error:
            self.end()
            raise RuntimeError(
                "The process in which models are trained could not start; the reason "
                "stands above, or there is too little memory for the data. In a "
                "script, recnb.showdown has to be called below "
                'if __name__ == "__main__":'
            ) from error
        except BaseException:  # Ctrl-C
            self.end()
            raise

    def end(self) -> None:
        """End the process, whatever it does."""
        if self.process is None:
            return
        if self.process.pid is not None:
            self.process.kill()
            self.process.join()
        self.connection.close()
        self.process = None

    def outcome(
        self,
        contestant: Contestant,
        settings: Mapping[str, object],
        best: float,
        limit: float,
        tick: Callable[[], None],
    ) -> Outcome:
        """Have a trial made, and return how it ended.

        Parameters
        ----------
        contestant, settings, best
            As `attempt` takes them.
        limit : float
            Seconds that it may take.
        tick : function
            Called now and then while the trial runs.

        Raises
        ------
        RuntimeError
            If no process can be started.
        """
        self.start()
        until = perf_counter() + limit
        try:
            self.connection.send((contestant, settings, best))
            while not self.connection.poll(min(TICK, max(0, until - perf_counter()))):
                tick()
                if perf_counter() >= until:
                    self.end()
                    return Outcome(OUT_OF_TIME)
            return self.connection.recv()
        except (OSError, EOFError):
            self.end()
            return Outcome(DIED, "its process ended, most likely for lack of memory")
