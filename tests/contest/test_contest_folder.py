"""The folder: written whole, read again, and never another contest's."""

import numpy as np
import pytest

from recnb.contest.folder import Folder

FACTS = {"data": "abc", "models": ("EASE",), "seed": 0}


def test_a_folder_that_is_not_there_holds_no_contest(tmp_path):
    folder = Folder(tmp_path / "new")
    assert folder.facts() is None
    assert folder.trials().empty
    assert folder.best(0, "EASE") is None
    assert not folder.path.exists()


def test_the_same_contest_goes_on(tmp_path):
    folder = Folder(tmp_path / "new")
    folder.open(FACTS)
    folder.open(FACTS)
    assert folder.facts()["models"] == ["EASE"]


def test_another_contest_is_an_error_that_says_what_differs(tmp_path):
    folder = Folder(tmp_path / "new")
    folder.open(FACTS)
    with pytest.raises(ValueError, match=r"with other data and seed\. Name another"):
        folder.open(FACTS | {"data": "x", "seed": 1})
    assert folder.facts()["seed"] == 0


def test_a_folder_of_other_things_is_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear")
    with pytest.raises(ValueError, match="holds other things"):
        Folder(tmp_path).open(FACTS)
    with pytest.raises(ValueError, match="holds other things"):
        Folder(tmp_path / "letter.txt").open(FACTS)
    assert [file.name for file in tmp_path.iterdir()] == ["letter.txt"]


def test_what_a_killed_process_left_half_written_is_no_other_thing(tmp_path):
    (tmp_path / "contest.json.part").write_text("{")
    Folder(tmp_path).open(FACTS)
    assert Folder(tmp_path).facts()["data"] == "abc"


def test_a_damaged_file_is_an_error_in_words(tmp_path):
    (tmp_path / "contest.json").write_text('{"data":')
    with pytest.raises(ValueError, match=r"contest\.json is damaged"):
        Folder(tmp_path).facts()


def test_nothing_is_half_written(tmp_path, monkeypatch):
    folder = Folder(tmp_path / "new")
    folder.open(FACTS)

    def fail(*_):
        raise OSError("the disk is full")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(OSError, match="full"):
        folder.write_trials(folder.trials())
    assert [file.name for file in folder.path.iterdir()] == ["contest.json"]


@pytest.mark.parametrize("model", ["EASE", "∞-AE", "CDAE (Liang)", "a/b\\c:d"])
def test_the_best_trial_is_read_as_it_was_written(tmp_path, make_best, model):
    folder, best = Folder(tmp_path), make_best([0.25, np.nan, 1], trial=7)
    folder.write_best(3, model, best)
    found = folder.best(3, model)
    assert (found.trial, found.val, found.fit_seconds) == (7, 0.5, 1.5)
    assert found.judged.of_lists == best.judged.of_lists
    for name, values in best.judged.per_user.items():
        np.testing.assert_array_equal(found.judged.per_user[name], values)
    np.testing.assert_array_equal(found.judged.examples.items, np.zeros((3, 5)))
    assert [p.parent for p in tmp_path.rglob("*.npz")] == [tmp_path / "best"]
    assert all(file.name.isascii() for file in tmp_path.rglob("*"))
