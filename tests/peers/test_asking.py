"""A question goes out whole, and an answer is taken whole or not at all."""

import json

import numpy as np
import pytest
from scipy import sparse

from recnb.peers import asking, environments
from recnb.peers.catalogue import PEERS, SCRIPTS
from recnb.peers.environments import PeerError


def test_the_answer_is_what_the_script_computed(fake_peer, histories):
    answer = asking.ask(fake_peer, "EASE", {}, histories, histories[:5], seed=3)
    expected = np.tile(histories.sum(axis=0) + 3, (5, 1))
    np.testing.assert_array_equal(answer.scores, expected)
    assert answer.scores.dtype == np.float32
    assert set(answer.seconds) == {"fit"}
    assert answer.seconds["fit"] >= 0
    assert answer.versions["numpy"] == np.__version__
    assert answer.predict(histories[:5]) is answer.scores


def test_one_thread_and_none_of_our_settings(fake_peer, histories):
    found = asking.ask(fake_peer, "EASE", {"fault": "threads"}, histories, histories)
    assert found.scores[0, 0] == 0
    assert (found.scores[1:] == 1).all()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("raises", "no such penalty"),
        ("exits", "answer is not whole"),
        ("nan", "scores that are no numbers"),
        ("shape", r"\(12, 6\) scores, not \(12, 7\)"),
    ],
)
def test_what_is_wrong_with_an_answer_is_said(fake_peer, histories, fault, words):
    with pytest.raises(PeerError, match=words):
        asking.ask(fake_peer, "EASE", {"fault": fault}, histories, histories)


def test_nothing_of_a_question_stays(fake_peer, histories, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    asking.ask(fake_peer, "EASE", {}, histories, histories)
    with pytest.raises(PeerError):
        asking.ask(fake_peer, "EASE", {"fault": "raises"}, histories, histories)
    assert list((tmp_path / "temporary").iterdir()) == []


def test_the_matrices_come_back_as_they_went(tmp_path, histories, monkeypatch):
    monkeypatch.syspath_prepend(str(SCRIPTS))
    from contract import Question

    settings = {"lamb": 53.7, "layers": [600], "posB": False}
    asking.write_question(tmp_path, "EASE", settings, histories, histories[2:4], 5)
    question = Question(tmp_path)
    assert (question.train != sparse.csr_matrix(histories)).nnz == 0
    assert (question.histories != sparse.csr_matrix(histories[2:4])).nnz == 0
    assert question.train.dtype == np.float32
    asked = question.model, question.settings, question.seed
    assert asked == ("EASE", settings, 5)


def test_a_clock_adds_up_a_steps_blocks(tmp_path, histories, monkeypatch):
    monkeypatch.syspath_prepend(str(SCRIPTS))
    import contract

    asking.write_question(tmp_path, "EASE", {}, histories, histories, 0)
    question = contract.Question(tmp_path)
    ticks = iter([1.0, 3.0, 10.0, 14.0])
    monkeypatch.setattr(contract, "process_time", lambda: next(ticks))
    for _ in range(2):
        with question.timed("fit"):
            pass
    assert question.seconds == {"fit": 6.0}


@pytest.mark.parametrize(("fits", "expected"), [((3, 1, 2), 1), ((9,), 9)])
def test_a_short_fit_is_timed_three_times(
    tmp_path, histories, monkeypatch, fits, expected
):
    monkeypatch.syspath_prepend(str(SCRIPTS))
    import contract

    asking.write_question(tmp_path, "EASE", {}, histories, histories, 0)
    ticks = iter([tick for seconds in fits for tick in (0.0, float(seconds))])
    monkeypatch.setattr(contract, "process_time", lambda: next(ticks))
    monkeypatch.setattr("sys.argv", ["ask_fake.py", str(tmp_path)])

    def model(asked):
        with asked.timed("fit"):
            return np.zeros((12, 7))

    contract.main({"EASE": model}, ["numpy"])
    answer = json.loads((tmp_path / "answer.json").read_text())
    assert answer["seconds"] == {"fit": expected}
    assert next(ticks, None) is None


def test_a_broken_environment_is_named(fake_peer, histories):
    folder = environments.folder_of(fake_peer)
    python = environments.python_in(folder)
    python.unlink()
    with pytest.raises(PeerError, match=str(folder)):
        asking.ask(fake_peer, "EASE", {}, histories, histories)


def test_an_answer_without_versions_is_not_whole(tmp_path, fake_peer):
    np.save(tmp_path / "scores.npy", np.zeros((2, 3), np.float32))
    (tmp_path / "answer.json").write_text(json.dumps({"seconds": {}}))
    with pytest.raises(PeerError, match="versions"):
        asking.read_answer(tmp_path, (2, 3), fake_peer)


@pytest.mark.parametrize("peer", PEERS.values(), ids=list(PEERS))
def test_a_script_imports_nothing_of_the_course(peer):
    scripts = [peer.judge, *([peer.path] if peer.models else [])]
    for script in scripts:
        text = script.read_text("utf-8")
        assert script.parent == SCRIPTS
        assert "recnb" not in text
        for package in ("torch", "numpy", "scipy"):
            named = any(line.startswith(f"{package}==") for line in peer.requirements)
            assert named or f"import {package}" not in text
    for model in peer.models:
        assert f'"{model}": ' in peer.path.read_text("utf-8")


def test_a_judgement_is_what_the_script_computed(fake_peer, histories):
    lists = np.tile(np.array([2, 0, 5]), (12, 1))
    found = asking.ask_judgement(fake_peer, lists, histories)
    hits = histories.toarray()[:, [2, 0, 5]].sum(axis=1)
    assert found.figures == {"precision@3": pytest.approx(hits.mean() / 3)}
    assert found.versions == {"numpy": np.__version__}


def test_a_judge_that_fails_says_why(fake_peer, histories):
    with pytest.raises(PeerError, match=r"did not judge the lists(.|\n)*out of range"):
        asking.ask_judgement(fake_peer, np.full((12, 3), 99), histories)
