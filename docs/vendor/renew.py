"""Take what the site has from npm anew: `python docs/vendor/renew.py`.

The site is built without npm and without a network, so what it takes from there lies in
`docs/static/vendor` and `docs/formulas/vendor` as it was published, with its licence.
`package.json` and its lock, in this folder, say which version; a test compares where
npm is at hand.
"""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
LICENCES = "LICENSES.txt"
CLEAN_INSTALL = ("ci", "--no-audit", "--no-fund", "--ignore-scripts")


class Taken(NamedTuple):
    """A package, what is taken of it, and where it lies below `docs`.

    `licences` names them in `node_modules`: a script may hold the packages that it
    needs, whose licences then belong to it.
    """

    package: str
    file: str
    licences: str
    place: str

    @property
    def folder(self) -> Path:
        """Return where it lies; the folder's name says its version."""
        pinned = json.loads((HERE / "package.json").read_text("utf-8"))["dependencies"]
        name = self.package.rpartition("/")[2]
        return HERE.parent / self.place / f"{name}-{pinned[self.package]}"

    @property
    def path(self) -> Path:
        """Return the path of the file that is taken."""
        return self.folder / Path(self.file).name


MATRIX = Taken("ml-matrix", "matrix.umd.js", "*/LICENSE", "static/vendor")
FONT = Taken(
    "@fontsource/noto-sans-math",
    "files/noto-sans-math-latin-400-normal.woff2",  # all of the font, despite its name
    "@fontsource/noto-sans-math/LICENSE",
    "formulas/vendor",
)


def from_npm() -> dict[Path, bytes]:
    """Return the contents of the files by their path, as npm has them.

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
        contents = {}
        for taken in (MATRIX, FONT):
            licences = sorted(packages.glob(taken.licences))
            texts = [
                f"{each.parent.name}\n\n{each.read_text('utf-8')}" for each in licences
            ]
            published = packages / taken.package / taken.file
            contents[taken.path] = published.read_bytes()
            contents[taken.folder / LICENCES] = "\n".join(texts).encode()
        return contents


if __name__ == "__main__":
    published = from_npm()
    for taken in (MATRIX, FONT):
        shutil.rmtree(taken.folder.parent, ignore_errors=True)
        taken.folder.mkdir(parents=True)
    for path, content in published.items():
        path.write_bytes(content)
