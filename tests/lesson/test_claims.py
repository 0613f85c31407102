"""A claim passes within its tolerance, fails outside it, and says which."""

import math

import pytest

from recnb.lesson import claim

EXPECTED = {"ml-1m": (0.42, 0.01)}


def test_as_expected(capsys):
    claim("NDCG@100", 0.4251, EXPECTED, "ml-1m")
    line = "NDCG@100: 0.425, expected 0.420 ± 0.010 on ml-1m: as expected\n"
    assert capsys.readouterr().out == line


@pytest.mark.parametrize("value", [0.431, 0.409, math.nan])
def test_not_as_expected(value):
    with pytest.raises(AssertionError, match="NOT as expected"):
        claim("NDCG@100", value, EXPECTED, "ml-1m")


def test_without_an_expectation_it_says_so(capsys):
    claim("NDCG@100", 0.1, EXPECTED, "simulated")
    words = " ".join(capsys.readouterr().out.split())
    assert "no expectation is written down for simulated" in words
