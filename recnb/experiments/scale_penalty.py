"""Lesson 16: EASE's penalty on Gowalla, judged by the users that chose SparseEASE's.

`scale_quality` takes EASE's published penalty, 80, for a fit takes 20 minutes. Here is
what these users say of it, of a smaller and of a larger one; and of a smaller one than
scaled EASE chose there, 6, the smallest of three.

Expected, before the first run: 80 is the better one, as it was published after a
search. Of 200 and of scaled EASE, added later: both have less, 200 by .002 and scaled
EASE's 2 by .001.
"""

from __future__ import annotations

from recnb.experiments.alone import used
from recnb.experiments.runner import Experiment
from recnb.experiments.scale_quality import CHOSEN_BY, score
from recnb.experiments.serving import one_thread

PENALTIES = {"EASE": (20, 80, 200), "scaled EASE": (2,)}
DATASETS = ("simulated", "gowalla")


def measure(dataset: str, model: str, l2: float) -> list[dict[str, object]]:
    """Judge a model with a penalty on validation users; one row."""
    found = {}
    with one_thread():
        _, use = used(lambda: found.update(val=score(dataset, model, {"l2": l2})))
    seconds = use["cpu_seconds"]
    return [{"metric": CHOSEN_BY, "val": found["val"], "cpu_seconds": seconds}]


SCALE_PENALTY = Experiment(
    name="scale_penalty",
    question="Is EASE's published penalty the better one for our validation users?",
    cases=[
        {"dataset": dataset, "model": model, "l2": l2}
        for dataset in DATASETS
        for model, penalties in PENALTIES.items()
        for l2 in penalties
    ],
    measure=measure,
)
