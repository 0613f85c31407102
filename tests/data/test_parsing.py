"""Every format is read as published; a malformed line is named by file and number."""

import numpy as np
import pandas as pd
import pytest

from recnb.data import CorruptDatasetError, parsing
from recnb.data.files import Files

HEADER = "userId,movieId,rating,timestamp\n"
MOVIES_CSV = 'movieId,title,genres\n1,"Matrix, The (1999)",Action\n2,Her,Drama\n'


@pytest.fixture
def folder(tmp_path):
    """Return a function that writes files and describes them as `Files`."""

    def write(encoding="utf-8", **contents: str) -> Files:
        for name, text in contents.items():
            (tmp_path / name).write_bytes(text.encode(encoding))
        return Files(tmp_path, tuple(contents), "named folder", "Do this")

    return write


def dat(folder, ratings="5::10::4::100\n", movies="10::A (1999)::Drama\n"):
    files = folder("latin-1", **{"ratings.dat": ratings, "movies.dat": movies})
    return parsing.movielens_dat(files, name="tiny")


def csv(folder, ratings=HEADER + "1,1,4.5,10\n", movies=MOVIES_CSV, **more):
    files = folder(**{"ratings.csv": ratings, "movies.csv": movies, **more})
    return parsing.movielens_csv(files, name="tiny")


def ncf(folder, train, test="0\t2\t1\n", negative="(0,2)\t3\t4\n"):
    files = folder(train=train, test=test, negative=negative)
    return parsing.ncf(files, name="tiny")


def gowalla(folder, train, test="0 3\n1\n"):
    files = folder(**{"train.txt": train, "test.txt": test})
    return parsing.lightgcn(files, name="tiny")


# The formats


def test_dat_codes_follow_the_ids_and_drop_unrated_films(folder):
    movies = "30::C (1990)::\n20::B (1980)::War\n10::Café, Le (1999)::Drama|War\n"
    data = dat(folder, "9::20::4::5\n2::10::3::6\n2::20::1::7\n", movies)
    assert data.user_ids.tolist() == [2, 9]
    assert data.item_table["item_id"].tolist() == [10, 20]
    assert data.item_table["title"].tolist() == ["Le Café", "B"]
    assert data.item_table["genres"].tolist() == ["Drama|War", "War"]
    assert data.users.tolist() == [1, 0, 0]
    assert data.items.tolist() == [1, 0, 1]
    assert data.ratings.tolist() == [4, 3, 1]
    assert data.timestamps.tolist() == [5, 6, 7]


def test_dtypes(folder):
    data = dat(folder)
    assert data.users.dtype == data.items.dtype == np.int32
    assert data.ratings.dtype == np.float32
    assert data.timestamps.dtype == np.int64
    assert data.item_table["year"].dtype == "Int64"


def test_csv_reads_half_stars_quotes_and_missing_years(folder):
    data = csv(folder, HEADER + "1,1,4.5,10\n1,2,0.5,11\n")
    assert data.ratings.tolist() == [4.5, 0.5]
    assert data.item_table["title"].tolist() == ["The Matrix", "Her"]
    assert data.item_table["year"][0] == 1999
    assert data.item_table["year"][1] is pd.NA
    assert data.truth is None


def test_csv_without_genres_gives_the_empty_string(folder):
    data = csv(folder, movies="movieId,title,genres\n1,A,(no genres listed)\n")
    assert data.item_table["genres"].tolist() == [""]


def test_csv_collects_truth_tables(folder):
    data = csv(folder, **{"truth_pairs.csv": "a,b\n1,2\n", "truth_sequels.csv": "a\n"})
    assert list(data.truth) == ["pairs", "sequels"]
    assert data.truth["pairs"].to_dict("list") == {"a": [1], "b": [2]}


def test_100k(folder):
    flags = ["0"] * 19
    flags[1] = flags[5] = "1"
    item = "|".join(["7", "Postino, Il (1994)", "01-Jan-1994", "", "", *flags]) + "\n"
    genres = "".join(f"genre{i}|{i}\n" for i in range(19)) + "\n"
    files = folder(
        "latin-1", **{"u.data": "3\t7\t5\t88\n", "u.item": item, "u.genre": genres}
    )
    data = parsing.movielens_100k(files, name="tiny")
    row = data.item_table.iloc[0]
    assert (row["title"], row["year"], row["genres"]) == (
        "Il Postino",
        1994,
        "genre1|genre5",
    )
    assert data.timestamps.tolist() == [88]


