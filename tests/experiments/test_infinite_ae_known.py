"""A known user without an own vote is one who was never in training."""

import numpy as np
import pytest
from scipy import sparse

from recnb.evaluation import evaluate
from recnb.experiments import infinite_ae_known
from recnb.experiments.infinite_ae_known import WithoutOwnVote
from recnb.models import InfiniteAE

RNG = np.random.default_rng(3)
X = sparse.csr_array((RNG.random((30, 12)) < 0.3).astype(float))
MORE = sparse.csr_array(((X.toarray() + (RNG.random(X.shape) < 0.1)) > 0).astype(float))


@pytest.mark.parametrize("kernel", ["linear", "ntk"])
@pytest.mark.parametrize("histories", [X, MORE])
def test_the_others_say_what_they_would_without_the_user(kernel, histories):
    model = WithoutOwnVote(kernel=kernel, l2=2.0).fit(X)
    scores = model.predict(histories)
    for user in (0, 17):
        rest = X[np.delete(np.arange(30), user)]
        # The penalty is a multiple of a mean, which the user was part of.
        l2 = 2.0 * model.penalty_ / InfiniteAE(kernel=kernel, l2=2.0).fit(rest).penalty_
        again = InfiniteAE(kernel=kernel, l2=l2).fit(rest)
        expected = again.predict(histories[[user]])[0]
        np.testing.assert_allclose(scores[user], expected, atol=2e-5)


def test_other_rows_than_the_training_users_are_refused():
    with pytest.raises(ValueError, match="29 rows, and 30 training users"):
        WithoutOwnVote().fit(X).predict(X[:29])


def test_a_case_holds_each_model_with_and_without_the_own_vote(monkeypatch):
    monkeypatch.setattr(infinite_ae_known, "DUAL_L2", (4,))
    monkeypatch.setattr(infinite_ae_known, "EASE_L2", {"simulated": (100,)})
    rows = {row["model"]: row for row in infinite_ae_known.measure("simulated", 0)}
    assert list(rows) == [
        "EASE",
        "ridge",
        "ridge, own vote left out",
        "NTK, depth 1",
        "NTK, depth 1, own vote left out",
        "NTK, offsets as published",
    ]
    tangent, alone = rows["NTK, depth 1"], rows["NTK, depth 1, own vote left out"]
    assert tangent["settings"] == alone["settings"] == '{"l2": 4}'
    split = infinite_ae_known.load_split("simulated", 0, val_share=0)
    again = evaluate(InfiniteAE(l2=4).fit(split.train), split.test, ["NDCG@10"])
    assert tangent["NDCG@10"] == pytest.approx(again.metrics["NDCG@10"], abs=1e-6)
    # Where the history is the user's own row, only a factor of the user is new.
    for kind in ("ridge", "NTK, depth 1"):
        own, without = rows[kind], rows[f"{kind}, own vote left out"]
        assert own["NDCG@10"] == pytest.approx(without["NDCG@10"], abs=1e-6)
    assert len({round(row["NDCG@10"], 6) for row in rows.values()}) == 4
