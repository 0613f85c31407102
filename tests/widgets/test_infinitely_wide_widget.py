"""Lesson 14's widget: every stop of its sliders is the InfiniteAE of these settings."""

from dataclasses import replace

import numpy as np
import pytest

import recnb
from recnb.evaluation import evaluate, paired_difference, strong_generalization
from recnb.models import EASE, InfiniteAE
from recnb.widgets import KernelView, kernel_sliders

N, DEPTHS, L2S = 300, (0, 1, 3), (0.5, 2, 4)


@pytest.fixture(scope="module")
def split():
    return strong_generalization(recnb.load("simulated"), seed=0)


@pytest.fixture(scope="module")
def view(split):
    return KernelView(split, N, DEPTHS, L2S, "simulated")


def judged(model, split):
    return evaluate(model, split.val, ["NDCG@100"])


def quality(model, split):
    return judged(model, split).metrics["NDCG@100"]


def told(sentence, before):
    """Return the number behind some words."""
    return float(sentence.partition(before)[2].split()[0].rstrip(".;,"))


def test_so_many_training_users_are_drawn_by_their_seed(split, view):
    rows = {tuple(row) for row in split.train.toarray()}
    drawn = [tuple(row) for row in view.X.toarray()]
    assert len(drawn) == N and set(drawn) <= rows
    again = KernelView(split, N, [1], [4], "p")
    np.testing.assert_array_equal(again.X.toarray(), view.X.toarray())
    other = KernelView(split, N, [1], [4], "p", seed=1)
    assert (other.X != view.X).nnz


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("l2", L2S)
def test_the_scores_are_those_of_the_package(split, view, depth, l2):
    model = InfiniteAE(depth, l2).fit(view.X)
    expected = model.predict(split.val.history)
    np.testing.assert_allclose(view.scores(depth, l2), expected, atol=2e-4)
    here = told(view(depth=depth, l2=l2)[1], "NDCG@100 ")
    assert here == pytest.approx(quality(model, split), abs=2e-4)


def test_a_stop_changes_nothing_of_the_next(view):
    before = view.scores(1, 4)
    view.scores(1, 0.5), view.scores(3, 4)
    np.testing.assert_array_equal(view.scores(1, 4), before)


def test_ease_and_ridge_learn_from_the_same_users_with_their_best_penalty(split, view):
    mean_likes = view.X.sum() / N
    eases = {l2: quality(EASE(l2 * mean_likes).fit(view.X), split) for l2 in L2S}
    ridges = {
        l2: quality(InfiniteAE(kernel="linear", l2=l2).fit(view.X), split) for l2 in L2S
    }
    assert view.ease_l2 == max(eases, key=eases.get)
    assert view.ridge_l2 == max(ridges, key=ridges.get)
    sentence = view(depth=1, l2=4)[1]
    near = {"abs": 2e-4}
    assert told(sentence, "EASE's ") == pytest.approx(eases[view.ease_l2], **near)
    assert told(sentence, "ridge's ") == pytest.approx(ridges[view.ridge_l2], **near)
    assert f"(its best λ: {view.ease_l2:g} times)" in sentence
    assert f"(its best: {view.ridge_l2:g} times)" in sentence
    assert len({round(each, 4) for each in (*eases.values(), *ridges.values())}) == 6


def test_differences_are_paired(split, view):
    ours = judged(InfiniteAE(1, 2).fit(view.X), split)
    ease = judged(EASE(view.ease_l2 * view.X.sum() / N).fit(view.X), split)
    gap = paired_difference(ours, ease, "NDCG@100")
    sentence = view(depth=1, l2=2)[1]
    assert told(sentence, "That is ") == pytest.approx(gap.mean, abs=2e-4)
    assert told(sentence, "± ") == pytest.approx(gap.standard_error, abs=1e-4)


def test_the_linear_kernel_with_ridges_penalty_is_ridge(view):
    sentence = view(depth=0, l2=view.ridge_l2)[1]
    assert told(sentence, "times) and ") == pytest.approx(0, abs=1e-4)
    assert told(sentence, "NDCG@100 ") == pytest.approx(
        told(sentence, "ridge's "), abs=1e-4
    )


def test_the_sentence_and_the_figure_say_the_same(split, view):
    fig, sentence = view(depth=3, l2=2)
    assert sentence.startswith(
        "Depth 3, λ = 2 times the mean of the kernel's diagonal: validation NDCG@100 "
    )
    assert " on 375 users, learned from 300. " in sentence
    left, right = fig.axes
    shown = {text.get_text() for text in right.texts}
    for before, words in (
        ("", "NDCG@100 "),
        ("", "ridge's "),
        ("EASE (best λ): ", "EASE's "),
    ):
        assert f"{before}{told(sentence, words):.4f}" in shown
    names = [text.get_text() for text in right.get_yticklabels()]
    assert names == ["ridge\n(best λ)", "NTK, depth 3"]
    assert fig.get_suptitle() == "depth 3, λ = 2; simulated"
    labels = [text.get_text() for text in left.get_legend().get_texts()]
    assert labels == ["other depths", "depth 3"]


