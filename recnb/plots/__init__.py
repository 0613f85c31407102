"""Figures as pure functions: data in, matplotlib Figure out.

Every figure uses one colour, one marker and one line style a model, the same across
the whole course (`recnb.plots.style`), and is put before the reader with
`recnb.plots.show`, which carries its description in words.
"""

from recnb.plots.bars import bars
from recnb.plots.course import course_map
from recnb.plots.data_and_evaluation import (
    gaps,
    long_tail,
    negatives_curve,
    one_model,
    optimism,
    protocols_drawn,
    rating_by_popularity,
    sampled_users,
    seen_in_list,
)
from recnb.plots.display import png, show
from recnb.plots.ease import contributions, lambda_curve, training_times
from recnb.plots.style import look, new_figure

__all__ = [
    "bars",
    "contributions",
    "course_map",
    "gaps",
    "lambda_curve",
    "long_tail",
    "look",
    "negatives_curve",
    "new_figure",
    "one_model",
    "optimism",
    "png",
    "protocols_drawn",
    "rating_by_popularity",
    "sampled_users",
    "seen_in_list",
    "show",
    "training_times",
]
