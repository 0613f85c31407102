"""Compiled code: several fits at once, forked and spawned processes, no cache."""

import multiprocessing
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from recnb.ground.compiled import in_threads
from recnb.models import MF, SLIM, NonNegativeEASE

X = (np.random.default_rng(0).random((80, 40)) < 0.3).astype("float32")
MAKERS = {
    "SLIM": lambda: SLIM(l1=1, l2=1),
    "NonNegativeEASE": lambda: NonNegativeEASE(l2=1),
    "MF": lambda: MF(d=4, epochs=2, n_threads=1),
}


def scores(name):
    return MAKERS[name]().fit(X).predict(X)


def test_parts_of_the_work_come_back_in_order():
    def later(part):
        time.sleep(0.05 if part == 0 else 0)
        return part

    assert in_threads(later, range(5), 3) == [0, 1, 2, 3, 4]


def test_an_error_in_a_part_is_raised():
    with pytest.raises(ZeroDivisionError):
        in_threads(lambda part: 1 / part, [1, 0, 1], 2)


@pytest.mark.parametrize("name", MAKERS)
def test_several_fits_at_once_give_what_one_alone_gives(name):
    alone = scores(name)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(scores, [name] * 8):
            np.testing.assert_array_equal(found, alone)


# In a process of its own: numba's simplest thread layer is the one that cannot be
# started twice, and a test that hung would take the other tests with it.
AFTER_A_FIT = """
import multiprocessing, sys
from concurrent.futures import ProcessPoolExecutor
import numpy as np
sys.path.insert(0, "tests")
from test_compiled import MAKERS, scores
if __name__ == "__main__":
    expected = {name: scores(name) for name in MAKERS}
    context = multiprocessing.get_context(sys.argv[1])
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        for name, found in zip(MAKERS, pool.map(scores, MAKERS)):
            assert np.array_equal(found, expected[name]), name
    print("equal")
"""


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_a_pool_of_processes_answers_after_a_fit(start, tmp_path):
    if start not in multiprocessing.get_all_start_methods():
        pytest.skip(f"no {start} on this system")
    program = tmp_path / "program.py"
    program.write_text(AFTER_A_FIT)
    assert "equal" in output([program, start], NUMBA_THREADING_LAYER="workqueue")


WITHOUT_CACHE = """
import sys
sys.path.insert(0, "tests")
from test_compiled import MAKERS, scores
for name in MAKERS:
    print(name, scores(name).shape)
"""


def test_without_a_place_for_a_cache_it_is_compiled_each_time_and_said_once(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(WITHOUT_CACHE)
    # numba's locator of folders inside zip archives finds no place for our files.
    said = output([program], NUMBA_CACHE_LOCATOR_CLASSES="ZipCacheLocator")
    assert said.count("Compiled code cannot be kept here") == 1
    for name in MAKERS:
        assert f"{name} (80, 40)" in said


FULL_DISK = """
import numba.core.caching as caching
def full(*_code):
    raise OSError(28, "No space left on device")
caching.FunctionCache.save_overload = full
"""


def test_a_full_disk_does_not_end_a_fit(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(FULL_DISK + WITHOUT_CACHE)
    said = output([program], NUMBA_CACHE_DIR=str(tmp_path / "cache"))
    assert said.count("Compiled code cannot be kept here") == 1
    for name in MAKERS:
        assert f"{name} (80, 40)" in said


def output(arguments, **variables):
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=Path(__file__).parents[1],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


COMPILE_AND_SAY = """
from recnb.ground import compiled, progress

class Line:
    def update(self, data, raw):
        print("line:", data["text/plain"])

progress._notebook_line = Line
import numpy as np
from recnb.models import SLIM
SLIM(l1=1, l2=1).fit(np.eye(4, dtype="float32"))
"""


def test_the_compiler_says_that_it_works_and_takes_the_words_away(tmp_path):
    """And says nothing when a process finds the machine code of an earlier one."""
    env = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    said = [
        subprocess.run(
            [sys.executable, "-c", COMPILE_AND_SAY],
            capture_output=True,
            text=True,
            check=True,
            env=env,
        ).stdout.splitlines()
        for _ in range(2)
    ]
    assert said[0][0].startswith("line: compiling") and said[0][-1] == "line: "
    assert said[1] == []
