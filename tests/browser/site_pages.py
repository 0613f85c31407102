"""The pages of the built site, each opened once from its folder and looked at."""

from dataclasses import dataclass, field
from pathlib import Path
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
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seen: dict = field(default_factory=dict)
    overhang: int = 0
    violations: list[str] = field(default_factory=list)


def visit(page, path: Path, look_closer=None) -> Visit:
    """Open a page of the site from its folder, wide and narrow.

    `look_closer`, if there is one, is asked for violations while the page is wide.
    """
    found = Visit(path)

    def listen(message):
        if message.type == "error":
            found.errors.append(message.text)

    def count(request):
        found.requests.append(request.url)

    def fail(error):
        found.errors.append(str(error))

    listeners = {"console": listen, "request": count, "pageerror": fail}
    for event, listener in listeners.items():
        page.on(event, listener)
    page.set_viewport_size(WIDE)
    page.goto(path.as_uri())
    found.seen = page.evaluate(LOOK)
    if look_closer:
        found.violations = look_closer(page)
    page.set_viewport_size(NARROW)
    found.overhang = page.evaluate(OVERHANG)
    for event, listener in listeners.items():
        page.remove_listener(event, listener)
    return found


def target(link: str) -> tuple[Path, str] | None:
    """Return the file and the place in it that a link leads to; None outside."""
    address, place = urldefrag(link)
    parts = urlsplit(address)
    return (
        (Path(unquote(parts.path)), unquote(place)) if parts.scheme == "file" else None
    )
