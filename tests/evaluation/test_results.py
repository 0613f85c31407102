"""`Result`: its table, its errors, and what may be compared."""

import numpy as np
import pytest

from recnb.evaluation import (
    Difference,
    compare,
    evaluate,
    leave_one_out,
    paired_difference,
    paired_differences,
    rating_holdout,
    strong_generalization,
)


@pytest.fixture
def split(world):
    return leave_one_out(world, candidates="all")


@pytest.fixture
def judge(world, linear):
    def judge(group, seed=0, metrics=None):
        return evaluate(linear(world.n_items, seed), group, metrics)

    return judge


def test_to_frame(world, linear):
    split = strong_generalization(world, min_items=3)
    result = evaluate(linear(len(split.items)), split.test)
    frame = result.to_frame()
    assert list(frame) == ["metric", "mean", "standard_error", "n_users"]
    assert frame["metric"].tolist() == list(split.protocol.metrics)
    row = frame.set_index("metric").loc["NDCG@100"]
    values = result.per_user["NDCG@100"].dropna()
    assert row["mean"] == pytest.approx(values.mean())
    error = values.std(ddof=1) / np.sqrt(len(values))
    assert row["standard_error"] == pytest.approx(error)
    assert row["n_users"] == len(values)


def test_printing_shows_numbers_and_protocol(split, judge):
    result = judge(split.test)
    for text in (repr(result), result._repr_html_()):
        assert "Linear" in text and "leave-one-out, full ranking" in text
        assert "seed 0, test users" in text and "NDCG@10" in text
        assert f"{result.metrics['HR@10']:.4f}" in text


@pytest.mark.parametrize("metric", ["RMSE", "MAE"])
def test_errors_of_rating_metrics_agree_with_a_bootstrap_over_users(
    world, judge, metric
):
    result = judge(rating_holdout(world, test_share=0.3).test)
    contributions = result.contributions(metric)
    assert contributions.mean() == pytest.approx(result.metrics[metric])
    table = result.per_user.dropna()
    power = 2 if metric == "RMSE" else 1
    sums, counts = table[metric] ** power * table["n_heldout"], table["n_heldout"]
    rng = np.random.default_rng(0)
    draws = rng.integers(0, len(table), (4000, len(table)))
    ratios = sums.to_numpy()[draws].sum(axis=1) / counts.to_numpy()[draws].sum(axis=1)
    bootstrap = (ratios ** (1 / power)).std()
    assert result.standard_errors[metric] == pytest.approx(bootstrap, rel=0.06)


def test_compare_is_a_table_of_means(split, judge):
    results = {"one": judge(split.test), "two": judge(split.test, seed=1)}
    frame = compare(results)
    assert frame.index.tolist() == ["one", "two"]
    assert frame.loc["two", "NDCG@10"] == results["two"].metrics["NDCG@10"]
    assert frame.attrs["protocol"] == "toy, leave-one-out, full ranking, seed 0, " + (
        "test users"
    )
    assert compare([results["one"]]).index.tolist() == ["Linear"]
    few = judge(split.test, metrics=["MRR@10"])
    assert list(compare({"all": results["one"], "few": few})) == ["MRR@10"]


def test_compare_refuses_what_does_not_belong_together(world, split, judge, linear):
    result = judge(split.test)
    others = {
        "protocol": judge(leave_one_out(world, candidates=9).test),
        "seed": judge(leave_one_out(world, candidates="all", seed=1).test),
        "masked": evaluate(linear(world.n_items), split.test, mask_seen=False),
    }
    for label, other in others.items():
        with pytest.raises(ValueError, match=f"differ in {label}.*for example split"):
            compare({"a": result, "b": other})
        with pytest.raises(ValueError, match=f"differ in {label}"):
            paired_difference(result, other, "NDCG@10")
    both = leave_one_out(world, candidates="all", validation=True)
    with pytest.raises(ValueError, match=r"differ in group: test \| val"):
        compare({"a": judge(both.test), "b": judge(both.val)})


def test_compare_names_bad_input(split, judge):
    with pytest.raises(ValueError, match="name them in a dict"):
        compare([judge(split.test), judge(split.test)])
    with pytest.raises(ValueError, match="at least one"):
        compare([])


def test_paired_difference(split, judge):
    a, b = judge(split.test), judge(split.test, seed=1)
    found = paired_difference(a, b, "NDCG@10")
    values = a.per_user["NDCG@10"] - b.per_user["NDCG@10"]
    assert found.mean == pytest.approx(a.metrics["NDCG@10"] - b.metrics["NDCG@10"])
    assert found.standard_error == pytest.approx(values.std() / np.sqrt(len(values)))
    assert found.n_users == len(values)
    itself = paired_difference(a, a, "NDCG@10")
    assert (itself.mean, itself.standard_error) == (0, 0)


def test_a_difference_is_written_with_its_sign_and_error():
    assert str(Difference(0.00731, 0.0045, 9)) == "+0.0073 ± 0.0045"


def test_paired_differences_are_those_of_the_pairs(split, judge):
    results = {name: judge(split.test, seed=seed) for seed, name in enumerate("abc")}
    table = paired_differences(results, "b", "NDCG@10")
    assert list(table.index) == ["a", "c"]
    for name, row in table.iterrows():
        gap = paired_difference(results[name], results["b"], "NDCG@10")
        assert list(row) == [gap.mean, gap.standard_error]
    with pytest.raises(ValueError, match="no result of 'd' among a, b, c"):
        paired_differences(results, "d", "NDCG@10")


def test_paired_difference_of_rmse_is_that_of_the_metric(world, judge):
    group = rating_holdout(world).test
    a, b = judge(group), judge(group, seed=1)
    found = paired_difference(a, b, "RMSE")
    assert found.mean == pytest.approx(a.metrics["RMSE"] - b.metrics["RMSE"])


def test_contributions_need_per_user_values(world, linear):
    split = strong_generalization(world, min_items=3)
    result = evaluate(linear(len(split.items)), split.test)
    for name in ("coverage@100", "n_heldout", "NDCG@7"):
        with pytest.raises(ValueError, match="no per-user values"):
            result.contributions(name)
