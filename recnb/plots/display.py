"""Put a figure before the reader, with what to see in it said in words."""

from __future__ import annotations

import io
import textwrap
from base64 import b64encode

from IPython.display import display
from matplotlib.figure import Figure

# JupyterLab with its file browser open shows some 72 characters at 1024 pixels.
WIDTH = 70


def png(fig: Figure) -> bytes:
    """Return the figure as an opaque PNG."""
    buffer = io.BytesIO()
    fig.savefig(buffer, format="png", dpi=fig.dpi, facecolor="white")
    return buffer.getvalue()


def show(fig: Figure, alt: str) -> None:
    """Display a figure, and under it the sentence that says what to see.

    The sentence is also stored as the picture's alternative text, for front ends and
    pages that read it aloud, and stands in for the picture where none can be shown.

    Parameters
    ----------
    fig : Figure
    alt : str
        One sentence, with the numbers that matter.

    Raises
    ------
    ValueError
        If the sentence is missing.
    """
    if not alt.strip():
        raise ValueError("Say in one sentence what to see in the figure: alt='...'.")
    picture = b64encode(png(fig)).decode()
    display(
        {"image/png": picture, "text/plain": alt},
        metadata={"image/png": {"alt": alt}},
        raw=True,
    )
    print(textwrap.fill(alt, WIDTH))
