"""Lesson 06's results: complete, possible, still measured so; and their helpers."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest

import recnb
from recnb.data import Interactions
from recnb.evaluation import evaluate, strong_generalization, weak_generalization
from recnb.experiments import cdae, multvae
from recnb.experiments.multvae import CLINIC, MULTVAE, MULTVAE_BETA, Watch
from recnb.experiments.runner import results
from recnb.models import CDAE, EASE, MultDAE
from recnb.models import MultVAE as VAE

YARDSTICKS = ("Popularity", "EASE")
METRICS = ("val", "NDCG@100", "min-recall@20", "min-recall@50")
REAL = pytest.param("ml-1m", marks=pytest.mark.real_data)
ON_BOTH = pytest.mark.parametrize("dataset", ["simulated", REAL])


def models_of(case):
    """Return the models of a case's rows, each with the number of settings tried."""
    if case["model"] == "EASE":
        return {"Popularity": 1, "EASE": len(cdae.L2_EASE[case["dataset"]])}
    return {case["model"]: len(multvae.TRIED[case["model"]])}


def keys(table, columns):
    return Counter(table[list(columns)].itertuples(index=False, name=None))


# ---- the table ----


def test_every_model_of_every_case_is_there_once_with_all_its_settings_tried():
    expected = Counter(
        (case["dataset"], case["seed"], model, case["likelihood"], n_tried)
        for case in MULTVAE.cases
        for model, n_tried in models_of(case).items()
    )
    columns = ("dataset", "seed", "model", "likelihood", "n_tried")
    assert keys(results("multvae"), columns) == expected


def test_nothing_is_missing_and_everything_is_possible():
    stored = results("multvae")
    sometimes = ["density", "negative_share", "epochs", "seconds"]
    assert stored.drop(columns=sometimes).notna().all(axis=None)
    nets = stored.loc[~stored["model"].isin(YARDSTICKS), ["epochs", "seconds"]]
    assert nets["epochs"].between(1, multvae.USUAL["epochs"]).all()
    assert (nets["seconds"] > 0).all()
    for name in METRICS:
        assert stored[name].between(0, 1).all(), name
    assert stored["error"].between(1e-3, 0.05).all()
    assert stored["minus_ease"].between(-1, 1).all()


def test_rows_agree_with_their_case_and_with_ease_s():
    stored, case = results("multvae"), ["dataset", "seed"]
    ease = stored.query("model == 'EASE'").set_index(case)["NDCG@100"]
    gaps = stored["NDCG@100"] - stored.set_index(case).index.map(ease)
    np.testing.assert_allclose(stored["minus_ease"], gaps, atol=3e-6)
    for row in stored.to_dict("records"):
        assert row["protocol"].startswith(row["dataset"])
        assert "strong generalisation" in row["protocol"]
        assert row["protocol"].endswith(f"seed {row['seed']}, test users")


@pytest.mark.parametrize(
    ("dataset", "seed"),
    [
        *(("simulated", seed) for seed in multvae.SEEDS),
        pytest.param("ml-1m", 0, marks=pytest.mark.real_data),
    ],
)
def test_the_stored_yardsticks_are_measured_again(dataset, seed):
    stored = results("multvae").query("dataset == @dataset and seed == @seed")
    stored = stored.set_index("model")
    for row in multvae.measure(dataset, seed, "EASE", "none"):
        expected = stored.loc[row["model"]]
        assert row["settings"] == expected["settings"]
        for name in (*METRICS, "error", "minus_ease"):
            assert row[name] == pytest.approx(expected[name], abs=1e-3)


# ---- the curves ----


@pytest.fixture(scope="module")
def curves():
    return results("multvae_beta")


def test_every_curve_is_there_once_with_all_its_epochs(curves):
    expected = Counter(
        (*case.values(), epoch)
        for case in MULTVAE_BETA.cases
        for epoch in range(1, multvae.CURVE_EPOCHS + 1)
    )
    assert keys(curves, [*MULTVAE_BETA.cases[0], "epoch"]) == expected
    assert curves.notna().all(axis=None)
    assert (curves["stopped"] == "finished").all()


def test_the_weight_grows_as_the_schedule_says_up_to_its_cap(curves):
    """The first step has weight 0, so an epoch's last one has that of steps - 1."""
    annealed = curves[curves["anneal_steps"] > 0]
    grown = (annealed["steps"] - 1) / annealed["anneal_steps"]
    expected = np.minimum(annealed["beta"], grown)
    np.testing.assert_allclose(annealed["weight"], expected, rtol=1e-4)
    at_once = curves[curves["anneal_steps"] == 0]
    assert (at_once["weight"] == at_once["beta"]).all()


