"""Take what the site has from npm anew: `python docs/vendor/renew.py`.

The site is built without npm and without a network, so what it takes from there lies in
`docs/static/vendor` as it was published, with its licence. `package.json` and its lock,
in this folder, say which version; a test compares where npm is at hand.
"""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SCRIPT, LICENCES = "matrix.umd.js", "LICENSES.txt"
CLEAN_INSTALL = ("ci", "--no-audit", "--no-fund", "--ignore-scripts")


def folder() -> Path:
    """Return where the package lies; the folder's name says its version."""
    pinned = json.loads((HERE / "package.json").read_text("utf-8"))["dependencies"]
    return HERE.parent / "static" / "vendor" / f"ml-matrix-{pinned['ml-matrix']}"


def from_npm() -> dict[str, bytes]:
    """Return the contents of the files by their name, as npm has them.

    The script holds the packages that it needs, so that their licences belong to it.

    Raises
    ------
    OSError
        If there is no npm.
    subprocess.CalledProcessError
        If npm cannot get the packages, or their checksums are not those of the lock.
    """
    npm = shutil.which("npm") or "npm"
    with tempfile.TemporaryDirectory() as place:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, place)
        subprocess.run([npm, *CLEAN_INSTALL], cwd=place, check=True)
        packages = Path(place) / "node_modules"
        licences = sorted(packages.glob("*/LICENSE"))
        texts = [
            f"{each.parent.name}\n\n{each.read_text('utf-8')}" for each in licences
        ]
        return {
            SCRIPT: (packages / "ml-matrix" / SCRIPT).read_bytes(),
            LICENCES: "\n".join(texts).encode(),
        }


if __name__ == "__main__":
    published = from_npm()
    shutil.rmtree(folder().parent, ignore_errors=True)
    folder().mkdir(parents=True)
    for name, content in published.items():
        (folder() / name).write_bytes(content)
