"""Parsed datasets in the cache: the same as parsed, never stale, never in the way."""

import dataclasses
import multiprocessing

import numpy as np
import pandas as pd
import pytest

import recnb
from recnb.data import CATALOGUE, CorruptDatasetError, catalogue, kept
from recnb.data.parsing import movielens_dat

NCF = {
    "ml-1m.train.rating": (
        "0\t0\t5\t978300120\n1\t1\t3\t978300110\n1\t0\t4\t978300100\n"
    ),
    "ml-1m.test.rating": "0\t1\t5\t978300130\n1\t2\t4\t978300140\n",
    "ml-1m.test.negative": "(0,1)\t2\t3\n(1,2)\t3\t3\n",
}


def of_unknown_size(dataset):
    """Return the entry of a dataset as if its numbers were not known."""
    sizes = ("n_users", "n_items", "n_interactions", "n_heldout")
    return dataclasses.replace(dataset, **dict.fromkeys(sizes))


@pytest.fixture(autouse=True)
def any_size(monkeypatch):
    for name in ("ml-1m", "ncf-ml-1m"):
        monkeypatch.setitem(catalogue.CATALOGUE, name, of_unknown_size(CATALOGUE[name]))


@pytest.fixture
def home(tmp_path, monkeypatch, pack, texts):
    """A folder of the reader's with two datasets: an archive, and three files."""
    folder = tmp_path / "mine"
    (folder / "ncf").mkdir(parents=True)
    (folder / "ml-1m.zip").write_bytes(pack(texts, "latin-1"))
    for name, text in NCF.items():
        (folder / "ncf" / name).write_text(text)
    monkeypatch.setenv("RECNB_DATA", str(folder))
    monkeypatch.setenv("RECNB_OFFLINE", "1")
    return folder


@pytest.fixture
def parses(monkeypatch):
    """Count how often MovieLens 1M is parsed."""
    calls = []

    def parse(files, **about):
        calls.append(files)
        return movielens_dat(files, **about)

    entry = dataclasses.replace(CATALOGUE["ml-1m"], parse=parse)
    monkeypatch.setitem(catalogue.CATALOGUE, "ml-1m", entry)
    return calls


def assert_same(a, b):
    """Compare two datasets, each part with its dtype."""
    for field in dataclasses.fields(a):
        one, two = getattr(a, field.name), getattr(b, field.name)
        if isinstance(one, pd.DataFrame):
            pd.testing.assert_frame_equal(one, two)
        elif isinstance(one, np.ndarray):
            assert one.dtype == two.dtype
            np.testing.assert_array_equal(one, two)
        elif dataclasses.is_dataclass(one):
            assert_same(one, two)
        elif isinstance(one, dict):
            assert one.keys() == two.keys()
            for key, table in one.items():
                pd.testing.assert_frame_equal(table, two[key])
        else:
            assert one == two


def files_in(cache):
    return sorted((cache / "parsed").rglob("*.*"))


@pytest.mark.parametrize("name", ["ml-1m", "ncf-ml-1m", "simulated"])
def test_what_is_kept_is_what_was_parsed(home, cache, name):
    parsed = recnb.load(name)
    assert [path.suffix for path in files_in(cache)] == [".npz"]
    assert_same(parsed, recnb.load(name))


def test_it_is_parsed_once_and_again_when_the_archive_changes(
    home, parses, pack, texts
):
    recnb.load("ml-1m")
    recnb.load("ml-1m")
    assert len(parses) == 1
    ratings = texts["ml-1m/ratings.dat"] + "7::20::2::978300130\n"
    changed = texts | {"ml-1m/ratings.dat": ratings}
    (home / "ml-1m.zip").write_bytes(pack(changed, "latin-1"))
    assert len(recnb.load("ml-1m")) == 4
    assert len(parses) == 2


def test_another_parser_parses_anew(home, parses, monkeypatch):
    recnb.load("ml-1m")
    monkeypatch.setattr(kept, "_parser", lambda: b"a later version of the course")
    recnb.load("ml-1m")
    assert len(parses) == 2


@pytest.mark.parametrize("damage", [b"", b"no archive", None])
def test_a_damaged_file_is_replaced(home, cache, parses, damage):
    parsed = recnb.load("ml-1m")
    (path,) = files_in(cache)
    path.write_bytes(path.read_bytes()[:-40] if damage is None else damage)
    assert_same(parsed, recnb.load("ml-1m"))
    assert len(parses) == 2
    recnb.load("ml-1m")
    assert len(parses) == 2


def test_a_cache_that_cannot_be_written_costs_time_and_nothing_else(
    home, cache, parses
):
    cache.mkdir()
    (cache / "parsed").write_text("a file where the folder should be")
    assert_same(recnb.load("ml-1m"), recnb.load("ml-1m"))
    assert len(parses) == 2


def test_an_interrupted_write_leaves_nothing(home, cache, monkeypatch):
    def interrupted(part, **arrays):
        part.write(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(kept.np, "savez", interrupted)
    with pytest.raises(KeyboardInterrupt):
        recnb.load("ml-1m")
    assert files_in(cache) == []


def test_nothing_is_written_beside_the_archive(home):
    before = sorted(home.rglob("*"))
    recnb.load("ml-1m")
    assert sorted(home.rglob("*")) == before


def test_what_fails_a_check_is_not_kept(home, cache, monkeypatch):
    bigger = dataclasses.replace(CATALOGUE["ml-1m"], n_interactions=1_000_209)
    monkeypatch.setitem(catalogue.CATALOGUE, "ml-1m", bigger)
    for _ in range(2):
        with pytest.raises(CorruptDatasetError, match="1,000,209"):
            recnb.load("ml-1m")
    assert files_in(cache) == []


def test_old_files_go(home, cache, pack, texts):
    for stars in (1, 2, 3, 4):
        ratings = texts["ml-1m/ratings.dat"] + f"7::20::{stars}::978300130\n"
        changed = texts | {"ml-1m/ratings.dat": ratings}
        (home / "ml-1m.zip").write_bytes(pack(changed, "latin-1"))
        recnb.load("ml-1m")
    assert len(files_in(cache)) == kept.KEPT


def length(name):
    return len(recnb.load(name))


def test_processes_may_load_at_once(home, cache):
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        lengths = pool.map(length, ["simulated"] * 3)
    assert len(set(lengths)) == 1
    assert len(files_in(cache)) == 1
