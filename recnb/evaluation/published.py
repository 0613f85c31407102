"""Published figures, each with its protocol and source, from ``data/published.csv``."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

FILE = Path(__file__).parents[2] / "data" / "published.csv"

#: What the names in the column ``protocol`` stand for.
PROTOCOLS = {
    "strong-random-vae_cf": (
        "strong generalisation, ratings of at least 4, random 80/20 fold-in, "
        "min-recall (Liang et al. 2018)"
    ),
    "strong-time-svae": (
        "strong generalisation, ratings above 3, the newest 20% held out, plain recall "
        "(Sachdeva et al. 2019)"
    ),
    "strong-random-svae": (
        "as strong-time-svae, but a random 20% held out: an easier task"
    ),
    "svae-log": (
        "the second source's log of SVAE: as strong-time-svae, on 200 training users "
        "or on the test users (Le 2020)"
    ),
    "weak-random-cdae": (
        "weak generalisation, ratings of at least 4, users and items with at least 5, "
        "a random 20% of each user's items held out (Wu et al. 2016)"
    ),
    "ncf-loo-99": (
        "leave-one-out, the newest item among 99 sampled negatives (He et al. 2017)"
    ),
    "lightgcn-all": (
        "the published split of NGCF and LightGCN, known users, all items ranked, "
        "plain recall (Wang et al. 2019)"
    ),
    "rating-holdout-90-10": (
        "a random 10% of the ratings held out (Sedhain et al. 2015)"
    ),
    "wall-clock": "training time on the source's own machine",
}

#: Nets of the NCF paper, which counts "predictive factors", the width of the last layer
#: only; and the numbers that GMF adds to an embedding for each of them.
OF_GMF = {"MLP-3": 0, "NeuMF": 1, "NeuMF, pretrained": 1}


def published(
    dataset: str | None = None,
    protocol: str | None = None,
    model: str | None = None,
    metric: str | None = None,
) -> pd.DataFrame:
    """Return published figures; None for an argument means all.

    Parameters
    ----------
    dataset : str, optional
        For example ``"ml-20m"``. Some of them are not in the course's catalogue.
    protocol : str, optional
        A key of `PROTOCOLS`; ``result.protocol.published_as`` gives the one that a
        result may stand beside, if there is one.
    model, metric : str, optional
        For example ``"EASE"`` and ``"NDCG@100"``.

    Returns
    -------
    DataFrame
        Columns ``model``, ``dataset``, ``protocol``, ``metric``, ``value`` (percentages
        as fractions, times in seconds), ``source``, and ``seen``: "seen" if the figure
        was read in the source itself or in a copy of it.

    Raises
    ------
    FileNotFoundError
        If recnb is installed without the repository's ``data`` folder.
    ValueError
        If no figure fits.
    """
    if not FILE.is_file():
        raise FileNotFoundError(
            f"{FILE} is missing. Install recnb from a clone of the repository with "
            "pip install -e . so that its data folder is found."
        )
    frame = pd.read_csv(FILE)
    wanted = {"dataset": dataset, "protocol": protocol}
    wanted |= {"model": model, "metric": metric}
    for column, value in wanted.items():
        if value is None:
            continue
        rows = frame[frame[column] == value]
        if rows.empty:
            raise ValueError(
                f"No published figure here has {column} {value!r}; there are "
                f"{', '.join(sorted(frame[column].unique()))}."
            )
        frame = rows
    return frame.reset_index(drop=True)


def embedding_dimension(model: str, per_factor: int = 2) -> int:
    """Return the length d of a published model's embeddings, from its name.

    Parameters
    ----------
    model : str
        As in `published`: "MF, d=192" says it; "NeuMF, 8 factors" has those of its MLP
        and one for its GMF for each factor.
    per_factor : int
        Numbers in an MLP's embedding for each factor: 2 by the paper's text, as Rendle
        et al. (RecSys 2020, appendix A.3) read it; 4 in the one file of an MLP's
        weights that its authors have published.

    Raises
    ------
    ValueError
        If the name does not tell.
    """
    name, _, size = model.rpartition(", ")
    if told := re.fullmatch(r"d=(\d+)", size):
        return int(told[1])
    factors = re.fullmatch(r"(\d+) factors", size)
    if factors is None or name not in OF_GMF:
        raise ValueError(
            f"The name {model!r} does not tell the length of the embeddings; 'MF, "
            "d=192' does, and 'NeuMF, 8 factors'."
        )
    return (per_factor + OF_GMF[name]) * int(factors[1])


def same_protocol(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame if its figures may share an axis, or refuse.

    Parameters
    ----------
    frame : DataFrame with columns ``dataset``, ``protocol`` and ``metric``
        For example from `published`.

    Raises
    ------
    ValueError
        If the frame is empty, or mixes datasets, protocols or metrics.
    """
    if frame.empty:
        raise ValueError(
            "There is no figure to show; ask published() for fewer things."
        )
    for column in ("dataset", "protocol", "metric"):
        found = frame[column].unique()
        if len(found) > 1:
            raise ValueError(
                f"Figures of different {column}s do not belong on one axis: "
                f"{', '.join(map(str, found))}. Choose one: published({column}="
                f"{found[0]!r})."
            )
    return frame
