"""Tables of words: what a source says, what we measured, and why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from recnb.lesson.words import wrapped


@dataclass(frozen=True, repr=False)
class Table:
    """A table of sentences, as HTML where it can be shown and as text elsewhere.

    Parameters
    ----------
    columns : sequence of str
    rows : sequence of rows of str
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    def __repr__(self) -> str:
        blocks = [
            "\n".join(
                wrapped(f"{column}: {text}")
                for column, text in zip(self.columns, row, strict=True)
            )
            for row in self.rows
        ]
        return "\n\n".join(blocks)

    def _repr_html_(self) -> str:
        left = "style='text-align:left;vertical-align:top'"
        head = "".join(f"<th {left}>{escape(column)}</th>" for column in self.columns)
        body = "".join(
            "<tr>"
            + "".join(f"<td {left}>{_breakable(text)}</td>" for text in row)
            + "</tr>"
            for row in self.rows
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _breakable(text: str) -> str:
    """Return a text as HTML; a line may end between two words joined by a stroke."""
    return re.sub(r"(?<=\w)\|(?=\w)", "|<wbr>", escape(text))


def source_says(rows: Sequence[tuple[str, str, str]]) -> Table:
    """Return the table of a source's claims.

    Parameters
    ----------
    rows : sequence of (claim, measured, why)
        The claim in few words; what we measured, with its number; and under which
        conditions the claim holds, or why it does not.
    """
    return Table(("the source says", "we measured", "why, and when it holds"), rows)
