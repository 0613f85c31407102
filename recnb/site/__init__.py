"""The course as a website that opens from a folder, without a network.

One job: what the repository holds (notebooks with their outputs, pages, docstrings) is
laid out as Sphinx wants it, and Sphinx makes pages of it. Its settings stand in
``docs/conf.py``. Whatever Sphinx warns of is an error, and says where.

================  ===================================================================
`build`           lay out the sources, run Sphinx; raises `SiteError`
`read`            a committed notebook, with its outputs
``sources``       which page is made of what
``lessons``       a notebook as the site shows it: figures, sliders, nothing that failed
``lecturers``     the plans for 45 minutes, gathered from the lessons
``teaching``      further pages for lecturers, of the texts in ``docs/lecturers``
``lectures``      a lesson as a lecture: its plan's rows, its sections
``slides``        the slides of a section: votes, figures, formulas, short code
``decks``         a plan's slides as Markdown, for Sphinx and reveal.js
``picker``        the bundled dataset, for the page that works without Python
``reference``     the pages on the package, one a room
``mathml``        for Sphinx: formulas as MathML, which needs no script
``docstrings``    for Sphinx: docstrings as they are written here
``links``         for Sphinx: links to what is no page, and pictures from elsewhere
================  ===================================================================
"""

from recnb.site.builder import build
from recnb.site.errors import SiteError
from recnb.site.sources import read

__all__ = ["SiteError", "build", "read"]
