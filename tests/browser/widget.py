"""One widget on a page: its controls as a reader moves them, and what it then says."""

from collections.abc import Callable


class Widget:
    """Whatever stands in the box that has a caption with these words."""

    def __init__(self, lab, name, words):
        self.lab, self.name, self.moved = lab, name, "its cell"
        caption = lab.page.get_by_role("status").filter(has_text=words)
        self.box = lab.page.locator(".widget-vbox").filter(has=caption)
        self.picture = self.box.locator("figure img")
        self.menu = self.box.locator("select")
        self.readout = self.box.locator(".widget-readout").first
        lab.see(self.box, f"the widget of {name}")

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

    def fits(self) -> None:
        """See that the picture is not wider than the panel; keep a screenshot."""
        assert self.lab.overhang(self.picture) <= 0
        self.lab.screenshot(self.name)
