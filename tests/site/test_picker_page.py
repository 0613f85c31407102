"""What the page without Python is given: films, counts, and what came from npm."""

import base64
import importlib.util
import json
import re
import shutil
import subprocess

import numpy as np
import pytest

from recnb import load
from recnb.models import gram_matrix
from recnb.site import picker
from recnb.site.sources import ROOT

STATIC = ROOT / "docs" / "static"
PAGE = (ROOT / "docs" / "pick_films.md").read_text("utf-8")


@pytest.fixture(scope="module")
def data():
    return load("simulated")


@pytest.fixture(scope="module")
def given():
    script = picker.script()
    before, _, bundled = script.partition(".bundled = ")
    assert before == "(globalThis.picker ??= {})"
    return json.loads(bundled.removesuffix(";\n"))


@pytest.fixture(scope="module")
def renew():
    """Return the script that takes from npm anew, as a module."""
    place = ROOT / "docs" / "vendor" / "renew.py"
    spec = importlib.util.spec_from_file_location("renew", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_given_every_film_by_its_code(given, data):
    films = data.item_table
    assert given["titles"] == films["title"].tolist()
    assert given["years"] == films["year"].tolist()
    assert given["genres"][0] == films["genres"].iloc[0].replace("|", ", ")
    assert given["people"] == data.n_users


def test_the_counts_are_the_gram_matrix(given, data):
    n = data.n_items
    counts = np.frombuffer(base64.b64decode(given["upper"]), "<u2")
    G = np.zeros((n, n))
    G[np.triu_indices(n)] = counts
    G += np.triu(G, 1).T
    likes = (data.to_csr() >= picker.LIKED).astype(np.float32)
    np.testing.assert_array_equal(G, gram_matrix(likes))


def test_a_count_that_does_not_fit_is_refused():
    assert picker.upper_half(np.array([[65535.0]])) == b"\xff\xff"
    with pytest.raises(ValueError, match="65536 does not fit"):
        picker.upper_half(np.array([[65536.0]]))


def test_the_films_lie_where_the_page_looks_for_them(tmp_path):
    picker.write_films(tmp_path)
    assert (tmp_path / picker.PLACE).read_text("utf-8") == picker.script()
    assert f'src="../{picker.PLACE.as_posix()}"' in PAGE


def test_whatever_else_the_page_takes_is_in_the_repository():
    taken = re.findall(r'(?:src|href)="\.\./_static/([^"]+)"', PAGE)
    assert len(taken) == 6
    for path in taken:
        assert (STATIC / path).is_file() or path.endswith("films.js")


def test_what_came_from_npm_says_its_version_and_has_its_licences(renew):
    assert f"vendor/{renew.MATRIX.folder.name}/{renew.MATRIX.path.name}" in PAGE
    style = (ROOT / "docs" / "formulas" / "formulas.css").read_text("utf-8")
    assert f"vendor/{renew.FONT.folder.name}/{renew.FONT.path.name}" in style
    pinned = json.loads((renew.HERE / "package-lock.json").read_text("utf-8"))
    packages = {
        path.removeprefix("node_modules/"): each
        for path, each in pinned["packages"].items()
        if path
    }
    for taken in (renew.MATRIX, renew.FONT):
        assert taken.folder.name.endswith(f"-{packages[taken.package]['version']}")
        assert taken.path.is_file()
    font = packages.pop(renew.FONT.package)
    assert font["license"] == "OFL-1.1"
    licence = (renew.FONT.folder / renew.LICENCES).read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    licences = (renew.MATRIX.folder / renew.LICENCES).read_text("utf-8")
    for name, package in packages.items():
        assert package["license"] == "MIT"
        assert f"{name}\n\n" in licences


def test_what_came_from_npm_is_as_it_was_published(renew):
    if shutil.which("npm") is None:
        pytest.skip("no npm on this machine, which the site's packages come from")
    try:
        published = renew.from_npm()
    except subprocess.CalledProcessError as error:
        pytest.skip(f"npm could not get the site's packages: {error}")
    for path, content in published.items():
        assert path.read_bytes() == content
