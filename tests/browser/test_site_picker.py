"""The page that works without Python: it is EASE, it answers, and everybody can use it.

The page stands in a small site of its own, opened from its folder without a network.
"""

import json
import os
import shutil

import axe
import numpy as np
import pytest
from site_pages import NARROW, OVERHANG, WIDE, record
from waiting import SECONDS

from recnb import load
from recnb.models import EASE
from recnb.site.builder import run_sphinx
from recnb.site.picker import LIKED, write_films
from recnb.site.sources import ROOT
from recnb.widgets.picker import label, matches

pytestmark = pytest.mark.browser

PAGE = "docs/pick_films"
TICKED = ((3,), (0, 5, 17, 200), (599, 1, 42))
# As text: Playwright carries numbers one by one.
WEIGHTS = "l2 => JSON.stringify(picker.train(picker.gram, l2).map(row => [...row]))"
SLIDER, SEARCH = "#picker-lambda", "#picker-search"


@pytest.fixture(scope="module")
def data():
    return load("simulated")


@pytest.fixture(scope="module")
def likes(data):
    return (data.to_csr() >= LIKED).astype(np.float32)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Build a site of this page; return where it is."""
    folder = tmp_path_factory.mktemp("picker")
    source, built = folder / "source", folder / "html"
    (source / "docs").mkdir(parents=True)
    shutil.copy(ROOT / f"{PAGE}.md", source / "docs")
    start = f"# Start\n\n```{{toctree}}\n{PAGE}\n```\n"
    (source / "index.md").write_text(start, "utf-8")
    run_sphinx(source, built)
    write_films(built)
    return (built / f"{PAGE}.html").as_uri()


@pytest.fixture(scope="module")
def page(chromium, address):
    """Open the page without a network; count what it asks for and what fails."""
    # With motion, colours pass from one scheme to the other while axe looks.
    options = {"offline": True, "reduced_motion": "reduce", "viewport": WIDE}
    context = chromium.new_context(color_scheme="light", **options)
    page = context.new_page()
    page.set_default_timeout(1000 * SECONDS)
    with record(page) as page.happened:
        page.goto(address)
        yield page
    context.close()


@pytest.fixture
def fresh(page, address):
    page.goto(address)
    page.locator("#picker-list li").nth(9).wait_for()
    return page


def listed(page):
    return page.locator("#picker-list strong").all_inner_texts()


def ticked(page):
    return labels(page, "#picker-ticked")


def labels(page, where):
    """Return the names of the boxes there; `all_inner_texts` finds all of the page."""
    return [each.inner_text().strip() for each in page.locator(f"{where} label").all()]


@pytest.mark.parametrize("l2", [1, 100, 5000])
def test_weights_and_lists_are_the_packages(l2, page, likes):
    model = EASE(l2=l2).fit(likes)
    weights = np.array(json.loads(page.evaluate(WEIGHTS, l2)))
    np.testing.assert_allclose(weights, model.weights_, atol=1e-4)
    history = np.zeros((len(TICKED), likes.shape[1]), dtype=np.float32)
    for row, codes in enumerate(TICKED):
        history[row, list(codes)] = 1
    best = page.evaluate(
        """([l2, lists]) => {
            const weights = picker.train(picker.gram, l2);
            return lists.map(ticked => picker.recommend(weights, ticked, 10));
        }""",
        [l2, TICKED],
    )
    codes = [[each["code"] for each in films] for films in best]
    assert codes == model.recommend(history, 10).tolist()
    scores = [[each["score"] for each in films] for films in best]
    expected = np.take_along_axis(model.predict(history), np.array(codes), axis=1)
    np.testing.assert_allclose(scores, expected, atol=1e-4)


def test_the_reasons_are_the_packages(page, likes):
    model, codes = EASE(l2=501).fit(likes), TICKED[1]
    history = np.zeros((1, likes.shape[1]), dtype=np.float32)
    history[0, list(codes)] = 1
    expected = model.explain(history, 7)
    shares = page.evaluate(
        "codes => picker.explain(picker.train(picker.gram, 501), codes, 7)", codes
    )
    assert [code for code, _ in shares] == expected.index.tolist()
    np.testing.assert_allclose([share for _, share in shares], expected, atol=1e-4)


@pytest.mark.parametrize("query", ["", "the", "cobalt", "AQUEDUCT the", "zzz", "iii"])
def test_the_search_is_lesson_00s(query, page, data, likes):
    popularity = likes.sum(axis=0)
    expected = matches(data.item_table, query, popularity, limit=data.n_items)
    assert page.evaluate("query => picker.matches(query)", query) == expected


def test_the_first_list_is_the_packages_for_what_is_ticked(fresh, data, likes):
    films = data.item_table
    known = matches(films, "", likes.sum(axis=0), limit=4)
    assert ticked(fresh) == [label(films, code) for code in known]
    history = np.zeros((1, data.n_items), dtype=np.float32)
    history[0, known] = 1
    model = EASE(l2=501).fit(likes)
    best = model.recommend(history, 10)[0]
    assert listed(fresh) == [label(films, code) for code in best]
    first = fresh.locator("#picker-list li").first
    expected = model.explain(history, best[0])
    for code, share in expected.items():
        sign = "−" if share < 0 else "+"
        shown = f"{films['title'].iloc[code]} {sign}{abs(share):.3f}"
        assert shown in first.inner_text()
    assert f"{expected.sum():+.3f}" in first.inner_text()


def test_a_screen_reader_hears_how_many_films_and_the_first_three(fresh):
    status = fresh.get_by_role("status").filter(has_text="ticked")
    names = [film.rpartition(" (")[0] for film in listed(fresh)]
    assert f"The first of 10 films: {', '.join(names[:3])}." in status.inner_text()
    assert fresh.get_by_role("heading", name="EASE recommends").count() == 1
    films = fresh.get_by_role("list", name="EASE recommends")
    assert films.get_by_role("listitem").count() == 10


def test_the_slider_trains_anew_and_says_lambda(fresh):
    slider = fresh.locator(SLIDER)
    scores = fresh.locator("#picker-list").inner_text()
    slider.focus()
    fresh.keyboard.press("ArrowLeft")
    assert slider.get_attribute("aria-valuetext") == "λ = 398"
    assert fresh.locator("#picker-shown").inner_text() == "λ = 398"
    fresh.locator("#picker-trained", has_text="λ = 398,").wait_for()
    assert fresh.locator("#picker-list").inner_text() != scores
    before = listed(fresh)
    fresh.keyboard.press("Home")
    fresh.locator("#picker-trained", has_text="λ = 1,").wait_for()
    status = fresh.locator("#picker-status").inner_text()
    assert "λ = 1." in status
    new = [film for film in listed(fresh) if film not in before]
    names = [film.rpartition(" (")[0] for film in new]
    assert f"New in the list: {', '.join(names)}; gone: " in status


def test_films_are_found_ticked_and_unticked_by_keyboard_alone(fresh):
    before = listed(fresh)
    fresh.locator(SEARCH).focus()
    fresh.keyboard.type("cobalt herb")
    assert fresh.locator("#picker-note").inner_text() == "1 title fits:"
    fresh.keyboard.press("Tab")
    fresh.keyboard.press("Space")
    film = "The Cobalt Herbarium (1957)"
    assert ticked(fresh)[-1] == film
    box = fresh.locator("#picker-offered input")
    assert box.is_checked()
    assert box.evaluate("box => box === document.activeElement")
    assert "5 films ticked" in fresh.locator("#picker-status").inner_text()
    for _ in range(5):
        fresh.keyboard.press("Tab")
    fresh.keyboard.press("Space")
    assert film not in ticked(fresh)
    assert not box.is_checked()
    assert listed(fresh) == before
    assert fresh.locator("#picker-ticked input:focus").count() == 1


def test_what_nobody_likes_is_no_reason(fresh, data, likes):
    unliked = label(data.item_table, int(np.argmin(likes.sum(axis=0))))
    while ticked(fresh):
        fresh.locator("#picker-ticked input").first.click()
    fresh.locator(SEARCH).fill(unliked.rpartition(" (")[0])
    fresh.get_by_label(unliked).first.check()
    reasons = fresh.locator("#picker-list li p").all_inner_texts()
    assert reasons == ["Nothing that you ticked speaks for it."] * 10


def test_what_speaks_against_a_film_is_named(fresh, data, likes):
    fresh.locator(SLIDER).focus()
    fresh.keyboard.press("Home")
    fresh.locator("#picker-trained", has_text="λ = 1,").wait_for()
    known = matches(data.item_table, "", likes.sum(axis=0), limit=4)
    history = np.zeros((1, data.n_items), dtype=np.float32)
    history[0, known] = 1
    model = EASE(l2=1).fit(likes)
    said = fresh.locator("#picker-list li").all_inner_texts()
    shares = [model.explain(history, j) for j in model.recommend(history, 10)[0]]
    assert min(each.min() for each in shares) < -0.001  # or there is nothing to see
    for text, share in zip(said, shares, strict=True):
        assert ("Against it: " in text) == (share.min() < 0)


def test_without_a_tick_the_list_is_what_most_people_like(fresh):
    while ticked(fresh):
        fresh.locator("#picker-ticked input").first.click()
    assert "No film is ticked" in fresh.locator("#picker-status").inner_text()
    known = labels(fresh, "#picker-offered")[:10]
    assert listed(fresh) == known
    assert fresh.locator(f"{SEARCH}:focus").count() == 1


def test_what_nobody_called_a_film_is_said(fresh):
    fresh.locator(SEARCH).fill("<b>no such film")
    note = fresh.locator("#picker-note").inner_text()
    assert note == "No title holds “<b>no such film”. Try a part of it."
    assert fresh.locator("#picker-offered input").count() == 0


@pytest.fixture(params=["light", "dark"])
def scheme(request, page):
    """Show the page in one of the two schemes."""
    page.emulate_media(color_scheme=request.param)
    yield request.param
    page.emulate_media(color_scheme="light")


def test_nothing_keeps_people_from_using_it(scheme, fresh, axe_code):
    if not isinstance(axe_code, str):
        pytest.skip(str(axe_code))
    assert axe.violations(fresh, axe_code, contrast=True) == []


def test_it_fits_a_telephone(scheme, fresh):
    picture(fresh, f"picker-{scheme}")
    fresh.set_viewport_size(NARROW)
    assert fresh.evaluate(OVERHANG) <= 0
    picture(fresh, f"picker-{scheme}-narrow")
    fresh.set_viewport_size(WIDE)


def test_nothing_left_the_folder_and_nothing_failed(page):
    asked = page.happened.requests
    assert asked
    gone = [each for each in asked if not each.startswith(("file:", "data:"))]
    assert gone == page.happened.errors == []


def picture(page, name: str) -> None:
    """Store the page from top to bottom, if RECNB_SCREENSHOTS names a folder."""
    if shots := os.environ.get("RECNB_SCREENSHOTS"):
        page.screenshot(path=f"{shots}/site-{name}.png", full_page=True)
