"""Run an experiment case by case, so that nothing done is ever lost."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from recnb.data import DatasetUnavailableError
from recnb.evaluation.evaluate import versions
from recnb.ground.machine import peak_memory_mb

FOLDER = Path(__file__).parents[2] / "data" / "results"
#: Names of the results that this process has read: an executed notebook says which.
READ: set[str] = set()


@dataclass(frozen=True)
class Experiment:
    """A question, the cases to measure, and how to measure one.

    Parameters
    ----------
    name : str
        Of the file in ``data/results`` and on the command line.
    question : str
        One line.
    cases : sequence of dict
        The arguments of `measure`, the same names in each; a case is done if a row of
        the file has its values.
    measure : function of a case's values
        Returns the rows of the case.
    """

    name: str
    question: str
    cases: Sequence[Mapping[str, object]]
    measure: Callable[..., list[dict[str, object]]]

    def path(self, folder: Path = FOLDER) -> Path:
        """Return where the results are stored."""
        return folder / f"{self.name}.csv"


def run(
    experiment: Experiment, folder: Path = FOLDER, jobs: int = 1
) -> list[Mapping[str, object]]:
    """Measure the cases that are not in the file yet; each is stored when it is done.

    Parameters
    ----------
    experiment : Experiment
    folder : path
        Of the results.
    jobs : int
        Processes that measure side by side. Give each its share of the cores by
        OMP_NUM_THREADS; stored times are those of a machine with so much other work.

    Returns
    -------
    list of cases
        Those that could not be measured, because their dataset cannot be had here.

    Raises
    ------
    ValueError
        If jobs is not a whole number from 1 up.
    KeyboardInterrupt
        On Ctrl-C; the cases that were done are stored.
    """
    if not isinstance(jobs, int) or jobs < 1:
        raise ValueError(f"jobs must be a whole number from 1 up, not {jobs!r}.")
    path = experiment.path(folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    stored = read(path)
    todo = [case for case in experiment.cases if not is_done(case, stored)]
    left_out = []
    with tqdm(
        total=len(todo), desc=experiment.name, unit="case", disable=not todo
    ) as bar:
        for case, found in outcomes(experiment.measure, todo, jobs):
            bar.update()
            bar.set_postfix_str(f"done: {in_words(case)}")
            if isinstance(found, DatasetUnavailableError):
                tqdm.write(f"Left out: {in_words(case)}. {found}")
                left_out.append(case)
                continue
            # Read anew: another run may have stored something in the meantime.
            write(pd.concat([read(path), found], ignore_index=True), path)
    return left_out


def outcomes(
    measure: Callable[..., list[dict[str, object]]],
    cases: Sequence[Mapping[str, object]],
    jobs: int,
) -> Iterator[tuple[Mapping[str, object], pd.DataFrame | DatasetUnavailableError]]:
    """Yield each case as soon as it is done, with its rows or why it has none."""
    if jobs == 1:
        yield from ((case, outcome(measure, case)) for case in cases)
        return
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"))
    try:
        running = {pool.submit(outcome, measure, case): case for case in cases}
        for done in as_completed(running):
            yield running[done], done.result()
    finally:
        pool.shutdown(cancel_futures=True)


def outcome(
    measure: Callable[..., list[dict[str, object]]], case: Mapping[str, object]
) -> pd.DataFrame | DatasetUnavailableError:
    """Return the rows of a case, or why its dataset cannot be had."""
    try:
        return frame(case, measure(**case))
    except DatasetUnavailableError as error:
        return error


def read(path: Path) -> pd.DataFrame:
    """Return what is stored, or an empty table."""
    return pd.read_csv(path) if path.is_file() else pd.DataFrame()


def is_done(case: Mapping[str, object], stored: pd.DataFrame) -> bool:
    """Tell whether a stored row has the values of this case."""
    if stored.empty:
        return False
    same = [stored[name] == value for name, value in case.items()]
    return bool(pd.concat(same, axis=1).all(axis=1).any())


def frame(case: Mapping[str, object], rows: list[dict[str, object]]) -> pd.DataFrame:
    """Return the rows of a case, with its values, the day and what it was run with."""
    what = {
        "measured_on": date.today().isoformat(),
        "versions": "; ".join(f"{name} {v}" for name, v in versions().items()),
        "peak_memory_mib": round(peak_memory_mb()),
    }
    return pd.DataFrame([{**case, **row, **what} for row in rows])


def in_words(case: Mapping[str, object]) -> str:
    """Return a case as text, such as "dataset ml-1m, seed 0"."""
    return ", ".join(f"{name} {value}" for name, value in case.items())


def write(table: pd.DataFrame, path: Path) -> None:
    """Write a table in one move, so that the file is never half-written."""
    part = path.with_suffix(f".{os.getpid()}.part")  # another run may write, too
    try:
        table.to_csv(part, index=False, float_format="%.6g")
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def results(name: str, folder: Path = FOLDER) -> pd.DataFrame:
    """Return the stored results of an experiment, one measurement a row.

    Raises
    ------
    FileNotFoundError
        If it has not been run here; the message says how to.
    """
    path = folder / f"{name}.csv"
    if not path.is_file():
        raise FileNotFoundError(
            f"There are no stored results of {name!r} in {folder}. Run "
            f"python -m recnb run {name}, in a clone of the repository."
        )
    READ.add(name)
    return pd.read_csv(path)


def digest(name: str, folder: Path = FOLDER) -> str:
    """Return a short checksum of the stored results of an experiment."""
    content = (folder / f"{name}.csv").read_bytes()
    return sha256(content).hexdigest()[:16]
