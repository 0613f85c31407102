"""`explore`: controls over a pure function that returns a picture and a sentence.

The picture is a figure, or a table of pandas.
"""

from __future__ import annotations

import asyncio
import textwrap
from base64 import b64encode
from collections.abc import Callable
from html import escape

import ipywidgets
import pandas as pd
from matplotlib.figure import Figure

from recnb.plots.display import WIDTH, png

View = Callable[..., tuple[Figure | pd.DataFrame, str]]
# While a slider moves, its messages queue up behind a running computation. Waiting
# this long for the next one, the queue empties first and only the last value counts.
PATIENCE = 0.03  # seconds
# To screen readers, ipywidgets (8.1.9) gives a slider's handle no name, and tells the
# exponent in place of the number and the index in place of the choice. A picture that
# has come lets the handle say what stands beside it.
SAY_WHAT_STANDS_BESIDE = """
for (const slider of this.closest('.widget-vbox').querySelectorAll('.widget-slider')) {
    const [handle, name, shown] = ['.noUi-handle', '.widget-label', '.widget-readout']
        .map(part => slider.querySelector(part));
    shown.role = 'textbox';
    handle.ariaLabel = shown.ariaLabel = name.textContent;
    handle.ariaValueText = shown.textContent;
}"""

# JupyterLab sets a cell's table; of one in a widget it leaves columns that touch. The
# style that pandas puts beside its tables holds for all of a page: ours says more.
TABLE_STYLE = """<style>
.recnb-table { overflow-x: auto; }
.recnb-table .dataframe :is(th, td) {
    padding: 0.2em 0.45em; line-height: 1.4; text-align: left;
}
</style>"""


def explore(view: View, hint: str, **controls: ipywidgets.ValueWidget) -> Explorer:
    """Put controls over a view.

    Parameters
    ----------
    view : function of the controls' values, by name
        Returns a Figure or a DataFrame, and the sentence that says what to see in it.
    hint : str
        Stands in for the widget where none can run: on GitHub, in print.
    controls : widgets with a value

    Returns
    -------
    Explorer
        Display it as the last line of a cell.
    """
    return Explorer(view, hint, controls)


class Explorer(ipywidgets.VBox):
    """Controls, and below them a figure with its sentence; see `explore`."""

    def __init__(
        self, view: View, hint: str, controls: dict[str, ipywidgets.ValueWidget]
    ) -> None:
        self.view, self.hint, self.controls = view, hint, controls
        self.panel = ipywidgets.HTML()
        self._pending: asyncio.TimerHandle | None = None
        self.panel.value = self._render()
        for control in controls.values():
            control.observe(self._changed, names="value")
        super().__init__([*controls.values(), self.panel])

    def refresh(self) -> None:
        """Compute the view for the controls' values as they are now, and show it."""
        try:
            self.panel.value = self._render()
        except Exception as error:
            # A callback has no cell to print its traceback under: say it here.
            message = f"{type(error).__name__}: {error}"
            self.panel.value = f"<pre role='alert'>{escape(message)}</pre>"

    def _render(self) -> str:
        values = {name: control.value for name, control in self.controls.items()}
        shown, sentence = self.view(**values)
        text = escape(sentence, quote=True)
        # The caption is a live region: screen readers speak it when it changes.
        return (
            f'<figure style="margin:0">{_drawn(shown, text)}'
            f'<figcaption role="status" style="line-height:1.4">{text}</figcaption>'
            "</figure>"
        )

    def _changed(self, _change: object) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # a script or a test: there is no queue to wait for
            self.refresh()
            return
        if self._pending is not None:
            self._pending.cancel()
        self._pending = loop.call_later(PATIENCE, self.refresh)

    def _repr_mimebundle_(self, **kwargs: object) -> dict[str, object]:
        bundle = super()._repr_mimebundle_(**kwargs)
        return {**bundle, "text/plain": in_lines(self.hint)}


def in_lines(hint: str) -> str:
    """Return a hint as it is saved: front ends break a longer line within a word."""
    return textwrap.fill(hint, WIDTH, break_on_hyphens=False)


def _drawn(shown: Figure | pd.DataFrame, text: str) -> str:
    """Return a figure or a table as HTML; the text stands for the figure."""
    if isinstance(shown, pd.DataFrame):
        table = shown.to_html(float_format="{:.4g}".format, border=0)
        return f'{TABLE_STYLE}<div class="recnb-table">{table}</div>'
    picture = b64encode(png(shown)).decode()
    source = f"data:image/png;base64,{picture}"
    return (
        f'<img alt="{text}" style="max-width:100%" src="{source}" '
        f'onload="{SAY_WHAT_STANDS_BESIDE}">'
    )
