"""The map of the course: every lesson, its minutes, and where the reader stands."""

from dataclasses import replace

from recnb import plots
from recnb.lesson.syllabus import LESSONS


def texts(fig):
    return [text.get_text().replace("\n", " ") for text in fig.axes[0].texts]


def test_every_lesson_is_on_the_map_in_reading_order():
    shown = texts(plots.course_map(LESSONS))[::2]
    assert shown == [f"{lesson.label} {lesson.title}" for lesson in LESSONS]


def test_a_written_lesson_has_its_minutes_and_another_is_to_come():
    written = replace(LESSONS[0], minutes=20, objectives=("see",))
    planned = replace(LESSONS[1], minutes=0, objectives=())
    assert texts(plots.course_map([written, planned]))[1::2] == [
        "20 minutes",
        "to come",
    ]
    assert "here · 20 minutes" in texts(plots.course_map([written], here="00"))


def test_the_path_turns_at_the_end_of_a_row():
    (ax,) = plots.course_map(LESSONS[:6]).axes
    (path,) = ax.lines
    assert list(path.get_xdata()) == [0, 1, 2, 3, 3, 2]
    assert list(path.get_ydata()) == [0, 0, 0, 0, -1, -1]
