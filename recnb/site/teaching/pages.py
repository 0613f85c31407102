"""The pages for lecturers as Markdown, and the pictures that they show."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from nbformat import NotebookNode

from recnb.lesson.syllabus import LESSONS, Lesson, find_lesson
from recnb.notebooks import ROOT
from recnb.site.lecturers import plan
from recnb.site.teaching import classes, courses, quotes, sketches
from recnb.site.teaching.classes import Step

SOURCES = ROOT / "docs" / "lecturers"
#: Titles of the pages that the lecturers' page leads to, by their file.
TITLES = {
    "classes": "Classes of 90 minutes",
    "courses": "A course of two days, and one of a semester",
    "board": "Drawings for the board",
    "misconceptions": "Misconceptions, and what refutes them",
    "discussion": "Questions for discussion",
    "exam": "Exam questions",
    "exam_answers": "Exam questions, answered",
}
#: The answers stand in no list of pages, and the search does not find them.
APART = "---\norphan: true\nnosearch: true\n---\n\n"
KINDS = {
    "derive": "Derive",
    "figure": "Read a figure",
    "protocol": "Find the flaw in a protocol",
    "compute": "Compute by hand",
}

Notebooks = Mapping[str, NotebookNode]


@cache
def source(name: str) -> dict:
    """Return one of the texts in ``docs/lecturers``."""
    return tomllib.loads((SOURCES / f"{name}.toml").read_text("utf-8"))


def lay_out(folder: Path, lessons: Mapping[str, NotebookNode]) -> None:
    """Write the source of every page for lecturers, with its pictures.

    Parameters
    ----------
    folder : Path
        ``docs/lecturers`` of the site's sources.
    lessons : mapping
        The lessons with their outputs, by the stem of their file.

    Raises
    ------
    SiteError
        If a text names what a lesson does not hold.
    """
    notebooks = planned(lessons)
    pages = {
        "classes": classes_page(notebooks),
        "courses": courses_page(notebooks),
        "board": board_page(notebooks),
        "misconceptions": misconceptions_page(notebooks),
        "discussion": discussion_page(notebooks),
        "exam": exam_page(notebooks),
        "exam_answers": APART + answers_page(notebooks),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in pages.items():
        (folder / f"{name}.md").write_text(page, encoding="utf-8")
    for name, sketch in sketches.SKETCHES.items():
        svg = sketch().svg(name.replace("_", " "))
        (folder / f"{name}.svg").write_text(svg, encoding="utf-8")
    for name, label, cell in pictures():
        (folder / f"{name}.png").write_bytes(quotes.picture(notebooks[label], cell))


def planned(lessons: Mapping[str, NotebookNode]) -> dict[str, NotebookNode]:
    """Return the lessons that have a plan, by their label, in the course's order."""
    return {
        lesson.label: lessons[lesson.stem]
        for lesson in LESSONS
        if lesson.stem in lessons and plan(lessons[lesson.stem])
    }


def pictures() -> Iterator[tuple[str, str, str]]:
    """Yield file name, lesson and cell of each figure that is taken from a lesson."""
    for drawing in source("board")["drawing"]:
        if "cell" in drawing:
            yield f"board-{drawing['cell']}", drawing["lesson"], drawing["cell"]
    for question in source("exam")["question"]:
        if "figure" in question:
            yield f"exam-{question['name']}", question["lesson"], question["figure"]


def added(label: str) -> list[dict] | None:
    """Return what 90 minutes add to a lesson's plan; None if nobody has said yet."""
    for lesson in source("classes")["lesson"]:
        if lesson["label"] == label:
            return lesson["add"]
    return None


def steps(notebooks: Notebooks) -> dict[str, list[Step]]:
    """Return the classes of 90 minutes, by the lesson's label."""
    return {
        label: classes.seminar(notebook, added(label))
        for label, notebook in notebooks.items()
        if added(label) is not None
    }


def classes_page(notebooks: Notebooks) -> str:
    """Return the plans of 90 minutes."""
    parts = [
        f"# {TITLES['classes']}",
        "The [plan of each lesson](../lecturers.md) fits into 45 minutes. For 90, its "
        "exercises go between its rows: people write what they have just seen, and "
        "the check tells them at once whether it is right. An exercise has a little "
        "more time here than for one reader alone. What is left is homework.",
    ]
    taught = steps(notebooks)
    for label, notebook in notebooks.items():
        parts.append(f"## {heading(label)}")
        if label not in taught:
            parts.append("The plan for 45 minutes is written, that for 90 is not.")
            continue
        left = courses.homework(notebook, taught[label])
        if not added(label):
            parts.append(
                "The lesson's own plan is for two lectures. For 45 minutes, end with "
                f"minute {classes.SHORT}; the exercises are homework."
            )
        parts.append(classes.table(taught[label]))
        parts.append(
            f"*Homework:* {courses.in_words(left)} ({left.minutes} minutes). "
            f"*On the board:* {drawings_of(label)}."
        )
    return page(parts)


