"""A folder of parts: whole, checked, and nothing half-written."""

import errno
import json
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from recnb.data import CorruptDatasetError, DataError
from recnb.scale import DiskError, World, open_parts, write_parts, write_world
from recnb.scale.parts import MANIFEST, PLAN

parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")


def table_of(part):
    return parquet.read_table(part.path)


@pytest.mark.parametrize("ratings", [False, True])
def test_what_was_written_is_read(data, parts, ratings):
    X = data.to_csr(binary=not ratings)
    read = [part.read(ratings) for part in parts]
    assert [Y.shape for Y in read] == [(25, 60)] * 9 + [(5, 60)]
    assert all(Y.dtype == np.float32 and Y.has_canonical_format for Y in read)
    assert (sparse.vstack(read) != X).nnz == 0
    assert sum(Y.nnz for Y in read) == len(data)


def test_a_folder_says_what_it_holds(data, parts):
    assert (parts.n_users, parts.n_items) == (230, 60)
    assert (len(parts), parts.n_interactions) == (10, len(data))
    assert parts.n_bytes == sum(part.path.stat().st_size for part in parts)
    assert repr(parts).startswith("small: 230 users, 60 items, ")
    assert "simulated" in repr(replace(parts, is_simulated=True))


def test_some_of_the_parts(parts):
    train, test = parts[:-2], parts[-2:]
    assert (train.n_users, test.n_users) == (200, 30)
    assert [part.number for part in test] == [8, 9]
    assert parts[3].first_user == 75


def test_a_part_travels_by_its_name_alone(parts):
    assert len(pickle.dumps(parts[0])) < 500
    again = pickle.loads(pickle.dumps(parts))
    assert (again[4].read() != parts[4].read()).nnz == 0


def test_data_without_ratings(data, tmp_path):
    parts = write_parts(replace(data, ratings=None), tmp_path / "p", 100)
    assert parts[0].read().nnz
    with pytest.raises(CorruptDatasetError, match=r"part-00000.*no column 'rating'"):
        parts[0].read(ratings=True)


def test_one_user_a_part_and_all_users_in_one(data, tmp_path):
    X = data.to_csr(binary=True)
    for size, n_parts in ((1, 230), (1000, 1)):
        parts = write_parts(data, tmp_path / str(size), size)
        assert len(parts) == n_parts
        assert (sparse.vstack([part.read() for part in parts]) != X).nnz == 0


@pytest.mark.parametrize("size", [0, -1, 2.5, None])
def test_a_part_has_users(data, tmp_path, size):
    with pytest.raises(ValueError, match="users_per_part must be a whole number"):
        write_parts(data, tmp_path / "p", size)
    assert not (tmp_path / "p").exists()


# ---- damage ----------------------------------------------------------------------


def test_a_missing_part(parts):
    parts[3].path.unlink()
    with pytest.raises(CorruptDatasetError, match=r"part-00003.*missing.*write the fo"):
        open_parts(parts.folder)
    with pytest.raises(CorruptDatasetError, match=r"part-00003.*missing"):
        parts[3].read()


def test_a_truncated_part(parts):
    content = parts[3].path.read_bytes()
    parts[3].path.write_bytes(content[:-100])
    with pytest.raises(CorruptDatasetError, match=r"part-00003.*bytes, not"):
        open_parts(parts.folder)
    with pytest.raises(CorruptDatasetError, match=r"part-00003.*damaged"):
        parts[3].read()


def test_a_single_wrong_byte_is_noticed(parts):
    items = parquet.read_metadata(parts[3].path).row_group(0).column(1)
    content = bytearray(parts[3].path.read_bytes())
    content[items.data_page_offset + items.total_compressed_size - 5] ^= 1
    parts[3].path.write_bytes(content)
    open_parts(parts.folder)  # which looks at the size
    with pytest.raises(CorruptDatasetError, match=r"part-00003.*damaged"):
        parts[3].read()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda t: t.drop_columns(["item"]), "no column 'item'"),
        (lambda t: t.drop_columns(["user"]), "no column 'user'"),
        (lambda t: t.slice(1), "rows, not"),
        (lambda t: t.set_column(0, "user", [t["user"].to_numpy() - 25]), "another bl"),
        (lambda t: t.set_column(1, "item", [t["item"].to_numpy() + 60]), "0 ... 59"),
        (lambda t: t.set_column(1, "item", [t["item"].to_numpy() - 60]), "0 ... 59"),
        (lambda t: t.set_column(1, "item", [t["item"].to_numpy() / 2]), "whole"),
        (lambda t: t.take(np.arange(len(t))[::-1]), "not sorted"),
        (lambda t: t.take(np.arange(1, len(t) + 1).clip(max=len(t) - 1)), "twice"),
        (
            lambda t: t.set_column(1, "item", [[None, *t["item"].to_pylist()[1:]]]),
            "missing value",
        ),
    ],
)
def test_rows_that_are_not_of_this_block(parts, change, problem):
    part = parts[3]
    parquet.write_table(change(table_of(part)), part.path)
    with pytest.raises(CorruptDatasetError, match=f"part-00003.*{problem}"):
        part.read()


def test_a_damaged_part_is_written_again_by_the_same_call(data, parts):
    before = {part.path: part.path.read_bytes() for part in parts}
    parts[3].path.unlink()
    again = write_parts(data, parts.folder, users_per_part=25)
    assert {part.path: part.path.read_bytes() for part in again} == before


@pytest.mark.parametrize("content", ["", "{", "[]", '{"plan": {}, "parts": []}'])
def test_a_damaged_manifest(parts, content):
    (parts.folder / MANIFEST).write_text(content)
    with pytest.raises(CorruptDatasetError, match=r"manifest.json cannot be read"):
        open_parts(parts.folder)


