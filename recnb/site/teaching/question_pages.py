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
#: The navigation does not show the answers, and the search does not find them.
APART = "---\norphan: true\nnosearch: true\n---\n\n"
BETWEEN = "\0"  # two texts of an entry


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
            (words,) = filled(notebooks, each, "right")
            parts.append(f"**“{each['wrong']}”** {words} ({where})")
    return page("misconceptions", *parts)


def discussion_page(notebooks: Notebooks) -> str:
    """Return the questions for discussion, each with what a good answer holds."""
    parts = [
        "None of these has one right answer, but there are better and worse ones. Let "
        "pairs talk for three minutes before the room does. A star marks what the note "
        "asks that the course grew out of (lesson 09 quotes it). What a question needs "
        "of a lesson is in its 45 minutes, unless a section is named."
    ]
    for label in _labels("discussion", notebooks):
        parts.append(f"## {heading(label)}")
        for each in of_lesson("discussion", label):
            star = " ☆" if each.get("source") else ""
            (good,) = filled(notebooks, each, "good")
            parts.append(f"**{each['text']}**{star}{_needed(each)}")
            parts.append(f"*A good answer.* {good}")
    return page("discussion", *parts)


def _needed(question: Mapping) -> str:
    """Return which sections a question needs that the 45 minutes leave out."""
    needs = " and ".join(f"section {number}" for number in question.get("needs", ()))
    return f" *(needs {needs})*" if needs else ""


def exam_page(notebooks: Notebooks) -> str:
    """Return the exam questions without their answers, and papers made of them."""
    parts = [
        "A point is about a minute, and a pocket calculator is allowed. Each question "
        "stands by itself. Its numbers are made up, unless a source is named, and a "
        "figure is one of the course's. Whoever has read the course may have read "
        "these questions: for an exam with grades change the numbers, the films and "
        "the wrong sentences. As they stand, the questions are for practice.",
        *_papers(),
    ]
    for kind, title in KINDS.items():
        parts.append(f"## {title}")
        for number, question in numbered(kind):
            points = f"({question['points']} points)"
            text, _ = asked(notebooks, question)
            parts.append(f"**{number}.** {text} *{points}*")
            if "figure" in question:
                parts.append(figure(f"exam-{number}.png", question["axes"]))
    return page("exam", *parts)


def _papers() -> Iterator[str]:
    """Yield the papers: which questions, with how many points together."""
    yield "## Sample papers"
    known = {
        each["name"]: (number, each["points"])
        for kind in KINDS
        for number, each in numbered(kind)
    }
    yield (
        "Of these questions one tells of another's answer, so that they do not belong "
        f"into one paper: {together()}."
    )
    for paper in entries("papers"):
        chosen = sorted(known[name] for name in paper["questions"])
        numbers = ", ".join(str(number) for number, _ in chosen)
        total = sum(points for _, points in chosen)
        yield (
            f"**{paper['title']}.** {paper['text']} Questions {numbers}: together "
            f"{total} points."
        )


def together() -> str:
    """Return the numbers of the questions that share a subject, subject by subject."""
    shared: dict[str, list[int]] = {}
    for kind in KINDS:
        for number, each in numbered(kind):
            if "subject" in each:
                shared.setdefault(each["subject"], []).append(number)
    return "; ".join(", ".join(map(str, numbers)) for numbers in shared.values())


def answers_page(notebooks: Notebooks) -> str:
    """Return the exam's answers."""
    parts = [
        "The [questions](exam.md) have the same numbers. A number in brackets, such as "
        "(2), gives the points for what stands before it. Other ways to the same "
        "result earn the same points."
    ]
    for kind, title in KINDS.items():
        parts.append(f"## {title}")
        for number, question in numbered(kind):
            _, answer = asked(notebooks, question)
            parts.append(f"**{number}.** {answer} ({link(question['lesson'])})")
    return APART + page("exam_answers", *parts)


def asked(notebooks: Notebooks, question: Mapping) -> list[str]:
    """Return a question of the exam and its answer, with their numbers."""
    return filled(notebooks, question, "text", "answer")


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


def filled(notebooks: Notebooks, entry: Mapping, *fields: str) -> list[str]:
    """Return texts of an entry with its numbers, of the lesson and of its own.

    Raises
    ------
    SiteError
        If the lesson's outputs do not hold them, or no text has a place for one.
    """
    notebook, cells = notebooks[entry["lesson"]], entry.get("cells", ())
    found = quotes.numbers(notebook, cells, entry.get("shows", ""))
    whole = BETWEEN.join(entry[field] for field in fields)
    return quotes.filled(whole, found | entry.get("numbers", {})).split(BETWEEN)


def _labels(name: str, notebooks: Notebooks) -> list[str]:
    """Return the labels of the lessons that a text has entries for, in their order."""
    there = {each["lesson"] for each in entries(name)}
    return [label for label in notebooks if label in there]
