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
the rooms that use them, and ``recnb.load`` opens the data room when it is called.
"""

__version__ = "0.1.0"
__all__ = ["load"]


def __getattr__(name: str):
    if name == "load":
        from recnb.data import load

        return load
    raise AttributeError(f"module 'recnb' has no attribute {name!r}")
