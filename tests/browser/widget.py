"""One widget on a page: its controls as a reader moves them, and what it then says."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest

CUT = """names => names.filter(name => name.scrollWidth > name.clientWidth)
    .map(name => name.textContent)"""
BACK = {"ArrowRight": "ArrowLeft", "ArrowLeft": "ArrowRight"}


@dataclass(frozen=True)
class Place:
    """Where a widget stands in a notebook.

    Parameters
    ----------
    cell : str
        A part of its cell's source, from the name of what makes it.
    words : str or Pattern
        Words of its caption, which no other widget's has.
    hint : str
        What stands in its place before the cell is run.
    """

    cell: str
    words: str | re.Pattern = ""
    hint: str = ""

    def __str__(self) -> str:
        return self.cell.partition("(")[0]


def number(pattern: str, caption: str) -> float:
    """Return the number in a caption that the pattern's group stands for."""
    return float(re.search(pattern, caption)[1])


def more(pattern: str) -> Callable[[str, str], bool]:
    """Return the condition that this number has grown from one caption to the next."""
    return lambda before, now: number(pattern, now) > number(pattern, before)


class Widget:
    """Whatever stands in the box that has a caption with a place's words."""

    def __init__(self, lab, place: Place):
        self.lab, self.name, self.moved = lab, str(place), "its cell"
        caption = lab.page.get_by_role("status").filter(has_text=place.words)
        self.box = lab.page.locator(".widget-vbox").filter(has=caption)
        self.picture = self.box.locator("figure img")
        self.menu = self.box.locator("select")
        self.readout = self.box.locator(".widget-readout").first
        lab.see(self.box, f"the widget of {self.name}")

    def caption(self) -> str:
        """Return the sentence under the figure."""
        return self.box.get_by_role("status").inner_text()

    def drawn(self) -> str:
        """Return the picture as it is now."""
        return self.picture.get_attribute("src")

    def press(self, slider: int, key: str) -> None:
        """Press a key on one of the sliders, counted from 0."""
        self.box.locator(".noUi-handle").nth(slider).focus()
        self._press(key)

    def type(self, number: str) -> None:
        """Type a number beside the first slider."""
        self.moved = f"the number {number}"
        self.readout.fill(number)
        self.readout.press("Enter")

    def enter(self, field: str, number: str) -> None:
        """Type a number into the field that has this label."""
        self.moved = f"the number {number} in {field}"
        box = self.box.get_by_label(field, exact=True)
        box.fill(number)
        box.press("Enter")

    def drag(self, slider: int, pixels: int) -> None:
        """Drag one of the sliders to the right with the mouse."""
        self.moved = "the mouse"
        handle = self.box.locator(".noUi-handle").nth(slider).bounding_box()
        x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
        mouse = self.lab.page.mouse
        mouse.move(x, y)
        mouse.down()
        mouse.move(x + pixels, y, steps=12)
        mouse.up()

    def tick(self) -> None:
        """Tick the only box, or untick it, by keyboard."""
        self.box.get_by_role("checkbox").focus()
        self._press("Space")

    def _press(self, key):
        self.moved = f"the key {key}"
        self.lab.page.keyboard.press(key)

    def choose(self, option) -> str:
        """Choose in the menu, by number or by name; return what is chosen."""
        self.moved = f"the choice of {option} in the menu"
        by = {"index": option} if isinstance(option, int) else {"label": option}
        self.menu.select_option(**by)
        return self.menu.input_value()

    def choose_of(self, menu: str, option: str) -> str:
        """Choose by name in the menu that has this label; return what is chosen."""
        self.moved = f"the choice of {option} in the menu {menu}"
        found = self.box.get_by_label(menu, exact=True)
        found.select_option(label=option)
        return found.input_value()

    def follows(self, condition: Callable[[str], bool]) -> None:
        """Wait until the condition holds for the caption."""
        self.lab.until(
            lambda: condition(self.caption()),
            lambda: (
                f"the caption of {self.name} did not follow {self.moved}: "
                f"{self.caption()}"
            ),
        )

    def settled(self, pattern: str) -> float:
        """Wait until the caption's number is the first slider's; return it."""
        self.follows(
            lambda caption: number(pattern, caption) == float(self.readout.inner_text())
        )
        return number(pattern, self.caption())

    def there_and_back(
        self, slider: int, key: str, changed: Callable[[str, str], bool]
    ) -> None:
        """Move a slider by an arrow key, see what changes, and undo it.

        The condition is asked about the caption before and the one that follows.
        """
        start, drawn = self.caption(), self.drawn()
        self.press(slider, key)
        self.follows(lambda caption: changed(start, caption))
        self.is_drawn_anew(drawn)
        self.press(slider, BACK[key])
        self.follows(lambda caption: caption == start)

    def up_and_down(self, pattern: str) -> None:
        """Move the first slider a step up and down; its number stands in the caption.

        A slider over λ snaps to a step, so it may come back a little beside its start.
        """
        start, drawn = self.settled(pattern), self.drawn()
        self.press(0, "ArrowRight")
        self.follows(lambda caption: number(pattern, caption) > start)
        moved = self.settled(pattern)
        self.is_drawn_anew(drawn)
        self.press(0, "ArrowLeft")
        self.follows(lambda caption: number(pattern, caption) < moved)
        end = self.settled(pattern)
        assert end == pytest.approx(start, rel=0.01), f"{self.name}: {start}, {end}"

    def is_heard(self, name: str, shown: str) -> None:
        """Wait until the slider that has the focus says its name and what is shown."""
        said = ("slider", name, shown)
        self.lab.until(
            lambda: self.lab.heard() == said,
            lambda: f"the {name} of {self.name} is {shown}, said: {self.lab.heard()}",
        )

    def is_drawn_anew(self, before: str) -> None:
        """See that the picture is not what it was."""
        same = self.drawn() == before
        assert not same, f"the picture of {self.name} did not follow {self.moved}"

    def names_are_whole(self) -> None:
        """See that what stands before a control is not cut short."""
        names = self.box.locator(".widget-label:visible")
        cut = names.evaluate_all(CUT)
        assert names.count() and cut == [], f"{self.name}: {cut}"

    def fits(self) -> None:
        """See that the picture is not wider than the panel; keep a screenshot."""
        assert self.lab.overhang(self.picture) <= 0
        self.lab.screenshot(self.name)
