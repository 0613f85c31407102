"""Lesson 11's stored trainings: complete, honestly ended, still measured so."""

import json
from collections import Counter

import numpy as np
import pytest

from recnb.evaluation import published
from recnb.experiments import dot_vs_mlp
from recnb.experiments.dot_vs_mlp import (
    DOT_VS_MLP,
    DOT_VS_MLP_TUNING,
    GMF_PENALTY,
    METRICS,
    Curve,
)
from recnb.experiments.runner import results

REAL = "ncf-ml-1m"
TRAINING = ["dataset", "trained_on", "family", "d", "seed", "model"]
#: Models of a family, and the share of its d that each of them has.
FAMILIES = {
    "MF": {"MF": 1},
    "NeuMF": {"NeuMF": 1},
    "parts": {"GMF": 1 / 3, "MLP": 2 / 3, "NeuMF, pretrained": 1},
}


@pytest.fixture(scope="module")
def stored():
    return results("dot_vs_mlp")


def test_every_model_of_every_case_was_trained_once(stored):
    expected = Counter(
        (*case.values(), model)
        for case in DOT_VS_MLP.cases
        for model in FAMILIES[case["family"]]
    )
    kept = stored[stored["kept"]][TRAINING]
    assert Counter(kept.itertuples(index=False, name=None)) == expected
    for _, row in stored.iterrows():
        assert row["model_d"] == row["d"] * FAMILIES[row["family"]][row["model"]]


def test_the_epoch_was_chosen_on_validation_items_or_beforehand(stored):
    for key, rows in stored.groupby(TRAINING):
        assert rows["epoch"].is_monotonic_increasing
        chosen = rows.loc[rows["kept"], "epoch"].item()
        if key[1] == "tuning":
            best = rows.loc[rows["val HR@10"].idxmax(), "epoch"]
            assert chosen == best, key
        else:
            assert chosen == rows["epoch"].max()
            assert rows["val HR@10"].isna().all()
        assert rows["full HR@10"].notna().eq(rows["kept"]).all()


def test_nets_are_trained_for_as_long_as_was_best_on_validation_items(stored):
    kept = stored[stored["kept"] & (stored["family"] != "MF")]
    tuned = kept[kept["trained_on"] == "tuning"]
    for _, row in kept[kept["trained_on"] == "all"].iterrows():
        same = tuned[
            (tuned["dataset"] == row["dataset"]) & (tuned["model"] == row["model"])
        ]
        nearest = same.loc[(same["d"] - row["d"]).abs().idxmin(), "epoch"]
        cap = dot_vs_mlp.EPOCHS[row["dataset"]][row["d"]]
        assert row["epoch"] == min(cap, nearest)


def test_metrics_are_possible(stored):
    for table in (stored, results("dot_vs_mlp_tuning"), results("gmf_penalty")):
        assert (table["NDCG@10"] <= table["HR@10"]).all()
        assert table[[*METRICS]].gt(0.05).all(axis=None)
        assert table[[*METRICS]].lt(0.8).all(axis=None)
    kept = stored[stored["kept"]]
    assert (kept["full HR@10"] < kept["HR@10"]).all()


def test_mf_reaches_what_is_published_on_every_seed(stored):
    of_mf = stored.query(
        "dataset == @REAL and trained_on == 'all' and model == 'MF' and d == 192"
    )
    found = of_mf[of_mf["kept"]]
    table = published(REAL, "ncf-loo-99", "MF, d=192").set_index("metric")["value"]
    assert len(found) == 3
    for metric in METRICS:
        assert found[metric].mean() == pytest.approx(table[metric], abs=0.003)
        assert found[metric].std() < 0.003


@pytest.mark.parametrize(("model", "source"), [("Popularity", "Rendle"), ("EASE", "F")])
def test_yardsticks_reach_what_is_published(model, source):
    table = published(REAL, "ncf-loo-99", model)
    table = table[table["source"].str.startswith(source)].set_index("metric")["value"]
    found = results("dot_vs_mlp_yardsticks").query(
        "dataset == @REAL and model == @model"
    )
    for metric in METRICS:
        assert found[metric].item() == pytest.approx(table[metric], abs=0.002)


def test_yardsticks_had_all_their_settings_tried():
    for _, row in results("dot_vs_mlp_yardsticks").iterrows():
        grid = dot_vs_mlp.GRIDS[row["model"]]
        assert row["n_tried"] == len(grid)
        assert json.loads(row["settings"]) in grid


