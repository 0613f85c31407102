"""Drawings for the board, each made of few strokes that a hand can follow.

Where a drawing has numbers or a geometry, these are computed from the lesson's example.
`SKETCHES` has them by name; ``docs/lecturers/board.toml`` says to which lesson they
belong, what they show, and in which order to draw.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np

from recnb.site.teaching.pen import Board, Point

#: Likes of five people for three films.
LIKES = np.array([[1, 1, 0], [1, 1, 0], [1, 0, 1], [0, 1, 1], [1, 1, 1]])
#: Lesson 09's two films: fans of Aliens and of Alien, and of both; the penalty.
ALIENS, ALIEN, BOTH, PENALTY = 3, 4, 3, 1


def paired_differences() -> Board:
    """Join users by lines: levels differ much, differences little."""
    board = Board(560, 300)
    levels = np.array([0.12, 0.25, 0.33, 0.46, 0.58, 0.72])
    gains = np.array([0.05, 0.03, 0.06, 0.02, 0.05, 0.04])
    board.word(110, 24, "model A", anchor="middle")
    board.word(230, 24, "model B", anchor="middle")
    for level, gain in zip(levels, gains, strict=True):
        ends = [(110, 270 - 290 * level), (230, 270 - 290 * (level + gain))]
        board.line(*ends)
        for x, y in ends:
            board.dot(x, y)
    board.word(170, 294, "each line is a user", anchor="middle")
    board.word(420, 24, "B minus A", anchor="middle", mark=True)
    board.line((340, 270), (510, 270), dashed=True)
    board.word(330, 275, "0", anchor="end")
    for place, gain in enumerate(gains):
        board.dot(360 + 26 * place, 270 - 290 * gain, mark=True)
    board.word(420, 294, "all above zero", anchor="middle")
    return board


def bottleneck() -> Board:
    """Lead a row through a short code, and back."""
    board = Board(520, 300)
    inputs = [(80, 50 + 50 * place) for place in range(5)]
    code = [(260, 110), (260, 190)]
    outputs = [(440, y) for _, y in inputs]
    for left, right in ((inputs, code), (code, outputs)):
        for start in left:
            for end in right:
                board.line(start, end)
    for place, (x, y) in enumerate(inputs):
        board.ring(x, y, 12, fill="#222222" if place in (0, 1) else "white")
    for x, y in code:
        board.ring(x, y, 14, fill="white", mark=True)
    for place, (x, y) in enumerate(outputs):
        filled = "#222222" if place in (0, 1) else "white"
        board.ring(x, y, 12, fill=filled, mark=place == 2)
    board.word(80, 24, "the likes", anchor="middle")
    board.word(260, 84, "code", anchor="middle", mark=True)
    board.word(440, 24, "the scores", anchor="middle")
    board.word(440, 294, "the ring: no like, and yet a score", anchor="end")
    return board


def mask_hides_the_diagonal() -> Board:
    """Cross out the large diagonal of a near copy: the small rest ranks."""
    board = Board(520, 290)
    rng = np.random.default_rng(2)
    sizes = 2 + 7 * rng.random((4, 4))
    for row in range(4):
        for column in range(4):
            x, y = 60 + 50 * column, 50 + 50 * row
            board.box(x, y, 50, 50)
            if row == column:
                board.box(x + 6, y + 6, 38, 38, fill="#222222")
                board.line((x, y), (x + 50, y + 50), mark=True)
            else:
                board.dot(x + 25, y + 25, sizes[row, column])
    board.word(160, 34, "a nearly perfect copy", anchor="middle")
    board.word(290, 90, "crossed out: speaks only", mark=True)
    board.word(290, 112, "for films already seen", mark=True)
    board.word(290, 180, "dots: tiny, but their order")
    board.word(290, 202, "makes the list")
    return board


def no_copying() -> Board:
    """Set the identity beside weights with a zero diagonal."""
    board = Board(600, 260)
    for left, title in ((50, "copy"), (350, "zero diagonal")):
        board.word(left + 90, 30, title, anchor="middle", bold=True)
        for row in range(3):
            for column in range(3):
                x, y = left + 60 * column, 45 + 60 * row
                board.box(x, y, 60, 60)
                own = row == column
                text = ("1" if own else "0") if left == 50 else ("0" if own else "?")
                board.word(x + 30, y + 36, text, anchor="middle", mark=own, bold=own)
    board.line((240, 135), (330, 135), arrow=True)
    board.word(140, 250, "no error, no news", anchor="middle")
    board.word(440, 250, "each from the others", anchor="middle")
    return board


def gram_from_users() -> Board:
    """Count who has both of two films."""
    board = Board(600, 290)
    counts = LIKES.T @ LIKES
    names = "ABC"
    for column, name in enumerate(names):
        board.word(80 + 40 * column, 34, name, anchor="middle", bold=True)
    for row, likes in enumerate(LIKES):
        for column, like in enumerate(likes):
            x, y = 60 + 40 * column, 44 + 40 * row
            board.box(x, y, 40, 40)
            if like:
                both = likes[0] and likes[1] and column < 2
                board.word(x + 20, y + 26, "1", anchor="middle", mark=both, bold=both)
    board.line((200, 140), (330, 140), arrow=True)
    board.word(265, 128, "who has both?", anchor="middle")
    for column, name in enumerate(names):
        board.word(415 + 50 * column, 68, name, anchor="middle", bold=True)
        board.word(378, 105 + 50 * column, name, anchor="end", bold=True)
    for row in range(3):
        for column in range(3):
            x, y = 390 + 50 * column, 78 + 50 * row
            marked = {row, column} == {0, 1}
            board.box(x, y, 50, 50)
            text = str(counts[row, column])
            board.word(x + 25, y + 31, text, anchor="middle", mark=marked, bold=marked)
    board.word(120, 272, "likes X", anchor="middle")
    board.word(465, 258, "common fans", anchor="middle")
    return board


def two_weights() -> tuple[np.ndarray, np.ndarray, float]:
    """Return A and g of lesson 09's two films, own weight first; the error at 0."""
    A = np.array([[ALIENS + PENALTY, BOTH], [BOTH, ALIEN + PENALTY]], dtype=float)
    return A, np.array([ALIENS, BOTH], dtype=float), float(ALIENS)


