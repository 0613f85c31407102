"""`Validation`: the group that early stopping watches, by a metric that it knows."""

from __future__ import annotations

from dataclasses import dataclass

from recnb.evaluation.evaluate import OF_RATINGS, Model, evaluate
from recnb.evaluation.group import Group


@dataclass(frozen=True, eq=False, repr=False)
class Validation(Group):
    """A group to choose hyper-parameters and epochs on, and the metric that chooses.

    Models that stop early are handed one, and ask it for nothing but `error`. A test
    group is none, so that no model can be chosen by what it is judged by in the end.
    All parameters but the last are those of a `Group`.

    Parameters
    ----------
    metric : str, optional
        Such as ``"NDCG@10"`` or ``"RMSE"``; the protocol's first metric by default.
        ``dataclasses.replace(split.val, metric="HR@10")`` watches another one.
    """

    metric: str | None = None

    def error(self, model: Model) -> float:
        """Return what early stopping minimises: 0 is best.

        That is the error of the ratings, or 1 minus the metric of the lists.

        Raises
        ------
        ValueError
            If nothing is held out, or the model or the metric does not fit the group.
        """
        if not self.heldout.nnz:
            raise ValueError(
                "Nothing is held out in this group, so there is no error to watch: fit "
                "without it."
            )
        metric = self.metric or self.protocol.metrics[0]
        value = evaluate(model, self, [metric]).metrics[metric]
        return value if metric in OF_RATINGS else 1 - value
