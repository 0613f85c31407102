"""Times of the linear models and of the widgets that use them."""

from __future__ import annotations

from itertools import cycle

import numpy as np
import pandas as pd
from scipy.linalg import lapack

from recnb.evaluation import evaluate
from recnb.models import EASE

from . import inputs
from .clock import ratio, seconds, stopwatch

#: λ of the curve of lesson 08.
CURVE = (1, 3, 10, 30, 100, 200, 300, 500, 700, 1000, 2000, 5000, 20000)
#: Users, items and pairs of the catalogue that is larger than MovieLens 1M's.
LARGE = 20_000, 12_000, 1_000_000


def ease_ratio() -> float:
    """Return the time of EASE's fit over that of XᵀX, potrf and potri."""
    X = inputs.new_users().train

    def unavoidable() -> float:
        return stopwatch(lambda: X.T @ X) + inversion()

    return ratio(lambda: stopwatch(lambda: EASE(l2=500).fit(X)), unavoidable)


def inversion() -> float:
    """Time LAPACK's potrf and potri, float32, on the Gram matrix; nothing else."""
    G = np.array(inputs.gram(), order="F")
    G[np.diag_indices_from(G)] += 500

    def invert() -> None:
        factor, _ = lapack.spotrf(G, lower=True, overwrite_a=True, clean=False)
        lapack.spotri(factor, lower=True, overwrite_c=True)

    return stopwatch(invert)


def curve() -> float:
    """Time the curve of lesson 08, judged on validation users, from the Gram matrix.

    Without `EASEPath`, which the course had not always, it takes a fit for each λ.
    """
    split, gram = inputs.new_users(), inputs.gram()

    def draw() -> None:
        try:
            from recnb.models import EASEPath
        except ImportError:
            models = (EASE(l2).fit(split.train, gram) for l2 in CURVE)
        else:
            path = EASEPath().fit(split.train, gram)
            models = map(path.at, CURVE)
        for model in models:
            evaluate(model, split.val, ["NDCG@100"])

    return stopwatch(draw)


def lambda_slider() -> float:
    """Time a step of lesson 08's slider, to the picture."""
    return seconds(_lambda_step())


def lambda_slider_ratio() -> float:
    """Return the same over the time of potrf and potri."""
    step = _lambda_step()
    return ratio(lambda: stopwatch(step), inversion)


def _lambda_step():
    """Return a function that moves the slider on and draws."""
    from recnb.plots import png
    from recnb.widgets import LambdaView

    curve = pd.DataFrame({"l2": [1.0, 1e4], "ndcg": [0.3, 0.3], "error": [0.0, 0.0]})
    split = inputs.new_users()
    view = LambdaView(split.train, split.val, curve, "bench")
    places = cycle((10.0, 100.0, 500.0, 1000.0))
    return lambda: png(view(l2=next(places))[0])


def diagonal_slider() -> float:
    """Time a step of lesson 09's sliders, to the picture."""
    from recnb.plots import png
    from recnb.widgets import DiagonalView

    view = _over_lines(DiagonalView)
    return seconds(lambda: png(view(xi=0.3, dropout=0.2)[0]))


def dial() -> float:
    """Time a step of lesson 10's dial, to the picture."""
    from recnb.plots import png
    from recnb.widgets import DialView

    view = _over_lines(DialView)
    return seconds(lambda: png(view(factor=0.5)[0]))


def _over_lines(view: type):
    """Return a slider's view, over a line of two points."""
    split = inputs.new_users()
    lines = pd.DataFrame({"a line": [0.3, 0.3]}, index=[0.0, 1.0])
    return view(split.train, split.val, lines, "bench")


def tick() -> float:
    """Time a tick in lesson 00's picker, to the list with its reasons."""
    from recnb.widgets import Picker

    split = inputs.new_users()
    popularity = np.asarray(split.train.sum(axis=0))
    picker = Picker(EASE(l2=500).fit(split.train), split.item_table, popularity)
    places = cycle(range(4))

    def step() -> None:
        box = picker.choices[next(places)]
        box.value = not box.value

    return seconds(step)


def slim() -> float:
    """Time SLIM's fit."""
    from recnb.models import SLIM

    return seconds(lambda: SLIM(5).fit(inputs.new_users().train))


def non_negative_ease() -> float:
    """Time the fit of EASE with no negative weight."""
    from recnb.models import NonNegativeEASE

    return seconds(lambda: NonNegativeEASE().fit(inputs.new_users().train))


def slit() -> float:
    """Time the fit of the sequential model without a net."""
    from recnb.models import SLIT

    return seconds(lambda: SLIT().fit(inputs.new_users().train_order))


def item_knn() -> float:
    """Time ItemKNN's fit on a large catalogue, the items' cosines included."""
    from recnb.experiments.implicit_slim_cost import long_tail
    from recnb.models import ItemKNN

    X = long_tail(*LARGE)
    return stopwatch(lambda: ItemKNN().fit(X))


def gfcf() -> float:
    """Time GF-CF's fit, with fewer directions where the catalogue is small."""
    from recnb.models import GFCF

    X = inputs.new_users().train
    k = min(256, min(X.shape) // 2)
    return stopwatch(lambda: GFCF(k).fit(X))


def infinite_ratio() -> float:
    """Return the time of InfiniteAE's fit over that of EASE's."""
    from recnb.models import InfiniteAE

    X = inputs.new_users().train
    fits = InfiniteAE(), EASE(l2=500)
    ours, ease = (lambda model=model: stopwatch(lambda: model.fit(X)) for model in fits)
    return ratio(ours, ease)
