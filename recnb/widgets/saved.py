"""What is saved of a widget: the words that stand in for it.

A view of a widget is dead without its kernel. Saved in a notebook, it would be shown as
"Error displaying widget: model not found" when the notebook is opened on another day.
Without it, front ends show the output's text: the hint of `recnb.widgets.explore`.

A Jupyter server imports this, so it imports nothing heavy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

VIEW = "application/vnd.jupyter.widget-view+json"


def drop_views(notebook: Mapping[str, Any]) -> None:
    """Remove the views of widgets from a notebook's outputs, in place."""
    for cell in notebook.get("cells", ()):
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop(VIEW, None)


def before_saving(model: Mapping[str, Any], **_where: object) -> None:
    """Remove the views of widgets from a notebook that a Jupyter server is to save.

    The server calls it if ``ContentsManager.pre_save_hook`` names it, as it does in
    ``course.py lab``. What the browser shows stays as it is.

    Parameters
    ----------
    model : dict
        What is to be saved, as Jupyter's contents API describes it.
    """
    if model.get("type") == "notebook":
        drop_views(model.get("content") or {})
