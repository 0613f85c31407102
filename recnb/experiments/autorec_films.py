"""Lesson 03's second test of the paper's explanation: films are taken away.

A film keeps all its ratings and a user loses most: by the paper's explanation the
item-based net should gain ground. By another one, which counts the rows that a net
learns from, it should lose.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import recnb
from recnb.data import Interactions
from recnb.experiments.autorec import tune_on_part
from recnb.experiments.runner import Experiment


def fewer_films(data: Interactions, share: float, seed: int) -> Interactions:
    """Return the data of a random share of the films, without users who have none."""
    n = round(share * data.n_items)
    kept = np.sort(np.random.default_rng(seed).permutation(data.n_items)[:n])
    rows = np.isin(data.items, kept)
    left, users = np.unique(data.users[rows], return_inverse=True)
    return replace(
        data,
        users=users,
        items=np.searchsorted(kept, data.items[rows]),
        ratings=data.ratings[rows],
        timestamps=None if data.timestamps is None else data.timestamps[rows],
        user_ids=data.user_ids[left],
        item_table=data.item_table.iloc[kept].reset_index(drop=True),
    )


def measure(
    dataset: str, seed: int, films_kept: float, kind: str
) -> list[dict[str, object]]:
    """Tune and test on a share of the films, and say how long the rows are."""
    return tune_on_part(fewer_films(recnb.load(dataset), films_kept, seed), kind, seed)


AUTOREC_FILMS = Experiment(
    name="autorec_films",
    question="Does the item-based net win on few films, with as many ratings each?",
    cases=[
        {"dataset": d, "seed": seed, "films_kept": share, "kind": kind}
        for d in ("simulated", "ml-1m")
        for share in (0.1, 0.25, 0.5)
        for kind in ("item", "user")
        for seed in range(2)
    ],
    measure=measure,
)
