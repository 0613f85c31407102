"""The pages of the built site, each opened once from its folder and looked at."""

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote, urldefrag, urlsplit

# Formulas and tables that are folded away have no size.
LOOK = """() => {
    const folded = thing => thing.closest('details:not([open])');
    const all = (css) => [...document.querySelectorAll(css)];
    const text = thing => thing.textContent.trim();
    return {
        title: document.title,
        links: all('a[href]').map(link => link.href),
        ids: all('[id]').map(thing => thing.id),
        pictures: all('img').map(image => [image.src, image.alt, image.naturalWidth]),
        captions: all('figcaption p').map(text),
        formulas: all('math').filter(math => !folded(math)).map(math => {
            const box = math.getBoundingClientRect();
            return [text(math), box.width, box.height];
        }),
        headings: all('main :is(h1, h2, h3, h4)').map(
            heading => Number(heading.tagName[1])),
    };
}"""
OVERHANG = "() => document.documentElement.scrollWidth - window.innerWidth"
NARROW = {"width": 400, "height": 800}
WIDE = {"width": 1280, "height": 900}


@dataclass
class Visit:
    """What was seen on one page, and what happened while it was open."""

    path: Path
    requests: list[str]
    errors: list[str]
    seen: dict
    overhang: int
    violations: list[str]


def visit(page, path: Path, look_closer=None) -> Visit:
    """Open a page of the site from its folder, wide and narrow.

    `look_closer`, if there is one, is asked for violations while the page is wide.
    """
    with record(page) as happened:
        page.set_viewport_size(WIDE)
        page.goto(path.as_uri())
        seen = page.evaluate(LOOK)
        violations = look_closer(page) if look_closer else []
        page.set_viewport_size(NARROW)
        overhang = page.evaluate(OVERHANG)
    return Visit(path, happened.requests, happened.errors, seen, overhang, violations)


@contextmanager
def record(page):
    """Record the requests and the errors of a page, as long as the block lasts."""
    happened = SimpleNamespace(requests=[], errors=[])

    def listen(message):
        if message.type == "error":
            happened.errors.append(message.text)

    def count(request):
        happened.requests.append(request.url)

    def fail(error):
        happened.errors.append(str(error))

    listeners = {"console": listen, "request": count, "pageerror": fail}
    for event, listener in listeners.items():
        page.on(event, listener)
    try:
        yield happened
    finally:
        for event, listener in listeners.items():
            page.remove_listener(event, listener)


def target(link: str) -> tuple[Path, str] | None:
    """Return the file and the place in it that a link leads to; None outside."""
    address, place = urldefrag(link)
    parts = urlsplit(address)
    return (
        (Path(unquote(parts.path)), unquote(place)) if parts.scheme == "file" else None
    )
