"""The figures of lesson 15 show the numbers that they are given."""

import numpy as np
import pandas as pd
import pytest

from recnb import plots
from recnb.plots import showdown
from recnb.plots.style import BLACK, BLUE

MINUTES = (1, 2, 5)


def curve(*means, ends=5.0):
    mean = np.array(means)
    table = {"mean": mean, "low": mean - 0.01, "high": mean + 0.01, "ends": ends}
    return pd.DataFrame(table, index=pd.Index(MINUTES, name="minutes"))


@pytest.fixture
def curves():
    return {
        "closed form": {"RDLAE": curve(0.40, 0.41, 0.42)},
        "nets": {"CDAE": curve(np.nan, 0.35, 0.38), "MultVAE": curve(0.3, 0.4, 0.41)},
    }


EASE = curve(0.415, 0.415, 0.415)


def drawn(curves):
    return showdown.tuning_curves(curves, EASE, protocol="a split", least=0.3)


def test_each_panel_has_its_models_beside_ease_best_first(curves):
    fig = drawn(curves)
    assert [ax.get_title(loc="left") for ax in fig.axes] == list(curves)
    for ax, models in zip(fig.axes, curves.values(), strict=True):
        assert {text.get_text() for text in ax.texts} == {"EASE", *models}
        lines = [line for line in ax.lines if len(line.get_xdata()) == len(MINUTES)]
        found = [line.get_ydata()[-1] for line in lines]
        ends = sorted((each["mean"].iloc[-1] for each in models.values()), reverse=True)
        assert found == [0.415, *ends]


def test_a_line_ends_in_a_bar_where_its_trials_end(curves):
    curves["closed form"]["RDLAE"] = curve(0.40, 0.42, 0.42, ends=1.5)
    curves["nets"]["CDAE"] = curve(np.nan, 0.35, 0.38, ends=9.0)
    fig = drawn(curves)
    lines = {tuple(line.get_xdata()): line for line in fig.axes[0].lines}
    assert list(lines[1.0, 1.5].get_ydata()) == [0.40, 0.42]
    assert lines[(1.5,)].get_marker() == "|"
    bars = [line for line in fig.axes[1].lines if line.get_marker() == "|"]
    assert len(bars) == 2  # EASE's and MultVAE's: CDAE is not done


def test_the_title_is_the_protocol_and_the_ticks_are_the_minutes(curves):
    fig = drawn(curves)
    assert fig.get_suptitle() == "a split"
    ticks = [label.get_text() for label in fig.axes[0].get_xticklabels()]
    assert ticks == ["1", "2", "5"]


def test_too_many_models_for_a_panel_are_refused(curves):
    curves["nets"] = {str(i): EASE for i in range(10)}
    with pytest.raises(ValueError, match="has 10 models"):
        drawn(curves)
    curves["nets"] = {}
    with pytest.raises(ValueError, match="has 0 models"):
        drawn(curves)


def test_each_model_has_a_colour_of_its_own_in_all_panels(curves):
    fig = drawn(curves)
    names = {
        (text.get_text(), text.get_color()) for ax in fig.axes for text in ax.texts
    }
    assert len(names) == 4  # EASE's is the same in both
    assert len({color for _, color in names}) == 4


def test_more_models_than_colours_are_refused():
    nine = {str(i): EASE for i in range(9)}
    with pytest.raises(ValueError, match="27 models"):
        drawn({title: nine for title in "abc"})


def test_names_are_spread_and_stay_on_the_axis():
    found = showdown.spread([0.5, 0.5, 0.5, 0.99, 1.0], 0.1)
    assert np.diff(found).min() >= 0.1 - 1e-12
    assert found[0] == 0.5
    assert found[-1] <= 1
    assert showdown.spread([0.2, 0.8], 0.1) == [0.2, 0.8]
    with pytest.raises(ValueError, match="12 names"):
        showdown.spread([0.5] * 12, 0.1)


@pytest.fixture
def table():
    return pd.DataFrame(
        {
            "kind": ["closed form", "net", "net", "convex"],
            "seconds": [1.0, 10.0, 20.0, 2.0],
            "NDCG@100": [0.40, 0.42, 0.41, 0.39],
        },
        index=["EASE", "MultVAE", "CDAE", "SLIM"],
    )


def test_the_front_is_what_no_model_beats(table):
    cost, quality = table["seconds"], table["NDCG@100"]
    assert list(showdown.front(cost, quality)) == ["EASE", "MultVAE"]
    assert list(showdown.front(cost, quality, more_is_better=True)) == [
        "MultVAE",
        "CDAE",
    ]


def test_models_that_are_equal_are_both_on_the_front():
    one = pd.Series([1.0, 1.0], index=["a", "b"])
    assert list(showdown.front(one, one)) == ["a", "b"]


def test_every_model_is_a_named_point_and_the_front_is_bold(table):
    fig = showdown.quality_against(table, "seconds", protocol="a split")
    (ax,) = fig.axes
    names = {text.get_text(): text.get_fontweight() for text in ax.texts}
    assert {name for name, weight in names.items() if weight == "bold"} == {
        "EASE",
        "MultVAE",
    }
    assert set(names) == set(table.index)
    points = np.vstack([each.get_offsets() for each in ax.collections])
    assert {tuple(point) for point in points} == set(
        map(tuple, table[["seconds", "NDCG@100"]].to_numpy())
    )


