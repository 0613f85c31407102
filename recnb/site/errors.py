"""What keeps the site from being built."""


class SiteError(Exception):
    """The site cannot be built; the message says where, and why."""
