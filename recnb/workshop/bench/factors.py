"""Times of the models that keep a vector for each user and item."""

from __future__ import annotations

from scipy import sparse

from . import inputs
from .clock import ratio, stopwatch


def mf() -> float:
    """Time an epoch of SGD, the second of two: the first one loads what is compiled."""
    from recnb.models import MF

    net = MF(epochs=2, n_threads=2).fit(inputs.ncf().train)
    return net.log_.seconds[1] - net.log_.seconds[0]


def ials_ratio() -> float:
    """Return the time of iALS over that of the library implicit, which solves exactly.

    implicit gets its threads and BLAS one each, as its authors advise.
    """
    from implicit.cpu.als import AlternatingLeastSquares
    from threadpoolctl import threadpool_limits

    from recnb.models import IALS

    X = inputs.new_users().train
    d, epochs = 192, 12

    def theirs() -> float:
        model = AlternatingLeastSquares(
            factors=d, iterations=epochs, use_cg=False, random_state=0
        )
        with threadpool_limits(1, "blas"):
            return stopwatch(
                lambda: model.fit(sparse.csr_matrix(X), show_progress=False)
            )

    return ratio(lambda: stopwatch(lambda: IALS(d=d, epochs=epochs).fit(X)), theirs)


def mlp_small() -> float:
    """Time an epoch of the MLP with vectors of 32 numbers."""
    from recnb.models import MLP

    return _epoch(MLP(d=32, epochs=1))


def mlp_large() -> float:
    """Time an epoch of the MLP with vectors of 128 numbers."""
    from recnb.models import MLP

    return _epoch(MLP(d=128, epochs=1))


def neumf_small() -> float:
    """Time an epoch of NeuMF: that MLP, and a GMF of half its size."""
    from recnb.models import NeuMF

    return _epoch(NeuMF(d=48, epochs=1))


def neumf_large() -> float:
    """Time an epoch of NeuMF: the larger MLP, and a GMF of half its size."""
    from recnb.models import NeuMF

    return _epoch(NeuMF(d=192, epochs=1))


def _epoch(net) -> float:
    X = inputs.ncf().train
    return stopwatch(lambda: net.fit(X))


def ultragcn() -> float:
    """Time an epoch of UltraGCN, validation not included, the items' graph included."""
    from recnb.models import UltraGCN

    X = inputs.new_users().train
    return stopwatch(lambda: UltraGCN(epochs=1, patience=None).fit(X))


def lightgcn() -> float:
    """Time an epoch of LightGCN, validation not included."""
    from recnb.models import LightGCN

    X = inputs.new_users().train
    return stopwatch(lambda: LightGCN(epochs=1, patience=None).fit(X))
