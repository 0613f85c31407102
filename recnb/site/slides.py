"""The slides of a section: votes, what came out, figures, formulas, short code.

A slide holds one thought. It is taken from the notebook as it stands: the text from its
Markdown, the rest from the outputs of its cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nbformat import NotebookNode

from recnb.lesson.guesses import NO_GUESS
from recnb.site.lectures import Row, Section
from recnb.site.lessons import PICTURE, escaped, sentence_of

MOST_LINES = 12  # of code, or of what is printed
MOST_ROWS, MOST_COLUMNS = 10, 8  # of a table
VOTE = re.compile(r"(?:\*\*)?Predict first[.,:]?(?:\*\*)?[.,:]?\s+(?P<text>.*)", re.S)
GUESS = re.compile(r"^(?P<name>\w+) = \.\.\.(?:\s+# (?P<hint>.*))?$", re.M)
NOT_GUESSED = re.compile(r"\s+".join(map(re.escape, NO_GUESS.split())))
SENTENCES = re.compile(r"(?<=[.:?!])\s+(?=\S)")
STYLE = re.compile(r"<style.*?</style>", re.S)
NO_PROSE = ("$$", "#", "|", "-", "<", "1.")


@dataclass(frozen=True)
class Slide:
    """One slide below a row of the plan.

    Parameters
    ----------
    title : str
    text : str
        Markdown.
    png : str
        A picture above the text, in base64; empty for none.
    alt : str
        What is to be seen in it.
    """

    title: str
    text: str
    png: str = ""
    alt: str = ""


def votes(section: Section) -> dict[str, Slide]:
    """Return a section's votes, by the name that the guess has in the notebook."""
    found = {}
    for text, code in zip(section.pieces, section.pieces[1:], strict=False):
        if isinstance(text, str) and not isinstance(code, str):
            vote = VOTE.search(text)
            guesses = list(GUESS.finditer(code.source)) if vote else []
            if guesses:
                hints = [f"*{escaped(g['hint'])}*" for g in guesses if g["hint"]]
                asked = vote["text"][0].upper() + vote["text"][1:].strip()
                slide = Slide("Predict first", "\n\n".join([asked, *hints]))
                found |= {guess["name"]: slide for guess in guesses}
    return found


def slides(section: Section, row: Row, asked: Mapping[str, Slide]) -> Iterator[Slide]:
    """Yield the slides of a section, in the order of the notebook.

    Parameters
    ----------
    section : Section
    row : Row
        The row of the plan that names it. Code is shown where `row` names something in
        it in backquotes; tables where `row` speaks of them, or a vote is answered.
    asked : mapping
        All votes of the lesson. Each stands right before what came out: a vote may
        close the section before.
    """
    for piece in section.pieces:
        if isinstance(piece, str):
            yield from _formulas(section.title, piece)
            continue
        answered = list(_answered(piece, asked))
        yield from answered
        if _is_named(piece.source, row.what):
            yield Slide(section.title, fenced(piece.source, "python"))
        tables = "table" in row.what or bool(answered)
        for output in piece.outputs:
            yield from _shown(section.title, output, tables)


def _answered(cell: NotebookNode, asked: Mapping[str, Slide]) -> Iterator[Slide]:
    """Yield the votes whose answer a cell prints, each once."""
    if not any(NOT_GUESSED.search(output.get("text", "")) for output in cell.outputs):
        return
    names = re.findall(r"\w+", cell.source)
    yield from dict.fromkeys(asked[name] for name in names if name in asked)


def _formulas(title: str, text: str) -> Iterator[Slide]:
    """Yield the formulas that stand apart, each below the sentence that leads to it."""
    before = ""
    for paragraph in text.split("\n\n"):
        if paragraph.startswith("$$"):
            lead = "" if before.startswith(NO_PROSE) else last_sentence(before)
            yield Slide(title, f"{lead}\n\n{paragraph}")
        before = paragraph.strip()


def last_sentence(paragraph: str) -> str:
    """Return a paragraph's last sentence, or all of it where emphasis would be cut."""
    last = SENTENCES.split(paragraph)[-1]
    whole = all(last.count(mark) % 2 == 0 for mark in ("**", "*", "$", "`"))
    return last if whole else paragraph


def _is_named(source: str, what: str) -> bool:
    """Return whether a cell is short and has what the plan names in backquotes."""
    short = len(source.splitlines()) <= MOST_LINES
    return short and any(name in source for name in re.findall("`([^`]+)`", what))


def _shown(title: str, output: NotebookNode, tables: bool) -> Iterator[Slide]:
    """Yield the slide of one output, if it has one."""
    data = output.get("data", {})
    if PICTURE in data:
        sentence = sentence_of(output, f"the section {title!r}")
        yield Slide(title, escaped(sentence), data[PICTURE], sentence)
    elif tables and "text/html" in data:
        html = STYLE.sub("", data["text/html"])
        if _fits(html):
            yield Slide(title, fenced(html, "{raw} html"))
    elif printed := came_out(output.get("text", "")):
        yield Slide("Measured", fenced(printed, "text"))


def _fits(html: str) -> bool:
    """Return whether this is a table that can be read from the last row of a room."""
    head, _, body = html.partition("</thead>")
    columns = head.rpartition("<tr")[2].count("<th")
    return 0 < body.count("<tr") <= MOST_ROWS and columns <= MOST_COLUMNS


def came_out(text: str) -> str:
    """Return what a cell printed up to the last answer to a vote; empty without one."""
    *answers, _rest = NOT_GUESSED.split(text)
    lines = [line.strip() for line in "".join(answers).splitlines()]
    return "\n".join(filter(None, lines))


def fenced(text: str, language: str) -> str:
    """Return text between fences, for Markdown."""
    return f"````{language}\n{text}\n````"
