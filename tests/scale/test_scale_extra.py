"""Without Dask or pyarrow, the first use says how to install them."""

import sys

import numpy as np
import pytest

from recnb.scale import MissingExtraError, cluster, sparse_gram, write_parts
from recnb.scale.extra import need


@pytest.mark.parametrize("module", ["dask", "distributed", "pyarrow.parquet"])
def test_a_missing_package_is_named_with_what_to_type(module, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, module.partition(".")[0], None)
    with pytest.raises(MissingExtraError, match=r"not installed.*\.\[scale\]"):
        need(module)


def test_a_package_that_is_there_is_returned():
    assert need("numpy.linalg") is np.linalg


def test_what_a_package_itself_misses_is_not_hidden(tmp_path, monkeypatch):
    (tmp_path / "halfway.py").write_text("import there_is_no_such_package\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="there_is_no_such_package") as error:
        need("halfway")
    assert not isinstance(error.value, MissingExtraError)


def test_parts_without_pyarrow(data, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(MissingExtraError, match="pyarrow is not installed"):
        write_parts(data, tmp_path / "parts")


def test_tasks_without_dask(monkeypatch):
    pytest.importorskip("pyarrow")
    monkeypatch.setitem(sys.modules, "dask", None)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtraError, match="distributed is not installed"):
        cluster().__enter__()


def test_a_gram_matrix_without_dask(data, tmp_path, monkeypatch):
    pytest.importorskip("pyarrow")
    parts = write_parts(data, tmp_path / "parts")
    monkeypatch.setitem(sys.modules, "dask", None)
    with pytest.raises(MissingExtraError, match="dask is not installed"):
        sparse_gram(parts, threshold=2)
