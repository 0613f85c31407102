"""The lessons as they are committed, for the tests of the lecturers' pages."""

from functools import cache

from recnb.site import sources
from recnb.site.teaching.pages import planned
from recnb.workshop import notebooks


@cache
def lessons():
    """Return the lessons that have a plan, by their label."""
    paths = [path for path in notebooks.find() if path.parent == notebooks.FOLDER]
    return planned({path.stem: sources.read(path) for path in paths})
