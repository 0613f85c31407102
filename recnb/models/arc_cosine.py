"""The kernels of a ReLU net of infinite width: what depth does to an inner product.

Y. Cho and L. K. Saul: Kernel Methods for Deep Learning. NIPS 2009 (the arc-cosine
kernel). A. Jacot, F. Gabriel and C. Hongler: Neural Tangent Kernel: Convergence and
Generalization in Neural Networks. NeurIPS 2018.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

Kernel = Literal["ntk", "nngp", "linear"]
KERNELS = ("ntk", "nngp", "linear")


def relu_kernel(
    products: np.ndarray,
    a: np.ndarray,
    b: np.ndarray,
    depth: int = 1,
    kernel: Kernel = "ntk",
    bias: float = 0.0,
) -> np.ndarray:
    r"""Return the kernel of a ReLU net with `depth` hidden layers of infinite width.

    A hidden layer replaces the inner product s of two inputs with squared lengths a and
    b, which are at the angle theta, by

    .. math::

        s' = \frac{\sqrt{ab}}{\pi} \left(\sin \theta + (\pi - \theta) \cos \theta\right)
        + \beta,

    the inner product of what the layer's random units make of them (the NNGP kernel),
    and the tangent kernel t, which is s before the first layer, by

    .. math:: t' = s' + \frac{\pi - \theta}{\pi} t .

    Weights are scaled so that squared lengths stay as they are, but for :math:`\beta`.

    Parameters
    ----------
    products : float array of shape (n, m)
        Inner products of n inputs with m others.
    a, b : float arrays of shape (n,) and (m,)
        Squared lengths of either.
    depth : int
        Hidden layers, >= 0. Without any, the kernel is linear.
    kernel : {"ntk", "nngp", "linear"}
        The tangent kernel, that of the nets' random features, or ``products`` itself.
    bias : float
        :math:`\beta`, what the layers' offsets add to each product, the first one's
        included; >= 0. It is in the units of `products`: for rows of likes, in likes.

    Returns
    -------
    array of shape (n, m)
        Of the dtype of `products`. 0 with an input of length 0.

    Raises
    ------
    ValueError
        If there is no such kernel, or depth or bias is below 0.
    """
    check_kernel(depth, kernel, bias)
    s = products + bias
    a, b = (np.asarray(squares, s.dtype) + bias for squares in (a, b))
    t = s
    for _ in range(0 if kernel == "linear" else depth):
        lengths = np.multiply.outer(np.sqrt(a), np.sqrt(b))
        with np.errstate(divide="ignore", invalid="ignore"):  # an input of length 0
            cosine = np.nan_to_num(s / lengths).clip(-1, 1)
        theta = np.arccos(cosine)
        sine = np.sqrt((1 - cosine) * (1 + cosine))
        s = lengths * (sine + (np.pi - theta) * cosine) / np.pi + bias
        t = s + t * (np.pi - theta) / np.pi
        a, b = a + bias, b + bias
    return s if kernel == "nngp" else t


def relu_kernel_of_itself(
    a: np.ndarray, depth: int = 1, kernel: Kernel = "ntk", bias: float = 0.0
) -> np.ndarray:
    """Return the kernel of each input with itself, from its squared length a.

    Each layer adds the bias to the length; the tangent kernel is the sum of all layers.
    """
    check_kernel(depth, kernel, bias)
    layers = np.arange(1, 1 + (depth + 1 if kernel != "linear" else 1))
    of_layers = np.asarray(a)[..., np.newaxis] + bias * layers
    return of_layers.sum(axis=-1) if kernel == "ntk" else of_layers[..., -1]


def check_kernel(depth: int, kernel: str, bias: float) -> None:
    """Raise a ValueError unless there is such a kernel."""
    if kernel not in KERNELS:
        raise ValueError(f"kernel must be one of {KERNELS}, not {kernel!r}.")
    if depth < 0 or int(depth) != depth:
        raise ValueError(f"depth must be a whole number from 0 up, not {depth}.")
    if not 0 <= bias < np.inf:
        raise ValueError(f"bias must be a finite number from 0 up, not {bias}.")
