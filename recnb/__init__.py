"""Helper package of the course "Can a linear model beat deep collaborative filtering?".

The rooms, each with one job:

=====================  ==========================================================
``recnb.data``         where data comes from: catalogue, download, parsing, simulation
``recnb.models``       one file a model family, nothing but the model
``recnb.evaluation``   metrics, the protocols, results
``recnb.plots``        figures as pure functions: data in, matplotlib Figure out
``recnb.experiments``  long runs whose results are stored
``recnb.widgets``      thin ipywidgets shells around pure functions
=====================  ==========================================================

Importing ``recnb`` is cheap: torch, matplotlib and ipywidgets are imported only by
the rooms that use them. ``recnb.load`` and ``recnb.read_table`` open the data room
when they are called.
"""

__version__ = "0.1.0"
__all__ = ["load", "read_table"]


def __getattr__(name: str):
    if name in __all__:
        from recnb import data

        return getattr(data, name)
    raise AttributeError(f"module 'recnb' has no attribute {name!r}")
