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


def test_only_the_variational_ones_draw_a_code():
    drawn = {name: dict(chain).get("z") for name, chain in TAXONOMY.items()}
    assert drawn == {"AE": False, "DAE": False, "VAE": True, "MultVAE": True}


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


def test_schedules_show_weights_beside_quality():
    weights = pd.DataFrame({"slow": [0.0, 0.1], "at once": [0.2, 0.2]}, index=[1, 2])
    quality = pd.DataFrame({"slow": [0.3, 0.4], "at once": [0.3, 0.35]}, index=[1, 2])
    fig = plots.schedules(weights, quality, **P)
    left, right = fig.axes
    assert by_label(left) == weights.to_dict("list")
    assert by_label(right) == quality.to_dict("list")
    assert look_different(left.lines) and look_different(right.lines)
    assert right.get_title(loc="left") == "NDCG@100"
    assert legend(fig) == list(weights) and fig.get_suptitle() == "some data"


def stored(val, kl, active):
    return pd.DataFrame({"epoch": [1, 2], "val": val, "kl": kl, "active": active})


CURVES = {
    0.0: stored([0.3, 0.31], [10.0, 40.0], 200),
    0.2: stored([0.3, 0.36], [5.0, 12.0], 90),
    100.0: stored([0.2, 0.21], [0.2, 0.0], 0),
}


def test_the_beta_dial_singles_one_weight_out():
    fig = plots.beta_dial(CURVES, 0.2, **P)
    left, right = fig.axes
    *others, one = left.lines
    assert [list(x.get_ydata()) for x in others] == [[0.3, 0.31], [0.2, 0.21]]
    assert list(one.get_xdata()) == [1, 2] and list(one.get_ydata()) == [0.3, 0.36]
    assert one.get_linewidth() > max(x.get_linewidth() for x in others)
    assert [bar.get_height() for bar in right.patches] == [40, 12, 0]
    assert [bool(bar.get_hatch()) for bar in right.patches] == [False, True, False]
    assert texts(right) == ["200", "90", "0"]
    assert ticks(right.get_xticklabels()) == ["0", "0.2", "100"]
    assert fig.get_suptitle() == "β = 0.2 (some data)"
    assert "NDCG@100" in left.get_title(loc="left")
    assert left.get_legend() is None


def test_what_is_trained_now_stands_on_the_stored_curve():
    live = pd.DataFrame({"epoch": [1, 2], "val": [0.29, 0.35]})
    left, _ = plots.beta_dial(CURVES, 0.2, live=live, **P).axes
    now = left.lines[-1]
    assert list(now.get_ydata()) == [0.29, 0.35] and now.get_marker() == "x"
    names = [text.get_text() for text in left.get_legend().get_texts()]
    assert names == ["stored", "trained now"]


def test_the_table_has_vae_and_dae_side_by_side():
    rows = [
        (model, likelihood, seed, value + 0.02 * seed, 0.01)
        for model, likelihood, value in (
            ("VAE", "multinomial", 0.4),
            ("VAE", "logistic", 0.3),
            ("DAE", "multinomial", 0.2),
            ("DAE", "logistic", 0.1),
        )
        for seed in (0, 1)
    ]
    columns = ["model", "likelihood", "seed", "value", "error"]
    fig = plots.likelihood_table(pd.DataFrame(rows, columns=columns), **P)
    (ax,) = fig.axes
    cells = [container.lines[0] for container in ax.containers]
    expected = [[0.4, 0.42], [0.3, 0.32], [0.2, 0.22], [0.1, 0.12]]
    assert np.allclose([cell.get_ydata() for cell in cells], expected)
    places = [np.mean(cell.get_xdata()) for cell in cells]
    assert np.round(places).tolist() == [0, 1, 0, 1]
    assert places[0] < places[2] and places[1] < places[3]
    markers = [cell.get_marker() for cell in cells]
    assert markers[0] == markers[1] != markers[2] == markers[3]
    assert texts(ax) == ["0.410", "0.310", "0.210", "0.110"]
    assert ticks(ax.get_xticklabels()) == ["multinomial", "logistic"]
    assert legend(fig) == ["VAE", "DAE"]
    assert ax.get_title(loc="left").startswith("some data")
    assert ax.get_ylabel().startswith("NDCG@100")


@pytest.mark.parametrize("published", [None, ("source 2", 0.3456)])
def test_the_clinic_draws_both_evaluations_and_what_was_published(published):
    curves = pd.DataFrame({"masked": [0.3, 0.4], "unmasked": [0.2, 0.1]}, index=[1, 2])
    fig = plots.clinic(curves, published=published, **P)
    (ax,) = fig.axes
    masked, unmasked, *others = ax.lines
    assert list(masked.get_ydata()) == [0.3, 0.4]
    assert list(unmasked.get_ydata()) == [0.2, 0.1]
    assert look_different([masked, unmasked])
    assert "nothing masked: the mistake" in legend(fig) and len(legend(fig)) == 2
    if published:
        assert list(others[0].get_ydata()) == [0.3456, 0.3456]
        assert texts(ax) == ["source 2: 0.3456"]
    else:
        assert not others and not texts(ax)
    assert ax.get_title(loc="left") == "some data" and ax.get_ylim()[0] == 0
