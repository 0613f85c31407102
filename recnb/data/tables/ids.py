"""From ids of any kind to codes 0 ... n-1, in the sorted order of the ids."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from recnb.data.tables.cells import BadCell, missing

# As a program writes whole numbers: "007", "+7" and "7.0" are texts.
WHOLE = re.compile(r"-?[1-9]\d{0,18}|0", re.ASCII)
INT64 = np.iinfo(np.int64)


@dataclass(frozen=True)
class Coded:
    """A column of ids.

    Parameters
    ----------
    codes : int32 array of shape (n_rows,)
    ids : array of shape (n_ids,)
        Row j is the id of code j; whole numbers as int64, everything else as objects.
    """

    codes: np.ndarray
    ids: np.ndarray

    @property
    def kind(self) -> str:
        """What the ids are, in words."""
        return "text" if isinstance(self.ids[0], str) else "whole numbers"


class TextCoder(dict):
    """Gives texts their codes, in the order of their first coming.

    It is filled block by block, so that ten million ids need no more memory than the
    different ones among them.
    """

    def __missing__(self, text: str) -> int:
        code = self[text] = len(self)
        return code

    def encode(self, texts: pd.Series) -> np.ndarray:
        """Return the codes of a block of texts, int32."""
        within, different = pd.factorize(texts.to_numpy(dtype=object))
        codes = map(self.__getitem__, different)
        return np.fromiter(codes, dtype=np.int32, count=len(different))[within]


def sorted_codes(
    codes: np.ndarray, coder: TextCoder, role: str, as_numbers: bool = True
) -> Coded:
    """Code texts anew in the order of the ids.

    Parameters
    ----------
    codes : int32 array of shape (n_rows,)
        As the coder returned them.
    coder : TextCoder
    role : str
        ``"user"`` or ``"item"``, for the error.
    as_numbers : bool
        Whether ids become numbers, in the order of numbers, if all of them are whole.

    Raises
    ------
    BadCell
        If an id is empty, or holds a line break, as a lost quotation mark makes them.
    """
    _refuse_empty_and_broken(codes, coder, role)
    ids = _whole_numbers(coder) if as_numbers else None
    if ids is None:
        texts = sorted(coder)  # several times as fast as numpy sorts objects
        ids, order = np.array(texts, dtype=object), [coder[text] for text in texts]
    else:
        order = np.argsort(ids)
        ids = ids[order]
    rank = np.empty(len(ids), dtype=np.int32)
    rank[order] = np.arange(len(ids), dtype=np.int32)
    return Coded(rank[codes], ids)


def factorized(values: np.ndarray) -> Coded:
    """Code an array of ids of one kind that can be sorted."""
    low, high = values.min(), values.max()
    if values.dtype.kind == "i" and int(high) - int(low) < 4 * len(values):
        return _dense(values)
    codes, ids = pd.factorize(values, sort=True)
    return Coded(codes.astype(np.int32), ids)


def _dense(values: np.ndarray) -> Coded:
    """Code whole numbers that lie close together, several times as fast."""
    low = values.min()
    place = values - low
    present = np.zeros(place.max() + 1, dtype=bool)
    present[place] = True
    rank = np.cumsum(present, dtype=np.int32) - np.int32(1)
    return Coded(rank[place], np.flatnonzero(present) + low)


def _refuse_empty_and_broken(codes: np.ndarray, coder: TextCoder, role: str) -> None:
    for text, code in coder.items():
        if not text.strip():
            raise missing(f"{role} id", int(np.argmax(codes == code)))
        if "\n" in text or "\r" in text:
            raise BadCell(
                int(np.argmax(codes == code)),
                f"the {role} id {text[:20]!r} holds a line break: a quotation mark is "
                "opened here and closed on a later line",
                "Remove or double the quotation mark",
            )


def _whole_numbers(texts: Iterable[str]) -> np.ndarray | None:
    """Return the texts as int64, or None if one of them is something else."""
    if not all(map(WHOLE.fullmatch, texts)):
        return None
    values = [int(text) for text in texts]
    if min(values) < INT64.min or max(values) > INT64.max:
        return None
    return np.array(values, dtype=np.int64)
