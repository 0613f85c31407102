"""For Sphinx: formulas and examples in docstrings keep their lines.

The course's docstrings set them apart by an empty line and by indentation alone, which
reads well in an editor; reStructuredText would flow them like prose.
"""

from __future__ import annotations

from sphinx.application import Sphinx

LEAST = 4  # spaces further in than the text before


def with_blocks(lines: list[str]) -> list[str]:
    """Return a docstring's lines, with "::" before each block that is set apart."""
    marked: list[str] = []
    text, in_block, before = "", False, ""  # the last line of text; the last of all
    for line in lines:
        if line.strip():
            deeper = indent(line) >= indent(text) + LEAST
            in_block = in_block and deeper
            if not in_block and deeper and not before:
                in_block = True
                if not text.strip().startswith(".. ") and not text.endswith("::"):
                    marked += [" " * indent(text) + "::", ""]
            if not in_block:
                text = line
        before = line.strip()
        marked.append(line)
    return marked


def indent(line: str) -> int:
    """Return by how many spaces a line is set in."""
    return len(line) - len(line.lstrip())


def _process(app, what, name, thing, options, lines: list[str]) -> None:
    lines[:] = with_blocks(lines)


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect it, before napoleon reads the sections."""
    app.connect("autodoc-process-docstring", _process, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
