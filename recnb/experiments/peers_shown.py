"""The peers' stored results as tables for the eye, in a notebook or on a page.

from recnb.experiments import peers_shown
peers_shown.beside_us("ml-1m")
peers_shown.one_list()
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from recnb.experiments.peers_metrics import FIGURES, OURS
from recnb.experiments.runner import FOLDER, results
from recnb.peers.catalogue import MODELS, PEERS

#: As the libraries call themselves.
TITLES = {
    OURS: "the course",
    "cornac": "cornac",
    "implicit": "implicit",
    "irspack": "irspack",
    "lenskit": "LensKit",
    "ranx": "ranx",
    "recbole": "RecBole",
    "rectools": "RecTools",
}


def stored(dataset: str, folder: Path = FOLDER) -> pd.DataFrame:
    """Return the stored rows of a dataset, model by model.

    Raises
    ------
    ValueError
        If there are none.
    FileNotFoundError
        If nothing was measured here; the message says how to.
    """
    rows = results("peers", folder).query("dataset == @dataset")
    if rows.empty:
        raise ValueError(f"No peer was asked on {dataset!r}.")
    places = list(zip(rows["model"], rows["peer"], rows["settings"], strict=True))
    order = sorted(range(len(rows)), key=lambda row: _place(*places[row]))
    return rows.iloc[order].reset_index(drop=True)


def _place(model: str, peer: str, settings: str) -> tuple[int, int, bool, str]:
    """Return what rows are sorted by; defaults come first."""
    return (
        MODELS.index(model),
        list(PEERS).index(peer),
        settings != "defaults",
        settings,
    )


def beside_us(dataset: str, folder: Path = FOLDER) -> pd.DataFrame:
    """Return each answer of a peer beside ours, one a row.

    Parameters
    ----------
    dataset : str
    folder : path
        Of the stored results.

    Returns
    -------
    DataFrame
        ``model``, ``library``, ``its name`` of the model, ``settings``, ``theirs`` and
        ``ours`` (means over the test users of NDCG@100; of NeuMF, NDCG@10),
        ``difference`` (paired; below 0 where ours is better) and its ``error``,
        ``seconds`` and ``our seconds`` to train, of one core.

    Raises
    ------
    ValueError, FileNotFoundError
        As `stored`.
    """
    rows = stored(dataset, folder)
    rows = rows[rows["their_name"].notna()]
    return pd.DataFrame(
        {
            "model": rows["model"],
            "library": rows["peer"].map(TITLES),
            "its name": rows["their_name"],
            "settings": rows["settings"],
            "theirs": rows["NDCG@100"].fillna(rows["NDCG@10"]),
            "ours": rows["our NDCG@100"].fillna(rows["our NDCG@10"]),
            "difference": rows["minus_ours"],
            "error": rows["minus_ours_error"],
            "seconds": rows["seconds"],
            "our seconds": rows["our_seconds"],
        }
    ).reset_index(drop=True)


def ahead(dataset: str, folder: Path = FOLDER) -> pd.DataFrame:
    """Return the rows of `beside_us` in which a peer is ahead of ours.

    It is better by more than one error of the difference; or faster, and no more than
    one error worse.
    """
    rows = beside_us(dataset, folder)
    better = rows["difference"] > rows["error"]
    faster = (rows["seconds"] < rows["our seconds"]) & (
        rows["difference"] >= -rows["error"]
    )
    return rows[better | faster].reset_index(drop=True)


def controls(folder: Path = FOLDER) -> pd.DataFrame:
    """Return what ours comes to with one thing as a peer that is ahead has it.

    Returns
    -------
    DataFrame
        ``dataset``, ``model``, ``arm`` (a library, ours, or what of ours is changed),
        ``trainings``, and means over these: ``quality`` (NDCG@100; of NeuMF, NDCG@10),
        ``minus ours`` and ``minus peer`` (NaN where the peer was not trained), and the
        errors of these two among the users, ``minus ours error`` and ``minus peer
        error``.

    Raises
    ------
    FileNotFoundError
        If nothing was measured here; the message says how to.
    """
    rows = results("peers_controls", folder)
    rows["quality"] = rows["NDCG@100"].fillna(rows["NDCG@10"])
    rows["arm"] = rows["arm"].replace(TITLES)
    rows.columns = rows.columns.str.replace("_", " ")
    of_arm = rows.groupby(["dataset", "model", "arm"], sort=False)
    gaps = [
        f"minus {rival}{kind}" for rival in ("ours", "peer") for kind in ("", " error")
    ]
    means = of_arm[["quality", *gaps]].mean()
    return of_arm["seed"].nunique().to_frame("trainings").join(means).reset_index()


def not_asked(folder: Path = FOLDER) -> pd.DataFrame:
    """Return what no row could be measured of: dataset, library, model, reason.

    The settings are empty where the reason holds for all.
    """
    rows = results("peers", folder)
    rows = rows[rows["their_name"].isna()]
    at_all = [
        model in PEERS[peer].cannot
        for peer, model in zip(rows["peer"], rows["model"], strict=True)
    ]
    return pd.DataFrame(
        {
            "dataset": rows["dataset"],
            "library": rows["peer"].map(TITLES),
            "model": rows["model"],
            "settings": rows["settings"].mask(at_all, ""),
            "reason": rows["reason"],
        }
    ).reset_index(drop=True)


def one_list(folder: Path = FOLDER) -> pd.DataFrame:
    """Return what each library says of one and the same lists.

    Returns
    -------
    DataFrame, index: the library, with its version
        A metric a column; NaN where a library has none of the name.
    """
    rows = results("peers_metrics", folder)
    names = rows["peer"].map(TITLES) + " " + rows["their_versions"].map(own_version)
    table = rows[list(FIGURES)].set_index(pd.Index(names, name="library"))
    return table.dropna(axis=1, how="all")


def own_version(versions: str) -> str:
    """Return the first version of a list such as "cornac 3.0.1; numpy 2.4.6"."""
    return versions.split(";")[0].split()[-1]


def libraries(folder: Path = FOLDER) -> pd.DataFrame:
    """Return the versions that were measured; index: the library."""
    rows = pd.concat(_all(folder)).dropna(subset=["their_versions"])
    rows = rows[rows["peer"] != OURS].sort_values(
        "their_versions", key=lambda v: v.str.len()
    )
    last = rows.groupby("peer")["their_versions"].last()
    table = last.rename(TITLES).rename_axis("library").to_frame("versions")
    return table.sort_index(key=lambda names: names.str.lower())


def days(folder: Path = FOLDER) -> str:
    """Return when all this was measured: "on 2026-11-29", or from when to when."""
    found = pd.concat([rows["measured_on"] for rows in _all(folder)])
    first, last = found.min(), found.max()
    return f"on {first}" if first == last else f"from {first} to {last}"


def n_users(folder: Path = FOLDER) -> int:
    """Return how many lists were judged."""
    return int(results("peers_metrics", folder)["users"].iloc[0])


def _all(folder: Path) -> list[pd.DataFrame]:
    names = "peers", "peers_controls", "peers_metrics"
    return [results(name, folder) for name in names]
