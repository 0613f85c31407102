"""Imports what only large data needs, or says how to get it."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType


class MissingExtraError(ImportError):
    """Dask or pyarrow is not installed; the message says how to install them."""


def need(module: str) -> ModuleType:
    """Return a module of the packages that are installed by the extra ``scale``.

    Parameters
    ----------
    module : str
        For example ``"pyarrow.parquet"``.

    Raises
    ------
    MissingExtraError
        If its package is not installed.
    """
    package = module.partition(".")[0]
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name not in (package, module):
            raise
        raise MissingExtraError(
            f"{package} is not installed. What the course does with data that outgrows "
            "a machine needs Dask and pyarrow: in the folder of the course, "
            'python -m pip install -e ".[scale]" installs them.'
        ) from error
