"""What the tests of drawings share."""

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg


@pytest.fixture
def words_outside():
    """Return a function that lists a figure's words that its picture cuts off."""
    return _words_outside


def _words_outside(fig):
    canvas = FigureCanvasAgg(fig)
    canvas.draw()
    renderer = canvas.get_renderer()
    picture = fig.bbox.padded(1)
    words = [text for ax in fig.axes for text in [*ax.texts, ax._left_title]]
    return [
        text.get_text()
        for text in words
        if text.get_text() and not _inside(text.get_window_extent(renderer), picture)
    ]


def _inside(box, picture):
    return picture.contains(box.x0, box.y0) and picture.contains(box.x1, box.y1)
