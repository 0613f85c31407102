"""The activation functions that the papers compare, by the names that they use."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional


def identity(x: Tensor) -> Tensor:
    """Return x as it is."""
    return x


ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "identity": identity,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": functional.relu,
    "relu6": functional.relu6,
    "lrelu": functional.leaky_relu,
    "elu": functional.elu,
    "selu": functional.selu,
}
#: Their values do not reach from 1 to 5, so they cannot give a rating as they are.
TOO_NARROW = ("sigmoid", "tanh")


def activation(name: str) -> Callable[[Tensor], Tensor]:
    """Return the activation function of this name.

    Raises
    ------
    ValueError
        If there is none.
    """
    try:
        return ACTIVATIONS[name]
    except KeyError:
        known = ", ".join(ACTIVATIONS)
        raise ValueError(
            f"There is no activation {name!r}; choose of {known}."
        ) from None
