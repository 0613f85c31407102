"""Choose a rating model's settings on validation ratings; judge it on test, once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from sklearn.base import clone

from recnb.data import Interactions
from recnb.evaluation import evaluate, rating_holdout
from recnb.experiments.tuning import fitted
from recnb.models.rating_autoencoder import RatingAutoencoder


@dataclass(frozen=True)
class Trial:
    """A model that is not fitted yet, and the settings in which it differs."""

    settings: Mapping[str, object]
    model: RatingAutoencoder


def tune_and_test(
    trials: Iterable[Trial], data: Interactions, seed: int, order: str = "random"
) -> dict[str, object]:
    """Try all settings, and judge the best of them.

    Each setting is trained on 81% of the ratings and stopped by the 9% for validation.
    The best one is judged on the 10% for test, and again after it has been trained anew
    on the 90%, for as many epochs as had been best.

    Parameters
    ----------
    trials : iterable of Trial
    data : Interactions
    seed : int
        Of the split.
    order : {"random", "time"}
        Of `rating_holdout`.

    Returns
    -------
    dict
        ``settings`` (JSON), ``n_tried``, ``epochs``, ``val``; ``RMSE_81`` and ``RMSE``,
        the test errors of the two trainings, and the second one's ``MAE`` and ``error``
        (the standard error of its RMSE); ``seconds``, the second training's, and
        ``seconds_all``, those of all the others.

    Raises
    ------
    ValueError
        If every setting diverges.
    """
    split = rating_holdout(data, seed=seed, order=order)
    best, best_settings, n_tried, seconds_all = None, {}, 0, 0.0
    for trial in trials:
        model = fitted(trial.model, split.train, split.val.heldout)
        n_tried += 1
        if model is None:
            continue
        seconds_all += model.log_.seconds[-1]
        if best is None or model.log_.best < best.log_.best:
            best, best_settings = model, trial.settings
    if best is None:
        raise ValueError(
            f"All {n_tried} settings diverge; offer smaller learning rates."
        )
    whole = rating_holdout(data, val_share=0, seed=seed, order=order)
    again = clone(best).set_params(epochs=best.log_.best_epoch)
    again = fitted(again, whole.train)
    if again is None:
        raise ValueError(f"{best_settings} diverges when it is trained on 90%.")
    found = evaluate(again, whole.test)
    return {
        "settings": json.dumps(best_settings),
        "n_tried": n_tried,
        "epochs": best.log_.best_epoch,
        "val": best.log_.best,
        "RMSE_81": evaluate(best, split.test, ["RMSE"]).metrics["RMSE"],
        "RMSE": found.metrics["RMSE"],
        "MAE": found.metrics["MAE"],
        "error": found.standard_errors["RMSE"],
        "seconds": again.log_.seconds[-1],
        "seconds_all": seconds_all,
        "protocol": found.summary,
    }


def baseline(
    model: object, data: Interactions, seed: int, order: str
) -> dict[str, float]:
    """Judge a model that has nothing to tune, trained on the 90%."""
    whole = rating_holdout(data, val_share=0, seed=seed, order=order)
    found = evaluate(model.fit(whole.train), whole.test)
    return {
        "settings": "{}",
        "n_tried": 1,
        "epochs": 0,
        "val": np.nan,
        "RMSE_81": np.nan,
        "RMSE": found.metrics["RMSE"],
        "MAE": found.metrics["MAE"],
        "error": found.standard_errors["RMSE"],
        "seconds": np.nan,
        "seconds_all": np.nan,
        "protocol": found.summary,
    }
