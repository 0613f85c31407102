"""`recnb.load` from name to interactions: fallback, damage, sizes, the real files."""

import io
import os
import zipfile
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


def test_the_notice_says_what_is_wrong_with_the_setting(
    no_home, bundled, capsys, tmp_path, monkeypatch
):
    (tmp_path / "my-movielens-data").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RECNB_DATA", "'my-movielens-dtaa'")
    assert recnb.load("ml-1m", fallback=True).is_simulated
    printed = capsys.readouterr().out
    said = printed.replace("\n", " ")
    assert "RECNB_DATA names no existing folder: my-movielens-dtaa." in said
    assert "Did you mean 'my-movielens-data' in place of 'my-movielens-dtaa'?" in said
    assert "Three ways" not in printed
    assert str(tmp_path) not in printed
    assert max(map(len, printed.splitlines())) < 79


# Well-formed, but not the dataset


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("1::10::978300110::3", r"1 to 5 in steps of 1 \(are the columns swapped\?\)"),
        ("1::10::30::978300110", r"MovieLens 1M has ratings from 1 to 5 .*1\. Replace"),
        ("1::10::0::978300110", "ratings from 1 to 5 in steps of 1"),
        ("1::10::3.5::978300110", "ratings from 1 to 5 in steps of 1"),
        ("1::10::3::978300110000", "times in the years 2000 to 2003, in seconds"),
        ("1::10::3::0", "MovieLens 1M has times in the years 2000 to 2003"),
        ("1::10::3::4", r"times in the years 2000 to 2003, .* 1970\. Replace"),
    ],
)
@pytest.mark.parametrize("blank", [False, True])
def test_ratings_and_times_of_another_kind(mine, texts, pack, line, words, blank):
    lines = ["1::20::5::978300120", line, "7::10::4::978300100"]
    lines = [""] * blank + lines
    texts["ml-1m/ratings.dat"] = "".join(f"{line}\n" for line in lines)
    (mine / "ml-1m.zip").write_bytes(pack(texts, "latin-1"))
    place = rf"ratings\.dat, line {2 + blank}: found '{line}', but .*"
    with pytest.raises(CorruptDatasetError, match=place + words) as error:
        recnb.load("ml-1m")
    assert "Replace it with a fresh copy from https://grouplens.org" in str(error.value)


def test_swapped_users_and_items_are_guessed(mine, pack, monkeypatch):
    other = replace(CATALOGUE["ml-1m"], n_users=3, n_items=2)
    monkeypatch.setitem(CATALOGUE, "ml-1m", other)
    films = "".join(f"{film}::A::\n" for film in (1, 2, 3))
    ratings = "1::1::5::978300120\n2::2::3::978300110\n2::3::4::978300100\n"
    contents = {"ml-1m/ratings.dat": ratings, "ml-1m/movies.dat": films}
    (mine / "ml-1m.zip").write_bytes(pack(contents))
    with pytest.raises(
        CorruptDatasetError, match=r"2 users, .*are the columns swapped"
    ):
        recnb.load("ml-1m")


def test_half_stars_count_the_header(bundled, pack, simulated_texts):
    ratings = "userId,movieId,rating,timestamp\n1,1,4,1136106351\n2,2,4.5,1136106352\n"
    simulated_texts["simulated/ratings.csv"] = ratings
    bundled.write_bytes(pack(simulated_texts))
    with pytest.raises(CorruptDatasetError, match=r"csv, line 3: found '2,2,4\.5,"):
        recnb.load("simulated")


# Archives as other programs make them


@pytest.mark.parametrize(
    "form",
    [
        "ml-1m\\{}",
        "ML-1M/{}",
        "{}",
        "ml-1m/ml-1m/{}",
        "MovieLens/old/{}",
        "My data\\ml-1m\\{}",
    ],
)
@pytest.mark.parametrize("case", [str, str.upper])
def test_members_are_found_where_they_are_unambiguous(mine, texts, pack, form, case):
    contents = {form.format(case(name[6:])): text for name, text in texts.items()}
    mac = {f"__MACOSX/ml-1m/._{name[6:]}": "\0" for name in texts}
    contents |= {**mac, "__MACOSX/ratings.dat": "x", "ml-1m/": ""}
    (mine / "ml-1m.zip").write_bytes(pack(contents, "latin-1"))
    assert len(recnb.load("ml-1m")) == 3


def test_two_of_a_name_are_not_chosen_from(mine, texts, pack):
    twice = {f"{place}/{name}": t for place in "ab" for name, t in texts.items()}
    (mine / "ml-1m.zip").write_bytes(pack(twice, "latin-1"))
    with pytest.raises(CorruptDatasetError, match="more than once; it holds a/ml-1m/"):
        recnb.load("ml-1m")


def test_an_archive_in_an_archive_is_named(mine, archive):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as outer:
        outer.writestr("download/ml-1m.zip", archive)
    (mine / "ml-1m.zip").write_bytes(buffer.getvalue())
    with pytest.raises(
        CorruptDatasetError, match="unpacked first; it holds download/ml"
    ):
        recnb.load("ml-1m")


def test_a_password_is_named(mine, archive):
    """Set the flag that says so in every header, which is all that zipfile looks at."""
    locked = bytearray(archive)
    for mark, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        start = -1
        while (start := locked.find(mark, start + 1)) >= 0:
            locked[start + flags] |= 1
    (mine / "ml-1m.zip").write_bytes(locked)
    with pytest.raises(CorruptDatasetError, match="password required") as error:
        recnb.load("ml-1m")
    message = str(error.value)
    assert f"{mine / 'ml-1m.zip'}, ratings.dat: Python cannot unpack" in message
    assert "unpack it by hand into a folder" in message
    assert "it holds ml-1m/movies.dat, ml-1m/ratings.dat" in message


def test_an_unknown_way_of_packing_is_named(mine, archive):
    odd = bytearray(archive)
    for mark, method in ((b"PK\3\4", 8), (b"PK\1\2", 10)):
        start = -1
        while (start := odd.find(mark, start + 1)) >= 0:
            odd[start + method] = 9  # Deflate64, which Windows uses for large files
    (mine / "ml-1m.zip").write_bytes(odd)
    with pytest.raises(
        CorruptDatasetError, match=r"unpack it by hand.*method.*it holds"
    ):
        recnb.load("ml-1m")


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
