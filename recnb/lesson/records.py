"""Which exercises are done, kept in a file on the reader's own machine."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from recnb.lesson.syllabus import LESSONS
from recnb.lesson.tables import Table

DEFAULT = Path(__file__).resolve().parents[2] / "notebooks" / ".progress.json"
ORDER = ("untouched", "wrong", "right")  # a later state is never taken back


def file() -> Path | None:
    """Return where progress is kept.

    The setting RECNB_PROGRESS names another file; ``off`` keeps no progress at all, and
    neither does a name that belongs to a folder or a device.
    """
    typed = os.environ.get("RECNB_PROGRESS", "").strip(" \"'")
    setting = os.path.expanduser(typed) or DEFAULT
    # Unlike a Path, os.path answers where the folder may not even be looked into.
    taken = os.path.exists(setting) and not os.path.isfile(setting)
    return None if typed.lower() == "off" or taken else Path(setting)


def read() -> dict[str, str]:
    """Return the best state of each exercise so far, such as ``{"08.1": "right"}``.

    A file that cannot be read as progress is put aside, not overwritten. One that may
    not be opened counts as empty.
    """
    path = file()
    try:
        return {} if path is None else _stored(path)
    except OSError:
        return {}


def _stored(path: Path) -> dict[str, str]:
    """Return what the file holds; an OSError if it may not be opened or put aside."""
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return {}
    try:
        stored = json.loads(text)
        return {name: state for name, state in stored.items() if state in ORDER}
    except (ValueError, AttributeError):
        os.replace(path, path.with_suffix(".damaged"))
        return {}


def record(name: str, state: str) -> None:
    """Store the state of an exercise, unless a better one is stored already.

    Where the file cannot be read or written, nothing is stored: a lesson must go on.
    """
    path = file()
    if path is None:
        return
    with suppress(OSError):
        states = _stored(path)
        if ORDER.index(state) > ORDER.index(states.get(name, "untouched")):
            _write(path, {**states, name: state})


def _write(path: Path, states: dict[str, str]) -> None:
    """Replace the file as a whole, or leave it as it was."""
    part = path.with_suffix(f".part-{os.getpid()}")
    try:
        part.write_text(json.dumps(states), encoding="utf-8")
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def exercise_names() -> list[str]:
    """Return the names of all exercises of the course, such as ``"08.1"``."""
    from recnb.lesson import exercises

    names = []
    for module in iter_modules(exercises.__path__, f"{exercises.__name__}."):
        functions = vars(import_module(module.name)).values()
        names += [getattr(function, "exercise", "") for function in functions]
    return sorted(filter(None, names))


def progress() -> Table:
    """Return how many exercises of each written lesson are tried, and how many done."""
    states = read()
    names: dict[str, list[str]] = {}
    for name in exercise_names():
        names.setdefault(name.partition(".")[0], []).append(name)
    rows = []
    for lesson in (each for each in LESSONS if each.ready):
        found = [states.get(name, "untouched") for name in names.get(lesson.label, ())]
        tried = len(found) - found.count("untouched")
        counts = str(tried), f"{found.count('right')} of {len(found)}"
        rows.append((f"{lesson.label} {lesson.title}", *counts))
    return Table(("lesson", "exercises tried", "right"), rows)