def test_without_a_layer_it_is_called_linear(view):
    _, right = view(depth=0, l2=2)[0].axes
    names = [text.get_text() for text in right.get_yticklabels()]
    assert names[-1] == "linear\n(depth 0)"


def test_the_curves_are_the_kernels_of_unit_vectors(view):
    np.testing.assert_allclose(view.curves[0], np.linspace(0, 1, 101))
    for depth in DEPTHS:
        assert view.curves[depth][-1] == pytest.approx(1)
    # One layer, at a right angle: s' = 1/π, and t' = s' + 0 of at most 2.
    assert view.curves[1][0] == pytest.approx(1 / np.pi / 2)
    assert view.curves[3][0] > view.curves[1][0] > 0
    assert view.curves[3][80] < view.curves[1][80] < 0.8


def test_the_axes_stand_still_and_every_stop_is_on_them(view):
    figures = {(d, l2): view(depth=d, l2=l2)[0] for d in DEPTHS for l2 in L2S}
    limits = {
        tuple((ax.get_xlim(), ax.get_ylim()) for ax in fig.axes)
        for fig in figures.values()
    }
    assert len(limits) == 1
    for fig in figures.values():
        right = fig.axes[1]
        low, high = right.get_xlim()
        assert all(low < x < high for each in right.lines for x in each.get_xdata())


def test_histories_of_a_film_that_no_drawn_user_has_are_scored(split):
    train = split.train.copy()
    train.data[train.indices == 0] = 0
    train.eliminate_zeros()
    view = KernelView(replace(split, train=train), 50, [2], [4], "p")
    scores = view.scores(2, 4)
    assert np.isfinite(scores).all() and not scores[:, 0].any()
    assert np.abs(scores).max() > 1e-3


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"depths": []}, "need a value each"),
        ({"l2s": []}, "need a value each"),
        ({"l2s": [0, 4]}, "Each l2 must be a finite number above 0"),
        ({"l2s": [4, np.inf]}, "Each l2 must be a finite number above 0"),
        ({"depths": [1, -1]}, "depth must be a whole number from 0 up, not -1"),
        ({"depths": [1.5]}, "depth must be a whole number from 0 up, not 1.5"),
        ({"n_users": 0}, "n_users must be a whole number from 1 to 2250, not 0"),
        ({"n_users": 2251}, "n_users must be a whole number from 1 to 2250, not 2251"),
        ({"n_users": 9.5}, "n_users must be a whole number from 1 to 2250, not 9.5"),
    ],
)
def test_what_makes_no_kernel_is_refused(split, changed, words):
    settings = {"n_users": N, "depths": DEPTHS, "l2s": L2S} | changed
    with pytest.raises(ValueError, match=words):
        KernelView(split, protocol="p", **settings)


def test_a_kernel_needs_validation_users(split):
    with pytest.raises(ValueError, match="no validation users"):
        KernelView(replace(split, val=None), N, DEPTHS, L2S, "p")


def test_other_values_than_those_of_the_view_are_refused(view):
    with pytest.raises(ValueError, match="depth = 2 is none of 0, 1, 3"):
        view(depth=2, l2=4)
    with pytest.raises(ValueError, match=r"λ = 1 is none of 0.5, 2, 4"):
        view(depth=1, l2=1)


def test_the_sliders_are_wired(view):
    widget = kernel_sliders(view)
    assert "Depth 1, λ = 4 times" in widget.panel.value
    widget.controls["depth"].value = 3
    assert "Depth 3, λ = 4 times" in widget.panel.value
    widget.controls["l2"].value = 0.5
    assert "Depth 3, λ = 0.5 times" in widget.panel.value
    assert widget.controls["depth"].options == (("0", 0), ("1", 1), ("3", 3))
    assert widget.controls["l2"].options == (("0.5", 0.5), ("2", 2), ("4", 4))
    assert widget.hint.startswith("[Two sliders stand here in a running notebook")


def test_the_sliders_start_only_at_their_stops(view):
    with pytest.raises(ValueError, match="depth = 2 is none of 0, 1, 3"):
        kernel_sliders(view, depth=2)
    with pytest.raises(ValueError, match=r"λ = 1 is none of 0.5, 2, 4"):
        kernel_sliders(view, l2=1)


def test_controls_say_how_they_are_moved_without_a_mouse(view):
    for control in kernel_sliders(view).controls.values():
        assert control.tooltip.endswith("; arrow keys move it")
