"""The ranges of hyper-parameters: what is inside, what is not, and in which words."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import sparse

from recnb.models.checks import (
    check_above,
    check_at_least,
    check_before_epoch,
    check_below_one,
    check_dtype,
    check_likes,
    check_one_of,
    check_share,
)

RANGES = {
    "at least 2": (lambda *of: check_at_least(2, *of), (2, 2.5, np.inf), (1.9, -3)),
    "above 0": (lambda *of: check_above(0, *of), (1e-9, 1, np.inf), (0, -1)),
    "from 0 to 1": (check_share, (0, 0.5, 1), (-0.1, 1.1)),
    "from 0 to below 1": (check_below_one, (0, 0.99), (-0.1, 1, np.inf)),
}


@pytest.mark.parametrize("words", RANGES)
def test_a_value_inside_of_its_range_passes(words):
    check, inside, _ = RANGES[words]
    for value in inside:
        check(SimpleNamespace(a=value, b=value), "a", "b")


@pytest.mark.parametrize("words", RANGES)
def test_the_first_value_out_of_its_range_is_named(words):
    check, (good, *_), outside = RANGES[words]
    for bad in (*outside, np.nan):
        model = SimpleNamespace(a=good, b=bad, c=bad)
        with pytest.raises(ValueError, match=f"^b must be {words}, not {bad}\\.$"):
            check(model, "a", "b", "c")


def test_a_word_must_be_one_of_the_choices():
    choices = ("mean", "sum")
    check_one_of(choices, SimpleNamespace(how="sum"), "how")
    with pytest.raises(ValueError, match=r"how must be one of \('mean', 'sum'\), not"):
        check_one_of(choices, SimpleNamespace(how="median"), "how")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_single_and_double_precision_pass(dtype):
    check_dtype(dtype)


@pytest.mark.parametrize("dtype", ["float16", "double", None])
def test_other_types_are_refused(dtype):
    with pytest.raises(ValueError, match='dtype must be "float32" or "float64"'):
        check_dtype(dtype)


def test_likes_are_ones():
    likes = sparse.csr_array([[1.0, 0.0], [0.0, 1.0]])
    check_likes(likes, SimpleNamespace(), "leave_one_out")
    with pytest.raises(ValueError, match=r"^SimpleNamespace learns from .*\.in_words"):
        check_likes(2 * likes, SimpleNamespace(), "in_words")


def test_before_an_epoch_a_function_can_be_called_or_nothing():
    check_before_epoch(None)
    check_before_epoch(print)
    with pytest.raises(
        ValueError, match=r"takes a function of an epoch's number.*'it'"
    ):
        check_before_epoch("it")
