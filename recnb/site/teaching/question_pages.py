"""The pages of questions: misconceptions, discussion, an exam, and its answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from recnb.site.teaching import quotes
from recnb.site.teaching.texts import (
    Notebooks,
    entries,
    figure,
    heading,
    link,
    link_to_cell,
    of_lesson,
    page,
)

#: What an exam question asks for -> the heading of its part, in the exam's order.
KINDS = {
    "derive": "Derive",
    "figure": "Read a figure",
    "protocol": "Find the flaw",
    "compute": "Compute by hand",
}
#: No list of pages names the answers, and the search does not find them.
APART = "---\norphan: true\nnosearch: true\n---\n\n"


def misconceptions_page(notebooks: Notebooks) -> str:
    """Return the usual misconceptions, each with what refutes it."""
    parts = [
        "What people usually believe when they come into a lesson, and the one cell "
        "that shows otherwise. The numbers are read from the cell's committed output; "
        "they are those of MovieLens 1M unless the sentence says otherwise."
    ]
    for label in _labels("misconceptions", notebooks):
        parts.append(f"## {heading(label)}")
        for each in of_lesson("misconceptions", label):
            where = link_to_cell(notebooks, label, each["cells"][0])
            words = filled(notebooks, each, "right")
            parts.append(f"**“{each['wrong']}”** {words} ({where})")
    return page("misconceptions", *parts)


def discussion_page(notebooks: Notebooks) -> str:
    """Return the questions for discussion, each with what a good answer holds."""
    parts = [
        "None of these has one right answer, but there are better and worse ones. Let "
        "pairs talk for three minutes before the room does. A star marks what the note "
        "asks that the course grew out of (lesson 09 quotes it)."
    ]
    for label in _labels("discussion", notebooks):
        parts.append(f"## {heading(label)}")
        for each in of_lesson("discussion", label):
            star = " ☆" if each.get("source") else ""
            parts.append(f"**{each['text']}**{star}")
            parts.append(f"*A good answer:* {each['good']}")
    return page("discussion", *parts)


def exam_page() -> str:
    """Return the exam questions without their answers."""
    parts = [
        "A point is about a minute. Each question stands by itself; numbers in it are "
        "made up, unless a source is named. The [answers](exam_answers.md) are apart: "
        "no list of pages names them, and the search does not find them."
    ]
    for kind, title in KINDS.items():
        parts.append(f"## {title}")
        for number, question in numbered(kind):
            points = f"({question['points']} points)"
            parts.append(f"**{number}.** {question['text']} *{points}*")
            if "figure" in question:
                parts.append(figure(f"exam-{number}.png", question["axes"]))
    return page("exam", *parts)


def answers_page(notebooks: Notebooks) -> str:
    """Return the exam's answers."""
    parts = ["The [questions](exam.md) have the same numbers."]
    for kind, title in KINDS.items():
        parts.append(f"## {title}")
        for number, question in numbered(kind):
            words = filled(notebooks, question, "answer")
            parts.append(f"**{number}.** {words} ({link(question['lesson'])})")
    return APART + page("exam_answers", *parts)


def exam_pictures(notebooks: Notebooks) -> Iterator[tuple[str, bytes]]:
    """Yield the files of the exam's figures."""
    for number, question in numbered("figure"):
        png, _ = quotes.figure(notebooks[question["lesson"]], question["figure"])
        yield f"exam-{number}.png", png


def numbered(kind: str) -> Iterator[tuple[int, dict]]:
    """Yield the exam's questions of a kind, numbered through the whole exam."""
    order = [each for name in KINDS for each in entries("exam") if each["kind"] == name]
    for number, question in enumerate(order, start=1):
        if question["kind"] == kind:
            yield number, question


def filled(notebooks: Notebooks, entry: Mapping, field: str) -> str:
    """Return a text of an entry with its numbers, of the lesson and of its own.

    Raises
    ------
    SiteError
        If the lesson's outputs do not hold them.
    """
    notebook, cells = notebooks[entry["lesson"]], entry.get("cells", ())
    found = quotes.numbers(notebook, cells, entry.get("shows", ""))
    return quotes.filled(entry[field], found | entry.get("numbers", {}))


def _labels(name: str, notebooks: Notebooks) -> list[str]:
    """Return the labels of the lessons that a text has entries for, in their order."""
    there = {each["lesson"] for each in entries(name)}
    return [label for label in notebooks if label in there]
