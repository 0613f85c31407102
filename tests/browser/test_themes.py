"""Every notebook as it is committed, in JupyterLab light and dark, 1024 pixels wide."""

import pytest
from home import NOTEBOOKS

pytestmark = pytest.mark.browser

NAMES = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))


@pytest.fixture(scope="module")
def lab(open_notebook):
    return open_notebook(NAMES[0])


@pytest.fixture(scope="module", params=NAMES)
def opened(lab, request):
    """Open a notebook on the page of the one before: a page of its own takes longer."""
    if lab.notebook != request.param:
        lab.turn_to(request.param)
    lab.drawn()
    return lab


def test_nothing_has_to_be_scrolled_sideways(opened):
    assert opened.cut_off() == []


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_words_stand_out(opened, barriers, theme):
    opened.theme(theme)
    opened.scroll_to_result()
    opened.screenshot(f"committed-{theme.lower()}")
    assert barriers(opened) == []