def contour(height: float, points: int = 120) -> np.ndarray:
    """Return points at which the penalised error of `two_weights` has this height."""
    A, g, start = two_weights()
    lowest = np.linalg.solve(A, g)
    rise = height - (start - g @ lowest)
    angles = np.linspace(0, 2 * math.pi, points)
    circle = np.stack([np.cos(angles), np.sin(angles)])
    root = np.linalg.cholesky(np.linalg.inv(A))
    return (lowest[:, None] + math.sqrt(rise) * root @ circle).T


def lagrange() -> Board:
    """Let the line of the rule touch a contour; an arrow leads off it."""
    board = Board(560, 360)

    def place(own: float, other: float) -> Point:
        return 130 + 300 * own, 270 - 270 * other

    A, g, start = two_weights()
    ease = g[1] / A[1, 1]
    height = start - 2 * g[1] * ease + A[1, 1] * ease**2
    for level, mark in ((0.7, False), (0.85, False), (height, True)):
        board.curve([place(*point) for point in contour(level)], mark=mark)
    board.line(place(0, -0.25), place(0, 0.95))
    board.line(place(-0.3, 0), place(1.35, 0), arrow=True)
    x, y = place(*np.linalg.solve(A, g))
    board.line((x - 6, y - 6), (x + 6, y + 6))
    board.line((x - 6, y + 6), (x + 6, y - 6))
    board.word(x, y + 22, "ridge", anchor="middle", size=13)
    board.dot(*place(0, ease), mark=True)
    board.line(place(0, ease), place(0.34, ease), mark=True, arrow=True)
    board.word(118, place(0, ease)[1] + 5, "EASE", anchor="end", mark=True)
    board.word(place(0.1, 0)[0], place(0, ease)[1] - 9, "slope: twice γ", mark=True)
    board.word(548, 262, "own weight", anchor="end")
    board.word(142, 28, "the rule: own weight 0")
    return board


