"""The figures of lesson 01 draw the numbers that they are given."""

import numpy as np
import pandas as pd
import pytest

from recnb import plots
from recnb.plots.data_and_evaluation import PROTOCOLS


def texts(ax):
    return [text.get_text().strip() for text in ax.texts]


def test_long_tail_marks_the_top_tenth_and_the_median():
    per_film = np.array([82, 2, 2, 2, 2, 2, 2, 2, 2, 2])
    per_user = np.array([20, 30, 50])
    films, users = plots.long_tail(per_film, per_user, dataset="d").axes
    assert texts(films) == ["10% of the films:\n82% of the ratings"]
    assert texts(users) == ["median 30"]
    assert sum(bar.get_height() for bar in users.patches) == 3


def test_long_tail_starts_with_the_most_rated_film_wherever_it_stands():
    per_user = np.array([20, 30, 50])
    curves = [
        plots.long_tail(np.array(counts), per_user, dataset="d").axes[0].lines[0]
        for counts in ([1, 2, 7], [7, 1, 2])
    ]
    assert np.array_equal(curves[0].get_ydata(), curves[1].get_ydata())
    assert np.allclose(curves[0].get_ydata(), [70, 90, 100])


def test_rating_by_popularity_draws_means_and_the_overall_mean():
    means, errors = pd.Series([2.9, 3.5, 3.8]), pd.Series([0.1, 0.1, 0.1])
    (ax,) = plots.rating_by_popularity(means, errors, overall=3.6, dataset="d").axes
    assert list(ax.lines[0].get_ydata()) == [2.9, 3.5, 3.8]
    (label,) = ax.get_legend().get_texts()
    assert label.get_text().startswith("mean of all ratings")
    assert label.get_text().endswith(": 3.60")


def test_gaps_have_their_shares_in_words():
    (ax,) = plots.gaps(pd.Series({"a": 0.25, "b": 0.75}), dataset="d").axes
    assert texts(ax) == ["25.0%", "75.0%"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]


def test_the_drawn_protocols_are_what_they_say():
    holdout, strong, left_out = PROTOCOLS.values()
    for row in holdout:  # known users: everybody trains, and something is hidden
        assert "T" in row and "?" in row and "H" not in row
    for row in strong:  # new users: nobody who trains is judged
        assert ("T" in row) != ("?" in row)
        assert ("H" in row) == ("?" in row)
    for row in left_out:  # one film of each user, among drawn ones
        assert row.count("?") == 1 and row.count("-") == 2 and "T" in row


def test_protocols_drawn_has_a_sign_in_each_used_cell():
    fig = plots.protocols_drawn()
    for ax, rows in zip(fig.axes, PROTOCOLS.values(), strict=True):
        cells = "".join(rows)
        assert texts(ax).count("?") == cells.count("?")
        assert texts(ax).count("●") == cells.count("T")
        assert len(ax.patches) == len(cells)
    hatched = [patch for patch in fig.axes[1].patches if patch.get_hatch()]
    assert len(hatched) == "".join(PROTOCOLS["strong generalisation"]).count("H")


def test_one_model_labels_each_protocol():
    values = {"random": 0.3, "newest": 0.1}
    (ax,) = plots.one_model(values, metric="NDCG@10", title="t").axes
    assert texts(ax) == ["0.300", "0.100"]
    assert "no two bars answer the same question" in ax.get_xlabel()


def test_seen_in_list_says_the_share_of_all_places():
    shares = {"EASE": np.array([1.0, 0.5]), "Popularity": np.array([0.5, 0.0])}
    (ax,) = plots.seen_in_list(shares, protocol="p").axes
    assert list(ax.lines[0].get_ydata()) == [100, 50]
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["EASE, 75% of all places", "Popularity, 25% of all places"]


def test_optimism_draws_a_line_a_column():
    divisions = {
        "a": pd.DataFrame({1: [0.0, 0.0], 10: [0.05, 0.15]}),
        "b": pd.DataFrame({1: [0.0, 0.0], 10: [0.2, 0.2]}),
    }
    (ax,) = plots.optimism(divisions, metric="NDCG@100", protocol="p").axes
    drawn = {line.get_label(): list(line.get_ydata()) for line in ax.lines[:2]}
    assert drawn == {"a": [0.0, 0.1], "b": [0.0, 0.2]}
    band = ax.collections[0].get_paths()[0].vertices
    at_ten = band[band[:, 0] == 10, 1]
    np.testing.assert_allclose([at_ten.min(), at_ten.max()], [0.06, 0.14])


def test_negatives_curve_tells_a_variant_from_its_model():
    rates = pd.DataFrame(
        {"EASE": [0.9, 0.1], "EASE, λ = 1": [0.8, 0.2]}, index=[10, 3000]
    )
    fig = plots.negatives_curve(rates, metric="HR@10", protocol="p", here=99)
    (ax,) = fig.axes
    model, variant, mark = ax.lines
    assert model.get_color() == variant.get_color()
    assert (model.get_fillstyle(), variant.get_fillstyle()) == ("full", "none")
    assert mark.get_xdata()[0] == 99
    assert [label.get_text() for label in ax.get_xticklabels()][-1] == "all"


def test_negatives_curve_refuses_a_model_without_a_look():
    with pytest.raises(ValueError, match="no look yet"):
        plots.negatives_curve(
            pd.DataFrame({"Oracle": [1.0]}, index=[10]), metric="HR@10", protocol="p"
        )


def test_sampled_users_draws_both_errors_around_zero():
    means = pd.DataFrame({"mean": [0.4, 0.2], "error": [0.01, 0.02]})
    means.index = ["EASE", "Popularity"]
    difference = pd.DataFrame({"mean": [0.01, 0.01], "error": [0.002, 0.03]})
    difference.index = ["paired", "unpaired"]
    fig = plots.sampled_users(means, difference, metric="NDCG@100", protocol="p")
    left, right = fig.axes
    assert [label.get_text() for label in left.get_yticklabels()] == list(means.index)
    low, high = right.get_xlim()
    assert low == -high and high > 0.04
