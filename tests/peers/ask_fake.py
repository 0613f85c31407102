"""A script like those of `recnb.peers.scripts`, of a library that counts likes.

Its one setting says what it does wrong.
"""

import os
import sys
from pathlib import Path

import numpy as np

SCRIPTS = Path(__file__).parents[2] / "recnb" / "peers" / "scripts"
sys.path.insert(0, str(SCRIPTS))

from contract import main  # noqa: E402


def popularity(asked):
    fault = asked.settings.get("fault")
    if fault == "raises":
        raise RuntimeError("no such penalty")
    if fault == "exits":
        os._exit(0)
    with asked.timed("fit"):
        counts = np.asarray(asked.train.sum(axis=0)).ravel()
    scores = np.tile(counts, (asked.histories.shape[0], 1)) + asked.seed
    if fault == "nan":
        scores[0, 0] = np.nan
    if fault == "shape":
        scores = scores[:, 1:]
    if fault == "threads":
        scores[:] = float(os.environ["OMP_NUM_THREADS"])
        scores[0, 0] = float("RECNB_CACHE" in os.environ)
    return scores


if __name__ == "__main__":
    main({"EASE": popularity}, ["numpy"])