def test_ncf_keeps_ids_and_holds_out_the_test_rows(folder):
    data = ncf(folder, "0\t1\t5\t9\n0\t0\t4\t8\n", "0\t2\t3\t7\n")
    assert data.items.tolist() == [1, 0]
    assert data.ratings.tolist() == [5, 4]
    assert data.timestamps.tolist() == [9, 8]
    assert data.n_items == 5
    assert data.heldout.items.tolist() == [2]
    assert data.heldout.negatives.tolist() == [[3, 4]]


def test_ncf_without_timestamps_and_ratings_is_implicit(folder):
    data = ncf(folder, "0\t1\t1\n0\t0\t1\n")
    assert data.timestamps is None
    assert data.ratings is None


def test_gowalla(folder):
    data = gowalla(folder, "0 1 2\n1 2\n")
    assert data.users.tolist() == [0, 0, 1]
    assert data.items.tolist() == [1, 2, 2]
    assert data.n_items == 4
    assert data.heldout.users.tolist() == [0]
    assert data.heldout.items.tolist() == [3]
    assert data.heldout.negatives is None


# Titles


@pytest.mark.parametrize(
    ("published", "title", "year"),
    [
        ("Matrix, The (1999)", "The Matrix", 1999),
        ("Walk in the Clouds, A (1995)", "A Walk in the Clouds", 1995),
        ("Good, the Bad, The (1966)", "The Good, the Bad", 1966),
        ("Avventura, L' (Adventure, The) (1960)", "L'Avventura (The Adventure)", 1960),
        ("Seven (a.k.a. Se7en) (1995)", "Seven (a.k.a. Se7en)", 1995),
        ("X (a.k.a. Kiss, The) (2000)", "X (a.k.a. The Kiss)", 2000),
        (
            "Vitelloni, I (a.k.a. The Young) (1953)",
            "I Vitelloni (a.k.a. The Young)",
            1953,
        ),
        ("Girl, Interrupted (1999)", "Girl, Interrupted", 1999),
        ("96 Minutes (2011) ", "96 Minutes", 2011),
        ("Death Note (2006–2007)", "Death Note", 2006),
        ("1984", "1984", None),
        ("Babylon 5", "Babylon 5", None),
    ],
)
def test_split_title(published, title, year):
    row = parsing.split_title(pd.Series([published])).iloc[0]
    assert row["title"] == title
    assert row["year"] is pd.NA if year is None else row["year"] == year


# Malformed lines


@pytest.mark.parametrize(
    "line",
    [
        "1::2::3",
        "1::2::3::4::5",
        "1:2:3:4",
        "1::2::::4",
        "1::2::nan::4",
        "1::2::inf::4",
        "1::2::x::4",
        "1::2::3::nan",
        "1::2::3::",
        "1::2::3::2000-12-31",
        "1::2::3::4.5",
        "1.5::2::3::4",
        "99999999999::2::3::4",
    ],
)
@pytest.mark.parametrize("number", [1, 2])
def test_malformed_rating_is_named(folder, line, number):
    lines = ["5::10::4::100"] * 2
    lines[number - 1] = line
    with pytest.raises(CorruptDatasetError, match=r"ratings\.dat") as error:
        dat(folder, "\n".join(lines) + "\n")
    assert f"line {number}: expected user::item::rating::timestamp" in str(error.value)
    assert line in str(error.value)
    assert "Do this" in str(error.value)


def test_malformed_csv_line_counts_the_header(folder):
    with pytest.raises(CorruptDatasetError, match=r"ratings\.csv, line 3: expected"):
        csv(folder, HEADER + "1,1,4.5,10\n1,2,,11\n")


def test_wrong_header_is_named(folder):
    with pytest.raises(CorruptDatasetError, match="line 1: expected userId,movieId"):
        csv(folder, "user,film,stars,when\n1,1,4.5,10\n")


def test_empty_ratings(folder):
    with pytest.raises(CorruptDatasetError, match=r"ratings\.dat: expected lines"):
        dat(folder, "")


@pytest.mark.parametrize("line", ["10::A", "x::A::Drama", ""])
def test_malformed_film_is_named(folder, line):
    with pytest.raises(CorruptDatasetError, match=r"movies\.dat, line 2: expected id"):
        dat(folder, movies=f"10::A (1999)::Drama\n{line}\n")


def test_malformed_film_in_csv_is_named(folder):
    with pytest.raises(CorruptDatasetError, match=r"movies\.csv, line 3: expected"):
        csv(folder, movies="movieId,title,genres\n1,A,Drama\n2,B\n")


