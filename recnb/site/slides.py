"""The slides of a section: votes, what came out, figures, formulas, short code.

A slide holds one thought. It is taken from the notebook as it stands: the text from its
Markdown, the rest from the outputs of its cells.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from nbformat import NotebookNode

from recnb.lesson.guesses import NO_GUESS
from recnb.site.lectures import Row, Section
from recnb.site.lessons import PICTURE, escaped, sentence_of

MOST_LINES = 12  # of code, or of what is printed
MOST_ROWS, MOST_COLUMNS = 10, 8  # of a table
MOST_ASKED = 45  # words of a question with what leads to it
VOTE = re.compile(r"(?:\*\*)?Predict first[.,:]?(?:\*\*)?[.,:]?\s+(?P<text>.*)", re.S)
GUESS = re.compile(r"^(?P<name>\w+) = \.\.\.(?:\s+# (?P<hint>.*))?$", re.M)
NOT_GUESSED = re.compile(r"\s+".join(map(re.escape, NO_GUESS.split())))
HOW_TO_FILL_IN = re.compile(r"\n\nPut your .*", re.S)  # in a notebook, not in a room
SENTENCES = re.compile(r"(?:(?<=[.?!])(?<!al\.)|(?<=[.?!]\)))\s+(?=\S)")
WRAPPED = re.compile(r"(?<=[,:])\n")  # a line that goes on below
EMPHASIS = ("**", "*", "$", "`")
STYLE = re.compile(r"<style.*?</style>", re.S)
NO_PROSE = ("$$", "#", "|", "-", "<", "1.")


@dataclass(frozen=True)
class Slide:
    """One slide of a row of the plan.

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


@dataclass(frozen=True)
class Vote:
    """What a room is asked before it is told.

    Parameters
    ----------
    lead : str
        The sentences that lead to the question, in Markdown; may be empty.
    question : str
        In Markdown.
    hints : tuple
        What an answer looks like, in words.
    """

    lead: str
    question: str
    hints: tuple[str, ...]

    def slide(self, title: str) -> Slide:
        """Return the slide that asks."""
        asked = f"{self.lead} {self.question}".strip()
        hints = [f"*{escaped(hint)}*" for hint in self.hints]
        return Slide(title, "\n\n".join(["**Predict first**", asked, *hints]))


def votes(section: Section) -> dict[str, Vote]:
    """Return a section's votes, by the name that the guess has in the notebook."""
    found = {}
    for text, code in zip(section.pieces, section.pieces[1:], strict=False):
        if isinstance(text, str) and not isinstance(code, str):
            asked = VOTE.search(text)
            guesses = list(GUESS.finditer(code.source)) if asked else []
            if guesses:
                question = HOW_TO_FILL_IN.sub("", asked["text"]).strip()
                before = text[: asked.start()].rpartition("\n\n")[2]  # in its paragraph
                lead = last_sentences(before, MOST_ASKED - len(question.split()))
                hints = dict.fromkeys(each["hint"] for each in guesses if each["hint"])
                vote = Vote(lead, question[0].upper() + question[1:], tuple(hints))
                found |= {guess["name"]: vote for guess in guesses}
    return found


def in_words(asked: Mapping[str, Vote], words: Mapping[str, str]) -> dict[str, Vote]:
    """Return votes by their guesses' names, some of them in words that stand alone.

    Parameters
    ----------
    asked : mapping
        The votes by the names of their guesses.
    words : mapping
        What is asked in place of a vote's own words, by the name of one of its guesses.
    """
    anew = {
        asked[name]: replace(asked[name], lead="", question=question)
        for name, question in words.items()
        if name in asked
    }
    return {name: anew.get(vote, vote) for name, vote in asked.items()}


