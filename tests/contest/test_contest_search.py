"""The search: shares, resuming, interruptions, and processes that end."""

import json
import time
from importlib import import_module

import numpy as np
import pandas as pd
import pytest
from odd import QUICK, endless, odd, work_for_ever

from recnb.contest import search as room
from recnb.contest.folder import COLUMNS, Folder
from recnb.contest.search import (
    next_turn,
    search,
    share_of,
    turns_of,
)
from recnb.contest.trials import Worker, bell
from recnb.contestants import BY_NAME, Contestant

EASE, KNN, POPULARITY = (BY_NAME[n] for n in ("EASE", "ItemKNN", "Popularity"))
MINUTES = 5  # more than a contest of three trials a model needs


def silent(_line):
    pass


class Nowhere:
    """Stands for what a notebook defines: it is packed, and cannot be unpacked."""

    def __reduce__(self):
        return import_module, ("a_module_of_nowhere",)


def rows(*ends, model="EASE"):
    """Return trials of a model: how each ended, and its seconds."""
    frame = pd.DataFrame(
        [
            {"model": model, "trial": n, "ended": ended, "seconds": seconds}
            for n, (ended, seconds) in enumerate(ends)
        ],
        columns=["model", "trial", "ended", "seconds"],
    )
    return frame.reindex(columns=list(COLUMNS))


# ---- whose turn it is ----


def test_who_has_used_least_is_next():
    trials = pd.concat([rows(("done", 3.0)), rows(("done", 1.0), model="ItemKNN")])
    assert next_turn(turns_of(trials, [EASE, KNN]), 10).contestant is KNN


def test_a_model_with_nothing_to_tune_has_one_trial():
    trials = rows(("done", 0.1), model="Popularity")
    assert next_turn(turns_of(trials, [POPULARITY]), 10) is None


def test_what_models_leave_that_are_through_goes_to_the_others():
    trials = rows(("done", 3.0), model="Popularity")
    assert share_of(turns_of(trials, [EASE, KNN, POPULARITY]), 90) == 43.5
    assert share_of(turns_of(trials[:0], [EASE, KNN, POPULARITY]), 90) == 30
    assert share_of(turns_of(trials, [POPULARITY]), 90) == 87


@pytest.mark.parametrize(
    ("ends", "goes_on"),
    [
        ([], True),
        ([("done", 4)], True),
        ([("done", 6)], False),  # 4 s are left, and its trial took 6
        ([("done", 5), ("done", 2)], False),
        ([("done", 4), ("done", 1)], True),
        ([("out of time", 9.9999)], False),
        ([("done", 4.4), ("done", 0.0)], True),  # the bell rings after 0.8 of the time
        ([("done", 4.0), ("done", 4.0)], False),
        ([("cut short", 3)], True),
        ([("cut short", 3.5)], False),
        ([("cut short", 0.1)] * 10, True),
        ([("out of time", 3)], True),  # 7 s are left, more than twice as much
        ([("done", 1), ("out of time", 3)], False),
        ([("out of time", 1), ("done", 3)], True),
        ([("failed", 0.1)] * 9, True),
        ([("failed", 0.1)] * 10, False),
        ([("failed", 0.1)] * 9 + [("done", 0.1)], True),
        ([("done", 0.01)] * 60, False),
    ],
)
def test_when_a_model_goes_on(ends, goes_on):
    (turn,) = turns_of(rows(*ends), [EASE])
    assert turn.goes_on(share=10) is goes_on


def test_what_ran_out_of_time_is_repeated_and_counts_once():
    (turn,) = turns_of(rows(("done", 4.0), ("out of time", 6.0)), [EASE])
    assert turn.number == 1
    assert turn.used == 10
    assert not turn.goes_on(share=22) and turn.goes_on(share=22.1)


# ---- real contests ----


def same(found, expected):
    """Compare trials but for their seconds, whatever model came first."""
    columns = ["model", "trial", "settings", "ended", "val"]
    tables = [t.sort_values(columns[:2])[columns].to_numpy() for t in (found, expected)]
    assert tables[0].tolist() == tables[1].tolist()


@pytest.fixture(scope="module")
def whole(planned, tmp_path_factory):
    """A contest of three trials a model that nothing interrupts."""
    folder = Folder(tmp_path_factory.mktemp("whole"))
    said = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "MOST_TRIALS", 3)
        assert search(planned.split, QUICK, MINUTES, folder, said.append)
    return folder, said


def test_every_model_makes_its_trials(whole):
    trials = whole[0].trials()
    expected = {"EASE": 3, "ItemKNN": 3, "Popularity": 1, "net": 3}
    assert trials["model"].value_counts().to_dict() == expected
    assert (trials["ended"] == "done").all()
    assert (trials["seconds"] >= trials["fit_seconds"]).all()
    drawn = EASE.draw(1)
    row = trials.query("model == 'EASE' and trial == 1").iloc[0]
    assert json.loads(row["settings"]) == drawn


def test_the_best_on_validation_users_is_kept(whole):
    folder, said = whole
    trials = folder.trials()
    for place, contestant in enumerate(QUICK):
        own = trials[trials["model"] == contestant.name].reset_index()
        best = folder.best(place, contestant.name)
        assert best.trial == own["val"].idxmax()
        assert best.val == pytest.approx(own["val"].max(), abs=1e-5)
        n_better = (own["val"].cummax().diff() > 0).sum() + 1
        assert sum(line.startswith(contestant.name) for line in said) == n_better


def test_a_second_run_makes_nothing_anew(whole, planned, few_trials):
    folder, _ = whole
    before = (folder.path / "trials.csv").read_bytes()
    assert search(planned.split, QUICK, MINUTES, folder, silent)
    assert (folder.path / "trials.csv").read_bytes() == before


