"""Lesson 07's drawing has a column a film, and asks each for the films behind it."""

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import Circle, FancyBboxPatch

from recnb import plots

FILMS = ["Alien", "Brazil", "Clue", "Diva"]


def words(ax):
    return [text.get_text() for text in ax.texts]


def test_each_film_has_a_memory_and_a_code():
    (ax,) = plots.unrolled(FILMS, k=2).axes
    boxes = [p for p in ax.patches if isinstance(p, FancyBboxPatch)]
    assert len(boxes) == 2 * len(FILMS) + 1  # and the memory that all start from
    assert len([p for p in ax.patches if isinstance(p, Circle)]) == len(FILMS)
    for step in range(1, 5):
        assert {f"$h_{{{step}}}$", f"$z_{{{step}}}$"} <= set(words(ax))
    assert set(FILMS) <= set(words(ax))


@pytest.mark.parametrize(
    ("k", "targets"),
    [
        (1, {"Brazil", "Clue", "Diva", "?"}),
        (2, {"Brazil\nClue", "Clue\nDiva", "Diva", "?"}),
    ],
)
def test_a_step_is_asked_for_what_lies_behind_it(k, targets):
    (ax,) = plots.unrolled(FILMS, k=k).axes
    assert targets <= set(words(ax))
    assert any(f"the next {k}" in text for text in words(ax))


def test_the_memory_goes_from_left_to_right():
    (ax,) = plots.unrolled(FILMS, k=2).axes
    arrows = [(text.xyann, text.xy) for text in ax.texts if not text.get_text()]
    along = [(start, end) for start, end in arrows if start[1] == end[1]]
    up = [(start, end) for start, end in arrows if start[0] == end[0]]
    assert len(along) == len(FILMS) and len(up) == 3 * len(FILMS)
    assert all(start[0] < end[0] for start, end in along)
    assert all(start[1] < end[1] for start, end in up)


def test_the_drawing_stays_inside_the_figure():
    fig = plots.unrolled(FILMS, k=2)
    FigureCanvasAgg(fig).draw()
    (ax,) = fig.axes
    room = fig.bbox
    for text in ax.texts:
        if text.get_text():
            box = text.get_window_extent()
            assert room.x0 <= box.x0 and box.x1 <= room.x1
            assert room.y0 <= box.y0 and box.y1 <= room.y1


@pytest.mark.parametrize(("films", "k"), [(["A"], 1), (FILMS, 0)])
def test_too_little_to_draw_is_refused(films, k):
    with pytest.raises(ValueError, match="At least two films and one target"):
        plots.unrolled(films, k=k)
