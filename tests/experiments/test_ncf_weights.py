"""The authors' own nets: read from their files, scored as they stand, and stored."""

import sys

import numpy as np
import pytest

from recnb.data import DatasetUnavailableError
from recnb.evaluation import published
from recnb.experiments import ncf_weights
from recnb.experiments.ncf_weights import FILES, FOLDER_SETTING, NCF_WEIGHTS
from recnb.experiments.runner import results

RNG = np.random.default_rng(0)
SIZES = {"user_embedding": (5, 4), "item_embedding": (7, 4)}
HIDDEN = {"layer1": (8, 3), "layer2": (3, 2)}
USERS, ITEMS = np.repeat(np.arange(5), 7), np.tile(np.arange(7), 5)


def arrays(model):
    """Return small layers of a GMF or an MLP, named as the authors name theirs."""
    layers = {name: [RNG.normal(size=size)] for name, size in SIZES.items()}
    hidden = HIDDEN if model == "MLP" else {}
    for name, (n_in, n_out) in (hidden | {"prediction": (0, 1)}).items():
        n_in = n_in or (2 if hidden else 4)
        layers[name] = [RNG.normal(size=(n_in, n_out)), RNG.normal(size=n_out)]
    return layers


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return a folder with two tiny files like theirs, and what is in them."""
    h5py = pytest.importorskip("h5py", reason="h5py reads the authors' files")
    stored = {model: arrays(model) for model in FILES}
    for model, layers in stored.items():
        with h5py.File(tmp_path / FILES[model], "w") as file:
            # Keras names the layers without weights, too.
            for name, parts in ({"flatten_1": []} | layers).items():
                group = file.create_group(name)
                names = [f"{name}_{letter}" for letter in "Wb"[: len(parts)]]
                group.attrs["weight_names"] = [n.encode() for n in names]
                for part, values in zip(names, parts, strict=True):
                    group[part] = values
    monkeypatch.setenv(FOLDER_SETTING, str(tmp_path))
    return stored


def expected(model, layers):
    """Score all pairs by hand."""
    p, q = layers["user_embedding"][0][USERS], layers["item_embedding"][0][ITEMS]
    x = p * q
    if model == "MLP":
        x = np.hstack([p, q])
        for name in HIDDEN:
            x = np.maximum(x @ layers[name][0] + layers[name][1], 0)
    return (x @ layers["prediction"][0] + layers["prediction"][1])[:, 0]


def test_nets_are_read_from_their_files_and_score_as_the_equations_say(folder):
    scores = {model: expected(model, layers) for model, layers in folder.items()}
    scores["mean of both"] = sum(scores.values()) / 2
    for model, by_hand in scores.items():
        net = ncf_weights.stored_net(model)
        assert (net.n_users_, net.n_items_) == (5, 7)
        found = net.predict_pairs(USERS, ITEMS)
        np.testing.assert_allclose(found, by_hand, rtol=1e-5)


@pytest.mark.parametrize(
    ("typed", "message"), [("", "is not set"), ("nowhere", "names nowhere, which does")]
)
def test_without_their_files_the_message_says_what_to_do(monkeypatch, typed, message):
    monkeypatch.setenv(FOLDER_SETTING, typed)
    with pytest.raises(
        DatasetUnavailableError, match=f"{message}.*[\\s\\S]*Clone http"
    ):
        ncf_weights.stored_net("GMF")


def test_without_h5py_the_message_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(DatasetUnavailableError, match="pip install h5py"):
        ncf_weights.read_layers(tmp_path / FILES["GMF"])


def test_every_net_of_theirs_is_stored_with_its_size():
    found = results("ncf_weights").set_index("model")
    assert list(found.index) == [case["model"] for case in NCF_WEIGHTS.cases]
    assert found.loc["GMF", "d"] == 8 and found.loc["MLP", "d"] == 32
    assert found.loc["MLP", "hidden"] == "32-16-8"


def test_their_mlp_has_here_what_is_printed_for_eight_factors():
    """So our lists and metrics are theirs; the file is of another training."""
    found = results("ncf_weights").set_index("model").loc["MLP"]
    table = published("ncf-ml-1m", "ncf-loo-99", "MLP-3, 8 factors")
    printed = table.set_index("metric")["value"]
    assert found["HR@10"] == pytest.approx(printed["HR@10"], abs=0.001)
    assert found["NDCG@10"] == pytest.approx(printed["NDCG@10"], abs=0.004)


def test_what_is_stored_stands_among_the_published_figures():
    table = published("ncf-ml-1m", "ncf-loo-99")
    for model, name in (("GMF", "GMF"), ("MLP", "MLP-3")):
        row = results("ncf_weights").set_index("model").loc[model]
        theirs = table[table["model"] == f"{name}, committed weights"]
        for _, figure in theirs.iterrows():
            assert figure["value"] == pytest.approx(row[figure["metric"]], abs=5e-5)
        assert len(theirs) == 2
