"""A guess in words beside its answer."""

import pytest

from recnb.lesson import reveal_ranking, said


@pytest.mark.parametrize("guess", ["c", "C", " c "])
def test_a_right_letter_is_called_right(guess, capsys):
    said(guess, "c")
    assert capsys.readouterr().out.endswith(", and so it is.\n")


def test_another_letter_stands_beside_the_answer(capsys):
    said("b", "c")
    assert capsys.readouterr().out == "It is c. You said: b.\n"


@pytest.mark.parametrize("guess", [..., None])
def test_no_guess_is_said_so(guess, capsys):
    said(guess, "c")
    told = capsys.readouterr().out
    assert "You made no guess" in told
    assert "Ellipsis" not in told


def test_a_ranking_is_compared_pair_by_pair(capsys):
    reveal_ranking(["EASE", "SLIM", "MF"], ["EASE", "MF", "SLIM"])
    assert "2 of 3 pairs" in capsys.readouterr().out


def test_without_a_ranking_the_measured_one_is_shown(capsys):
    reveal_ranking(..., ["EASE", "MF"])
    words = capsys.readouterr().out
    assert "EASE, MF" in words and "no guess" in words


@pytest.mark.parametrize("guess", [["EASE"], ["EASE", "EASE"], ["EASE", "BPR"]])
def test_a_ranking_has_each_name_once(guess):
    with pytest.raises(ValueError, match="each of these once: EASE, MF"):
        reveal_ranking(guess, ["EASE", "MF"])
