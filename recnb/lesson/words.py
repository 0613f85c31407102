"""Text for notebook outputs: wrapped, so that it fits on a projector.

JupyterLab with its file browser open shows some 72 characters at 1024 pixels.
"""

from __future__ import annotations

import textwrap

WIDTH = 70


def wrapped(text: str) -> str:
    """Return the text with lines of at most 70 characters, paragraphs kept."""
    return "\n".join(textwrap.fill(line, WIDTH) for line in text.splitlines())
