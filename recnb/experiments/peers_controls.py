"""Why a peer is ahead of ours with the same settings: ours with one thing as it has it.

`PEERS_CONTROLS` trains the peer's model, ours, and ours with what the two are known to
differ in, from three seeds each. All have the settings and the epochs that ours has in
`peers`, and all are compared user by user with ours and with the peer of the same seed.

On MovieLens 1M the peer takes too long. There ours alone is trained, from one seed.
"""

from __future__ import annotations

from sklearn.base import clone

from recnb.evaluation import Result, evaluate, paired_difference
from recnb.experiments.peers import AS_OURS, candidate, peers_settings, setting
from recnb.experiments.runner import Experiment
from recnb.experiments.showdown import one_thread
from recnb.models.base import Recommender
from recnb.models.pairs import PairModel
from recnb.peers.asking import Answer, ask
from recnb.peers.catalogue import PEERS

SEEDS = range(3)
OURS = "ours"
#: Model of ours -> the peer that is ahead.
PEER = {"RecVAE": "recbole", "NeuMF": "cornac"}
#: (dataset, model of ours) -> each arm, and what it changes.
ARMS = {
    ("simulated", "RecVAE"): {
        OURS: {},
        "noise": {"noise": 0.01},
        "epsilon": {"epsilon": 0.1},
        "noise and epsilon": {"noise": 0.01, "epsilon": 0.1},
    },
    ("ml-1m", "RecVAE"): {
        OURS: {},
        "noise": {"noise": 0.01},
        "noise and epsilon": {"noise": 0.01, "epsilon": 0.1},
    },
    ("simulated", "NeuMF"): {
        OURS: {},
        "negatives from all films": {"verify_negatives": False},
    },
}
#: Where the peer is trained, too.
ASKED = "simulated"


def measure(dataset: str, model: str, seed: int) -> list[dict[str, object]]:
    """Train each arm of ours, and the peer where it is asked; a row each."""
    split, group, metrics = setting(dataset, 0, model)
    plain = candidate(dataset, 0, model, alike=True).set_params(seed=seed)
    peer = PEER[model]
    found = {}
    if dataset == ASKED:
        found[peer] = evaluate(theirs(dataset, plain, model), group, metrics)
    for arm, changed in ARMS[dataset, model].items():
        built = clone(plain).set_params(**changed)
        with one_thread():
            built.fit(split.train)
        found[arm] = evaluate(built, group, metrics)
    return [{"arm": arm, **judged(found, arm, peer, metrics[0])} for arm in found]


def theirs(dataset: str, plain: Recommender | PairModel, model: str) -> Answer:
    """Return what the peer answers with the settings and the seed of ours."""
    split, group, _ = setting(dataset, 0, model)
    peer, params = PEERS[PEER[model]], plain.get_params()
    settings = peers_settings(peer.name, model, AS_OURS, params, split.train.shape[0])
    return ask(peer, model, settings, split.train, group.history, params["seed"])


def judged(
    found: dict[str, Result], arm: str, peer: str, metric: str
) -> dict[str, object]:
    """Return an arm's quality and its paired differences, from ours and the peer."""
    row = {**found[arm].metrics, "error": found[arm].standard_errors[metric]}
    for name, rival in (("minus_ours", OURS), ("minus_peer", peer)):
        if rival in found:
            gap = paired_difference(found[arm], found[rival], metric)
            row |= {name: gap.mean, f"{name}_error": gap.standard_error}
    return row | {"protocol": found[arm].summary}


PEERS_CONTROLS = Experiment(
    name="peers_controls",
    question="What is it that another library's model is ahead of ours by?",
    cases=[
        {"dataset": dataset, "model": model, "seed": seed}
        for dataset, model in ARMS
        for seed in (SEEDS if dataset == ASKED else SEEDS[:1])
    ],
    measure=measure,
)
