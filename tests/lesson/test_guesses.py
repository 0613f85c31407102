"""A guess in words beside its answer."""

import pytest

from recnb.lesson import said


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