def explaining_away() -> Board:
    """Let the concert film speak for the musical, and the documentary take it back."""
    board = Board(560, 270)
    spots = {
        "documentary": (110, 200),
        "concert film": (280, 60),
        "musical": (450, 200),
    }
    (ax, ay), (bx, by), (cx, cy) = spots.values()
    board.line((ax + 28, ay - 26), (bx - 34, by + 28), arrow=True)
    board.line((bx + 34, by + 28), (cx - 28, cy - 26), arrow=True)
    board.line((ax + 56, ay), (cx - 44, cy), mark=True, dashed=True, arrow=True)
    for name, (x, y) in spots.items():
        board.word(x, y + 5, name, anchor="middle", bold=True)
    board.word(180, 118, "all its fans", anchor="end")
    board.word(378, 118, "speaks for: +")
    board.word(
        280, 232, "takes back what is said too much: −", anchor="middle", mark=True
    )
    return board


def dot_against_mlp() -> Board:
    """Multiply entry by entry and add up; or send both through layers."""
    board = Board(620, 300)
    for place in range(3):
        y = 60 + 50 * place
        board.ring(60, y, 13)
        board.ring(150, y, 13)
        board.word(105, y + 5, "×", anchor="middle", bold=True)
        board.line((165, y), (225, 115), arrow=place == 1)
    board.word(60, 34, "p", anchor="middle", bold=True)
    board.word(150, 34, "q", anchor="middle", bold=True)
    board.word(250, 120, "sum", anchor="middle")
    board.word(150, 230, "dot product:", anchor="middle", bold=True)
    board.word(150, 252, "nothing to learn", anchor="middle")
    columns = [(350, 6, 34), (430, 4, 34), (500, 2, 34)]
    layers: list[list[Point]] = [
        [(x, 120 + gap * (each - (n - 1) / 2)) for each in range(n)]
        for x, n, gap in columns
    ]
    layers.append([(570, 120)])
    for left, right in pairwise(layers):
        for start in left:
            for end in right:
                board.line(start, end)
    for layer in layers:
        for x, y in layer:
            board.ring(x, y, 9, fill="white")
    board.word(334, 75, "p", anchor="end", bold=True)
    board.word(334, 177, "q", anchor="end", bold=True)
    board.word(460, 252, "MLP:", anchor="middle", bold=True)
    board.word(460, 274, "has to learn to multiply", anchor="middle")
    return board


def cells() -> Board:
    """Search one cell of an index, and miss a true neighbour."""
    board = Board(600, 330)
    middle = (190, 180)
    centres = np.radians([20, 110, 200, 290])
    rng = np.random.default_rng(5)
    angles = rng.uniform(0, 2 * math.pi, 26)
    lengths = rng.uniform(50, 130, 26)
    items = np.stack([lengths * np.cos(angles), lengths * np.sin(angles)], axis=1)
    items = np.vstack([items, [[26.0, 134.0], [118.0, 40.0]]])
    query = np.radians(48)
    axis = np.array([math.cos(query), math.sin(query)])
    cell = _cell(items, centres)
    searched = _cell(axis[None], centres)[0]
    best = np.argsort(-items @ axis)[:3]
    for angle in (centres + np.roll(centres, -1) + [0, 0, 0, 2 * math.pi]) / 2:
        end = (middle[0] + 150 * math.cos(angle), middle[1] - 150 * math.sin(angle))
        board.line(middle, end, dashed=True)
    for number, (x, y) in enumerate(items):
        spot = (middle[0] + x, middle[1] - y)
        board.ring(*spot, 5, fill="#222222" if cell[number] == searched else "white")
        if number in best:
            board.ring(*spot, 10, mark=True)
    tip = (middle[0] + 165 * axis[0], middle[1] - 165 * axis[1])
    board.line(middle, tip, mark=True, arrow=True)
    board.word(tip[0] + 6, tip[1] + 4, "the user", mark=True)
    board.word(365, 150, "filled: scored")
    board.word(365, 175, "ringed: the true best", mark=True)
    board.word(365, 200, "ringed and empty: missed")
    return board


