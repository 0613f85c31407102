"""Lesson 06's figures draw the numbers that they are given."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import FancyArrowPatch, Rectangle

from recnb import plots
from recnb.plots.multvae import TAXONOMY

P = {"metric": "NDCG@100", "protocol": "some data"}


def texts(ax):
    return [text.get_text() for text in ax.texts]


def ticks(labels):
    return [label.get_text() for label in labels]


def by_label(ax):
    return {line.get_label(): list(line.get_ydata()) for line in ax.lines}


def legend(fig):
    return [text.get_text() for text in fig.legends[0].get_texts()]


def look_different(lines):
    return all(
        len({look(line) for line in lines}) == len(lines)
        for look in (lambda x: x.get_marker(), lambda x: x.get_linestyle())
    )


def boxed(ax):
    """Return each text that stands in a box, with its box."""
    boxes = {
        box.get_center()[0] + 1j * box.get_center()[1]: box
        for box in ax.patches
        if isinstance(box, Rectangle)
    }
    places = [(text, complex(*text.get_position())) for text in ax.texts]
    return [(text, boxes[place]) for text, place in places if place in boxes]


def test_the_taxonomy_dots_every_arrow_that_is_drawn_at_random():
    (ax,) = plots.taxonomy().axes
    boxes = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    arrows = [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]
    steps = [step for chain in TAXONOMY.values() for step in chain]
    assert len(boxes) == len(steps)
    dotted = [line.get_linestyle() == ":" for line in ax.lines]
    assert len(arrows) == len(dotted)
    drawn = [each for chain in TAXONOMY.values() for _, each in chain[1:]]
    assert dotted == drawn and 0 < sum(drawn) < len(drawn)
    assert set(texts(ax)) >= {*TAXONOMY, *(text for text, _ in steps)}
    assert "dotted" in texts(ax)[-1]
    faces = {text.get_text(): patch.get_facecolor() for text, patch in boxed(ax)}
    assert len({faces["z"], faces["μ, σ"], faces["x"]}) == 3
    assert "orange box: the code" in texts(ax)[-1]


def test_only_the_variational_ones_draw_a_code():
    drawn = {name: dict(chain).get("z") for name, chain in TAXONOMY.items()}
    variational = {"VAE": True, "MultVAE": True}
    assert drawn == {"AE": False, "DAE": False, "MultDAE": False, **variational}


def test_competing_items_stand_before_and_after():
    before = {"multinomial": np.array([0.5, 0.5]), "logistic": np.array([0.3, 0.4])}
    after = {"multinomial": np.array([0.7, 0.3]), "logistic": np.array([0.6, 0.4])}
    fig = plots.competing(["Alien", "Heat"], before, after, raised=1)
    assert "Heat goes up" in fig.get_suptitle()
    for ax, name in zip(fig.axes, before, strict=True):
        assert ax.get_title(loc="left") == name
        old, new = ax.containers
        assert [bar.get_height() for bar in old] == list(before[name])
        assert [bar.get_height() for bar in new] == list(after[name])
        assert not any(bar.get_hatch() for bar in old)
        assert all(bar.get_hatch() for bar in new)
        assert ticks(ax.get_xticklabels()) == ["Alien", "Heat"]
        assert ax.get_ylim()[1] > max(*before[name], *after[name])
    assert fig.axes[0].get_ylim() == fig.axes[1].get_ylim()
    assert legend(fig) == ["before", "after"]


def test_the_two_terms_have_a_panel_each():
    terms = {
        "MultVAE": pd.DataFrame(
            {"log_likelihood": [-9.0, -7], "kl": [1.0, 30]}, [1, 2]
        ),
        "MultDAE": pd.DataFrame({"log_likelihood": [-9.0, -8], "kl": [0.5, 2]}, [1, 2]),
    }
    fig = plots.elbo_terms(terms, protocol="some data")
    left, right = fig.axes
    assert by_label(left) == {"MultVAE": [-9, -7], "MultDAE": [-9, -8]}
    assert by_label(right) == {"MultVAE": [1, 30], "MultDAE": [0.5, 2]}
    assert list(left.lines[0].get_xdata()) == [1, 2]
    assert look_different(left.lines) and look_different(right.lines)
    assert right.get_ylim()[0] == 0
    assert legend(fig) == list(terms) and fig.get_suptitle() == "some data"


def stored(val, kl_best, active):
    """Return a curve; the code's price in the last epoch is not that of the best."""
    facts = {"kl": [99.0, 98.0], "kl_best": kl_best, "active": active}
    return pd.DataFrame({"epoch": [1, 2], "val": val, **facts})


CURVES = {
    0.0: stored([0.3, 0.31], 40.0, 200),
    0.2: stored([0.3, 0.36], 12.0, 90),
    100.0: stored([0.2, 0.21], 0.0, 0),
}


LEVELS = {"EASE": 0.4, "Popularity": 0.22}


def dial(beta, **given):
    return plots.beta_dial(CURVES, beta, levels=LEVELS, **P, **given)