def drawings_of(label: str) -> str:
    """Return links to a lesson's drawings."""
    titles = [
        drawing["title"]
        for drawing in source("board")["drawing"]
        if drawing["lesson"] == label
    ]
    return ", ".join(f"[{each}](board.md#{quotes.anchor(each)})" for each in titles)


def courses_page(notebooks: Notebooks) -> str:
    """Return the timetable of two days and the weeks of a semester."""
    plans = source("courses")
    days, semester = plans["two_days"], plans["semester"]
    parts = [
        f"# {TITLES['courses']}",
        "A class of 45 minutes is the [lesson's own plan](../lecturers.md), one of 90 "
        "is among the [classes with exercises](classes.md).",
        "## Two days",
        "**Before the first day**, everybody has",
        "\n".join(f"- {each}" for each in days["before"]),
    ]
    for day in days["day"]:
        parts += [f"### {day['title']}", timetable(day)]
    parts += [
        left_out(notebooks, two_days_lessons(), days["skipped"]),
        "## One semester: 14 classes of 90 minutes",
        f"**Project.** {semester['project'].strip()}",
        "Homework is what the class leaves of the lesson, with the minutes that the "
        "lesson itself gives it; lessons under *read* come before the class.",
        weeks(notebooks, semester["week"]),
        left_out(notebooks, semester_lessons(), semester["skipped"]),
    ]
    return page(parts)


def timetable(day: Mapping) -> str:
    """Return a day as a table in Markdown."""
    lines = ["| time | what | minutes |", "|---|---|---|"]
    for span, what, minutes in courses.timetable(day):
        lines.append(f"| {span} | {what} | {minutes} |")
    return "\n".join(lines)


def two_days_lessons() -> set[str]:
    """Return the labels of the lessons that two days hold."""
    days = source("courses")["two_days"]["day"]
    blocks = [block for day in days for block in day["block"]]
    return {block["lesson"] for block in blocks if "lesson" in block}


def semester_lessons() -> set[str]:
    """Return the labels of the lessons that a semester holds."""
    weeks = source("courses")["semester"]["week"]
    return {label for week in weeks for label in [*week.get("home", ()), *week["class"]]}


def left_out(notebooks: Notebooks, held: set[str], reasons: Mapping[str, str]) -> str:
    """Return which lessons a course leaves out, and why."""
    lines = [
        f"- {link(label)}: {reasons.get(label, 'newer than this plan')}."
        for label in notebooks
        if label not in held
    ]
    return "\n".join(["**Left out:**", "", *lines])


