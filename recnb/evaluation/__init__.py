"""How we know that a recommender is good: metrics, protocols, results.

One job: a model's predictions go in, numbers come out, with the conditions under which
they hold. This room knows no model; anything with ``predict(X)`` can be judged.

    split = strong_generalization(recnb.load("ml-1m"))
    split                                  # the protocol card
    model.fit(split.train)
    evaluate(model, split.test)            # the result

=================  ==================================================================
``metrics``        each metric once, with its formula: arrays, one value a user
``protocols``      a file each: `strong_generalization`, `weak_generalization`,
                   `leave_one_out`, `published_holdout`, `rating_holdout`
``split``          `Split`, what they return
``group``          `Group`, users to judge on
``card``           `Protocol`, the conditions, printed as a card
``validation``     `Validation`, the group that early stopping watches
``evaluate``       from a model and a group to a `Result`
``results``        `Result`; `compare` and `paired_difference` on equal conditions
``planted``        does a measure find the simulated world's planted pairs?
``published``      figures from papers, each with its protocol and source
=================  ==================================================================
"""

from recnb.evaluation.card import Protocol
from recnb.evaluation.evaluate import evaluate, rank_candidates
from recnb.evaluation.group import Group
from recnb.evaluation.metrics import (
    Hits,
    average_precision,
    coverage,
    exposure,
    find_hits,
    gini,
    hit_rate,
    mae,
    mask_seen,
    min_recall,
    ndcg,
    novelty,
    precision,
    recall,
    reciprocal_rank,
    rmse,
    top_k,
    user_mae,
    user_rmse,
)
from recnb.evaluation.planted import planted_auc
from recnb.evaluation.protocols import (
    leave_one_out,
    published_holdout,
    rating_holdout,
    strong_generalization,
    weak_generalization,
)
from recnb.evaluation.published import (
    embedding_dimension,
    published,
    same_protocol,
)
from recnb.evaluation.results import (
    Difference,
    Result,
    compare,
    paired_difference,
    paired_differences,
)
from recnb.evaluation.split import Split
from recnb.evaluation.validation import Validation

__all__ = [
    "Difference",
    "Group",
    "Hits",
    "Protocol",
    "Result",
    "Split",
    "Validation",
    "average_precision",
    "compare",
    "coverage",
    "embedding_dimension",
    "evaluate",
    "exposure",
    "find_hits",
    "gini",
    "hit_rate",
    "leave_one_out",
    "mae",
    "mask_seen",
    "min_recall",
    "ndcg",
    "novelty",
    "paired_difference",
    "paired_differences",
    "planted_auc",
    "precision",
    "published",
    "published_holdout",
    "rank_candidates",
    "rating_holdout",
    "recall",
    "reciprocal_rank",
    "rmse",
    "same_protocol",
    "strong_generalization",
    "top_k",
    "user_mae",
    "user_rmse",
    "weak_generalization",
]
