"""The shell: a control's value reaches the view, its figure and words the panel."""

import asyncio

import ipywidgets
import pytest

from recnb.plots import new_figure
from recnb.widgets import explore


@pytest.fixture
def calls():
    return []


@pytest.fixture
def explorer(calls):
    def view(x):
        calls.append(x)
        if x == 3:
            raise ValueError("three is <not> allowed")
        fig, _ = new_figure()
        return fig, f'x is "{x}"'

    return explore(view, hint="drag x", x=ipywidgets.IntSlider(1, 0, 9))


def test_the_first_picture_is_there_at_once(explorer, calls):
    assert calls == [1]
    assert 'alt="x is &quot;1&quot;"' in explorer.panel.value


def test_moving_the_control_draws_anew(explorer, calls):
    explorer.controls["x"].value = 5
    assert calls == [1, 5]
    assert "x is &quot;5&quot;" in explorer.panel.value
    assert 'role="status"' in explorer.panel.value


def test_an_error_is_said_in_the_panel_and_the_next_move_mends_it(explorer):
    explorer.controls["x"].value = 3
    assert "ValueError: three is &lt;not&gt; allowed" in explorer.panel.value
    explorer.controls["x"].value = 4
    assert "x is &quot;4&quot;" in explorer.panel.value


def test_while_dragging_only_the_last_value_is_computed(explorer, calls):
    async def drag():
        for value in (5, 6, 7):
            explorer.controls["x"].value = value
        await asyncio.sleep(0.2)

    asyncio.run(drag())
    assert calls == [1, 7]


def test_without_a_kernel_the_hint_stands_in(explorer):
    assert explorer._repr_mimebundle_()["text/plain"] == "drag x"


def test_a_long_hint_is_broken_between_words(explorer):
    """JupyterLab and the site break a line that is too long within a word."""
    explorer.hint = "[A slider over x, well-known and " + "wide-spread " * 20 + "]"
    saved = explorer._repr_mimebundle_()["text/plain"]
    assert max(map(len, saved.splitlines())) <= 70
    assert saved.split() == explorer.hint.split()
