"""Figures as pure functions: data in, matplotlib Figure out.

Every figure uses one colour, one marker and one line style a model, the same across
the whole course (`recnb.plots.style`), and is put before the reader with
`recnb.plots.show`, which carries its description in words.
"""

from recnb.plots.bars import bars
from recnb.plots.display import png, show
from recnb.plots.ease import contributions, lambda_curve, training_times
from recnb.plots.style import look, new_figure

__all__ = [
    "bars",
    "contributions",
    "lambda_curve",
    "look",
    "new_figure",
    "png",
    "show",
    "training_times",
]