def _cell(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Return which centre, given by its angle, scores best with each point."""
    towards = np.stack([np.cos(centres), np.sin(centres)])
    return np.argmax(points @ towards, axis=1)


def balance() -> Board:
    """Weigh the likes that are explained against the price of the code."""
    board = Board(560, 300)
    board.line((280, 60), (280, 250), mark=True)
    board.line((220, 250), (340, 250), mark=True)
    board.line((110, 80), (450, 80))
    for x in (110, 450):
        board.line((x, 80), (x - 80, 170))
        board.line((x, 80), (x + 80, 170))
        board.line((x - 90, 170), (x + 90, 170))
    board.word(110, 160, "likes explained", anchor="middle", size=13)
    board.word(450, 160, "β × KL", anchor="middle", bold=True)
    board.word(110, 200, "wants codes that differ", anchor="middle")
    board.word(450, 200, "wants one cloud for all", anchor="middle")
    board.word(280, 44, "β moves the middle", anchor="middle", mark=True)
    board.word(280, 285, "as a loss, the price is added", anchor="middle")
    return board


def collapse() -> Board:
    """Let small clouds far apart grow into the prior."""
    board = Board(600, 300)
    for left, title in ((150, "small β"), (450, "large β")):
        board.ring(left, 150, 80, dashed=True)
        board.word(left, 34, title, anchor="middle", bold=True)
    for angle in (80, 200, 320):
        turn = math.radians(angle)
        x, y = 150 + 92 * math.cos(turn), 150 - 92 * math.sin(turn)
        board.ring(x, y, 17, mark=True)
    for shift in (-4, 0, 4):
        board.ring(450 + shift, 150, 75, mark=True)
    board.word(150, 286, "costly; each is known", anchor="middle")
    board.word(450, 286, "free; nobody is known", anchor="middle")
    return board


def recency_and_sequence() -> Board:
    """Show two meanings of order: how long ago, and what follows what."""
    board = Board(600, 270)
    board.word(20, 34, "recency: how long ago?", bold=True)
    for place in range(7):
        height = 100 * 0.75 ** (6 - place)
        board.box(40 + 60 * place, 140 - height, 36, height, fill="#222222")
    board.word(470, 134, "now")
    board.word(20, 190, "sequence: what after what?", bold=True)
    for place in range(7):
        board.box(40 + 60 * place, 220, 36, 36)
        if place < 6:
            board.line((78 + 60 * place, 238), (98 + 60 * place, 238), arrow=True)
    return board


def both_on(angle: float) -> float:
    """Return the chance that a random unit is on for two inputs at this angle."""
    return (math.pi - angle) / (2 * math.pi)


def units_on() -> Board:
    """Mark the directions in which a unit is on for both of two histories."""
    board = Board(600, 320)
    middle, radius = (190, 165), 110
    first, second = math.radians(70), math.radians(10)

    def at(turn: float, far: float) -> Point:
        return middle[0] + far * math.cos(turn), middle[1] - far * math.sin(turn)

    board.ring(*middle, radius, dashed=True)
    low, high = first - math.pi / 2, second + math.pi / 2
    board.curve([at(turn, radius) for turn in np.linspace(low, high, 60)], mark=True)
    for turn, name in ((first, "x"), (second, "y")):
        board.line(middle, at(turn, 80), arrow=True)
        board.word(*at(turn, 92), name, anchor="middle", bold=True)
    for turn in (low, high):
        board.line(middle, at(turn, radius), dashed=True)
    board.word(*at(math.radians(40), 34), "θ", anchor="middle")
    board.word(350, 120, "thick: a unit that looks", mark=True)
    board.word(350, 142, "here is on for both", mark=True)
    board.word(350, 190, "share of the circle:")
    board.word(350, 212, "(π − θ) / 2π")
    return board


Sketch = Callable[[], Board]
SKETCHES: dict[str, Sketch] = {
    each.__name__: each
    for each in (
        paired_differences,
        bottleneck,
        mask_hides_the_diagonal,
        no_copying,
        gram_from_users,
        lagrange,
        explaining_away,
        dot_against_mlp,
        cells,
        balance,
        collapse,
        recency_and_sequence,
        units_on,
    )
}