def test_a_manifest_of_some_parts_only(parts):
    manifest = json.loads((parts.folder / MANIFEST).read_text())
    manifest["parts"] = manifest["parts"][:-1]
    (parts.folder / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(CorruptDatasetError, match=r"manifest.json cannot be read"):
        open_parts(parts.folder)


def test_no_folder_and_a_folder_of_something_else(data, tmp_path):
    with pytest.raises(DataError, match="There is no folder"):
        open_parts(tmp_path / "nowhere")
    (tmp_path / "letter.txt").write_text("Dear all")
    with pytest.raises(DataError, match=r"no folder of parts"):
        open_parts(tmp_path)
    with pytest.raises(DataError, match="not empty"):
        write_parts(data, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_other_rows_are_not_mixed_in(data, parts):
    before = {part.path: part.path.read_bytes() for part in parts}
    other = replace(data, ratings=data.ratings + 1)
    for args in ((other, parts.folder, 25), (data, parts.folder, 50)):
        with pytest.raises(DataError, match="holds other rows"):
            write_parts(*args)
    assert {part.path: part.path.read_bytes() for part in parts} == before


# ---- a full disk, an interruption ------------------------------------------------


WRITE_TABLE = parquet.write_table


class Disk:
    """Stands in for pyarrow's writer: it is full after so many parts."""

    def __init__(self, room, error):
        self.room, self.error = room, error

    def __call__(self, table, path, **how):
        if self.room == 0:
            path.write_bytes(b"PAR1 and some more")
            raise self.error
        self.room -= 1
        WRITE_TABLE(table, path, **how)


FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("error", [FULL, KeyboardInterrupt()])
def test_a_full_disk_leaves_whole_parts_and_no_manifest(
    data, tmp_path, monkeypatch, error
):
    folder = tmp_path / "p"
    monkeypatch.setattr(parquet, "write_table", Disk(4, error))
    with pytest.raises(DiskError if error is FULL else KeyboardInterrupt) as raised:
        write_parts(data, folder, users_per_part=25)
    if error is FULL:
        assert "part-00004" in str(raised.value)
        assert "No space left" in str(raised.value)
        assert "call again; it goes on from there" in str(raised.value)
    whole = [f"part-0000{k}.parquet" for k in range(4)]
    assert sorted(path.name for path in folder.iterdir()) == [*whole, PLAN]
    with pytest.raises(DataError, match="not written to its end: 4 parts are there"):
        open_parts(folder)

    rest = Disk(6, error)
    monkeypatch.setattr(parquet, "write_table", rest)
    parts = write_parts(data, folder, users_per_part=25)
    assert rest.room == 0  # the four that were there have not been written again
    read = sparse.vstack([part.read() for part in parts])
    assert (read != data.to_csr(binary=True)).nnz == 0


def test_what_an_ended_process_left_behind_is_removed(data, parts):
    (parts.folder / "part-00003.parquet.4711.part").write_bytes(b"PAR1")
    write_parts(data, parts.folder, users_per_part=25)
    assert not list(parts.folder.glob("*.part"))


@pytest.mark.parametrize(("name", "n_parts"), [(PLAN, 0), (MANIFEST, 10)])
def test_a_disk_that_is_full_at_the_first_file_or_the_last(
    data, tmp_path, monkeypatch, name, n_parts
):
    write_text = Path.write_text

    def full(path, text, **how):
        if path.name.startswith(name):
            write_text(path, text[:10])
            raise FULL
        return write_text(path, text, **how)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(DiskError, match=rf"{name} could not.*No space.*call again\."):
        write_parts(data, tmp_path / "p", users_per_part=25)
    left = {path.name for path in (tmp_path / "p").iterdir()}
    assert len(left) == n_parts + (name == MANIFEST)
    assert not any(file.endswith(".part") for file in left)
    monkeypatch.undo()
    assert len(write_parts(data, tmp_path / "p", users_per_part=25)) == 10


def test_a_folder_that_cannot_be_made(data, tmp_path):
    (tmp_path / "file").write_text("in the way")
    for name in ("file", "file/below"):
        with pytest.raises(DiskError, match=r"file.*Name a folder that can be written"):
            write_parts(data, tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_part_that_was_damaged_before_the_rest_was_written(
    data, tmp_path, monkeypatch
):
    monkeypatch.setattr(parquet, "write_table", Disk(4, FULL))
    with pytest.raises(DiskError):
        write_parts(data, tmp_path / "p", users_per_part=25)
    monkeypatch.undo()
    damaged = tmp_path / "p" / "part-00002.parquet"
    damaged.write_bytes(damaged.read_bytes()[:-20])
    with pytest.raises(CorruptDatasetError, match=r"part-00002.*damaged.*Remove this"):
        write_parts(data, tmp_path / "p", users_per_part=25)
    assert not (tmp_path / "p" / MANIFEST).exists()
    damaged.unlink()
    parts = write_parts(data, tmp_path / "p", users_per_part=25)
    assert parts.n_interactions == len(data)


def test_a_world_on_a_full_disk_goes_on_later(tmp_path, monkeypatch):
    world = World(100, 400, n_groups=10, users_per_block=10)
    monkeypatch.setattr(parquet, "write_table", Disk(4, FULL))
    with pytest.raises(DiskError, match=r"part-00004.*No space left.*goes on"):
        write_world(world, tmp_path / "w")
    assert not list((tmp_path / "w").glob("*.part"))
    monkeypatch.setattr(parquet, "write_table", Disk(6, FULL))
    assert len(write_world(world, tmp_path / "w")) == 10
