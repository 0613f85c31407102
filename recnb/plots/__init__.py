"""Figures as pure functions: data in, matplotlib Figure out.

Every figure uses one colour, one marker and one line style a model, the same across
the whole course (`recnb.plots.style`), and is put before the reader with
`recnb.plots.show`, which carries its description in words.
"""

from recnb.plots.autoencoder_primer import (
    copying,
    corruption_curve,
    film_map,
    gradient_estimates,
    learning,
    sampling_error,
    two_terms,
    unit_strengths,
)
from recnb.plots.autorec import (
    beside_published,
    error_by_count,
    fewer_users,
    hidden_units,
    leaks,
    learning_curve,
    moved_predictions,
)
from recnb.plots.bars import bars
from recnb.plots.cdae import (
    negatives_and_time,
    node_dial,
    strangers_nodes,
    who_is_known,
    with_and_without_node,
)
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
from recnb.plots.deeprec import (
    activation_shapes,
    by_depth,
    curves_of,
    one_net,
    two_errors,
)
from recnb.plots.display import png, show
from recnb.plots.ease import contributions, lambda_curve, training_times
from recnb.plots.multvae import (
    beta_dial,
    clinic,
    competing,
    elbo_terms,
    likelihood_table,
    schedules,
    taxonomy,
)
from recnb.plots.negative_weights import (
    density,
    dial,
    four_curves,
    lift_and_weight,
    negative_shares,
    neighbours,
    share_by_popularity,
    weight_sizes,
)
from recnb.plots.splits import differences, on_splits
from recnb.plots.style import look, new_figure
from recnb.plots.zero_diagonal import (
    convergence,
    directions,
    matrices,
    recovery,
    relaxation,
    shrinkage,
    training_error,
    with_and_without,
)

__all__ = [
    "activation_shapes",
    "bars",
    "beside_published",
    "beta_dial",
    "by_depth",
    "clinic",
    "competing",
    "contributions",
    "convergence",
    "copying",
    "corruption_curve",
    "course_map",
    "curves_of",
    "density",
    "dial",
    "differences",
    "directions",
    "elbo_terms",
    "error_by_count",
    "fewer_users",
    "film_map",
    "four_curves",
    "gaps",
    "gradient_estimates",
    "hidden_units",
    "lambda_curve",
    "leaks",
    "learning",
    "learning_curve",
    "lift_and_weight",
    "likelihood_table",
    "long_tail",
    "look",
    "matrices",
    "moved_predictions",
    "negative_shares",
    "negatives_and_time",
    "negatives_curve",
    "neighbours",
    "new_figure",
    "node_dial",
    "on_splits",
    "one_model",
    "one_net",
    "optimism",
    "png",
    "protocols_drawn",
    "rating_by_popularity",
    "recovery",
    "relaxation",
    "sampled_users",
    "sampling_error",
    "schedules",
    "seen_in_list",
    "share_by_popularity",
    "show",
    "shrinkage",
    "strangers_nodes",
    "taxonomy",
    "training_error",
    "training_times",
    "two_errors",
    "two_terms",
    "unit_strengths",
    "weight_sizes",
    "who_is_known",
    "with_and_without",
    "with_and_without_node",
]
