"""Budgets and ratios: what is judged how. Nothing here depends on a time."""

import subprocess
import sys
from dataclasses import replace

import pytest

import recnb
from recnb.__main__ import main
from recnb.workshop.bench import against, budgets, clock, inputs, linear, surroundings
from recnb.workshop.bench.against import Comparison
from recnb.workshop.bench.budgets import Measurement
from recnb.workshop.bench.cases import CASES, Case, choose

SLIDER = Case("slider", lambda: 0.4, 0.5, "s", target=0.5)


def some_users(name="simulated", *, n=400, load=recnb.load, **_):
    """Load the first users of the simulated data, whatever is asked for."""
    data = load("simulated")
    rows = data.users < n
    return replace(
        data,
        users=data.users[rows],
        items=data.items[rows],
        ratings=data.ratings[rows],
        timestamps=data.timestamps[rows],
        user_ids=data.user_ids[:n],
    )


@pytest.fixture
def small(monkeypatch):
    """Small inputs, and no repetition."""
    made_once = [inputs.likes, inputs.new_users, inputs.ratings, inputs.ncf]
    made_once += [inputs.gram, inputs.gowalla]
    monkeypatch.setattr(recnb, "load", some_users)
    monkeypatch.setattr(clock, "REPEATS", 1)
    monkeypatch.setattr(linear, "LARGE", (500, 400, 5_000))
    monkeypatch.setattr(surroundings, "ROWS", 1_000)
    for make in made_once:
        make.cache_clear()
    yield
    for make in made_once:
        make.cache_clear()


@pytest.mark.usefixtures("small")
def test_every_case_gives_a_figure():
    for case in CASES:
        assert case.figure() > 0 or case.name == "import recnb", case.name


def test_names_tell_the_cases_apart_and_fit_the_table():
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= 36
    assert {case.unit for case in CASES} == {"s", "x", "GiB"}


def test_cases_are_chosen_by_parts_of_their_names():
    assert choose() == list(CASES)
    assert [case.name for case in choose(["slit", "SLIM fit"])] == [
        "SLIM fit, l1 = 5",
        "SLIT fit",
    ]
    with pytest.raises(ValueError, match="No case has 'kettle' in its name"):
        choose(["slit", "kettle"])


# ---- the clock -------------------------------------------------------------------


def test_seconds_are_a_median_and_the_first_run_does_not_count(monkeypatch):
    times = iter([100.0, 5.0, 1.0, 3.0, 2.0, 4.0])
    monkeypatch.setattr(clock, "stopwatch", lambda action: action())
    assert clock.seconds(lambda: next(times)) == 3


def test_a_ratio_is_of_pairs_taken_in_turn_and_the_first_does_not_count():
    asked = []
    ours, theirs = iter([99, 2, 4, 6, 8, 10]), iter([1, 2, 2, 2, 2, 2])

    def take(who, times):
        asked.append(who)
        return next(times)

    assert clock.ratio(lambda: take("a", ours), lambda: take("b", theirs)) == 3
    assert asked == ["a", "b"] * 6


# ---- budgets ---------------------------------------------------------------------


@pytest.mark.parametrize(("figure", "verdict"), [(0.4, "kept"), (0.6, "OVER BUDGET")])
def test_a_broken_budget_is_named(figure, verdict):
    measurement = Measurement(SLIDER, figure)
    assert measurement.kept == (verdict == "kept")
    assert str(measurement).endswith(f"{figure:.2f} s   0.50 s   {verdict}")


@pytest.mark.parametrize(("budget", "code"), [(0.5, 0), (0.3, 1)])
def test_the_command_prints_a_table_and_judges(monkeypatch, capsys, budget, code):
    cases = (Case("a slider", lambda: 0.4, budget), SLIDER)
    monkeypatch.setattr("recnb.workshop.bench.cases.CASES", cases)
    assert main(["bench", "a slider"]) == code
    heading, line = capsys.readouterr().out.splitlines()
    assert heading == budgets.HEADING
    assert line.startswith("a slider  ")
    assert main(["bench", "kettle"]) == 1
    assert "there are: a slider; slider." in capsys.readouterr().err


# ---- two builds ------------------------------------------------------------------


def test_two_builds_take_turns_and_medians_are_compared():
    asked = []

    def build(who, figures):
        left = iter(figures)

        def measure(name):
            asked.append((who, name))
            return next(left)

        return measure

    before, now = build("before", [60.0, 2.0, 4.0]), build("now", [1.0, 30.0, 1.5])
    (found,) = against.compare([SLIDER], before, now)
    assert found == Comparison(SLIDER, 4.0, 1.5)
    assert asked == [("before", "slider"), ("now", "slider")] * 3


