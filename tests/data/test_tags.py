"""From genres and years to a matrix of tags, in the order of the items."""

import numpy as np
import pandas as pd
import pytest

import recnb
from recnb.data import item_tags
from recnb.evaluation import strong_generalization

FILMS = pd.DataFrame(
    {
        "title": ["a", "b", "c", "d", "e"],
        "year": pd.array([1995, 1999, pd.NA, 2003, 2000], dtype="Int64"),
        "genres": ["Drama|War", "Comedy", "Drama|Comedy", "", "Drama"],
    }
)


def as_dict(S, names):
    rows = [np.flatnonzero(row).tolist() for row in S.toarray()]
    return dict(zip(names, rows, strict=True))


def test_an_item_has_its_genres_and_its_decade():
    S, names = item_tags(FILMS)
    assert names == ["Comedy", "Drama", "1990s", "2000s"]
    assert S.format == "csr" and S.dtype == np.float32 and S.shape == (4, 5)
    assert as_dict(S, names) == {
        "Comedy": [1, 2],
        "Drama": [0, 2, 4],
        "1990s": [0, 1],
        "2000s": [3, 4],
    }
    assert set(S.data) == {1.0}


def test_a_tag_of_a_single_item_is_left_out():
    assert "War" not in item_tags(FILMS)[1]
    assert "War" in item_tags(pd.concat([FILMS, FILMS]))[1]


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (1, {}),
        (5, {"1995-1999": [0, 1], "2000-2004": [3, 4]}),
        (10, {"1990s": [0, 1], "2000s": [3, 4]}),
        (2000, {"0-1999": [0, 1], "2000-3999": [3, 4]}),
    ],
)
def test_years_that_share_a_tag(span, expected):
    S, names = item_tags(FILMS, span=span)
    assert dict(list(as_dict(S, names).items())[2:]) == expected


def test_a_year_of_its_own_is_called_by_its_number():
    twice = pd.concat([FILMS, FILMS])
    assert item_tags(twice, ["years"], span=1)[1] == ["1995", "1999", "2000", "2003"]


@pytest.mark.parametrize("kind", ["genres", "years"])
def test_one_kind_alone_needs_the_other_column_no_more(kind):
    S, names = item_tags(FILMS)
    column = {"genres": "genres", "years": "year"}[kind]
    part, part_names = item_tags(FILMS[[column]], [kind])
    at = slice(0, 2) if kind == "genres" else slice(2, 4)
    assert part_names == names[at]
    np.testing.assert_array_equal(part.toarray(), S.toarray()[at])
    assert item_tags(FILMS, kind)[1] == part_names


def test_rows_count_by_position_whatever_their_labels():
    shuffled = FILMS.set_axis([3, 0, 4, 1, 2])
    S, _ = item_tags(shuffled)
    np.testing.assert_array_equal(S.toarray(), item_tags(FILMS)[0].toarray())


@pytest.mark.parametrize("storage", ["python", "pyarrow"])
def test_to_have_no_genre_is_no_tag_however_pandas_stores_text(storage):
    if storage == "pyarrow":
        pytest.importorskip("pyarrow")
    table = pd.DataFrame({"genres": ["Drama", "", "Drama", ""]})
    S, names = item_tags(table.astype(f"string[{storage}]"), ["genres"])
    assert names == ["Drama"]
    np.testing.assert_array_equal(S.toarray(), [[1, 0, 1, 0]])


def test_columns_are_those_of_a_split():
    data = recnb.load("simulated")
    split = strong_generalization(data, seed=1)
    assert len(split.items) < data.n_items
    S, names = item_tags(split.item_table)
    assert S.shape == (len(names), split.train.shape[1])
    for j in (0, 100, S.shape[1] - 1):
        film = data.item_table.loc[split.items[j]]
        found = {names[row] for row in np.flatnonzero(S[:, [j]].toarray())}
        assert found == {*film["genres"].split("|"), f"{film['year'] // 10}0s"}


@pytest.mark.real_data
def test_movielens_has_its_genres_and_ten_decades():
    S, names = item_tags(recnb.load("ml-1m").item_table)
    assert names[:2] == ["Action", "Adventure"] and names[17] == "Western"
    assert names[18:] == [f"{decade}s" for decade in range(1910, 2001, 10)]
    per_film = S.sum(axis=0)
    assert per_film.min() == 2 and per_film.max() == 7


NAMELESS = FILMS.assign(genres="", year=pd.NA)
REFUSED = {
    "an unknown kind": (FILMS, ["actors"], 10, "choice of genres, years.*actors"),
    "no kind": (FILMS, [], 10, "choice of genres, years"),
    "a part of a year": (FILMS, ["years"], 2.5, "span must be a whole number"),
    "no span": (FILMS, ["years"], 0, "from 1 up, not 0"),
    "no column": (FILMS[["title"]], ["years"], 10, "no column 'year'"),
    "no table": (FILMS["title"], ["genres"], 10, "no column 'genres'"),
    "no tags": (NAMELESS, ["genres", "years"], 10, "No two items share a tag"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_bad_input_is_refused_in_words(what):
    table, kinds, span, words = REFUSED[what]
    with pytest.raises(ValueError, match=words):
        item_tags(table, kinds, span)
