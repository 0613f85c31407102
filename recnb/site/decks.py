"""A lesson's plan as slides: the title, a slide a row, what it shows, the one number.

The decks are written as Markdown with their pictures, for Sphinx; nothing in them is
written twice.
"""

from __future__ import annotations

import posixpath
import re
import shutil
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode

from recnb.lesson.syllabus import LESSONS, Lesson
from recnb.site import lecturers
from recnb.site.errors import SiteError
from recnb.site.lectures import Row, Section, rows, sections
from recnb.site.slides import Slide, slides, votes

REMEMBER = re.compile(
    r"(?:\*\*|## )(?P<title>One \w+ to remember)(?::\*\*)?\s+(?P<text>.*?)(?=\n\n|\Z)",
    re.S,
)
LINK = re.compile(r"\]\((?!https?:)(?P<target>[\w./-]+)(?:#[^)]*)?\)")
ALONE = "---\norphan: true\n---\n\n"  # no table of contents leads to it


def lay_out(folder: Path, notebooks: dict[str, NotebookNode]) -> None:
    """Write the source of every deck, and of the page that lists them.

    Parameters
    ----------
    folder : Path
        Is emptied first.
    notebooks : dict
        Lessons with their outputs, by the stem of their file; those without a plan have
        no deck.

    Raises
    ------
    SiteError
        If a plan names a section that is not there, or the last slide has no words.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    planned = [
        lesson
        for lesson in LESSONS
        if lesson.stem in notebooks and lecturers.plan(notebooks[lesson.stem])
    ]
    stems = {lesson.stem for lesson in planned}
    for lesson in planned:
        parts = [ALONE, *_deck(lesson, notebooks[lesson.stem], folder)]
        text = LINK.sub(lambda link: _from_deck(link, stems), "\n\n".join(parts))
        (folder / f"{lesson.stem}.md").write_text(text, encoding="utf-8")
    listed = [f"- [{each.label} {each.title}]({each.stem}.md)" for each in planned]
    index = "\n".join(["# Slides", "", *listed, ""])
    (folder / "index.md").write_text(index, encoding="utf-8")


def _deck(lesson: Lesson, notebook: NotebookNode, folder: Path) -> Iterator[str]:
    """Yield the parts of a deck as Markdown; write its pictures beside it."""
    yield title(lesson)
    there = sections(notebook)
    asked = {
        name: vote for each in there.values() for name, vote in votes(each).items()
    }
    pictures, seen = 0, set()
    for row in rows(lecturers.plan(notebook)[1]):
        if missing := [number for number in row.sections if number not in there]:
            raise SiteError(
                f"notebooks/{lesson.stem}.ipynb: the plan for lecturers names section "
                f"{missing[0]}, which is not there"
            )
        yield opening(row, there)
        for number in row.sections:
            if number in seen:
                continue
            seen.add(number)
            for slide in slides(there[number], row, asked):
                picture = ""
                if slide.png:
                    pictures += 1
                    picture = f"{lesson.stem}-{pictures}.png"
                    (folder / picture).write_bytes(b64decode(slide.png))
                yield as_markdown(slide, picture)
    yield last(lesson, notebook)


def title(lesson: Lesson) -> str:
    """Return the first slide: the lesson's question and objectives."""
    goals = "\n".join(f"- {goal}" for goal in lesson.objectives)
    return (
        f"# {lesson.label} · {lesson.title}\n\n*{lesson.question}*\n\n"
        f"After this lesson you can\n\n{goals}"
    )


def opening(row: Row, there: dict[int, Section]) -> str:
    """Return the slide of a row: its sections, what is said, and the minutes."""
    titles = [f"{number}. {there[number].title}" for number in row.sections]
    what = [f"- {part.strip()}" for part in row.what.split(";")]
    heading = titles[0] if len(titles) == 1 else _sentence(row.where)
    listed = [f"**{each}**" for each in titles] if len(titles) > 1 else []
    return "\n\n".join(
        [f"## {heading}", *listed, "\n".join(what), f"*Minutes {row.minutes}*"]
    )


def as_markdown(slide: Slide, picture: str) -> str:
    """Return a slide below that of its row; `picture` is its file, if it has one."""
    image = ["```{image} " + picture, f":alt: {' '.join(slide.alt.split())}", "```", ""]
    shown = "\n".join(image) if picture else ""
    return f"### {slide.title}\n\n{shown}\n{slide.text}"


def last(lesson: Lesson, notebook: NotebookNode) -> str:
    """Return the last slide, with what is to be remembered."""
    for cell in notebook.cells:
        found = REMEMBER.search(cell.source) if cell.cell_type == "markdown" else None
        if found:
            words = found["text"][0].upper() + found["text"][1:]
            return f"## {found['title']}\n\n{words}\n"
    raise SiteError(
        f"notebooks/{lesson.stem}.ipynb has a plan for lecturers, but no paragraph "
        "'**One number to remember:** ...' for its last slide"
    )


def _sentence(words: str) -> str:
    """Return a row's place with a capital letter; bare numbers are sections."""
    words = f"sections {words}" if words[0].isdigit() else words
    return re.sub("[a-z]", lambda first: first[0].upper(), words, count=1)


def _from_deck(link: re.Match[str], stems: set[str]) -> str:
    """Return a notebook's link as a deck has it: to a deck, or to the repository."""
    path = posixpath.normpath(posixpath.join("notebooks", link["target"]))
    stem = posixpath.basename(path).partition(".")[0]
    return f"]({stem}.md)" if stem in stems else f"]({path})"
