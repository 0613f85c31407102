"""One JupyterLab on a copy of the notebooks, and one headless Chromium, for all tests.

Both are processes of their own, which last as long as pytest's. A module connects to
Chromium and lets go of it: Playwright keeps an event loop running in this thread while
it is connected, which tests elsewhere must not meet. A module finds the notebooks, the
settings, the cache and the progress as a stranger to this machine would, and leaves no
kernel behind.
"""

import json
import os
import runpy
import shutil
import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import axe
import pytest
from home import ROOT, environment, lay_out
from lab import Lab
from processes import address, answers, running
from waiting import until

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
SANDBOXED = getattr(os, "geteuid", lambda: 1)() != 0  # root has to do without
OPTIONS = ("--disable-gpu", "--no-first-run", "--disable-background-networking")
LAB = [
    *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
    *("--ip=127.0.0.1", "--port=0"),  # any that is free
    *("--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True"),
    runpy.run_path(str(ROOT / "course.py"))["SAVE_WORDS"],  # as readers start it
]
CHROMIUM = [sys.executable, "-m", "playwright", "launch-server", "--browser=chromium"]


@pytest.fixture(scope="session")
def chromium_address(tmp_path_factory):
    """Start the system's Chromium; skip, with the reason, where there is none."""
    pytest.importorskip(
        "playwright.sync_api", reason="Playwright is missing: pip install -e .[browser]"
    )
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip("no Chromium on this machine; on Debian: apt-get install chromium")
    home = tmp_path_factory.mktemp("chromium")
    options = {
        "executablePath": path,
        "chromiumSandbox": SANDBOXED,
        "args": OPTIONS,
        "host": "127.0.0.1",
    }
    (home / "options.json").write_text(json.dumps(options))
    log = home / "log.txt"
    with running([*CHROMIUM, f"--config={home / 'options.json'}"], log) as alive:
        until(lambda: alive() and "ws://" in log.read_text(), "Chromium did not start")
        yield log.read_text().strip()


@pytest.fixture(scope="session")
def server(chromium_address, tmp_path_factory):
    """Start JupyterLab as a stranger to this machine; return its address and home."""
    home = tmp_path_factory.mktemp("lab")
    lay_out(home)
    command = [*LAB, f"--ServerApp.root_dir={home / 'notebooks'}"]
    with running(command, home / "log.txt", environment(home)) as alive:
        until(lambda: alive() and answers(home), "JupyterLab did not answer")
        yield SimpleNamespace(address=address(home), home=home)


@pytest.fixture(scope="module")
def chromium(chromium_address):
    """Connect to Chromium; what a module opens in it is closed behind the module."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.connect(chromium_address)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def open_notebook(chromium, server) -> Iterator[Callable[[str], Lab]]:
    """Return a function that opens a notebook of the course in a page of its own."""
    lay_out(server.home)
    labs = []

    def opened(name):
        page = chromium.new_page(viewport={"width": 1024, "height": 768})
        labs.append(Lab(page, server.address, name))
        return labs[-1]

    yield opened
    if labs:
        labs[0].shut_down_kernels()


@pytest.fixture(scope="module")
def opened(open_notebook, request):
    """Open the module's NOTEBOOK. What sees it before it is run is tested first."""
    return open_notebook(request.module.NOTEBOOK)


@pytest.fixture(scope="module")
def lesson(opened, request):
    """Run what the module's WIDGETS need."""
    opened.run_needed(*(place.cell for place in request.module.WIDGETS))
    return opened


@pytest.fixture
def widget(lesson, request):
    """Bring the only one of the module's WIDGETS into sight."""
    (place,) = request.module.WIDGETS
    return lesson.widget(place)


@pytest.fixture(scope="session")
def axe_code(tmp_path_factory):
    """Return axe-core's code, or in its place why it cannot be had."""
    try:
        return axe.script(tmp_path_factory.mktemp("npm"))
    except axe.Missing as reason:
        return reason


@pytest.fixture
def barriers(axe_code):
    """Return a function: what is grave in what the course puts into JupyterLab."""
    if not isinstance(axe_code, str):
        pytest.skip(str(axe_code))
    return lambda lab: axe.violations_of_ours(lab.page, axe_code)
