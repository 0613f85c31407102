"""Lesson 04's experiments: what depth and DeepRec's other ideas bring.

`DEEPREC_CURVES` stores learning curves, an epoch a row: nets of every depth with every
activation, and dense re-feeding on and off at several learning rates. `DEEPREC` tunes
DeepRec and its rivals on equal terms, on random splits and on a split by time.
`DEEPREC_PAIRED` trains the tuned ones again and compares them user by user.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product

import pandas as pd

import recnb
from recnb.evaluation import Split, evaluate, paired_difference, rating_holdout
from recnb.experiments.autorec import BASELINES
from recnb.experiments.autorec import BATCH as ROWS
from recnb.experiments.autorec import trials as autorec_trials
from recnb.experiments.rating_tuning import Trial, baseline, tune_and_test
from recnb.experiments.runner import Experiment, results
from recnb.experiments.tuning import fitted
from recnb.models import AutoRec, DeepRec

ACTIVATIONS = ("selu", "elu", "lrelu", "relu", "relu6", "tanh", "sigmoid")
DATASETS = ("simulated", "ml-1m")
#: Layers of the encoder: with every activation, and beyond with SELU only.
DEPTHS, DEEPER = (1, 2, 3, 4), (5, 6)
WIDTH = 128
EPOCHS = 40
#: The paper's best net. The simulated dataset has a sixth of the items: a smaller one.
BEST_NET = {"ml-1m": (512, 512, 1024), "simulated": (128, 128, 256)}
RATES = (0.001, 0.005, 0.02)


def in_words(layers: tuple[int, ...]) -> str:
    """Return the widths of an encoder as text, such as "512-512-1024"."""
    return "-".join(map(str, layers))


def widths(layers: str) -> tuple[int, ...]:
    """Return the widths of an encoder from text."""
    return tuple(int(width) for width in layers.split("-"))


def measure_curve(
    dataset: str,
    layers: str,
    activation: str,
    dropout: float,
    refeeding: int,
    lr: float,
) -> list[dict[str, object]]:
    """Train one net for a number of epochs; no choice is made, so nothing is tested."""
    split = rating_holdout(recnb.load(dataset), seed=0)
    net = DeepRec(
        layers=widths(layers),
        activation=activation,
        dropout=dropout,
        refeeding=refeeding,
        lr=lr,
        epochs=EPOCHS,
        patience=None,
    )
    return epochs_of(net, split)


def epochs_of(net: DeepRec, split: Split) -> list[dict[str, object]]:
    """Train a net; return its training and validation errors, an epoch a row."""
    model = fitted(net, split.train, split.val.heldout)
    if model is None:
        return [{"epoch": 0, "stopped": "diverged"}]
    table = model.log_.to_frame().reset_index()
    n_weights = sum(weights.numel() for weights in model.module_.parameters())
    facts = {"n_weights": n_weights, "stopped": model.log_.stopped}
    return table.assign(**facts).to_dict("records")


def curve_cases() -> Iterator[dict[str, object]]:
    """Yield the nets whose curves are stored: on MovieLens 1M, most pairs."""
    for dataset in DATASETS:
        nets = [*product(DEPTHS, ACTIVATIONS), *product(DEEPER, ["selu"])]
        for depth, activation in nets:
            layers = in_words((WIDTH,) * depth)
            swept = activation == "selu" or depth == 2
            if swept or dataset == "ml-1m":
                yield _case(dataset, layers, activation, 0.0, 0, RATES[2])
            if swept and dataset == "ml-1m":
                yield _case(dataset, layers, activation, 0.0, 0, RATES[1])
        yield _case(dataset, in_words((WIDTH,)), "selu", 0.5, 0, RATES[2])
        best = in_words(BEST_NET[dataset])
        for refeeding, lr in product((0, 1), RATES):
            yield _case(dataset, best, "selu", 0.8, refeeding, lr)


def _case(
    dataset: str,
    layers: str,
    activation: str,
    dropout: float,
    refeeding: int,
    lr: float,
) -> dict[str, object]:
    return {
        "dataset": dataset,
        "layers": layers,
        "activation": activation,
        "dropout": dropout,
        "refeeding": refeeding,
        "lr": lr,
    }


DEEPREC_CURVES = Experiment(
    name="deeprec_curves",
    question="How do depth, activation and re-feeding change the learning curve?",
    cases=list(curve_cases()),
    measure=measure_curve,
)


#: What is tuned: layers, dropout, re-feeding, lr, and the factor on lr an epoch.
NETS = {
    ("ml-1m", "user"): (
        ((128, 128), 0.0, 0, 0.02, 1.0),
        ((256, 256), 0.5, 0, 0.04, 0.95),
        ((256, 256, 256), 0.5, 0, 0.04, 0.95),
    ),
    ("ml-1m", "item"): (
        ((256, 256), 0.5, 0, 0.02, 0.98),
        ((256, 256), 0.2, 0, 0.02, 0.96),
    ),
    ("simulated", "user"): (
        ((128, 128), 0.0, 0, 0.02, 0.95),
        ((128, 128, 256), 0.8, 0, 0.02, 0.98),
        ((128, 128, 256), 0.8, 1, 0.02, 0.98),
    ),
    ("simulated", "item"): (((128, 128), 0.5, 0, 0.02, 0.98),),
}
#: There are fewer films than users, and so fewer steps in an epoch.
BATCH, EPOCHS_AT_MOST = {"user": 128, "item": 64}, {"user": 60, "item": 90}
NAMES = {"DeepRec": "user", "deep I-AutoRec": "item"}
ONE_LAYER = {"U-AutoRec": "user", "I-AutoRec": "item"}


def trials(dataset: str, kind: str) -> Iterator[Trial]:
    """Yield the deep nets that are tried: of users (DeepRec's), or of films."""
    for layers, dropout, refeeding, lr, decay in NETS[dataset, kind]:
        settings = {
            "layers": layers,
            "dropout": dropout,
            "refeeding": refeeding,
            "lr": lr,
            "lr_decay": decay,
        }
        net = DeepRec(kind=kind, batch_size=BATCH[kind], epochs=EPOCHS_AT_MOST[kind])
        yield Trial(settings, net.set_params(patience=8, **settings))


def measure(dataset: str, order: str, seed: int, model: str) -> list[dict[str, object]]:
    """Tune and test one model on one split."""
    data = recnb.load(dataset)
    if model in BASELINES:
        return [baseline(BASELINES[model](), data, seed, order)]
    if model in ONE_LAYER:
        nets = autorec_trials(dataset, ONE_LAYER[model], "identity", "sigmoid")
    else:
        nets = trials(dataset, NAMES[model])
    return [tune_and_test(nets, data, seed, order)]


def cases() -> Iterator[dict[str, object]]:
    """Yield the splits. The one by time has no seed.

    AutoRec's and the baselines' results on random splits are in ``autorec.csv``.
    """
    for dataset in DATASETS[::-1]:
        for model, seed in product(NAMES, range(3)):
            yield _split_case(dataset, "random", seed, model)
        for model in (*BASELINES, *ONE_LAYER, *NAMES):
            yield _split_case(dataset, "time", 0, model)


def _split_case(dataset: str, order: str, seed: int, model: str) -> dict[str, object]:
    return {"dataset": dataset, "order": order, "seed": seed, "model": model}


def tuned_rivals(dataset: str) -> pd.DataFrame:
    """Return the stored test errors of DeepRec and its rivals, a row a model and split.

    Columns are order ("random" or "time"), seed, model, settings, epochs, val, RMSE_81
    (of the net that was stopped on validation ratings), RMSE (trained anew on the 90%)
    and its error. The rivals on random splits are those of ``autorec.csv``.
    """
    shallow = results("autorec").query("output != 'sigmoid' and hidden != 'identity'")
    by_kind = shallow["kind"].map({kind: name for name, kind in ONE_LAYER.items()})
    shallow = shallow.assign(model=by_kind.fillna(shallow["output"]), order="random")
    every = pd.concat([shallow, results("deeprec")], ignore_index=True)
    columns = ["order", "seed", "model", "settings", "epochs", "val"]
    columns += ["RMSE_81", "RMSE", "error"]
    return every.loc[every["dataset"] == dataset, columns]


DEEPREC = Experiment(
    name="deeprec",
    question="Does depth help, if every net is tuned, at random and by time?",
    cases=list(cases()),
    measure=measure,
)


PAIRS = {"DeepRec": "U-AutoRec", "deep I-AutoRec": "I-AutoRec"}


def stored_net(dataset: str, order: str, seed: int, model: str) -> DeepRec | AutoRec:
    """Return a tuned net, not trained yet, with its best number of epochs."""
    if model in ONE_LAYER and order == "random":
        tuned = results("autorec").query("output == 'identity' and hidden == 'sigmoid'")
        tuned = tuned[tuned["kind"] == ONE_LAYER[model]]
    else:
        tuned = results("deeprec").query("order == @order and model == @model")
    (row,) = tuned.query("dataset == @dataset and seed == @seed").to_dict("records")
    settings = json.loads(row["settings"])
    if model in ONE_LAYER:
        kind = ONE_LAYER[model]
        net = AutoRec(kind=kind, batch_size=ROWS[dataset][kind])
    else:
        kind = NAMES[model]
        net = DeepRec(kind=kind, batch_size=BATCH[kind])
    return net.set_params(epochs=row["epochs"], **settings)


def measure_pair(
    dataset: str, order: str, seed: int, model: str
) -> list[dict[str, object]]:
    """Train a deep net and its rival of one layer, and compare them user by user."""
    data = recnb.load(dataset)
    whole = rating_holdout(data, val_share=0, seed=seed, order=order)
    found = {}
    for name in (model, PAIRS[model]):
        net = fitted(stored_net(dataset, order, seed, name), whole.train)
        found[name] = evaluate(net, whole.test, ["RMSE"])
    deep, one_layer = found.values()
    gap = paired_difference(deep, one_layer, "RMSE")
    return [
        {
            "against": PAIRS[model],
            "RMSE": deep.metrics["RMSE"],
            "RMSE_against": one_layer.metrics["RMSE"],
            "difference": gap.mean,
            "difference_error": gap.standard_error,
            "protocol": deep.summary,
        }
    ]


DEEPREC_PAIRED = Experiment(
    name="deeprec_paired",
    question="Is the difference of a deep net and one layer larger than its error?",
    cases=[
        _split_case(dataset, order, seed, model)
        for dataset in DATASETS
        for model in PAIRS
        for order, seeds in (("time", range(1)), ("random", range(3)))
        for seed in seeds
    ],
    measure=measure_pair,
)


def beside_one_layer(dataset: str) -> pd.DataFrame:
    """Return the stored paired differences of deep nets to their rivals of one layer.

    Columns are model, order ("random" or "time"), seed, against, difference and error,
    sorted by model, random splits first.
    """
    pairs = results("deeprec_paired").query("dataset == @dataset")
    pairs = pairs.rename(columns={"difference_error": "error"})
    pairs = pairs.sort_values(["model", "order", "seed"])
    columns = ["model", "order", "seed", "against", "difference", "error"]
    return pairs[columns].reset_index(drop=True)
