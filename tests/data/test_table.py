"""`read_table`: every kind of table gives the same interactions, or a clear error."""

import datetime
import gzip
import io
import re
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import recnb
from recnb.__main__ import main
from recnb.data import CorruptDatasetError, DataError, TableError, TableNotFoundError
from recnb.data.tables import text_reader
from recnb.data.tables.text_check import look

HEADER = "user,item,rating,time,title\n"
NAMES = {"user": "user", "item": "item", "rating": "rating", "time": "time"}
FRAME = pd.DataFrame(
    {
        "user": ["ann", "bob", "ann", "cy"],
        "item": ["x", "x", "y", "z"],
        "rating": [4.5, 3.0, 1.0, 5.0],
        "time": [978300760, 978300761, 978300762, 978300763],
        "title": ["The X", "The X", "Y, a film", "Z"],
    }
)


def triplets(data):
    """Return the rows as a set of (user, item, rating, time)."""
    ratings = [None] * len(data) if data.ratings is None else data.ratings.tolist()
    times = [None] * len(data) if data.timestamps is None else data.timestamps.tolist()
    users = data.user_ids[data.users]
    items = data.item_table["item_id"].to_numpy()[data.items]
    return set(zip(map(str, users), map(str, items), ratings, times, strict=True))


def rows_of(frame):
    columns = [frame["user"].map(str), frame["item"].map(str)]
    columns += [frame[name] for name in ("rating", "time")]
    return set(zip(*columns, strict=True))


@pytest.fixture
def write(tmp_path):
    """Write a file called t.csv, or otherwise; return its path."""

    def writing(text, name="t.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return writing


@pytest.fixture
def refused(write):
    """Return the words with which a text is refused."""

    def reading(text, *columns, name="t.csv", **more):
        if not columns and not more.keys() & {"user"}:
            columns = ("user", "item", "rating", "time")
        path = write(text, name)
        with pytest.raises(DataError) as error:
            recnb.read_table(path, *columns, **more)
        message = str(error.value)
        assert name in message
        assert str(path.parent) not in message
        assert message.endswith((".", "pyarrow"))
        return message

    return reading


# ---- what can be read ----------------------------------------------------------------


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("sep", [",", "\t", ";", "|"])
def test_separators_are_found_and_said(write, sep, line_end):
    text = FRAME.to_csv(sep=sep, index=False, lineterminator=line_end)
    data = recnb.read_table(write(text), **NAMES, title="title")
    assert triplets(data) == rows_of(FRAME)
    assert data.item_table["title"].tolist() == ["The X", "Y, a film", "Z"]
    words = {",": "comma", "\t": "tab", ";": "semicolon", "|": "by |"}[sep]
    assert words in data.source
    assert "with a header" in data.source


def test_a_table_in_the_form_of_movielens(write):
    text = '1::10::4::978300760\n2::"20::3::978300761\n'
    data = recnb.read_table(write(text, "ratings.dat"), 0, 1, 2, 3)
    expected = {("1", "10", 4, 978300760), ("2", '"20', 3, 978300761)}
    assert triplets(data) == expected
    assert "separated by ::, without a header" in data.source
    assert data.name == "ratings"


def test_a_separator_of_two_signs_is_found_wherever_the_text_is_cut(write):
    rows = [f"{j}::{j % 97}::{1 + j % 5}::{978300760 + j}" for j in range(60_000)]
    data = recnb.read_table(write("\n".join(rows), "ratings.dat"), 0, 1, 2, 3)
    np.testing.assert_array_equal(data.user_ids[data.users], np.arange(60_000))
    np.testing.assert_array_equal(data.timestamps, 978300760 + np.arange(60_000))


@pytest.mark.parametrize("sep", ["§", "; ", "<>", " "])
def test_any_separator_can_be_given(write, sep):
    text = f"user{sep}item\nann{sep}x\nbob{sep}y\n"
    data = recnb.read_table(write(text), "user", "item", sep=sep)
    assert data.user_ids.tolist() == ["ann", "bob"]


@pytest.mark.parametrize(
    "text",
    [
        "ann,x\nbob,y",  # no newline at the end
        "ann,x\nbob,y\n\n\n",
        "ann,x\n\n  \nbob,y\n",  # blank lines between
        "\n\nann,x\nbob,y\n",
        "ann, x\nbob, y\n",  # a space before a field
        '"ann","x"\n"bob","y"\n',
        "\ufeffann,x\nbob,y\n",  # a byte order mark
        "ann,x\rbob,y\r",
    ],
)
def test_forms_of_the_same_lines(write, text):
    data = recnb.read_table(write(text), 0, 1, header=False)
    assert triplets(data) == {("ann", "x", None, None), ("bob", "y", None, None)}
    assert repr(data).count("none (implicit feedback)") == 1


def test_line_breaks_in_a_column_that_is_not_asked_for(write):
    text = 'user,review,item\nann,"so\n\n""good"", so far",x\nbob,"",y\n'
    data = recnb.read_table(write(text), "user", "item")
    assert data.item_table["item_id"].tolist() == ["x", "y"]


def test_columns_by_position_and_by_name(write):
    path = write(FRAME.to_csv(index=False))
    by_name = recnb.read_table(path, **NAMES)
    by_position = recnb.read_table(path, 0, 1, rating=2, time=3)
    assert triplets(by_name) == triplets(by_position)
    mixed = recnb.read_table(FRAME, "user", 1, rating="rating", time=3)
    assert triplets(mixed) == triplets(by_name)


def test_gzipped_files_are_told_by_their_content(write):
    packed = gzip.compress(FRAME.to_csv(index=False).encode())
    for name in ("t.csv.gz", "t.csv"):
        data = recnb.read_table(write(packed, name), **NAMES)
        assert (triplets(data), data.name) == (rows_of(FRAME), "t")


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "cp1252"])
def test_another_encoding_can_be_given(write, encoding):
    text = "user,item\nann,café\n"
    data = recnb.read_table(
        write(text.encode(encoding)), "user", "item", encoding=encoding
    )
    assert data.item_table["title"].tolist() == ["café"]


