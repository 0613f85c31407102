"""`course.py` makes the environment, and does not cut the branch it sits on."""

import importlib.util
import sys
from pathlib import Path

import pytest

PATH = Path(__file__).parents[1] / "course.py"


@pytest.fixture
def course():
    """Return `course.py` as a module of its own."""
    spec = importlib.util.spec_from_file_location("course", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_an_environment_is_not_cleared_by_its_own_python(course, monkeypatch, tmp_path):
    monkeypatch.setattr(course, "VENV", Path(sys.prefix))
    monkeypatch.setattr(course, "STAMP", tmp_path / "installed.txt")
    monkeypatch.setattr("venv.create", lambda *_, **__: pytest.fail("cleared"))
    with pytest.raises(SystemExit, match="deactivate"):
        course.install(None)


def test_an_environment_of_another_copy_is_not_cleared_through_a_link(
    course, monkeypatch, tmp_path
):
    (tmp_path / "theirs").mkdir()
    link = tmp_path / ".venv"
    link.symlink_to(tmp_path / "theirs", target_is_directory=True)
    monkeypatch.setattr(course, "VENV", link)
    monkeypatch.setattr(course, "STAMP", link / "installed.txt")
    monkeypatch.setattr("venv.create", lambda *_, **__: pytest.fail("cleared"))
    with pytest.raises(SystemExit, match="is a link to"):
        course.install(None)


def test_an_environment_that_is_up_to_date_is_left_alone(course, monkeypatch, tmp_path):
    stamp = tmp_path / "installed.txt"
    stamp.write_text(course.fingerprint())
    monkeypatch.setattr(course, "STAMP", stamp)
    monkeypatch.setattr("venv.create", lambda *_, **__: pytest.fail("cleared"))
    course.install(None)
    assert stamp.read_text() == course.fingerprint()


def test_what_the_environment_depends_on_makes_it_anew(course, monkeypatch, tmp_path):
    before = course.fingerprint()
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_bytes((course.ROOT / name).read_bytes() + b"\n")
    monkeypatch.setattr(course, "ROOT", tmp_path)
    assert course.fingerprint() != before
