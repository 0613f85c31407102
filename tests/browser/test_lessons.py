"""Lessons in a real JupyterLab: they run, their widgets answer, and they look right."""

import re

import pytest

pytestmark = pytest.mark.browser

SLIDER_CELL, PICKER_CELL = "lambda_slider(view", "Picker("
WHITE = [255, 255, 255, 255]


@pytest.fixture(scope="module")
def ease(open_notebook):
    """Open lesson 08 and run it from top to bottom."""
    lab = open_notebook("08_ease.ipynb")
    lab.run_all()
    return lab


@pytest.fixture
def slider(ease):
    """Bring lesson 08's slider into sight; return its handle."""
    ease.scroll_to(SLIDER_CELL)
    handle = ease.page.locator(".noUi-handle").first
    handle.wait_for()
    return handle


def picture(lab):
    return lab.page.locator(".jupyter-widgets figure img").first


def caption(lab):
    return lab.page.get_by_role("status").filter(has_text="λ =").first


def settled(lab):
    """Wait until the caption names the slider's lambda; return it."""
    readout = lab.page.locator(".widget-readout").first
    assert lab.becomes(lambda: named_lambda(lab) == float(readout.inner_text()))
    return named_lambda(lab)


def named_lambda(lab):
    return float(re.search(r"λ = ([\d.e+]+):", caption(lab).inner_text())[1])


def test_lesson_08_runs_without_an_error(ease):
    assert ease.output_errors() == []


def test_arrow_keys_train_a_new_model(ease, slider):
    l2, before = settled(ease), picture(ease).get_attribute("src")
    slider.focus()
    for _ in range(5):  # five steps are a factor of ten
        ease.page.keyboard.press("ArrowRight")
    assert settled(ease) == 10 * l2
    assert picture(ease).get_attribute("src") != before


def test_a_typed_lambda_goes_to_the_nearest_step(ease, slider):
    readout = ease.page.locator(".widget-readout").first
    readout.fill("45")
    readout.press("Enter")
    assert ease.becomes(lambda: named_lambda(ease) == 39.81)  # ten to the 1.6
    assert settled(ease) == 39.81


def test_the_mouse_drags_the_slider(ease, slider):
    l2, before = settled(ease), picture(ease).get_attribute("src")
    box, mouse = slider.bounding_box(), ease.page.mouse
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse.move(x, y)
    mouse.down()
    mouse.move(x - 60, y, steps=12)
    mouse.up()
    assert settled(ease) < l2
    assert picture(ease).get_attribute("src") != before


@pytest.mark.parametrize("theme", ["Dark", "Light"])
def test_the_figure_can_be_read_in_both_themes(ease, slider, theme):
    ease.theme(theme)
    assert ease.corner(picture(ease)) == WHITE
    assert ease.overhang(picture(ease)) <= 0
    ease.screenshot(theme.lower())


def test_lesson_08_logs_no_error(ease):
    assert ease.console_errors == []


@pytest.fixture(scope="module")
def start(open_notebook):
    """Open lesson 00, run it, and bring its picker into sight."""
    lab = open_notebook("00_start_here.ipynb")
    lab.run_all()
    lab.scroll_to(PICKER_CELL)
    lab.page.get_by_placeholder("a part of a title").wait_for()
    return lab


def test_ticking_a_film_changes_the_recommendations_and_unticking_undoes_it(start):
    widget = start.page.locator(".jupyter-widgets")
    table = widget.locator("table").first
    before = table.inner_text()
    box = widget.get_by_role("checkbox", checked=False).first
    film = box.locator("..").inner_text()
    box.check()
    assert start.becomes(lambda: table.inner_text() != before)
    assert "because you liked" in table.inner_text()
    widget.get_by_role("checkbox", name=film).first.uncheck()
    assert start.becomes(lambda: table.inner_text() == before)


@pytest.mark.parametrize("theme", ["Dark", "Light"])
def test_the_picker_fits_a_narrow_screen(start, theme):
    start.theme(theme)
    assert start.overhang(start.page.locator(".jupyter-widgets table").first) <= 0
    start.screenshot(theme.lower())


def test_the_search_offers_what_is_asked_for(start):
    start.page.get_by_placeholder("a part of a title").fill("no such film at all")
    start.page.get_by_text("none is spelt like it").wait_for()


def test_lesson_00_runs_without_an_error(start):
    assert start.output_errors() == start.console_errors == []


@pytest.mark.parametrize(
    ("notebook", "cell", "hint"),
    [
        ("00_start_here.ipynb", PICKER_CELL, "A film picker stands here"),
        ("08_ease.ipynb", SLIDER_CELL, "A slider stands here"),
    ],
)
def test_whoever_only_opens_a_lesson_sees_words_and_results(
    open_notebook, notebook, cell, hint
):
    lab = open_notebook(notebook)
    lab.scroll_to(cell)
    lab.page.get_by_text(hint).wait_for()
    results = lab.page.locator(".jp-OutputArea").locator("img, table")
    assert lab.becomes(lambda: results.last.is_visible())
    lab.screenshot("unrun")
    assert lab.becomes(lambda: lab.dead_widgets().count() == 0)