@pytest.mark.parametrize(
    ("before", "now", "target", "line"),
    [
        (4.0, 1.5, 0.5, "4.00 s    1.50 s    0.38    0.50   kept"),
        (4.0, 3.0, 0.5, "4.00 s    3.00 s    0.75    0.50   MISSED"),
        (4.0, 3.0, None, "4.00 s    3.00 s    0.75       -   "),
        (None, 3.0, 0.5, "     -    3.00 s       -    0.50   "),
        (4.0, None, None, "4.00 s         -       -       -   "),
    ],
)
def test_a_missed_target_is_named_and_a_missing_case_is_a_dash(
    before, now, target, line
):
    comparison = Comparison(Case("slider", None, 0.5, "s", target), before, now)
    assert str(comparison).endswith(line)
    assert comparison.kept == ("MISSED" not in line)


FAKE = """
import time
from dataclasses import dataclass

@dataclass
class Case:
    name: str
    figure: object

def has():
    import recnb
    print("a model prints this")
    return recnb.FIGURE

def lacks():
    from recnb.models import NothingOfThatName

def fails():
    raise ZeroDivisionError("broken")

def sleeps():
    time.sleep(600)

CASES = [Case(case.__name__, case) for case in (has, lacks, fails, sleeps)]
"""


@pytest.fixture
def room(tmp_path, monkeypatch):
    """A room with the true worker and three cases of its own."""
    room = tmp_path / "room"
    room.mkdir()
    (room / "__init__.py").touch()
    (room / "cases.py").write_text(FAKE)
    (room / "worker.py").write_bytes(against.WORKER.read_bytes())
    monkeypatch.setattr(against, "WORKER", room / "worker.py")
    return room


def checkout(folder, figure):
    """Lay out a course that holds a number, and no models."""
    (folder / "recnb" / "models").mkdir(parents=True)
    (folder / "recnb" / "__init__.py").write_text(f"FIGURE = {figure}")
    (folder / "recnb" / "models" / "__init__.py").touch()
    return folder


@pytest.mark.usefixtures("room")
def test_a_worker_has_the_models_of_its_checkout(tmp_path):
    old = checkout(tmp_path / "old", 8.0)
    new = checkout(tmp_path / "new", 2.0)
    with against.worker(old) as before, against.worker(new) as now:
        assert [before("has"), now("has"), before("has")] == [8, 2, 8]
        assert before("lacks") is None


@pytest.mark.usefixtures("room")
def test_a_case_that_fails_is_an_error_and_no_dash(tmp_path, capfd):
    folder = checkout(tmp_path / "old", 8.0)
    with against.worker(folder) as measure:
        for _ in range(2):  # the process is gone by the second time
            with pytest.raises(RuntimeError, match="'fails' could not be measured"):
                measure("fails")
    assert "ZeroDivisionError: broken" in capfd.readouterr().err


@pytest.mark.usefixtures("room")
def test_a_worker_ends_with_who_asked_whatever_it_measures(tmp_path):
    process = against.start(checkout(tmp_path / "old", 8.0))
    with process:
        process.stdin.write("sleeps\n")
        process.stdin.flush()
        process.stdin.close()  # as happens when the bench is killed
        assert process.wait(timeout=60) == 0


def test_the_worker_imports_the_true_cases_under_another_name():
    code = f"""
import runpy
for case in runpy.run_path({str(against.WORKER)!r})["cases"]():
    print(case.figure.__module__, case.name)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    lines = run.stdout.splitlines()
    assert [line.split(maxsplit=1)[1] for line in lines] == [c.name for c in CASES]
    assert all(line.startswith("bench_of_this_build.") for line in lines)


def test_another_folder_is_refused(tmp_path, capsys):
    assert main(["bench", "--against", str(tmp_path)]) == 1
    assert "is no checkout of the course" in capsys.readouterr().err


@pytest.mark.usefixtures("room")
def test_the_command_compares(tmp_path, monkeypatch, capsys):
    other, this = checkout(tmp_path / "old", 8.0), checkout(tmp_path / "new", 2.0)
    cases = [Case("has", None, 1, "s", 0.2), Case("lacks", None, 1)]
    monkeypatch.setattr("recnb.workshop.bench.cases.CASES", cases)
    monkeypatch.setattr(against, "ROOT", this)
    assert main(["bench", "--against", str(other)]) == 1
    heading, has, lacks = capsys.readouterr().out.splitlines()
    assert heading == against.HEADING
    assert has.split() == ["has", "8.00", "s", "2.00", "s", "0.25", "0.20", "MISSED"]
    assert lacks.split() == ["lacks", "-", "-", "-", "-"]
