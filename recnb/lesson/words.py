"""Text for notebook outputs: wrapped, so that it fits on a projector."""

from __future__ import annotations

import textwrap

WIDTH = 79


def wrapped(text: str) -> str:
    """Return the text with lines of at most 79 characters, paragraphs kept."""
    return "\n".join(textwrap.fill(line, WIDTH) for line in text.splitlines())