def test_parquet(tmp_path):
    pytest.importorskip("pyarrow")
    FRAME.to_parquet(tmp_path / "t.parquet")
    data = recnb.read_table(tmp_path / "t.parquet", **NAMES)
    assert triplets(data) == rows_of(FRAME)


# ---- ids -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ids", "in_order"),
    [
        (["10", "9", "100"], [9, 10, 100]),
        (["-5", "0", "3"], [-5, 0, 3]),
        (["007", "7", "8"], ["007", "7", "8"]),
        (["7.0", "7", "8"], ["7", "7.0", "8"]),
        (["+7", "7", "8"], ["+7", "7", "8"]),
        (["NA", "null", "None"], ["NA", "None", "null"]),
        (["nan", "inf", "1e5"], ["1e5", "inf", "nan"]),
        (["9007199254740993", "2", "3"], [2, 3, 9007199254740993]),
        (["9223372036854775807", "2", "3"], [2, 3, 9223372036854775807]),
        (["18446744073709551616", "2", "3"], ["18446744073709551616", "2", "3"]),
        (["True", "False", "x"], ["False", "True", "x"]),
        (["été", "a b", "中"], ["a b", "été", "中"]),
    ],
)
@pytest.mark.parametrize("role", ["user", "item"])
def test_ids_stay_what_they_are(write, monkeypatch, ids, in_order, role):
    other = {"user": "item", "item": "user"}[role]
    text = f"{role},{other}\n" + "".join(f"{each},1\n" for each in ids)
    for chunk in (1, 2, 1000):  # however the file is cut
        monkeypatch.setattr(text_reader, "CHUNK", chunk)
        data = recnb.read_table(write(text), user="user", item="item")
        found = data.user_ids if role == "user" else data.item_table["item_id"]
        assert found.tolist() == in_order
        codes = data.users if role == "user" else data.items
        assert [str(found[code]) for code in codes] == ids