def test_nets_have_the_settings_that_were_best_on_validation_items():
    tried = results("dot_vs_mlp_tuning").query("model == 'NeuMF'")
    for (dataset, d), rows in tried.groupby(["dataset", "d"]):
        best = json.loads(rows.loc[rows["HR@10"].idxmax(), "settings"])
        assert dot_vs_mlp.NET[dataset][d] == best


def test_every_trial_is_stored():
    found = results("dot_vs_mlp_tuning")[["dataset", "model", "d", "settings"]]
    expected = {tuple(case.values()) for case in DOT_VS_MLP_TUNING.cases}
    assert set(found.itertuples(index=False, name=None)) == expected


def test_weights_grow_where_they_are_free_and_a_penalty_is_felt():
    """Equation 7, in training."""
    table = results("gmf_penalty")
    assert len(table) == 10 * len(GMF_PENALTY.cases)
    assert (table.loc[table["w"] == "ones", "weights"] == 16).all()
    last = table[table["epoch"] == 10]
    for _, rows in last.groupby("dataset"):
        free = rows[rows["w"] == "learned"].sort_values("l2")
        assert (free["weights"].diff().dropna() > 0).all()
        assert (free["embeddings"].diff().dropna() < 0).all()
        strongest = rows[rows["l2"] == rows["l2"].max()].set_index("w")["HR@10"]
        assert strongest["learned"] > strongest["ones"] + 0.05


def again(stored, case, epoch):
    """Measure a simulated case again; return its row and the stored one."""
    (row,) = (r for r in dot_vs_mlp.measure(**case) if r["epoch"] == epoch)
    query = " and ".join(f"{name} == @case['{name}']" for name in case)
    return row, stored.query(f"{query} and epoch == @epoch").iloc[0]


def test_a_stored_net_is_trained_again(stored, monkeypatch):
    monkeypatch.setitem(dot_vs_mlp.EPOCHS, "simulated", {48: 1})
    case = dict(dataset="simulated", trained_on="tuning", family="NeuMF", d=48, seed=0)
    row, expected = again(stored, case, epoch=1)
    for metric in (*METRICS, "val HR@10"):
        # Another number of threads adds up in another order.
        assert row[metric] == pytest.approx(expected[metric], abs=0.02)


def test_a_stored_factorisation_is_trained_again(stored, monkeypatch):
    settings = dot_vs_mlp.FACTORISATION["simulated"] | {"epochs": 8}
    monkeypatch.setitem(dot_vs_mlp.FACTORISATION, "simulated", settings)
    case = dict(dataset="simulated", trained_on="all", family="MF", d=16, seed=0)
    row, expected = again(stored, case, epoch=8)
    for metric in METRICS:
        assert row[metric] == pytest.approx(expected[metric], abs=1e-3)


class Judged:
    """Stands for `evaluate`: hands out prepared values, one a judgement."""

    def __init__(self, values):
        self.values = iter(values)

    def __call__(self, model, group, metrics):
        value = next(self.values)
        return type("Result", (), {"metrics": dict.fromkeys(metrics, value)})


def test_a_curve_is_judged_every_few_epochs(monkeypatch):
    monkeypatch.setattr(dot_vs_mlp, "evaluate", Judged([0.5, 0.6]))
    curve = Curve(test=None, every=2)
    assert [curve.error(None) for _ in range(4)] == [np.inf, -2, np.inf, -4]
    assert [(row["epoch"], row["HR@10"]) for row in curve.rows] == [(2, 0.5), (4, 0.6)]


def test_with_validation_items_the_best_epoch_is_that_with_the_highest_hit_ratio(
    monkeypatch,
):
    monkeypatch.setattr(dot_vs_mlp, "evaluate", Judged([0.9, 0.5, 0.1, 0.6]))
    curve = Curve(test="test", val="val")
    assert [curve.error(None) for _ in range(2)] == [0.5, 0.4]
    assert [row["HR@10"] for row in curve.rows] == [0.9, 0.1]
    assert [row["val HR@10"] for row in curve.rows] == [0.5, 0.6]


def test_epochs_cannot_be_known_before_a_run_with_validation(monkeypatch, tmp_path):
    monkeypatch.setattr(dot_vs_mlp, "FOLDER", tmp_path)
    split = type("Split", (), {"val": None})
    with pytest.raises(FileNotFoundError, match="trained_on tuning, simulated"):
        dot_vs_mlp.epochs("simulated", split, "NeuMF", 48)
