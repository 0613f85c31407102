"""Drive one notebook in a real JupyterLab, as a reader's hands and eyes would."""

import os
from pathlib import Path

# JupyterLab shows a notebook before it can run one: asked too early, it silently
# runs nothing. These two promises are the only sign that it is ready.
READY = """async () => {
    const panel = window.jupyterapp.shell.currentWidget;
    await panel.context.ready;
    await panel.sessionContext.ready;
}"""
COMMAND = """async ([name, options, seconds]) => {
    const late = new Promise((_, reject) => setTimeout(
        () => reject(new Error(`${name}: not done in ${seconds} s`)), 1000 * seconds));
    const done = window.jupyterapp.commands.execute(name, options);
    await Promise.race([done, late]);
}"""
# Cells out of sight may not be drawn at all, so a test scrolls before it looks ...
SCROLL = """async text => {
    const {content} = window.jupyterapp.shell.currentWidget;
    const sources = content.widgets.map(cell => cell.model.sharedModel.getSource());
    const index = sources.findIndex(source => source.includes(text));
    if (index < 0) throw new Error(`no cell contains ${text}`);
    content.activeCellIndex = index;
    await content.scrollToItem(index, 'start');
}"""
# ... and reads what the cells have put out from the model, not from the screen.
ERRORS = """() => window.jupyterapp.shell.currentWidget.content.widgets
    .flatMap(cell => cell.model.outputs ? cell.model.outputs.toJSON() : [])
    .filter(output => output.output_type === 'error')
    .map(output => `${output.ename}: ${output.evalue}`)"""
# The corner of a picture, as red, green, blue and opacity.
CORNER = """image => {
    const canvas = document.createElement('canvas');
    const pen = canvas.getContext('2d');
    pen.drawImage(image, 0, 0);
    return Array.from(pen.getImageData(0, 0, 1, 1).data);
}"""
DEAD_WIDGET = "text=/error displaying widget|model not found|loading widget/i"


def caption(box):
    """Return the sentence under a widget's figure."""
    return box.get_by_role("status").inner_text()


class Lab:
    """One notebook, open and ready in a page of its own."""

    def __init__(self, page, address, notebook):
        self.page, self.name = page, Path(notebook).stem
        self.console_errors = []
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.console_errors.append(str(error)))
        page.goto(f"{address}/lab/tree/{notebook}?reset")
        page.wait_for_selector(".jp-NotebookPanel", timeout=60_000)
        page.evaluate(READY)

    def _listen(self, message):
        if message.type == "error":
            self.console_errors.append(f"{message.text} ({message.location['url']})")

    def command(self, name, options=None, seconds=30):
        """Run one of JupyterLab's commands and wait until it is done."""
        self.page.evaluate(COMMAND, [name, options or {}, seconds])

    def run_all(self, seconds=120):
        self.command("notebook:run-all-cells", seconds=seconds)

    def scroll_to(self, text):
        """Bring the cell whose source contains this text to the top."""
        self.page.evaluate(SCROLL, text)

    def widget(self, cell, words):
        """Bring a widget into sight; return its box.

        A cell's source and the widget's caption have to contain these texts.
        """
        self.scroll_to(cell)
        caption = self.page.get_by_role("status").filter(has_text=words)
        box = self.page.locator(".widget-vbox").filter(has=caption)
        box.wait_for()
        return box

    def press(self, box, slider, key):
        """Press a key on one of a widget's sliders, counted from 0."""
        box.locator(".noUi-handle").nth(slider).focus()
        self.page.keyboard.press(key)

    def becomes(self, condition, seconds=10):
        """Wait until a condition holds; return whether it does."""
        for _ in range(20 * seconds):
            if condition():
                return True
            self.page.wait_for_timeout(50)
        return False

    def theme(self, name):
        """Change to the theme Light or Dark."""
        theme = f"JupyterLab {name}"
        self.command("apputils:change-theme", {"theme": theme})
        body = self.page.locator(f'body[data-jp-theme-name="{theme}"]')
        body.wait_for(state="attached")
        self.page.locator("#jupyterlab-splash").wait_for(state="detached")

    def output_errors(self):
        """Return the errors that cells have ended with."""
        return self.page.evaluate(ERRORS)

    def dead_widgets(self):
        """Return a locator of what JupyterLab shows in place of a lost widget."""
        return self.page.locator(DEAD_WIDGET)

    def overhang(self, locator):
        """Return by how many pixels an element is wider than the notebook's panel."""
        panel = self.page.locator(".jp-NotebookPanel").first.bounding_box()
        box = locator.bounding_box()
        return box["x"] + box["width"] - panel["x"] - panel["width"]

    def corner(self, picture):
        return picture.evaluate(CORNER)

    def screenshot(self, name):
        """Store what is on the screen, if RECNB_SCREENSHOTS names a folder."""
        folder = os.environ.get("RECNB_SCREENSHOTS")
        if folder:
            self.page.screenshot(path=Path(folder, f"{self.name}-{name}.png"))
