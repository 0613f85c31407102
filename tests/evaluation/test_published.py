"""The file of published figures, and the refusal to mix them."""

import subprocess
import sys

import pytest

from recnb.evaluation import published, same_protocol
from recnb.evaluation.evaluate import NAMES, OF_RATINGS
from recnb.evaluation.published import PROTOCOLS

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
