"""What lesson 11 shows of its nets: leads, gaps, and means, from rows made by hand."""

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

import recnb
from recnb.evaluation import leave_one_out
from recnb.experiments import ncf_shown
from recnb.experiments.ncf_nets import PRETRAINED, paired
from recnb.experiments.runner import results

REAL, SIM = "ncf-ml-1m", "simulated"
#: Places of five users: 1 to a; 0 is a miss.
HIGH, LOW, OTHER = "11a20", "10000", "00a00"


def rows():
    """Return trainings: MF and an MLP of two seeds, and a longer NeuMF."""
    table = [
        ("MF", 0, 16, 0, 0.8, HIGH),
        ("MF", 0, 16, 1, 0.6, "11a00"),
        ("MLP", 8, 16, 0, 0.2, LOW),
        ("MLP", 8, 16, 1, 0.2, OTHER),
        ("NeuMF", 8, 40, 0, 0.5, LOW),
        ("MF", 0, 192, 0, 0.9, np.nan),
    ]
    columns = ["model", "k", "d", "seed", "HR@10", "places"]
    return pd.DataFrame(table, columns=columns)


def test_a_length_has_the_mean_and_the_spread_of_its_seeds():
    table = ncf_shown.by_length(rows()).set_index(["model", "d"])
    found = table.loc[("MF", 16), ["mean", "min", "max", "seeds"]]
    assert list(found) == pytest.approx([0.7, 0.6, 0.8, 2])
    assert len(table) == 4


def test_a_lead_is_the_paired_difference_at_one_length():
    (lead,) = ncf_shown.leads(rows()).to_dict("records")  # none at 40, no places at 192
    mean, error = paired([HIGH, "11a00"], [LOW, OTHER], "HR@10")
    assert (lead["model"], lead["k"], lead["d"], lead["seeds"]) == ("MLP", 8, 16, 2)
    assert (lead["lead"], lead["error"]) == pytest.approx((mean, error))
    assert lead["lead"] == pytest.approx(0.7 - 0.2)
    assert ncf_shown.leads(rows(), "GMF").empty


def test_a_pretrained_net_stands_beside_the_gmf_of_its_k():
    more = [("GMF", 8, 8, 0, 0.2, OTHER), (PRETRAINED, 8, 40, 0, 0.6, HIGH)]
    table = pd.DataFrame(more, columns=rows().columns)
    (lead,) = ncf_shown.over_gmf(pd.concat([rows(), table])).to_dict("records")
    mean, error = paired([HIGH], [OTHER], "HR@10")
    assert (lead["k"], lead["d"], lead["seeds"]) == (8, 40, 1)
    assert (lead["lead"], lead["error"]) == pytest.approx((mean, error))


def test_leads_are_told_in_words():
    table = pd.DataFrame(
        {"k": 8, "d": [16, 32], "lead": [0.05, -0.01], "error": [0.004, 0.01]}
    )
    said = "+0.050 ± 0.004 at d = 16 (k = 8), -0.010 ± 0.010 at d = 32 (k = 8)"
    assert ncf_shown.in_words(table) == said
    assert ncf_shown.in_words(table.iloc[:0]) == "no length in common yet"


def test_at_equal_k_a_net_stands_beside_mf_of_so_many_numbers():
    table = [("MF", 0, 8, 0.6), ("MF", 0, 16, 0.7), ("MLP", 8, 32, 0.65)]
    table += [("MLP", 8, 16, 0.1), ("NeuMF", 8, 40, 0.66), ("MLP", 16, 64, 0.5)]
    table += [(PRETRAINED, 8, 40, 0.67)]
    lengths = pd.DataFrame(table, columns=["model", "k", "d", "mean"])
    said = "k = 8: 0.600, 0.650, 0.660, 0.670"  # no NeuMF of 16 factors
    assert ncf_shown.at_equal_k(lengths) == said


