"""`Interactions` checks its columns and turns into a matrix, sequences and a repr."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from recnb.data import CorruptDatasetError, Interactions


@pytest.fixture
def data():
    """Three users (the last without a row), two items, ratings and timestamps."""
    return Interactions(
        name="tiny",
        users=np.array([0, 1, 0]),
        items=np.array([1, 1, 0]),
        ratings=np.array([4.0, 2.5, 5.0], dtype=np.float32),
        timestamps=np.array([20, 5, 10]),
        item_table=pd.DataFrame({"item_id": [7, 8], "title": ["A", "B"]}),
        user_ids=np.array([100, 200, 300]),
        licence="Free <for> all.",
    )


def test_sizes(data):
    assert (len(data), data.n_users, data.n_items) == (3, 3, 2)
    assert data.density == pytest.approx(0.5)


def test_matrix_of_ratings(data):
    X = data.to_csr()
    assert X.dtype == np.float32
    assert X.toarray().tolist() == [[5, 4], [0, 2.5], [0, 0]]


def test_binary_matrix(data):
    assert data.to_csr(binary=True).toarray().tolist() == [[1, 1], [0, 1], [0, 0]]
    implicit = replace(data, ratings=None)
    assert implicit.to_csr().toarray().tolist() == [[1, 1], [0, 1], [0, 0]]


def test_sequences_are_in_time_order(data):
    assert [s.tolist() for s in data.sequences()] == [[0, 1], [1], []]


def test_equal_timestamps_keep_the_order_of_the_file(data):
    tied = replace(data, timestamps=np.array([5, 5, 5]))
    assert tied.sequences()[0].tolist() == [1, 0]


def test_sequences_need_timestamps(data):
    with pytest.raises(ValueError, match="use ml-1m or the simulated"):
        replace(data, timestamps=None).sequences()


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        ("items", [0, 1], "every interaction needs one of each"),
        ("ratings", [1.0], "every interaction needs one of each"),
        ("timestamps", [1], "every interaction needs one of each"),
        ("users", [0, 1, 3], "users must be codes 0 ... 2"),
        ("items", [0, -1, 1], "items must be codes 0 ... 1"),
        ("ratings", [1, np.nan, 2], "remove that row"),
        ("ratings", [1, np.inf, 2], "remove that row"),
        ("items", [1, 0, 1], "meets the same item twice"),
    ],
)
def test_bad_columns(data, column, values, message):
    with pytest.raises(CorruptDatasetError, match=message):
        replace(data, **{column: np.array(values)})


def test_repr_names_the_facts(data):
    text = repr(data)
    assert "interactions  3" in text
    assert "ratings       2.5 to 5" in text
    assert "simulated" not in text
    assert "no real person" in repr(replace(data, is_simulated=True))


def test_html_repr_escapes(data):
    assert "Free &lt;for&gt; all." in data._repr_html_()


def test_implicit_data_says_so(data):
    assert "implicit feedback" in repr(replace(data, ratings=None))
