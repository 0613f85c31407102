"""The quizzes: a file of questions a lesson, every choice with an explanation."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from recnb.lesson.words import wrapped

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Question:
    """One question; `choices` and `explanations` go by the letter of the choice."""

    text: str
    right: str
    choices: dict[str, str]
    explanations: dict[str, str]


def questions(lesson: int | str) -> list[Question]:
    """Return the questions of a lesson, 8 or "13b", in order.

    Raises
    ------
    ValueError
        If the lesson has no quiz, or a question lacks an explanation for a choice.
    """
    path = FOLDER / f"{_label(lesson)}.toml"
    if not path.is_file():
        raise ValueError(f"Lesson {_label(lesson)} has no quiz.")
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    found = [Question(**entry) for entry in content["question"]]
    for number, each in enumerate(found, start=1):
        letters = each.choices.keys()
        if letters != each.explanations.keys() or each.right not in letters:
            raise ValueError(
                f"{path.name}, question {number}: every choice needs an explanation, "
                "and `right` must name one of them."
            )
    return found


def quiz(lesson: int | str, question: int, choice: str) -> None:
    """Answer a question, and print why the choice is right or not.

    Parameters
    ----------
    lesson : int or str
        Such as 8 or "13b".
    question : int
    choice : str
        A letter. Empty: not answered yet.

    Raises
    ------
    ValueError
        If there is no such question.
    """
    asked = questions(lesson)
    if not 1 <= question <= len(asked):
        raise ValueError(f"Lesson {_label(lesson)} has questions 1 to {len(asked)}.")
    each = asked[question - 1]
    letter = str(choice).strip().lower()
    if not letter:
        print("○ Not answered yet: put a letter between the quotes.")
    elif letter not in each.choices:
        print(f"There is no choice {letter!r}: take {', '.join(each.choices)}.")
    else:
        mark = "✔" if letter == each.right else "✘"
        print(wrapped(f"{mark} {letter}: {each.explanations[letter]}"))


def _label(lesson: int | str) -> str:
    return f"{lesson:02}" if isinstance(lesson, int) else lesson
