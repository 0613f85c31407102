"""What UltraGCN and LightGCN share: who may be asked for, and how a training ends."""

import numpy as np
import pytest
import torch
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

import recnb
from recnb.evaluation import evaluate, weak_generalization
from recnb.models import ImplicitSLIM, ImplicitSLIMNet, LightGCN, Popularity, UltraGCN
from recnb.models.graph_net import Embeddings, GraphNet

QUICK = {"d": 6, "K": 2, "epochs": 2, "batch_size": 64, "patience": None}
MODELS = {"UltraGCN": UltraGCN(m=5, **QUICK), "LightGCN": LightGCN(**QUICK)}


@pytest.fixture(params=MODELS)
def model(request):
    return clone(MODELS[request.param])


@pytest.fixture(scope="module")
def simulated():
    return weak_generalization(recnb.load("simulated"), seed=0)


# ---- scores ----


def test_a_score_is_a_dot_product_of_two_vectors(model, likes):
    scores = model.fit(likes).predict(likes)
    with torch.no_grad():
        P, Q = (table.numpy() for table in model.module_())
    assert scores.shape == likes.shape and scores.dtype == np.float32
    np.testing.assert_allclose(scores, P @ Q.T, rtol=1e-5, atol=1e-7)
    assert np.ptp(scores) > 0


def test_what_a_user_is_shown_to_have_changes_no_score_but_masks(model, likes):
    nothing = sparse.csr_array(likes.shape)
    model.fit(likes)
    assert np.array_equal(model.predict(nothing), model.predict(likes))
    seen = likes.toarray() == 1
    for row, items in enumerate(model.recommend(likes, 12)):
        listed = items[items >= 0]
        assert not seen[row, listed].any() and len(listed) == (~seen[row]).sum()


def test_a_user_and_an_item_without_likes_still_have_scores(model, likes):
    wider = np.zeros((61, 13))
    wider[:60, :12] = likes.toarray()
    X = sparse.csr_array(wider)
    scores = model.fit(X).predict(X)
    assert np.isfinite(scores).all()
    assert (model.recommend(X, 5)[-1] >= 0).all()


def test_other_users_than_those_of_training_are_refused(model, likes):
    model.fit(likes)
    with pytest.raises(ValueError, match=r"X has 5 rows.*60 training users"):
        model.predict(likes[:5])
    with pytest.raises(ValueError, match="X has 11 columns"):
        model.predict(likes[:, :11])


def test_evaluate_hands_over_all_rows_at_once(model, simulated):
    model.set_params(epochs=1, batch_size=8192).fit(simulated.train)
    found = evaluate(model, simulated.val, batch_size=7)
    assert found.metrics["NDCG@100"] > 0


@pytest.mark.parametrize("ask", ["predict", "item_embeddings"])
def test_before_fit_there_is_nothing_to_ask(model, likes, ask):
    with pytest.raises(NotFittedError):
        getattr(model, ask)(*[likes] * (ask == "predict"))


# ---- training ----


FAST = {"d": 16, "epochs": 6, "seed": 1}


@pytest.mark.parametrize(
    "fast",
    [
        UltraGCN(m=60, negative_weight=20.0, lr=0.03, stddev=0.3, **FAST),
        LightGCN(batch_size=8192, lr=0.05, **FAST),
    ],
    ids=["UltraGCN", "LightGCN"],
)
def test_they_find_taste_that_popularity_cannot(fast, simulated):
    ours = evaluate(fast.fit(simulated.train), simulated.test).metrics["NDCG@100"]
    plain = Popularity().fit(simulated.train)
    assert ours > evaluate(plain, simulated.test).metrics["NDCG@100"] + 0.05
    assert fast.log_.loss[-1] < 0.9 * fast.log_.loss[0]


def test_the_seed_decides_every_bit(model, likes):
    one, twin = model.fit(likes), clone(model).fit(likes)
    other = clone(model).set_params(seed=1).fit(likes)
    assert np.array_equal(one.predict(likes), twin.predict(likes))
    assert one.log_.loss == twin.log_.loss
    assert not np.allclose(one.predict(likes), other.predict(likes))


def test_the_input_is_left_as_it_was(model, likes):
    X = likes.copy()
    model.fit(X)
    assert (likes != X).nnz == 0


def test_initial_vectors_have_the_given_spread():
    torch.manual_seed(0)
    for table in Embeddings(500, 400, 20, 0.3)():
        assert table.std().item() == pytest.approx(0.3, rel=0.03)
        assert table.mean().item() == pytest.approx(0, abs=0.01)


