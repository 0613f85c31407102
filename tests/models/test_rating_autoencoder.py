"""What the rating autoencoders share: whose row, what is unseen, when to stop."""

import numpy as np
import pytest
import torch
from scipy import sparse
from sklearn.base import clone

import recnb
from recnb.evaluation import evaluate, rating_holdout
from recnb.models import AutoRec, Bias

SMALL = {"hidden": 4, "l2": 1.0, "lr": 0.01, "batch_size": 8, "epochs": 5}


@pytest.fixture(scope="module")
def parts():
    """Return training and validation ratings; user 3 and item 5 have none to learn."""
    rng = np.random.default_rng(2)
    dense = rng.integers(2, 6, (20, 10)) * (rng.random((20, 10)) < 0.6)
    part = rng.random((20, 10)) < 0.2
    part[3], part[:, 5] = True, True
    return tuple(
        sparse.csr_array((dense * chosen).astype(np.float32))
        for chosen in (~part, part)
    )


@pytest.fixture(scope="module", params=["item", "user"])
def fitted(request, parts):
    return AutoRec(request.param, **SMALL).fit(*parts)


def test_an_unseen_user_or_item_gets_three_stars(fitted, parts):
    train, ratings = parts[0], fitted.predict(parts[0])
    strangers = np.diff(train.indptr) == 0
    unseen = np.diff(train.tocsc().indptr) == 0
    assert strangers[3] and unseen[5]
    assert (ratings[strangers] == 3).all() and (ratings[:, unseen] == 3).all()
    assert not (ratings[~strangers][:, ~unseen] == 3).any()


def test_another_number_can_be_chosen_for_them(parts):
    model = AutoRec("user", **SMALL, unseen=2.5).fit(parts[0])
    assert (model.predict(parts[0])[3] == 2.5).all()


def test_a_user_based_net_knows_a_user_by_the_history(parts):
    train, val = parts
    model = AutoRec("user", **SMALL).fit(train)
    ratings = model.predict(sparse.csr_array(train + val))
    assert not (ratings[3, np.diff(train.tocsc().indptr) > 0] == 3).any()
    alone = model.predict(train[[0, 7]])
    np.testing.assert_allclose(alone, model.predict(train)[[0, 7]], atol=1e-6)


def test_an_item_based_net_refuses_other_users(parts):
    model = AutoRec("item", **SMALL).fit(parts[0])
    with pytest.raises(ValueError, match="weights for each of the 20 training users"):
        model.predict(parts[0][:4])
    assert model.needs_all_users
    assert not AutoRec("user").needs_all_users


def test_predictions_stay_in_the_range_of_the_training_ratings(parts):
    train = parts[0]
    assert (train.data.min(), train.data.max()) == (2, 5)
    model = AutoRec("user", **SMALL).fit(train)
    with torch.no_grad():
        model.module_.b.copy_(torch.linspace(-3, 9, 10))
    for ratings in (model.predict(train), model.predict_at(train, train)):
        assert ratings.min() == 2 and ratings.max() == 5


def test_predict_at_is_predict_at_these_cells(fitted, parts):
    train, val = parts
    everywhere = fitted.predict(train)
    users, items = val.nonzero()
    at = fitted.predict_at(train, val)
    np.testing.assert_allclose(at, everywhere[users, items], atol=1e-5)


def test_predict_at_knows_nothing_of_the_values_at_the_cells(fitted, parts):
    train, val = parts
    other = val.copy()
    other.data[:] = 1
    found = fitted.predict_at(train, val)
    assert np.array_equal(found, fitted.predict_at(train, other))


def test_item_and_user_are_one_net_on_the_transposed_matrix(parts):
    train = parts[0]
    by_item = AutoRec("item", **SMALL).fit(train)
    by_user = AutoRec("user", **SMALL).fit(sparse.csr_array(train.T))
    transposed = by_user.predict(sparse.csr_array(train.T)).T
    np.testing.assert_allclose(by_item.predict(train), transposed, atol=1e-5)


def test_the_weights_of_the_best_validation_epoch_are_kept(parts):
    train, val = parts
    model = AutoRec("user", **SMALL | {"epochs": 60, "lr": 0.05, "l2": 0}, patience=8)
    model.fit(train, val)
    log = model.log_
    assert log.stopped == "no improvement"
    assert len(log.val) == log.best_epoch + 8 < 60
    assert log.best == min(log.val) < log.val[-1]
    error = model.predict_at(train, val) - val.data
    assert np.sqrt(np.mean(error**2)) == pytest.approx(log.best, abs=1e-6)
    short = clone(model).set_params(epochs=log.best_epoch, patience=None).fit(train)
    np.testing.assert_allclose(short.predict(train), model.predict(train), atol=1e-5)


def test_without_validation_all_epochs_are_run(parts):
    log = AutoRec("item", **SMALL).fit(parts[0]).log_
    assert (len(log.loss), log.val, log.best_epoch) == (5, [], 5)
    assert log.stopped == "finished"


def test_a_seed_decides_and_torch_does_not_notice(parts):
    torch.manual_seed(11)
    before = torch.get_rng_state()
    one, same, other = (
        AutoRec("user", **SMALL, seed=seed).fit(parts[0]).predict(parts[0])
        for seed in (1, 1, 2)
    )
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)
    assert torch.equal(torch.get_rng_state(), before)


def test_the_matrices_are_left_as_they_were(parts):
    train, val = (part.copy() for part in parts)
    AutoRec("item", **SMALL).fit(train, val).predict(train)
    for now, before in zip((train, val), parts, strict=True):
        assert np.array_equal(now.toarray(), before.toarray())


def test_validation_ratings_must_not_be_in_training(parts):
    train = parts[0]
    with pytest.raises(ValueError, match="given the answer"):
        AutoRec("user", **SMALL).fit(train, train)
    with pytest.raises(ValueError, match="val has shape"):
        AutoRec("user", **SMALL).fit(train, train[:5])
    with pytest.raises(ValueError, match="val has no rating"):
        AutoRec("user", **SMALL).fit(train, sparse.csr_array(train.shape))


def test_nothing_to_learn_from_is_said():
    with pytest.raises(ValueError, match="no rating to learn from"):
        AutoRec().fit(sparse.csr_array((3, 4)))


def test_it_beats_the_biases_on_the_simulated_dataset():
    split = rating_holdout(recnb.load("simulated"), seed=0)
    model = AutoRec("user", hidden=50, l2=20, lr=0.01, epochs=8)
    model.fit(split.train, split.val.heldout)
    net = evaluate(model, split.test).metrics
    bias = evaluate(Bias().fit(split.train), split.test).metrics
    assert net["RMSE"] < bias["RMSE"] - 0.05
    test = split.test.heldout
    error = model.predict_at(split.train, test) - test.data
    assert np.sqrt(np.mean(error**2)) == pytest.approx(net["RMSE"], abs=1e-5)
