"""On Colab, two lines of the index get the course."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from IPython.core.inputtransformer2 import TransformerManager

import colab
from recnb.lesson.frame import colab_code
from recnb.lesson.syllabus import RELEASE, REPOSITORY

ROOT = Path(__file__).parents[1]


class Shell:
    """Notes what a cell asks of IPython."""

    def __init__(self):
        self.asked = []

    def system(self, command):
        self.asked.append(command)

    def run_line_magic(self, name, line, **_):
        self.asked.append(f"%{name} {line}")


def run_cell():
    shell = Shell()
    code = TransformerManager().transform_cell(colab_code())
    exec(code, {"get_ipython": lambda: shell})
    return shell.asked


def test_it_gets_the_release_and_runs_its_file():
    clone, run = run_cell()
    assert clone.startswith("git clone")
    assert f"-b {RELEASE} https://github.com/{REPOSITORY} course" in clone
    assert run == "%run course/colab.py"


def test_what_is_installed_is_left_as_it_is(monkeypatch):
    asked = ["numpy>=99", "scikit-learn>=1.5", "faiss-cpu>=1.9", "jupyterlab>=4.2,<5"]
    there = ("numpy", "sklearn")
    monkeypatch.setattr(colab.importlib.util, "find_spec", lambda name: name in there)
    assert colab.without_module(asked) == ["faiss-cpu>=1.9"]


def test_here_nothing_is_missing():
    assert len(colab.dependencies()) > 10
    assert colab.without_module(colab.dependencies()) == []


@pytest.fixture
def content(tmp_path):
    """Make a folder as Colab has it: with a `google.colab`, and a clone at hand."""
    package = tmp_path / "colabs" / "google" / "colab"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    published = tmp_path / "published"
    (published / "recnb").mkdir(parents=True)
    (published / "notebooks").mkdir()
    (published / "notebooks" / "a.ipynb").write_text("{}")
    (published / "recnb" / "__init__.py").write_text("NAME = 'the clone'\n")
    for name in ("colab.py", "pyproject.toml"):
        (published / name).write_text((ROOT / name).read_text("utf-8"), "utf-8")
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run([*git, *command], cwd=published, check=True)
    subprocess.run(["git", "tag", RELEASE], cwd=published, check=True)
    return tmp_path


def test_in_a_real_ipython_the_course_is_imported_from_the_clone(content):
    cell = colab_code()
    address = f"https://github.com/{REPOSITORY}"
    assert address in cell
    code = [
        "import google.colab",
        cell.replace(address, (content / "published").as_uri()),
        "import recnb, os",
        "print(recnb.NAME, os.getcwd())",
    ]
    (content / "lesson.ipy").write_text("\n".join(code), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "IPython", "--quick", "lesson.ipy"],
        cwd=content,
        env=os.environ | {"PYTHONPATH": str(content / "colabs")},
        capture_output=True,
        text=True,
    )
    expected = content.resolve() / "course" / "notebooks"
    assert done.stdout.split("\n")[-2] == f"the clone {expected}", done.stderr
