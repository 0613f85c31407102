"""Progress is kept, never lost, and never in the way."""

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
    "setting", ["off", "folder", "nowhere/progress.json", os.devnull]
)
def test_where_nothing_can_be_kept_nothing_happens(setting, tmp_path, monkeypatch):
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RECNB_PROGRESS", setting)
    records.record("08.1", "right")
    assert records.read() == {}
    assert [file.name for file in tmp_path.rglob("*")] == ["folder"]


def test_the_table_lists_every_exercise(path):
    records.record("08.2", "right")
    states = {name: state for _, name, state in progress().rows}
    assert states["08.1"] == "not tried yet"
    assert states["08.2"] == "done"
    assert all(re.fullmatch(r"\d\d\.\d", name) for name in states)
