"""The protocols: how data is split, and what a model is then judged by.

=========================  ========================================================
`strong_generalization`    new users; show a part of what they like, rank the rest
`weak_generalization`      known users; hold out a part of what each likes, rank it
`published_holdout`        known users; rank what a published split holds out
`leave_one_out`            known users; hold out the newest item of each
`rating_holdout`           known users; predict ratings that were held out
=========================  ========================================================

The same model gets very different numbers from them: never compare across them. Each is
a file of its name. What several of them need stands in ``rows`` (which interactions go
where), ``matrices`` (what is made of these), ``cards`` (what the cards say in the same
words) and ``checks``.
"""

from recnb.evaluation.protocols.leave_one_out import leave_one_out
from recnb.evaluation.protocols.published_holdout import published_holdout
from recnb.evaluation.protocols.rating_holdout import rating_holdout
from recnb.evaluation.protocols.strong_generalization import strong_generalization
from recnb.evaluation.protocols.weak_generalization import weak_generalization

__all__ = [
    "leave_one_out",
    "published_holdout",
    "rating_holdout",
    "strong_generalization",
    "weak_generalization",
]
