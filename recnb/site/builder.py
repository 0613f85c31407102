"""Build the site: lay out the sources, run Sphinx; what it warns of is an error.

What the page without Python knows of the data is added last.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from recnb.site import picker, sources
from recnb.site.errors import SiteError

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
    sources.lay_out(folder / "site", read)
    run_sphinx(folder / "site", folder / "html")
    picker.write_films(folder / "html")
    return folder / "html" / "index.html"


def run_sphinx(source: Path, site: Path) -> None:
    """Make pages of a folder of sources.

    Raises
    ------
    SiteError
        If Sphinx warns of anything.
    """
    options = ["-q", "-W", "--keep-going", "-E", "-j", "auto", "-c", str(SETTINGS)]
    quiet = ["-W", "ignore:Unknown section"]  # recnb.site.docstrings takes care of it
    command = [sys.executable, *quiet, "-m", "sphinx", *options, str(source), str(site)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SiteError(
            f"{done.stderr}\nThe site was not built. The files named are copies; in a "
            "notebook, line 90004 is the third of the copy's ninth cell."
        )
