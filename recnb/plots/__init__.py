"""Figures as pure functions: data in, matplotlib Figure out.

Every figure uses one colour, one marker and one line style a model, the same across
the whole course (`recnb.plots.style`), and is put before the reader with
`recnb.plots.show`, which carries its description in words.
"""

from recnb.plots.at_scale import by_users, ease_cost, trade_off, ways_compared
from recnb.plots.autoencoder_primer import (
    cliff,
    copying,
    corruption_curve,
    film_map,
    learning,
    two_exams,
    two_terms,
    unit_strengths,
)
from recnb.plots.autorec import (
    beside_published,
    item_minus_user,
    leaks,
    moved_predictions,
    validation_curves,
)
from recnb.plots.bars import bars
from recnb.plots.cdae import (
    behind_ease,
    negatives_and_time,
    node_dial,
    who_is_known,
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
    against_one_layer,
    by_depth,
    curves_of,
    one_net,
    refed_curves,
    two_errors,
)
from recnb.plots.display import png, show
from recnb.plots.dot_vs_mlp import (
    beside_mf,
    gmf_in_training,
    mf_training,
    sampled_against_full,
    table_beside_published,
)
from recnb.plots.drawn.at_scale import overlapping_blocks, ways_out
from recnb.plots.drawn.autoencoder import row_through_net
from recnb.plots.drawn.cells import cells_and_probes
from recnb.plots.drawn.clouds import code_clouds
from recnb.plots.drawn.contest import search_drawn
from recnb.plots.drawn.diagonal import (
    bound_contours,
    chain_of_films,
    constraint_contours,
)
from recnb.plots.drawn.ease import row_times_matrix
from recnb.plots.drawn.evaluation import best_of_many, rank_discounts
from recnb.plots.drawn.gaps import row_with_gaps
from recnb.plots.drawn.negative import clamped_and_solved, explaining_away
from recnb.plots.drawn.similarities import four_similarities
from recnb.plots.drawn.start import from_likes_to_scores
from recnb.plots.drawn.tower import fed_again, tower
from recnb.plots.drawn.unrolled import unrolled
from recnb.plots.drawn.user_node import net_with_user_node
from recnb.plots.drawn.votes import votes_of_users
from recnb.plots.ease import (
    contributions,
    judged_by_others,
    lambda_curve,
)
from recnb.plots.implicit_slim import (
    cost_by_catalogue,
    embedding_map,
    epochs_and_seconds,
    gain_by_length,
    spiral_unrolled,
    square_and_strips,
    strength_map,
    variants,
)
from recnb.plots.infinitely_wide import (
    kernel_curves,
    kernel_dial,
    kernel_gains,
    users_gains,
    width_errors,
)
from recnb.plots.learned_dot import (
    approximation_errors,
    plane,
    polyline,
    saddles,
    stopped_early,
)
from recnb.plots.multvae import (
    beta_dial,
    clinic,
    competing,
    elbo_terms,
    likelihood_leads,
    taxonomy,
)
from recnb.plots.negative_weights import (
    density,
    dial,
    four_curves,
    kept_negatives,
    negative_by_ratio,
    negative_shares,
    neighbours,
)
from recnb.plots.other_hosts import (
    composite_prior,
    filter_dial,
    filter_responses,
    host_gains,
    hosts_drawing,
    prior_of_users,
    tags_gains,
)
from recnb.plots.serving import latencies, recalls
from recnb.plots.showdown import (
    minus_rival,
    pairs_grid,
    quality_against,
    standing,
    tuning_curves,
)
from recnb.plots.splits import differences, on_splits
from recnb.plots.style import look, new_figure
from recnb.plots.svae import (
    by_window,
    conditions,
    next_k,
    sequels,
    time_gaps,
    two_splits,
    walk,
    which_sigma,
)
from recnb.plots.zero_diagonal import (
    recovery,
    relaxation,
    shrinkage,
    with_and_without,
)

__all__ = [
    "activation_shapes",
    "against_one_layer",
    "approximation_errors",
    "bars",
    "behind_ease",
    "beside_mf",
    "beside_published",
    "best_of_many",
    "beta_dial",
    "bound_contours",
    "by_depth",
    "by_users",
    "by_window",
    "cells_and_probes",
    "chain_of_films",
    "clamped_and_solved",
    "cliff",
    "clinic",
    "code_clouds",
    "competing",
    "composite_prior",
    "conditions",
    "constraint_contours",
    "contributions",
    "copying",
    "corruption_curve",
    "cost_by_catalogue",
    "course_map",
    "curves_of",
    "density",
    "dial",
    "differences",
    "ease_cost",
    "elbo_terms",
    "embedding_map",
    "epochs_and_seconds",
    "explaining_away",
    "fed_again",
    "film_map",
    "filter_dial",
    "filter_responses",
    "four_curves",
    "four_similarities",
    "from_likes_to_scores",
    "gain_by_length",
    "gaps",
    "gmf_in_training",
    "host_gains",
    "hosts_drawing",
    "item_minus_user",
    "judged_by_others",
    "kept_negatives",
    "kernel_curves",
    "kernel_dial",
    "kernel_gains",
    "lambda_curve",
    "latencies",
    "leaks",
    "learning",
    "likelihood_leads",
    "long_tail",
    "look",
    "mf_training",
    "minus_rival",
    "moved_predictions",
    "negative_by_ratio",
    "negative_shares",
    "negatives_and_time",
    "negatives_curve",
    "neighbours",
    "net_with_user_node",
    "new_figure",
    "next_k",
    "node_dial",
    "on_splits",
    "one_model",
    "one_net",
    "optimism",
    "overlapping_blocks",
    "pairs_grid",
    "plane",
    "png",
    "polyline",
    "prior_of_users",
    "protocols_drawn",
    "quality_against",
    "rank_discounts",
    "rating_by_popularity",
    "recalls",
    "recovery",
    "refed_curves",
    "relaxation",
    "row_through_net",
    "row_times_matrix",
    "row_with_gaps",
    "saddles",
    "sampled_against_full",
    "sampled_users",
    "search_drawn",
    "seen_in_list",
    "sequels",
    "show",
    "shrinkage",
    "spiral_unrolled",
    "square_and_strips",
    "standing",
    "stopped_early",
    "strength_map",
    "table_beside_published",
    "tags_gains",
    "taxonomy",
    "time_gaps",
    "tower",
    "trade_off",
    "tuning_curves",
    "two_errors",
    "two_exams",
    "two_splits",
    "two_terms",
    "unit_strengths",
    "unrolled",
    "users_gains",
    "validation_curves",
    "variants",
    "votes_of_users",
    "walk",
    "ways_compared",
    "ways_out",
    "which_sigma",
    "who_is_known",
    "width_errors",
    "with_and_without",
]
