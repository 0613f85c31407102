"""Lesson 15's side tables hold what their files hold."""

import pytest

from recnb.experiments import other_exams, results


def test_ratings_are_means_over_splits_of_the_papers_net():
    table = other_exams.ratings("ml-1m")
    stored = results("autorec").query(
        "dataset == 'ml-1m' and kind == 'item' and output == 'identity' "
        "and hidden == 'sigmoid'"
    )["RMSE"]
    found = table.loc["I-AutoRec"]
    assert found["RMSE"] == pytest.approx(stored.mean())
    assert (found["from"], found["to"]) == (stored.min(), stored.max())
    assert found["splits"] == len(stored) == 5
    assert table["RMSE"].is_monotonic_increasing


def test_order_has_both_exams():
    table = other_exams.order("ml-1m")
    assert table.loc["SVAE", "by time"] > table.loc["EASE", "by time"]
    assert table.loc["SVAE", "at random"] < table.loc["EASE", "at random"]
    assert table.index[0] == "SVAE"


def test_one_left_out_has_each_model_once_at_its_largest_size():
    table = other_exams.one_left_out("ncf-ml-1m")
    assert table.index.is_unique
    assert {"iALS", "MF", "MLP", "EASE", "Popularity"} <= set(table.index)
    rows = results("dot_vs_mlp").query(
        "dataset == 'ncf-ml-1m' and model == 'MF' and trained_on == 'all' and kept"
    )
    largest = rows[rows["d"] == rows["d"].max()]
    assert table.loc["MF", "HR@10"] == pytest.approx(largest["HR@10"].mean())
    assert table["full HR@10"].max() < table["HR@10"].min()


@pytest.mark.parametrize(
    "table",
    [
        other_exams.ratings,
        other_exams.order,
        other_exams.one_left_out,
        other_exams.source_2,
    ],
)
def test_of_an_unknown_dataset_nothing_is_stored(table):
    with pytest.raises(ValueError, match="Nothing is stored of 'netflix'"):
        table("netflix")


def test_source_2s_rows_hold_what_was_printed_and_what_was_measured():
    rows = {model: rest for model, *rest in other_exams.source_2("ml-1m")}
    assert list(rows) == ["AutoRec", "DeepRec", "CDAE", "MultVAE", "SVAE", "EASE"]
    assert rows["AutoRec"][0] == "RMSE .910"
    clinic = results("clinic").query("dataset == 'ml-1m' and model == 'EASE'")
    masked = clinic["NDCG@100 masked"].max()
    assert rows["EASE"][2].endswith(f"masked {masked:.3f}")
    by_time = other_exams.order("ml-1m").loc["SVAE", "by time"]
    assert f"{by_time:.3f}" in rows["SVAE"][2]
