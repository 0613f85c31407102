"""For Sphinx: links to what is no page of the site, and pictures from elsewhere.

A link to another file of the repository leads to it where the course is published; one
to a file that is not there stays what it is, a warning, and so an error. A link to the
published site leads to the page that is built. A picture from another site would be
fetched by every reader: its words stand in its place.
"""

from __future__ import annotations

import posixpath
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging

from recnb.lesson.frame import site_address
from recnb.lesson.syllabus import RELEASE, REPOSITORY

ROOT = Path(__file__).resolve().parents[2]
log = logging.getLogger(__name__)


def address(target: str, page: str) -> str | None:
    """Return where a file of the repository is published; None if there is no such.

    Parameters
    ----------
    target : str
        The link, as it stands in the page.
    page : str
        The page's path in the repository, such as ``"notebooks/08_ease"``.
    """
    path = posixpath.normpath(posixpath.join(posixpath.dirname(page), target))
    if path.startswith("..") or not (ROOT / path).exists():
        return None
    kind = "tree" if (ROOT / path).is_dir() else "blob"
    return f"https://github.com/{REPOSITORY}/{kind}/{RELEASE}/{path}"


def lead_out(app: Sphinx, page: nodes.document) -> None:
    """Let links to other files of the repository lead to where it is published."""
    for link in list(page.findall(addnodes.pending_xref)):
        if link.get("reftype") == "myst" and link.get("refdomain") is None:
            found = address(link["reftarget"], link["refdoc"])
            if found:
                link.replace_self(nodes.reference("", "", *link.children, refuri=found))


def stay_inside(app: Sphinx, page: nodes.document, name: str) -> None:
    """Let links to the published site lead to its pages as they are built here."""
    for link in page.findall(nodes.reference):
        place = link.get("refuri", "")
        if place.startswith(site_address()):
            target = place.removeprefix(site_address()).removesuffix(".html")
            if target in app.env.found_docs:
                link["refuri"] = app.builder.get_relative_uri(name, target)
            else:
                log.warning("the site has no page %s", place, location=link)


def put_in_words(app: Sphinx, page: nodes.document) -> None:
    """Put its words in the place of every picture from another site."""
    for picture in list(page.findall(nodes.image)):
        if "://" in picture["uri"]:
            picture.replace_self(nodes.Text(picture.get("alt", "")))


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect all three."""
    app.connect("doctree-read", lead_out)
    app.connect("doctree-read", put_in_words)
    app.connect("doctree-resolved", stay_inside)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
