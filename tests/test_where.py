"""Where a lesson lives: the files are found from the code, for every lesson."""

import re

import pytest

import recnb.experiments
from recnb.__main__ import main
from recnb.experiments import EXPERIMENTS
from recnb.lesson.syllabus import LESSONS
from recnb.workshop.where import MOST_NAMED, PACKAGE, ROOT, Place, names_used, where

ALL = EXPERIMENTS.values()
READY = [lesson for lesson in LESSONS if lesson.ready]
#: In the table of experiments: a module, and the lesson that it is written for.
SAID = re.compile(r"^``(\w+)``\s+lesson (\w+):", re.M)


def found(label):
    return {place.path.relative_to(ROOT).as_posix() for place in where(label)}


@pytest.mark.parametrize("lesson", READY, ids=lambda lesson: lesson.label)
def test_a_lesson_is_found_whole(lesson):
    label, stem = lesson.label, lesson.stem
    files = found(label)
    assert {
        f"notebooks/{stem}.ipynb",
        f"notebooks/solutions/{stem}.ipynb",
        f"recnb/lesson/exercises/lesson_{label}.py",
        f"recnb/lesson/quizzes/{label}.toml",
        "recnb/lesson/syllabus.py",
        "README.md",
    } <= files
    assert all((ROOT / file).is_file() for file in files)
    source = (ROOT / "notebooks" / f"{stem}.ipynb").read_text("utf-8")
    read = re.findall(r'\bresults\(\\"(\w+)\\"\)', source)
    assert {f"data/results/{name}.csv" for name in read} <= files
    for room in ("models", "plots", "widgets", "experiments"):
        for name in re.findall(rf"from recnb\.{room}\.(\w+) import", source):
            assert f"recnb/{room}/{name}.py" in files
    assert any(file.startswith("recnb/plots/") for file in files)
    assert any(file.startswith("tests/") for file in files)
    browser = f"tests/browser/test_lesson_{label}.py"
    assert not (ROOT / browser).exists() or browser in files


def test_an_experiment_belongs_to_the_lesson_that_it_is_written_for():
    ready = {lesson.label for lesson in READY}
    said = [
        pair for pair in SAID.findall(recnb.experiments.__doc__) if pair[1] in ready
    ]
    assert len(said) > 20
    for module, label in said:
        if module.startswith("peers"):
            continue  # beside lesson 15's models, but on a page of their own
        stored = any(each.measure.__module__.endswith(f".{module}") for each in ALL)
        if stored:
            assert f"recnb/experiments/{module}.py" in found(label), (module, label)


def test_every_widget_is_in_a_lesson():
    modules = {path.name for path in (PACKAGE / "widgets").glob("[a-z]*.py")}
    used = {
        place.path.name
        for lesson in READY
        for place in where(lesson.label)
        if place.part == "widgets"
    }
    made_with = {"explorer.py", "controls.py", "saved.py"}  # all the others are
    to_come = {f"{lesson.name}.py" for lesson in LESSONS if not lesson.ready}
    assert modules - used <= made_with | to_come


def test_a_file_says_which_other_lessons_use_it():
    (ease,) = [place for place in where("08") if place.path.name == "ease_path.py"]
    assert ease.others == ()
    (knn,) = [place for place in where("08") if place.path.name == "item_knn.py"]
    assert "01" in knn.others
    assert str(knn).endswith(f"(also {' '.join(knn.others)})")
    many = Place("models", knn.path, ("01",) * (MOST_NAMED + 1))
    assert str(many).endswith(f"(also {MOST_NAMED + 1} other lessons)")


def test_names_are_followed_through_imports():
    code = (
        "import recnb\nfrom recnb import plots as p\np.svae.fading(recnb.load('a').x)"
    )
    assert {"recnb.load", "recnb.plots.svae.fading"} <= names_used(code)
    assert not names_used("import numpy\nplots = numpy\nplots.show()")


def test_the_command_prints_a_line_a_file(capsys):
    assert main(["where", "07"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "models          recnb/models/slit.py" in lines
    assert "tests           tests/browser/test_lesson_07.py" in lines


@pytest.mark.parametrize(
    ("label", "words"),
    [("77", "There is no lesson 77; there are 00"), ("7", "There is no lesson 7;")],
)
def test_an_unknown_lesson_is_an_error_in_words(label, words, capsys):
    assert main(["where", label]) == 1
    assert words in capsys.readouterr().err


def test_a_lesson_that_is_only_planned_is_an_error_in_words(capsys):
    planned = [lesson for lesson in LESSONS if not lesson.ready]
    for lesson in planned:
        assert main(["where", lesson.label]) == 1
        assert "not written yet" in capsys.readouterr().err
