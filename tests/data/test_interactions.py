"""`Interactions` checks its columns and turns into a matrix, sequences and a repr."""

import datetime
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from recnb.data import CorruptDatasetError, HeldOut, Interactions


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


# What columns may be made of


@pytest.mark.parametrize(
    "codes",
    [
        [0, 1, 0],
        [0.0, 1.0, 0.0],
        np.array([0, 1, 0], dtype=np.uint8),
        np.array([0, 1, 0], dtype=object),
        np.array([0, 1, 0], dtype=np.uint64),
        [0, Decimal(1), 0],
        pd.Series([0, 1, 0], index=[2, 0, 1]),
        pd.Series([0, 1, 0], dtype="Int64"),
        pd.Series([0, 1, 0], dtype="category"),
        pd.Index([0, 1, 0]),
    ],
)
def test_whole_numbers_of_any_type_are_codes(data, codes):
    again = replace(data, users=codes)
    assert again.users.tolist() == [0, 1, 0]
    assert again.users.dtype.kind == "i"
    assert again.users.flags.writeable


def test_arrays_of_whole_numbers_stay_as_they_are(data):
    users = np.array([0, 1, 0], dtype=np.int32)
    assert replace(data, users=users).users is users


@pytest.mark.parametrize(
    ("codes", "found", "row"),
    [
        (["0", "1", "0"], "'0'", 0),
        (["ann", "bob", "ann"], "'ann'", 0),
        (pd.Series(["ann", "bob", "ann"]), "'ann'", 0),
        (pd.Series(["ann", "bob", "ann"], dtype="category"), "'ann'", 0),
        ([0, 1, "two"], "'two'", 2),
        ([0, 1.5, 0], "1.5", 1),
        ([True, False, True], "True", 0),
        ([0, 1, -1], "-1", 2),
        ([0, np.nan, 1], "nan", 1),
        ([0, 1, None], "None", 2),
        ([0, 1, pd.NaT], "NaT", 2),
        (pd.Series([0, None, 1], dtype="Int64"), "nan", 1),
        (np.ma.array([0, 1, 0], mask=[0, 1, 0]), "masked", 1),
        ([0, 1, np.inf], "inf", 2),
        ([0, 1, 10**30], "1e+30", 2),
        ([0, 1, 2j], "2j", 2),
        (pd.to_datetime(["2020", "2021", "2022"]), "Timestamp", 0),
    ],
)
@pytest.mark.parametrize("column", ["users", "items"])
def test_other_codes_are_refused_with_the_first_of_them(
    data, column, codes, found, row
):
    with pytest.raises(CorruptDatasetError) as error:
        replace(data, **{column: codes})
    message = str(error.value)
    assert message.startswith(f"tiny: {column} must be codes 0 ... ")
    assert f"found {found}" in message
    assert f"in row {row} (the first row is 0)" in message
    assert "recnb.read_table makes codes of ids of any kind" in message


@pytest.mark.parametrize("column", ["users", "items", "ratings", "timestamps"])
@pytest.mark.parametrize(
    "values", [np.ones((3, 1)), pd.DataFrame({"a": [0, 1, 0]}), 1, {0, 1}]
)
def test_what_is_no_column_is_refused(data, column, values):
    with pytest.raises(CorruptDatasetError, match=f"{column} has shape .*one column"):
        replace(data, **{column: values})


@pytest.mark.parametrize(
    ("values", "ratings"),
    [
        ([5, 0, 3], [5, 0, 3]),
        ([True, False, True], [1, 0, 1]),
        ([Decimal("4.5"), Decimal(3), Decimal(1)], [4.5, 3, 1]),
        (pd.Series([4.5, 3, 1], dtype="Float64", index=[9, 3, 5]), [4.5, 3, 1]),
    ],
)
def test_ratings_of_any_number_type(data, values, ratings):
    again = replace(data, ratings=values)
    assert again.ratings.tolist() == ratings
    assert again.to_csr()[0, 1] == ratings[0]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (["5", "4", "3"], "'5' in row 0"),
        ([5, "good", 3], "'good' in row 1"),
        ([5, None, 3], "None in row 1"),
        ([5, 4, -np.inf], "-inf in row 2"),
        ([5, 1e300, 3], r"1e\+300 in row 1"),
        (pd.Series([5, None, 3], dtype="Float64"), "nan in row 1"),
    ],
)
def test_other_ratings_are_refused(data, values, found):
    with pytest.raises(CorruptDatasetError, match=f"numbers up to 3e38, found {found}"):
        replace(data, ratings=values)


