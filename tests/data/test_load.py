"""`recnb.load` from name to interactions: fallback, damage, sizes, the real files."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import recnb
from recnb.data import (
    CATALOGUE,
    CorruptDatasetError,
    DatasetUnavailableError,
    UnknownDatasetError,
)


@pytest.fixture
def mine(tmp_path, monkeypatch, archive, no_home):
    """A folder of one's own with the tiny ml-1m.zip, named by RECNB_DATA."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "ml-1m.zip").write_bytes(archive)
    monkeypatch.setenv("RECNB_DATA", str(folder))
    return folder


def test_load_says_what_it_loaded(mine):
    data = recnb.load("ml-1m")
    assert data.name == "ml-1m"
    assert not data.is_simulated
    assert data.licence == CATALOGUE["ml-1m"].licence
    assert str(mine) not in data.source + repr(data)
    assert data.item_table["title"].tolist() == ["The Matrix", "Les Misérables"]


def test_load_downloads(home, cache):
    assert len(recnb.load("ml-1m")) == 3
    assert len(recnb.load("ml-1m")) == 3
    assert home.requests == 1


def test_unknown_name():
    with pytest.raises(UnknownDatasetError, match="Did you mean 'ml-1m'"):
        recnb.load("ml1m")


# The bundled dataset


def test_simulated_has_its_truth(bundled):
    data = recnb.load("simulated")
    assert data.is_simulated
    assert data.source == "bundled with the course"
    assert list(data.truth) == ["pairs"]


def test_missing_bundle_says_how_to_install(bundled):
    bundled.unlink()
    with pytest.raises(DatasetUnavailableError, match="clone it and install") as error:
        recnb.load("simulated", fallback=True)
    assert "pip install -e ." in str(error.value)


# Fallback


def test_fallback_says_so_in_short_lines_without_a_path(
    no_home, bundled, capsys, tmp_path
):
    data = recnb.load("ml-1m", fallback=True)
    assert data.is_simulated
    printed = capsys.readouterr().out
    assert "MovieLens 1M could not be had here (no network)." in printed
    assert "Using the bundled simulated dataset instead" in printed
    assert str(tmp_path) not in printed
    assert max(map(len, printed.splitlines())) < 79


def test_fallback_with_a_cache_that_cannot_be_written(home, bundled, cache, capsys):
    cache.write_text("")
    assert recnb.load("ml-1m", fallback=True).is_simulated
    printed = capsys.readouterr().out
    assert "(the cache cannot be written)" in printed
    assert str(cache) not in printed


def test_without_fallback_it_is_an_error(no_home, bundled):
    with pytest.raises(DatasetUnavailableError, match="Three ways to get it"):
        recnb.load("ml-1m")


def test_fallback_is_not_used_when_the_dataset_is_here(mine, bundled, capsys):
    assert recnb.load("ml-1m", fallback=True).name == "ml-1m"
    assert capsys.readouterr().out == ""


def test_setting_replaces_the_name_only_with_fallback(mine, bundled, monkeypatch):
    monkeypatch.setenv("RECNB_DATASET", "simulated")
    assert recnb.load("ml-1m", fallback=True).name == "simulated"
    assert recnb.load("ml-1m").name == "ml-1m"


def test_setting_with_an_unknown_name(monkeypatch):
    monkeypatch.setenv("RECNB_DATASET", "simulatd")
    with pytest.raises(UnknownDatasetError, match="Did you mean 'simulated'"):
        recnb.load("ml-1m", fallback=True)


# Damage is never papered over


@pytest.mark.parametrize("keep", [0, 30, 200, -1])
def test_truncated_archive(mine, bundled, archive, keep):
    (mine / "ml-1m.zip").write_bytes(archive[:keep])
    with pytest.raises(CorruptDatasetError, match="truncated or damaged") as error:
        recnb.load("ml-1m", fallback=True)
    assert "Replace it with a fresh copy from https://grouplens.org" in str(error.value)


def test_flipped_bits_in_the_archive(mine, archive):
    start = archive.index(b"ratings.dat") + len(b"ratings.dat") + 8
    damaged = bytearray(archive)
    damaged[start] ^= 0xFF
    (mine / "ml-1m.zip").write_bytes(damaged)
    with pytest.raises(CorruptDatasetError, match=r"ratings\.dat"):
        recnb.load("ml-1m")


def test_archive_without_the_file(mine, bundled):
    (mine / "ml-1m.zip").write_bytes(bundled.read_bytes())
    with pytest.raises(CorruptDatasetError, match="does not hold this file"):
        recnb.load("ml-1m")


def test_wrong_size_is_an_error(mine, monkeypatch):
    bigger = replace(CATALOGUE["ml-1m"], n_interactions=1_000_209)
    monkeypatch.setitem(CATALOGUE, "ml-1m", bigger)
    with pytest.raises(CorruptDatasetError, match=r"3 interactions, but .* 1,000,209"):
        recnb.load("ml-1m")


def test_empty_named_folder(mine, bundled, capsys):
    (mine / "ml-1m.zip").unlink()
    with pytest.raises(DatasetUnavailableError, match=r"holds no ml-1m\.zip") as error:
        recnb.load("ml-1m")
    assert str(mine) in str(error.value)


# The real files, where they are at hand


def needs(name):
    """Skip, with the reason, where the folder that RECNB_DATA names lacks a file."""
    path = Path(os.environ.get("RECNB_DATA", "")) / name
    if "RECNB_DATA" not in os.environ or not path.exists():
        pytest.skip(f"RECNB_DATA names no folder with {name}")


@pytest.mark.real_data
def test_real_ml_1m():
    needs("ml-1m.zip")
    data = recnb.load("ml-1m")
    assert (len(data), data.n_users, data.n_items) == (1_000_209, 6_040, 3_706)
    histogram = np.bincount(data.ratings.astype(int), minlength=6)[1:]
    assert histogram.tolist() == [56_174, 107_557, 261_197, 348_971, 226_310]
    assert data.item_table["year"].notna().all()
    assert data.item_table["title"].iloc[0] == "Toy Story"


@pytest.mark.real_data
def test_real_ml_latest_small():
    needs("ml-latest-small.zip")
    data = recnb.load("ml-latest-small")
    assert (len(data), data.n_users) == (100_836, 610)
    assert (data.ratings % 0.5 == 0).all()


@pytest.mark.real_data
def test_real_ncf():
    needs("ncf")
    data = recnb.load("ncf-ml-1m")
    assert (len(data), data.n_users, data.n_items) == (994_169, 6_040, 3_706)
    assert data.heldout.negatives.shape == (6_040, 99)


@pytest.mark.real_data
def test_real_gowalla():
    needs("gowalla")
    data = recnb.load("gowalla")
    assert (len(data), data.n_users, data.n_items) == (810_128, 29_858, 40_981)
    assert len(data.heldout.users) == 217_242
