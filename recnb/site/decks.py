"""A lesson's plan as slides: the title, what each row shows, the one number.

The decks are written as Markdown with their pictures, for Sphinx; nothing in them is
written twice.
"""

from __future__ import annotations

import math
import posixpath
import re
import shutil
from base64 import b64decode
from collections.abc import Iterator, Sequence
from pathlib import Path

from nbformat import NotebookNode

from recnb.lesson.syllabus import LESSONS, Lesson, lesson_of
from recnb.site import lecturers
from recnb.site.errors import SiteError
from recnb.site.lectures import Row, Section, rows, sections
from recnb.site.slides import Slide, answered_in, below, in_words, slides, votes
from recnb.site.teaching.texts import asked_anew

REMEMBER = re.compile(
    r"(?:\*\*|## )(?P<title>One \w+ to remember)(?::\*\*)?\s+(?P<text>.*?)(?=\n\n|\Z)",
    re.S,
)
LESSON = re.compile(r"\[[^\]]*\]\((?P<stem>\w+)\.ipynb\)")
LINK = re.compile(r"\]\((?!https?:)(?P<target>[\w./-]+)(?:#[^)]*)?\)")
KEYS = "The arrow keys lead through a deck; Esc shows all of it, S the speaker's view."
MOST_WORDS = 70  # of a list on a slide
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
    index = "\n".join(["# Slides", "", *listed, "", KEYS, ""])
    (folder / "index.md").write_text(index, encoding="utf-8")


def _deck(lesson: Lesson, notebook: NotebookNode, folder: Path) -> Iterator[str]:
    """Yield the parts of a deck as Markdown; write its pictures beside it."""
    yield from title(lesson)
    there = sections(notebook)
    own = {name: vote for each in there.values() for name, vote in votes(each).items()}
    asked = in_words(own, asked_anew(lesson.label))
    pictures, planned = 0, list(_planned(lesson, notebook, there))
    for place, (row, new) in enumerate(planned):
        rest = [section for _, parts in planned[place + 1 :] for section in parts]
        later = answered_in(rest, asked)
        shown = [
            slide for section in new for slide in slides(section, row, asked, later)
        ]
        for nth, slide in enumerate(shown or [opening(row, there)]):
            picture = ""
            if slide.png:
                pictures += 1
                picture = f"{lesson.stem}-{pictures}.png"
                (folder / picture).write_bytes(b64decode(slide.png))
            yield as_markdown(slide, picture, "###" if nth else "##", notes(row))
    yield last(lesson, notebook)


def _planned(
    lesson: Lesson, notebook: NotebookNode, there: dict[int, Section]
) -> Iterator[tuple[Row, list[Section]]]:
    """Yield the rows of the plan, each with the sections that none before it names."""
    seen: set[int] = set()
    for row in rows(lecturers.plan(notebook)[1]):
        if missing := [number for number in row.sections if number not in there]:
            raise SiteError(
                f"notebooks/{lesson.stem}.ipynb: the plan for lecturers names section "
                f"{missing[0]}, which is not there"
            )
        yield row, [there[number] for number in row.sections if number not in seen]
        seen.update(row.sections)


def title(lesson: Lesson) -> Iterator[str]:
    """Yield the first slides: the lesson's question, and its objectives."""
    yield f"# {lesson.label} · {lesson.title}\n\n*{lesson.question}*"
    level = "##"
    for goals in spread(lesson.objectives):
        listed = "\n".join(f"- {goal}" for goal in goals)
        yield f"{level} After this lesson you can\n\n{listed}"
        level = "###"


def spread(parts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield parts in their order, in equal shares of about `MOST_WORDS` at most."""
    words = sum(len(part.split()) for part in parts)
    share = math.ceil(len(parts) / math.ceil(words / MOST_WORDS))
    for start in range(0, len(parts), share):
        yield parts[start : start + share]


def opening(row: Row, there: dict[int, Section]) -> Slide:
    """Return the one slide of a row whose sections have none: what is said."""
    titles = [there[number].title for number in row.sections]
    what = [f"- {part.strip()}" for part in row.what.split(";")]
    heading = ", ".join(titles) or LESSON.sub(_name, row.where)
    elsewhere = [
        f"[Go on there]({each['stem']}.ipynb)" for each in LESSON.finditer(row.where)
    ]
    return Slide(heading, below("\n".join(what), *elsewhere))


def notes(row: Row) -> str:
    """Return what the speaker's view says of a row's slides, in Markdown."""
    return f"Minutes {row.minutes}: {row.what}"


def as_markdown(slide: Slide, picture: str, level: str, said: str) -> str:
    """Return a slide as Markdown.

    Parameters
    ----------
    slide : Slide
    picture : str
        The file of its picture, if it has one.
    level : str
        Of its heading: ``"##"`` for the first slide of a row, ``"###"`` below it.
    said : str
        The speaker's notes.
    """
    alt = " ".join(slide.alt.split())
    options = [f":alt: {alt}", ":class: r-stretch"]  # it takes the room that is left
    image = ["```{image} " + picture, *options, "```", ""]
    shown = "\n".join(image) if picture else ""
    heard = "```{revealjs-notes}\n" + said + "\n```"
    return f"{level} {slide.title}\n\n{shown}\n{slide.text}\n\n{heard}"


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


def _name(link: re.Match[str]) -> str:
    """Return a link to a lesson with the lesson's name."""
    lesson = lesson_of(link["stem"])
    return f"[{lesson.label} · {lesson.title}]({lesson.stem}.ipynb)"


def _from_deck(link: re.Match[str], stems: set[str]) -> str:
    """Return a notebook's link as a deck has it: to a deck, or to the repository."""
    path = posixpath.normpath(posixpath.join("notebooks", link["target"]))
    stem = posixpath.basename(path).partition(".")[0]
    return f"]({stem}.md)" if stem in stems else f"]({path})"
