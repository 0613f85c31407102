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
NAMESPACE = "http://www.w3.org/1998/Math/MathML"
PRIMES = {"\N{PRIME}", "\N{DOUBLE PRIME}"}
BAR, LOW_BAR = "\N{OVERLINE}", "\N{MACRON}"
THIN = "0.167em"
SIGNS, OPENING, CLOSING = {"\N{MINUS SIGN}", "+", "\N{PLUS-MINUS SIGN}"}, "([{", ")]}"
log = logging.getLogger(__name__)
ElementTree.register_namespace("", NAMESPACE)


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
    return _set(element)


def _fault(element: str) -> str:
    """Say what the converter has passed over in silence; nothing if all is well."""
    if unknown := UNKNOWN.search(element):
        return f"{unknown[0]} is not known"
    for part in ElementTree.fromstring(element).iter():
        name = part.tag.rpartition("}")[2]
        if len(part) != PARTS.get(name, len(part)):
            return f"a part is missing in <{name}>"
    return ""


def _set(element: str) -> str:
    """Set a formula's small signs as type does: the converter leaves them to a browser.

    As an exponent a prime is too small to be seen, and a macron too short for a bar. A
    sign with nothing before it belongs to what follows, and so does a function's name.
    """
    tree = ElementTree.fromstring(element)
    for part in tree.iter():
        for child in part:
            _set_prime(child)
            if child.text == LOW_BAR:
                child.text = BAR
        for before, child, after in zip(
            [None, *part], part, [*list(part)[1:], None], strict=False
        ):
            if child.tag == _tag("mo"):
                _set_space(before, child, after)
    return ElementTree.tostring(tree, encoding="unicode")


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _set_prime(part: ElementTree.Element) -> None:
    """Put a prime beside what bears it, in full size, and other scripts behind it."""
    name = part.tag.rpartition("}")[2]
    if name not in ("msup", "msubsup"):
        return
    base, *below, above = part
    with_more = len(above) > 1 and above[0].text in PRIMES
    prime = above[0] if with_more else above
    if prime.text not in PRIMES:
        return
    scripts = list(below)
    if with_more:
        above.remove(prime)
        scripts.append(above)
    prime.tag = _tag("mo")
    prime.attrib |= {"lspace": "0", "rspace": "0"}
    if not scripts:
        part[:], part.tag = [base, prime], _tag("mrow")
        return
    primed = ElementTree.Element(_tag("mrow"))
    primed.extend([base, prime])
    part[:] = [primed, *scripts]
    if not (below and with_more):
        part.tag = _tag("msub" if below else "msup")


def _set_space(
    before: ElementTree.Element | None,
    sign: ElementTree.Element,
    after: ElementTree.Element | None,
) -> None:
    """Take away the space between a sign, or a function's name, and what is its own."""
    begins = before is None or (
        before.tag == _tag("mo") and before.text not in {*CLOSING, *PRIMES, "|", "‖"}
    )
    if sign.text in SIGNS and begins and after is not None:
        sign.set("form", "prefix")
    elif (sign.text or "").isalpha() and len(sign.text) > 1:
        opens = after is not None and "".join(after.itertext())[:1] in {*OPENING}
        sign.set("lspace", "0" if begins else THIN)
        sign.set("rspace", "0" if opens else THIN)


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
