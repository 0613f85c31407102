"""Drive one notebook in a real JupyterLab, as a reader's hands and eyes would."""

import json

from needed import needed
from page import Page
from waiting import SECONDS, too_late
from widget import Place, Widget

# JupyterLab shows a notebook before it can run one: asked too early, it silently
# runs nothing. These two promises are the only sign that it is ready.
READY = """async () => {
    const panel = window.jupyterapp.shell.currentWidget;
    await panel.context.ready;
    await panel.sessionContext.ready;
}"""
COMMAND = "([name, options]) => window.jupyterapp.commands.execute(name, options)"
SHUT_DOWN = "() => window.jupyterapp.serviceManager.sessions.shutdownAll()"
RUN = """place => {
    const {content} = window.jupyterapp.shell.currentWidget;
    content.deselectAll();
    content.activeCellIndex = place;
    return window.jupyterapp.commands.execute('notebook:run-cell');
}"""
SOURCES = """() => window.jupyterapp.shell.currentWidget.content.widgets.map(
    ({model}) => model.type === 'code' ? model.sharedModel.getSource() : '')"""
COUNTS = """places => places.map(place => window.jupyterapp.shell.currentWidget
    .content.widgets[place].model.executionCount)"""
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
# What has to be scrolled sideways to be read, of the cells' texts and outputs.
CUT_OFF = """() => window.jupyterapp.shell.currentWidget.content.widgets.flatMap(
    ({node}, place) => [...node.querySelectorAll('*')]
    .filter(thing => thing.closest('.jp-RenderedMarkdown, .jp-OutputArea-output')
        && thing.scrollWidth > thing.clientWidth + 1
        && ['auto', 'scroll'].includes(getComputedStyle(thing).overflowX))
    .map(thing => `cell ${place}, ${thing.querySelector('table') ? 'table' : 'text'}, `
        + `${thing.scrollWidth - thing.clientWidth} pixels: `
        + thing.textContent.trim().slice(0, 60)))"""
# JupyterLab draws cells and formulas that are out of sight when it has nothing to do.
DRAWN = """() => window.jupyterapp.shell.currentWidget.content.widgets.every(
    ({model, node}) => {
        const isCode = model.type === 'code';
        const things = [...node.querySelectorAll(
            isCode ? '.jp-OutputArea-output' : '.jp-RenderedMarkdown')];
        return things.length >= (isCode ? model.outputs.length : 1)
            && things.every(thing => thing.hasChildNodes()
                && (isCode || !thing.textContent.includes('$')));
    })"""
IN_TIME = """async argument => {
    const late = new Promise((_, reject) => setTimeout(
        () => reject(new Error(WORDS)), 1000 * SECONDS));
    await Promise.race([(CODE)(argument), late]);
}"""
TRUSTED = """() => window.jupyterapp.shell.currentWidget.content.widgets
    .every(({model}) => model.type !== 'code' || model.trusted)"""
NEXT_CELL = "xpath=following-sibling::*[1]"
RESULT = "img, table"
DEAD_WIDGET = "text=/error displaying widget|model not found|loading widget/i"


