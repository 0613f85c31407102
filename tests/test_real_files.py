"""`course.py test --real` reads every file that has a test on real data."""

import runpy
from pathlib import Path

COURSE = Path(__file__).parents[1] / "course.py"


def test_no_test_on_real_data_is_left_out(request):
    marked = {
        str(item.path)
        for item in request.session.items
        if item.get_closest_marker("real_data")
    }
    assert marked <= set(runpy.run_path(str(COURSE))["real_files"]())