def test_interrupted_and_resumed_gives_the_same_trials(
    whole, planned, few_trials, tmp_path
):
    folder = Folder(tmp_path)

    def stop(line):
        if line.startswith("net"):
            raise KeyboardInterrupt

    assert not search(planned.split, QUICK, MINUTES, folder, stop)
    n_done = len(folder.trials())
    assert 0 < n_done < len(whole[0].trials())
    assert search(planned.split, QUICK, MINUTES, folder, silent)
    same(folder.trials(), whole[0].trials())
    for place, contestant in enumerate(QUICK):
        ours, theirs = (f.best(place, contestant.name) for f in (folder, whole[0]))
        assert ours.trial == theirs.trial
        for name, values in theirs.judged.per_user.items():
            np.testing.assert_array_equal(ours.judged.per_user[name], values)


def test_a_process_that_dies_costs_one_trial(planned, few_trials, tmp_path):
    folder, deadly = Folder(tmp_path), odd("die", "none", name="deadly")
    assert search(planned.split, [deadly, EASE], MINUTES, folder, silent)
    trials = folder.trials()
    own = trials[trials["model"] == "deadly"]
    expected = {"die": "died", "none": "done"}
    deeds = [json.loads(text)["deed"] for text in own["settings"]]
    assert set(deeds) == {"die", "none"}  # by the names and numbers of the trials
    assert own["ended"].tolist() == [expected[deed] for deed in deeds]
    assert (trials.loc[trials["model"] == "EASE", "ended"] == "done").all()


def test_a_training_is_cut_short_and_its_best_epoch_judged(planned, tmp_path):
    folder = Folder(tmp_path)
    models = [endless(epochs=1), POPULARITY]
    assert search(planned.split, models, 4 / 60, folder, silent)
    trials = folder.trials().set_index("model")
    found = trials.loc["endless"]
    assert found["ended"] == "cut short"
    assert 1 < found["fit_seconds"] < 3
    assert found["val"] == trials.loc["Popularity", "val"]  # as it would be at the end
    assert folder.best(0, "endless").val == pytest.approx(found["val"], abs=1e-5)


def test_a_training_without_a_whole_epoch_is_no_result(planned, tmp_path):
    folder = Folder(tmp_path)
    assert search(planned.split, [endless(epochs=0)], 1 / 60, folder, silent)
    (row,) = folder.trials().to_dict("records")
    assert row["ended"] == "out of time" and row["seconds"] < 1
    assert folder.best(0, "endless") is None


def test_the_bell_rings_only_inside_its_block():
    with bell(60) as rang:
        pass
    assert not rang.is_set()
    with pytest.raises(KeyboardInterrupt), bell(0.05) as rang:
        work_for_ever()
    assert rang.is_set()
    time.sleep(0.1)


def test_a_trial_out_of_time_is_ended_and_the_others_go_on(
    planned, few_trials, tmp_path
):
    folder, slow = Folder(tmp_path), odd("sleep")
    assert search(planned.split, [slow, EASE], 4 / 60, folder, silent)
    trials = folder.trials().set_index("model")
    assert trials.loc["odd", "ended"] == "out of time"
    assert trials.loc["odd", "seconds"] == pytest.approx(2, abs=1)
    assert np.isnan(trials.loc["odd", "val"])
    assert "done" in trials.loc[["EASE"], "ended"].tolist()
    assert folder.best(0, "odd") is None


def test_a_model_that_refuses_says_why_and_is_left_alone(
    planned, monkeypatch, tmp_path
):
    monkeypatch.setattr(room, "PATIENCE", 4)
    folder = Folder(tmp_path)
    assert search(planned.split, [odd("refuse", "diverge")], MINUTES, folder, silent)
    trials = folder.trials()
    assert len(trials) == 4
    refused = trials[trials["ended"] == "failed"]
    assert set(refused["note"]) == {"ValueError: not with <these> data."}
    assert set(trials["ended"]) == {"failed", "diverged"}


def test_with_more_minutes_a_trial_that_ran_out_of_time_is_repeated(
    planned, few_trials, tmp_path
):
    folder, slow = Folder(tmp_path), odd("nap")
    assert search(planned.split, [slow], 1 / 60, folder, silent)
    assert folder.trials()["ended"].tolist() == ["out of time"]
    assert search(planned.split, [slow], 2 / 60, folder, silent)
    assert len(folder.trials()) == 1
    assert search(planned.split, [slow], 10 / 60, folder, silent)
    trials = folder.trials()
    assert trials["ended"].tolist() == ["out of time"] + ["done"] * 3
    assert trials["trial"].tolist() == [0, 0, 1, 2]


def test_a_contestant_that_no_process_can_find_says_so(planned, monkeypatch, tmp_path):
    monkeypatch.setattr(room, "PATIENCE", 1)
    unknown = Contestant("unknown", "other", Nowhere())
    folder = Folder(tmp_path)
    assert search(planned.split, [unknown], MINUTES, folder, silent)
    (row,) = folder.trials().to_dict("records")
    assert row["ended"] == "failed"
    assert row["note"].startswith("ModuleNotFoundError")


def test_a_process_that_cannot_start_is_an_error(planned, monkeypatch):
    from recnb.contest import trials

    monkeypatch.setattr(trials, "work", odd("die").build("die").fit)
    with (
        Worker(planned.split) as worker,
        pytest.raises(RuntimeError, match="could not start"),
    ):
        worker.start()
    assert worker.process is None


def test_no_bell_rings_while_torch_loads_what_it_loads_late(planned):
    contestant = odd("need what is loaded late")
    with Worker(planned.split) as worker:
        worker.start()
        found = worker.outcome(contestant, contestant.draw(0), 0.0, 600, lambda: None)
    assert (found.ended, found.note) == ("done", "")