def test_the_published_nets_stand_at_two_lengths():
    table = ncf_shown.papers(REAL).set_index(["model", "k"])
    assert list(table.loc[("MLP", 8)]) == [0.671, 16, 32]
    assert list(table.loc[("NeuMF", 64)]) == [0.705, 192, 320]
    assert list(table.loc[(PRETRAINED, 16)]) == [0.707, 48, 80]
    assert len(table) == 12
    assert ncf_shown.papers(REAL, "NDCG@10")["value"].max() == 0.447


def test_the_nearer_of_two_readings_is_held_against_the_published():
    printed = pd.DataFrame(
        [("MLP", 8, 0.203, 16, 32), ("NeuMF", 8, 0.45, 24, 40), ("MLP", 16, 1, 32, 64)],
        columns=["model", "k", "value", "text", "file"],
    )
    table = ncf_shown.beside_published(rows(), printed)
    assert list(table.index) == [("MLP", 8), ("NeuMF", 8)]
    assert list(table["gap"]) == pytest.approx([-0.003, 0.05])
    assert list(table["met"]) == [True, False]
    assert table["text"].isna().tolist() == [False, True]
    over = ncf_shown.mf_minus_published(rows(), printed)
    assert over.loc[("MLP", 8), "text"] == pytest.approx(0.7 - 0.203)
    assert over.drop(columns="text").isna().all(axis=None)


@pytest.mark.parametrize("dataset", [REAL, SIM])
def test_mf_is_there_once_at_each_length_and_seed(dataset):
    table = ncf_shown.trainings(dataset)
    mf = table[table["model"] == "MF"]
    assert not mf.duplicated(["d", "seed"]).any()
    assert {"model", "k", "d", "seed", "HR@10", "places"} <= set(table)


def test_mf_of_the_older_run_is_the_same_model():
    new = results("ncf_nets").query("model == 'MF'")
    old = results("dot_vs_mlp").query("model == 'MF' and trained_on == 'all' and kept")
    both = new.merge(old, on=["dataset", "d", "seed"], suffixes=("", " old"))
    assert len(both)
    np.testing.assert_allclose(both["HR@10"], both["HR@10 old"], atol=1e-5)


def test_joint_training_starts_from_the_mean_of_the_parts():
    table = ncf_shown.joint_training(SIM)
    assert list(table["k"]) == [8] * 4
    stored = results("ncf_nets").query("dataset == @SIM and trained_on == 'tuning'")
    names = {"validation": ("val HR@10", "val_curve"), "test": ("HR@10", "test_curve")}
    for row in table.itertuples():
        metric, curve = names[row.films]
        (net,) = stored.query("model == @PRETRAINED and d == @row.d").to_dict("records")
        values = [float(value) for value in net[curve].split()]
        assert row.mean == values[0]
        assert row.joint == pytest.approx(values[net["epoch"]], abs=1e-4)
        assert row.joint == net[metric]
        assert float(row.step) == json.loads(net["settings"])["lr"]
        (gmf,) = stored.query("model == 'GMF'")[metric]
        assert gmf == row.GMF


def test_a_net_that_no_joint_epoch_made_better_is_its_mean():
    table = ncf_shown.joint_training(REAL)
    stored = results("ncf_nets").query("model == @PRETRAINED and dataset == @REAL")
    unmoved = stored.query("trained_on == 'tuning' and epoch == 0")
    none = table[table["step"] == "none"]
    assert set(none["d"]) == set(unmoved["d"]) and len(none)
    assert (none["joint"] == none["mean"]).all()


def test_gains_on_test_items_are_told_row_by_row():
    rows = [
        ("validation", 8, 24, 0.1, 0.2, 0.3, 0.4),
        ("test", 8, 24, 0.6, 0.65, 0.66, 0.655),
        ("test", 16, 80, 0.68, 0.66, 0.7, 0.7),
    ]
    columns = ["films", "k", "d", "GMF", "MLP", "mean", "joint"]
    told = ncf_shown.joint_in_words(pd.DataFrame(rows, columns=columns))
    assert told == "d = 24: +0.0100, -0.0050; d = 80: +0.0200, +0.0000"


