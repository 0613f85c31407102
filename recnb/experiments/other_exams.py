"""Lesson 15's side tables: stored results of models that take another exam.

Models of ratings, of order, and of one film left out are judged under other protocols
than the showdown, and cannot stand in its table. Each function reads one protocol.
"""

from __future__ import annotations

import pandas as pd

from recnb.experiments import ncf_shown
from recnb.experiments.runner import results

#: AutoRec's rows by their kind, with the activations of its paper.
AUTOREC = {"item": "I-AutoRec", "user": "U-AutoRec"}


def ratings(dataset: str) -> pd.DataFrame:
    """Return the RMSE of models of ratings, on random tenths held out.

    Parameters
    ----------
    dataset : str

    Returns
    -------
    DataFrame, index: model
        ``RMSE`` (mean over splits), ``from`` and ``to`` (of the splits), ``splits``;
        the best first.

    Raises
    ------
    ValueError
        If nothing is stored of the dataset.
    """
    shallow = results("autorec")
    baselines = shallow[shallow["kind"] == "-"].assign(model=shallow["output"])
    nets = shallow.query("output == 'identity' and hidden == 'sigmoid'")
    nets = nets.assign(model=nets["kind"].map(AUTOREC))
    deep = results("deeprec").query("order == 'random'")
    rows = _of(pd.concat([baselines, nets, deep]), dataset)
    rmse = rows.groupby("model")["RMSE"]
    table = rmse.agg(["mean", "min", "max", "count"])
    table.columns = ["RMSE", "from", "to", "splits"]
    return table.sort_values("RMSE")


def order(dataset: str) -> pd.DataFrame:
    """Return the NDCG@100 of models with and without order, in two exams.

    Parameters
    ----------
    dataset : str

    Returns
    -------
    DataFrame, index: model
        ``by time`` and ``at random``: which films are held out; means over splits,
        the best by time first.

    Raises
    ------
    ValueError
        If nothing is stored of the dataset.
    """
    rows = _of(results("svae"), dataset)
    table = rows.pivot_table("NDCG@100", "model", "order")
    table = table.rename(columns={"time": "by time", "random": "at random"})
    return table[["by time", "at random"]].sort_values("by time", ascending=False)


def one_left_out(dataset: str) -> pd.DataFrame:
    """Return HR@10 with one film left out: among 100 films, and among all.

    Parameters
    ----------
    dataset : str

    Returns
    -------
    DataFrame, index: model
        ``HR@10`` (among it and 99 drawn films), ``NDCG@10``, ``full HR@10`` (among
        all), each model of pairs at its longest; the best first.

    Raises
    ------
    ValueError
        If nothing is stored of the dataset.
    """
    table = ncf_shown.both_exams(dataset).set_index("model")
    return table[["HR@10", "NDCG@10", "full HR@10"]]


def source_2(dataset: str) -> list[tuple[str, str, str, str]]:
    """Return source 2's table, row by row, beside what was measured here.

    Parameters
    ----------
    dataset : str

    Returns
    -------
    list of (model, printed, what that is, measured here)
        What a number is stands in source 2's public code and logs; lessons 03 to 08
        show it. Measured are the three that rank all films as there, without the mask
        and with it.

    Raises
    ------
    ValueError
        If nothing is stored of the dataset.
    """
    rmse, by_time = ratings(dataset)["RMSE"], order(dataset)["by time"]
    columns = ["NDCG@100 unmasked", "NDCG@100 masked"]
    best = _of(results("clinic"), dataset).groupby("model")[columns].max()
    both = {
        model: f"unmasked {unmasked:.3f}, masked {masked:.3f}"
        for model, unmasked, masked in best.itertuples()
    }
    of_ratings = f"item {rmse['I-AutoRec']:.3f}, user {rmse['U-AutoRec']:.3f}"
    listed = "its lists hold films already seen; best epoch chosen on test"
    return [
        (
            "AutoRec",
            "RMSE .910",
            "fed with the test ratings; rows are users",
            of_ratings,
        ),
        (
            "DeepRec",
            "RMSE .931",
            "the mean of users' RMSEs; without re-feeding",
            f"{rmse['DeepRec']:.3f}, over all ratings",
        ),
        ("CDAE", "NDCG .2528", listed, both["CDAE"]),
        ("MultVAE", "NDCG .2508", f"{listed}; β near 0", both["MultVAE"]),
        (
            "SVAE",
            "NDCG 38.07",
            "percent, on training users; held out by time",
            f"test users, by time: {by_time['SVAE']:.3f}",
        ),
        ("EASE", "NDCG .2561", f"{listed}; solved 50 times", both["EASE"]),
    ]


def _of(rows: pd.DataFrame, dataset: str) -> pd.DataFrame:
    """Return the rows of a dataset, or complain that there are none."""
    found = rows[rows["dataset"] == dataset]
    if found.empty:
        known = ", ".join(rows["dataset"].unique())
        raise ValueError(f"Nothing is stored of {dataset!r}; there is {known}.")
    return found
