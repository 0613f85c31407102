"""The catalogue is complete, and unknown names get a suggestion."""

import re

import pytest

from recnb.data import CATALOGUE, UnknownDatasetError
from recnb.data.catalogue import lookup

NAMES = [
    "ml-1m",
    "ml-100k",
    "ml-latest-small",
    "ml-20m",
    "ml-25m",
    "ml-32m",
    "ncf-ml-1m",
    "ncf-pinterest",
    "gowalla",
    "simulated",
]


def test_holds_the_courses_datasets():
    assert list(CATALOGUE) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_entries_are_complete(name):
    dataset = CATALOGUE[name]
    assert dataset.name == name
    assert dataset.licence.endswith(".")
    assert dataset.citation
    assert dataset.page
    assert dataset.is_bundled == (name == "simulated")


@pytest.mark.parametrize("name", NAMES)
def test_homes_are_official_and_checksums_well_formed(name):
    for remote in CATALOGUE[name].files:
        assert remote.url.startswith(
            ("https://files.grouplens.org/", "https://raw.githubusercontent.com/")
        )
        assert remote.url.endswith("/" + remote.filename)
        digest = remote.checksum or "md5:" + "0" * 32
        assert re.fullmatch(r"md5:[0-9a-f]{32}|sha256:[0-9a-f]{64}", digest)


def test_every_archive_has_a_checksum():
    assert all(d.files[0].checksum for d in CATALOGUE.values() if d.is_archive)


@pytest.mark.parametrize(
    ("wrong", "meant"), [("ml1m", "ml-1m"), ("Gowala", "gowalla"), ("ML-20M", "ml-20m")]
)
def test_unknown_name_suggests_the_nearest(wrong, meant):
    with pytest.raises(UnknownDatasetError, match=f"Did you mean '{meant}'"):
        lookup(wrong)


def test_unknown_name_without_a_near_one_lists_all():
    with pytest.raises(UnknownDatasetError, match="Choose one of: ml-1m, ml-100k"):
        lookup("???")
