"""The house: its floors, which room uses which, and a picture of both.

    python -m recnb house        # draws docs/house.svg anew

A room is a folder of the package, or a module that stands by itself.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cache
from importlib.util import resolve_name
from pathlib import Path
from xml.etree import ElementTree

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from recnb.plots.style import BLACK, BLUE, GREY, SKY, styled
from recnb.workshop.notebooks import ROOT

PACKAGE = ROOT / "recnb"
PICTURE = ROOT / "docs" / "house.svg"
#: From the top down: each floor's rooms, and where they stand in the picture, from the
#: left. A room uses rooms of lower floors.
FLOORS = (
    {"__main__": 5.2},
    {
        "check": -1.1,
        "describe": 1.0,
        "contest": 3.1,
        "site": 5.2,
        "workshop": 7.3,
        "widgets": 9.4,
    },
    {"plots": 2.6, "experiments": 6.3},
    {"contestants": 4.5, "scale": 6.6, "peers": 8.7},
    {"evaluation": 2.6, "models": 6.3},
    {"ground": 2.6, "data": 6.6},
)
#: Of this floor, rooms use their neighbours, too.
OFFICES = 1
#: Knows no other room; those of `OFFICES` and above use it.
APART = "lesson"
#: Of the drawing: a box, and the space between two floors.
WIDTH, HEIGHT, STOREY = 1.7, 0.6, 1.35


def floor_of(room: str) -> int:
    """Return the number of a room's floor, 0 at the top.

    Raises
    ------
    ValueError
        If the room stands nowhere in `FLOORS`.
    """
    for number, rooms in enumerate(FLOORS):
        if room in rooms:
            return number
    raise ValueError(f"{room} stands on no floor yet: put it into house.FLOORS.")


def may_use(room: str, other: str) -> bool:
    """Return whether a room may import from another one."""
    if room == APART:
        return False
    here = floor_of(room)
    if other == APART:
        return here <= OFFICES
    return floor_of(other) > here or floor_of(other) == here == OFFICES


def room_of(file: Path) -> str:
    """Return the room of a file of the package."""
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def module_of(file: Path) -> str:
    """Return a file's dotted name; a folder's __init__ bears the folder's."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> dict[str, Path]:
    """Return the file of each module of the package."""
    return {module_of(file): file for file in sorted(PACKAGE.rglob("*.py"))}


def imported_modules(file: Path) -> set[str]:
    """Return the modules of the package that a file imports, in functions as well."""
    folder, names, known = module_of(file.with_name("__init__.py")), set(), modules()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            whole = resolve_name("." * node.level + (node.module or ""), folder)
            inner = [f"{whole}.{alias.name}" for alias in node.names]
            names |= {name if name in known else whole for name in inner}
    return names & known.keys()


def imported_rooms(file: Path) -> set[str]:
    """Return the rooms that a file imports from, its own one as well."""
    dotted = (name.split(".") for name in imported_modules(file))
    return {parts[1] for parts in dotted if len(parts) > 1}


def uses() -> dict[str, set[str]]:
    """Return the other rooms that each room imports from."""
    found: dict[str, set[str]] = {}
    for file in modules().values():
        room = room_of(file)
        if room != "__init__":
            found.setdefault(room, set()).update(imported_rooms(file) - {room})
    return found


def shortest(graph: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Leave out what is reached by way of another room: fewer arrows, the same house.

    Parameters
    ----------
    graph : dict, room -> rooms it uses
        Without a circle.
    """

    def reached(room: str) -> set[str]:
        direct = graph[room]
        return direct.union(*(reached(other) for other in direct))

    return {
        room: {
            other
            for other in others
            if not any(other in reached(between) for between in others - {other})
        }
        for room, others in graph.items()
    }


def in_words(graph: Mapping[str, set[str]]) -> str:
    """Return a line a room, which the picture keeps as its description."""
    return "\n".join(
        f"{room}: {', '.join(sorted(graph[room])) or 'nothing'}"
        for room in sorted(graph)
    )


def described(picture: Path = PICTURE) -> str:
    """Return the description that a picture keeps."""
    tree = ElementTree.parse(picture)
    [words] = tree.iter("{http://purl.org/dc/elements/1.1/}description")
    return words.text or ""


@styled
def drawn(graph: Mapping[str, set[str]]) -> Figure:
    """Draw the rooms on their floors, and an arrow to each room that one uses.

    Arrows that follow from others are left out, and those to the room apart are
    dotted.
    """
    fig = Figure(figsize=(10, 6))
    ax = fig.add_axes((0, 0, 1, 1))
    places = _places()
    for room, others in shortest(graph).items():
        for other in sorted(others):  # a set has no order that stays
            _arrow(ax, places[room], places[other], dotted=other == APART)
    for room, (x, y) in places.items():
        _box(ax, room, x, y)
    ax.set(xlim=(-2.2, 12.1), ylim=(-0.5, STOREY * len(FLOORS) - 0.8))
    ax.set_axis_off()
    return fig


def _places() -> dict[str, tuple[float, float]]:
    """Return the middle of each room's box."""
    places = {APART: (11.0, 2 * STOREY)}
    for number, rooms in enumerate(FLOORS):
        height = STOREY * (len(FLOORS) - 1 - number)
        places |= {room: (x, height) for room, x in rooms.items()}
    return places


def _box(ax: Axes, room: str, x: float, y: float) -> None:
    corner = x - WIDTH / 2, y - HEIGHT / 2
    face = "white" if room == APART else SKY
    style = {"boxstyle": "round,pad=0.02", "facecolor": face, "edgecolor": BLACK}
    ax.add_patch(FancyBboxPatch(corner, WIDTH, HEIGHT, **style))
    ax.text(x, y, room, ha="center", va="center", fontsize=12)


def _arrow(
    ax: Axes, start: tuple[float, float], end: tuple[float, float], *, dotted: bool
) -> None:
    (x, y), (to_x, to_y) = start, end
    line = {"arrowstyle": "-|>", "lw": 1.3, "color": GREY if dotted else BLUE}
    line |= {"ls": ":" if dotted else "-", "shrinkA": 0, "shrinkB": 0}
    if y == to_y:  # a neighbour
        side = WIDTH / 2 if to_x > x else -WIDTH / 2
        points = (to_x - side, to_y), (x + side, y)
    else:
        points = (to_x, to_y + HEIGHT / 2), (x, y - HEIGHT / 2)
    ax.annotate("", *points, arrowprops=line)


def write(picture: Path = PICTURE) -> None:
    """Draw the house as it is into a file."""
    graph = uses()
    words = {"Date": None, "Description": in_words(graph)}
    with mpl.rc_context({"svg.hashsalt": "house"}):  # the same file from the same house
        drawn(graph).savefig(picture, metadata=words)
