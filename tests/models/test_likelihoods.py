"""Three likelihoods against SciPy's, and in which of them items compete."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from recnb.models import likelihoods as ll


@st.composite
def problems(draw, largest=1):
    """Scores of a few users, and what they have: whole numbers up to the largest."""
    shape = draw(st.integers(1, 4)), draw(st.integers(2, 8))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    return 2 * rng.normal(size=shape), rng.integers(0, largest + 1, shape) * 1.0


def numbers(name, scores, x, c1=1.0):
    return ll.log_likelihood(name, torch.tensor(scores), torch.tensor(x), c1).numpy()


@given(problem=problems(largest=3))
def test_multinomial_is_scipy_s_without_the_number_of_orders(problem):
    scores, x = problem
    n_orders = special.gammaln(x.sum(1) + 1) - special.gammaln(x + 1).sum(1)
    theirs = stats.multinomial.logpmf(x, x.sum(1), special.softmax(scores, axis=1))
    np.testing.assert_allclose(
        numbers("multinomial", scores, x), theirs - n_orders, atol=1e-8
    )


@given(problem=problems())
def test_logistic_is_a_coin_an_item(problem):
    scores, x = problem
    theirs = stats.bernoulli.logpmf(x, special.expit(scores)).sum(axis=1)
    np.testing.assert_allclose(numbers("logistic", scores, x), theirs)


@given(problem=problems(), c1=st.floats(0.1, 50))
def test_gaussian_is_a_normal_density_without_its_constant(problem, c1):
    scores, x = problem
    c = np.where(x == 1, c1, 1)
    constant = 0.5 * np.log(c / (2 * np.pi))
    theirs = (stats.norm.logpdf(x, scores, c**-0.5) - constant).sum(axis=1)
    np.testing.assert_allclose(numbers("gaussian", scores, x, c1), theirs, atol=1e-10)


@given(problem=problems(), c1=st.floats(0.1, 50))
def test_gradients_are_what_is_there_minus_what_is_expected(problem, c1):
    scores, x = problem
    expected = {
        "multinomial": x - x.sum(1, keepdims=True) * special.softmax(scores, axis=1),
        "logistic": x - special.expit(scores),
        "gaussian": np.where(x == 1, c1, 1) * (x - scores),
    }
    for name, gradient in expected.items():
        f = torch.tensor(scores, requires_grad=True)
        ll.log_likelihood(name, f, torch.tensor(x), c1).sum().backward()
        np.testing.assert_allclose(f.grad, gradient, atol=1e-12)


@pytest.mark.parametrize("name", ll.LIKELIHOODS)
def test_items_compete_in_the_multinomial_likelihood_only(name):
    """Elsewhere, what one item's score is worth does not depend on the others."""
    scores, x = torch.tensor([0.5, -1.0, 2.0]), torch.tensor([[1.0, 0.0, 1.0]])
    second = torch.autograd.functional.hessian(
        lambda f: ll.log_likelihood(name, f[None], x)[0], scores
    )
    between = second[~torch.eye(3, dtype=torch.bool)]
    assert (between > 0.01).all() if name == "multinomial" else (between == 0).all()


def test_a_constant_on_all_scores_says_nothing_to_a_softmax():
    scores, x = np.array([[0.5, -1.0, 2.0]]), np.array([[1.0, 0.0, 1.0]])
    for name in ll.LIKELIHOODS:
        same = np.allclose(numbers(name, scores + 3, x), numbers(name, scores, x))
        assert same == (name == "multinomial")


@pytest.mark.parametrize("name", ll.LIKELIHOODS)
def test_far_scores_do_not_overflow_and_nobody_s_row_touches_another(name):
    scores = np.float32([[1000, -1000, 0], [1, 2, 3]])
    x = np.float32([[0, 1, 0], [1, 0, 0]])
    both = numbers(name, scores, x)
    assert np.isfinite(both).all() and (both < 0).all()
    np.testing.assert_array_equal(numbers(name, scores[1:], x[1:]), both[1:])


def test_an_unknown_name_is_named():
    with pytest.raises(ValueError, match=r"one of \('multinomial'.*not 'poisson'"):
        numbers("poisson", np.zeros((1, 2)), np.zeros((1, 2)))