def test_one_odd_id_far_below_makes_all_of_them_text(write, monkeypatch):
    monkeypatch.setattr(text_reader, "CHUNK", 100)
    for odd in ("1.0", "x", "True", "3-4", "10 "):
        text = "user,item\n" + "".join(f"{j},1\n" for j in range(1000)) + f"{odd},1\n"
        data = recnb.read_table(write(text), "user", "item")
        assert len(data.user_ids) == 1001
        assert odd in data.user_ids.tolist()
        assert "user ids are text, item ids are whole numbers" in data.source


@pytest.mark.parametrize(
    "ids",
    [
        pd.Series([30, 10, 20]),
        pd.Series([30, 10, 20], dtype="Int64"),
        pd.Series([30, 10, 20], dtype="uint8"),
        pd.Series([2**63, 2, 3], dtype="uint64"),
        pd.Series([-(2**63), 2**63 - 1, 0]),
        pd.Series([10**30, 2, 3], dtype=object),
        pd.Series(["b", "a", "007"]),
        pd.Series(["b", "a", "007"], dtype=object),
        pd.Series(["b", "a", "c"], dtype="category"),
        pd.Series([3, 1, 2], dtype="category"),
    ],
)
def test_ids_of_a_dataframe(ids):
    frame = pd.DataFrame({"user": ids, "item": [1, 1, 2]}).set_axis([5, 5, 0])
    data = recnb.read_table(frame, "user", "item")
    assert data.user_ids[data.users].tolist() == ids.tolist()
    assert data.user_ids.tolist() == sorted(ids.tolist())
    assert data.users.dtype == np.int32


@pytest.mark.parametrize(
    ("ids", "row", "words"),
    [
        ([1, None, 2], 1, "the user id is missing"),
        (["a", None, "b"], 1, "the user id is missing"),
        (["a", "b", " "], 2, "the user id is missing"),
        ([1.0, 2.0, 3.0], 0, "is a number with a decimal point"),
        ([1, 2, "c"], 2, "all text or all whole numbers"),
        ([(1, 2), (3, 4), (5, 6)], 0, "Convert the column with .astype(str)"),
        ([True, False, True], 0, "is true or false"),
    ],
)
def test_ids_that_a_dataframe_has_spoilt(ids, row, words):
    frame = pd.DataFrame({"user": ids, "item": [1, 1, 2]})
    with pytest.raises(CorruptDatasetError) as error:
        recnb.read_table(frame, "user", "item")
    assert f"the DataFrame, row {row} counted from 0" in str(error.value)
    assert words in str(error.value)


# ---- times ---------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["rating", "time"])
@pytest.mark.parametrize(
    "cells",
    [
        pd.period_range("2020", periods=3),
        pd.to_timedelta([1, 2, 3], unit="D"),
        np.array([1 + 2j, 3, 4]),
        [{1}, {2}, {3}],
    ],
    ids=["periods", "timedeltas", "complex", "sets"],
)
def test_columns_that_pandas_would_make_numbers_of(role, cells):
    frame = pd.DataFrame({"user": [1, 2, 3], "item": [1, 1, 2], role: cells})
    with pytest.raises(CorruptDatasetError, match=f"the {role} .* is no {role}"):
        recnb.read_table(frame, "user", "item", **{role: role})


def test_times_are_not_true_or_false():
    frame = pd.DataFrame({"user": [1, 2], "item": [1, 1], "time": [True, False]})
    with pytest.raises(CorruptDatasetError, match=r"the time True .* is no time"):
        recnb.read_table(frame, "user", "item", time="time")


MOMENT = pd.Timestamp("2020-02-03 04:05:06")
SECONDS = int(MOMENT.timestamp())


