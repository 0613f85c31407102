"""One version and one address, everywhere; and one command that changes them."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest

import recnb
from recnb.__main__ import main
from recnb.lesson.frame import binder_link, colab_code, colab_link
from recnb.lesson.syllabus import RELEASE, REPOSITORY
from recnb.workshop import release
from recnb.workshop.release import ROOT, Identity, problems, rewrite

NEW = Identity("someone-else/linear.course", "1.20.3")
#: What the frame of the copy says, asked of a Python that imports the copy.
ASK = """
import json
from recnb.lesson.frame import binder_link, colab_code, header
from recnb.lesson.syllabus import find_lesson
told = [binder_link("index"), colab_code(), header(find_lesson("08"))]
print(json.dumps(told))
"""


def without_git(found):
    return [each for each in found if "commit" not in each]


def test_version_address_and_day_agree_here():
    """If this fails: python -m recnb release."""
    assert without_git(problems()) == []
    assert f"v{recnb.__version__}" == RELEASE
    assert rewrite(Identity()) == []  # what is changed is nothing


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    root = tmp_path_factory.mktemp("copy")
    for path in release.files():
        target = root / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        git(root, *command)
    changed = rewrite(NEW, root)
    return root, {path.relative_to(root).as_posix() for path in changed}


def git(root, *command):
    who = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    subprocess.run(["git", *who, *command], cwd=root, check=True)


def test_one_command_changes_the_address_everywhere(copy):
    root, changed = copy
    lessons = {f"notebooks/{p.name}" for p in (ROOT / "notebooks").glob("[0-9]*.ipynb")}
    places = {"README.md", "CITATION.cff", "pyproject.toml", "recnb/__init__.py"}
    places |= {"notebooks/index.ipynb", "recnb/lesson/syllabus.py"}
    assert lessons | places == changed
    owner = REPOSITORY.partition("/")[0]
    for path in release.files(root):
        text = path.read_text("utf-8")
        assert REPOSITORY not in text.replace("/recnb/recnb/", ""), path
        assert f"{owner}.github.io" not in text, path
        assert f"{RELEASE}?" not in text, path


def test_readme_and_notebooks_say_what_the_frame_of_the_new_address_says(copy):
    root, _ = copy
    command = [sys.executable, "-c", ASK]
    env = os.environ | {"PYTHONPATH": str(root)}
    done = subprocess.run(
        command, cwd=root, env=env, capture_output=True, text=True, check=True
    )
    binder, cell, header = json.loads(done.stdout)
    assert NEW.repository in binder
    assert NEW.tag in binder
    readme = (root / "README.md").read_text("utf-8")
    assert f"({binder})" in readme
    assert "https://someone-else.github.io/linear.course/" in readme
    clone = "    git clone https://github.com/someone-else/linear.course\n"
    assert f"{clone}    cd linear.course\n    python3 course.py lab\n" in readme
    lesson = json.loads((root / "notebooks" / "08_ease.ipynb").read_text("utf-8"))
    sources = ["".join(each["source"]) for each in lesson["cells"]]
    assert header in sources
    index = (root / "notebooks" / "index.ipynb").read_text("utf-8")
    assert all(json.dumps(line)[1:-1] in index for line in cell.split("\n"))
    citation = (root / "CITATION.cff").read_text("utf-8")
    assert "\nversion: 1.20.3\n" in citation
    assert "cff-version: 1.2.0\n" in citation


def test_back_again_every_file_is_as_it_was(copy):
    root, changed = copy
    back = rewrite(Identity(), root, old=NEW)
    assert {path.relative_to(root).as_posix() for path in back} == changed
    for path in back:
        assert path.read_bytes() == (ROOT / path.relative_to(root)).read_bytes()
    rewrite(NEW, root)


def test_what_is_in_the_way_is_said(copy):
    root, _ = copy
    said = "\n".join(problems(root, NEW))
    assert "CHANGELOG.md does not begin with '## 1.20.3 (its day)'." in said
    assert "changes that are not committed" in said
    assert "links to" not in said
    stale = root / "docs" / "glossary.md"
    stale.write_text(f"[Run]({binder_link('index')})", "utf-8")
    found = problems(root, NEW)
    assert f"docs/glossary.md has links to {REPOSITORY} at {RELEASE}." in found
    stale.write_text((ROOT / "docs" / "glossary.md").read_text("utf-8"), "utf-8")


def test_a_tree_that_is_committed_and_has_its_section_is_ready(copy):
    root, _ = copy
    text = (root / "CHANGELOG.md").read_text("utf-8")
    first = text.index("## ")
    section = "## 1.20.3 (2030-02-01)\n\nMore.\n\n"
    (root / "CHANGELOG.md").write_text(text[:first] + section + text[first:], "utf-8")
    rewrite(NEW, root, old=NEW)
    assert "date-released: 2030-02-01" in (root / "CITATION.cff").read_text("utf-8")
    git(root, "add", ".")
    git(root, "commit", "-qm", "y")
    assert problems(root, NEW) == []
    git(root, "tag", NEW.tag, "HEAD~1")
    assert problems(root, NEW) == [
        "The tag v1.20.3 is there already, at another commit."
    ]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["--version", "2"], "'2' is no version such as 0.2.0"),
        (["--repository", "https://github.com/a/b"], "no address such as owner/name"),
    ],
)
def test_a_wrong_form_is_an_error_in_words(asked, words, capsys):
    assert main(["release", *asked]) == 1
    assert words in capsys.readouterr().err


def test_the_links_that_are_looked_for_are_those_that_the_frame_writes():
    text = f"{binder_link('x')} {colab_link('x')}"
    assert set(release.LINK.findall(text)) == {(REPOSITORY, RELEASE)}
    assert re.search(rf"-b {re.escape(RELEASE)} \S+{REPOSITORY} ", colab_code())


def test_the_commands_that_publish_name_the_tag():
    assert f"git tag -a {RELEASE} " in release.next_steps(Identity())
