"""Lesson 05: two settings of M4, compared user by user.

The errors of `cdae_sweeps` are those of a mean over users. All its nets are judged on
the same users, so that a difference between two of them has a smaller error, which
is stored here. Each net of a pair trains until its validation stops it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import recnb
from recnb.evaluation import Result, evaluate, paired_difference, weak_generalization
from recnb.experiments import tuning
from recnb.experiments.cdae import fitted_on, swept
from recnb.experiments.runner import Experiment, results

#: What `swept` changes, to which value, and whether there are nodes.
USUAL = ("corruption", 0.5, True)
PAIRS = {
    "all films minus 5 negatives": (("n_negatives", 0, True), USUAL),
    "20 negatives minus 5": (("n_negatives", 20, True), USUAL),
    "no noise minus q = .5": (("corruption", 0.0, True), USUAL),
    "q = .8 minus q = .5": (("corruption", 0.8, True), USUAL),
    "own node minus none, λ = .001": (("l2", 0.001, True), ("l2", 0.001, False)),
    "own node minus none": (USUAL, ("corruption", 0.5, False)),
}
#: The sweeps end after 60 epochs, which the net with all films reaches.
EPOCHS, PATIENCE = 150, 5
#: Seeds of the nets: two where the sweeps see a node bring something.
NET_SEEDS = {"own node minus none, λ = .001": 2}


@cache
def judged(
    dataset: str, what: str, value: float, user_node: bool, net_seed: int
) -> tuple[Result, int, str]:
    """Train one net; its validation NDCG, its best epoch, and why it stopped."""
    split = weak_generalization(recnb.load(dataset), seed=0)
    net = swept(what, value).set_params(user_node=user_node, seed=net_seed)
    net.set_params(epochs=EPOCHS, patience=PATIENCE)
    if fitted_on(split, "weak", net) is None:
        raise FloatingPointError(f"M4 with {what} = {value} diverges at once.")
    found = evaluate(net.for_users(), split.val, [tuning.METRIC])
    return found, net.log_.best_epoch, net.log_.stopped


def measure(dataset: str, pair: str, net_seed: int) -> list[dict[str, object]]:
    """Train both nets of a pair, or take those trained before; compare them."""
    (first, epochs, stopped), (second, of_second, _) = (
        judged(dataset, *setting, net_seed) for setting in PAIRS[pair]
    )
    gap = paired_difference(first, second, tuning.METRIC)
    return [
        {
            "first": first.metrics[tuning.METRIC],
            "second": second.metrics[tuning.METRIC],
            "difference": gap.mean,
            "error": gap.standard_error,
            "epochs_first": epochs,
            "epochs_second": of_second,
            "stopped_first": stopped,
            "protocol": first.summary,
        }
    ]


def in_words(dataset: str, *pairs: str) -> str:
    """Return the stored differences of some pairs, a line for each seed of the nets."""
    stored = results("cdae_pairs").query("dataset == @dataset").set_index("pair")
    return "\n".join(
        f"{r.Index}: {r.difference:+.4f} ± {r.error:.4f}, "
        f"best epochs {r.epochs_first} and {r.epochs_second}"
        for r in stored.loc[list(pairs)].itertuples()
    )


def cases() -> Iterator[dict[str, object]]:
    """Yield the pairs, with each seed of the nets."""
    for dataset in ("simulated", "ml-1m"):
        for pair in PAIRS:
            for net_seed in range(NET_SEEDS.get(pair, 1)):
                yield {"dataset": dataset, "pair": pair, "net_seed": net_seed}


CDAE_PAIRS = Experiment(
    name="cdae_pairs",
    question="Is the difference between two settings of CDAE's M4 more than noise?",
    cases=list(cases()),
    measure=measure,
)
