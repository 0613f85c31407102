"""A guess beside the measurement; a source beside what we measured."""

import numpy as np
import pytest

from recnb.lesson import reveal, source_says


@pytest.mark.parametrize(
    ("guess", "said"),
    [
        (..., "You made no guess"),
        (None, "You made no guess"),
        (0.39, "within a tenth of it"),
        (0.30, "0.100 too low"),
        (0.9, "0.500 too high"),
        (np.float32(0.39), "within a tenth of it"),
        (40, "Did you mean 40%? Then write 0.4."),
    ],
)
def test_a_guess_is_set_beside_the_measurement(guess, said, capsys):
    reveal("NDCG@100", guess, 0.4)
    out = capsys.readouterr().out
    assert out.startswith("NDCG@100: measured 0.400.")
    assert said in out


def test_a_guess_is_a_number():
    with pytest.raises(TypeError, match="A guess is a number"):
        reveal("NDCG@100", "high", 0.4)


def test_the_source_table_is_readable_as_text_and_as_html():
    table = source_says([("60% <negative>", "57%", "It depends.")])
    assert "the source says: 60% <negative>" in repr(table)
    assert "<td" in table._repr_html_()
    assert "60% &lt;negative&gt;" in table._repr_html_()
