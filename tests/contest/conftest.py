"""A split of simulated data, and hand-made results, for the tests of the contest."""

import numpy as np
import pandas as pd
import pytest
from fields import choices

import recnb
from recnb.contest import search
from recnb.contest.folder import Best
from recnb.contest.protocol import plan
from recnb.contest.reasons import Examples
from recnb.contest.trials import OF_LISTS, OF_USERS, Judged


@pytest.fixture(scope="session")
def data():
    users, items, _ = choices()
    frame = pd.DataFrame({"user": users, "item": items}).drop_duplicates()
    return recnb.read_table(frame, "user", "item", name="mine")


@pytest.fixture(scope="session")
def planned(data):
    return plan(data)


@pytest.fixture
def few_trials(monkeypatch):
    """Three settings a model, so that a contest ends by itself."""
    monkeypatch.setattr(search, "MOST_TRIALS", 3)


@pytest.fixture
def make_best():
    """Return what makes a hand-made result from the users' NDCG@100."""

    def make(ndcg, trial=0, val=0.5):
        values = np.asarray(ndcg, dtype=float)
        shown = Examples(np.zeros((3, 5), int), np.full((3, 5, 2), -1))
        of_lists = dict.fromkeys(OF_LISTS, 0.5)
        return Best(
            trial, val, 1.5, Judged(dict.fromkeys(OF_USERS, values), of_lists, shown)
        )

    return make
