"""A release: one version and one address, wherever they have to stand in plain text.

The version is ``recnb.__version__``, the address `recnb.lesson.syllabus.REPOSITORY`.
What cannot read them there, such as the README and the links in notebooks, repeats
them: `rewrite` changes all of it at once, `problems` says what is not as it should be.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import recnb
from recnb.lesson.syllabus import REPOSITORY
from recnb.workshop.notebooks import ROOT

#: Where texts are looked for: files at the top, and everything below these folders.
FOLDERS = (".github", "data", "docs", "notebooks", "recnb")
KINDS = {".cff", ".ipynb", ".md", ".py", ".toml", ".yml"}
#: How address and version stand in texts. What follows an address may not belong to it.
FORMS = (
    "mybinder.org/v2/gh/{repository}/{tag}",
    "colab.research.google.com/github/{repository}/blob/{tag}",
    "-b {tag} https://github.com/{repository}",
    "https://github.com/{repository}",
    "https://{owner}.github.io/{name}",
    "cd {name}\n    python3 course.py",
    'REPOSITORY = "{repository}"',
    '__version__ = "{version}"',
    '\nversion = "{version}"',
    "\nversion: {version}",
)
END = r"(?![\w-]|\.\w)"
#: Links that open a notebook of a release, whosever it is.
LINK = re.compile(
    r"(?:mybinder\.org/v2/gh|colab\.research\.google\.com/github)"
    r"/([\w.-]+/[\w.-]+)/(?:blob/)?([\w.-]+)"
)
HEADING = re.compile(r"^## (\S+) \((\d{4}-\d\d-\d\d)\)$", re.M)
DATE = re.compile(r"^date-released: .*$", re.M)


@dataclass(frozen=True)
class Identity:
    """What a release is called and where it is published.

    Parameters
    ----------
    repository : str
        Owner and name on GitHub, such as "owner/name".
    version : str
        Three numbers, such as "0.1.0".

    Raises
    ------
    ValueError
        If one of them has another form.
    """

    repository: str = REPOSITORY
    version: str = recnb.__version__

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[\w.-]+/[\w.-]+", self.repository):
            raise ValueError(f"{self.repository!r} is no address such as owner/name.")
        if not re.fullmatch(r"\d+\.\d+\.\d+", self.version):
            raise ValueError(f"{self.version!r} is no version such as 0.2.0.")

    @property
    def tag(self) -> str:
        """The name of the release in git."""
        return f"v{self.version}"

    def texts(self) -> list[str]:
        """Return how it stands in texts, one for each of `FORMS`."""
        owner, name = self.repository.split("/")
        return [
            form.format(
                repository=self.repository,
                owner=owner,
                name=name,
                version=self.version,
                tag=self.tag,
            )
            for form in FORMS
        ]


def rewrite(
    new: Identity, root: Path = ROOT, old: Identity | None = None
) -> list[Path]:
    """Change address and version everywhere; return the files changed.

    Parameters
    ----------
    new : Identity
    root : Path
        The repository.
    old : Identity, optional
        What stands there now; by default, what this package says.
    """
    pairs = list(zip((old or Identity()).texts(), new.texts(), strict=True))
    changed = []
    for path in files(root):
        before = after = path.read_text("utf-8")
        for was, becomes in pairs:
            after = re.sub(re.escape(was) + END, lambda _, new=becomes: new, after)
        if path.name == "CITATION.cff":
            after = _dated(after, root)
        if after != before:
            _write(after, path)
            changed.append(path)
    return changed


def _dated(citation: str, root: Path) -> str:
    """Give the citation the day that the changelog says."""
    found = newest(root)
    return DATE.sub(f"date-released: {found[1]}", citation) if found else citation


def _write(text: str, path: Path) -> None:
    part = path.with_name(f"{path.name}.part")
    part.write_text(text, "utf-8", newline="\n")
    os.replace(part, path)


def files(root: Path = ROOT) -> Iterator[Path]:
    """Yield the files in which address and version are looked for."""
    places = [root.glob("*"), *((root / folder).rglob("*") for folder in FOLDERS)]
    for paths in places:
        yield from (each for each in sorted(paths) if each.suffix in KINDS)


def newest(root: Path = ROOT) -> tuple[str, str] | None:
    """Return version and day of the newest section of the changelog."""
    found = HEADING.search((root / "CHANGELOG.md").read_text("utf-8"))
    return found and (found[1], found[2])


def problems(root: Path = ROOT, identity: Identity | None = None) -> list[str]:
    """Return, in words, what keeps this tree from being tagged."""
    identity = identity or Identity()
    return [
        *_of_texts(root, identity),
        *_of_links(root, identity),
        *_of_git(root, identity),
    ]


def _of_texts(root: Path, identity: Identity) -> Iterator[str]:
    found = newest(root)
    if not found or found[0] != identity.version:
        yield f"CHANGELOG.md does not begin with '## {identity.version} (its day)'."
    citation = (root / "CITATION.cff").read_text("utf-8")
    for line in (
        f"version: {identity.version}",
        found and f"date-released: {found[1]}",
    ):
        if line and f"\n{line}\n" not in citation:
            yield f"CITATION.cff lacks the line '{line}'."
    project = (root / "pyproject.toml").read_text("utf-8")
    if f'\nversion = "{identity.version}"\n' not in project:
        yield f"pyproject.toml does not say version {identity.version}."


def _of_links(root: Path, identity: Identity) -> Iterator[str]:
    here = (identity.repository, identity.tag)
    for path in files(root):
        if path.suffix in (".md", ".ipynb"):
            for link in sorted(set(LINK.findall(path.read_text("utf-8"))) - {here}):
                name = path.relative_to(root).as_posix()
                yield f"{name} has links to {link[0]} at {link[1]}."


def _of_git(root: Path, identity: Identity) -> Iterator[str]:
    try:
        changes = git(root, "status", "--porcelain")
        tagged = git(root, "tag", "--list", identity.tag, "--no-contains", "HEAD")
    except (OSError, subprocess.CalledProcessError):
        yield "There is no git repository with a commit here."
        return
    if changes:
        yield "There are changes that are not committed."
    if tagged:
        yield f"The tag {identity.tag} is there already, at another commit."


def next_steps(identity: Identity) -> str:
    """Return the commands that publish a tree without problems."""
    return (
        "Nothing is in the way. After `python3 course.py test` and, with the data, "
        "`python3 course.py test --real`:\n\n"
        f"    git tag -a {identity.tag} -m 'Release {identity.version}'\n"
        f"    git push origin HEAD {identity.tag}\n\n"
        "Then publish it as a release on GitHub, with the section of CHANGELOG.md as "
        "its text: a workflow puts the site online."
    )


def git(root: Path, *arguments: str) -> str:
    """Return what git says."""
    command = ["git", *arguments]
    done = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)
    return done.stdout.strip()
