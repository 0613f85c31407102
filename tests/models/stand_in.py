"""A device that is none: tensors that stay here, and behave as if they were elsewhere.

Torch runs no net on a graphics card that a machine does not have. With `StandIn`, a
tensor that is made on the device "meta" holds its numbers on the processor all the
same, but refuses what a card's tensor refuses: to be mixed with tensors of the
processor, and to be handed to NumPy. So each step of a training can be checked to
happen on one device, and its numbers to be those of the processor.
"""

from importlib import import_module

import numpy as np
import torch
from torch.utils._python_dispatch import TorchDispatchMode, return_and_correct_aliasing
from torch.utils._pytree import tree_leaves, tree_map

NAME = "meta"
#: What takes tensors of two devices on a card, too.
COPIES = ("aten::copy_", "aten::_to_copy")
INDEXED = ("aten::index", "aten::index_put_", "aten::_index_put_impl_")
#: What some versions of torch that the course takes have for the processor only.
NOT_THERE = ("aten::_fused_adagrad_",)


class There(torch.Tensor):
    """A tensor that says it is there; what it holds is ``inner``."""

    __torch_function__ = torch._C._disabled_torch_function_impl

    @staticmethod
    def __new__(cls, inner):
        return torch.Tensor._make_wrapper_subclass(
            cls,
            inner.shape,
            strides=inner.stride(),
            storage_offset=inner.storage_offset(),
            dtype=inner.dtype,
            device=NAME,
        )

    def __init__(self, inner):
        self.inner = inner

    @classmethod
    def __torch_dispatch__(cls, function, types, args=(), kwargs=None):
        return _run(function, args, kwargs or {})


class StandIn(TorchDispatchMode):
    """Inside the block, what is made on the device is a `There`."""

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        return _run(function, args, kwargs or {})


def _run(function, args, kwargs):
    """Run an operation on what the tensors hold, and say where its result is."""
    name, device = function._schema.name, kwargs.get("device")
    tensors = [x for x in tree_leaves((args, kwargs)) if isinstance(x, torch.Tensor)]
    _check(name, tensors)
    if device is not None:
        there, kwargs = str(device) == NAME, kwargs | {"device": "cpu"}
    elif name == "aten::copy_":
        there = isinstance(args[0], There)
    else:
        there = any(isinstance(x, There) for x in tensors)
    inner = function(*tree_map(_held, args), **tree_map(_held, kwargs))
    if name == "aten::_to_copy":
        inner = inner.clone()  # another device has another memory
    result = tree_map(_there, inner) if there else inner
    if not any(isinstance(x, There) for x in tensors):
        return result
    return return_and_correct_aliasing(function, args, kwargs, result)


def _check(name, tensors):
    """Raise where a card would: a single number of the processor is all it takes."""
    are_there = [isinstance(x, There) for x in tensors]
    if any(are_there) and name in NOT_THERE:
        raise RuntimeError(f"{name} is for the processor only.")
    if not any(are_there) or name in COPIES or (name in INDEXED and are_there[0]):
        return
    if any(not there and x.ndim for x, there in zip(tensors, are_there, strict=True)):
        raise RuntimeError(f"{name} was handed tensors of two devices.")


def _held(x):
    return x.inner if isinstance(x, There) else x


def _there(x):
    return There(x) if isinstance(x, torch.Tensor) else x


class _Cells:
    """What `torch.sparse_csr_tensor` is here: torch makes it behind our back."""

    def __init__(self, indptr, indices, cells, shape):
        self.parts, self.cells = (indptr, indices), cells

    def values(self):
        return self.cells


def _at_cells(pattern, H, Wt, beta):
    indptr, indices = pattern.parts
    rows = torch.arange(len(H), device=H.device).repeat_interleave(indptr.diff())
    return _Cells(*pattern.parts, (H[rows] * Wt.T[indices]).sum(dim=1), None)


def teach(monkeypatch):
    """Let the parts of torch that ask for a device by its name take this one."""
    monkeypatch.setattr("recnb.ground.machine.chosen_device", lambda device: NAME)
    monkeypatch.setattr(torch.cuda, "get_rng_state", lambda device: None)
    monkeypatch.setattr(torch.cuda, "set_rng_state", lambda state, device: None)
    monkeypatch.setattr(torch.sparse, "sampled_addmm", _at_cells)
    monkeypatch.setattr(torch, "sparse_csr_tensor", _Cells)
    monkeypatch.setattr(torch, "tensor", _tensor)
    optimizer = import_module("torch.optim.optimizer")
    name = "_get_fused_kernels_supported_devices"
    monkeypatch.setattr(optimizer, name, lambda: ["cpu", NAME])


def _tensor(data, dtype=None, device=None):
    """Make a tensor by `torch.as_tensor`: `torch.tensor` fills a "meta" one itself."""
    array = np.array(data)
    if dtype is None and array.dtype == np.float64:
        dtype = torch.float32
    return torch.as_tensor(array, dtype=dtype, device=device)