class Scripted:
    """Validation errors by script; keeps the scores of each epoch."""

    def __init__(self, X, *errors):
        self.X, self.errors, self.scores = X, iter(errors), []

    def error(self, model):
        self.scores.append(model.predict(self.X))
        return next(self.errors)


def test_the_best_epoch_is_kept_and_patience_ends_the_training(model, likes):
    val = Scripted(likes, 0.5, 0.2, 0.4, 0.3)
    model.set_params(epochs=9, patience=2).fit(likes, val)
    assert model.log_.best_epoch == 2 and len(model.log_.loss) == 4
    assert np.array_equal(model.predict(likes), val.scores[1])
    assert not np.array_equal(val.scores[1], val.scores[2])


def test_without_validation_all_epochs_are_run(model, likes):
    model.set_params(epochs=3, patience=1).fit(likes)
    assert len(model.log_.loss) == model.log_.best_epoch == 3


# ---- as a host ----


def test_each_epoch_is_announced_before_its_first_step(model, likes):
    seen = []

    def before_epoch(epoch):
        seen.append((epoch, model.item_embeddings()[0].copy()))

    model.set_params(epochs=3).fit(likes, before_epoch=before_epoch)
    assert [epoch for epoch, _ in seen] == [0, 1, 2]
    for epochs in (1, 2):  # what a training of so many epochs ends with
        ended = clone(model).set_params(epochs=epochs).fit(likes).item_embeddings()
        np.testing.assert_array_equal(seen[epochs][1], ended[0])


def test_what_is_written_into_the_embeddings_is_in_the_model(model, likes):
    (Q,) = model.fit(likes).item_embeddings()
    assert Q.shape == (12, 6)
    before = model.predict(likes)
    kept = Q.copy()
    Q[:] = 7 * np.random.default_rng(0).random(Q.shape)
    assert np.abs(model.predict(likes) - before).max() > 1e-3
    Q[:] = kept
    np.testing.assert_array_equal(model.predict(likes), before)


def test_implicit_slim_writes_the_items_vectors(model, likes):
    """At a rate of almost zero, the vectors end as ImplicitSLIM leaves them."""
    slim = ImplicitSLIM(l2=3.0, alpha=0.5, threshold=1)
    model.set_params(lr=1e-12, l2=0.0)
    (W,) = clone(model).fit(likes).item_embeddings()
    (V,) = ImplicitSLIMNet(model, init=slim).fit(likes).net_.item_embeddings()
    np.testing.assert_allclose(V.T, slim.embed(W.T, likes), rtol=1e-4, atol=1e-6)


# ---- bad input ----


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"d": 0}, "d must be at least 1, not 0"),
        ({"K": 0}, "K must be at least 1, not 0"),
        ({"epochs": 0}, "epochs must be at least 1, not 0"),
        ({"batch_size": 0}, "batch_size must be at least 1, not 0"),
        ({"l2": -0.1}, "l2 must be at least 0, not -0.1"),
        ({"lr": 0}, "lr must be above 0, not 0"),
        ({"stddev": 0}, "stddev must be above 0, not 0"),
        ({"lr": float("nan")}, "lr must be a number, not nan"),
    ],
)
def test_settings_out_of_range_are_refused(model, likes, setting, message):
    with pytest.raises(ValueError, match=message):
        model.set_params(**setting).fit(likes)


def test_data_to_learn_from_is_binary_and_there(model, likes):
    with pytest.raises(ValueError, match="ones and zeros: make the matrix binary"):
        model.fit(3 * likes)
    with pytest.raises(ValueError, match="nothing to learn from"):
        model.fit(sparse.csr_array(likes.shape))
    with pytest.raises(ValueError, match="before_epoch takes a function"):
        model.fit(likes, before_epoch=3)
    with pytest.raises(ValueError, match=r"val is a csr_array.*split\.val"):
        model.fit(likes, likes)


def test_a_step_that_is_too_large_is_told(model, likes):
    with pytest.raises(FloatingPointError, match="smaller learning rate"):
        model.set_params(lr=1e30).fit(likes)


@pytest.mark.parametrize("part", ["_net", "_batches", "_losses"])
def test_a_net_on_the_graph_has_parts_of_its_own(part, likes):
    arguments = {"_net": (likes,), "_batches": (likes, None), "_losses": (None,)}
    with pytest.raises(NotImplementedError):
        getattr(GraphNet(), part)(*arguments[part])
