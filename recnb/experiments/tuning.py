"""Choose each model's settings on validation data, then judge it on test, once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from recnb.evaluation import Split, evaluate, paired_difference
from recnb.models.base import Recommender

METRIC = "NDCG@100"
REPORTED = (METRIC, "min-recall@20", "min-recall@50")


@dataclass(frozen=True)
class Candidate:
    """A fitted model, its settings, and the name that it competes for."""

    name: str
    settings: dict[str, float]
    model: Recommender


def log_uniform(
    ranges: Mapping[str, tuple[float, float]], n: int, seed: int | Sequence[int]
) -> list[dict[str, float]]:
    """Return n random settings, each number drawn from its range on a log scale.

    Three digits are kept of a number, so that a stored setting is the one that was
    tried.
    """
    rng, drawn = np.random.default_rng(seed), []
    for _ in range(n):
        logs = {name: rng.uniform(*np.log(ends)) for name, ends in ranges.items()}
        drawn.append({name: float(f"{np.exp(log):.3g}") for name, log in logs.items()})
    return drawn


def fitted(model: Recommender, *arguments: object) -> Recommender | None:
    """Fit a net whole, or return None if its training diverges at once.

    Raises
    ------
    KeyboardInterrupt
        If the training was interrupted: half a training is no result.
    """
    try:
        model.fit(*arguments)
    except FloatingPointError:
        return None
    if model.log_.stopped == "interrupted":
        raise KeyboardInterrupt
    return model


def tune_and_test(
    candidates: Iterable[Candidate],
    split: Split,
    against: str = "EASE",
    reported: Sequence[str] = REPORTED,
    plain: str | None = None,
) -> list[dict[str, object]]:
    """Return one row a model name: its best candidate on validation, judged on test.

    Parameters
    ----------
    candidates : iterable of Candidate
        Only the best of each name is kept, so that a generator needs little memory.
    split : Split
    against : str
        Name of the model that the others are compared with, user by user.
    reported : sequence of str
        Metrics of the test users; `METRIC` has to be among them.
    plain : str, optional
        Name of a second model to compare with: ``minus_plain`` and its error.

    Returns
    -------
    list of dict
        ``model``, ``settings`` (JSON), ``n_tried``, ``val`` and the test users'
        metrics with their standard errors; ``minus_ease`` and ``minus_ease_error`` are
        the paired difference to `against` in NDCG@100 and its standard error.

    Raises
    ------
    ValueError
        If no candidate is called `against`, or `plain`.
    """
    best: dict[str, tuple[float, Candidate]] = {}
    tried: dict[str, int] = {}
    for candidate in candidates:
        tried[candidate.name] = tried.get(candidate.name, 0) + 1
        val = evaluate(candidate.model, split.val, [METRIC]).metrics[METRIC]
        if candidate.name not in best or val > best[candidate.name][0]:
            best[candidate.name] = val, candidate
    rivals = {"minus_ease": against} | ({"minus_plain": plain} if plain else {})
    for rival in rivals.values():
        if rival not in best:
            raise ValueError(
                f"No candidate is called {rival!r}, so nothing to compare."
            )
    test = {n: evaluate(c.model, split.test, reported) for n, (_, c) in best.items()}
    rows = []
    for name, (val, chosen) in best.items():
        found, gaps = test[name], {}
        for column, rival in rivals.items():
            gap = paired_difference(found, test[rival], METRIC)
            gaps |= {column: gap.mean, f"{column}_error": gap.standard_error}
        row = {
            "model": name,
            "settings": json.dumps(chosen.settings),
            "n_tried": tried[name],
            "val": val,
            **{metric: found.metrics[metric] for metric in reported},
            "error": found.standard_errors[METRIC],
            **gaps,
            **facts(chosen.model),
            "protocol": found.summary,
        }
        rows.append(row)
    return rows


def facts(model: Recommender) -> dict[str, float]:
    """Return what else is stored of a model, which depends on its kind.

    Of a matrix of weights: ``density``, the share off the diagonal that is not 0, and
    ``negative_share``, the share below 0. Of a net: ``epochs``, the best one, and
    ``seconds``, of the whole training.
    """
    if hasattr(model, "log_"):
        return {"epochs": model.log_.best_epoch, "seconds": model.log_.seconds[-1]}
    if not hasattr(model, "weights_"):
        return {}
    B, n = model.weights_, model.n_items_
    B = B.toarray() if sparse.issparse(B) else B
    weights = B[~np.eye(n, dtype=bool)]
    return {"density": np.mean(weights != 0), "negative_share": np.mean(weights < 0)}
