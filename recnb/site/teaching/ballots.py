"""The votes of a lesson, for whoever holds it: what is asked, and what came out.

They are read from the notebook: a vote is a cell in which a guess is filled in, and its
answer stands below the cell that compares the guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from nbformat import NotebookNode

from recnb.lesson.words import WIDTH
from recnb.site.lectures import sections
from recnb.site.slides import NOT_GUESSED, Vote, in_words, votes, votes_answered


@dataclass(frozen=True)
class Ballot:
    """One vote.

    Parameters
    ----------
    asked, answered : int
        The numbers of the sections that ask, and that answer.
    names : tuple of str
        What the guesses are called in the notebook.
    vote : Vote
    found : str
        What the answering cell has printed; empty where a table or a figure answers.
    """

    asked: int
    answered: int
    names: tuple[str, ...]
    vote: Vote
    found: str


def ballots(notebook: NotebookNode, words: Mapping[str, str]) -> list[Ballot]:
    """Return a lesson's votes in the order in which they are asked.

    Parameters
    ----------
    notebook : NotebookNode
    words : mapping
        What is asked in place of a vote's own words, by the name of one of its guesses.
    """
    parts = sections(notebook)
    own = {number: votes(section) for number, section in parts.items()}
    every = {name: vote for each in own.values() for name, vote in each.items()}
    by_name = in_words(every, words)
    asked = {number: {name: by_name[name] for name in own[number]} for number in own}
    found: dict[Vote, tuple[int, str]] = {}
    for number, section in parts.items():
        for cell in section.pieces:
            if not isinstance(cell, str):
                answers = _answers(cell, list(votes_answered(cell, by_name)))
                found |= {vote: (number, said) for vote, said in answers.items()}
    listed = []
    for number, each in asked.items():
        for vote in dict.fromkeys(each.values()):
            names = tuple(name for name, other in each.items() if other == vote)
            answered, said = found.get(vote, (number, ""))
            listed.append(Ballot(number, answered, names, vote, said))
    return listed


def _answers(cell: NotebookNode, answered: list[Vote]) -> dict[Vote, str]:
    """Return what a cell printed in answer to votes, each on one line.

    Where there are not as many answers as votes, each vote has all of them.
    """
    texts = [output.get("text", "") for output in cell.outputs]
    *said, _ = NOT_GUESSED.split("".join(filter(NOT_GUESSED.search, texts)))
    lines = [on_one_line(each) for each in said]
    if len(lines) == len(answered):
        return dict(zip(answered, lines, strict=True))
    return dict.fromkeys(answered, " ".join(lines))


def on_one_line(text: str) -> str:
    """Return lines as one; where more would have fitted, what ends there is told."""
    parts = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    joined = "".join(parts[:1])
    for line, following in pairwise(parts):
        word = following.split()[0]
        was_broken = len(line) + 1 + len(word) > WIDTH
        is_told = was_broken or line[-1] in ".:;,?!"
        joined += f"{' ' if is_told else '; '}{following}"
    return joined
