"""Progress is kept, never lost, and never in the way."""

import errno
import json
import os
import re

import pytest

from recnb.lesson import progress, records


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


def test_the_table_lists_every_exercise(path):
    records.record("08.2", "right")
    states = {name: state for _, name, state in progress().rows}
    assert states["08.1"] == "not tried yet"
    assert states["08.2"] == "done"
    assert all(re.fullmatch(r"\d\d[a-z]?\.\d", name) for name in states)
