"""Formulas as MathML: what is converted is whole, and what is not is refused."""

import re
from xml.etree import ElementTree

import pytest

from recnb.site.mathml import mathml

NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"


def words(formula):
    return "".join(ElementTree.fromstring(mathml(formula)).itertext())


def test_a_formula_is_an_element_of_its_kind():
    assert mathml("x_i").startswith("<math")
    assert 'display="inline"' in mathml("x_i")
    assert 'display="block"' in mathml("x_i", block=True)


def test_parts_stand_in_their_places():
    tree = ElementTree.fromstring(mathml(r"\frac{P_{ij}}{P_{jj}}"))
    over, under = tree.find(f".//{NAMESPACE}mfrac")
    assert "".join(over.itertext()) == "Pij"
    assert "".join(under.itertext()) == "Pjj"


@pytest.mark.parametrize("script", ["^2", "_F", " ^{-1}"])
def test_a_large_bracket_bears_no_exponent_itself(script):
    assert "<msup><mo" not in mathml(rf"\Bigl( x \Bigr){script}").replace(
        "msub", "msup"
    )
    assert words(rf"\Bigl( x \Bigr){script}").startswith("(x)")


@pytest.mark.parametrize("big", ["", r"\big", r"\Big", r"\bigl", r"\Bigr"])
@pytest.mark.parametrize("bar", [r"\lVert", r"\rVert", r"\Vert"])
def test_a_norm_has_bars_of_every_size(big, bar):
    assert words(f"{big}{bar} x") == "‖x"


def test_arg_is_a_word():
    assert words(r"\arg\min_B") == "argminB"


@pytest.mark.parametrize(
    ("formula", "spaces"),
    [
        (r"\log x", 1),
        (r"\log \sigma", 1),
        (r"\log\sigma", 1),
        (r"\log(x)", 0),
        (r"\log \left( x \right)", 0),
        (r"\log  \left( x \right)", 0),
        (r"\log_2 x", 0),
        (r"\sin x", 1),
    ],
)
def test_a_function_stands_apart_from_what_it_is_of(formula, spaces):
    assert mathml(formula).count("<mspace") == spaces


@pytest.mark.parametrize(
    ("formula", "tag", "scripts"),
    [
        ("x'", "mrow", []),
        ("f''", "mrow", []),
        ("x'_i", "msub", ["i"]),
        (r"W'^\top", "msup", ["⊤"]),
        (r"W'^\top_i", "msubsup", ["i", "⊤"]),
    ],
)
def test_a_prime_is_no_exponent(formula, tag, scripts):
    (part,) = ElementTree.fromstring(mathml(formula)).find(f"{NAMESPACE}mrow")
    assert part.tag == NAMESPACE + tag
    base = part[0] if scripts else part
    assert [each.tag for each in base] == [f"{NAMESPACE}mi", f"{NAMESPACE}mo"]
    assert base[1].text in "′″"
    behind = part[1:] if scripts else []
    assert ["".join(each.itertext()) for each in behind] == scripts


@pytest.mark.parametrize(
    ("formula", "belongs"),
    [
        ("-x", True),
        ("[-1, 1]", True),
        ("B = -P", True),
        ("e^{-x}", True),
        ("a - b", False),
        ("(a) - b", False),
        ("x' - b", False),
        (r"\lVert x \rVert - 1", False),
    ],
)
def test_a_sign_with_nothing_before_it_belongs_to_what_follows(formula, belongs):
    assert ('<mo form="prefix">−</mo>' in mathml(formula)) == belongs


@pytest.mark.parametrize(
    ("formula", "left", "right"),
    [
        (r"\operatorname{diag}(G)", "0", "0"),
        (r"D = \operatorname{diag} (G)", "0", "0"),
        (r"V \operatorname{diag}\left( \ell \right)", "0.167em", "0"),
        (r"\operatorname{tr} X", "0", "0.167em"),
        (r"\min(.2, x)", "0", "0"),
        (r"\min_B f", "0", "0.167em"),
    ],
)
def test_a_function_stands_at_its_bracket(formula, left, right):
    tree = ElementTree.fromstring(mathml(formula))
    names = [part for part in tree.iter() if re.fullmatch("[a-z]{2,}", part.text or "")]
    name = next(part for part in names if part.tag == f"{NAMESPACE}mo")
    assert (name.get("lspace"), name.get("rspace")) == (left, right)


def test_a_bar_is_a_line():
    assert words(r"\bar r") == "r‾"


@pytest.mark.parametrize("below", ["B", "{i < n}", r"\theta"])
def test_what_is_minimised_over_stands_below_where_there_is_room(below):
    formula = rf"\min_{below} f"
    assert "<munder>" in mathml(formula, block=True)
    assert "<munder>" not in mathml(formula)


@pytest.mark.parametrize(
    ("formula", "fault"),
    [
        (r"\notacommand{x}", r"\\notacommand is not known"),
        (r"\big\langle x", "is not known|cannot be converted"),
        (r"\frac{a}", "a part is missing in <mfrac>"),
        ("a & b", "cannot be converted"),
        (r"\left( x", "cannot be converted"),
        ("x_{", "cannot be converted"),
        ("", "cannot be converted"),
    ],
)
def test_what_cannot_be_converted_is_refused_with_the_formula(formula, fault):
    with pytest.raises(ValueError, match=fault) as raised:
        mathml(formula)
    assert repr(formula) in str(raised.value)
