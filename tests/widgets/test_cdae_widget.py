"""Lesson 05's widget: from a stranger's list to one's own, and the counts are true."""

import re

import numpy as np
import pytest
import torch

import recnb
from recnb.evaluation import evaluate, weak_generalization
from recnb.experiments.cdae import some_users
from recnb.ground.training import seeded
from recnb.models import CDAE
from recnb.widgets import NodeView, node_slider
from recnb.widgets.cdae import LIST_LENGTH, SHARES

METRIC = "recall@20"
#: EASE's level; what it is does not matter here.
EASE = 0.321
#: Training rows of the users who are shown: not the first ones, not in order.
ROWS = np.array([30, 7, 99, 2, 55])


@pytest.fixture(scope="module")
def split():
    data = recnb.load("simulated")
    counts = np.bincount(data.items, minlength=data.n_items)
    return weak_generalization(data.keep_items(int(np.sort(counts)[-80])), seed=0)


@pytest.fixture(scope="module")
def group(split):
    return some_users(split.test, ROWS)


@pytest.fixture(scope="module")
def model(split):
    """A net whose nodes differ by so much that lists do, too."""
    settings = {"hidden": 8, "lr": 0.3, "epochs": 4, "patience": None}
    model = CDAE(**settings, batch_size=128).fit(split.train)
    with seeded(0), torch.no_grad():
        model.module_.V.normal_()
    return model


@pytest.fixture(scope="module")
def view(model, group, split):
    titles = list(split.item_table["title"])
    return NodeView(model, group, ROWS, titles, METRIC, "simulated, weak", EASE)


def listed(model, group, user):
    return model.recommend(group.history, LIST_LENGTH)[user]


def part(view, user):
    """Return the group of one user."""
    return some_users(view.group, np.array([user]))


def new_films(sentence):
    """Return the number and the titles of what a stranger would not get."""
    count = re.search(r"(\d+) of 10 films listed would not be on that", sentence)[1]
    named = re.search(r"same history(?:: (.*?))?\. Held-out films", sentence)[1]
    return int(count), named.split("; ") if named else []


def hits(sentence):
    found = re.search(r"on the list: (\d+)(?: \((.*)\))?\. All", sentence)
    return int(found[1]), found[2].split("; ") if found[2] else []


@pytest.mark.parametrize("user", range(len(ROWS)))
def test_no_share_is_a_stranger_s_list_and_a_whole_one_is_one_s_own(
    view, model, group, user
):
    own, stranger = (
        listed(each, group, user) for each in (model.for_users(ROWS), model)
    )
    assert new_films(view(share=0.0, user=user)[1]) == (0, [])
    expected = [view.titles[item] for item in own if item not in stranger]
    assert new_films(view(share=1.0, user=user)[1]) == (len(expected), expected)
    for share, items in ((0.0, stranger), (1.0, own)):
        wanted = group.heldout[[user]].indices
        expected = [view.titles[item] for item in items if item in wanted]
        assert hits(view(share=share, user=user)[1]) == (len(expected), expected)


def test_nodes_change_lists_and_some_of_what_is_listed_is_held_out(view):
    """Without this, the test above would compare nothing with nothing."""
    sentences = [view(share=1.0, user=user)[1] for user in range(len(ROWS))]
    assert sum(new_films(sentence)[0] for sentence in sentences) > 0
    assert sum(hits(sentence)[0] for sentence in sentences) > 0


def test_the_curve_is_measured_from_the_stranger_past_one_s_own(view, model, group):
    strangers, known = (
        evaluate(each, group, [METRIC]).metrics[METRIC]
        for each in (model, model.for_users(ROWS))
    )
    assert list(view.curve.index) == list(SHARES)
    assert view.curve.loc[0.0, "value"] == pytest.approx(strangers)
    assert view.curve.loc[1.0, "value"] == pytest.approx(known)
    twice = model.with_nodes(view.mean + 2 * (view.own[ROWS] - view.mean))
    expected = evaluate(twice, group, [METRIC]).metrics[METRIC]
    assert view.curve.loc[2.0, "value"] == pytest.approx(expected)


def test_figure_and_sentence_name_user_and_protocol(view, group):
    fig, sentence = view(share=0.5, user=3)
    left, right = fig.axes
    assert sentence.startswith(f"User 3, with {group.history[[3]].nnz} likes")
    assert "user 3" in right.get_title(loc="left")
    assert "simulated, weak" in fig.get_suptitle()
    assert METRIC in left.get_title(loc="left")
    assert [text.get_text() for text in left.texts] == [f"EASE, not drawn: {EASE}"]
    assert set(left.lines[1].get_xdata()) == {0.5}


@pytest.mark.parametrize("user", range(len(ROWS)))
def test_the_list_marks_what_the_node_brought_and_what_is_held_out(view, user):
    fig, sentence = view(share=1.0, user=user)
    lines = [text.get_text() for text in fig.axes[1].texts]
    assert len(lines) == LIST_LENGTH
    assert sum(line.startswith("+") for line in lines) == new_films(sentence)[0]
    assert sum(line.endswith("✓") for line in lines) == hits(sentence)[0]
    shown = [line.strip("+ ✓").removesuffix("…") for line in lines]
    listed_titles = [
        view.titles[item]
        for item in listed(view._model(1.0, [user]), part(view, user), 0)
    ]
    assert all(
        title.startswith(s) for title, s in zip(listed_titles, shown, strict=True)
    )


def test_the_sentence_says_what_the_curve_shows(view):
    levels = [view.curve.loc[share, "value"] for share in (0.0, 1.0, 2.0)]
    expected = "All 5 users: recall@20 {:.3f} without their nodes, {:.3f} with them, "
    expected = (expected + "{:.3f} with twice as much; EASE 0.321.").format(*levels)
    for share in (0.0, 0.7):
        assert view(share=share, user=1)[1].endswith(expected)


def test_the_controls_are_wired(view):
    slider = node_slider(view)
    values = {name: control.value for name, control in slider.controls.items()}
    assert values == {"share": 1, "user": 0}
    assert "with 100% of the own node" in slider.panel.value
    slider.controls["share"].value = 0.35
    assert "with 35% of the own node" in slider.panel.value
    before = slider.panel.value
    slider.controls["user"].value = 4
    assert slider.panel.value != before
    assert "alert" not in slider.panel.value


def test_every_user_and_both_ends_of_the_share_can_be_reached(view):
    slider = node_slider(view, share=0.5, user=2)
    share, user = (slider.controls[name] for name in ("share", "user"))
    assert (share.value, user.value) == (0.5, 2)
    user.value = user.max
    assert user.max == len(ROWS) - 1 and user.min == 0
    for end, text in ((share.min, "with 0%"), (share.max, "with 200%")):
        share.value = end
        assert text in slider.panel.value


def test_without_a_kernel_there_is_a_hint(view):
    assert node_slider(view).hint.startswith("[Two sliders stand here")