@pytest.mark.parametrize(
    "times",
    [
        pd.to_datetime(["2020-01-01", "2019-12-31", "2020-01-02"]),
        pd.Series(
            pd.to_datetime(["2020-01-01", "2019-12-31", "2020-01-02"]), [2, 0, 1]
        ),
        pd.to_datetime(
            ["2020-01-01 01:00+01:00", "2019-12-31 00:00Z", "2020-01-02 00:00Z"],
            utc=True,
        ),
        [
            datetime.date(2020, 1, 1),
            datetime.date(2019, 12, 31),
            datetime.date(2020, 1, 2),
        ],
        np.array(["2020-01-01", "2019-12-31", "2020-01-02"], dtype="datetime64[D]"),
    ],
)
def test_dates_become_seconds(data, times):
    again = replace(data, timestamps=times)
    assert again.timestamps.dtype == np.int64
    assert again.timestamps.tolist() == [1577836800, 1577750400, 1577923200]
    assert again.sequences()[0].tolist() == [1, 0]


def test_fractions_of_a_second_keep_their_order(data):
    times = pd.to_datetime(
        ["2020-01-01 00:00:00.7", "2020-01-01", "2020-01-01 00:00:00.2"],
        format="ISO8601",
    )
    again = replace(data, timestamps=times)
    assert again.timestamps.tolist() == [1577836800.7, 1577836800, 1577836800.2]
    assert again.sequences()[0].tolist() == [0, 1]


@pytest.mark.parametrize(
    ("times", "found"),
    [
        (["2020-01-01", "2020-01-02", "2020-01-03"], "'2020-01-01' in row 0"),
        ([1, 2, np.nan], "nan in row 2"),
        ([1, np.inf, 2], "inf in row 1"),
        ([1, 2, None], "None in row 2"),
        ([True, False, True], "True in row 0"),
        (pd.Series([1, None, 2], dtype="Int64"), "nan in row 1"),
        (pd.to_datetime(["2020", None, "2021"]), "NaT in row 1"),
        (pd.to_timedelta([1, 2, 3]), "Timedelta.* in row 0"),
    ],
)
def test_other_times_are_refused(data, times, found):
    with pytest.raises(CorruptDatasetError, match=f"1970 or dates, found {found}") as e:
        replace(data, timestamps=times)
    assert "pandas.to_datetime" in str(e.value)


def test_the_item_table_is_taken_by_position(data):
    table = data.item_table.set_axis([5, 3])
    again = replace(data, item_table=table)
    assert again.item_table.index.tolist() == [0, 1]
    assert again.item_table["title"].tolist() == ["A", "B"]
    assert table.index.tolist() == [5, 3]
    with pytest.raises(CorruptDatasetError, match="must be a DataFrame, not a list"):
        replace(data, item_table=["A", "B"])


def test_a_column_that_changes_later_does_not_change_the_data(data):
    table = pd.DataFrame({"rating": [1.0, 2.0, 3.0]})
    again = replace(data, ratings=table["rating"])
    table.loc[0, "rating"] = 5.0
    assert again.ratings.tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("heldout", "words"),
    [
        (HeldOut([0, 3], [0, 0]), "held-out users must be codes 0 ... 2, found 3"),
        (HeldOut([0, 1], [0, 2]), "held-out items must be codes 0 ... 1, found 2"),
        (HeldOut([0], [0], [[1, 7]]), "held-out negatives must be codes 0 ... 1"),
        (HeldOut([0], [0], [1]), "negatives have shape .*a table"),
        (HeldOut([0, 1], [0]), "differ in length"),
        (HeldOut([0, 1], [0, 1], [[1]]), "differ in length"),
    ],
)
def test_held_out_rows_are_checked(data, heldout, words):
    with pytest.raises(CorruptDatasetError, match=words):
        replace(data, heldout=heldout)


def test_a_rating_of_zero_is_stored(data):
    X = replace(data, ratings=[0.0, 2.5, 0.0]).to_csr()
    assert X.nnz == 3
    assert X.data.tolist() == [0, 0, 2.5]
