"""A notebook on a page of the browser: what it shows, and what it says aloud."""

import os
from collections.abc import Callable
from pathlib import Path

from waiting import SECONDS, until

FOCUS = {"expression": "document.activeElement"}
TOLD = "function() { return this.ariaValueText ?? '' }"


class Page:
    """A notebook on a page of its own, whatever it is that shows it."""

    def __init__(self, page, notebook):
        self.page, self.notebook = page, notebook
        page.set_default_timeout(1000 * SECONDS)

    def until(self, condition: Callable[[], bool], words) -> None:
        """Wait until a condition holds; the words say what did not happen."""
        until(condition, words, lambda s: self.page.wait_for_timeout(1000 * s))

    def see(self, locator, name: str) -> None:
        """Wait until an element is to be seen."""
        self.until(locator.is_visible, f"{name} was not to be seen")

    def heard(self) -> tuple[str, str, str]:
        """Return role, name and value of what has the focus, as screen readers do."""
        tools = self.page.context.new_cdp_session(self.page)
        thing = tools.send("Runtime.evaluate", FOCUS)["result"]["objectId"]
        question = {"objectId": thing, "fetchRelatives": False}
        node = tools.send("Accessibility.getPartialAXTree", question)["nodes"][0]
        told = {"objectId": thing, "functionDeclaration": TOLD}
        attribute = tools.send("Runtime.callFunctionOn", told)["result"]["value"]
        tools.detach()
        more = {each["name"]: each["value"]["value"] for each in node["properties"]}
        # Chromium 156 shows developers an empty text where aria-valuetext has one.
        value = more.get("valuetext") or attribute
        return node["role"]["value"], node["name"]["value"], value

    def screenshot(self, name):
        """Store what is on the screen, if RECNB_SCREENSHOTS names a folder."""
        folder = os.environ.get("RECNB_SCREENSHOTS")
        if folder:
            path = Path(folder, f"{Path(self.notebook).stem}-{name}.png")
            self.page.screenshot(path=path)
