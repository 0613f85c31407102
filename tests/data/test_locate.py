"""Named folder, cache, download: the order, the failures, and nothing half-written."""

import shutil

import pytest
import requests

from recnb.data import (
    CATALOGUE,
    CorruptDatasetError,
    DatasetUnavailableError,
    fetch,
    get,
    locate,
    status,
)


def find(name="ml-1m"):
    return locate.find_files(CATALOGUE[name])


def files_in(folder):
    return [p for p in folder.rglob("*") if p.is_file()] if folder.exists() else []


def put(folder, content, name="ml-1m.zip"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return folder / name


# The three places, in order


def test_named_folder_comes_first(home, archive, cache, tmp_path, monkeypatch):
    put(cache, archive)
    mine = put(tmp_path / "mine", archive)
    monkeypatch.setenv("RECNB_DATA", str(mine.parent))
    assert find().path == mine
    assert home.requests == 0


def test_cache_comes_before_the_download(home, archive, cache):
    put(cache, archive)
    assert find().where == "cache"
    assert home.requests == 0


def test_a_named_folder_without_the_dataset_is_passed_over(home, tmp_path, monkeypatch):
    monkeypatch.setenv("RECNB_DATA", str(tmp_path))
    assert find().where == "cache"
    assert home.requests == 1


@pytest.mark.parametrize("named", ["", "ml-1m"])
def test_unpacked_folder_is_found(named, archive, tmp_path, monkeypatch):
    zip_path = put(tmp_path / "packed", archive)
    shutil.unpack_archive(zip_path, tmp_path / "mine")
    monkeypatch.setenv("RECNB_DATA", str(tmp_path / "mine" / named))
    assert find().path == tmp_path / "mine" / "ml-1m"


@pytest.mark.parametrize("subfolder", ["", "gowalla"])
def test_single_files_are_found_with_and_without_subfolder(
    subfolder, tmp_path, monkeypatch
):
    for name in ("train.txt", "test.txt"):
        put(tmp_path / "mine" / subfolder, b"0 1\n", name)
    monkeypatch.setenv("RECNB_DATA", str(tmp_path / "mine"))
    assert find("gowalla").where == "named folder"


@pytest.mark.parametrize("typed", ['"{}"', "'{}'", "  {} ", ' "{} "'])
@pytest.mark.parametrize("setting", ["RECNB_DATA", "RECNB_CACHE"])
def test_quotes_and_blanks_around_a_setting_are_dropped(
    typed, setting, home, archive, tmp_path, monkeypatch
):
    mine = put(tmp_path / "my data", archive)
    monkeypatch.setenv(setting, typed.format(mine.parent))
    assert find().path == mine
    assert home.requests == 0


@pytest.mark.parametrize("name", ["ml-1m.zip", "ML-1M.ZIP"])
def test_the_archive_itself_may_be_named(name, home, archive, tmp_path, monkeypatch):
    mine = put(tmp_path / "mine", archive, name)
    monkeypatch.setenv("RECNB_DATA", str(mine))
    assert find().path == mine
    source = locate.describe_source(CATALOGUE["ml-1m"], find())
    assert source == "folder named by RECNB_DATA (the official archive)"


@pytest.mark.parametrize("named", ["", "ml-1m", "ml-1m/ml-1m"])
def test_an_archive_unpacked_twice_is_found(named, archive, tmp_path, monkeypatch):
    zip_path = put(tmp_path / "packed", archive)
    shutil.unpack_archive(zip_path, tmp_path / "mine" / "ml-1m")
    monkeypatch.setenv("RECNB_DATA", str(tmp_path / "mine" / named))
    assert find().path == tmp_path / "mine" / "ml-1m" / "ml-1m"


def test_an_archive_in_a_folder_of_its_name_is_found(archive, tmp_path, monkeypatch):
    mine = put(tmp_path / "mine" / "ml-1m", archive)
    monkeypatch.setenv("RECNB_DATA", str(tmp_path / "mine"))
    assert find().path == mine


def unavailable(monkeypatch, setting):
    """Return what load says, as an error and as a notice, with this RECNB_DATA."""
    monkeypatch.setenv("RECNB_OFFLINE", "1")
    monkeypatch.setenv("RECNB_DATA", str(setting))
    with pytest.raises(DatasetUnavailableError) as error:
        find()
    assert error.value.notice in str(error.value)
    return error.value.notice


def test_a_folder_that_does_not_exist_is_named(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    notice = unavailable(monkeypatch, tmp_path / "dtaa")
    assert f"RECNB_DATA names no existing folder: {tmp_path}/dtaa." in notice
    assert "Did you mean 'data' in place of 'dtaa'?" in notice


def test_a_typo_further_up_is_named(tmp_path, monkeypatch):
    (tmp_path / "datasets" / "movielens").mkdir(parents=True)
    notice = unavailable(monkeypatch, tmp_path / "datastes" / "movielens")
    assert "Did you mean 'datasets' in place of 'datastes'?" in notice


def test_a_folder_with_no_likeness_beside_it(tmp_path, monkeypatch):
    notice = unavailable(monkeypatch, tmp_path / "elsewhere")
    assert "names no existing folder" in notice
    assert "Did you mean" not in notice


def test_a_home_folder_is_shown_as_typed(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    notice = unavailable(monkeypatch, "~/nothing")
    assert "RECNB_DATA names no existing folder: ~/nothing." in notice
    assert str(tmp_path) not in notice


def test_what_a_folder_holds_instead_is_listed(tmp_path, monkeypatch):
    for name in ("b.txt", "a.txt", "c.txt", "d.txt", "e.txt", "f.txt"):
        put(tmp_path / "mine", b"", name)
    notice = unavailable(monkeypatch, tmp_path / "mine")
    only = "it holds no ml-1m.zip, only a.txt, b.txt, c.txt, d.txt, 2 more."
    assert notice.endswith(only)


def test_an_empty_folder_is_called_so(tmp_path, monkeypatch):
    (tmp_path / "mine").mkdir()
    notice = unavailable(monkeypatch, tmp_path / "mine")
    assert notice.endswith("it holds no ml-1m.zip, it is empty.")


def test_a_missing_file_is_named(archive, tmp_path, monkeypatch):
    shutil.unpack_archive(put(tmp_path / "packed", archive), tmp_path / "mine")
    (tmp_path / "mine" / "ml-1m" / "movies.dat").unlink()
    notice = unavailable(monkeypatch, tmp_path / "mine")
    assert notice.endswith("in its folder ml-1m there is no movies.dat.")


def test_the_archive_of_another_dataset_is_no_folder(archive, tmp_path, monkeypatch):
    mine = put(tmp_path / "mine", archive, "ml-100k.zip")
    notice = unavailable(monkeypatch, mine)
    assert "which is a file: name the folder that holds ml-1m.zip" in notice


def test_a_folder_that_may_not_be_read(tmp_path, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    (tmp_path / "mine").mkdir()
    monkeypatch.setattr(locate.os, "listdir", refuse)
    notice = unavailable(monkeypatch, tmp_path / "mine")
    assert notice.endswith("which cannot be read: Permission denied.")


# Where the files are said to come from


def test_source_of_a_genuine_archive(home, archive, tmp_path, monkeypatch):
    put(tmp_path / "mine", archive)
    monkeypatch.setenv("RECNB_DATA", str(tmp_path / "mine"))
    source = locate.describe_source(CATALOGUE["ml-1m"], find())
    assert source == "folder named by RECNB_DATA (the official archive)"


def test_source_of_another_archive(archive, tmp_path, monkeypatch):
    put(tmp_path / "mine", archive)
    monkeypatch.setenv("RECNB_DATA", str(tmp_path / "mine"))
    source = locate.describe_source(CATALOGUE["ml-1m"], find())
    assert source == "folder named by RECNB_DATA (differs from the official archive)"


def test_source_of_an_unpacked_archive(archive, tmp_path, monkeypatch):
    shutil.unpack_archive(put(tmp_path / "packed", archive), tmp_path / "mine")
    monkeypatch.setenv("RECNB_DATA", str(tmp_path / "mine"))
    source = locate.describe_source(CATALOGUE["ml-1m"], find())
    assert source == "folder named by RECNB_DATA (no checksum to compare with)"


def test_source_of_a_download_names_no_path(home, tmp_path):
    source = locate.describe_source(CATALOGUE["ml-1m"], find())
    assert source == "cache on this machine (the official archive)"


# Downloading


def test_download_keeps_the_official_file(home, archive, cache, capsys):
    assert find().path == cache / "ml-1m.zip"
    assert (cache / "ml-1m.zip").read_bytes() == archive
    assert files_in(cache) == [cache / "ml-1m.zip"]
    printed = capsys.readouterr().out
    assert "no redistribution" in printed
    assert max(map(len, printed.splitlines())) < 79


def test_wrong_checksum_is_thrown_away(home, cache):
    home.body = b"<html>please log in</html>"
    with pytest.raises(DatasetUnavailableError, match="not the official file") as error:
        find()
    assert "try again on another network" in str(error.value)
    assert files_in(cache) == []


def test_truncated_answer_is_tried_again(home, archive, cache):
    home.script = ["truncated", "truncated"]
    assert find().path.read_bytes() == archive
    assert files_in(cache) == [cache / "ml-1m.zip"]


def test_truncated_answers_in_the_end_fail(home, cache):
    home.script = ["truncated"] * fetch.TRIES
    with pytest.raises(DatasetUnavailableError, match="broke off") as error:
        find()
    assert "by hand from https://grouplens.org" in str(error.value)
    assert files_in(cache) == []


def test_server_error_is_tried_again(home, archive):
    home.script = ["500", "503"]
    assert find().path.read_bytes() == archive
    assert home.requests == 3


def test_failing_server_is_named_and_the_manual_way(home, cache):
    home.script = ["500"] * fetch.TRIES
    with pytest.raises(DatasetUnavailableError, match="answered 500") as error:
        find()
    message = str(error.value)
    assert "has failed before (June 2024, August 2025, August 2026)" in message
    assert "by hand from https://grouplens.org/datasets/movielens/1m/" in message
    assert str(cache) in message
    assert files_in(cache) == []


def test_another_failing_server_is_not_taken_for_grouplens(home, monkeypatch):
    monkeypatch.setattr(fetch, "GROUPLENS", "https://files.grouplens.org/")
    home.script = ["500"] * fetch.TRIES
    with pytest.raises(DatasetUnavailableError, match="answered 500") as error:
        find()
    assert "GroupLens's" not in str(error.value)
    assert "Try again later, or get ml-1m.zip by hand" in str(error.value)


def test_missing_file_is_not_tried_again(home):
    home.script = ["404"]
    with pytest.raises(DatasetUnavailableError, match="answered 404"):
        find()
    assert home.requests == 1


def test_expired_certificate_is_named(home, cache, monkeypatch):
    def expired(*args, **kwargs):
        raise requests.exceptions.SSLError("certificate has expired")

    monkeypatch.setattr(requests, "get", expired)
    with pytest.raises(DatasetUnavailableError, match="certificate of") as error:
        find()
    assert "take the manual way" in str(error.value)
    assert files_in(cache) == []


def test_no_network_names_the_three_ways(no_home, cache):
    with pytest.raises(DatasetUnavailableError, match=r"\(no network\)") as error:
        find()
    message = str(error.value)
    assert "1. set RECNB_DATA to a folder that holds ml-1m.zip" in message
    assert "2. get ml-1m.zip by hand from https://grouplens.org" in message
    assert "python -m recnb data get ml-1m" in message
    assert files_in(cache) == []


def test_offline_asks_nobody(home, monkeypatch):
    monkeypatch.setenv("RECNB_OFFLINE", "1")
    with pytest.raises(DatasetUnavailableError, match="RECNB_OFFLINE is set") as error:
        find()
    assert "unset RECNB_OFFLINE" in str(error.value)
    assert home.requests == 0


def test_interrupted_download_leaves_nothing(home, cache, monkeypatch):
    def half_then_interrupt(self, url, output_file, pooch):
        with open(output_file, "wb") as part:
            part.write(home.body[:50])
        assert len(files_in(cache)) == 1
        raise KeyboardInterrupt

    monkeypatch.setattr(fetch.pooch.HTTPDownloader, "__call__", half_then_interrupt)
    with pytest.raises(KeyboardInterrupt):
        find()
    assert files_in(cache) == []


def test_interruption_keeps_the_old_file(home, cache, monkeypatch):
    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    put(cache, b"damaged")
    monkeypatch.setattr(requests, "get", interrupt)
    with pytest.raises(KeyboardInterrupt):
        find()
    assert files_in(cache) == [cache / "ml-1m.zip"]


def test_cache_that_cannot_be_written(home, cache):
    cache.write_text("a file where the folder should be")
    with pytest.raises(DatasetUnavailableError, match="cannot be written") as error:
        find()
    assert "Set RECNB_CACHE to a folder that you can write to" in str(error.value)
    assert cache.read_text() == "a file where the folder should be"


def test_full_disk(home, cache, monkeypatch):
    def no_room(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fetch.os, "replace", no_room)
    with pytest.raises(DatasetUnavailableError, match="No space left") as error:
        find()
    assert "has room" in str(error.value)
    assert files_in(cache) == []


# A damaged cache


def test_damaged_cache_is_replaced_when_online(home, archive, cache):
    put(cache, archive[:50])
    assert find().path.read_bytes() == archive


def test_damaged_cache_offline_says_what_to_delete(home, archive, cache, monkeypatch):
    damaged = put(cache, archive[:50])
    monkeypatch.setenv("RECNB_OFFLINE", "1")
    with pytest.raises(CorruptDatasetError, match="wrong checksum") as error:
        find()
    assert str(damaged) in str(error.value)
    assert "Delete" in str(error.value)


def test_only_missing_files_are_downloaded(cache, monkeypatch):
    wanted = []
    monkeypatch.setattr(
        fetch, "_download", lambda remote, path: wanted.append(path.name)
    )
    put(cache / "ncf", b"0\t1\t1\n", "ml-1m.train.rating")
    locate._download(CATALOGUE["ncf-ml-1m"])
    assert wanted == ["ml-1m.test.rating", "ml-1m.test.negative"]


# What the command line asks


def test_status_and_get(home, cache):
    assert status("ml-1m") == "not here"
    assert get("ml-1m").startswith("cache, 0.0 MB")
    assert status("ml-1m").startswith("cache, ")


def test_status_of_a_named_folder(archive, tmp_path, monkeypatch):
    put(tmp_path / "mine", archive)
    monkeypatch.setenv("RECNB_DATA", str(tmp_path / "mine"))
    assert status("ml-1m").startswith("named folder, ")


def test_status_of_a_dataset_of_several_files(cache):
    for name in ("train.txt", "test.txt"):
        put(cache / "gowalla", b"0 1\n" * 12_500, name)
    assert status("gowalla") == "cache, 0.1 MB"


def test_status_of_the_bundled_dataset(bundled):
    assert status("simulated").startswith("bundled, ")
    bundled.unlink()
    assert status("simulated") == "not here"
