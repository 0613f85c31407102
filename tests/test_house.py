"""The house: what imports what, and a picture that is up to date."""

import pytest
from matplotlib.text import Annotation

from recnb.workshop import house

TOY = {"attic": {"hall", "cellar"}, "hall": {"cellar"}, "cellar": set()}


def test_the_picture_shows_the_house_as_it_is():
    """If this fails: python -m recnb house."""
    assert house.described() == house.in_words(house.uses())


def test_what_a_file_imports_is_seen_in_functions_and_of_folders():
    command_line = house.PACKAGE / "__main__.py"
    assert {"recnb.workshop.house", "recnb.data"} < house.imported_modules(command_line)
    assert {"workshop", "data", "site"} <= house.imported_rooms(command_line)
    assert house.module_of(house.PACKAGE / "data" / "__init__.py") == "recnb.data"


@pytest.mark.parametrize(
    ("room", "other", "may"),
    [
        ("widgets", "models", True),
        ("models", "widgets", False),
        ("models", "evaluation", False),
        ("site", "workshop", True),
        ("workshop", "lesson", True),
        ("models", "lesson", False),
        ("lesson", "data", False),
    ],
)
def test_imports_go_down(room, other, may):
    assert house.may_use(room, other) is may


def test_a_room_without_a_place_is_named():
    with pytest.raises(ValueError, match="cellar stands on no floor yet"):
        house.floor_of("cellar")


def test_arrows_that_follow_from_others_are_left_out():
    short = house.shortest(TOY)
    assert short == {"attic": {"hall"}, "hall": {"cellar"}, "cellar": set()}
    assert house.in_words(TOY).splitlines()[0] == "attic: cellar, hall"


def test_every_room_has_a_box_and_every_short_way_an_arrow():
    graph = house.uses()
    fig = house.drawn(graph)
    [ax] = fig.axes
    arrows = [text for text in ax.texts if isinstance(text, Annotation)]
    names = {text.get_text() for text in ax.texts} - {""}
    assert names == set(graph)
    assert len(arrows) == sum(map(len, house.shortest(graph).values()))


def test_the_picture_keeps_its_words_and_no_day(tmp_path):
    house.write(tmp_path / "house.svg")
    assert house.described(tmp_path / "house.svg") == house.in_words(house.uses())
    text = (tmp_path / "house.svg").read_text("utf-8")
    assert "dc:date" not in text
    house.write(tmp_path / "again.svg")
    assert (tmp_path / "again.svg").read_text("utf-8") == text
