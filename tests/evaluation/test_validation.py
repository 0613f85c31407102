"""The group that early stopping watches: what it minimises, and that test is none."""

import dataclasses

import pytest
from splits import of_every_protocol

from recnb.evaluation import Group, Validation, evaluate, leave_one_out, rating_holdout


@pytest.fixture
def of_ratings(world):
    return rating_holdout(world).val


@pytest.fixture
def of_lists(world):
    return leave_one_out(world, candidates=20, validation=True).val


def test_what_early_stopping_minimises(world, linear, of_ratings, of_lists):
    model = linear(world.n_items)
    assert of_ratings.error(model) == evaluate(model, of_ratings).metrics["RMSE"]
    assert of_lists.error(model) == 1 - evaluate(model, of_lists).metrics["HR@10"]


def test_another_metric_is_watched_if_it_is_named(world, linear, of_ratings, of_lists):
    model = linear(world.n_items)
    for group, metric in ((of_ratings, "MAE"), (of_lists, "NDCG@3")):
        named = dataclasses.replace(group, metric=metric)
        value = evaluate(model, group, [metric]).metrics[metric]
        assert named.error(model) == (value if metric == "MAE" else 1 - value)
        assert named.error(model) != group.error(model)
    with pytest.raises(ValueError, match="There is no metric 'NDCG'"):
        dataclasses.replace(of_lists, metric="NDCG").error(model)


def test_without_anything_held_out_there_is_no_error(world, linear, of_ratings):
    nothing = dataclasses.replace(of_ratings, heldout=of_ratings.heldout[:0])
    with pytest.raises(ValueError, match="Nothing is held out"):
        nothing.error(linear(world.n_items))


def test_every_protocol_s_validation_group_can_be_watched_and_no_test_group(
    world, linear
):
    for split in of_every_protocol(world):
        assert isinstance(split.val, Validation) and split.val.name == "val"
        assert type(split.test) is Group and split.test.name == "test"
        error = split.val.error(linear(split.train.shape[1]))
        first = split.protocol.metrics[0]
        found = evaluate(linear(split.train.shape[1]), split.val).metrics[first]
        assert error == (found if first == "RMSE" else 1 - found)


def test_what_is_made_of_a_validation_group_can_be_watched_too(of_lists):
    rows = {name: getattr(of_lists, name)[:3] for name in ("users", "history")}
    assert isinstance(dataclasses.replace(of_lists, **rows), Validation)
