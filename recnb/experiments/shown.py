"""The dashboard: what every stored run was, and what it measured.

    python -m recnb show                # a line an experiment
    python -m recnb show infinite_ae    # a line a measurement

In a notebook `overview` and `runs` give the same as tables to sort and to filter.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from recnb.experiments.runner import FOLDER, results

#: What a run was made with, the same in many rows: shown once, below the table.
CIRCUMSTANCES = ("protocol", "versions")
#: Long columns for programs.
NOT_SHOWN = ("thousandths",)
UNKNOWN_DAY = "before 2026-11-29"


def overview(folder: Path = FOLDER) -> pd.DataFrame:
    """Return what is stored, one experiment a row.

    Parameters
    ----------
    folder : path
        Of the csv files.

    Returns
    -------
    DataFrame, index: name of the experiment
        ``rows``, ``datasets``, ``seeds`` (their number), ``peak MiB`` (the most memory
        that a process of it held) and ``measured on`` (the last day).

    Raises
    ------
    FileNotFoundError
        If the folder has no results.
    """
    files = sorted(Path(folder).glob("*.csv"))
    if not files:
        raise FileNotFoundError(
            f"There are no stored results in {folder}. They are part of a clone of the "
            "repository; python -m recnb run NAME makes them again."
        )
    table = pd.DataFrame([_line(file) for file in files])
    return table.set_index("experiment")


def _line(file: Path) -> dict[str, object]:
    table = pd.read_csv(file)
    return {
        "experiment": file.stem,
        "rows": len(table),
        "datasets": ", ".join(table.get("dataset", pd.Series(dtype=str)).unique()),
        "seeds": table["seed"].nunique() if "seed" in table else 1,
        "peak MiB": table["peak_memory_mib"].max(),
        "measured on": _day(table),
    }


def _day(table: pd.DataFrame) -> str:
    days = table.get("measured_on", pd.Series(dtype=str)).dropna()
    return days.max() if len(days) else UNKNOWN_DAY


def runs(name: str, folder: Path = FOLDER) -> pd.DataFrame:
    """Return every measurement of an experiment: settings, metrics, seconds, memory.

    Parameters
    ----------
    name : str
    folder : path

    Returns
    -------
    DataFrame, a measurement a row
        The columns of the file, but for those that only programs read, and for those
        that are empty.

    Raises
    ------
    FileNotFoundError
        If it has not been run here; the message says how to.
    """
    table = results(name, folder).dropna(axis=1, how="all")
    if "measured_on" not in table:
        table["measured_on"] = UNKNOWN_DAY
    return table.drop(columns=[c for c in NOT_SHOWN if c in table])


def as_text(name: str, folder: Path = FOLDER) -> str:
    """Return the runs of an experiment as lines, and below them how they were made."""
    table = runs(name, folder)
    shared = [column for column in CIRCUMSTANCES if column in table]
    lines = [
        table.drop(columns=shared).to_string(
            index=False, na_rep="", float_format="{:.4g}".format, max_colwidth=60
        )
    ]
    for column in shared:
        lines.append(f"\n{column}:")
        lines += [f"  {value}" for value in table[column].dropna().unique()]
    return "\n".join(lines)
