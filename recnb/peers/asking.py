"""A question to a peer and its answer, by way of a folder that both sides know."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from scipy import sparse

from recnb.peers.catalogue import Peer
from recnb.peers.environments import PeerError, folder_of, python_of, run_or_complain

#: Every way in which the libraries are told to compute in one thread.
ONE_THREAD = dict.fromkeys(
    (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMBA_NUM_THREADS",
        "RAYON_NUM_THREADS",
        "LK_NUM_PROCS",
        "LK_NUM_THREADS",
        "LK_NUM_BACKEND_THREADS",
    ),
    "1",
)

#: A fit of less than so many seconds is done so often, and the least time counts: what
#: else the machine does makes a fit longer, and nothing makes it shorter.
SHORT, TIMES = 5.0, 3


@dataclass(frozen=True)
class Answer:
    """What came back.

    Parameters
    ----------
    scores : float32 array of shape (n_histories, n_items)
    seconds : dict of str to float
        ``fit`` and ``predict``: of the processor's own clock, in one thread; of a short
        fit, the least of several.
    versions : dict of str to str
    """

    scores: np.ndarray
    seconds: dict[str, float]
    versions: dict[str, str]

    #: All scores are here: `evaluate` has to ask for all rows at once.
    needs_all_users = True

    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Return the scores, as a model would that has learned nothing but them."""
        return self.scores


def ask(
    peer: Peer,
    model: str,
    settings: dict[str, object],
    train: sparse.csr_array,
    histories: sparse.csr_array,
    seed: int = 0,
) -> Answer:
    """Have a peer fit a model and score histories, in a process of its environment.

    Parameters
    ----------
    peer : Peer
    model : str
        One of ``peer.models``.
    settings : dict
        In the peer's names; what is not named keeps the peer's default.
    train : csr_array of shape (n_users, n_items)
    histories : csr_array of shape (n_histories, n_items)
    seed : int

    Raises
    ------
    PeerError
        If the peer cannot be installed, its script fails, or the answer is not whole.
    """
    with TemporaryDirectory(prefix="recnb-peer-") as name:
        folder = Path(name)
        write_question(folder, model, settings, train, histories, seed)
        run_script(peer, peer.path, folder, f"answer for {model} with {settings}")
        return read_answer(folder, (histories.shape[0], train.shape[1]), peer)


@dataclass(frozen=True)
class Judgement:
    """What a peer's own metrics say of lists.

    Parameters
    ----------
    figures : dict of str to float
        By the course's names, such as "NDCG@10".
    versions : dict of str to str
    """

    figures: dict[str, float]
    versions: dict[str, str]


def ask_judgement(peer: Peer, lists: np.ndarray, truth: sparse.csr_array) -> Judgement:
    """Have a peer's metrics judge lists, in a process of its environment.

    Parameters
    ----------
    peer : Peer
    lists : int array of shape (n_users, k)
        Items, best first; every place is filled.
    truth : csr_array of shape (n_users, n_items)
        What was held out; something of every user.

    Raises
    ------
    PeerError
        If the peer cannot be installed, its script fails, or the answer is not whole.
    """
    with TemporaryDirectory(prefix="recnb-peer-") as name:
        folder = Path(name)
        np.save(folder / "lists.npy", lists)
        sparse.save_npz(folder / "truth.npz", truth.astype(np.float32))
        run_script(peer, peer.judge, folder, "judge the lists")
        try:
            answer = json.loads((folder / "answer.json").read_text("utf-8"))
            return Judgement(answer["figures"], answer["versions"])
        except (OSError, ValueError, KeyError) as error:
            raise PeerError(f"{peer.name}'s answer is not whole: {error!r}.") from error


def run_script(peer: Peer, script: Path, folder: Path, task: str) -> None:
    """Run a peer's script in its environment; it reads a folder and answers there."""
    run_or_complain(
        [str(python_of(peer)), "-s", str(script), str(folder)],
        f"{peer.name} did not {task}. If its environment is damaged, remove "
        f"{folder_of(peer)} and try again",
        cwd=folder,
        env=surroundings(),
    )


def write_question(
    folder: Path,
    model: str,
    settings: dict[str, object],
    train: sparse.csr_array,
    histories: sparse.csr_array,
    seed: int,
) -> None:
    """Write what a script reads; see `recnb/peers/scripts/contract.py`."""
    sparse.save_npz(folder / "train.npz", train.astype(np.float32))
    sparse.save_npz(folder / "histories.npz", histories.astype(np.float32))
    question = {"model": model, "settings": settings, "seed": seed}
    question |= {"short": SHORT, "times": TIMES}
    (folder / "question.json").write_text(json.dumps(question), "utf-8")


def surroundings() -> dict[str, str]:
    """Return a script's environment variables: one thread, no GPU, none of ours."""
    ours = ("PYTHON", "RECNB_")
    kept = {name: v for name, v in os.environ.items() if not name.startswith(ours)}
    return kept | ONE_THREAD | {"CUDA_VISIBLE_DEVICES": ""}


def read_answer(folder: Path, shape: tuple[int, int], peer: Peer) -> Answer:
    """Read what a script has written.

    Raises
    ------
    PeerError
        If a part is missing or has another shape, or a score is not a number.
    """
    try:
        scores = np.load(folder / "scores.npy")
        answer = json.loads((folder / "answer.json").read_text("utf-8"))
        found = Answer(scores, answer["seconds"], answer["versions"])
    except (OSError, ValueError, KeyError) as error:
        raise PeerError(f"{peer.name}'s answer is not whole: {error!r}.") from error
    if scores.shape != shape:
        raise PeerError(f"{peer.name} returned {scores.shape} scores, not {shape}.")
    if np.isnan(scores).any():
        raise PeerError(f"{peer.name} returned scores that are no numbers.")
    return found
