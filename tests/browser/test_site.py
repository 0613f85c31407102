"""The site as a reader opens it: from a folder, without a network, page by page."""

import os
from itertools import pairwise
from pathlib import Path

import axe
import pytest
from site_pages import NARROW, WIDE, target, visit
from waiting import SECONDS

from recnb import site
from recnb.workshop import notebooks

pytestmark = pytest.mark.browser

#: Of each kind of page one, for what is the theme's and looks the same on all.
KINDS = (
    "index.html",
    "notebooks/08_ease.html",
    "notebooks/solutions/08_ease.html",
    "api/recnb.contest.html",
    "search.html",
)
RESULT = "#search-results li a"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Build the site of the committed notebooks; return its folder."""
    return site.build(folder=tmp_path_factory.mktemp("site")).parent


@pytest.fixture(scope="module")
def reader(chromium):
    """Return a page of a browser without a network."""
    page = chromium.new_context(offline=True, color_scheme="light").new_page()
    page.set_default_timeout(1000 * SECONDS)
    return page


@pytest.fixture(scope="module")
def visits(folder, reader, axe_code):
    """Open every page once; return what was seen, by path."""
    closer = None
    if isinstance(axe_code, str):

        def closer(page):
            return axe.violations(page, axe_code)

    apart = {"_static", "slides"}  # the slides have tests of their own
    paths = [path for path in folder.rglob("*.html") if not apart & {*path.parts}]
    return {path: visit(reader, path, closer) for path in sorted(paths)}


def by_page(visits, what):
    """Return what is not empty, by the page's name: what a failure has to say."""
    found = {path.name: what(visited) for path, visited in visits.items()}
    return {name: each for name, each in found.items() if each}


def test_every_notebook_has_a_page(folder, visits):
    for path in notebooks.find():
        page = path.relative_to(notebooks.ROOT).with_suffix(".html")
        assert folder / page in visits


def test_no_request_leaves_the_folder(visits):
    def gone(visited):
        return [r for r in visited.requests if not r.startswith(("file:", "data:"))]

    assert by_page(visits, gone) == {}


def test_no_page_has_an_error(visits):
    assert by_page(visits, lambda visited: visited.errors) == {}


def test_formulas_are_to_be_seen(folder, visits):
    def flat(visited):
        return [text for text, *size in visited.seen["formulas"] if min(size) <= 0]

    assert by_page(visits, flat) == {}
    lesson = visits[folder / "notebooks" / "09_zero_diagonal.html"]
    assert len(lesson.seen["formulas"]) > 100


def test_formulas_are_drawn_with_the_font_of_the_course(folder, reader):
    for page in ("notebooks/09_zero_diagonal.html", "slides/09_zero_diagonal.html"):
        reader.goto((folder / page).as_uri())
        formula = reader.locator("math").first
        family = formula.evaluate("math => getComputedStyle(math).fontFamily")
        assert family.startswith('"Noto Sans Math"')
        load = """document.fonts.load('1em "Noto Sans Math"')"""  # as a formula does
        status = reader.evaluate(f"{load}.then(all => all.map(font => font.status))")
        assert status == ["loaded"], page


def test_every_picture_is_there_with_its_words(visits):
    def faulty(visited):
        return [p for p in visited.seen["pictures"] if not p[1].strip() or not p[2]]

    assert by_page(visits, faulty) == {}


def test_the_words_of_every_figure_stand_under_it(visits):
    figures = 0
    for visited in visits.values():
        words = [" ".join(alt.split()) for _, alt, _ in visited.seen["pictures"]]
        under = [caption.rstrip("#").strip() for caption in visited.seen["captions"]]
        assert [plain(each) for each in under] == [plain(each) for each in words]
        figures += len(words)
    assert figures > 100


def plain(words):
    """Return words without what is set in type: quotes, dashes and dots."""
    return "".join(letter for letter in words if letter.isalnum())


def test_every_link_inside_leads_somewhere(visits):
    def dead(visited):
        targets = [(link, target(link)) for link in set(visited.seen["links"])]
        return [link for link, to in targets if to and not is_there(*to, visits)]

    assert by_page(visits, dead) == {}
    assert sum(len(visited.seen["links"]) for visited in visits.values()) > 1000


def is_there(path: Path, place: str, visits) -> bool:
    if path not in visits:
        return path.is_file() and not place
    return not place or place in visits[path].seen["ids"]


def test_headings_go_down_step_by_step(visits):
    def leaps(visited):
        steps = [0, *visited.seen["headings"]]
        return [pair for pair in pairwise(steps) if pair[1] - pair[0] > 1]

    assert by_page(visits, leaps) == {}
    assert by_page(visits, lambda visited: visited.seen["headings"].count(1) - 1) == {}


