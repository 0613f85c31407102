"""A home as on a stranger's machine: the notebooks, and nothing of this machine's."""

import json
import os
import shutil
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "notebooks"
OFFLINE = {"RECNB_DATASET": "simulated", "RECNB_OFFLINE": "1"}
NEWS = "@jupyterlab/apputils-extension:announcements"
CONFIG = {
    "labconfig/page_config.json": {"disabledExtensions": {NEWS: True}},
    # A test that opens the committed notebook must not find a run one.
    "lab/user-settings/@jupyterlab/docmanager-extension/plugin.jupyterlab-settings": {
        "autosave": False
    },
}


def lay_out(home: Path) -> None:
    """Undo what a module has left: notebooks, settings, cache and progress."""
    for folder in ("notebooks", "config", "cache"):
        shutil.rmtree(home / folder, ignore_errors=True)
    (home / "progress.json").unlink(missing_ok=True)
    shutil.copytree(NOTEBOOKS, home / "notebooks")
    for file, content in CONFIG.items():
        (home / "config" / file).parent.mkdir(parents=True)
        (home / "config" / file).write_text(json.dumps(content))


def environment(home: Path) -> dict[str, str]:
    """Return the variables for a process that is to live in a home."""
    private = {
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "RECNB_CACHE": home / "cache",
        "RECNB_PROGRESS": home / "progress.json",
    }
    inherited = {k: v for k, v in os.environ.items() if k != "RECNB_DATA"}
    return inherited | OFFLINE | {name: str(path) for name, path in private.items()}
