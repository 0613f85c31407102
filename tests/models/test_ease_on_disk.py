"""EASE in a file: the same weights, the file whole or not there, what is refused."""

import shutil
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import sparse

from recnb.models import EASE, EASEOnDisk, ease_on_disk, gram_matrix, gram_on_disk


@pytest.fixture(scope="module")
def X():
    dense = (np.random.default_rng(3).random((90, 23)) < 0.3) * 1.0
    dense[:, 5] = 0  # an item that nobody has
    return sparse.csr_array(dense)


@pytest.fixture(params=[1, 4, 23, 100])
def tile(request, monkeypatch):
    monkeypatch.setattr(ease_on_disk, "TILE", request.param)
    return request.param


@pytest.mark.parametrize("tile", [1, 3, 7, 20, 50])
def test_a_swept_matrix_is_minus_its_inverse_below_the_diagonal(tile):
    rng = np.random.default_rng(0)
    root = rng.normal(size=(20, 30))
    A = root @ root.T
    expected = np.linalg.inv(A)
    ease_on_disk.sweep(A, tile)
    np.testing.assert_allclose(np.tril(A), -np.tril(expected), atol=1e-12)


def test_a_matrix_without_inverse_is_named():
    with pytest.raises(ValueError, match="Raise l2"):
        ease_on_disk.sweep(np.ones((6, 6)), 2)


def test_single_precision_is_as_precise_as_lapack_s(X):
    exact = EASE(7, "float64").fit(X).weights_
    A = gram_matrix(X)
    A[np.diag_indices_from(A)] += 7
    ease_on_disk.sweep(A, 4)
    ease_on_disk.to_weights(A)
    ours = np.abs(A - exact).max()
    lapack_s = np.abs(EASE(7).fit(X).weights_ - exact).max()
    assert ours < 3 * lapack_s < 1e-5


def test_the_gram_matrix_in_the_file_is_the_product(X, tmp_path, tile):
    G = gram_on_disk(X, tmp_path / "a" / "gram.npy")
    np.testing.assert_array_equal(G, gram_matrix(X))
    np.testing.assert_array_equal(np.load(tmp_path / "a" / "gram.npy"), G)
    assert not G.flags.writeable
    np.testing.assert_array_equal(
        EASE(7).fit(X, G).weights_, EASE(7).fit(X).weights_
    )  # a model copies it


def test_the_weights_are_ease_s(X, tmp_path, tile):
    model = EASEOnDisk(str(tmp_path), l2=7).fit(X)
    expected = EASE(7).fit(X)
    np.testing.assert_allclose(model.weights_, expected.weights_, atol=1e-6)
    np.testing.assert_allclose(model.predict(X), expected.predict(X), atol=1e-5)
    np.testing.assert_array_equal(model.recommend(X, 3), expected.recommend(X, 3))


def test_the_weights_stay_in_the_file(X, tmp_path):
    model = EASEOnDisk(tmp_path, l2=7).fit(X)
    assert [file.name for file in tmp_path.iterdir()] == [ease_on_disk.FILE]
    assert model.path_ == tmp_path / ease_on_disk.FILE
    assert isinstance(model.weights_.base, np.memmap)
    np.testing.assert_array_equal(np.load(model.path_), model.weights_)


def failing(*_):
    raise KeyboardInterrupt


@pytest.mark.parametrize("step", ["write_gram", "sweep", "to_weights"])
def test_an_interrupted_fit_leaves_the_older_file_and_nothing_else(
    X, tmp_path, monkeypatch, step
):
    model = EASEOnDisk(tmp_path, l2=7).fit(X)
    before = np.array(model.weights_)
    monkeypatch.setattr(ease_on_disk, step, failing)
    with pytest.raises(KeyboardInterrupt):
        model.set_params(l2=9).fit(X)
    assert [file.name for file in tmp_path.iterdir()] == [ease_on_disk.FILE]
    np.testing.assert_array_equal(model.weights_, before)
    np.testing.assert_array_equal(np.load(model.path_), before)


def test_a_disk_that_fills_up_on_the_way_is_an_error_and_leaves_nothing(
    X, tmp_path, monkeypatch
):
    """The file is written, not mapped, so that the system can say no."""

    def full(file, *_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np.lib.format, "write_array_header_1_0", full)
    with pytest.raises(OSError, match="No space left"):
        EASEOnDisk(tmp_path).fit(X)
    assert not list(tmp_path.iterdir())


def catalogue(n_items):
    return sparse.csr_array((3, n_items), dtype=np.float32)


def test_a_disk_without_room_is_refused_before(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=6 * 2**30))
    with pytest.raises(OSError, match=r"needs 6\.3 GiB, .* has room for 6\.0 GiB"):
        EASEOnDisk(tmp_path).fit(catalogue(40_981))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "act",
    [lambda X, p: EASEOnDisk(p).fit(X), lambda X, p: gram_on_disk(X, p / "g.npy")],
)
def test_a_memory_without_room_for_strips_is_refused_before(act, tmp_path, monkeypatch):
    monkeypatch.setattr(ease_on_disk, "available_memory", lambda: 2**29)
    with pytest.raises(MemoryError, match=r"need 0\.6 GiB, and 0\.5 GiB .* SparseEASE"):
        act(catalogue(40_981), tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("bad", "words"), [({"folder": 3}, "folder must be"), ({"l2": 0.0}, "above 0")]
)
def test_bad_settings_are_named(X, tmp_path, bad, words):
    with pytest.raises(ValueError, match=words):
        EASEOnDisk(**{"folder": tmp_path} | bad).fit(X)


def test_a_folder_that_is_a_file_is_an_error(X, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        EASEOnDisk(tmp_path / "file").fit(X)
