"""The process that fits and judges models, and what is said between it and the contest.

Some time before a trial has to end, a bell rings in it, as Ctrl-C would: a net that has
been in training keeps its best epoch, and is judged. A trial that takes longer than it
may nevertheless, or more memory than there is, ends with its process; the contest goes
on with another one. So a trial can be ended at any moment, and whatever happens in it,
nothing is lost but the trial.
"""

from __future__ import annotations

import os
import signal
import sys
from _thread import interrupt_main
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from threading import Event, RLock, Timer
from time import perf_counter

import numpy as np
from tqdm import tqdm

from recnb.contest.reasons import Examples, examples, people
from recnb.contestants import Contestant, fit
from recnb.evaluation import Split, evaluate
from recnb.experiments.tuning import METRIC
from recnb.models.base import Recommender

#: What is told of the test users: a value each, and a value of all lists together.
OF_USERS = (METRIC, "recall@20", "recall@50", "novelty@100")
OF_LISTS = ("coverage@100", "Gini@100")
DONE, DIVERGED, FAILED = "done", "diverged", "failed"
CUT_SHORT, OUT_OF_TIME, DIED = "cut short", "out of time", "died"
#: The part of a trial's time after which the bell rings; the rest is to judge in.
FITTING = 0.8
#: Seconds between two looks at the clock while a trial runs.
TICK = 0.5
#: torch loads it, for seconds, with the first optimizer. If the bell rang meanwhile, it
#: would stay half loaded, and every later net of the process would fail.
LOADED_LATE = "torch._dynamo"


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
        "done", "cut short" (a training, by the bell), "diverged", "failed" (by an
        error), "out of time" or "died".
    note : str
        Of an error, its words.
    val : float
        NDCG@100 of the validation users; NaN unless it is done or cut short.
    fit_seconds : float
        By the clock, of the fit alone; NaN where val is.
    judged : Judged, optional
        Of a trial that is better than those before it on validation users.
    """

    ended: str
    note: str = ""
    val: float = np.nan
    fit_seconds: float = np.nan
    judged: Judged | None = field(default=None, repr=False)


def attempt(
    split: Split,
    contestant: Contestant,
    settings: Mapping[str, object],
    best: float,
    limit: float,
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
    limit : float
        Seconds that the trial may take.
    """
    try:
        model = contestant.build(**settings)
        start = perf_counter()
        ended = fit_until(model, split, FITTING * limit)
        if ended in (DIVERGED, OUT_OF_TIME):
            return Outcome(ended)
        seconds = perf_counter() - start
        val = evaluate(model, split.val, [METRIC]).metrics[METRIC]
        judged = judge(model, split) if val > best else None
    except Exception as error:  # of whatever a contestant does
        return _failed(error)
    return Outcome(ended, "", val, seconds, judged)


def fit_until(model: Recommender, split: Split, seconds: float) -> str:
    """Fit a model; return how that ended: done, diverged, cut short or out of time.

    Parameters
    ----------
    model : Recommender
    split : Split
    seconds : float
        After so many, one that watches the validation users is interrupted, and keeps
        its best epoch. Of any other nothing would be left.
    """
    if not hasattr(model, "patience"):
        return DONE if fit(model, split) else DIVERGED
    try:
        with bell(seconds) as rang:
            if not fit(model, split):
                return DIVERGED
    except KeyboardInterrupt:  # by `fit`, or from where no training heard the bell
        pass
    if not rang.is_set():
        return DONE
    log = getattr(model, "log_", None)
    has_epoch = log is not None and log.stopped == "interrupted" and log.val
    return CUT_SHORT if has_epoch else OUT_OF_TIME


@contextmanager
def bell(seconds: float) -> Iterator[Event]:
    """Interrupt the block after so many seconds, as Ctrl-C would; tell whether it rang.

    It has to stand in the main thread.
    """
    rang = Event()

    def interrupt(*_: object) -> None:
        rang.set()
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, interrupt)
    timer = Timer(seconds, interrupt_main)  # as if there were a SIGINT
    timer.start()
    try:
        yield rang
    finally:
        timer.cancel()
        signal.signal(signal.SIGINT, before)


def _failed(error: Exception) -> Outcome:
    words = str(error).partition("\n")[0]
    return Outcome(FAILED, f"{type(error).__name__}: {words}")


def judge(model: Recommender, split: Split) -> Judged:
    """Judge a fitted model by the test users."""
    found = evaluate(model, split.test, [*OF_USERS, *OF_LISTS])
    return Judged(
        {name: found.per_user[name].to_numpy() for name in OF_USERS},
        {name: found.metrics[name] for name in OF_LISTS},
        examples(model, split.test.history[people(split.test)]),
    )


def _context() -> BaseContext:
    """Return how processes are started: on Linux from one that has read the models.

    Reading them takes seconds, and a process is needed after each that is ended.
    Elsewhere there is no such way, or libraries do not bear it.
    """
    if sys.platform != "linux":
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__, LOADED_LATE])
    return context


def work(connection: Connection) -> None:
    """Take a split, and then trials until there are no more: what the process does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the contest to handle
    # Bars and lines of models would stand among those of the contest.
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    tqdm.set_lock(RLock())  # its own would be left behind by a process that is ended
    split = connection.recv()
    import_module(LOADED_LATE)
    connection.send("ready")
    while True:
        try:
            found = attempt(split, *connection.recv())
        except EOFError:
            return
        except Exception as error:  # a contestant that cannot be found from here
            found = _failed(error)
        connection.send(found)


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
        """Have a trial made by the process that was started; return how it ended.

        Parameters
        ----------
        contestant, settings, best
            As `attempt` takes them.
        limit : float
            Seconds that it may take.
        tick : function
            Called now and then while the trial runs.
        """
        until = perf_counter() + limit
        try:
            self.connection.send((contestant, settings, best, limit))
            while not self.connection.poll(min(TICK, max(0, until - perf_counter()))):
                tick()
                if perf_counter() >= until:
                    self.end()
                    return Outcome(OUT_OF_TIME)
            return self.connection.recv()
        except (OSError, EOFError):
            self.end()
            return Outcome(DIED, "its process ended, most likely for lack of memory")