def slides(
    section: Section,
    row: Row,
    asked: Mapping[str, Vote],
    later: Collection[Vote] = (),
) -> Iterator[Slide]:
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
    later : collection of Vote
        What later rows answer. If `row` speaks of a vote, these are asked here, too.
    """
    lead = ""
    for piece in section.pieces:
        if isinstance(piece, str):
            yield from _formulas(section.title, piece)
            lead = last_sentence(last_paragraph(piece))
            continue
        answered = list(votes_answered(piece, asked))
        put = votes_put(piece, asked) if "vote" in row.what else ()
        for vote in [*answered, *(each for each in put if each in later)]:
            yield vote.slide(section.title)
        if _is_named(piece.source, row.what):
            code = fenced(piece.source, "python")
            yield Slide(section.title, below(lead, code, _printed(piece)))
        tables = "table" in row.what or bool(answered)
        for output in piece.outputs:
            yield from _shown(section.title, output, answered, lead if tables else None)
        lead = ""


def votes_put(cell: NotebookNode, asked: Mapping[str, Vote]) -> list[Vote]:
    """Return the votes whose guesses a cell takes, each once."""
    names = [guess["name"] for guess in GUESS.finditer(cell.source)]
    return list(dict.fromkeys(asked[name] for name in names if name in asked))


def votes_answered(cell: NotebookNode, asked: Mapping[str, Vote]) -> Iterator[Vote]:
    """Yield the votes whose answer a cell prints, each once."""
    if not any(NOT_GUESSED.search(output.get("text", "")) for output in cell.outputs):
        return
    names = re.findall(r"\w+", cell.source)
    yield from dict.fromkeys(asked[name] for name in names if name in asked)


def answered_in(parts: Iterable[Section], asked: Mapping[str, Vote]) -> set[Vote]:
    """Return the votes that are answered in these sections."""
    pieces = [piece for section in parts for piece in section.pieces]
    cells = [piece for piece in pieces if not isinstance(piece, str)]
    return {vote for cell in cells for vote in votes_answered(cell, asked)}


def _formulas(title: str, text: str) -> Iterator[Slide]:
    """Yield the formulas that stand apart, each below the sentence that leads to it.

    Those that follow each other stand on one slide.
    """
    lead, formulas = "", []
    for paragraph in [*text.split("\n\n"), ""]:
        if paragraph.startswith("$$"):
            formulas.append(paragraph)
            continue
        if formulas:
            yield Slide(title, below(lead, *formulas))
            formulas = []
        lead = last_sentence(paragraph.strip())


def below(*paragraphs: str) -> str:
    """Return paragraphs below each other, without those that are empty."""
    return "\n\n".join(filter(None, paragraphs))


def last_paragraph(text: str) -> str:
    """Return the last paragraph of a text."""
    return text.strip().rpartition("\n\n")[2]


def last_sentence(paragraph: str) -> str:
    """Return a paragraph's last sentence, or more where emphasis would be cut.

    What is no prose has none.
    """
    if paragraph.startswith(NO_PROSE):
        return ""
    parts = SENTENCES.split(paragraph)
    ends = (" ".join(parts[start:]) for start in reversed(range(len(parts))))
    return next(filter(is_whole, ends), paragraph)


def last_sentences(paragraph: str, most: int) -> str:
    """Return as many of a paragraph's last sentences as have `most` words at most."""
    parts = SENTENCES.split(paragraph.strip())
    ends = (" ".join(parts[start:]) for start in range(len(parts)))
    fitting = (end for end in ends if len(end.split()) <= most and is_whole(end))
    return next(fitting, "")


def is_whole(text: str) -> bool:
    """Return whether no emphasis, formula or code is cut off."""
    return all(text.count(mark) % 2 == 0 for mark in EMPHASIS)


def _is_named(source: str, what: str) -> bool:
    """Return whether a cell is short and has what the plan names in backquotes."""
    short = len(source.splitlines()) <= MOST_LINES
    return short and any(name in source for name in re.findall("`([^`]+)`", what))


def _printed(cell: NotebookNode) -> str:
    """Return what a short cell prints; empty if it answers a vote, or is too long."""
    text = "".join(output.get("text", "") for output in cell.outputs)
    lines = [line for line in text.splitlines() if line.strip()]
    long = len(cell.source.splitlines()) + len(lines) > MOST_LINES
    if not lines or long or NOT_GUESSED.search(text):
        return ""
    return fenced("\n".join(lines), "text")


def _shown(
    title: str, output: NotebookNode, answered: list[Vote], lead: str | None
) -> Iterator[Slide]:
    """Yield the slide of one output, if it has one; tables only below a `lead`."""
    data = output.get("data", {})
    if PICTURE in data:
        sentence = sentence_of(output, f"the section {title!r}")
        yield Slide(title, escaped(sentence), data[PICTURE], sentence)
    elif lead is not None and "text/html" in data:
        html = STYLE.sub("", data["text/html"])
        if _fits(html):
            yield Slide(title, below(lead, fenced(html, "{raw} html")))
    elif printed := came_out(output.get("text", "")):
        asked = told(answered, output.text)
        yield Slide(title, below(*asked, "**Measured**", fenced(printed, "text")))


def _fits(html: str) -> bool:
    """Return whether this is a table that can be read from the last row of a room."""
    head, _, body = html.partition("</thead>")
    columns = head.rpartition("<tr")[2].count("<th")
    return 0 < body.count("<tr") <= MOST_ROWS and columns <= MOST_COLUMNS


def came_out(text: str) -> str:
    """Return what a cell printed up to the last answer to a vote; empty without one."""
    *answers, _rest = NOT_GUESSED.split(text)
    lines = [line.strip() for line in "".join(answers).splitlines()]
    return WRAPPED.sub(" ", "\n".join(filter(None, lines)))


def told(votes: list[Vote], text: str) -> list[str]:
    """Return the questions of votes, without those whose answer is not in words."""
    *answers, _rest = NOT_GUESSED.split(text)
    if len(answers) != len(votes):
        return [vote.question for vote in votes]
    both = zip(votes, answers, strict=True)
    return [vote.question for vote, answer in both if answer.strip()]


def fenced(text: str, language: str) -> str:
    """Return text between fences, for Markdown."""
    return f"````{language}\n{text}\n````"
