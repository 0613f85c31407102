"""axe-core, which finds what keeps people from reading a page; from npm, pinned."""

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).parent
PINNED = ("package.json", "package-lock.json")
CLEAN_INSTALL = ("ci", "--no-audit", "--no-fund", "--ignore-scripts")
GRAVE = ("serious", "critical")
#: Of JupyterLab's page what the course puts there: texts, and what cells put out.
OURS = {
    "include": [[".jp-RenderedMarkdown"], [".jp-OutputArea-output"]],
    # JupyterLab (4.6.6) drops a picture's words: they are printed under it.
    "exclude": [[".jp-RenderedImage img"]],
}
#: Rules that JupyterLab breaks there, and what is tested instead.
THEIRS = {
    "scrollable-region-focusable": "an output that is too wide is scrolled by mouse "
    "only: test_themes.py sees that none is",
}
# To preload style sheets is to fetch them, which a browser allows on a server only.
RUN = """async ([within, without]) => (await axe.run(within ?? document, {
    resultTypes: ['violations'], preload: false, iframes: false,
    rules: Object.fromEntries(without.map(rule => [rule, {enabled: false}])),
})).violations.map(
    ({id, impact, nodes}) => [id, impact, nodes.map(node => node.html)])"""


class Missing(Exception):
    """axe-core cannot be had here; the message says why."""


def script(folder: Path) -> str:
    """Get axe-core into a folder, and return its code."""
    npm = shutil.which("npm")
    if npm is None:
        raise Missing("no npm on this machine, which axe-core comes from")
    for name in PINNED:
        shutil.copy(HERE / name, folder)
    done = subprocess.run([npm, *CLEAN_INSTALL], cwd=folder, capture_output=True)
    if done.returncode:
        raise Missing(f"npm could not get axe-core: {done.stderr.decode()[-200:]}")
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


def violations(page, code: str, contrast: bool = False) -> list[str]:
    """Return what axe-core finds grave on an open page, a line a rule.

    Contrasts take two thirds of its time, and are the theme's: look at them on a few
    pages.
    """
    return _found(page, code, None, [] if contrast else ["color-contrast"])


def violations_of_ours(page, code: str) -> list[str]:
    """Return what it finds grave in what the course puts on JupyterLab's page."""
    return _found(page, code, OURS, THEIRS)


def _found(page, code: str, within: dict | None, without: Iterable[str]) -> list[str]:
    page.evaluate(code)
    return [
        f"{rule} ({impact}), {len(places)} times: {places[0][:200]}"
        for rule, impact, places in page.evaluate(RUN, [within, list(without)])
        if impact in GRAVE
    ]
