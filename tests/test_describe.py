"""`python -m recnb describe`: what it says of a table, and one line on bad input."""

import numpy as np
import pandas as pd
import pytest

from recnb.__main__ import main
from recnb.describe import describe, protocols


@pytest.fixture
def ratings(tmp_path):
    """A file with 40 users of 12 items each among 30, in the order of time."""
    rng = np.random.default_rng(0)
    items = [rng.permutation(30)[:12] for _ in range(40)]
    frame = pd.DataFrame(
        {
            "userId": np.repeat(np.arange(40), 12),
            "movieId": np.concatenate(items),
            "rating": rng.integers(3, 6, 480),
            "timestamp": 1_600_000_000 + np.arange(480),
        }
    )
    path = tmp_path / "ratings.csv"
    frame.to_csv(path, index=False)
    return path


def words(text):
    return " ".join(text.split())


def test_usual_names_are_found_and_said(ratings, capsys):
    assert main(["describe", str(ratings)]) == 0
    said = words(capsys.readouterr().out)
    assert "user is 'userId' (a usual name)" in said
    assert "time is 'timestamp' (a usual name)" in said
    assert "users 40, with 12 to 12 (median 12) items each" in said
    assert "density 40.00%" in said
    assert "ratings 3 to 5, 3 different" in said
    assert "most popular 20% of the items" in said
    assert "repeats none" in said
    assert "rows are in the order of time" in said
    for name in ("strong_generalization", "leave_one_out", "rating_holdout"):
        assert f"{name} yes:" in said
    assert "models of sequences yes" in said


def test_columns_that_are_not_used_are_named(tmp_path, capsys):
    path = tmp_path / "t.csv"
    path.write_text("user,item,votes,when\n1,2,3,2020-01-01\n2,2,3,2020-01-02\n")
    assert main(["describe", str(path)]) == 0
    assert "not used 'votes', 'when'" in words(capsys.readouterr().out)


def test_columns_can_be_given(ratings, capsys):
    assert main(["describe", str(ratings), "--user", "1", "--item", "userId"]) == 0
    said = words(capsys.readouterr().out)
    assert "user is 1, item is 'userId', rating is 'rating' (a usual name)" in said
    assert "users 30" in said


def test_without_a_header_by_position(tmp_path, capsys):
    path = tmp_path / "t.dat"
    path.write_text("1::2::3\n4::5::4\n")
    assert main(["describe", str(path), "--user", "0", "--item", "1"]) == 0
    said = words(capsys.readouterr().out)
    assert "separated by ::, without a header" in said
    assert "ratings none (implicit feedback)" in said
    assert "rating_holdout no:" in said
    assert "leave_one_out no:" in said


def test_repeats_are_described_not_refused(tmp_path, capsys):
    path = tmp_path / "t.csv"
    path.write_text("user\titem\tscore\n1\t2\t3\n1\t3\t1\n1\t2\t5\n")
    assert main(["describe", str(path), "--sep", r"\t", "--repeated", "mean"]) == 0
    said = words(capsys.readouterr().out)
    assert "1 of the rows repeat a pair; user 1 meets item 2 in lines 2 and 4" in said
    assert "items 2, with 1 to 1" in said


@pytest.mark.parametrize(
    ("lines", "order"),
    [
        (["1,1,10", "1,2,20", "2,1,30"], "rows are in the order of time; 0%"),
        (["1,1,20", "1,2,30", "2,1,10"], "in the order of time within each user"),
        (["1,1,20", "1,2,10", "1,3,10"], "not in the order of time; 50%"),
    ],
)
def test_the_order_of_rows(tmp_path, lines, order):
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["user,item,time", *lines]))
    assert order in words(describe(path, {}))


def test_the_long_tail(tmp_path):
    path = tmp_path / "t.csv"
    rows = [f"{user},1" for user in range(6)] + [f"1,{item}" for item in range(2, 6)]
    path.write_text("\n".join(["user,item", *rows]))
    said = words(describe(path, {}))
    assert "20% of the items have 60% of the interactions" in said
    assert "items with fewer than 5 users: 4 (80%); Gini 0.40" in said


@pytest.mark.parametrize(
    ("text", "arguments", "message"),
    [
        ("a,b\n1,2\n", [], "no column has a usual name for user and item"),
        ("user,b\n1,2\n", [], "a usual name for item; the first line is 'user', 'b'"),
        ("user,User,item\n1,2,3\n", [], "several columns may be the user's"),
        ("a,b\n1,2\n", ["--user", "a", "--item", "c"], "no column 'c'"),
        ("a,b\n1,2\n", ["--user", "a", "--item", "7"], "no column 7"),
        ("user,item,rating\n1,2,x\n", [], "line 2: the rating 'x'"),
        ("user,item\n1\n", [], "line 2: 1 fields instead of 2"),
        ("user,item\n1,2\n1,2\n", ["--repeated", "mean"], "no rating column"),
        ("", [], "the file is empty"),
    ],
)
def test_bad_input_is_one_line_and_an_exit_code(
    tmp_path, capsys, text, arguments, message
):
    path = tmp_path / "t.csv"
    path.write_text(text)
    assert main(["describe", str(path), *arguments]) == 1
    printed = capsys.readouterr()
    assert message in printed.err
    assert printed.err.count("\n") == 1
    assert printed.out == ""


def test_a_file_that_is_not_there(tmp_path, capsys):
    assert main(["describe", str(tmp_path / "none.csv")]) == 1
    assert "There is no file" in capsys.readouterr().err


def test_protocols_of_a_dataset_of_the_course():
    import recnb

    found = protocols(recnb.load("simulated"))
    assert all(text.startswith("yes: ") for text in found.values())
