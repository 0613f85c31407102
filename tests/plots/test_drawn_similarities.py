"""Lesson 11's drawing: what each of four models does with two vectors."""

import pytest

from recnb import plots
from recnb.models.ncf import MLPNet

NAMES = ["MF", "GMF", "MLP", "NeuMF"]


def texts(ax):
    return [text.get_text() for text in ax.texts]


def boxes(ax):
    """Return the widths of a panel's boxes, and their names, from the bottom up."""
    names = [t for t in texts(ax) if t in ("p", "q", "4k", "2k", "k")]
    return list(zip(names, (box.get_width() for box in ax.patches), strict=False))


@pytest.fixture(scope="module")
def panels():
    fig = plots.four_similarities()
    assert [ax.get_title() for ax in fig.axes] == NAMES
    return dict(zip(NAMES, fig.axes, strict=True))


def test_a_product_multiplies_and_only_gmf_weighs(panels):
    for name in ("MF", "GMF", "NeuMF"):
        assert "multiply entry\nby entry" in texts(panels[name])
    weighed = [name for name in NAMES if "times w, learned" in texts(panels[name])]
    assert weighed == ["GMF", "NeuMF"]


def test_the_layers_are_those_of_the_net(panels):
    net = MLPNet(1, 1, d=5, factors=3)
    widths = [layer.out_features / 3 for layer in net.layers[::2]]
    for name in ("MLP", "NeuMF"):
        found = {label: w for label, w in boxes(panels[name]) if "k" in label}
        assert found == {"4k": 4, "2k": 2, "k": 1}
    assert widths == [4, 2, 1]


def test_an_mlp_s_vectors_stand_side_by_side(panels):
    p, q = panels["MLP"].patches[:2]
    assert p.get_x() + p.get_width() == pytest.approx(q.get_x())
    p, q = panels["MF"].patches[:2]
    assert p.get_x() + p.get_width() < q.get_x()


def test_neumf_has_vectors_of_its_own_for_each_part_and_adds(panels):
    assert [name for name, _ in boxes(panels["NeuMF"])][:4].count("p") >= 1
    assert texts(panels["NeuMF"]).count("p") == 2 == texts(panels["NeuMF"]).count("q")
    assert "add: score φ" in texts(panels["NeuMF"])
