"""The picker: what is found, recommended and said, and that ticks reach the panel."""

import numpy as np
import pandas as pd
import pytest

import recnb
from recnb.models import EASE, Popularity
from recnb.widgets import Picker, answer, changes, reasons
from recnb.widgets import picker as picker_module
from recnb.widgets.picker import label, matches, nearest, table_html

TITLES = ["Alien", "Aliens", "Les Misérables", "The Matrix", "Schindler's List", "Heat"]
FILMS = pd.DataFrame(
    {
        "title": TITLES,
        "year": pd.array([1979, 1986, 1998, 1999, 1993, None], dtype="Int64"),
        "genres": ["Horror|Sci-Fi"] * len(TITLES),
    }
)
KNOWN = np.array([5.0, 9.0, 1.0, 8.0, 7.0, 2.0])


@pytest.fixture(scope="module")
def taught():
    data = recnb.load("simulated")
    X = (data.to_csr() >= 4).astype(np.float32)
    return EASE(l2=500).fit(X), data.item_table, Popularity().fit(X).counts_


@pytest.fixture
def picker(taught):
    return Picker(*taught)


def code_offered(picker, place):
    labels = [label(picker.films, code) for code in range(len(picker.films))]
    return labels.index(picker.choices[place].description)


# ---- searching


def test_an_empty_search_offers_the_best_known():
    assert matches(FILMS, " ", KNOWN, limit=3) == [1, 3, 4]


def test_a_title_that_equals_the_search_comes_first():
    assert matches(FILMS, "alien", KNOWN) == [0, 1]


@pytest.mark.parametrize("query", ["MATRIX", "the matrix", "matrix, the", "rix"])
def test_words_fit_in_any_order_and_case(query):
    assert matches(FILMS, query, KNOWN) == [3]


@pytest.mark.parametrize(
    ("query", "code"), [("miserables", 2), ("schindlers", 4), ("schindler’s", 4)]
)
def test_accents_and_apostrophes_do_not_matter(query, code):
    assert matches(FILMS, query, KNOWN) == [code]


def test_nothing_fits_but_something_is_spelt_like_it():
    assert matches(FILMS, "the matirx", KNOWN) == []
    assert nearest(FILMS, "the matirx") == [3]


def test_a_label_has_the_year_if_it_is_known():
    assert [label(FILMS, code) for code in (0, 5)] == ["Alien (1979)", "Heat"]


# ---- reasons


@pytest.mark.parametrize(
    ("contributions", "said"),
    [
        ({0: 0.5}, "because you liked Alien"),
        ({0: 0.5, 1: 0.4, 3: 0.01}, "because you liked Alien and Aliens"),
        ({0: 0.5, 1: 0.4, 3: 0.3}, "because you liked Alien, Aliens and The Matrix"),
        ({0: 0.5, 3: -0.001}, "because you liked Alien"),
        ({0: 0.5, 3: -0.1}, "because you liked Alien, in spite of The Matrix"),
        (
            {0: 0.5, 5: -0.1, 3: -0.2},
            "because you liked Alien, in spite of The Matrix and Heat",
        ),
        ({0: -0.1}, "although nothing you ticked speaks for it"),
    ],
)
def test_reasons_name_what_counts(contributions, said):
    assert reasons(pd.Series(contributions), FILMS["title"]) == said


def test_of_many_equal_small_reasons_one_is_named():
    many = pd.Series(0.01, index=range(20))
    titles = pd.Series([f"film {code}" for code in range(20)])
    assert reasons(many, titles) == "because you liked film 0"


# ---- the answer


def test_an_answer_is_what_the_model_recommends(taught):
    model, films, _ = taught
    ticked = [3, 7, 11]
    history = np.zeros((1, len(films)), dtype=np.float32)
    history[0, ticked] = 1
    found = answer(model, films, ticked)
    assert list(found.index) == list(model.recommend(history, 10)[0])
    assert not set(found.index) & set(ticked)
    assert found["score"].is_monotonic_decreasing
    assert found["reason"].str.startswith(("because", "although")).all()


def test_changes_are_named_in_the_order_of_the_lists():
    before, after = FILMS.iloc[[0, 1, 2]], FILMS.iloc[[3, 0, 5]]
    said = "New in the list: The Matrix, Heat; gone: Aliens, Les Misérables."
    assert changes(before, after) == said
    assert changes(before, before) == "The list stays as it was."
    assert changes(before, before[::-1]) == "The same films, reordered."


def test_texts_are_escaped():
    films = FILMS.assign(title="<b>&", reason="because of <i>")
    html = table_html(films)
    assert "&lt;b&gt;&amp;" in html
    assert "because of &lt;i&gt;" in html


# ---- the shell


def test_with_nothing_ticked_it_is_friendly_and_shows_popular_films(picker, taught):
    assert picker.value == ()
    assert "Tick one or two" in picker.status.value
    _, films, popularity = taught
    assert films["title"][popularity.argmax()] in picker.panel.value


def test_a_tick_is_answered(picker, taught):
    code = code_offered(picker, 2)
    picker.choices[2].value = True
    assert picker.value == (code,)
    assert [box.description for box in picker.picked.children] == [
        picker.choices[2].description
    ]
    first = answer(*taught[:2], [code])["title"].iloc[0]
    assert f"1 film ticked; first in the list: {first}." in picker.status.value
    assert 'role="status"' in picker.status.value.replace("'", '"')
    assert "because you liked" in picker.panel.value


def test_unticking_says_what_changed(picker):
    picker.choices[0].value = picker.choices[4].value = True
    picker.choices[4].value = False
    assert picker.value == (code_offered(picker, 0),)
    assert "New in the list:" in picker.status.value


def test_unticking_in_the_line_of_ticked_films_unticks_the_offer(picker):
    picker.choices[0].value = picker.choices[1].value = True
    picker.picked.children[0].value = False
    assert picker.value == (code_offered(picker, 1),)
    assert [box.value for box in picker.choices[:2]] == [False, True]
    picker.picked.children[0].value = False
    assert picker.value == ()


def test_a_ticked_film_stays_ticked_when_another_is_searched(picker):
    picker.choices[0].value = True
    ticked = picker.value
    picker.search.value = "almanac"
    titles = [box.description for box in picker.choices if box.layout.display is None]
    assert titles and all("Almanac" in title for title in titles)
    assert picker.value == ticked
    picker.search.value = ""
    assert picker.choices[0].value


def test_a_search_without_a_match_says_so(picker):
    picker.search.value = "<zzz>"
    assert "No title holds “&lt;zzz&gt;”" in picker.note.value
    assert all(box.layout.display == "none" for box in picker.choices)


def test_setting_the_value_ticks(taught):
    picker = Picker(*taught, ticked=[5])
    assert picker.value == (5,)
    picker.value = (5, 9)
    assert "2 films ticked" in picker.status.value


def test_an_error_is_said_in_the_panel(picker, monkeypatch):
    def fail(*_):
        raise ValueError("no <answer>")

    monkeypatch.setattr(picker_module, "answer", fail)
    picker.choices[0].value = True
    assert "ValueError: no &lt;answer&gt;" in picker.panel.value
    monkeypatch.undo()
    picker.choices[1].value = True
    assert "because you liked" in picker.panel.value


def test_without_a_kernel_the_hint_stands_in(picker):
    saved = picker._repr_mimebundle_()["text/plain"]
    assert "film picker stands here" in saved
    assert max(map(len, saved.splitlines())) <= 70
