"""The file of published figures, and the refusal to mix them."""

import subprocess
import sys

import pytest

from recnb.evaluation import published, same_protocol
from recnb.evaluation.evaluate import NAMES, OF_RATINGS
from recnb.evaluation.published import PROTOCOLS, embedding_dimension

COLUMNS = ["model", "dataset", "protocol", "metric", "value", "source", "seen"]


def test_every_row_is_complete_and_stands_once():
    frame = published()
    assert list(frame) == COLUMNS
    assert not frame.isna().any(axis=None)
    assert (frame["source"].str.len() > 5).all()
    assert (frame["seen"] == "seen").all()
    assert not frame.duplicated(
        ["model", "dataset", "protocol", "metric", "source"]
    ).any()


def test_protocols_and_metrics_are_the_known_ones():
    frame = published()
    assert set(frame["protocol"]) == set(PROTOCOLS)
    clock = frame["protocol"] == "wall-clock"
    assert set(frame[clock]["metric"]) == {"seconds", "seconds, at most"}
    for metric in frame[~clock]["metric"].unique():
        assert metric in OF_RATINGS or metric.partition("@")[0] in NAMES
    ranked = frame["metric"].str.contains("@")
    assert frame[ranked]["value"].between(0, 1).all()


def test_filters_and_known_values():
    steck = published("ml-20m", "strong-random-vae_cf", "EASE", "NDCG@100")
    assert steck["value"].tolist() == [0.42, 0.422]
    assert published(model="EASE", metric="HR@10", dataset="ncf-ml-1m")[
        "value"
    ].tolist() == [0.7192]
    random_split = published("ml-1m", "strong-random-svae", metric="NDCG@100")
    assert random_split["value"].tolist() == [0.3979]


def test_unknown_names_are_answered_with_the_known():
    with pytest.raises(ValueError, match=r"dataset 'ml-2m'; there are .*ml-20m"):
        published("ml-2m")


def test_embedding_dimensions_of_the_ncf_paper_s_figure():
    """Rendle et al. draw d = 16 to 192; He et al. print 8 to 64 factors of each."""
    ncf = published("ncf-ml-1m", "ncf-loo-99", metric="HR@10")
    ncf = ncf[ncf["model"].str.contains("factors|d=")]
    lengths = {}
    for model in ncf["model"]:
        name = model.split(",")[0]
        lengths.setdefault(name, set()).add(embedding_dimension(model))
    assert lengths == {
        "MF": {192},
        "MLP-3": {16, 32, 64, 128},
        "NeuMF": {24, 48, 96, 192},
    }
    assert embedding_dimension("NeuMF, pretrained, 64 factors") == 192


@pytest.mark.parametrize(
    ("model", "by_text", "by_file"),
    [
        ("MLP-3, 8 factors", 16, 32),
        ("NeuMF, 16 factors", 48, 80),
        ("MF, d=192", 192, 192),
    ],
)
def test_sizes_of_the_ncf_paper_have_two_readings(model, by_text, by_file):
    found = [embedding_dimension(model, per_factor) for per_factor in (2, 4)]
    assert found == [by_text, by_file]


def test_the_file_of_the_authors_has_the_longer_reading():
    row = published("ncf-ml-1m", model="MLP-3, committed weights").iloc[0]
    assert "8 factors, embeddings of 32" in row["source"]
    assert embedding_dimension("MLP-3, 8 factors", per_factor=4) == 32


@pytest.mark.parametrize("model", ["iALS", "GMF, 8 factors", "NeuMF, pretrained"])
def test_other_names_tell_no_dimension(model):
    with pytest.raises(ValueError, match="does not tell"):
        embedding_dimension(model)


@pytest.mark.parametrize(
    ("model", "source", "hr", "ndcg"),
    [
        ("Popularity", "Rendle", 0.4535, 0.2543),
        ("SLIM", "Rendle", 0.7162, 0.4468),
        ("iALS", "Rendle", 0.7111, 0.4383),
        ("NeuMF", "Rendle", 0.7093, 0.4349),
        ("MF, d=192", "Rendle", 0.7294, 0.4523),
        ("EASE", "Dacrema", 0.7192, 0.4494),
        ("iALS", "irspack", 0.73104, 0.45213),
        ("NeuMF, pretrained, 64 factors", "He et al.", 0.730, 0.447),
        ("NeuMF, 64 factors", "He et al.", 0.705, 0.426),
        ("MLP-3, 64 factors", "He et al.", 0.702, 0.426),
    ],
)
def test_the_figures_of_the_ncf_split_are_there(model, source, hr, ndcg):
    rows = published("ncf-ml-1m", "ncf-loo-99", model)
    rows = rows[rows["source"].str.contains(source)]
    assert rows.set_index("metric")["value"].to_dict() == {"HR@10": hr, "NDCG@10": ndcg}


def test_missing_file_says_how_to_install(monkeypatch, tmp_path):
    module = sys.modules["recnb.evaluation.published"]
    monkeypatch.setattr(module, "FILE", tmp_path / "none.csv")
    with pytest.raises(FileNotFoundError, match="pip install -e"):
        published()


def test_same_protocol_refuses_mixtures():
    fine = published("ml-20m", "strong-random-vae_cf", metric="NDCG@100")
    assert same_protocol(fine) is fine
    with pytest.raises(ValueError, match="different datasets"):
        same_protocol(published(protocol="ncf-loo-99", metric="HR@10"))
    with pytest.raises(ValueError, match="different protocols"):
        same_protocol(published("ml-1m", metric="NDCG@100"))
    with pytest.raises(ValueError, match="different metrics"):
        same_protocol(published("ml-20m", "strong-random-vae_cf"))
    with pytest.raises(ValueError, match="no figure"):
        same_protocol(fine.iloc[:0])


def test_importing_the_room_is_light_and_knows_no_model():
    code = (
        "import sys, recnb.evaluation; "
        "print([m for m in ('torch', 'matplotlib', 'ipywidgets', 'recnb.models') "
        "if m in sys.modules])"
    )
    output = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert output.stdout.strip() == "[]"
