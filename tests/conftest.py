"""Hermetic by default: no test sees the reader's settings, cache or network."""

import os
from collections import Counter
from pathlib import Path

import pytest

SETTINGS = ("RECNB_DATA", "RECNB_CACHE", "RECNB_DATASET", "RECNB_OFFLINE")


def pytest_sessionstart():
    """Refuse two files of one name at once: pytest would, but only in a whole run."""
    names = Counter(file.name for file in Path(__file__).parent.rglob("test_*.py"))
    twice = [name for name, n in names.items() if n > 1]
    if twice:
        raise pytest.UsageError(f"Two test files of one name: {', '.join(twice)}.")


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
