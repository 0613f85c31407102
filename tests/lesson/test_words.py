"""A guess beside the measurement; a source beside what we measured."""

import numpy as np
import pandas as pd
import pytest

from recnb.lesson import Table, listed, reveal, said, source_says


def test_a_table_is_listed_row_by_row_and_a_series_number_by_number():
    table = pd.DataFrame(
        {"random": [0.4, 0.2], "time": [0.25, 0.305]}, ["EASE", "SVAE"]
    )
    assert listed(table) == "EASE 0.400, 0.250; SVAE 0.200, 0.305"
    assert listed(table["time"], "{:+.1f}") == "EASE +0.2; SVAE +0.3"


@pytest.mark.parametrize(
    ("guess", "words"),
    [
        (..., "You made no guess"),
        (None, "You made no guess"),
        (0.39, "within a tenth of it"),
        (0.30, "0.100 too low"),
        (0.9, "0.500 too high"),
        (np.float32(0.39), "within a tenth of it"),
        (40, "Did you mean 40%? Then write 0.4."),
        (40, "39.600 too high"),
    ],
)
def test_a_guess_is_set_beside_the_measurement(guess, words, capsys):
    reveal("NDCG@100", guess, 0.4)
    told = " ".join(capsys.readouterr().out.split())
    assert told.startswith("NDCG@100: measured 0.400.")
    assert words in told


@pytest.mark.parametrize("guess", [1.2, 3])
def test_a_guess_that_is_no_percent_is_judged_as_it_is(guess, capsys):
    reveal("weights of B / weights of A", guess, 0.588)
    told = capsys.readouterr().out
    assert "too high" in told and "%" not in told


def test_a_guess_is_a_number():
    with pytest.raises(TypeError, match="A guess is a number"):
        reveal("NDCG@100", "high", 0.4)


@pytest.mark.parametrize(
    ("guess", "words"),
    [("M1", "You said: M1"), (0, "You said: 0"), (..., "You made no guess")],
)
def test_a_guess_in_words_is_repeated(guess, words, capsys):
    said(guess)
    assert capsys.readouterr().out.startswith(words)


@pytest.mark.parametrize(
    ("guess", "words"),
    [("b", "It is c. You said: b."), (..., "It is c. You made no guess")],
)
def test_a_guess_in_words_is_set_beside_the_answer(guess, words, capsys):
    said(guess, "c")
    assert capsys.readouterr().out.startswith(words)


def test_the_source_table_is_readable_as_text_and_as_html():
    table = source_says([("60% <negative>", "57%", "It depends.")])
    assert "the source says: 60% <negative>" in repr(table)
    assert "<td" in table._repr_html_()
    assert "60% &lt;negative&gt;" in table._repr_html_()


def test_a_long_row_of_genres_in_a_table_can_be_broken_and_a_norm_cannot():
    shown = Table(["genres", "norm"], [["Crime|Film-Noir", "||x - y||²"]])._repr_html_()
    assert ">Crime|<wbr>Film-Noir</td>" in shown
    assert ">||x - y||²</td>" in shown
