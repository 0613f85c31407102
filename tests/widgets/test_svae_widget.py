"""Lesson 07's widget: what it says of a walk is true, and an exchange is predicted."""

import re

import numpy as np
import pytest
from scipy import sparse

from recnb.evaluation import Group, Protocol
from recnb.models import SVAE
from recnb.widgets import HistoryView, history_sliders
from recnb.widgets.svae import LIST_LENGTH

N_USERS, N_ITEMS = 100, 30
TITLES = [f"Film {item} (19{item:02})" for item in range(N_ITEMS)]
SETTINGS = {"embedding": 8, "hidden": 16, "width": 12, "latent": 6, "k": 1, "lr": 0.02}


def rows(histories):
    """Return ordered histories as a matrix of places in time, from 1."""
    dense = np.zeros((len(histories), N_ITEMS), dtype=np.float32)
    for row, items in zip(dense, histories, strict=True):
        row[items] = 1 + np.arange(len(items))
    return sparse.csr_array(dense)


@pytest.fixture(scope="module")
def histories():
    """Return histories that go up or down the catalogue, as their first step does."""
    rng = np.random.default_rng(0)
    return [
        (rng.integers(N_ITEMS) + rng.choice([-1, 1]) * np.arange(length)) % N_ITEMS
        for length in rng.integers(8, 16, N_USERS)
    ]


@pytest.fixture(scope="module")
def group(histories):
    """Hold out the last two films of all users but the last, who has one film."""
    shown = [history[:-2] for history in histories[:-1]] + [histories[-1][:1]]
    hidden = [history[-2:] for history in histories[:-1]] + [histories[-1][1:]]
    order, heldout = rows(shown), rows(hidden)
    heldout.data[:] = 1
    protocol = Protocol("toy", "toy", False, 0, ("NDCG@100",))
    users, popularity = np.arange(N_USERS), np.ones(N_ITEMS)
    return Group(
        "test", protocol, users, order.sign(), heldout, popularity, order=order
    )


def fitted(histories, memory, epochs):
    model = SVAE(memory=memory, epochs=epochs, batch_steps=150, **SETTINGS)
    return model.fit(rows(histories))


@pytest.fixture(scope="module")
def view(histories, group):
    return HistoryView(fitted(histories, "gru", 12), group, TITLES, "toy, by time")


@pytest.fixture(scope="module")
def orderless(histories, group):
    return HistoryView(fitted(histories, "mean", 3), group, TITLES, "toy, by time")


def found(sentence):
    """Return the film that came next, its place, and how many listed come later."""
    pattern = r"came next, (.*), stands at place (\d+); (\d+) of the 10 films listed "
    film, place, n = re.search(pattern + r"comes? later\.", sentence).groups()
    return film, int(place), int(n)


def moved(sentence):
    """Return the place after an exchange, the one before, and how many are new."""
    pattern = (
        r"exchanged: place (\d+) (?:as before|instead of (\d+)), and (\d+) of the 10 "
        r"films listed (?:are others|is another)\.$"
    )
    now, before, n = re.search(pattern, sentence).groups()
    return int(now), int(before or now), int(n)


def expected(view, items, shown, wanted):
    """Rank by sorting, in a loop of its own: the place, and the list."""
    scores = view.model.predict(rows([items[:shown]]))[0]
    seen = set(items[:shown])
    ranking = [item for item in np.argsort(-scores, kind="stable") if item not in seen]
    return 1 + ranking.index(wanted), ranking[:LIST_LENGTH]


def kinds(fig):
    """Return what is written at each bar of the list, film by film."""
    ax = fig.axes[1]
    names = [label.get_text() for label in ax.get_yticklabels()]
    return dict(zip(names, (text.get_text().strip() for text in ax.texts), strict=True))


# ---- what is said ----


@pytest.mark.parametrize("user", [0, 3, 7])
@pytest.mark.parametrize("step", [1, 4])
def test_place_and_list_are_those_of_the_first_films(view, histories, user, step):
    items = histories[user][:-2]
    place, listed = expected(view, items, step, items[step])
    later = [item for item in listed if item in items[step:]]
    fig, sentence = view(user, step)
    start = f"User {user}, after {step} of {len(items)} films (last: "
    assert sentence.startswith(f"{start}{TITLES[items[step - 1]]}): the film that")
    assert found(sentence) == (TITLES[items[step]], place, len(later))
    assert list(kinds(fig)) == [TITLES[item] for item in listed]
    for item in listed:
        known = "comes later" if item in later else ""
        known = "held out" if item in histories[user][-2:] else known
        known = "comes next" if item == items[step] else known
        assert kinds(fig)[TITLES[item]] == known


def test_the_path_has_the_place_of_every_step(view, histories):
    items = histories[5][:-2]
    path = view(5, 2)[0].axes[0].lines[0].get_ydata()
    places = [expected(view, items, t, items[t])[0] for t in range(1, len(items))]
    assert list(path[:-1]) == places and np.isnan(path[-1])
    assert len(set(places)) > 1


def test_bars_are_probabilities_among_the_unseen(view, histories):
    items = histories[0][:3]
    scores = view.model.predict(rows([items]))[0]
    odds = np.exp(np.delete(scores, items))
    widths = [bar.get_width() for bar in view(0, 3)[0].axes[1].patches]
    np.testing.assert_allclose(widths, np.sort(odds / odds.sum())[:-11:-1], rtol=1e-4)


