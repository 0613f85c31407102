"""The folder of a contest: what is in it, and how it is written, whole or not at all.

====================  ==================================================================
``contest.json``      which contest it is: data, protocol, models, seed, versions
``trials.csv``        a trial a row
``best/MODEL.npz``    what the best trial of a model does for the test users
``table.csv``         the table
``index.html``        the page
====================  ==================================================================
"""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pandas as pd

from recnb.contest.reasons import Examples
from recnb.contest.trials import Judged

COLUMNS = {
    "model": str,
    "trial": int,
    "settings": str,
    "ended": str,
    "note": str,
    "val": float,
    "fit_seconds": float,
    "seconds": float,
}


@dataclass(frozen=True)
class Best:
    """A model's best trial on validation users, and what the test users say of it."""

    trial: int
    val: float
    fit_seconds: float
    judged: Judged


class Folder:
    """What a contest has written, and where it writes.

    Parameters
    ----------
    path : Path
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.page = path / "index.html"
        self.table = path / "table.csv"

    def facts(self) -> dict[str, object] | None:
        """Return what contest lies here, or None.

        Raises
        ------
        ValueError
            If there is something else.
        """
        try:
            return json.loads(self._file("contest.json").read_text("utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            if self._holds_other_things():
                raise ValueError(
                    f"{self.path} holds other things, and no contest. Name a folder "
                    "that is empty or not there yet (--out)."
                ) from None
            return None
        except ValueError:
            raise ValueError(
                f"{self.path / 'contest.json'} is damaged: it says no longer which "
                "contest this is. Name another folder (--out), or remove this one."
            ) from None

    def open(self, facts: Mapping[str, object]) -> None:
        """Begin a contest here, or go on with it.

        Raises
        ------
        ValueError
            If the folder holds another contest.
        """
        stored, asked = self.facts(), json.loads(json.dumps(facts))
        if stored is None:
            text = json.dumps(facts, indent=1, ensure_ascii=False)
            self._write("contest.json", text)
            return
        others = [name for name in asked if stored.get(name) != asked[name]]
        if others:
            raise ValueError(
                f"{self.path} holds another contest, with other {' and '.join(others)}."
                " Name another folder (--out), or remove this one to begin anew."
            )

    def trials(self) -> pd.DataFrame:
        """Return the trials so far, in the order in which they ended."""
        file = self._file("trials.csv")
        if not file.is_file():
            return pd.DataFrame({c: pd.Series(dtype=t) for c, t in COLUMNS.items()})
        return pd.read_csv(
            file,
            dtype=COLUMNS,
            keep_default_na=False,
            na_values={name: [""] for name, kind in COLUMNS.items() if kind is float},
        )

    def write_trials(self, trials: pd.DataFrame) -> None:
        """Write all trials."""
        self._write("trials.csv", trials.to_csv(index=False, float_format="%.6g"))

    def best(self, place: int, model: str) -> Best | None:
        """Return the best trial of a model, or None if none has ended well.

        Parameters
        ----------
        place : int
            Of the model among those of the contest.
        model : str
        """
        file = self._file(_best_name(place, model))
        if not file.is_file():
            return None
        with np.load(file, allow_pickle=False) as kept:
            arrays = dict(kept)
        of_users = {n[5:]: a for n, a in arrays.items() if n.startswith("user/")}
        of_lists = {n[5:]: float(a) for n, a in arrays.items() if n.startswith("list/")}
        shown = Examples(**{each.name: arrays[each.name] for each in fields(Examples)})
        numbers = {n: arrays[n].item() for n in ("trial", "val", "fit_seconds")}
        return Best(**numbers, judged=Judged(of_users, of_lists, shown))

    def write_best(self, place: int, model: str, best: Best) -> None:
        """Write the best trial of a model."""
        judged, buffer = best.judged, io.BytesIO()
        np.savez_compressed(
            buffer,
            trial=best.trial,
            val=best.val,
            fit_seconds=best.fit_seconds,
            **{f"user/{name}": values for name, values in judged.per_user.items()},
            **{f"list/{name}": value for name, value in judged.of_lists.items()},
            **vars(judged.examples),
        )
        self._write(_best_name(place, model), buffer.getvalue())

    def write_results(self, table: pd.DataFrame, page: str) -> None:
        """Write the table and the page."""
        self._write("table.csv", table.to_csv(float_format="%.6g"))
        self._write("index.html", page)

    def _file(self, name: str) -> Path:
        return self.path / name

    def _holds_other_things(self) -> bool:
        if not self.path.is_dir():
            return self.path.exists()
        return any(file.suffix != ".part" for file in self.path.iterdir())

    def _write(self, name: str, content: str | bytes) -> None:
        """Write a file in one move, so that it is never half-written."""
        file = self._file(name)
        part = file.with_name(file.name + ".part")
        data = content.encode("utf-8") if isinstance(content, str) else content
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.write_bytes(data)
            os.replace(part, file)
        finally:
            part.unlink(missing_ok=True)


def _best_name(place: int, model: str) -> str:
    """Return the file of a model; its place tells apart what signs are left out."""
    plain = re.sub(r"[^A-Za-z0-9]", "-", model)
    return f"best/{place:02}-{plain}.npz"
