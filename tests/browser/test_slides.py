"""The slides as they are shown: from a folder, without a network, by keyboard."""

import os
import re
from pathlib import Path

import axe
import pytest
from site_pages import record
from waiting import SECONDS

from recnb.site.builder import build_slides

pytestmark = pytest.mark.browser

DECKS = ("02_autoencoder_primer", "09_zero_diagonal")
PROJECTORS = {
    "4:3": {"width": 1024, "height": 768},
    "16:9": {"width": 1280, "height": 720},
}
#: Of every slide of the open deck: what is shown, and what is not all on the screen.
LOOK = """() => {
    const box = thing => thing.getBoundingClientRect();
    const look = slide => {
        const all = css => [...slide.querySelectorAll(css)];
        const shown = all('h1, h2, h3, p, li, img, math, pre, table');
        return {
            title: slide.querySelector('h1, h2, h3')?.textContent ?? '',
            text: slide.innerText,
            outside: shown.filter(thing => box(thing).left < 0 || box(thing).top < 0
                || box(thing).right > innerWidth
                || box(thing).bottom > innerHeight).map(thing => thing.outerHTML),
            pictures: all('img').map(image => [image.alt, image.naturalWidth]),
            words: all('h1, h2, h3, p, pre').filter(thing => !thing.closest('table'))
                .map(thing => thing.innerText).join(' '),
            cut: all('.formula').filter(formula =>
                formula.scrollWidth > formula.clientWidth).length,
            flat: all('math').filter(math => !box(math).width).length,
            formulas: all('math').length,
        };
    };
    const seen = [look(Reveal.getCurrentSlide())];
    while (!Reveal.isLastSlide()) {
        Reveal.next();
        seen.push(look(Reveal.getCurrentSlide()));
    }
    return seen;
}"""
# It is written within a second: browsers take few changes of the address at a time.
ADDRESS_TELLS = """() => {
    const {h, v} = Reveal.getIndices();
    return location.hash === (v ? `#/${h}/${v}` : `#/${h}`);
}"""
MOST_WORDS = 80
PDF_PAGE = re.compile(rb"/Type\s*/Page\b")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Build the slides of the committed notebooks; return their folder."""
    return build_slides(folder=tmp_path_factory.mktemp("slides")).parent


@pytest.fixture(scope="module")
def reader(chromium):
    """Return a page of a browser without a network."""
    page = chromium.new_context(offline=True).new_page()
    page.set_default_timeout(1000 * SECONDS)
    return page


@pytest.fixture(scope="module", params=DECKS)
def deck(request, folder):
    """Return the address of one deck."""
    return (folder / f"{request.param}.html").as_uri()


def opened(page, address, size="4:3"):
    """Open a deck, and return how many slides it has."""
    page.set_viewport_size(PROJECTORS[size])
    page.goto("about:blank")  # or else another place in one deck is no new page
    page.goto(address)
    page.wait_for_function("Reveal.isReady()")
    return page.evaluate("Reveal.getTotalSlides()")


@pytest.mark.parametrize("size", PROJECTORS)
def test_every_slide_of_every_deck_fits(folder, reader, size):
    for path in sorted(folder.glob("[0-9]*.html")):
        slides = opened(reader, path.as_uri(), size)
        seen = reader.evaluate(LOOK)
        assert len(seen) == slides > 10
        for number, slide in enumerate(seen):
            where = f"{path.stem}, slide {number}: {slide['text']}"
            assert slide["title"].strip(), where
            assert slide["outside"] == [], where
            assert all(alt.strip() and width for alt, width in slide["pictures"]), where
            assert slide["flat"] == slide["cut"] == 0, where
            assert len(slide["words"].split()) <= MOST_WORDS, where
        assert sum(len(slide["pictures"]) for slide in seen) >= 3, path.stem
        assert re.fullmatch(r"One \w+ to remember", seen[-1]["title"]), path.stem
        picture(reader, f"{path.stem}-{size.replace(':', '')}")


def test_one_key_leads_through_all_without_a_network_and_without_an_error(deck, reader):
    with record(reader) as happened:
        slides = opened(reader, deck)
        for number in range(slides):
            assert reader.evaluate("Reveal.getSlidePastCount()") == number
            reader.keyboard.press("ArrowRight")
        assert reader.evaluate("Reveal.isLastSlide()")
        formulas = reader.locator("math").count()
    assert [r for r in happened.requests if not r.startswith(("file:", "about:"))] == []
    assert happened.errors == []
    assert formulas >= 10


def test_it_goes_back_too_and_a_reload_stays(deck, reader):
    opened(reader, deck)
    for key in ("PageDown", "ArrowRight", "Space", "ArrowLeft"):
        reader.keyboard.press(key)
    assert reader.evaluate("Reveal.getSlidePastCount()") == 2
    reader.wait_for_function(ADDRESS_TELLS)
    reader.reload()
    reader.wait_for_function("Reveal.isReady()")
    assert reader.evaluate("Reveal.getSlidePastCount()") == 2


def test_a_figure_takes_the_room_that_is_left(deck, reader):
    opened(reader, deck)
    has_figure = "!!Reveal.getCurrentSlide().querySelector('img')"
    while not reader.evaluate(has_figure):
        reader.keyboard.press("ArrowRight")
    width, height = reader.evaluate(
        """() => {
            const slide = Reveal.getCurrentSlide(), image = slide.querySelector('img');
            const {width, height} = Reveal.getConfig();
            return [image.offsetWidth / width, slide.offsetHeight / height];
        }"""
    )
    assert width > 0.9 or 0.9 < height <= 1


def test_s_opens_the_speakers_view_with_what_the_plan_says(deck, reader):
    opened(reader, deck)
    note = "Reveal.getCurrentSlide().querySelector('aside.notes')?.textContent"
    while not (said := reader.evaluate(note)):
        reader.keyboard.press("ArrowRight")
    assert said.startswith("Minutes 0 to ")
    with reader.expect_popup() as opening:
        reader.keyboard.press("s")
    view = opening.value
    shown = "said => document.querySelector('.speaker-controls-notes .value').innerText"
    view.wait_for_function(f"{shown}.trim() === said", arg=said)
    assert all(frame.url.startswith(("file:", "about:")) for frame in view.frames)
    before = reader.evaluate("Reveal.getSlidePastCount()")
    view.keyboard.press("ArrowRight")
    reader.wait_for_function("n => Reveal.getSlidePastCount() === n + 1", arg=before)
    view.close()


def test_it_prints_a_page_a_slide(deck, reader):
    slides = opened(reader, deck)
    opened(reader, f"{deck}?print-pdf")
    pages = "slides => document.querySelectorAll('.pdf-page').length === slides"
    reader.wait_for_function(pages, arg=slides)  # laid out a moment later
    printed = reader.pdf(prefer_css_page_size=True, print_background=True)
    assert len(PDF_PAGE.findall(printed)) == slides


def test_nothing_keeps_people_from_reading_it(deck, reader, axe_code):
    if not isinstance(axe_code, str):
        pytest.skip(str(axe_code))
    opened(reader, deck)
    kinds = {"h1": False, "h2": False, "math": False, "img": False, "pre": False}
    while not all(kinds.values()):
        has = "css => !!Reveal.getCurrentSlide().querySelector(css)"
        new = [css for css, done in kinds.items() if not done]
        found = [css for css in new if reader.evaluate(has, css)]
        if found:
            assert axe.violations(reader, axe_code, contrast=True) == [], found
            kinds |= dict.fromkeys(found, True)
        assert not reader.evaluate("Reveal.isLastSlide()"), kinds
        reader.keyboard.press("ArrowRight")


def test_the_list_leads_to_every_deck(folder, reader):
    opened(reader, (folder / "index.html").as_uri())
    links = reader.locator(".slides a").evaluate_all("links => links.map(l => l.href)")
    decks = {path.as_uri() for path in folder.glob("[0-9]*.html")}
    assert decks and decks <= {link.partition("#")[0] for link in links}


def picture(page, name: str) -> None:
    """Store what is on the screen, if RECNB_SCREENSHOTS names a folder."""
    if shots := os.environ.get("RECNB_SCREENSHOTS"):
        page.screenshot(path=Path(shots, f"slides-{name}.png"))
