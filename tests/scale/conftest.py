"""Skips what needs Dask and pyarrow where they are not installed, and says so."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recnb.data.interactions import Interactions

HERE = Path(__file__).parent
#: What needs neither.
ALWAYS = ("test_scale_extra.py", "test_scale_plan.py")


def pytest_collection_modifyitems(items):
    missing = [name for name in ("pyarrow", "distributed") if find_spec(name) is None]
    if not missing:
        return
    reason = f"{' and '.join(missing)} not installed: pip install -e '.[scale]'"
    for item in items:
        if item.path.parent == HERE and item.path.name not in ALWAYS:
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def data():
    """Return interactions with ratings; some users and some items have none."""
    rng = np.random.default_rng(0)
    n_users, n_items = 230, 60
    has = rng.random((n_users, n_items)) < 0.4 / (1 + np.arange(n_items) / 10)
    has[[0, 105, 229]] = False
    has[:, 7] = False
    users, items = np.nonzero(has)
    shuffled = rng.permutation(len(users))
    return Interactions(
        name="small",
        users=users[shuffled],
        items=items[shuffled],
        ratings=rng.integers(1, 51, size=len(users)) / 10,
        item_table=pd.DataFrame({"item_id": np.arange(n_items)}),
        user_ids=np.arange(n_users),
    )


@pytest.fixture
def parts(data, tmp_path):
    from recnb.scale import write_parts

    return write_parts(data, tmp_path / "parts", users_per_part=25)