class Lab(Page):
    """A notebook in JupyterLab, open and ready."""

    def __init__(self, page, address, notebook):
        super().__init__(page, notebook)
        self.address = address
        self.console_errors = []
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.console_errors.append(str(error)))
        self._open()

    def _open(self):
        self.page.goto(f"{self.address}/lab/tree/{self.notebook}?reset")
        panel = self.page.locator(".jp-NotebookPanel").first
        self.see(panel, f"JupyterLab with {self.notebook}")
        self._await(READY, None, f"the kernel of {self.notebook} was not ready")

    def turn_to(self, notebook):
        """Leave this notebook for another one, on the same page."""
        self.shut_down_kernels()
        self.notebook = notebook
        self._open()

    def reopen(self):
        """Save the notebook, end its kernel and open it, as on another day."""
        for _ in range(2):  # that the file is not what the page shows disturbs no one
            self.command("docmanager:save")
        self.turn_to(self.notebook)
        assert self.page.evaluate(TRUSTED), "untrusted, it would show no widget anyway"

    def _listen(self, message):
        if message.type == "error":
            self.console_errors.append(f"{message.text} ({message.location['url']})")

    def _await(self, code: str, argument: object, words: str) -> None:
        """Wait for a promise of the page."""
        filled = IN_TIME.replace("CODE", code).replace("SECONDS", str(SECONDS))
        filled = filled.replace("WORDS", json.dumps(too_late(words)))
        self.page.evaluate(filled, argument)

    def command(self, name, options=None):
        """Run one of JupyterLab's commands and wait until it is done."""
        self._await(COMMAND, [name, options or {}], f"{name} was not done")

    def run_all(self):
        """Run the whole notebook, as a reader would; fail at an error."""
        self.command("notebook:run-all-cells")
        self._no_error()

    def run_needed(self, *texts: str):
        """Run the cells with these texts, and before them only those that they need.

        Fails at an error, and if a cell was not run.
        """
        places = needed(self.page.evaluate(SOURCES), *texts)
        for place in places:
            self._await(RUN, place, f"cell {place} of {self.notebook} was not done")
        self._no_error()
        counts = self.page.evaluate(COUNTS, places)
        assert counts == list(range(1, len(places) + 1)), f"{places} ran as {counts}"

    def _no_error(self):
        errors = self.output_errors()
        assert errors == [], f"{self.notebook}: {errors}"

    def shut_down_kernels(self):
        """Shut down the kernels of all notebooks that are open anywhere."""
        self._await(SHUT_DOWN, None, "the kernels were not shut down")

    def scroll_to(self, text):
        """Bring the cell whose source contains this text to the top."""
        self._await(SCROLL, text, f"the cell with {text} did not come into sight")

    def widget(self, place: Place) -> Widget:
        """Bring a widget into sight."""
        self.scroll_to(place.cell)
        return Widget(self, place)

    def in_sight(self, *places: Place):
        """Bring one widget after the other into sight, so that each has been drawn."""
        for place in places:
            self.widget(place)

    def unrun(self, *places: Place):
        """See words and nothing dead where widgets would stand, and results below."""
        for place in places:
            self.scroll_to(place.cell)
            words = self.page.get_by_text(place.hint)
            self.see(words, f"the hint {place.hint!r}")
            below = self.page.locator(".jp-Cell").filter(has=words).locator(NEXT_CELL)
            self.see(below.locator(RESULT).first, f"a result below {place.hint!r}")
            self.nothing_dead()

    def sound(self):
        """See that no cell failed, nothing is dead, unnamed or logged as an error."""
        self.quiet()
        self.nothing_dead()
        self.until(lambda: self.unnamed() == 0, "a slider had no name to read aloud")

    def quiet(self):
        """See that no cell failed and the browser logged no error."""
        self._no_error()
        logged = self.console_errors
        assert logged == [], f"{self.notebook}: {logged}"

    def results(self):
        """See a result of the notebook: a picture or a table."""
        results = self.page.locator(".jp-OutputArea").locator(RESULT)
        self.see(results.last, "the last picture or table")

    def drawn(self):
        """Wait until all cells are drawn, and their formulas typeset."""
        self.until(lambda: self.page.evaluate(DRAWN), "not all cells were drawn")

    def scroll_to_result(self):
        """Bring a table that cells put out into sight, or else a picture."""
        for kind in ("table", "img"):
            results = self.page.locator(f".jp-OutputArea-output {kind}")
            if results.count():
                results.first.scroll_into_view_if_needed()
                return

    def theme(self, name):
        """Change to the theme Light or Dark."""
        theme = f"JupyterLab {name}"
        self.command("apputils:change-theme", {"theme": theme})
        body = self.page.locator(f'body[data-jp-theme-name="{theme}"]')
        self.until(lambda: body.count() == 1, f"the theme was not {name}")
        splash = self.page.locator("#jupyterlab-splash")
        self.until(lambda: splash.count() == 0, "the splash screen did not go")

    def unnamed(self):
        """Return how many sliders' handles have no name to read aloud."""
        return self.page.locator(".noUi-handle:not([aria-label])").count()

    def output_errors(self):
        """Return the errors that cells have ended with."""
        return self.page.evaluate(ERRORS)

    def nothing_dead(self):
        """Wait until JupyterLab shows nothing in place of a lost widget."""
        dead = self.page.locator(DEAD_WIDGET)

        def words():
            return f"JupyterLab still showed {dead.all_inner_texts()}"

        self.until(lambda: dead.count() == 0, words)

    def cut_off(self) -> list[str]:
        """Return which texts and outputs have to be scrolled sideways to be read."""
        return self.page.evaluate(CUT_OFF)

    def overhang(self, locator):
        """Return by how many pixels an element is wider than the notebook's panel."""
        panel = self.page.locator(".jp-NotebookPanel").first.bounding_box()
        box = locator.bounding_box()
        return box["x"] + box["width"] - panel["x"] - panel["width"]

    def corner(self, picture):
        return picture.evaluate(CORNER)
