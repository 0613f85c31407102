"""One quick look at every byte of a text file, before pandas reads it.

pandas' reader drops surplus fields when it is asked for some columns only, fills up
short rows, and takes 007 for the number 7: none of it with a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

QUOTED = re.compile(rb'"[^"]*"')
NEWLINE, RETURN, SPACE, TAB, PLUS, MINUS, ZERO, NINE = b"\n\r \t+-09"


class ZeroByteError(Exception):
    """The file is no text."""


@dataclass(frozen=True)
class Look:
    """What a quick look says.

    Parameters
    ----------
    even : bool
        Whether every row surely has the expected number of fields. False is no proof
        of the opposite: blank lines and line breaks in a field deceive a quick look.
    plain : bool
        Whether there is surely no number with a sign, a needless 0, a space or quotes
        around it, which would not be the same text if it were written again.
    """

    even: bool
    plain: bool


def look(parts: Iterable[bytes], sep: str, n_fields: int, quotes: bool) -> Look:
    """Look at every row of a text.

    Parameters
    ----------
    parts : iterable of bytes
        The text in UTF-8, cut anywhere; parts of a quarter of a megabyte fit the
        processor's cache.
    sep : str
        One ASCII character.
    n_fields : int
        At least 2.
    quotes : bool
        Whether quotation marks hold fields together.

    Raises
    ------
    ZeroByteError
        If there is a zero byte: no text has one.
    """
    plain = True
    others = bytes(set(range(256)) - {ord(sep), NEWLINE})
    row = sep.encode() * (n_fields - 1) + b"\n"
    for block in _blocks(parts):
        if b"\0" in block:
            raise ZeroByteError
        quoted = quotes and b'"' in block
        marks = (QUOTED.sub(b"", block) if quoted else block).translate(None, others)
        if marks != row * (len(marks) // len(row)) or (quoted and _is_cut(block)):
            return Look(even=False, plain=False)
        plain = plain and not quoted and _is_plain(block, sep)
    return Look(even=True, plain=plain)


def _blocks(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the text in blocks of whole lines, without blank lines at their ends."""
    rest = b""
    for part in parts:
        whole, newline, rest = (rest + part).rpartition(b"\n")
        if whole := whole.strip(b"\r\n"):
            yield whole + newline
    if rest.strip():
        yield rest + b"\n"


def _is_cut(block: bytes) -> bool:
    """Say whether a quotation mark is left open at the end."""
    return block.count(b'"') % 2 == 1


def _is_plain(block: bytes, sep: str) -> bool:
    """Look for cells that begin with a sign, a needless 0 or a space, or end with one.

    A cell that starts and ends so in any column counts: this is quicker than to count
    the columns.
    """
    cells = np.frombuffer(b"\n" + block + b"\n", dtype=np.uint8)
    marks = (cells == ord(sep)) | (cells == NEWLINE) | (cells == RETURN)
    spaces = (cells == SPACE) | (cells == TAB)
    digits = (cells >= ZERO) & (cells <= NINE)
    begins = spaces | (cells == PLUS) | (cells == MINUS)
    begins[:-1] |= (cells[:-1] == ZERO) & digits[1:]
    return not ((marks[:-1] & begins[1:]).any() or (spaces[:-1] & marks[1:]).any())