def test_after_the_last_film_held_out_ones_are_counted(view, histories):
    for user in (0, 3, 7):
        items, hidden = histories[user][:-2], histories[user][-2:]
        _, listed = expected(view, items, len(items), hidden[0])
        n = len(set(listed) & set(hidden))
        verb = "is" if n == 1 else "are"
        fig, sentence = view(user, len(items))
        told = f"{n} of the 10 films listed {verb} among the 2 held out."
        assert sentence.endswith(f"(last: {TITLES[items[-1]]}): {told}")
        assert list(kinds(fig).values()).count("held out") == n


def test_a_model_that_knows_the_order_finds_what_comes_next(view):
    """Without this, the tests around would compare noise with noise."""
    places = [found(view(user, 5)[1])[1] for user in range(10)]
    assert np.median(places) <= 2


def test_figure_names_user_and_protocol(view):
    title = view(3, 4)[0].get_suptitle()
    assert title.startswith("User 3, after 4 of") and title.endswith("(toy, by time)")


# ---- too far ----


def test_more_films_than_there_are_show_all_of_them(view, histories):
    n = len(histories[0]) - 2
    whole, told = view(0, n)
    clipped, words = view(0, 99)
    assert words == f"{told} There are no 99 films in this history."
    assert clipped.get_suptitle() == whole.get_suptitle()


def test_an_exchange_further_back_than_the_first_film_is_one_with_the_first(view):
    assert view(0, 4, swap=9)[1] == view(0, 4, swap=3)[1]
    assert "the one 3 places before it exchanged" in view(0, 4, swap=9)[1]


def test_a_single_film_has_none_to_be_exchanged_with(view):
    assert view(0, 1, swap=5)[1] == view(0, 1)[1]
    assert view(N_USERS - 1, 1)[1].startswith(f"User {N_USERS - 1}, after 1 of 1 films")


# ---- the exchange ----


@pytest.mark.parametrize(("swap", "words"), [(1, "before it"), (2, "2 places before")])
def test_an_exchange_is_predicted_anew(view, histories, swap, words):
    items, step = histories[3][:-2].copy(), 5
    place, listed = expected(view, items, step, items[step])
    items[[4, 4 - swap]] = items[[4 - swap, 4]]
    exchanged, others = expected(view, items, step, items[step])
    fig, sentence = view(3, step, swap)
    assert sentence.startswith(view(3, step)[1])
    assert f" With the last film and the one {words}" in sentence
    assert moved(sentence) == (exchanged, place, len(set(others) - set(listed)))
    assert list(kinds(fig)) == [TITLES[item] for item in others]
    assert list(fig.axes[0].lines[3].get_ydata()) == [exchanged]
    assert "exchanged" in fig.get_suptitle()


def test_it_moves_the_film_that_came_next_if_order_matters(view):
    moves = [moved(view(user, 5, swap=1)[1]) for user in range(10)]
    assert np.mean([now > before for now, before, _ in moves]) > 0.5
    assert sum(new for *_, new in moves) > 0


def test_it_moves_nothing_if_the_memory_is_a_mean(orderless):
    for user in range(10):
        sentence = orderless(user, 5, swap=3)[1]
        now, before, new = moved(sentence)
        assert now == before and new == 0 and "as before" in sentence


def test_at_the_end_there_is_no_place_to_be_moved(view, histories):
    n = len(histories[3]) - 2
    sentence = view(3, n, swap=2)[1]
    others = r"exchanged: \d+ of the 10 films listed (is another|are others)\.$"
    assert re.search(others, sentence)


# ---- the sliders ----


def test_the_sliders_are_wired(view):
    explorer = history_sliders(view, step=5)
    values = {name: control.value for name, control in explorer.controls.items()}
    assert values == {"user": 0, "step": 5, "swap": 0}
    assert view(0, 5)[1] in explorer.panel.value
    for name, value, told in (
        ("step", 6, (0, 6, 0)),
        ("swap", 2, (0, 6, 2)),
        ("user", 9, (9, 6, 2)),
    ):
        explorer.controls[name].value = value
        assert view(*told)[1] in explorer.panel.value


def test_every_user_and_both_ends_can_be_reached(view, histories):
    explorer = history_sliders(view)
    user, step, swap = explorer.controls.values()
    assert (user.min, user.max) == (0, N_USERS - 1)
    assert (step.min, step.max) == (1, max(map(len, histories[:-1])) - 2)
    assert swap.min == 0
    for end in ("max", "min"):
        for control in (user, step, swap):
            control.value = getattr(control, end)
            assert "alert" not in explorer.panel.value
            assert "arrow keys" in control.tooltip


def test_without_a_kernel_there_is_a_hint(view):
    assert history_sliders(view).hint.startswith("[Three sliders stand here")


# ---- bad input ----


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"user": N_USERS, "step": 1}, "user must be from 0 to 99, not 100"),
        ({"user": -1, "step": 1}, "user must be from 0 to 99, not -1"),
        ({"user": 0, "step": 0}, "step must be at least 1"),
        ({"user": 0, "step": 1, "swap": -1}, "swap at least 0"),
    ],
)
def test_what_is_not_there_is_refused(view, values, message):
    with pytest.raises(ValueError, match=message):
        view(**values)


def test_histories_without_order_or_without_films_are_refused(view, group):
    protocol, users = group.protocol, group.users
    matrices = group.history, group.heldout, group.popularity
    unordered = Group("test", protocol, users, *matrices)
    with pytest.raises(ValueError, match="have no order"):
        HistoryView(view.model, unordered, TITLES, "toy")
    empty = Group("test", protocol, users, *matrices, order=group.order * 0)
    empty.order.eliminate_zeros()
    with pytest.raises(ValueError, match="User 3 has nothing in the history"):
        HistoryView(view.model, empty, TITLES, "toy")(3, 1)