def weeks(notebooks: Notebooks, plan_of_weeks: Sequence[Mapping]) -> str:
    """Return the weeks as a table in Markdown."""
    taught = steps(notebooks)
    lines = ["| week | class | homework | minutes | project |", "|---|---|---|---|---|"]
    for number, week in enumerate(plan_of_weeks, start=1):
        left = courses.week_homework(week, notebooks, taught)
        home = week.get("home", ())
        words = [f"read {link(label)}" for label in home]
        words += [
            f"{courses.in_words(left[label])} of {label}" for label in week["class"]
        ]
        minutes = sum(each.minutes for each in left.values())
        cells = [
            str(number),
            ", ".join(map(link, week["class"])),
            "; ".join(words),
            str(minutes),
            week.get("project", ""),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def board_page(notebooks: Notebooks) -> str:
    """Return the drawings for the board, in the order of the lessons."""
    parts = [
        f"# {TITLES['board']}",
        "A drawing that grows under a hand is followed better than one that is shown. "
        "Each of these takes two or three minutes. Where the lesson's own figure is the "
        "one to draw, it stands here. The sentence under a drawing says what it shows.",
    ]
    for drawing in source("board")["drawing"]:
        label = drawing["lesson"]
        parts += [f"## {drawing['title']}", f"*For {link(label)}.*"]
        if "sketch" in drawing:
            shown = image(f"{drawing['sketch']}.svg", drawing["sentence"])
            parts += [shown, drawing["sentence"], sketches.steps(drawing["steps"])]
        else:
            cell = drawing["cell"]
            sentence = quotes.said(notebooks[label], [cell])
            title, anchor = quotes.section_of(notebooks[label], cell)
            where = f"../../notebooks/{find_lesson(label).stem}.ipynb#{anchor}"
            words = " ".join(sentence_of(notebooks[label], cell).split())
            assert words in sentence
            parts += [
                image(f"board-{cell}.png", words),
                f"The lesson's own figure ([{section(title)}]({where})). "
                f"{drawing['why']}",
            ]
    return page(parts)


def sentence_of(notebook: NotebookNode, cell: str) -> str:
    """Return the sentence that a lesson has for the figure of this cell."""
    from recnb.site.lessons import PICTURE, sentence_of

    for output in quotes.cell(notebook, cell).outputs:
        if PICTURE in output.get("data", {}):
            return sentence_of(output, f"cell {cell}")
    raise AssertionError(cell)


def misconceptions_page(notebooks: Notebooks) -> str:
    """Return the usual misconceptions, each with what refutes it."""
    parts = [
        f"# {TITLES['misconceptions']}",
        "What people usually believe when they come into a lesson, and the one cell of "
        "it that shows otherwise. The numbers are read from the cell's committed "
        "output; they are those of MovieLens 1M unless the sentence says otherwise.",
    ]
    for label in by_lesson("misconceptions", "misconception", notebooks):
        parts.append(f"## {heading(label)}")
        for each in of_lesson("misconceptions", "misconception", label):
            answer, where = quoted(notebooks, each, "right")
            parts.append(f"**“{each['wrong']}”** {answer} {where}")
    return page(parts)


def discussion_page(notebooks: Notebooks) -> str:
    """Return the questions for discussion, each with what a good answer holds."""
    parts = [
        f"# {TITLES['discussion']}",
        "None of these has one right answer, but each has better and worse ones. Let "
        "pairs talk for three minutes before the room does. Under each question stands "
        "what a good answer holds.",
    ]
    for label in by_lesson("discussion", "question", notebooks):
        parts.append(f"## {heading(label)}")
        for each in of_lesson("discussion", "question", label):
            answer, where = quoted(notebooks, each, "good")
            parts.append(f"**{each['text'].strip()}**")
            parts.append(f"*A good answer:* {answer} {where}".strip())
    return page(parts)


def exam_page(notebooks: Notebooks) -> str:
    """Return the exam questions without their answers."""
    parts = [
        f"# {TITLES['exam']}",
        "A point is about a minute. Each question stands by itself. Numbers in the "
        "questions are made up, unless a source is named. The answers stand on a page "
        "of their own that no list of pages names: [answers](exam_answers.md).",
    ]
    for kind, title in KINDS.items():
        parts.append(f"## {title}")
        for number, question in numbered(kind):
            parts += asked(number, question)
    return page(parts)


def answers_page(notebooks: Notebooks) -> str:
    """Return the exam's answers."""
    parts = [
        f"# {TITLES['exam_answers']}",
        "For lecturers; the [questions](exam.md) have the same numbers.",
    ]
    for kind, title in KINDS.items():
        parts.append(f"## {title}")
        for number, question in numbered(kind):
            label = question["lesson"]
            parts.append(f"**{number}** ({link(label)}). {answer(notebooks, question)}")
    return page(parts)


def numbered(kind: str) -> Iterator[tuple[int, dict]]:
    """Yield the exam's questions of a kind, with their numbers through the whole."""
    order = [q for each in KINDS for q in source("exam")["question"] if q["kind"] == each]
    for number, question in enumerate(order, start=1):
        if question["kind"] == kind:
            yield number, question


def asked(number: int, question: Mapping) -> list[str]:
    """Return the parts of a question as the exam asks it."""
    shown = []
    if "figure" in question:
        shown = [image(f"exam-{question['name']}.png", question["axes"])]
    text = question["text"].strip()
    return [f"**{number}.** {text} *({question['points']} points)*", *shown]


def answer(notebooks: Notebooks, question: Mapping) -> str:
    """Return the answer of an exam question, with its numbers."""
    found = quotes.numbers(
        notebooks[question["lesson"]],
        question.get("cells", ()),
        question.get("shows", ""),
    )
    return quotes.filled(question["answer"].strip(), found | question.get("numbers", {}))


def quoted(notebooks: Notebooks, each: Mapping, field: str) -> tuple[str, str]:
    """Return a text with its numbers, and a link to the section that shows them."""
    notebook, cells = notebooks[each["lesson"]], each.get("cells", ())
    found = quotes.numbers(notebook, cells, each.get("shows", ""))
    text = quotes.filled(each[field].strip(), found)
    if not cells:
        return text, ""
    title, anchor = quotes.section_of(notebook, cells[0])
    stem = find_lesson(each["lesson"]).stem
    return text, f"([{section(title)}](../../notebooks/{stem}.ipynb#{anchor}))"


def by_lesson(name: str, kind: str, notebooks: Notebooks) -> list[str]:
    """Return the labels of the lessons that a text has something for, in order."""
    there = {each["lesson"] for each in source(name)[kind]}
    return [label for label in notebooks if label in there]


def of_lesson(name: str, kind: str, label: str) -> list[dict]:
    """Return what a text has for a lesson."""
    return [each for each in source(name)[kind] if each["lesson"] == label]


def heading(label: str) -> str:
    """Return a lesson's number and title."""
    return f"{label} {find_lesson(label).title}"


def link(label: str) -> str:
    """Return a link to a lesson, with its number and title."""
    lesson: Lesson = find_lesson(label)
    return f"[{label} {lesson.title}](../../notebooks/{lesson.stem}.ipynb)"


def section(title: str) -> str:
    """Return how a section is named in a sentence, such as "section 3"."""
    number = title.partition(". ")[0]
    return f"section {number}" if number.isdigit() else title.partition(" (")[0]


def image(file: str, words: str) -> str:
    """Return an image with its alternative text."""
    return "\n".join(["```{image} " + file, f":alt: {' '.join(words.split())}", "```"])


def page(parts: Sequence[str]) -> str:
    """Return a page of its parts."""
    return "\n\n".join(parts) + "\n"
