"""What the scripts share: they read a question from a folder and leave an answer there.

A script runs in its library's own environment and imports nothing of the course. Its
only argument is a folder with

    question.json     model, settings, seed; how short a fit is done how often
    train.npz         what to learn from: scipy's sparse matrix, users x items
    histories.npz     the users to score: the same items

and it leaves there

    scores.npy        float32, a row a history, a column an item
    answer.json       seconds of each step, of the processor's own clock, and versions

A library that is asked for its metrics gets another folder:

    lists.npy         int, a row a user: the items recommended, best first
    truth.npz         users x items, a one for each item that was held out

and leaves there

    answer.json       figures, by the names that the course has for them, and versions
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from time import process_time

import numpy as np
from scipy import sparse


class Question:
    """What is asked of a library, and a clock for its steps.

    Attributes
    ----------
    train, histories : csr_matrix of shape (n_users, n_items), float32
    model : str
    settings : dict
        In the library's own names; what is not named keeps the library's default.
    seed : int
    short, times : float, int
        A fit of less than so many seconds is done so often.
    seconds : dict of str to float
        Of each step of this run.
    """

    def __init__(self, folder: Path) -> None:
        asked = json.loads((folder / "question.json").read_text("utf-8"))
        self.model, self.settings = asked["model"], asked["settings"]
        self.seed = asked["seed"]
        self.short, self.times = asked["short"], asked["times"]
        self.train = sparse.csr_matrix(sparse.load_npz(folder / "train.npz"))
        self.histories = sparse.csr_matrix(sparse.load_npz(folder / "histories.npz"))
        self.seconds: dict[str, float] = {}

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Add what the processor spends in the block to the seconds of a step."""
        start = process_time()
        yield
        self.seconds[step] = self.seconds.get(step, 0.0) + process_time() - start


def main(
    models: Mapping[str, Callable[[Question], np.ndarray]], packages: Sequence[str]
) -> None:
    """Answer the question in the folder that the command line names.

    The seconds of a short fit are the least of several: what else the machine does
    makes a fit longer, and nothing makes it shorter.

    Parameters
    ----------
    models : mapping of str to function of a Question
        Returns the scores; dense, shape (n_histories, n_items).
    packages : sequence of str
        Whose versions the answer states.
    """
    folder = Path(sys.argv[1])
    question = Question(folder)
    scores = models[question.model](question)
    runs = [question.seconds]
    while runs[0]["fit"] < question.short and len(runs) < question.times:
        question.seconds = {}
        models[question.model](question)
        runs.append(question.seconds)
    seconds = {step: min(run[step] for run in runs) for step in runs[0]}
    np.save(folder / "scores.npy", np.asarray(scores, dtype=np.float32))
    write(folder, {"seconds": seconds}, packages)


def judge(
    figures: Callable[[np.ndarray, sparse.csr_matrix], Mapping[str, float]],
    packages: Sequence[str],
) -> None:
    """Judge the lists in the folder that the command line names.

    Parameters
    ----------
    figures : function of the lists, (n_users, k), and the truth, (n_users, n_items)
        Returns a figure by its name, such as "NDCG@10".
    packages : sequence of str
        Whose versions the answer states.
    """
    folder = Path(sys.argv[1])
    truth = sparse.csr_matrix(sparse.load_npz(folder / "truth.npz"))
    found = figures(np.load(folder / "lists.npy"), truth)
    figures_found = {name: float(value) for name, value in found.items()}
    write(folder, {"figures": figures_found}, packages)


def write(folder: Path, answer: Mapping[str, object], packages: Sequence[str]) -> None:
    """Write an answer with the versions of the packages."""
    versions = {name: version(name) for name in packages}
    text = json.dumps({**answer, "versions": versions})
    (folder / "answer.json").write_text(text, "utf-8")
