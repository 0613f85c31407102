"""Our settings in the peers' names: every pair has them, and the scales are right."""

import json

import numpy as np
import pytest
from implicit.als import AlternatingLeastSquares
from scipy import sparse
from sklearn.linear_model import ElasticNet

from recnb.models import EASE, IALS, SLIM, MultVAE, NeuMF, RecVAE
from recnb.models.ials import half_step
from recnb.peers.catalogue import PEERS
from recnb.peers.translation import TRANSLATIONS

MODELS = {
    "EASE": EASE(),
    "SLIM": SLIM(),
    "iALS": IALS(nu=0.0),
    "MultVAE": MultVAE(),
    "RecVAE": RecVAE(),
    "NeuMF": NeuMF(),
}
PAIRS = [(peer.name, model) for peer in PEERS.values() for model in peer.models]


def test_every_question_has_a_translation():
    assert set(PAIRS) == set(TRANSLATIONS)


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_what_is_translated_can_be_written_down(pair):
    settings = TRANSLATIONS[pair](MODELS[pair[1]].get_params(), 100)
    assert settings
    assert json.loads(json.dumps(settings)) == settings


def test_the_elastic_nets_penalties_are_slims():
    rng = np.random.default_rng(1)
    X = (rng.random((60, 6)) < 0.4).astype(np.float32)
    ours = SLIM(l1=1.5, l2=4.0, tol=1e-7).fit(sparse.csr_array(X))
    # RecBole has a row more than users, which is empty.
    rows = np.vstack([np.zeros((1, 6), np.float32), X])
    settings = TRANSLATIONS["recbole", "SLIM"](ours.get_params(), len(X))
    net = ElasticNet(**settings, positive=True, fit_intercept=False, tol=1e-6)
    others = rows.copy()
    others[:, 2] = 0
    expected = net.fit(others, rows[:, 2]).coef_
    np.testing.assert_allclose(ours.weights_.toarray()[:, 2], expected, atol=1e-5)
    assert expected.any()


def test_confidence_and_penalty_of_least_squares_are_ials():
    ours = IALS(d=3, l2=0.5, alpha0=0.25, nu=0.0, epochs=2).get_params()
    settings = TRANSLATIONS["implicit", "iALS"](ours, 40)
    rng = np.random.default_rng(0)
    X = sparse.csr_matrix((rng.random((40, 8)) < 0.4).astype(np.float32))
    model = AlternatingLeastSquares(random_state=0, num_threads=1, **settings)
    model.fit(X, show_progress=False)
    theirs = model.recalculate_user(np.arange(40), X)
    # Both sides' vectors are longer there by this: see the notes of `IALS`.
    longer = np.sqrt(1 + ours["alpha0"])
    penalty = ours["l2"], ours["alpha0"], ours["nu"]
    mine = half_step(sparse.csr_array(X), model.item_factors / longer, *penalty)
    np.testing.assert_allclose(theirs, longer * mine, rtol=1e-3, atol=1e-5)

    lenskit = TRANSLATIONS["lenskit", "iALS"](ours, 40)
    assert lenskit["weight"] + 1 == pytest.approx(settings["alpha"])
    assert lenskit["regularization"] == settings["regularization"]