def test_no_page_is_wider_than_a_telephone(visits):
    assert by_page(visits, lambda visited: max(visited.overhang, 0)) == {}


def test_titles_tell_pages_apart(visits):
    titles = [visited.seen["title"] for visited in visits.values()]
    assert all(titles)
    assert len(set(titles)) == len(titles)


def test_nothing_keeps_people_from_reading(visits, axe_code):
    if not isinstance(axe_code, str):
        pytest.skip(str(axe_code))
    assert by_page(visits, lambda visited: visited.violations) == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_on_light_and_dark(scheme, folder, chromium, axe_code):
    if not isinstance(axe_code, str):
        pytest.skip(str(axe_code))
    context = chromium.new_context(offline=True, color_scheme=scheme, viewport=WIDE)
    page = context.new_page()
    found = {}
    for name in KINDS:
        page.goto((folder / name).as_uri())
        found[name] = axe.violations(page, axe_code, contrast=True)
        picture(page, f"{Path(name).stem}-{scheme}")
    context.close()
    assert not any(found.values()), found


def test_a_page_prints_without_what_surrounds_it(folder, reader):
    reader.set_viewport_size(WIDE)
    reader.goto((folder / "notebooks" / "08_ease.html").as_uri())
    around = reader.locator(".bd-header, .bd-sidebar-primary, .prev-next-footer")
    hint = reader.get_by_text("The score of a film is a sum over the films liked.")
    assert around.first.is_visible()
    assert not hint.is_visible()
    reader.emulate_media(media="print")
    assert not any(each.is_visible() for each in around.all())
    assert hint.is_visible()  # what is folded away is printed
    flow = "thing => getComputedStyle(thing).overflow"
    for part in (".bd-article-container", ".formula"):  # paper does not scroll
        assert reader.locator(part).first.evaluate(flow) == "visible"
    picture(reader, "lesson-print")
    reader.emulate_media(media="screen")


def test_the_search_finds_a_section_and_leads_there(folder, reader):
    reader.set_viewport_size(NARROW)
    reader.goto(f"{(folder / 'search.html').as_uri()}?q=neighbours+and+reasons")
    result = reader.locator(RESULT, has_text="08 · EASE > 7. Neighbours and reasons")
    result.wait_for()
    picture(reader, "search-narrow")
    result.click()
    reader.locator("h2", has_text="Neighbours and reasons").wait_for()


def test_the_search_finds_words_of_the_text(folder, reader):
    reader.goto(f"{(folder / 'search.html').as_uri()}?q=embarrassingly")
    reader.locator(RESULT, has_text="08 · EASE").first.wait_for()


def test_the_search_names_what_the_package_offers_once(folder, reader):
    reader.goto(f"{(folder / 'search.html').as_uri()}?q=NonNegativeEASE")
    reader.locator(RESULT, has_text="recnb.models.NonNegativeEASE").first.wait_for()
    results = reader.locator("#search-results li")
    reader.locator(".search-summary", has_text="found").wait_for()
    starts = [text.split(" ")[0] for text in results.all_inner_texts()]
    assert starts.count("recnb.models.NonNegativeEASE") == 1
    assert "recnb.models > NonNegativeEASE" not in results.all_inner_texts()


def test_code_of_79_columns_is_whole_beside_the_sidebars(folder, reader):
    reader.set_viewport_size(WIDE)
    reader.goto((folder / "notebooks" / "08_ease.html").as_uri())
    cells = reader.locator(".cell_input pre")
    assert cells.count() > 20
    cut = "all => all.map(pre => pre.scrollWidth - pre.clientWidth)"
    assert max(cells.evaluate_all(cut)) <= 0


def test_the_next_lesson_is_a_click_away(folder, reader):
    reader.goto((folder / "notebooks" / "08_ease.html").as_uri())
    reader.locator(".prev-next-footer .right-next").click()
    assert reader.url.endswith("/09_zero_diagonal.html")
    reader.locator(".prev-next-footer .left-prev").click()
    assert reader.url.endswith("/08_ease.html")


def test_the_keyboard_sees_where_it_is(folder, reader):
    reader.set_viewport_size(WIDE)
    reader.goto((folder / "notebooks" / "08_ease.html").as_uri())
    reader.keyboard.press("Tab")
    focused = reader.locator(":focus")
    assert focused.inner_text() == "Skip to main content"
    for _ in range(6):
        reader.keyboard.press("Tab")
        style = "thing => getComputedStyle(thing).outlineStyle"
        assert reader.locator(":focus").evaluate(style) != "none"


def picture(page, name: str) -> None:
    """Store what is on the screen, if RECNB_SCREENSHOTS names a folder."""
    if shots := os.environ.get("RECNB_SCREENSHOTS"):
        page.screenshot(path=Path(shots, f"site-{name}.png"))