@pytest.mark.parametrize(
    ("time", "seconds", "words"),
    [
        (f"{SECONDS}", SECONDS, "seconds since 1970, from 2020-02-03"),
        (f"{SECONDS}.75", SECONDS, "seconds since 1970"),
        (f"{SECONDS}750", SECONDS, "milliseconds since 1970"),
        (f"{SECONDS}750000", SECONDS, "microseconds since 1970"),
        (f"{SECONDS}999999999", SECONDS, "nanoseconds since 1970"),
        ("2020-02-03 04:05:06", SECONDS, "dates like 2020-02-03 04:05:06, in UTC"),
        ("2020-02-03T04:05:06Z", SECONDS, "dates like"),
        ("2020-02-03T05:05:06+01:00", SECONDS, "dates like"),
        ("2020-02-03T05:05:06.75+0100", SECONDS, "dates like"),
        ("2020-02-03 04:05", SECONDS - 6, "dates like"),
        ("2020-02-03", SECONDS // 86400 * 86400, "dates like"),
        ("2020/02/03", SECONDS // 86400 * 86400, "dates like"),
        ("17", 17, "times kept as they are"),
    ],
)
def test_times_become_seconds(write, time, seconds, words):
    frame = pd.DataFrame({"user": ["a", "b"], "item": [1, 2], "time": [time, time]})
    number = frame.assign(time=pd.to_numeric(frame["time"], errors="coerce"))
    sources = [write(frame.to_csv(index=False)), frame]
    for source in [*sources, number] if number["time"].notna().all() else sources:
        data = recnb.read_table(source, "user", "item", time="time")
        assert data.timestamps.tolist() == [seconds, seconds]
        assert data.timestamps.dtype == np.int64
        assert words in data.source


@pytest.mark.parametrize(
    "times",
    [
        pd.Series([MOMENT, MOMENT]),
        pd.Series([MOMENT, MOMENT]).astype("datetime64[s]"),
        pd.Series([MOMENT, MOMENT]).dt.tz_localize("UTC").dt.tz_convert("Asia/Tokyo"),
        pd.Series([MOMENT.to_pydatetime()] * 2, dtype=object),
    ],
)
def test_datetimes_are_taken_as_they_are(times):
    frame = pd.DataFrame({"user": ["a", "b"], "item": [1, 2], "time": times})
    data = recnb.read_table(frame, "user", "item", time="time")
    assert data.timestamps.tolist() == [SECONDS, SECONDS]
    assert "times taken from datetimes" in data.source


def test_python_dates():
    day = datetime.date(2020, 2, 3)
    frame = pd.DataFrame({"user": ["a", "b"], "item": [1, 2], "time": [day, day]})
    data = recnb.read_table(frame, "user", "item", time="time")
    assert set(data.timestamps) == {SECONDS // 86400 * 86400}


def test_times_within_a_second_keep_their_order(write):
    text = "user,item,time\n1,5,1600000000900\n1,6,1600000000100\n1,7,1600000000500\n"
    data = recnb.read_table(write(text), "user", "item", time="time")
    assert data.item_table["item_id"][data.sequences()[0]].tolist() == [6, 7, 5]
    assert "rows put into the order of time" in data.source


def test_a_unit_can_be_given(write):
    path = write("user,item,time\n1,5,19990101\n1,6,0\n")
    data = recnb.read_table(path, "user", "item", time="time", time_unit="ms")
    assert sorted(data.timestamps) == [0, 19990]
    assert "milliseconds since 1970, as asked" in data.source


@pytest.mark.parametrize(
    ("unit", "time"),
    [("s", 10**12), ("ms", 10**15), ("us", 1e30), ("ns", -1e20), ("s", -1e11)],
)
def test_times_of_a_unit_that_no_calendar_has(unit, time):
    frame = pd.DataFrame({"u": [1, 2], "i": [1, 2], "t": [1_500_000_000, time]})
    with pytest.raises(CorruptDatasetError, match=r"row 1 .*not in the years 1 to"):
        recnb.read_table(frame, "u", "i", time="t", time_unit=unit)


@pytest.mark.parametrize(
    ("times", "line", "words"),
    [
        (["2019", "2020"], 2, 'looks like a year.*format="%Y"'),
        (["201912", "202001"], 2, 'looks like a date.*format="%Y%m"'),
        (["20191231", "20200101"], 2, 'looks like a date.*format="%Y%m%d"'),
        (["201912312359", "202001010000"], 2, 'a date.*format="%Y%m%d%H%M"'),
        (["1600000000", "0"], 3, "the times go from 0 to 1600000000.*time_unit="),
        (["1600000000"] * 2 + ["1600000000000"], 4, "not one unit.*time_unit="),
        (["-5", "1600000000"], 2, "not one unit"),
        (["7", "-5"], 3, "the time -5 cannot be read: the times go from -5 to 7"),
        (["1600000000", "soon"], 3, "the time 'soon' is not a number"),
        (["1600000000", ""], 3, "the time is missing"),
        (["1600000000", "inf"], 3, "not a finite number"),
        (["soon", "later"], 2, "neither a number nor a date.*Write dates as 20"),
        (
            ["03/02/2020", "04/02/2020"],
            2,
            "does not begin with the year.*pandas.to_datetime",
        ),
        (["2020-02-03", "03/02/2020"], 3, "does not begin with the year"),
        (["2020-02-03", "2020-02-03 10:00"], 3, "not written like the first one"),
        (["2020-02-03", "2020-02-30"], 3, "there is no day or hour such as"),
        (["2020-02-03", ""], 3, "the time is missing"),
        (["2020-02-03", "1600000000"], 3, "neither a number nor a date"),
    ],
)
def test_times_that_are_refused(refused, times, line, words):
    text = "user,item,time\n" + "".join(f"1,{j},{t}\n" for j, t in enumerate(times))
    message = refused(text, user="user", item="item", time="time")
    assert message.startswith(f"t.csv, line {line}: ")
    assert re.search(words, message)
    frame = pd.read_csv(io.StringIO(text), dtype={"time": str}, na_filter=False)
    with pytest.raises(CorruptDatasetError, match=words):
        recnb.read_table(frame, "user", "item", time="time")


# ---- header and separator ------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("user,item,rating\nann,x,3\n", True),
        ("user,day\nann,2020-01-01\nbob,2020-01-02\n", True),
        ("ann,x,3\nbob,y,4\n", False),
        ("1,2\n3,4\n", False),
        ("1,2\n", False),
        ("ann,2020-01-01\nbob,2020-01-02\n", False),
    ],
)
def test_the_header_is_found_by_content(write, text, header):
    data = recnb.read_table(write(text), 0, 1)
    assert len(data) == len(text.splitlines()) - header
    assert ("with a header" if header else "without a header") in data.source


@pytest.mark.parametrize(
    "text",
    [
        "user,item\nann,x\n",  # names, or two more ids?
        "0,1,2\n5,6,3\n",  # pandas numbers columns so
        "user,3\n4,5\n",
        "user,item\n",
    ],
)
def test_a_doubtful_header_is_asked_for(write, refused, text):
    assert "Pass header=True or header=False" in refused(text, 0, 1)
    assert len(recnb.read_table(write(text), 0, 1, header=False)) == text.count("\n")


@pytest.mark.parametrize(
    ("text", "columns", "words"),
    [
        ("user,item\n1,2\n", ("usr", "item"), "no column 'usr'. Did you mean 'user'?"),
        ("user,item\n1,2\n", ("USER", "item"), "The columns are 'user', 'item'"),
        ("1,2\n3,4\n", ("user", "item"), "pass positions"),
        ("user,item\n1,2\n", (0, 2), "Pass a position from 0 to 1"),
        ("user,item\n1,2\n", (0, -1), "Pass a position from 0 to 1"),
        ("user,item,item\n1,2,3\n", ("user", "item"), "2 columns are called 'item'"),
        ("1,2;3\n4,5;6\n", (0, 1), "Pass sep=',' or sep=';'"),
        ("1 2 3\n4 5 6\n", (0, 1), "Pass sep, the text between two fields"),
        ("user,item\n1,2\n", ("user", "user"), "name the same column"),
    ],
)
def test_columns_that_are_not_there(refused, text, columns, words):
    assert words in refused(text, *columns)


def test_names_need_a_header(refused):
    message = refused("user,item\n1,2\n", "user", "item", header=False)
    assert "there is no header" in message


# ---- lines that cannot be read -------------------------------------------------------

GOOD = "1,10,4.5,978300760,A\n"


@pytest.mark.parametrize("n_before", [0, 1, 999])
@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("7,8,3,978300760", "4 fields instead of 5.*Correct the line"),
        ("7,8,3,978300760,A,B", "6 fields instead of 5.*quotation marks"),
        ("7", "1 fields instead of 5"),
        ("7,8,good,978300760,A", "the rating 'good' is not a number.*remove the row"),
        ("7,8,NA,978300760,A", "the rating 'NA' is not a number"),
        ("7,8,True,978300760,A", "the rating 'True' is not a number"),
        ("7,8,inf,978300760,A", "the rating 'inf' is not a finite number"),
        ("7,8,1e300,978300760,A", "the rating '1e300' is not a finite number"),
        ('7,8,"4,5",978300760,A', "has a comma in it. Write a point for decimals"),
        ("7,8,,978300760,A", "the rating is missing.*remove the row"),
        (",8,3,978300760,A", "the user id is missing.*remove the row"),
        ("7,,3,978300760,A", "the item id is missing"),
        ('7,"8,3,978300760,A', "a quotation mark is opened and not closed"),
    ],
)
def test_a_bad_line_is_named(refused, monkeypatch, n_before, bad, words):
    monkeypatch.setattr(text_reader, "CHUNK", 10)
    rows = "".join(f"{j},10,4.5,978300760,A\n" for j in range(100, 100 + n_before))
    text = HEADER + rows + bad + "\n" + GOOD
    message = refused(text)
    assert message.startswith(f"t.csv, line {2 + n_before}: ")
    assert re.search(words, message)