@ON_BOTH
def test_an_epoch_has_a_step_for_each_batch(curves, dataset):
    split = strong_generalization(recnb.load(dataset), seed=0)
    a_epoch = -(-split.train.shape[0] // multvae.USUAL["batch_size"])
    stored = curves[curves["dataset"] == dataset]
    assert (stored["steps"] == a_epoch * stored["epoch"]).all()


def test_terms_and_quality_are_possible(curves):
    assert curves["val"].between(0, 1).all()
    # In float32, a sum of 200 zeros may be a little less than zero.
    assert (curves[["kl", "kl_best"]] > -1e-3).all(axis=None)
    assert (curves["log_likelihood"] < 0).all()
    assert curves["active"].between(0, VAE().latent).all()
    assert (curves["active"] % 1 == 0).all()
    # Each number of the code that counts as used costs at least so much.
    assert (curves["kl_best"] >= multvae.ACTIVE * curves["active"] - 1e-3).all()


@pytest.mark.parametrize("dataset", multvae.DATASETS)
def test_a_free_code_is_used_and_a_dear_one_is_not(curves, dataset):
    stored = curves.query("dataset == @dataset and anneal_steps == 0")
    last = stored[stored["epoch"] == multvae.CURVE_EPOCHS].set_index("beta")
    free, usual, dear = (last.loc[beta] for beta in (0, 1, 100))
    assert free["kl"] > usual["kl"] > 10 * dear["kl"]
    assert free["active"] > dear["active"]


@ON_BOTH
@pytest.mark.parametrize(("beta", "anneal_steps"), [(0.2, 0), (0.2, 1000)])
def test_the_first_epochs_of_a_stored_curve_are_measured_again(
    curves, dataset, beta, anneal_steps
):
    stored = curves.query(
        "dataset == @dataset and beta == @beta and anneal_steps == @anneal_steps"
    )
    split = strong_generalization(recnb.load(dataset), seed=0)
    net = multvae.curve_net(beta, anneal_steps).set_params(epochs=2)
    net.fit(split.train, split.val)
    first = stored[stored["epoch"] <= 2]
    np.testing.assert_allclose(1 - np.array(net.log_.val), first["val"], atol=5e-3)
    for name in ("log_likelihood", "kl"):
        np.testing.assert_allclose(net.elbo_[name], first[name], rtol=0.01)


# ---- the clinic ----


@pytest.fixture(scope="module")
def clinic():
    return results("clinic")


def test_the_clinic_has_every_case_with_all_its_epochs(clinic):
    expected = Counter(
        (*case.values(), epoch)
        for case in CLINIC.cases
        for epoch in range(
            1, 2 if case["model"] == "EASE" else multvae.CLINIC_EPOCHS + 1
        )
    )
    assert keys(clinic, [*CLINIC.cases[0], "epoch"]) == expected


def test_every_epoch_was_judged_masked_and_unmasked(clinic):
    assert clinic.notna().all(axis=None)
    for metric in multvae.METRICS:
        masked, unmasked = (clinic[f"{metric} {m}"] for m in ("masked", "unmasked"))
        assert masked.between(0, 1).all() and unmasked.between(0, 1).all()
        assert not np.allclose(masked, unmasked)
    # Masking only takes away what cannot be a hit: the held-out items move up.
    for metric in multvae.METRICS:
        assert (clinic[f"{metric} masked"] >= clinic[f"{metric} unmasked"]).all()


@ON_BOTH
def test_ease_in_the_clinic_is_measured_again(clinic, dataset):
    (row,) = multvae.measure_clinic(dataset, "EASE")
    stored = clinic.query("dataset == @dataset and model == 'EASE'")
    (expected,) = stored[list(row)].to_dict("records")
    assert row == pytest.approx(expected, abs=1e-3)


# ---- the helpers, on little data ----


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(7)
    pairs = rng.permutation(60 * 150)[:2000]
    table = pd.DataFrame({"title": [f"film {j}" for j in range(150)]})
    return Interactions(
        name="toy",
        users=pairs // 150,
        items=pairs % 150,
        ratings=rng.integers(1, 6, len(pairs)).astype(float),
        user_ids=np.arange(60),
        item_table=table,
    )


@pytest.fixture
def toy(data, monkeypatch):
    """Let every dataset be the little one."""
    monkeypatch.setattr(recnb, "load", lambda _: data)
    return data


def test_a_watch_judges_masked_and_not_and_sees_what_the_source_saw(data):
    split = weak_generalization(data, min_rating=None, val_share=0)
    watch, model = Watch(split.test), EASE(l2=10).fit(split.train)
    errors = [watch.error(model) for _ in range(2)]
    assert [row["epoch"] for row in watch.rows] == [1, 2]
    for name, mask in (("masked", True), ("unmasked", False)):
        found = evaluate(model, split.test, multvae.METRICS, mask_seen=mask).metrics
        stored = {metric: watch.rows[1][f"{metric} {name}"] for metric in found}
        assert stored == found
    assert errors == [1 - watch.rows[0]["NDCG@100 unmasked"]] * 2
    assert watch.rows[0]["NDCG@100 masked"] > watch.rows[0]["NDCG@100 unmasked"]


def test_the_clinic_splits_all_ratings_of_each_user_and_keeps_none_to_choose_on(toy):
    split = multvae.clinic_split("any")
    assert split.val is None
    assert split.train.nnz + split.test.heldout.nnz == len(toy)
    shares = split.test.heldout.sum(axis=1) / np.bincount(toy.users)
    assert ((shares > 0.15) & (shares <= 0.2)).all()


def test_with_a_threshold_the_clinic_splits_only_the_likes(toy):
    split = multvae.clinic_split("any", min_rating=4)
    n_likes = np.bincount(toy.users[toy.ratings >= 4])
    assert split.val is None
    assert split.train.nnz + split.test.heldout.nnz == n_likes[n_likes >= 5].sum()


def test_the_nets_of_the_clinic_are_never_stopped_early():
    nets = {name: multvae.clinic_net(name) for name in ("MultVAE", "CDAE", "DAE")}
    for net in nets.values():
        assert (net.epochs, net.patience) == (multvae.CLINIC_EPOCHS, None)
        assert net.batch_size == 512
    assert type(nets["MultVAE"]) is VAE and nets["MultVAE"].anneal_steps == 200_000
    assert type(nets["CDAE"]) is type(nets["DAE"]) is CDAE
    assert nets["CDAE"].user_node and not nets["DAE"].user_node
    assert nets["CDAE"].n_negatives is None


@pytest.mark.parametrize("model", ["EASE", "MultVAE", "CDAE", "DAE"])
def test_the_clinic_judges_every_epoch(toy, monkeypatch, model):
    monkeypatch.setattr(multvae, "CLINIC_EPOCHS", 2)
    rows = multvae.measure_clinic("any", model)
    assert [row["epoch"] for row in rows] == ([1] if model == "EASE" else [1, 2])
    assert all(0 <= value <= 1 for row in rows for value in list(row.values())[1:])


def test_known_users_are_judged_with_their_nodes_in_the_clinic(toy, monkeypatch):
    known = {}

    class Listening(Watch):
        def error(self, model):
            known.setdefault(type(model).__name__, model.needs_all_users)
            return super().error(model)

    monkeypatch.setattr(multvae, "Watch", Listening)
    monkeypatch.setattr(multvae, "CLINIC_EPOCHS", 1)
    multvae.measure_clinic("any", "CDAE")
    assert known == {"CDAE": True}


def test_a_curve_has_a_row_an_epoch(toy, monkeypatch):
    monkeypatch.setattr(multvae, "CURVE_EPOCHS", 3)
    rows = pd.DataFrame(multvae.measure_curve("any", 0.5, 4))
    assert rows["epoch"].tolist() == [1, 2, 3] == rows["steps"].tolist()
    assert rows["weight"].tolist() == [0, 0.25, 0.5]
    assert rows["val"].between(0, 1).all() and (rows["stopped"] == "finished").all()
    assert rows["active"].nunique() == rows["kl_best"].nunique() == 1


def test_the_cells_of_the_table_are_the_nets_that_they_say(data, monkeypatch):
    monkeypatch.setitem(multvae.USUAL, "epochs", 1)
    split = strong_generalization(data, n_val=5, n_test=5)
    for model, kind, widths in (
        ("VAE", VAE, ()),
        ("DAE", MultDAE, ()),
        ("DAE 600", MultDAE, (600,)),
    ):
        tried = list(multvae.candidates(model, "gaussian", split))
        assert [c.settings for c in tried] == [
            {k: v for k, v in settings.items() if k != "hidden"}
            for settings in multvae.TRIED[model]
        ]
        for candidate in tried:
            net = candidate.model
            assert candidate.name == model and type(net) is kind
            assert (net.hidden, net.likelihood) == (widths, "gaussian")
            assert net.c1 == multvae.C1 and net.log_.best_epoch == 1
            for name, value in candidate.settings.items():
                assert getattr(net, name) == value
