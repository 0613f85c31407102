"""For Sphinx: formulas as MathML, which browsers draw and speak without a script."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree import ElementTree

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

#: What latex2mathml does not know or sets too close, and what says the same: \arg, a
#: norm's bars (fonts draw the two in unequal sizes where they may stretch), a \big
#: bracket with an exponent (which would keep it small), the space between a function
#: and what it is of.
SAID_OTHERWISE = (
    (re.compile(r"\\arg(?![A-Za-z])"), r"\\operatorname{arg}"),
    (
        re.compile(
            r"(?<!\\left)(?<!\\right)(?:\\[bB]igg?[lr]?\s*)?\\(?:[lr]?Vert(?![A-Za-z])|\|)"
        ),
        r"\\|",
    ),
    (re.compile(r"(\\[bB]igg?r?\s*[)\]])\s*(?=[\^_])"), r"\1{}"),
    (
        re.compile(
            r"(\\(?:log|ln|sin|cos|tanh))(?:\s+|(?=\\))(?!\\left|\\[bB]ig|[_^(\s])"
        ),
        r"\1\\,",
    ),
)
#: Where there is room, what is minimised over stands below.
BELOW = re.compile(r"\\(min|max)_(\{[^{}]*\}|\\[A-Za-z]+|[A-Za-z])")
#: What it leaves of a command that it does not know: the name, as text.
UNKNOWN = re.compile(r"\\(?:[A-Za-z]+|.)")
#: How many parts these have: with fewer, it lets a part be missing.
PARTS = {"mfrac": 2, "msub": 2, "msup": 2, "mover": 2, "munder": 2, "msubsup": 3}
log = logging.getLogger(__name__)


def mathml(formula: str, *, block: bool = False) -> str:
    """Return a formula as a ``<math>`` element.

    Parameters
    ----------
    formula : str
        LaTeX, without dollar signs.
    block : bool
        Whether it stands on lines of its own.

    Raises
    ------
    ValueError
        If a part of it cannot be converted; the message has the formula.
    """
    source = formula.strip()
    for unknown, known in SAID_OTHERWISE:
        source = unknown.sub(known, source)
    if block:
        source = BELOW.sub(r"\\underset{\2}{\\\1}", source)
    try:
        element = convert(source, display="block" if block else "inline")
        fault = _fault(element)
    except Exception as error:  # the converter's errors have no class in common
        fault = repr(error)
    if fault:
        raise ValueError(f"the formula {formula!r} cannot be converted: {fault}")
    return element


def _fault(element: str) -> str:
    """Say what the converter has passed over in silence; nothing if all is well."""
    if unknown := UNKNOWN.search(element):
        return f"{unknown[0]} is not known"
    for part in ElementTree.fromstring(element).iter():
        name = part.tag.rpartition("}")[2]
        if len(part) != PARTS.get(name, len(part)):
            return f"a part is missing in <{name}>"
    return ""


def _visitor(block: bool) -> Callable[[HTML5Translator, nodes.Element], None]:
    def visit(translator: HTML5Translator, node: nodes.Element) -> None:
        try:
            element = mathml(node.astext(), block=block)
        except ValueError as error:
            log.warning("%s", error, location=node)
            element = ""
        # A wide formula is scrolled, by keyboard too.
        before, after = ('<div class="formula" tabindex="0">', "</div>\n")
        translator.body.append(before + element + after if block else element)
        raise nodes.SkipNode

    return visit


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer; ``html_math_renderer = "mathml"`` chooses it."""
    inline, block = (_visitor(False), None), (_visitor(True), None)
    app.add_html_math_renderer("mathml", inline, block)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