def test_the_beta_dial_has_the_best_of_every_weight_in_one_curve():
    fig = dial(0.2)
    left, right = fig.axes
    best, chosen, *levels = left.lines
    assert list(best.get_ydata()) == [0.31, 0.36, 0.21]
    assert list(chosen.get_xdata()) == [1] and list(chosen.get_ydata()) == [0.36]
    assert {x.get_label(): x.get_ydata()[0] for x in levels} == LEVELS
    assert legend(fig) == ["MultVAE", "β = 0.2", *LEVELS]
    for ax in (left, right):
        assert ticks(ax.get_xticklabels()) == ["0", "0.2", "100"]
    assert left.get_title(loc="left").startswith("NDCG@100, best epoch")


def test_the_beta_dial_singles_one_weight_out():
    fig = dial(0.2)
    _, right = fig.axes
    prices, chosen = right.lines
    assert list(prices.get_ydata()) == [40, 12, 0]
    assert list(chosen.get_xdata()) == [1] and list(chosen.get_ydata()) == [12]
    assert chosen.get_color() != prices.get_color()
    assert texts(right) == ["200", "90", "0"]
    assert fig.get_suptitle() == "β = 0.2 (some data)"


def test_what_is_trained_now_stands_beside_the_stored_net_of_that_epoch():
    live = pd.DataFrame({"epoch": [1], "val": [0.29]})
    left, _ = dial(100.0, live=live).axes
    then, now = left.lines[-2:]
    assert list(then.get_xdata()) == list(now.get_xdata()) == [2]
    assert list(then.get_ydata()) == [0.2] and then.get_label() == "stored, 1 epochs"
    assert list(now.get_ydata()) == [0.29] and now.get_marker() == "x"
    assert now.get_label() == "trained now, 1 epochs"


def test_the_leads_over_ease_stand_side_by_side_with_their_paired_errors():
    rows = [
        (model, likelihood, value + 0.02 * seed, 0.003 + 0.001 * seed)
        for model, likelihood, value in (
            ("VAE", "multinomial", -0.04),
            ("VAE", "logistic", 0.03),
            ("DAE", "multinomial", -0.02),
            ("DAE", "logistic", 0.01),
        )
        for seed in (0, 1)
    ]
    columns = ["model", "likelihood", "minus_ease", "minus_ease_error"]
    fig = plots.likelihood_leads(pd.DataFrame(rows, columns=columns), 0.416, **P)
    (ax,) = fig.axes
    cells = [container.lines[0] for container in ax.containers]
    expected = [[-0.04, -0.02], [0.03, 0.05], [-0.02, 0], [0.01, 0.03]]
    assert np.allclose([cell.get_ydata() for cell in cells], expected)
    for container in ax.containers:
        lengths = [np.ptp(bar[:, 1]) for bar in container.lines[2][0].get_segments()]
        assert np.allclose(lengths, [0.006, 0.008])
    places = [np.mean(cell.get_xdata()) for cell in cells]
    assert np.round(places).tolist() == [0, 1, 0, 1]
    assert places[0] < places[2] and places[1] < places[3]
    markers = [cell.get_marker() for cell in cells]
    assert markers[0] == markers[1] != markers[2] == markers[3]
    assert texts(ax) == ["-0.0300", "+0.0400", "-0.0100", "+0.0200"]
    assert ticks(ax.get_xticklabels()) == ["multinomial", "logistic"]
    assert legend(fig) == ["EASE, 0.416", "VAE", "DAE"]
    zero = ax.lines[0]
    assert set(zero.get_ydata()) == {0}
    assert zero.get_color() == plots.look("EASE").color
    assert ax.get_title(loc="left").startswith("some data")
    assert ax.get_ylabel().startswith("NDCG@100 minus EASE's")


@pytest.mark.parametrize("published", [None, ("source 2", 0.3456)])
def test_the_clinic_draws_both_evaluations_and_what_was_published(published):
    curves = pd.DataFrame({"masked": [0.3, 0.4], "unmasked": [0.2, 0.1]}, index=[1, 2])
    fig = plots.clinic(curves, ease=0.5, published=published, **P)
    (ax,) = fig.axes
    masked, unmasked, ease, *others = ax.lines
    assert list(masked.get_ydata()) == [0.3, 0.4]
    assert list(unmasked.get_ydata()) == [0.2, 0.1]
    assert look_different([masked, unmasked])
    assert set(ease.get_ydata()) == {0.5}
    assert ease.get_color() == plots.look("EASE").color != masked.get_color()
    names = ["seen films masked", "nothing masked: the mistake"]
    assert legend(fig) == [*names, "EASE, seen films masked"]
    if published:
        assert list(others[0].get_ydata()) == [0.3456, 0.3456]
        assert texts(ax) == ["source 2: 0.3456"]
    else:
        assert not others and not texts(ax)
    assert ax.get_title(loc="left") == "some data" and ax.get_ylim()[0] == 0
