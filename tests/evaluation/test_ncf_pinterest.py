"""Pinterest's split of the NCF paper goes the way of MovieLens's, from file to HR@10.

The files are written here, small, in the published format: without timestamps, a test
row a user, and 99 negatives for each.
"""

from dataclasses import replace

import numpy as np
import pytest

import recnb
from recnb.data import CATALOGUE, CorruptDatasetError
from recnb.evaluation import evaluate, leave_one_out
from recnb.models import IALS, Popularity

N_USERS, N_ITEMS = 60, 160
HALF = N_ITEMS // 2
GENUINE = CATALOGUE["ncf-pinterest"]


@pytest.fixture
def boards():
    """Twelve pins a user; even users pin from the first half of the catalogue only."""
    draw = np.random.default_rng(5)
    own = [HALF * (user % 2) + draw.permutation(HALF) for user in range(N_USERS)]
    return [pins[:12] for pins in own]


@pytest.fixture
def pinterest(boards, tmp_path, monkeypatch):
    """The three files, where RECNB_DATA points to, and a catalogue of their sizes."""
    draw = np.random.default_rng(6)
    train, test, negative = [], [], []
    for user, (held, *others) in enumerate(boards):
        train += [f"{user}\t{item}\t1" for item in others]
        test.append(f"{user}\t{held}\t1")
        unseen = np.setdiff1d(np.arange(N_ITEMS), boards[user])
        drawn = "\t".join(map(str, draw.permutation(unseen)[:99]))
        negative.append(f"({user},{held})\t{drawn}")
    folder = tmp_path / "mine" / "ncf"
    folder.mkdir(parents=True)
    for part, lines in (
        ("train.rating", train),
        ("test.rating", test),
        ("test.negative", negative),
    ):
        (folder / f"pinterest-20.{part}").write_text("\n".join(lines) + "\n")
    monkeypatch.setenv("RECNB_DATA", str(folder.parent))
    sizes = {"n_users": N_USERS, "n_items": N_ITEMS, "n_interactions": len(train)}
    small = replace(GENUINE, **sizes, n_heldout=N_USERS)
    monkeypatch.setitem(CATALOGUE, "ncf-pinterest", small)
    return folder


def test_the_rows_of_the_files_are_the_split(pinterest, boards):
    data = recnb.load("ncf-pinterest")
    assert data.name == "ncf-pinterest" and not data.is_simulated
    assert data.timestamps is None and data.ratings is None
    split = leave_one_out(data)
    assert split.protocol.published_as == "ncf-loo-99"
    assert split.test.candidates.shape == (N_USERS, 100)
    for user, (held, *others) in enumerate(boards):
        assert split.train[[user]].indices.tolist() == sorted(others)
        assert split.test.heldout[[user]].indices.tolist() == [held]
        assert split.test.candidates[user, 0] == held


def test_a_model_is_judged_as_on_movielens(pinterest):
    """Of 100 candidates, some 45 are of the user's half: HR@10 is above 10 of 100."""
    split = leave_one_out(recnb.load("ncf-pinterest"))
    model = IALS(d=2, l2=0.01, epochs=20).fit(split.train)
    hits = evaluate(model, split.test).metrics["HR@10"]
    popularity = evaluate(Popularity().fit(split.train), split.test)
    assert popularity.metrics["HR@10"] < 0.15
    assert 0.15 < hits < 0.5


def test_without_timestamps_there_is_no_newest_item_to_validate_on(pinterest):
    with pytest.raises(ValueError, match="no timestamps"):
        leave_one_out(recnb.load("ncf-pinterest"), validation=True)


def test_other_sizes_than_published_are_no_pinterest(pinterest, monkeypatch):
    monkeypatch.setitem(CATALOGUE, "ncf-pinterest", GENUINE)
    with pytest.raises(CorruptDatasetError, match=r"60 users, but .* 55,187"):
        recnb.load("ncf-pinterest")
