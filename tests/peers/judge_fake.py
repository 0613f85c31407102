"""A judging script like those of `recnb.peers.scripts`, with one metric."""

import sys
from pathlib import Path

import numpy as np

SCRIPTS = Path(__file__).parents[2] / "recnb" / "peers" / "scripts"
sys.path.insert(0, str(SCRIPTS))

from contract import judge  # noqa: E402


def figures(lists, truth):
    hits = truth[np.arange(len(lists))[:, None], lists].toarray()
    return {f"precision@{lists.shape[1]}": hits.mean()}


if __name__ == "__main__":
    judge(figures, ["numpy"])
