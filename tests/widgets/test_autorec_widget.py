"""Lesson 03's widget: every stop is a prediction, with one rating changed."""

import numpy as np
import pytest
from scipy import sparse

import recnb
from recnb.evaluation import rating_holdout
from recnb.models import AutoRec
from recnb.widgets import ChangedRatingView, changed_rating_controls

USER = 7


@pytest.fixture(scope="module")
def split():
    return rating_holdout(recnb.load("simulated"), seed=0)


@pytest.fixture(scope="module")
def net(split):
    return AutoRec("user", hidden=10, l2=20, lr=0.02, epochs=4).fit(split.train)


@pytest.fixture(scope="module")
def view(split, net):
    return ChangedRatingView(net, split.train[[USER]], split.item_table["title"])


@pytest.fixture(scope="module")
def film(split):
    return int(split.train[[USER]].indices[0])


def changed(split, film, stars):
    dense = split.train[[USER]].toarray()
    dense[0, film] = stars
    return sparse.csr_array(dense)


@pytest.mark.parametrize("stars", [0, 1, 3])
def test_what_is_drawn_is_what_the_net_predicts(split, net, view, film, stars):
    before = net.predict(split.train[[USER]])[0]
    after = net.predict(changed(split, film, stars))[0]
    others = np.flatnonzero(split.train[[USER]].toarray()[0] == 0)
    moves = np.abs(after - before)[others]
    fig, sentence = view(film=film, stars=stars)
    was, now = fig.axes[0].lines
    found = np.abs(np.subtract(now.get_xdata(), was.get_xdata()))
    np.testing.assert_allclose(sorted(found), sorted(moves)[-8:], atol=1e-5)
    most = others[moves.argmax()]
    title = split.item_table["title"]
    assert f"{title[most]} moves most" in sentence
    assert f"from {before[most]:.2f} to {after[most]:.2f} stars" in sentence
    assert sentence.startswith(f"{title[film]}: ")
    name = ["no rating", "1 star", "2 stars", "3 stars", "4 stars", "5 stars"][stars]
    assert f"{name} now" in sentence


def test_the_rating_as_it_is_moves_nothing(split, view, film):
    stars = int(split.train[[USER]].toarray()[0, film])
    _, sentence = view(film=film, stars=stars)
    assert sentence.endswith("no prediction moves.")


def test_only_films_that_may_be_shown_are_and_none_that_the_user_has_rated(split, net):
    shown = np.arange(40)
    rated = set(split.train[[USER]].indices)
    view = ChangedRatingView(net, split.train[[USER]], split.item_table["title"], shown)
    assert set(view.shown) == set(shown) - rated
    _, sentence = view(film=int(next(iter(rated))), stars=1)
    assert f"Of {len(view.shown)} films" in sentence or "no prediction" in sentence


def test_an_item_based_net_is_refused(split):
    net = AutoRec("item", hidden=2, epochs=1).fit(split.train)
    with pytest.raises(ValueError, match='use kind="user"'):
        ChangedRatingView(net, split.train[[USER]], split.item_table["title"])


def test_menu_and_slider_are_wired(split, view):
    films = split.train[[USER]].indices[:5]
    explorer = changed_rating_controls(view, films, stars=2)
    values = {name: control.value for name, control in explorer.controls.items()}
    assert values == {"film": films[0], "stars": 2}
    assert explorer.panel.value.count(view.titles[films[0]]) >= 1
    assert explorer.hint.startswith("[A menu of films and a slider")
    before = explorer.panel.value
    explorer.controls["stars"].value = 0
    assert "no rating now" in explorer.panel.value
    assert explorer.panel.value != before
    explorer.controls["film"].value = int(films[3])
    assert view.titles[films[3]] in explorer.panel.value
    slider = explorer.controls["stars"]
    assert (slider.min, slider.max) == (0, 5)
    assert "arrow keys" in slider.tooltip