def test_lines_are_counted_with_blank_lines_and_line_breaks(refused):
    text = 'user,review,item,rating\n\n1,"so\n\ngood",2,3\n\n2,"",2,bad\n'
    message = refused(text, "user", "item", "rating")
    assert message.startswith("t.csv, line 7: the rating 'bad'")


def test_two_lines_whose_lengths_cancel(refused):
    text = HEADER + "1,2,3,978300760\n" + GOOD + "3,4,5,978300760,A,B\n"
    assert "line 2: 4 fields" in refused(text)


def test_a_quotation_mark_that_swallows_lines(refused):
    text = 'user,item\n1,"2\n3,4\n5,6"\n7,8\n'
    message = refused(text, "user", "item")
    assert message.startswith("t.csv, line 2: the item id")
    assert "holds a line break" in message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "the file is empty"),
        (b'""\n', "Pass sep"),
        (HEADER.encode(), "a header and no rows"),
        (
            gzip.compress(b"user,item\n" + b"1,2\n" * 99999, mtime=0)[:-9],
            "truncated or damaged",
        ),
        (gzip.compress(GOOD.encode(), mtime=0)[:12], "truncated or damaged"),
        (b"user,item\n1,2\n3,caf\xe9\n", 'line 3: .*encoding="cp1252"'),
        ("user,item\n1,2\n".encode("utf-16"), 'Pass encoding="utf-16"'),
        (b"user,item\n1,\x002\n", "holds zero bytes"),
        (b"BZh91AY&SY", "a bz2 archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an Excel workbook. Save it as csv"),
    ],
)
def test_files_that_are_no_tables(refused, content, words):
    message = refused(content, "user", "item")
    assert re.search(words, message)


