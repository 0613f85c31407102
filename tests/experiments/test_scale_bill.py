"""What the calculator goes by is read off the stored results."""

import json
from pathlib import Path

import pytest

from recnb.experiments import at_scale, results, scale_bill, scale_quality

#: Made by the experiments of these names, on the simulated data and small catalogues.
STORED = Path(__file__).parents[1] / "stored"
FORM = "threshold 0.4, r 0.5"


@pytest.fixture(scope="module")
def tables():
    small = [results(name, STORED) for name in ("scale_cost", "scale_quality")]
    return [results("at_scale"), *small]


def test_rates_are_those_of_the_rows(tables):
    large, cost, quality = tables
    found = scale_bill.rates(*tables, "simulated", FORM)
    assert found.slopes == at_scale.slopes(large)
    assert found.unequal > 1
    inverse = cost[(cost["what"] == "inverse") & (cost["n_items"] == 1000)].iloc[0]
    assert (1000, inverse["cpu_seconds"]) in found.inverses
    assert list(found.inverses) == sorted(found.inverses)
    [row] = quality[quality["form"] == FORM].to_dict("records")
    assert found.neighbors == pytest.approx(row["density"] * row["n_items"])
    fit = found.weight_bytes * found.neighbors * row["n_items"]
    assert fit == pytest.approx(row["mib"] * 2**20)
    total = found.item * row["n_items"] + found.slopes.pair * row["pairs"]
    assert total == pytest.approx(row["cpu_seconds"])


def test_counting_that_took_longer_than_planned_leaves_nothing_below_zero(tables):
    large, cost, quality = tables
    slow = quality.assign(pairs=10**12)
    assert scale_bill.rates(large, cost, slow, "simulated", FORM).item == 0


def test_what_was_not_measured_is_named(tables):
    large, cost, quality = tables
    with pytest.raises(ValueError, match=r"scale_quality holds no such.*threshold 7"):
        scale_bill.rates(large, cost, quality, "simulated", "threshold 7, r 0.5")
    with pytest.raises(ValueError, match=r"recnb run scale_cost"):
        scale_bill.rates(large, cost.iloc[:0], quality, "simulated", FORM)


def test_the_stored_rows_are_what_the_experiment_measures(tables):
    *_, quality = tables
    assert set(quality["protocol"]) == {quality["protocol"].iloc[0]}
    row = quality[quality["form"] == FORM].iloc[0]
    settings = json.loads(row["settings"])
    [again] = scale_quality.final("simulated", "SparseEASE", settings)
    for column in ("density", "n_blocks", "largest_block", "n_items", "pairs"):
        assert again[column] == pytest.approx(row[column], rel=1e-5)
    assert again["recall@20"] == pytest.approx(row["recall@20"], abs=1e-4)