def test_two_seeds_of_a_net_differ_on_a_share_of_users():
    apart = ncf_shown.seeds_apart(rows())
    assert dict(apart) == pytest.approx({("MF", 0, 16): 0.2, ("MLP", 8, 16): 0.4})
    assert ncf_shown.seeds_apart(rows().query("seed == 0")).empty


def test_what_was_trained_is_told_by_model_and_k():
    more = pd.concat([rows(), rows().tail(1).assign(d=128)])
    assert dict(ncf_shown.what_was_trained(more)["d"]) == {
        ("MF", 0, 1): "128, 192",
        ("MF", 0, 2): "16",
        ("MLP", 8, 2): "16",
        ("NeuMF", 8, 1): "40",
    }


def test_trials_of_mf_are_told_in_the_lesson_s_letters():
    told = ncf_shown.mf_trials(REAL)
    assert "λ = 0 0.719 (epoch 112)" in told and "as published 0.713" in told
    assert told.endswith("of 128 epochs, half of what MF is trained for")
    assert "η = 0.005 and λ = 0.01" in ncf_shown.mf_trials(SIM)


def test_picking_on_test_can_only_add():
    bonus = ncf_shown.picked_on_test(SIM)["bonus"]
    assert (bonus >= 0).all() and bonus.max() < 0.05


def test_everyone_stands_in_one_table_with_both_exams():
    table = ncf_shown.everyone(SIM, n_users=3000)
    assert table["HR@10"].is_monotonic_decreasing
    assert table["model"].is_unique
    assert {"MF", "GMF", "MLP", "EASE", "SLIM", "iALS", "Popularity"} <= set(
        table["model"]
    )
    row = table.set_index("model").loc["EASE"]
    assert row["error HR@10"] == pytest.approx(
        np.sqrt(row["HR@10"] * (1 - row["HR@10"]) / 3000)
    )
    assert table["full HR@10"].notna().all()
    assert table.set_index("model").loc["MLP", "d"] == 32


def test_a_user_s_ten_are_those_with_the_best_scores():
    def scored(sign):
        return SimpleNamespace(predict_pairs=lambda user, films: sign * films + user)

    group = SimpleNamespace(
        candidates=np.arange(24).reshape(2, 12),
        heldout=sparse.csr_array(([1], ([1], [22])), shape=(2, 24)),
        users=np.array([0, 1]),
    )
    titles = np.array([f"film {i}" for i in range(24)])
    models = {"up": scored(1), "down": scored(-1)}
    table = ncf_shown.first_ten(models, group, 1, titles)
    assert list(table.index) == list(range(1, 11))
    assert list(table["up"][:2]) == ["film 23", "► film 22"]
    assert list(table["down"]) == [f"film {i}" for i in range(12, 22)]


def test_steps_are_compared_with_the_compiled_ones():
    X = leave_one_out(recnb.load(SIM), 99).train

    def right(P, Q, b, u, i, y, lr, l2):
        g = 1 / (1 + np.exp(-(b[0] + P[u, 0] + Q[i, 0] + P[u, 1:] @ Q[i, 1:]))) - y
        p, q = P[u].copy(), Q[i].copy()
        P[u, 1:] -= lr * (g * q[1:] + l2 * p[1:])
        Q[i, 1:] -= lr * (g * p[1:] + l2 * q[1:])
        P[u, 0] -= lr * (g + l2 * p[0])
        Q[i, 0] -= lr * (g + l2 * q[0])
        b[0] -= lr * (g + l2 * b[0])

    gap, seconds = ncf_shown.beside_compiled(right, X, n=50)
    assert gap < 1e-5 and 0 < seconds < 0.01
    gap, _ = ncf_shown.beside_compiled(lambda *_: None, X, n=50)
    assert gap > 1e-3
