"""The package sansa: refused in words where it is missing, and a model where it is."""

import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest
from scipy import sparse

from recnb.experiments import scale_quality
from recnb.experiments.scale_sansa import Sansa, package
from recnb.models import EASE


def test_without_the_package_the_row_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "sansa", None)
    [row] = scale_quality.measure("simulated", "sansa", "CHOLMOD, density 0.05")
    assert "scikit-sparse has no wheel" in row["refused"]
    assert "libsuitesparse-dev" in row["refused"]
    assert set(row) == {"refused"}


def test_every_dataset_with_a_form_has_cases():
    cases = [c for c in scale_quality.SCALE_QUALITY.cases if c["model"] == "sansa"]
    assert {case["dataset"] for case in cases} == set(scale_quality.FORMS)
    for case in cases:
        form = scale_quality.FORMS_OF_SANSA[case["dataset"]][case["form"]]
        assert 0 < form["density"] <= 0.05
        assert scale_quality.L2_OF_SANSA[form["factor"]][case["dataset"]]


@pytest.fixture(scope="module")
def X():
    rng = np.random.default_rng(0)
    return sparse.csr_array((rng.random((300, 40)) < 0.1).astype(np.float32))


def installed():
    """Skip, with the reason, where the package or what it needs is missing."""
    if find_spec("sansa") is None:
        pytest.skip("sansa is not installed; scikit-sparse has no wheel")
    try:
        return package()
    except ImportError as error:
        pytest.skip(str(error))


def test_it_comes_near_ease_when_its_factor_may_be_dense(X):
    installed()
    # Its columns are scaled before l2 is added: the same order, not the same weights.
    theirs, ours = Sansa(l2=1.0, density=0.5).fit(X), EASE(20).fit(X)
    scores = theirs.predict(X)
    assert scores.shape == X.shape
    hidden = X.toarray() == 0
    agree = np.corrcoef(scores[hidden], ours.predict(X)[hidden])[0, 1]
    assert agree > 0.8
    B = (theirs.weights_[0] @ theirs.weights_[1]).toarray()
    np.testing.assert_allclose(scores, X @ B, atol=1e-5)


def test_from_an_exact_factor_without_cuts_it_is_ease(X):
    installed()
    theirs = Sansa(l2=20.0, density=1.0, factor="CHOLMOD").fit(X)
    hidden = X.toarray() == 0
    ours = EASE(20).fit(X).predict(X)
    agree = np.corrcoef(theirs.predict(X)[hidden], ours[hidden])[0, 1]
    assert agree > 0.999


def test_fewer_entries_are_fewer_weights(X):
    installed()
    sizes = [
        sum(W.nnz for W in Sansa(density=share).fit(X).weights_)
        for share in (0.06, 0.3)
    ]
    assert sizes[0] < sizes[1] <= 2 * 40 * 41


def test_the_import_leaves_the_level_of_messages_as_it_was():
    installed()
    code = (  # in a new process: pytest has handlers of its own, which change this
        "import logging, sys; from recnb.experiments.scale_sansa import package; "
        "package(); sys.exit(logging.getLogger().level != logging.WARNING)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
