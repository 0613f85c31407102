"""Lesson 11's nets and their search: rows, cases, and differences user by user."""

import json

import numpy as np
import pytest

import recnb
from recnb.evaluation import evaluate, paired_difference
from recnb.experiments import ncf_nets
from recnb.experiments.ials import METRICS, ncf_split
from recnb.experiments.ncf_nets import NCF_NETS, PRETRAINED, READINGS
from recnb.experiments.ncf_search import NCF_SEARCH, untrained
from recnb.experiments.runner import frame, read, results, write
from recnb.models import EASE, Popularity

QUICK = {"lr": 0.005, "batch_size": 1024}
SIM = "simulated"


@pytest.fixture
def stored(monkeypatch, tmp_path):
    """Stand for a search that is done; what is measured is stored for what follows."""
    monkeypatch.setattr(ncf_nets, "FOLDER", tmp_path)
    monkeypatch.setattr(ncf_nets, "AT_MOST", 2)
    monkeypatch.setattr(ncf_nets, "JOINT_AT_MOST", 1)
    monkeypatch.setattr(ncf_nets, "STEPS", (0.1,))
    nets = {name: {8: QUICK} for name in ("GMF", "MLP", "NeuMF")}
    monkeypatch.setattr(ncf_nets, "SETTINGS", {SIM: nets})
    for cached in (ncf_nets.followed, ncf_nets.whole):
        cached.cache_clear()

    def measured(case):
        rows = ncf_nets.measure(**case)
        path = NCF_NETS.path(tmp_path)
        before = read(path).to_dict("records")
        write(frame({}, [*before, *(case | row for row in rows)]), path)
        return rows[0]

    yield measured
    for cached in (ncf_nets.followed, ncf_nets.whole):
        cached.cache_clear()


def test_a_net_is_trained_twice_and_for_as_long_as_validation_says(stored):
    case = ncf_nets.case(SIM, "GMF", 8, 8, "tuning", 0)
    tuned = stored(case)
    curve = [float(value) for value in tuned["val_curve"].split()]
    assert tuned["n_epochs"] == 2 == len(curve)
    assert tuned["epoch"] == 1 + int(np.argmax(curve))
    assert tuned["val HR@10"] == pytest.approx(max(curve), abs=5e-5)
    assert tuned["at_cap"]
    final = stored(case | {"trained_on": "all"})
    assert final["epoch"] == tuned["epoch"]
    hits = ncf_nets.values(final["places"], "HR@10")
    assert hits.mean() == pytest.approx(final["HR@10"])
    assert 0 < final["full HR@10"] < final["HR@10"]


def test_a_pretrained_net_has_the_step_before_the_first_to_choose(stored):
    for model, d in (("GMF", 8), ("MLP", 32), (PRETRAINED, 40)):
        for trained_on in ("tuning", "all"):
            row = stored(ncf_nets.case(SIM, model, 8, d, trained_on, 0))
            if trained_on == "tuning":
                curve = [float(value) for value in row["val_curve"].split()]
                first = 0 if model == PRETRAINED else 1
                assert row["epoch"] == first + int(np.argmax(curve))
    assert json.loads(row["settings"]) == {"lr": 0.1}


def test_a_net_on_all_pairs_waits_for_the_one_that_chooses_its_epochs(stored):
    with pytest.raises(FileNotFoundError, match="case trained_on tuning"):
        ncf_nets.measure(SIM, "MLP", 8, 16, "all", 0)


def test_settings_are_those_that_found_most_validation_items():
    """GMF's were chosen before its last trial was in, which has .0005 more."""
    tried = results("ncf_search").groupby(["dataset", "model", "factors"])
    second = []
    for (dataset, model, factors), rows in tried:
        found = rows.set_index("settings")["HR@10"]
        used = json.dumps(ncf_nets.SETTINGS[dataset][model][factors])
        assert found.max() - found[used] < 0.001
        if found.idxmax() != used:
            second.append((dataset, model))
    assert second == [("ncf-ml-1m", "GMF")]


def test_other_sizes_take_the_settings_of_the_nearest(monkeypatch):
    tried = {8: {"lr": 0.1}, 32: {"lr": 0.2}}
    monkeypatch.setattr(ncf_nets, "SETTINGS", {SIM: {"MLP": tried}})
    found = [ncf_nets.settings_of(SIM, "MLP", k)["lr"] for k in (8, 12, 32, 64)]
    assert found == [0.1, 0.1, 0.2, 0.2]


def test_places_give_the_metrics_and_differences_back():
    split = ncf_split(recnb.load(SIM))
    found = [
        evaluate(model.fit(split.train), split.test, METRICS)
        for model in (EASE(100.0), Popularity())
    ]
    texts = [ncf_nets.places(result) for result in found]
    for metric in METRICS:
        for text, result in zip(texts, found, strict=True):
            np.testing.assert_allclose(
                ncf_nets.values(text, metric), result.per_user[metric], atol=1e-6
            )
        mean, error = ncf_nets.paired(texts[:1], texts[1:], metric)
        expected = paired_difference(*found, metric)
        assert mean == pytest.approx(expected.mean, abs=1e-6)
        assert error == pytest.approx(expected.standard_error, rel=1e-4)
    mean, _ = ncf_nets.paired(texts, texts[::-1], "HR@10")
    assert mean == pytest.approx(0)


def test_both_readings_have_the_same_hidden_layers():
    X = ncf_split(recnb.load(SIM)).train
    for per_factor in READINGS.values():
        net = untrained("MLP", 8, per_factor * 8, QUICK).start(X).module_
        assert net.P.embedding_dim == per_factor * 8
        widths = [layer.out_features for layer in net.layers[::2]]
        assert widths == [32, 16, 8]
        both = untrained("NeuMF", 8, (per_factor + 1) * 8, QUICK).start(X).module_
        assert both.gmf.P.embedding_dim == 8
        assert both.mlp.P.embedding_dim == per_factor * 8


def test_every_net_is_chosen_before_it_is_trained_on_all_pairs():
    """Cases come in an order in which each finds what it needs, and once each.

    Embeddings of up to 80 numbers have three seeds, longer ones one.
    """
    keys = [tuple(case.values()) for case in NCF_NETS.cases]
    assert len(set(keys)) == len(keys)
    chosen = set()
    for case in NCF_NETS.cases:
        net = tuple(case[name] for name in ("dataset", "model", "factors", "d"))
        if case["trained_on"] == "tuning":
            chosen.add(net)
        else:
            assert case["model"] == "MF" or net in chosen
    real = [case for case in NCF_NETS.cases if case["dataset"] != SIM]
    assert {case["factors"] for case in real} == {0, 8, 16, 32}
    for case in real:
        seeds = {other["seed"] for other in real if other | {"seed": 0} == case}
        if case["trained_on"] == "all" and case["seed"] == 0:
            assert seeds == ({0, 1, 2} if case["d"] <= 80 else {0})


def test_the_stored_search_tried_everything_planned():
    stored = results("ncf_search")
    columns = list(NCF_SEARCH.cases[0])
    found = set(stored[columns].itertuples(index=False, name=None))
    assert found == {tuple(case.values()) for case in NCF_SEARCH.cases}
    for _, row in stored.iterrows():
        curve = [float(value) for value in row["curve"].split()]
        assert len(curve) == row["n_epochs"]
        assert row["HR@10"] == pytest.approx(max(curve), abs=1e-4)
