"""Progress is kept, never lost, and never in the way."""

import errno
import json
import os

import pytest

from recnb.lesson import progress, records
from recnb.lesson.syllabus import LESSONS


@pytest.fixture
def path(tmp_path, monkeypatch):
    path = tmp_path / "progress.json"
    monkeypatch.setenv("RECNB_PROGRESS", str(path))
    return path


def test_the_best_state_stays(path):
    for state in ("wrong", "right", "wrong", "untouched"):
        records.record("08.1", state)
    assert records.read() == {"08.1": "right"}
    assert [file.name for file in path.parent.iterdir()] == ["progress.json"]


def test_a_damaged_file_is_put_aside(path):
    path.write_text("{half")
    records.record("08.1", "right")
    assert json.loads(path.read_text()) == {"08.1": "right"}
    assert path.with_suffix(".damaged").read_text() == "{half"


@pytest.mark.parametrize(
    "setting", ["off", "OFF ", '"off"', "folder", "nowhere/progress.json", os.devnull]
)
def test_where_nothing_can_be_kept_nothing_happens(setting, tmp_path, monkeypatch):
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RECNB_PROGRESS", setting)
    records.record("08.1", "right")
    assert records.read() == {}
    assert [file.name for file in tmp_path.rglob("*")] == ["folder"]


def read_only(monkeypatch):
    """Refuse to change anything, as a file system that is mounted read-only does."""

    def refuse(*args, **kwargs):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(records.os, "replace", refuse)
    for name in ("write_text", "unlink"):
        monkeypatch.setattr(records.Path, name, refuse)


@pytest.mark.parametrize("content", [None, "{half", '{"08.1": "wrong"}'])
def test_on_a_read_only_file_system_the_lesson_goes_on(path, monkeypatch, content):
    if content is not None:
        path.write_text(content)
    with monkeypatch.context() as patch:
        read_only(patch)
        records.record("08.1", "right")
        stored = records.read()
        table = progress()
    assert stored == ({"08.1": "wrong"} if content and "wrong" in content else {})
    assert len(table.rows) > 1
    assert [p.name for p in path.parent.iterdir()] == ([path.name] if content else [])
    assert content is None or path.read_text() == content


def test_a_file_that_may_not_be_read_is_not_overwritten(path, monkeypatch):
    path.write_text('{"08.1": "right"}')

    def refuse(*args, **kwargs):
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(records.Path, "read_bytes", refuse)
        records.record("08.2", "right")
        assert records.read() == {}
    assert records.read() == {"08.1": "right"}


def test_a_folder_that_may_not_be_looked_into(path, monkeypatch):
    def refuse(*args, **kwargs):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "stat", refuse)
    for name in ("read_bytes", "write_text", "unlink"):
        monkeypatch.setattr(records.Path, name, refuse)
    records.record("08.1", "right")
    assert records.read() == {}


def test_the_table_counts_tried_and_right_in_each_written_lesson(path):
    for name, state in (("08.1", "wrong"), ("08.2", "right"), ("13b.1", "right")):
        records.record(name, state)
    counts = {lesson[:3].strip(): rest for lesson, *rest in progress().rows}
    ready = [lesson.label for lesson in LESSONS if lesson.ready]
    assert list(counts) == ready
    assert counts["08"] == ["2", "1 of 4"]
    assert counts["13"][0] == "0"
    assert counts["13b"][0] == "1"
    numbers = [name.partition(".")[0] for name in records.exercise_names()]
    for label, (_, right) in counts.items():
        assert right.endswith(f"of {numbers.count(label)}")
