"""Hermetic by default: no test sees the reader's settings, cache or network."""

import os

import pytest

SETTINGS = ("RECNB_DATA", "RECNB_CACHE", "RECNB_DATASET", "RECNB_OFFLINE")


@pytest.fixture(autouse=True)
def hermetic(request, monkeypatch, tmp_path):
    if request.node.get_closest_marker("real_data"):
        return
    for setting in SETTINGS:
        monkeypatch.delenv(setting, raising=False)
    monkeypatch.setenv("RECNB_CACHE", str(tmp_path / "cache"))


def pytest_collection_modifyitems(items):
    """Skip, with the reason, what needs real data that is not at hand."""
    if os.environ.get("RECNB_DATA"):
        return
    reason = "RECNB_DATA names no folder with the real datasets"
    for item in items:
        if item.get_closest_marker("real_data"):
            item.add_marker(pytest.mark.skip(reason=reason))
