"""Lesson 08 in voila: a page without code, on which a model is trained by a slider."""

import re

import nbformat
import pytest
import voila_server
from home import NOTEBOOKS, environment, lay_out
from page import Page
from processes import running
from waiting import until
from widget import Place, Widget

pytestmark = pytest.mark.browser

NOTEBOOK = "08_ease.ipynb"
SLIDER = Place("lambda_slider(view", words="λ =")
L2 = r"λ = ([\d.e+]+):"
WRONG = re.compile("Traceback|error when executing|error displaying|not found", re.I)


@pytest.fixture(scope="module")
def lesson(chromium, tmp_path_factory):
    """Show the lesson in voila, run to its end; what lies outside is out of reach."""
    home = tmp_path_factory.mktemp("voila")
    try:
        variables = voila_server.install(home / "packages")
    except voila_server.Missing as reason:
        pytest.skip(str(reason))
    lay_out(home)
    log = home / "log.txt"
    command = voila_server.command(home / "notebooks" / NOTEBOOK)
    with running(command, log, environment(home) | variables) as alive:
        until(lambda: alive() and voila_server.address(log), "voila did not answer")
        address = voila_server.address(log)
        page = chromium.new_page(viewport={"width": 1024, "height": 768})
        page.route(lambda url: not url.startswith(address), lambda way: way.abort())
        shown = Page(page, NOTEBOOK)
        page.goto(address)
        shown.see(page.locator("h1").first, f"{NOTEBOOK} in voila")
        yield shown


@pytest.fixture(scope="module")
def committed():
    return nbformat.read(NOTEBOOKS / NOTEBOOK, as_version=4)


def test_every_section_has_its_heading(lesson, committed):
    texts = [c.source for c in committed.cells if c.cell_type == "markdown"]
    sections = re.findall(r"^## (.+)$", "\n".join(texts), re.MULTILINE)
    assert lesson.page.locator("h2").all_inner_texts() == sections


def test_every_figure_is_there(lesson, committed):
    outputs = [o for cell in committed.cells for o in cell.get("outputs", ())]
    figures = sum("image/png" in output.get("data", {}) for output in outputs)
    pictures = lesson.page.locator(".jp-RenderedImage img")
    lesson.until(lambda: pictures.count() >= figures, f"no {figures} figures came")
    empty = "all => all.filter(picture => !picture.naturalWidth).length"
    assert pictures.evaluate_all(empty) == 0


def test_the_slider_trains_a_new_model(lesson):
    widget = Widget(lesson, SLIDER)
    l2, drawn = widget.settled(L2), widget.drawn()
    for _ in range(5):  # five steps are a factor of ten
        widget.press(0, "ArrowRight")
    assert widget.settled(L2) == 10 * l2
    widget.is_drawn_anew(drawn)
    lesson.screenshot("voila")


def test_nothing_went_wrong(lesson):
    assert WRONG.findall(lesson.page.locator("body").inner_text()) == []