def test_a_zip_archive_and_a_workbook(refused):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("t.csv", GOOD)
    assert "Unpack it" in refused(buffer.getvalue(), name="t.zip")
    assert "Save it as csv" in refused(buffer.getvalue(), name="t.xlsx")


def test_parquet_without_pyarrow(refused, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "fastparquet", None)
    assert "pip install pyarrow" in refused(b"PAR1....PAR1", name="t.parquet")


def test_no_such_file(tmp_path):
    for path, words in ((tmp_path, "is a folder"), (tmp_path / "x", "There is no")):
        with pytest.raises(TableNotFoundError, match=words):
            recnb.read_table(path, 0, 1)
    with pytest.raises(FileNotFoundError):
        recnb.read_table(str(tmp_path / "x"), 0, 1)


def test_a_file_that_may_not_be_read(write, monkeypatch, capsys):
    path = write("user,item\n1,2\n")

    def denied(*_arguments, **_named):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(TableNotFoundError, match="Permission denied"):
        recnb.read_table(path, "user", "item")
    assert main(["describe", str(path)]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_the_home_folder_is_understood(write, monkeypatch, tmp_path):
    write("user,item\n1,2\n", "mine.csv")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert len(recnb.read_table("~/mine.csv", "user", "item")) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"repeated": "newest"}, "'error', 'last', 'first', 'mean'"),
        ({"repeated": "mean"}, "no rating column is named"),
        ({"time": "time", "time_unit": "minutes"}, "'s', 'ms', 'us', 'ns'"),
        ({"rating": 2.0}, "rating must be the name or the position"),
        ({"title": True}, "title must be the name or the position"),
        ({"sep": ","}, "sep is about text files"),
    ],
)
def test_arguments_that_fit_no_table(arguments, words):
    with pytest.raises(TableError, match=words):
        recnb.read_table(FRAME, "user", "item", **arguments)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"encoding": "klingon"}, "no encoding 'klingon'"),
        ({"sep": ""}, "sep must be the text between two fields"),
        ({"sep": ";"}, "does not separate"),
        ({"sep": 3}, "sep must be such as ';', not 3"),
        ({"header": 0}, "header must be such as True, not 0"),
        ({"header": "infer"}, "header must be such as True"),
        ({"encoding": 8}, "encoding must be such as 'latin-1'"),
    ],
)
def test_arguments_that_do_not_fit_a_file(write, arguments, words):
    with pytest.raises(TableError, match=words):
        recnb.read_table(write("1,2\n3,4\n"), 0, 1, **arguments)


