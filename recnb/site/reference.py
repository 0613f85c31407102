"""The pages on the package: one a room, from its docstrings."""

from __future__ import annotations

from importlib import import_module
from inspect import isclass, isfunction

#: The rooms that a reader calls, in the order of the way of an interaction.
ROOMS = (
    "recnb",
    "recnb.data",
    "recnb.models",
    "recnb.evaluation",
    "recnb.plots",
    "recnb.widgets",
    "recnb.lesson",
    "recnb.experiments",
    "recnb.contest",
)


def contents() -> str:
    """Return the page that leads to the others, as reStructuredText."""
    return "\n".join(
        [
            *heading("The package"),
            "What the notebooks share, room by room.",
            "",
            *(f"- :doc:`{room}`: {first_line(room)}" for room in ROOMS),
            "",
            ".. toctree::",
            "   :hidden:",
            "",
            *(f"   {room}" for room in ROOMS),
            "",
        ]
    )


def first_line(room: str) -> str:
    """Return what a room says of itself first."""
    return import_module(room).__doc__.strip().splitlines()[0]


def page(room: str) -> str:
    """Return a room's page: its docstring, and those of all that it offers."""
    lines = [
        *heading(room),
        f".. automodule:: {room}",
        "",
        f".. currentmodule:: {room}",
    ]
    for name in public(room):
        kind = (
            "autoclass"
            if isclass(getattr(import_module(room), name))
            else "autofunction"
        )
        members = ["   :members:"] if kind == "autoclass" else []
        lines += ["", *heading(name, "-"), f".. {kind}:: {name}", *members]
    return "\n".join(lines) + "\n"


def public(room: str) -> list[str]:
    """Return the classes and functions that a room offers, by name."""
    module = import_module(room)
    names = sorted(module.__all__, key=str.lower)
    return [
        name
        for name in names
        if isclass(getattr(module, name)) or isfunction(getattr(module, name))
    ]


def heading(text: str, line: str = "=") -> list[str]:
    """Return a heading and an empty line."""
    return [text, line * len(text), ""]
