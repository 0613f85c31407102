"""For Sphinx: docstrings as they are written here, for numpydoc to read.

Formulas and examples are set apart by an empty line and by indentation alone, which
reads well in an editor; reStructuredText would flow them like prose. Bars are bars:
the course has no substitutions, |S| is the size of S. NDCG@10 is no address. And where
a function's formula is from stands under "Source", a section that numpydoc leaves out.
"""

from __future__ import annotations

import re

from sphinx.application import Sphinx

SOURCE = re.compile(r"^Source\n------$", re.M)
NO_MARKUP = re.compile(r"(?P<kept>`+[^`]+`+)|\||(?<=\w)@(?=\w)")
DIRECTIVE = ".. "  # such as ".. math::", whose formula is none of our text
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
                if not is_directive(text) and not text.endswith("::"):
                    marked += [" " * indent(text) + "::", ""]
            if not in_block:
                text = line = line if is_directive(line) else as_text(line)
        before = line.strip()
        marked.append(line)
    return marked


def is_directive(line: str) -> bool:
    """Return whether a line begins a directive."""
    return line.lstrip().startswith(DIRECTIVE)


def as_text(line: str) -> str:
    """Return a line whose bars and @ are no markup; code and formulas stay."""
    return NO_MARKUP.sub(lambda found: found["kept"] or "\\" + found[0], line)


def with_known_sections(lines: list[str]) -> list[str]:
    """Return a docstring's lines, with the section "Source" under its usual name."""
    text = "\n".join(lines)
    return SOURCE.sub("References\n----------", text).split("\n")


def indent(line: str) -> int:
    """Return by how many spaces a line is set in."""
    return len(line) - len(line.lstrip())


def _process(app, what, name, thing, options, lines: list[str]) -> None:
    lines[:] = with_known_sections(with_blocks(lines))


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect it, before numpydoc reads the sections."""
    app.connect("autodoc-process-docstring", _process, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