def test_what_is_no_table():
    with pytest.raises(TableError, match="a path or a DataFrame"):
        recnb.read_table([1, 2], 0, 1)
    with pytest.raises(CorruptDatasetError, match="has no rows"):
        recnb.read_table(FRAME[:0], "user", "item")
    frame = pd.DataFrame([[1, 2]], columns=[1, 0])
    with pytest.raises(TableError, match="may be a name or a position"):
        recnb.read_table(frame, 0, 1)


# ---- repeated pairs ------------------------------------------------------------------

REPEATS = (
    "user,item,rating,time\n"
    "1,5,1,1600000300\n"
    "2,5,2,1600000000\n"
    "1,5,3,1600000100\n"
    "1,6,4,1600000000\n"
    "1,5,5,1600000300\n"
)


def test_repeated_pairs_are_named(refused):
    message = refused(REPEATS)
    assert "user 1 meets item 5 in lines 2 and 4 and 6" in message
    assert 'repeated="last", "first" or "mean"' in message
    frame = pd.read_csv(io.StringIO(REPEATS))
    with pytest.raises(CorruptDatasetError, match="rows 0 and 2 and 4, counted from 0"):
        recnb.read_table(frame, "user", "item")


@pytest.mark.parametrize(
    ("repeated", "with_time", "rating", "time"),
    [
        ("last", True, 5, 1600000300),  # of equal times, the later row
        ("first", True, 3, 1600000100),
        ("mean", True, 3, 1600000300),
        ("last", False, 5, None),
        ("first", False, 1, None),
        ("mean", False, 3, None),
    ],
)
def test_what_counts_of_repeated_pairs(write, repeated, with_time, rating, time):
    columns = NAMES if with_time else {k: v for k, v in NAMES.items() if k != "time"}
    data = recnb.read_table(write(REPEATS), **columns, repeated=repeated)
    assert len(data) == 3
    (row,) = [row for row in triplets(data) if row[:2] == ("1", "5")]
    assert row[2:] == (rating, time)
    assert "repeated rows: 2" in data.source


