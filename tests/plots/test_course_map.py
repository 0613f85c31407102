"""The map of the course: every lesson, its minutes, and where the reader stands."""

from dataclasses import replace

from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

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


def test_an_arrow_leads_from_each_lesson_to_the_next_and_rows_run_to_the_right():
    (ax,) = plots.course_map(LESSONS[:6]).axes
    boxes = [p for p in ax.patches if isinstance(p, FancyBboxPatch)]
    corners = [(box.get_x(), box.get_y()) for box in boxes]
    assert corners == sorted(corners, key=lambda corner: (-corner[1], corner[0]))
    arrows = [p for p in ax.patches if isinstance(p, FancyArrowPatch)]
    ways = [arrow._path_original.vertices for arrow in arrows]
    assert len(ways) == 5
    for way, box, after in zip(ways, boxes, boxes[1:], strict=False):
        assert box.get_bbox().padded(0.01).contains(*way[0])
        assert after.get_bbox().padded(0.01).contains(*way[-1])
        assert way[0][0] < way[-1][0] or way[-1][1] < way[0][1]


def test_the_shortest_way_is_starred_and_has_thick_frames():
    fig = plots.course_map(LESSONS[:3], short=[LESSONS[0].label, LESSONS[2].label])
    starred = [text.startswith("★") for text in texts(fig)[1::2]]
    assert starred == [True, False, True]
    (ax,) = fig.axes
    boxes = [p for p in ax.patches if isinstance(p, FancyBboxPatch)]
    assert [box.get_linewidth() > 2 for box in boxes] == starred