def test_names_of_neighbours_do_not_cover_each_other(table):
    close = pd.concat([table, table.rename(lambda name: f"{name} again")])
    fig = showdown.quality_against(close, "seconds", protocol="a split")
    fig.draw_without_rendering()
    boxes = [text.get_window_extent() for text in fig.axes[0].texts]
    pairs = [(a, b) for i, a in enumerate(boxes) for b in boxes[:i]]
    assert not any(a.overlaps(b) for a, b in pairs)


def test_no_name_stands_on_the_line_of_the_front(table):
    fig = showdown.quality_against(table, "seconds", protocol="a split")
    fig.draw_without_rendering()
    (ax,) = fig.axes
    line = ax.lines[-1].get_xydata()
    pixels = ax.transData.transform(showdown._along(line, 0.001))
    boxes = [text.get_window_extent() for text in ax.texts]
    assert len(line) > 1
    assert not any(box.contains(*at) for box in boxes for at in pixels)


def test_columns_and_costs_that_cannot_be_drawn_are_refused(table):
    with pytest.raises(ValueError, match="no column cost"):
        showdown.quality_against(table, "cost", protocol="a split")
    table["seconds"] = 0.0
    with pytest.raises(ValueError, match="pass log=False"):
        showdown.quality_against(table, "seconds", protocol="a split")
    showdown.quality_against(table, "seconds", protocol="a split", log=False)


def leads(models=("EASE", "SLIM", "MultVAE", "Popularity")):
    means = dict(zip(models, (0, -0.01, 0.005, -0.2), strict=False))
    kinds = {"EASE": "closed form", "SLIM": "convex", "MultVAE": "net"}
    return pd.DataFrame(
        [
            {
                "model": model,
                "kind": kinds.get(model, "closed form"),
                "seed": seed,
                "minus": mean + seed / 1000,
                "error": 0.001,
            }
            for model, mean in means.items()
            for seed in range(2)
        ]
    )


def test_leads_stand_in_order_without_the_rival():
    fig = plots.minus_rival({"toy": leads()}, rival="EASE", protocol="p", least=-0.03)
    (ax,) = fig.axes
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["Popularity", "SLIM", "MultVAE"]
    assert "← −.200" in [text.get_text() for text in ax.texts]  # off the axis, named
    bars = [line.get_xdata()[0] for line in ax.lines if line.get_color() == BLACK]
    assert sorted(bars) == pytest.approx([-0.0095, 0.0055])


def test_a_dataset_may_lack_a_model():
    panels = {"one": leads(), "two": leads(("EASE", "SLIM"))}
    fig = plots.minus_rival(panels, rival="EASE", protocol="p")
    assert len(fig.axes) == 2
    names = [label.get_text() for label in fig.axes[0].get_yticklabels()]
    assert names == ["Popularity", "SLIM", "MultVAE"]


def test_without_a_panel_there_is_no_figure():
    with pytest.raises(ValueError, match="no panel"):
        plots.minus_rival({}, rival="EASE", protocol="p")


def test_a_search_is_drawn_with_what_it_holds():
    fig = plots.search_drawn([2, 1, 4], [0.36, 0.41, 0.40], [0.37, 0.40, 0.42])
    (ax,) = fig.axes
    held = next(line for line in ax.lines if line.get_color() == BLUE)
    assert list(held.get_xdata())[:3] == [2, 3, 7]
    assert list(held.get_ydata())[:3] == [0.37, 0.40, 0.40]
    words = [text.get_text() for text in ax.texts]
    assert "trial 3" in words and any("who could know" in word for word in words)


def test_a_search_needs_numbers_for_each_trial():
    with pytest.raises(ValueError, match="a value for each trial"):
        plots.search_drawn([1, 2], [0.4], [0.4, 0.4])


def pairs():
    rows = [
        ("A", "B", 0.0012, False),
        ("A", "C", 0.0068, True),
        ("B", "C", 0.005, True),
    ]
    table = pd.DataFrame(rows, columns=["model", "rival", "lead", "stands"])
    return table.assign(error=0.002)


def test_every_pair_is_a_mark_with_its_lead_and_those_that_stand_are_squares():
    (ax,) = plots.pairs_grid(pairs(), protocol="p").axes
    words = [text.get_text().split("\n") for text in ax.texts]
    assert words == [["1.2", "0.6 e"], ["6.8", "3.4 e"], ["5.0", "2.5 e"]]
    assert [line.get_marker() for line in ax.lines] == ["o", "s", "s"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["A", "B"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["B", "C"]
    with pytest.raises(ValueError, match="no pair"):
        plots.pairs_grid(pairs().iloc[:0], protocol="p")


def test_a_panel_says_which_models_it_has_not():
    panels = {"one": leads(), "two": leads(("EASE", "SLIM"))}
    fig = plots.minus_rival(panels, rival="EASE", protocol="p", absent="none")
    assert [text.get_text() for text in fig.axes[1].texts] == ["none", "none"]
    assert "bar: mean" in fig.axes[1].get_xlabel()
    alone = leads().query("seed == 0").drop(columns="seed")
    fig = plots.minus_rival({"one": alone}, rival="EASE", protocol="p")
    assert "bar: mean" not in fig.axes[0].get_xlabel()
    assert not [line for line in fig.axes[0].lines if line.get_color() == BLACK]
