"""`Result`: a measured number with everything that it depends on, and comparisons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd

from recnb.evaluation.card import Protocol


@dataclass(frozen=True, eq=False, repr=False)
class Result:
    """What `evaluate` measured, and under which conditions.

    Parameters
    ----------
    model : str
        Class name of the model.
    settings : dict
        The model's hyper-parameters, if it has ``get_params()``.
    protocol : Protocol
    group : str
        ``"val"`` or ``"test"``.
    metrics : dict, metric name -> float
        Means over the users who have something held out; RMSE and MAE over ratings.
    per_user : DataFrame of n_rows rows, index: user code
        A column for each metric that has per-user values, and ``n_heldout``. NaN where
        a user has no value, for most metrics because nothing is held out.
    versions : dict, package -> version
    wall_time_s : float
        Seconds to predict and judge; fitting is not in it.
    peak_memory_mb : float
        The most memory, in MiB, that the process has held until then.
    """

    model: str
    settings: dict
    protocol: Protocol
    group: str
    metrics: dict[str, float]
    per_user: pd.DataFrame
    versions: dict[str, str]
    wall_time_s: float
    peak_memory_mb: float

    @property
    def dataset(self) -> str:
        """Name of the dataset."""
        return self.protocol.dataset

    @property
    def summary(self) -> str:
        """Dataset, protocol, seed and group in one line."""
        return f"{self.protocol.summary}, {self.group} users"

    def contributions(self, metric: str) -> pd.Series:
        """Return one number a user, whose mean over users is the metric.

        For most metrics these are the per-user values. RMSE and MAE are ratios of sums
        over users, so a user's contribution is the metric plus the user's influence on
        it (the first-order term of the ratio; for RMSE also of the root). In this form
        every metric's standard error is sd / sqrt(n), with users as the independent
        units, since the ratings of one user are not independent of each other.

        Parameters
        ----------
        metric : str

        Returns
        -------
        Series of n_users floats, index: user code
            Users without a value are left out.

        Raises
        ------
        ValueError
            If the metric was not measured or has no per-user values.
        """
        if metric not in self.per_user or metric == "n_heldout":
            raise ValueError(
                f"{metric!r} has no per-user values here; there are "
                f"{', '.join(self.per_user.columns.drop('n_heldout'))}."
            )
        values = self.per_user[metric].dropna()
        if metric not in ("RMSE", "MAE"):
            return values
        mean, n = self.metrics[metric], self.per_user["n_heldout"][values.index]
        if metric == "MAE":
            return mean + n * (values - mean) / n.mean()
        if mean == 0:
            return values
        return mean + n * (values**2 - mean**2) / (2 * mean * n.mean())

    @property
    def standard_errors(self) -> dict[str, float]:
        """Metric name -> sd / sqrt(n) over users; NaN without per-user values."""
        return {
            name: float(self.contributions(name).sem())
            if name in self.per_user
            else np.nan
            for name in self.metrics
        }

    def to_frame(self) -> pd.DataFrame:
        """Return a row a metric: ``metric``, ``mean``, ``standard_error``, ``n_users``.

        ``n_users`` is the number of users who count in the mean.
        """
        counts = self.per_user.count().reindex(list(self.metrics))
        return pd.DataFrame(
            {
                "metric": list(self.metrics),
                "mean": list(self.metrics.values()),
                "standard_error": list(self.standard_errors.values()),
                "n_users": counts.fillna(len(self.per_user)).astype(int).to_numpy(),
            }
        )

    def _title(self) -> str:
        settings = ", ".join(f"{name}={value}" for name, value in self.settings.items())
        return f"{self.model}({settings})"

    def _effort(self) -> str:
        return (
            f"predicted and judged in {self.wall_time_s:.2f} s; "
            f"peak memory of the process {self.peak_memory_mb:,.0f} MiB"
        )

    def __repr__(self) -> str:
        table = self.to_frame().to_string(index=False, float_format="{:.4f}".format)
        return "\n".join([self._title(), self.summary, table, self._effort()])

    def _repr_html_(self) -> str:
        table = self.to_frame().to_html(index=False, float_format="{:.4f}".format)
        return (
            f"<p><b>{escape(self._title())}</b><br>{escape(self.summary)}</p>"
            f"{table}<p>{escape(self._effort())}</p>"
        )


@dataclass(frozen=True)
class Difference:
    """The mean of a paired difference, its standard error, and the number of users."""

    mean: float
    standard_error: float
    n_users: int

    def __str__(self) -> str:
        return f"{self.mean:+.4f} ± {self.standard_error:.4f}"


def compare(results: Mapping[str, Result] | Sequence[Result]) -> pd.DataFrame:
    """Put results of one protocol into one table.

    Parameters
    ----------
    results : dict of Result, or list of Result
        The keys name the rows; in a list, the models' class names do.

    Returns
    -------
    DataFrame, a row a model, a column a metric
        The metrics that all results have. ``frame.attrs["protocol"]`` is the protocol
        in one line.

    Raises
    ------
    ValueError
        If there is no result, two rows have the same name, or the results differ in
        dataset, protocol, seed or group.
    """
    if not isinstance(results, Mapping):
        names = [result.model for result in results]
        if len(set(names)) < len(names):
            raise ValueError(
                f"Several results of one class ({', '.join(names)}): name them in a "
                'dict, for example {"EASE, l2=10": ..., "EASE, l2=500": ...}.'
            )
        results = dict(zip(names, results, strict=True))
    if not results:
        raise ValueError("There is no result to compare; hand over at least one.")
    first, *others = results.values()
    _check_comparable(first, *others)
    shared = [name for name in first.metrics if all(name in r.metrics for r in others)]
    frame = pd.DataFrame(
        {name: [r.metrics[name] for r in results.values()] for name in shared},
        index=pd.Index(results, name="model"),
    )
    frame.attrs["protocol"] = first.summary
    return frame


def paired_difference(a: Result, b: Result, metric: str) -> Difference:
    """Return how much a is above b on the same users.

    Users differ more from each other than models do. The difference of two models on
    the same user is free of that, so its standard error is smaller than the errors of
    the two means suggest.

    Parameters
    ----------
    a, b : Result
        Of the same protocol and group.
    metric : str

    Returns
    -------
    Difference
        ``mean`` is ``a.metrics[metric] - b.metrics[metric]``; its `standard_error` is
        sd / sqrt(n) of the per-user differences (see `Result.contributions`).

    Raises
    ------
    ValueError
        If the results differ in dataset, protocol, seed or group, or the metric has no
        per-user values.
    """
    _check_comparable(a, b)
    per_user = a.contributions(metric) - b.contributions(metric)
    return Difference(
        mean=float(per_user.mean()),
        standard_error=float(per_user.sem()),
        n_users=len(per_user),
    )


def paired_differences(
    results: Mapping[str, Result], against: str, metric: str
) -> pd.DataFrame:
    """Return how much each result is above one of them, on the same users.

    Parameters
    ----------
    results : dict of Result
        Of one protocol and group.
    against : str
        Name of the one that all others are compared with.
    metric : str

    Returns
    -------
    DataFrame, a row for each other name
        Columns "difference" and "paired error", as `paired_difference` has them.

    Raises
    ------
    ValueError
        As in `paired_difference`, or if there is no result of that name.
    """
    if against not in results:
        known = ", ".join(results)
        raise ValueError(f"There is no result of {against!r} among {known}.")
    rival = results[against]
    rows = {
        name: paired_difference(result, rival, metric)
        for name, result in results.items()
        if name != against
    }
    columns = {"difference": "mean", "paired error": "standard_error"}
    table = {
        column: {name: getattr(gap, field) for name, gap in rows.items()}
        for column, field in columns.items()
    }
    return pd.DataFrame(table, index=list(rows))


def _check_comparable(*results: Result) -> None:
    """Raise a ValueError that says in what the results differ."""
    facts = [{**r.protocol.facts(), "group": r.group} for r in results]
    labels = dict.fromkeys(label for fact in facts for label in fact)
    for label in labels:
        found = dict.fromkeys(fact.get(label, "(not stated)") for fact in facts)
        if len(found) > 1:
            raise ValueError(
                f"These results do not belong in one table; they differ in {label}: "
                f"{' | '.join(found)}. Evaluate all models on one group of one split, "
                "for example split.test."
            )