def test_films_in_another_encoding(folder, tmp_path):
    files = folder("latin-1", **{"ratings.csv": HEADER, "movies.csv": "é"})
    (tmp_path / "ratings.csv").write_text(HEADER + "1,1,4.5,10\n")
    (tmp_path / "movies.csv").write_bytes(b"movieId,title,genres\n1,Caf\xe9,Drama\n")
    with pytest.raises(
        CorruptDatasetError, match=r"movies\.csv, line 2: the text is not UTF-8"
    ):
        parsing.movielens_csv(files, name="tiny")


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-8-sig"])
def test_films_saved_again_in_utf8_keep_their_titles(folder, encoding):
    ratings, films = "5::10::4::100\n", "10::Café Müller (1999)::Drama\n"
    files = folder(encoding, **{"ratings.dat": ratings, "movies.dat": films})
    data = parsing.movielens_dat(files, name="tiny")
    assert data.item_table["title"].tolist() == ["Café Müller"]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-8-sig"])
def test_films_of_100k_saved_again(folder, encoding):
    genres = "".join(f"genre{i}|{i}\n" for i in range(19))
    item = "7|Café (1994)|01-Jan-1994||" + "|0" * 18 + "|1\n"
    texts = {"u.data": "3\t7\t5\t88\n", "u.item": item, "u.genre": genres}
    data = parsing.movielens_100k(folder(encoding, **texts), name="tiny")
    row = data.item_table.iloc[0]
    assert (row["title"], row["genres"]) == ("Café", "genre18")


def test_a_mark_of_utf8_is_understood_in_every_file(folder):
    texts = {"ratings.csv": HEADER + "1,1,4.5,10\n", "movies.csv": MOVIES_CSV}
    data = parsing.movielens_csv(folder("utf-8-sig", **texts), name="tiny")
    assert data.item_table["title"].tolist() == ["The Matrix"]
    texts = {"train.txt": "0 1\n", "test.txt": "0 2\n"}
    data = parsing.lightgcn(folder("utf-8-sig", **texts), name="tiny")
    assert data.n_items == 3


@pytest.mark.parametrize("wrong", ["ratings.csv", "movies.csv"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_named(folder, tmp_path, wrong, encoding):
    texts = {"ratings.csv": HEADER + "1,1,4.5,10\n", "movies.csv": MOVIES_CSV}
    files = folder(**texts)
    mark = "" if encoding == "utf-16" else "\ufeff"
    (tmp_path / wrong).write_bytes((mark + texts[wrong]).encode(encoding))
    name = wrong.replace(".", r"\.")
    with pytest.raises(
        CorruptDatasetError, match=f"{name}, line 1: the text is UTF-16"
    ):
        parsing.movielens_csv(files, name="tiny")


@pytest.mark.parametrize("line", ["7|A", "7|A|Drama", "7|A|||" + "|0" * 18])
def test_malformed_film_of_100k_is_named(folder, line):
    genres = "".join(f"genre{i}|{i}\n" for i in range(19))
    files = folder(**{"u.data": "3\t7\t5\t88\n", "u.item": line, "u.genre": genres})
    with pytest.raises(CorruptDatasetError, match=r"u\.item, line 1: expected 5"):
        parsing.movielens_100k(files, name="tiny")


def test_rated_film_that_is_not_listed(folder):
    with pytest.raises(CorruptDatasetError, match="film 77 is rated, but not listed"):
        dat(folder, "5::77::4::100\n")


def test_film_that_is_listed_twice(folder):
    with pytest.raises(CorruptDatasetError, match="film 10 is listed twice"):
        dat(folder, movies="10::A::Drama\n10::B::Drama\n")


def test_empty_negatives(folder):
    with pytest.raises(CorruptDatasetError, match="negative: the file is empty"):
        ncf(folder, "0\t1\t1\n", negative="")


@pytest.mark.parametrize(
    "line", ["(1,2)\t3", "(1,2)\t3\tx", "1\t2", "", "(1;2)\t3\t4", "(1,2)\t3\t4\t5"]
)
def test_malformed_negatives_are_named(folder, line):
    with pytest.raises(CorruptDatasetError, match="negative, line 2: expected"):
        ncf(folder, "0\t1\t1\n", "0\t2\t1\n1\t2\t1\n", f"(0,2)\t3\t4\n{line}\n")


def test_negatives_of_other_test_rows(folder):
    with pytest.raises(CorruptDatasetError, match="are not the rows of test"):
        ncf(folder, "0\t1\t1\n", "0\t2\t1\n", "(0,3)\t3\t4\n")


@pytest.mark.parametrize("line", ["1 x", "-1 2", "1,2", "1 99999999999"])
def test_malformed_basket_is_named(folder, line):
    with pytest.raises(CorruptDatasetError, match=r"train\.txt, line 2: expected user"):
        gowalla(folder, f"0 1\n{line}\n")


def test_empty_baskets(folder):
    with pytest.raises(CorruptDatasetError, match="holds no interactions"):
        gowalla(folder, "")
