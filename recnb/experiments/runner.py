"""Run an experiment case by case, so that nothing done is ever lost."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from recnb.data import DatasetUnavailableError
from recnb.evaluation.evaluate import versions
from recnb.machine import peak_memory_mb

FOLDER = Path(__file__).parents[2] / "data" / "results"


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


def run(experiment: Experiment, folder: Path = FOLDER) -> list[Mapping[str, object]]:
    """Measure the cases that are not in the file yet; each is stored when it is done.

    Returns
    -------
    list of cases
        Those that could not be measured, because their dataset cannot be had here.

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C; the cases that were done are stored.
    """
    path = experiment.path(folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    stored = read(path)
    todo = [case for case in experiment.cases if not is_done(case, stored)]
    left_out = []
    with tqdm(todo, desc=experiment.name, unit="case", disable=not todo) as bar:
        for case in bar:
            bar.set_postfix_str(in_words(case))
            try:
                rows = experiment.measure(**case)
            except DatasetUnavailableError as error:
                tqdm.write(f"Left out: {in_words(case)}. {error}")
                left_out.append(case)
                continue
            # Read anew: another run may have stored something in the meantime.
            write(pd.concat([read(path), frame(case, rows)], ignore_index=True), path)
    return left_out


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
    """Return the rows of a case, with its values and what it was run with."""
    what = {
        "versions": "; ".join(f"{name} {v}" for name, v in versions().items()),
        "peak_memory_mib": round(peak_memory_mb()),
    }
    return pd.DataFrame([{**case, **row, **what} for row in rows])


def in_words(case: Mapping[str, object]) -> str:
    """Return a case as text, such as "dataset ml-1m, seed 0"."""
    return ", ".join(f"{name} {value}" for name, value in case.items())


def write(table: pd.DataFrame, path: Path) -> None:
    """Write a table in one move, so that the file is never half-written."""
    part = path.with_suffix(".part")
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
    return pd.read_csv(path)
