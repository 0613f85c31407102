"""Data of other fields, simulated: shop orders, music plays, and members of clubs.

There are three tastes, so that models have something to find: who has a taste chooses
mostly among its items.
"""

import numpy as np
import pandas as pd

N_TASTES = 3


def choices(n_users=300, n_items=60, n_chosen=12, seed=0):
    """Return users and items of single choices; a pair may repeat."""
    rng = np.random.default_rng(seed)
    users = np.repeat(np.arange(n_users), n_chosen)
    popularity = rng.permutation(1 / np.arange(1, n_items + 1) ** 0.5)
    items = np.empty(len(users), int)
    for taste in range(N_TASTES):
        weights = popularity * np.where(np.arange(n_items) % N_TASTES == taste, 8, 1)
        theirs = users % N_TASTES == taste
        items[theirs] = rng.choice(n_items, theirs.sum(), p=weights / weights.sum())
    return users, items, rng


def shop_orders(folder):
    """Ids are text with signs and capitals, names repeat, and so do orders."""
    users, items, rng = choices()
    days = rng.integers(0, 300, len(users)).astype("timedelta64[D]")
    frame = pd.DataFrame(
        {
            "order": np.arange(len(users)),
            "customer": [f"C-{user:05}/ä" for user in users],
            "product": [f"SKU{item:03};x" for item in items],
            "name": [f'Tea <b>"{item}"</b> & more' for item in items],
            "date": (np.datetime64("2024-01-01") + days).astype(str),
        }
    )
    path = folder / "shop orders.csv"
    frame.to_csv(path, index=False, sep="|")
    return path


def music_plays(folder):
    """Counts with a long tail, separated by tabs."""
    users, items, rng = choices(seed=1)
    frame = pd.DataFrame({"listener": users, "track": items + 1000})
    frame = frame.drop_duplicates()
    frame["plays"] = np.ceil(rng.pareto(0.9, len(frame)) + 0.01).astype(int)
    path = folder / "plays.tsv"
    frame.to_csv(path, index=False, sep="\t")
    return path


def club_members(folder):
    """Nothing but who belongs where: no times, no ratings, no header."""
    users, items, _ = choices(seed=2)
    frame = pd.DataFrame({"member": users, "club": items}).drop_duplicates()
    path = folder / "members.dat"
    frame.to_csv(path, index=False, header=False)
    return path
