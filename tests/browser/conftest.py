"""A private JupyterLab on a copy of the notebooks, and a headless Chromium before it.

Scoped to a module, because Playwright keeps an event loop running in this thread, which
tests elsewhere must not meet.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from lab import Lab

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
SANDBOXED = getattr(os, "geteuid", lambda: 1)() != 0  # root has to do without
OPTIONS = ("--disable-gpu", "--no-first-run", "--disable-background-networking")
OFFLINE = {"RECNB_DATASET": "simulated", "RECNB_OFFLINE": "1"}
NEWS = "@jupyterlab/apputils-extension:announcements"
CONFIG = {
    "labconfig/page_config.json": {"disabledExtensions": {NEWS: True}},
    # A test that opens the committed notebook must not find a run one.
    "lab/user-settings/@jupyterlab/docmanager-extension/plugin.jupyterlab-settings": {
        "autosave": False
    },
}


@pytest.fixture(scope="module")
def chromium():
    """Start the system's Chromium; skip, with the reason, where there is none."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="Playwright is missing: pip install -e .[browser]"
    )
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip("no Chromium on this machine; on Debian: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=path, chromium_sandbox=SANDBOXED, args=OPTIONS
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server(chromium, tmp_path_factory):
    """Start JupyterLab as a stranger to this machine; return its address."""
    home = tmp_path_factory.mktemp("lab")
    shutil.copytree(NOTEBOOKS, home / "notebooks")
    for file, content in CONFIG.items():
        (home / "config" / file).parent.mkdir(parents=True)
        (home / "config" / file).write_text(json.dumps(content))
    port = free_port()
    with open(home / "log.txt", "w") as log:
        process = subprocess.Popen(
            [*command(port), f"--ServerApp.root_dir={home / 'notebooks'}"],
            env=environment(home),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(port, process, home / "log.txt")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture(scope="module")
def open_notebook(chromium, server):
    """Return a function that opens a notebook of the course in a page of its own."""

    def opened(name):
        page = chromium.new_page(viewport={"width": 1024, "height": 768})
        return Lab(page, server, name)

    return opened


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def command(port):
    return [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *("--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"),
        *("--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True"),
    ]


def environment(home):
    private = {
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "RECNB_CACHE": home / "cache",
        "RECNB_PROGRESS": home / "progress.json",
    }
    inherited = {k: v for k, v in os.environ.items() if k != "RECNB_DATA"}
    return inherited | OFFLINE | {name: str(path) for name, path in private.items()}


def wait_for(port, process, log, seconds=60):
    """Return when the server answers; fail with its log if it does not."""
    for _ in range(10 * seconds):
        if process.poll() is None and socket_answers(port):
            return
        time.sleep(0.1)
    pytest.fail(f"JupyterLab does not answer:\n{log.read_text()}")


def socket_answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
