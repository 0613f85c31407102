"""Text for notebook outputs: numbers in words, and lines that fit on a projector.

JupyterLab with its file browser open shows some 72 characters at 1024 pixels.
"""

from __future__ import annotations

import textwrap

import pandas as pd

WIDTH = 70


def listed(table: pd.Series | pd.DataFrame, form: str = "{:.3f}") -> str:
    """Return the numbers of a table as text, such as "EASE 0.229, 0.417; SVAE 0.305".

    Parameters
    ----------
    table : Series or DataFrame
        Its index says what the numbers of a row are of.
    form : str
        How each number is written.
    """
    rows = pd.DataFrame(table).itertuples(name=None)
    words = (f"{name} {', '.join(map(form.format, row))}" for name, *row in rows)
    return "; ".join(words)


def wrapped(text: str) -> str:
    """Return the text with lines of at most 70 characters, paragraphs kept."""
    return "\n".join(textwrap.fill(line, WIDTH) for line in text.splitlines())
