"""Build site and slides: lay out sources, run Sphinx; what it warns of is an error."""

from __future__ import annotations

import shutil
import subprocess
import sys
from copy import deepcopy
from functools import cache
from pathlib import Path

from nbformat import NotebookNode

from recnb.site import decks, picker, sources, teaching
from recnb.site.errors import SiteError
from recnb.workshop import notebooks

BUILD = sources.ROOT / "build"
SETTINGS = sources.ROOT / "docs"


def build(read: sources.Read = sources.read, folder: Path = BUILD) -> Path:
    """Build the site in ``folder / "html"``; return its first page.

    Parameters
    ----------
    read : function
        From a notebook's path to the notebook with its outputs.
    folder : Path
        The sources are laid out in its ``site``.

    Raises
    ------
    SiteError
        If a notebook cannot become a page, or Sphinx warns of anything: a dead link, a
        formula, a docstring.
    """
    read = read_once(read)
    sources.lay_out(folder / "site", read)
    teaching.lay_out(folder / "site" / "docs" / "lecturers", lessons(read))
    run_sphinx(folder / "site", folder / "html")
    picker.write_films(folder / "html")
    build_slides(read, folder)
    return folder / "html" / "index.html"


def read_once(read: sources.Read) -> sources.Read:
    """Return a reader that asks `read` once a notebook, which it may have to run."""
    kept = cache(read)
    return lambda path: deepcopy(kept(path))


def lessons(read: sources.Read) -> dict[str, NotebookNode]:
    """Return the lessons and the index, by the stem of their file."""
    paths = [path for path in notebooks.find() if path.parent == notebooks.FOLDER]
    return {path.stem: read(path) for path in paths}


def build_slides(read: sources.Read = sources.read, folder: Path = BUILD) -> Path:
    """Build the lessons' slides in ``folder / "html" / "slides"``; return their list.

    Parameters
    ----------
    read : function
        From a notebook's path to the notebook with its outputs.
    folder : Path
        The sources are laid out in its ``slides``.

    Raises
    ------
    SiteError
        If a plan names what is not there, or Sphinx warns of anything.
    """
    decks.lay_out(folder / "slides", lessons(read))
    site = folder / "html" / "slides"
    shutil.rmtree(site, ignore_errors=True)  # a lesson may have lost its plan
    run_sphinx(folder / "slides", site, SETTINGS / "slides", "revealjs")
    return site / "index.html"


def run_sphinx(
    source: Path, site: Path, settings: Path = SETTINGS, builder: str = "html"
) -> None:
    """Make pages of a folder of sources.

    Parameters
    ----------
    source, site : Path
    settings : Path
        The folder of Sphinx's ``conf.py``.
    builder : str
        What Sphinx calls the kind of pages.

    Raises
    ------
    SiteError
        If Sphinx warns of anything.
    """
    jobs = "auto" if builder == "html" else "1"  # slides are read one by one
    options = ["-q", "-W", "--keep-going", "-E", "-j", jobs, "-b", builder]
    options += ["-c", str(settings)]
    quiet = ["-W", "ignore:Unknown section"]  # recnb.site.docstrings takes care of it
    command = [sys.executable, *quiet, "-m", "sphinx", *options, str(source), str(site)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SiteError(
            f"{done.stderr}\nThe site was not built. The files named are copies; in a "
            "notebook, line 90004 is the third of the copy's ninth cell."
        )
