"""Runs tasks on Dask: on this process, on workers of this machine, or on a cluster.

Three rules make a result that does not hang on who computes it:

- A task is handed the *name* of what it works on, a part or a file, and reads that by
  itself. If its worker is lost, another one computes the task again. (Data that was
  scattered to the workers would be lost with them.)
- A sum is a tree whose shape depends on the number of tasks alone, not on which of them
  ends first: floating-point numbers are always added in the same order.
- A task changes nothing that it is handed, since its argument may be needed again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from recnb.ground.progress import Progress
from recnb.scale.extra import need

if TYPE_CHECKING:
    from distributed import Client
else:
    Client = object

#: Seconds between two looks at how far the workers are.
PAUSE = 0.05
#: Only this machine, on any port that is free.
NOBODY_ELSE = "127.0.0.1:0"
#: States of a task that is still to be done, in the scheduler's words.
AHEAD = {"waiting", "queued", "processing", "no-worker"}


class WorkerLostError(RuntimeError):
    """A task has ended several workers; the message says what may help."""


@contextmanager
def cluster(
    workers: int = 2, memory: str = "4GB", address: str | None = None
) -> Iterator[Client]:
    """Start workers on this machine, or connect to a cluster; a context manager.

    Parameters
    ----------
    workers : int
        Processes of one thread each.
    memory : str
        What each of them may take. Beyond 60% of it a worker writes results that wait
        for their turn to disk; at 95% it is ended, and its tasks begin anew elsewhere.
    address : str, optional
        Of the scheduler of a cluster that is already there, such as
        ``"tcp://10.0.0.1:8786"``; then the two others do not count. Its workers need
        this package, and the folders under the same names.

    Yields
    ------
    Client
        For the functions of this room.
    """
    distributed = need("distributed")
    if address is not None:
        with distributed.Client(address) as client:
            yield client
        return
    with (
        TemporaryDirectory(
            prefix="recnb-workers-", ignore_cleanup_errors=True
        ) as spill,
        distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            memory_limit=memory,
            # With None, pages about the work would be served to the whole network.
            dashboard_address=NOBODY_ELSE,
            worker_dashboard_address=NOBODY_ELSE,
            local_directory=spill,
            silence_logs=50,  # that a worker is lost is no error here
        ) as local,
        distributed.Client(local) as client,
    ):
        yield client


class Work:
    """Tasks that are put together first, and computed then.

    Parameters
    ----------
    what : str
        For the line of progress.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        self._dask = need("dask")
        self._prefix = f"piece-{uuid4().hex}-"
        self._n_pieces = 0

    def each(self, task: Callable[..., Any], pieces: Sequence[object]) -> list[Any]:
        """Return a delayed task for each piece."""
        values = []
        for piece in pieces:
            name = f"{self._prefix}{self._n_pieces}"
            self._n_pieces += 1
            values.append(self._dask.delayed(task)(piece, dask_key_name=name))
        return values

    def then(self, task: Callable[..., Any], value: Any) -> Any:
        """Return a delayed task that is done with the result of another one."""
        return self._dask.delayed(task)(value)

    def sum(self, values: Sequence[Any], add: Callable[[Any, Any], Any]) -> Any:
        """Return the sum of delayed values: of neighbours, then of those sums, ...

        Parameters
        ----------
        values : sequence of delayed values, one or more
        add : function of two results, which must not change them
        """
        values = list(values)
        add = self._dask.delayed(add)
        while len(values) > 1:
            pairs = [values[i : i + 2] for i in range(0, len(values), 2)]
            values = [add(*pair) if len(pair) == 2 else pair[0] for pair in pairs]
        return values[0]

    def results(
        self, values: Sequence[Any], client: Client | None
    ) -> Iterator[tuple[int, Any]]:
        """Yield the number of each value and its result, as they are done.

        Parameters
        ----------
        values : sequence of delayed values
        client : Client, optional
            Without one, the tasks are done one after another in this process.

        Raises
        ------
        WorkerLostError
            If a task has ended several workers.
        """
        with Progress(self.what, self._n_pieces) as progress:
            if client is None:
                yield from self._results_here(values, progress)
            else:
                yield from self._results_there(values, client, progress)

    def _results_here(
        self, values: Sequence[Any], progress: Progress
    ) -> Iterator[tuple[int, Any]]:
        def after(key: str, *_: object) -> None:
            if str(key).startswith(self._prefix):
                progress.step()

        for number, value in enumerate(values):
            with need("dask.callbacks").Callback(posttask=after):
                result = value.compute(scheduler="synchronous")
            yield number, result

    def _results_there(
        self, values: Sequence[Any], client: Client, progress: Progress
    ) -> Iterator[tuple[int, Any]]:
        killed = need("distributed").KilledWorker
        waiting = dict(enumerate(client.compute(list(values))))
        try:
            while waiting:
                done = [number for number in waiting if waiting[number].done()]
                for number in done:
                    yield number, waiting[number].result()
                    del waiting[number]  # the workers may forget it
                time.sleep(PAUSE)
                ahead = client.run_on_scheduler(_ahead, self._prefix)
                finished = 0 if ahead is None else self._n_pieces - ahead
                for _ in range(finished - progress.done):
                    progress.step()
        except killed as error:
            raise WorkerLostError(
                f"{self.what}: a task has ended several workers, one after another. "
                "Perhaps it needs more memory than a worker has: give the workers "
                "more, or take smaller parts or panels."
            ) from error
        finally:
            client.cancel(list(waiting.values()))  # after Ctrl-C, too


def map_reduce(
    task: Callable[..., Any],
    pieces: Sequence[object],
    add: Callable[[Any, Any], Any],
    client: Client | None,
    what: str,
) -> Any:
    """Do a task for each piece, and return the sum of what they return.

    Parameters
    ----------
    task : function of a piece
    pieces : sequence of one or more
    add : function of two results, which must not change them
    client : Client, optional
    what : str
        For the line of progress.

    Raises
    ------
    WorkerLostError
        If a task has ended several workers.
    """
    work = Work(what)
    [(_, total)] = work.results([work.sum(work.each(task, pieces), add)], client)
    return total


def _ahead(prefix: str, dask_scheduler: Any = None) -> int | None:
    """Return how many tasks are still to be done; runs on the scheduler.

    A task whose result has been fetched is forgotten there. As long as none is known,
    the tasks have not arrived, or all are done, and the answer is None.
    """
    tasks = dask_scheduler.tasks.items()
    states = [task.state for name, task in tasks if str(name).startswith(prefix)]
    return sum(state in AHEAD for state in states) if states else None
