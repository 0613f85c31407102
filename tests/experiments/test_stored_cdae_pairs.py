"""The paired differences of lesson 05: complete, possible, and measured so."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

import recnb
from recnb.evaluation import weak_generalization
from recnb.experiments import cdae_pairs
from recnb.experiments.cdae import some_users
from recnb.experiments.cdae_pairs import CDAE_PAIRS, EPOCHS, PAIRS, in_words
from recnb.experiments.runner import results


def test_every_pair_is_there_once():
    expected = Counter(tuple(case.values()) for case in CDAE_PAIRS.cases)
    columns = list(CDAE_PAIRS.cases[0])
    found = results("cdae_pairs")[columns].itertuples(index=False, name=None)
    assert Counter(found) == expected


def test_differences_are_those_of_nets_that_were_done():
    stored = results("cdae_pairs")
    np.testing.assert_allclose(
        stored["difference"], stored["first"] - stored["second"], atol=3e-6
    )
    assert stored["error"].between(1e-4, 0.01).all()
    assert stored[["epochs_first", "epochs_second"]].max(axis=None) < EPOCHS
    assert (stored["stopped_first"] == "no improvement").all()
    for row in stored.to_dict("records"):
        assert row["protocol"].startswith(row["dataset"])
        assert row["protocol"].endswith("weak generalisation, seed 0, val users")


def test_one_net_stands_in_all_pairs_that_compare_with_it():
    stored = results("cdae_pairs")
    usual = [pair for pair, (_, second) in PAIRS.items() if second == cdae_pairs.USUAL]
    rows = stored[stored["pair"].isin(usual)]
    assert (rows.groupby("dataset")["second"].nunique() == 1).all()


def test_the_words_are_those_of_the_pairs_that_are_asked_for():
    stored = results("cdae_pairs").query("dataset == 'simulated'").set_index("pair")
    names = ["q = .8 minus q = .5", "no noise minus q = .5"]
    expected = [
        f"{name}: {row['difference']:+.4f} ± {row['error']:.4f}, "
        f"best epochs {row['epochs_first']} and {row['epochs_second']}"
        for name, row in stored.loc[names].iterrows()
    ]
    assert in_words("simulated", *names).splitlines() == expected


def test_a_pair_is_measured_on_the_same_users(monkeypatch):
    split, rows = weak_generalization(recnb.load("simulated"), seed=0), np.arange(200)
    few = replace(split, train=split.train[rows], val=some_users(split.val, rows))
    monkeypatch.setattr(cdae_pairs, "weak_generalization", lambda *_, **__: few)
    monkeypatch.setattr(cdae_pairs, "EPOCHS", 2)
    cdae_pairs.judged.cache_clear()
    (row,) = cdae_pairs.measure("simulated", "own node minus none", 0)
    cdae_pairs.judged.cache_clear()
    assert row["difference"] == pytest.approx(row["first"] - row["second"])
    assert row["error"] > 0 and row["epochs_first"] <= 2
