"""The page: data of three other fields, and what every page must have."""

from html.parser import HTMLParser

import pandas as pd
import pytest
from fields import club_members, music_plays, shop_orders
from odd import QUICK, odd

import recnb
from recnb.contest import search, showdown
from recnb.contest.page import enumerated, html_table

VOID = {"meta", "img", "br"}


class Page(HTMLParser):
    """Counts tags, collects words, and checks that tags are closed."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.words = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] != ["style"]:
            self.words.append(data)

    def of(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


def contest_of(source, folder, **roles):
    data = recnb.read_table(source, **roles, repeated="last")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "MOST_TRIALS", 2)
        found = showdown(data, 5, QUICK, folder, command="as <asked>", say=str)
    return found, Page(found.page.read_text("utf-8"))


@pytest.fixture(scope="module")
def orders(tmp_path_factory):
    folder = tmp_path_factory.mktemp("orders")
    return contest_of(
        shop_orders(folder),
        folder / "out",
        user="customer",
        item="product",
        title="name",
        time="date",
    )


@pytest.fixture(scope="module")
def plays(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plays")
    roles = {"user": "listener", "item": "track", "rating": "plays"}
    return contest_of(music_plays(folder), folder / "out", **roles)


@pytest.fixture(scope="module")
def members(tmp_path_factory):
    folder = tmp_path_factory.mktemp("members")
    return contest_of(club_members(folder), folder / "out", user=0, item=1)


@pytest.fixture(params=["orders", "plays", "members"])
def any_page(request):
    return request.getfixturevalue(request.param)


def test_every_picture_has_words_and_every_caption_says_them(any_page):
    _, page = any_page
    pictures = page.of("img")
    assert len(pictures) == 3
    for picture in pictures:
        assert len(picture["alt"]) > 60
        assert picture["src"].startswith("data:image/png;base64,")
        assert " ".join(picture["alt"].split()) in page.text


def test_nothing_is_fetched(any_page):
    contest, page = any_page
    text = contest.page.read_text("utf-8")
    assert not {"script", "link", "iframe", "a"} & {tag for tag, _ in page.tags}
    assert not any(sign in text for sign in ("http:", "https:", "url(", "@import"))


def test_tags_are_closed_and_tables_have_scopes(any_page):
    _, page = any_page
    assert page.open == []
    assert page.of("html") == [{"lang": "en"}]
    assert all(heading["scope"] in ("row", "col") for heading in page.of("th"))
    assert len(page.of("caption")) == 2 + 3 * 2  # and three people by two models
    assert page.of("meta")[1]["name"] == "viewport"


def test_the_answer_stands_on_top(any_page):
    contest, page = any_page
    assert len(contest.answer) == 2
    assert page.text.index(contest.answer[1]) < page.text.index("The table")
    for sentence in contest.trust:
        assert sentence in page.text


def test_models_that_see_the_tastes_beat_popularity(any_page):
    contest, _ = any_page
    quality = contest.table["NDCG@100"]
    assert quality["EASE"] > quality["Popularity"]
    assert (contest.table["error"] > 0).all()


def test_the_csv_file_is_the_table(any_page):
    contest, _ = any_page
    stored = pd.read_csv(contest.folder / "table.csv", index_col="model")
    assert list(stored.index) == list(contest.table.index)
    pd.testing.assert_series_equal(
        stored["NDCG@100"], contest.table["NDCG@100"], rtol=1e-5
    )


def test_text_is_escaped(orders):
    contest, page = orders
    text = contest.page.read_text("utf-8")
    assert "Tea <b>" not in text and "Tea &lt;b&gt;&quot;" in text
    assert 'Tea <b>"' in page.text
    assert "as &lt;asked&gt;" in text


def test_titles_stand_for_items_and_ids_where_there_are_none(orders, plays):
    assert "Likes Tea" in orders[1].text and "SKU" not in orders[1].text
    assert "Likes 10" in plays[1].text


def test_the_card_says_what_a_like_is(orders, plays, members):
    assert "every interaction, since there are no ratings" in orders[1].text
    assert "every count from 1 up" in plays[1].text
    assert "every interaction, since there are no ratings" in members[1].text
    for _, page in (orders, plays, members):
        assert "300 users, 60 items" in page.text
        assert "strong generalisation" in page.text


def test_columns_of_numbers_are_told_apart_from_words_that_begin_with_one():
    cells = {"because of": "12 Monkeys", "minutes": "0.5"}
    cells = Page(html_table("A & B", [("<1>", cells)])).tags
    kinds = [attributes.get("class") for tag, attributes in cells if tag == "td"]
    assert kinds == ["word", "number"]


def test_of_long_histories_the_first_likes_are_named():
    names = [str(n) for n in range(20)]
    assert enumerated(names[:2]) == "0, 1"
    assert enumerated(names[:15]).endswith("13, 14")
    assert enumerated(names).endswith("13, 14 and 5 more")


def test_people_get_reasons(members):
    _, page = members
    assert "Person 3" in page.text
    assert page.text.count("because of") == 6


def test_how_it_was_made(orders):
    _, page = orders
    assert "python 3." in page.text and "torch" in page.text
    assert "of 5 asked for" in page.text


def test_in_a_notebook_it_shows_the_answer_and_the_table(orders):
    contest, _ = orders
    html = contest._repr_html_()
    assert contest.answer[0].split(",")[0] in html and "<table>" in html
    assert "EASE" in repr(contest)


def test_an_interrupted_contest_has_its_page(data, tmp_path):
    def stop(line):
        if line.startswith("ItemKNN"):
            raise KeyboardInterrupt

    found = showdown(data, 5, QUICK, tmp_path / "out", say=stop)
    assert found.interrupted
    assert "The search was interrupted" in found.page.read_text("utf-8")
    assert found.table.loc["net", "verdict"] == "no result"


def test_without_any_result_there_is_no_page(data, monkeypatch, tmp_path):
    monkeypatch.setattr(search, "PATIENCE", 2)
    found = showdown(data, 1, [odd("refuse")], tmp_path / "out", say=str)
    assert found.page is None and not (tmp_path / "out/index.html").exists()
    assert "No model has a result yet: every trial" in found.answer[0]
    assert "No model has a result yet" in repr(found)
    assert "No model has a result yet" in found._repr_html_()


def test_a_search_that_ends_before_its_first_trial_says_so(data, monkeypatch, tmp_path):
    monkeypatch.setitem(showdown.__globals__, "search", lambda *question: False)
    found = showdown(data, 1, QUICK, tmp_path / "out", say=str)
    assert found.interrupted and found.page is None
    assert found.answer[0].startswith("No model has a result yet: no trial has ended.")
