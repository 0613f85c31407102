"""A claim: a value, what was expected of it, and the verdict in words."""

from __future__ import annotations

import math

from recnb.lesson.words import wrapped


def claim(
    what: str,
    value: float,
    expected: dict[str, tuple[float, float]],
    dataset: str,
    digits: int = 3,
) -> None:
    """Print a measured value beside its expectation, and fail if they disagree.

    A notebook runs on the real data and on the bundled dataset; the expectation is
    written down for each. On a dataset without one, the value is printed and the line
    says that nothing was expected.

    Parameters
    ----------
    what : str
        The claim in words.
    value : float
    expected : dict, dataset name -> (value, tolerance)
    dataset : str
        The dataset that `value` was measured on.
    digits : int
        Decimals to print.

    Raises
    ------
    AssertionError
        If the value is further from the expectation than the tolerance, or is NaN.
    """
    measured = f"{what}: {value:.{digits}f}"
    if dataset not in expected:
        print(wrapped(f"{measured} (no expectation is written down for {dataset})"))
        return
    target, tolerance = expected[dataset]
    promise = f"expected {target:.{digits}f} ± {tolerance:.{digits}f} on {dataset}"
    if math.isnan(value) or abs(value - target) > tolerance:
        raise AssertionError(f"{measured}, {promise}: NOT as expected")
    print(wrapped(f"{measured}, {promise}: as expected"))
