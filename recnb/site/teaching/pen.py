"""A pen for sketches: lines, arrows, dots and words as SVG, on a white board.

The origin is the board's upper left corner, as in SVG. What is set apart is thick or
dashed as well as coloured.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from html import escape

INK, MARK = "#222222", "#0072b2"
SIZE = 15
#: Width of a letter over the size of the type, with room to spare.
LETTER = 0.56

Point = tuple[float, float]


class Board:
    """A board to draw on; every stroke returns nothing and stays.

    Parameters
    ----------
    width, height : float
        In pixels.
    """

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self.strokes: list[str] = []

    def line(
        self, *points: Point, mark: bool = False, dashed: bool = False, arrow=False
    ) -> None:
        """Draw a line through points; with an arrow, its tip is at the last."""
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self._add("polyline", _stroke(mark, dashed), points=path, fill="none")
        if arrow:
            self._tip(points[-2], points[-1], mark)

    def curve(self, points: Iterable[Point], **style: bool) -> None:
        """Draw a smooth curve, given by many points."""
        self.line(*points, **style)

    def box(self, x: float, y: float, width: float, height: float, **style) -> None:
        """Draw a rectangle by its upper left corner."""
        fill = style.pop("fill", "none")
        place = {"x": x, "y": y, "width": width, "height": height}
        self._add("rect", _stroke(**style), fill=fill, **place)

    def ring(self, x: float, y: float, radius: float, **style) -> None:
        """Draw a circle."""
        fill = style.pop("fill", "none")
        self._add("circle", _stroke(**style), fill=fill, cx=x, cy=y, r=radius)

    def dot(self, x: float, y: float, radius: float = 5, mark: bool = False) -> None:
        """Draw a filled dot."""
        self.ring(x, y, radius, mark=mark, fill=MARK if mark else INK)

    def word(self, x: float, y: float, text: str, **style) -> None:
        """Write words; `anchor` is start, middle or end, `size` in pixels.

        Raises
        ------
        ValueError
            If they would leave the board.
        """
        size, anchor = style.get("size", SIZE), style.get("anchor", "start")
        length = LETTER * size * len(text)
        left = x - length * {"start": 0, "middle": 0.5, "end": 1}[anchor]
        if left < 0 or left + length > self.width or not size <= y <= self.height:
            raise ValueError(f"no room for {text!r} at {x:.0f}, {y:.0f}")
        weight = "bold" if style.get("bold") else "normal"
        colour = MARK if style.get("mark") else INK
        self.strokes.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" '
            f'text-anchor="{anchor}" fill="{colour}">{escape(text)}</text>'
        )

    def svg(self, title: str) -> str:
        """Return the drawing, with its title."""
        box = f"0 0 {self.width:g} {self.height:g}"
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" '
                f'width="{self.width:g}" height="{self.height:g}" role="img" '
                'font-family="Helvetica, Arial, sans-serif">',
                f"<title>{escape(title)}</title>",
                '<rect width="100%" height="100%" fill="white"/>',
                *self.strokes,
                "</svg>",
                "",
            ]
        )

    def _tip(self, before: Point, end: Point, mark: bool) -> None:
        angle = math.atan2(end[1] - before[1], end[0] - before[0])
        corners = [end]
        for turn in (2.7, -2.7):
            x = end[0] + 11 * math.cos(angle + turn)
            y = end[1] + 11 * math.sin(angle + turn)
            corners.append((x, y))
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
        self._add("polygon", "", points=path, fill=MARK if mark else INK)

    def _add(self, shape: str, stroke: str, **values: object) -> None:
        put = " ".join(
            f'{name}="{value:.1f}"' if isinstance(value, float) else f'{name}="{value}"'
            for name, value in values.items()
        )
        self.strokes.append(f"<{shape} {put} {stroke}/>")


def _stroke(mark: bool = False, dashed: bool = False) -> str:
    colour, width = (MARK, 3) if mark else (INK, 1.6)
    dashes = ' stroke-dasharray="6 5"' if dashed else ""
    return f'stroke="{colour}" stroke-width="{width}"{dashes}'