def test_no_repeats_are_not_mentioned():
    assert "repeated" not in recnb.read_table(FRAME, **NAMES, repeated="last").source


# ---- the item table ------------------------------------------------------------------


def test_the_item_table_is_like_that_of_the_parsers():
    data = recnb.read_table(FRAME, **NAMES)
    like = recnb.load("simulated").item_table
    assert data.item_table.columns.tolist() == like.columns.tolist()
    assert data.item_table.dtypes[1:].tolist() == like.dtypes[1:].tolist()
    assert data.item_table["title"].tolist() == ["x", "y", "z"]
    assert data.item_table["year"].isna().all()


def test_titles_that_differ_or_lack(write):
    text = "user,item,title\n1,7,\n2,7,Heat\n3,7,Heat!\n1,8,\n"
    data = recnb.read_table(write(text), "user", "item", title="title")
    assert data.item_table["title"].tolist() == ["Heat", "8"]
    assert "items with several titles: 1, the first of each counts" in data.source


def test_the_repr_names_no_folder(write):
    path = write(FRAME.to_csv(index=False))
    text = repr(recnb.read_table(path, **NAMES))
    assert str(path.parent) not in text
    assert "t.csv (comma-separated, with a header; ids are text; times read as" in text


# ---- round trips ---------------------------------------------------------------------

TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"], max_codepoint=999),
    min_size=1,
    max_size=6,
)
IDS = st.one_of(TEXTS.map("t{}".format), st.integers(-(2**63), 2**63 - 1).map(str))
PAIRS = st.lists(st.tuples(IDS, IDS), min_size=1, max_size=30, unique=True)


@settings(deadline=None, max_examples=80)
@given(
    pairs=PAIRS,
    sep=st.sampled_from([",", "\t", ";", "|"]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    packed=st.booleans(),
    chunk=st.sampled_from([1, 7, 1000]),
    seed=st.integers(0, 99),
)
def test_what_is_written_is_read_back(
    tmp_path_factory, pairs, sep, line_end, packed, chunk, seed
):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(pairs, columns=["user", "item"])
    frame["rating"] = rng.integers(1, 11, len(frame)) / 2
    frame["time"] = rng.integers(10**9, 2 * 10**9, len(frame))
    text = frame.to_csv(index=False, sep=sep, lineterminator=line_end).encode()
    path = tmp_path_factory.mktemp("round") / "t.csv"
    path.write_bytes(gzip.compress(text) if packed else text)
    before, text_reader.CHUNK = text_reader.CHUNK, chunk
    try:
        data = recnb.read_table(path, **NAMES)
    finally:
        text_reader.CHUNK = before
    assert triplets(data) == rows_of(frame)
    from_frame = recnb.read_table(frame, **NAMES)
    assert triplets(from_frame) == rows_of(frame)
    assert data.users.dtype == data.items.dtype == np.int32


@settings(deadline=None)
@given(
    rows=st.lists(st.lists(st.sampled_from(["1", "", "a b", "0"]), max_size=4)),
    cut=st.integers(1, 20),
)
def test_the_quick_look_sees_uneven_rows_wherever_the_text_is_cut(rows, cut):
    text = "".join(",".join(row) + "\n" for row in rows).encode()
    parts = [text[start : start + cut] for start in range(0, len(text), cut)]
    widths = {line.count(b",") + 1 for line in text.split(b"\n") if line}
    seen = look(parts, ",", 3, quotes=True)
    assert not (seen.even and widths - {3})
    if b"\n\n" not in text.strip(b"\n"):  # else it may err on the careful side
        assert seen.even == (not widths - {3})
