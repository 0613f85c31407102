"""What lesson 11 shows of the stored nets: MF's leads, and the published beside ours.

Whatever sizes and seeds are stored are shown. Columns speak to readers: ``k`` is He et
al.'s number of predictive factors, ``d`` how many numbers a user has in all.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import combinations
from time import perf_counter

import numpy as np
import pandas as pd
from scipy import sparse

from recnb.evaluation import Group, embedding_dimension, published, same_protocol
from recnb.experiments.ncf_nets import PRETRAINED, READINGS, paired, values
from recnb.experiments.runner import results
from recnb.models import mf_sgd, pairs
from recnb.models.pairs import PairModel

METRICS = ("HR@10", "NDCG@10")
#: Names of nets as He et al. print them, and ours.
OURS = {"MLP-3": "MLP", "NeuMF": "NeuMF", PRETRAINED: PRETRAINED}
#: A published hit ratio is met if ours is so near.
NEAR = 0.006


def trainings(dataset: str) -> pd.DataFrame:
    """Return every training on all pairs: model, k, d, seed, metrics, places.

    MF has no k. Lengths of MF that only the older run `dot_vs_mlp` has are taken from
    there; it kept no places.
    """
    rows = results("ncf_nets").query("dataset == @dataset and trained_on == 'all'")
    rows = rows.rename(columns={"factors": "k"})
    older = results("dot_vs_mlp").query(
        "dataset == @dataset and trained_on == 'all' and model == 'MF' and kept"
    )
    older = older[~older["d"].isin(rows.loc[rows["model"] == "MF", "d"])]
    return pd.concat([rows, older.assign(k=0)], ignore_index=True)


def by_length(trained: pd.DataFrame, metric: str = "HR@10") -> pd.DataFrame:
    """Return each model at each length: mean, least and largest value, and seeds."""
    groups = trained.groupby(["model", "k", "d"])[metric]
    table = groups.agg(["mean", "min", "max", "count"])
    return table.rename(columns={"count": "seeds"}).reset_index()


def leads(trained: pd.DataFrame, of: str = "MF", metric: str = "HR@10") -> pd.DataFrame:
    """Return a model's lead over each other one of its length, user by user.

    Returns
    -------
    DataFrame
        ``model`` (the other), ``k``, ``d``, ``lead``, its paired standard ``error``,
        and ``seeds`` of the other. Where the two share no length, there is no row.
    """
    known = trained.dropna(subset=["places"])
    ours = known[known["model"] == of].groupby("d")["places"].agg(list)
    others = known[~known["model"].isin([of, "MF"])]
    rows = [
        (*net, *paired(ours[net[-1]], list(places), metric), len(places))
        for net, places in others.groupby(["model", "k", "d"])["places"]
        if net[-1] in ours
    ]
    columns = ["model", "k", "d", "lead", "error", "seeds"]
    return pd.DataFrame(rows, columns=columns)


def over_gmf(trained: pd.DataFrame) -> pd.DataFrame:
    """Return what pretrained nets have over the GMF that is one of their parts.

    Returns
    -------
    DataFrame
        As `leads`; ``k`` and ``d`` are those of the pretrained net.
    """
    known = trained.dropna(subset=["places"])
    parts = known[known["model"] == "GMF"].groupby("k")["places"].agg(list)
    nets = known[known["model"] == PRETRAINED].groupby(["k", "d"])["places"]
    rows = [
        ("GMF", k, d, *paired(list(places), parts[k], METRICS[0]), len(places))
        for (k, d), places in nets
    ]
    columns = ["model", "k", "d", "lead", "error", "seeds"]
    return pd.DataFrame(rows, columns=columns)


def seeds_apart(trained: pd.DataFrame) -> pd.Series:
    """Return on what share of users two seeds of one net differ: one of them finds.

    Returns
    -------
    Series, index: model, k, d
        The mean over all pairs of seeds; nets of one seed are left out.
    """
    found = {}
    for net, texts in trained.dropna(subset=["places"]).groupby(["model", "k", "d"]):
        hits = [values(text, "HR@10") for text in texts["places"]]
        if len(hits) > 1:
            apart = [np.mean(a != b) for a, b in combinations(hits, 2)]
            found[net] = float(np.mean(apart))
    index = pd.MultiIndex.from_tuples(found, names=["model", "k", "d"])
    return pd.Series(list(found.values()), index=index, dtype=float)


def what_was_trained(trained: pd.DataFrame) -> pd.DataFrame:
    """Return the lengths ``d`` of each model, k and number of seeds, as a text."""
    lengths = by_length(trained).astype({"d": str})
    return lengths.groupby(["model", "k", "seeds"])["d"].agg(", ".join).to_frame()


def in_words(rows: pd.DataFrame) -> str:
    """Return `leads` as a text, such as "+0.045 ± 0.005 at d = 32 (k = 8)"."""
    found = [
        f"{row.lead:+.3f} ± {row.error:.3f} at d = {row.d} (k = {row.k})"
        for row in rows.itertuples(index=False)
    ]
    return ", ".join(found) or "no length in common yet"


def at_equal_k(lengths: pd.DataFrame) -> str:
    """Return MF with d = k beside nets of k factors, sized by the file, as a text.

    For each k: MF, MLP, NeuMF, pretrained NeuMF.
    """
    at = lengths.set_index(["model", "k", "d"])["mean"]
    told = []
    for k in sorted(lengths["k"].unique()):
        sized = {"MF": (0, k)}
        sized |= {"MLP": (k, 4 * k), "NeuMF": (k, 5 * k), PRETRAINED: (k, 5 * k)}
        if all((model, *size) in at for model, size in sized.items()):
            found = [f"{at[model, *size]:.3f}" for model, size in sized.items()]
            told.append(f"k = {k}: {', '.join(found)}")
    return "; ".join(told)


def papers(dataset: str, metric: str = "HR@10") -> pd.DataFrame:
    """Return what He et al. print of their nets, with the length in either reading.

    Returns
    -------
    DataFrame
        ``model``, ``k``, ``value``, and ``text`` and ``file``: the length of the
        embeddings by the paper's text, and by the authors' file.
    """
    table = same_protocol(published(dataset, "ncf-loo-99", metric=metric))
    table = table[table["model"].str.contains(r", \d+ factors$")]
    name, k = zip(*table["model"].str.rsplit(", ", n=1), strict=True)
    lengths = {
        reading: [embedding_dimension(model, per_factor) for model in table["model"]]
        for reading, per_factor in READINGS.items()
    }
    k = [int(size.removesuffix(" factors")) for size in k]
    found = {"model": [OURS[m] for m in name], "k": k, "value": table["value"]}
    found = pd.DataFrame(found | lengths)
    return found[["model", "k", "value", "text", "file"]].reset_index(drop=True)


def beside_published(trained: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    """Return each published value, and ours at either reading of its size.

    Returns
    -------
    DataFrame, index: model, k
        ``published``, ours by the ``text`` and by the ``file`` (NaN if not trained),
        ``gap`` (the nearer of ours minus the published) and ``met``: is the gap at most
        `NEAR`? Only where one of ours is there.
    """
    ours = by_length(trained).set_index(["model", "k", "d"])["mean"]
    rows = []
    for model, k, value, *lengths in printed.itertuples(index=False):
        found = [ours.get((model, k, d), np.nan) for d in lengths]
        if np.isnan(found).all():
            continue
        gap = min((x - value for x in found if not np.isnan(x)), key=abs)
        rows.append((model, k, value, *found, gap, abs(gap) <= NEAR))
    columns = ["model", "k", "published", "text", "file", "gap", "met"]
    return pd.DataFrame(rows, columns=columns).set_index(["model", "k"])


def mf_minus_published(trained: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    """Return MF's lead over each published value, at either reading of its size.

    Returns
    -------
    DataFrame, index: model, k; columns: text, file
        NaN where no MF of that length has been trained.
    """
    mf = by_length(trained[trained["model"] == "MF"]).set_index("d")["mean"]
    table = printed.set_index(["model", "k"])
    return pd.DataFrame(
        {reading: table[reading].map(mf) - table["value"] for reading in READINGS}
    )[["text", "file"]]


def joint_training(dataset: str) -> pd.DataFrame:
    """Return what pretrained nets have before and after their joint training.

    All of it from the training with a validation item held out, seed 0: the parts,
    their mean (the net before its first joint step) and the net that was kept, of all
    epochs and step sizes the best on validation items. That is the mean itself where no
    joint epoch was better.

    Returns
    -------
    DataFrame
        ``films`` ("validation", which chose, or "test"), ``k``, ``d``, HR@10 of
        ``GMF``, ``MLP``, their ``mean`` and the ``joint`` net; the ``step`` size as a
        text, "none" if the mean was kept.
    """
    stored = results("ncf_nets").query("dataset == @dataset and trained_on == 'tuning'")
    kept = stored.set_index(["model", "factors", "d"])
    nets = stored[stored["model"] == PRETRAINED].sort_values(["factors", "d"])
    judges = {"validation": ("val HR@10", "val_curve"), "test": ("HR@10", "test_curve")}
    rows = []
    for films, (metric, curve) in judges.items():
        for net in nets.to_dict("records"):
            k, d = net["factors"], net["d"]
            parts = kept.loc[[("GMF", k, k), ("MLP", k, d - k)], metric]
            mean = float(net[curve].split()[0])
            step = f"{json.loads(net['settings'])['lr']:g}" if net["epoch"] else "none"
            joint = net[metric] if net["epoch"] else mean
            rows.append((films, k, d, *parts, mean, joint, step))
    columns = ["films", "k", "d", "GMF", "MLP", "mean", "joint", "step"]
    return pd.DataFrame(rows, columns=columns)


def joint_in_words(joint: pd.DataFrame) -> str:
    """Return two gains of each row of `joint_training` on test items, as a text.

    The mean over its better part, and the net that was kept over the mean.
    """
    told = []
    for row in joint[joint["films"] == "test"].itertuples(index=False):
        gains = row.mean - max(row.GMF, row.MLP), row.joint - row.mean
        told.append(f"d = {row.d}: {gains[0]:+.4f}, {gains[1]:+.4f}")
    return "; ".join(told)


def mf_trials(dataset: str) -> str:
    """Return what was tried for MF, d = 64, each with its best validation HR@10."""
    rows = results("dot_vs_mlp_tuning").query("dataset == @dataset and model == 'MF'")
    best = rows.loc[rows.groupby("settings")["HR@10"].idxmax()]
    told = [
        f"{_in_greek(settings)} {hr:.3f} (epoch {epoch})"
        for settings, hr, epoch in best[["settings", "HR@10", "epoch"]].to_numpy()
    ]
    most = f"of {rows['epoch'].max()} epochs, half of what MF is trained for"
    return f"{', '.join(told)}; {most}"


def _in_greek(settings: str) -> str:
    """Return settings as the lesson writes them; none is those that are published."""
    greek = {"l2": "λ", "lr": "η"}
    told = [f"{greek[name]} = {x:g}" for name, x in json.loads(settings).items()]
    return " and ".join(told) or "as published"


def picked_on_test(dataset: str) -> pd.DataFrame:
    """Return what picking the epoch on test items adds to each net's HR@10.

    Returns
    -------
    DataFrame
        ``model``, ``k``, ``d``, and ``bonus``: the best test value of all epochs minus
        that of the epoch which validation chose.
    """
    stored = results("ncf_nets").query("dataset == @dataset and trained_on == 'tuning'")
    best = [max(map(float, curve.split())) for curve in stored["test_curve"]]
    table = stored[["model", "factors", "d"]].rename(columns={"factors": "k"})
    return table.assign(bonus=np.maximum(best - stored["HR@10"], 0))


def first_ten(
    models: dict[str, PairModel], group: Group, user: int, titles: np.ndarray
) -> pd.DataFrame:
    """Return the ten of a user's candidates that each model puts first.

    Parameters
    ----------
    models : dict, name -> fitted model
    group : Group
        With candidates, the held-out item among them.
    user : int
        Row of the group.
    titles : array of shape (n_items,)

    Returns
    -------
    DataFrame, index: place, columns: the models
        Titles; the held-out item is marked with an arrowhead.
    """
    films, heldout = group.candidates[user], group.heldout[[user]].indices
    lists = {}
    for name, model in models.items():
        scores = model.predict_pairs(group.users[user], films)
        best = films[np.argsort(-scores, kind="stable")[:10]]
        lists[name] = ["► " * (film in heldout) + titles[film] for film in best]
    return pd.DataFrame(lists, index=pd.RangeIndex(1, 11, name="place"))


def both_exams(dataset: str) -> pd.DataFrame:
    """Return each model of the lesson at its longest, in both exams; the best first.

    Nets as in `trainings`, ranked among all items from seed 0; MF (`dot_vs_mlp`) and
    iALS (`ials_test`) are means over seeds, the others (`dot_vs_mlp_yardsticks`) have
    nothing to draw.

    Parameters
    ----------
    dataset : str

    Returns
    -------
    DataFrame
        ``model``, ``d``, HR@10 and NDCG@10, the same as ``full HR@10`` and so on among
        all items.

    Raises
    ------
    ValueError
        If nothing is stored of the dataset.
    """
    on_all = "dataset == @dataset and trained_on == 'all'"
    nets = results("ncf_nets").query(on_all + " and model != 'MF'")
    if nets.empty:
        known = ", ".join(results("ncf_nets")["dataset"].unique())
        raise ValueError(f"Nothing is stored of {dataset!r}; there is {known}.")
    mf = results("dot_vs_mlp").query(on_all + " and model == 'MF' and kept")
    simple = results("dot_vs_mlp_yardsticks").query("dataset == @dataset")
    ials = _ials(results("ials_test").query("dataset == @dataset"))
    parts = [_longest(nets), _longest(mf), simple.assign(d=np.nan), ials]
    table = pd.concat(parts, ignore_index=True)
    columns = ["model", "d", *METRICS, *(f"full {metric}" for metric in METRICS)]
    return table[columns].sort_values("HR@10", ascending=False, ignore_index=True)


def everyone(dataset: str, n_users: int) -> pd.DataFrame:
    """Return `both_exams` with the standard errors of a hit ratio over so many users.

    They stand in the columns ``error HR@10`` and ``error full HR@10``.
    """
    table = both_exams(dataset)
    for hits in ("HR@10", "full HR@10"):
        table[f"error {hits}"] = np.sqrt(table[hits] * (1 - table[hits]) / n_users)
    return table


def _longest(trained: pd.DataFrame) -> pd.DataFrame:
    """Return the mean over the seeds of each model at its greatest length."""
    longest = trained["d"] == trained.groupby("model")["d"].transform("max")
    columns = ["d", *METRICS, *(f"full {metric}" for metric in METRICS)]
    return trained[longest].groupby("model")[columns].mean().reset_index()


def _ials(stored: pd.DataFrame) -> pd.DataFrame:
    """Return our iALS in both exams, the mean over its seeds; one row."""
    ours = stored[stored["model"] == "IALS"]
    means = ours.groupby("ranked")[[*METRICS]].mean()
    row = {"model": "iALS", "d": json.loads(ours["settings"].iloc[0])["d"]}
    row |= dict(means.loc["99 negatives"])
    row |= {f"full {name}": v for name, v in means.loc["all items"].items()}
    return pd.DataFrame([row])


def beside_compiled(
    step: Callable[..., None], X: sparse.csr_array, n: int = 500
) -> tuple[float, float]:
    """Take the same steps of SGD with a function and with the compiled loop of MF.

    Parameters
    ----------
    step : function of P, Q, b, user, item, label, lr and l2
        Changes P, Q and b in place.
    X : csr_array of shape (n_users, n_items)
        Its first n likes are met, each with two drawn items.
    n : int

    Returns
    -------
    float, float
        The largest difference of a number afterwards, and seconds for a step of the
        function.
    """
    rng = np.random.default_rng(0)
    users, items = (column[:n] for column in pairs.positive_pairs(X))
    negatives = pairs.draw_negatives(X.shape[1], n, 2, rng)
    start = [rng.normal(0, 0.1, (size, 8)).astype(np.float32) for size in X.shape]
    start.append(np.zeros(1, np.float32))
    ours, theirs = ([a.copy() for a in start] for _ in range(2))
    rates = np.float32(0.05), np.float32(0.01)
    mf_sgd.steps(*theirs, users, items, negatives, *rates)
    clock = perf_counter()
    for user, item, others in zip(users, items, negatives, strict=True):
        step(*ours, user, item, 1, *rates)
        for other in others:
            step(*ours, user, other, 0, *rates)
    seconds = (perf_counter() - clock) / (3 * n)
    gaps = [np.abs(a - b).max() for a, b in zip(ours, theirs, strict=True)]
    return float(max(gaps)), seconds
