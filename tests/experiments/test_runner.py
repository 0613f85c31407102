"""Long runs: each case is stored when it is done, and nothing done is lost."""

import inspect
import os
from functools import partial

import pandas as pd
import pytest

import recnb
from recnb import experiments
from recnb.__main__ import main
from recnb.data import DatasetUnavailableError
from recnb.experiments import EXPERIMENTS, Experiment, results, runner

CASES = [{"dataset": d, "seed": s} for d, s in (("a", 0), ("a", 1), ("b", 0))]


class Measure:
    """Two rows a case; counts its calls, and does what it is told at one of them."""

    def __init__(self):
        self.calls = []
        self.instead = {}

    def __call__(self, **case):
        self.calls.append(case)
        happens = self.instead.get(tuple(case.values()), lambda: None)
        happens()
        score = len(self.calls) / 10
        return [{"model": "EASE", "ndcg": score}, {"model": "SLIM", "ndcg": score / 3}]


def failing(error):
    def fail():
        raise error

    return fail


@pytest.fixture
def measure():
    return Measure()


@pytest.fixture
def toy(measure):
    return Experiment("toy", "Is it stored?", CASES, measure)


def stored_cases(folder):
    table = results("toy", folder)
    return list(zip(table["dataset"], table["seed"], table["model"], strict=True))


def rows_of(*cases):
    return [(*case.values(), model) for case in cases for model in ("EASE", "SLIM")]


def test_a_run_stores_every_case_once_and_tells_what_it_was_run_with(toy, tmp_path):
    assert runner.run(toy, tmp_path / "new" / "folder") == []
    assert stored_cases(tmp_path / "new" / "folder") == rows_of(*CASES)
    table = results("toy", tmp_path / "new" / "folder")
    assert list(table["ndcg"][:3]) == [0.1, 0.0333333, 0.2]
    assert table["versions"].str.contains(f"recnb {recnb.__version__}").all()
    assert (table["peak_memory_mib"] > 10).all()


def test_each_case_is_stored_before_the_next_one_starts(toy, measure, tmp_path):
    seen = []
    measure.instead["a", 1] = lambda: seen.extend(stored_cases(tmp_path))
    runner.run(toy, tmp_path)
    assert seen == rows_of(CASES[0])


def test_an_interrupted_run_keeps_what_was_done_and_is_taken_up_again(
    toy, measure, tmp_path
):
    measure.instead["a", 1] = failing(KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        runner.run(toy, tmp_path)
    assert stored_cases(tmp_path) == rows_of(CASES[0])
    assert [file.name for file in tmp_path.iterdir()] == ["toy.csv"]

    measure.calls.clear()
    measure.instead.clear()
    assert runner.run(toy, tmp_path) == []
    assert measure.calls == CASES[1:]
    assert stored_cases(tmp_path) == rows_of(*CASES)


def test_a_finished_run_measures_nothing_and_leaves_the_file_alone(
    toy, measure, tmp_path
):
    runner.run(toy, tmp_path)
    before = toy.path(tmp_path).read_bytes()
    measure.calls.clear()
    assert runner.run(toy, tmp_path) == []
    assert measure.calls == []
    assert toy.path(tmp_path).read_bytes() == before


def test_an_error_in_the_code_is_no_missing_dataset(toy, measure, tmp_path):
    measure.instead["a", 1] = failing(ZeroDivisionError("a bug"))
    with pytest.raises(ZeroDivisionError):
        runner.run(toy, tmp_path)
    assert stored_cases(tmp_path) == rows_of(CASES[0])


def test_a_case_without_its_dataset_is_returned_and_the_others_are_measured(
    toy, measure, tmp_path, capsys
):
    measure.instead["a", 1] = failing(DatasetUnavailableError("There is no a here."))
    assert runner.run(toy, tmp_path) == [CASES[1]]
    assert "Left out: dataset a, seed 1. There is no a here." in capsys.readouterr().out
    assert stored_cases(tmp_path) == rows_of(CASES[0], CASES[2])

    measure.instead.clear()  # now it can be had
    assert runner.run(toy, tmp_path) == []
    assert sorted(stored_cases(tmp_path)) == sorted(rows_of(*CASES))


def test_an_interruption_while_writing_leaves_the_old_file_whole(
    toy, measure, tmp_path, monkeypatch
):
    def half(table, path, **_how):
        path.write_text("dataset,seed\na,0\na,")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        measure.instead["a", 1] = lambda: patch.setattr(pd.DataFrame, "to_csv", half)
        runner.run(toy, tmp_path)
    assert stored_cases(tmp_path) == rows_of(CASES[0])

    measure.instead.clear()
    runner.run(toy, tmp_path)
    assert stored_cases(tmp_path) == rows_of(*CASES)
    assert [file.name for file in tmp_path.iterdir()] == ["toy.csv"]


def test_a_case_is_done_only_if_one_row_has_all_of_its_values():
    stored = pd.DataFrame({"dataset": ["ml-1m", "simulated"], "seed": [0, 1]})
    assert runner.is_done({"dataset": "ml-1m", "seed": 0}, stored)
    assert runner.is_done({"dataset": "simulated", "seed": 1}, stored)
    assert not runner.is_done({"dataset": "ml-1m", "seed": 1}, stored)
    assert not runner.is_done({"dataset": "ml-1", "seed": 0}, stored)
    assert not runner.is_done({"dataset": "ml-1m", "seed": 0}, pd.DataFrame())


def test_whole_and_broken_numbers_in_one_column_are_found_again(measure, tmp_path):
    """A threshold of 4 is read back as 4.0 where another case has 0.5."""
    cases = [{"min_rating": 4}, {"min_rating": 0.5}]
    toy = Experiment("toy", "Is it found?", cases, measure)
    runner.run(toy, tmp_path)
    runner.run(toy, tmp_path)
    assert measure.calls == cases


def test_text_survives_the_file(tmp_path):
    settings = '{"l1": 2, "l2": 50}'
    rows = [{"settings": settings, "protocol": 'a, "b"; λ'}]
    toy = Experiment("toy", "Is it whole?", [{"seed": 3}], lambda seed: rows)
    runner.run(toy, tmp_path)
    (row,) = results("toy", tmp_path).to_dict("records")
    assert row["seed"] == 3
    assert row["settings"] == settings
    assert row["protocol"] == 'a, "b"; λ'


def test_results_that_are_not_there_say_how_to_make_them(tmp_path):
    with pytest.raises(FileNotFoundError, match="python -m recnb run toy"):
        results("toy", tmp_path)


@pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=EXPERIMENTS)
def test_the_cases_of_an_experiment_are_what_it_can_measure(experiment):
    cases = [tuple(case.values()) for case in experiment.cases]
    assert len(set(cases)) == len(cases) > 1
    assert {tuple(case) for case in experiment.cases} == {tuple(experiment.cases[0])}
    inspect.signature(experiment.measure).bind(**experiment.cases[0])
    datasets = {case.get("dataset") for case in experiment.cases}
    if datasets != {None}:  # some draw all of their data themselves
        drawn = {"world"}  # of lesson 16, in no catalogue
        assert datasets <= set(recnb.data.CATALOGUE) | drawn
        # Weights that others have published fit their own data only.
        assert "simulated" in datasets or experiment.name == "ncf_weights"


def in_which_process(dataset, seed):
    if dataset == "c":
        raise DatasetUnavailableError("There is no c here.")
    return [{"model": "EASE", "process": os.getpid()}]


def test_cases_are_measured_side_by_side_without_those_whose_data_is_missing(tmp_path):
    missing = {"dataset": "c", "seed": 0}
    toy = Experiment("toy", "Where?", [*CASES, missing], in_which_process)
    assert runner.run(toy, tmp_path, jobs=2) == [missing]
    assert sorted(stored_cases(tmp_path)) == sorted(
        (*case.values(), "EASE") for case in CASES
    )
    assert os.getpid() not in set(results("toy", tmp_path)["process"])


@pytest.mark.parametrize("jobs", [0, -1, 1.5])
def test_an_impossible_number_of_processes_is_refused(toy, measure, jobs, tmp_path):
    with pytest.raises(ValueError, match="jobs must be a whole number"):
        runner.run(toy, tmp_path, jobs=jobs)
    assert measure.calls == []


def test_every_row_tells_on_which_day_it_was_measured(toy, tmp_path):
    runner.run(toy, tmp_path)
    days = pd.to_datetime(results("toy", tmp_path)["measured_on"])
    assert (pd.Timestamp.now() - days).dt.days.isin([0, 1]).all()


def test_experiments_are_listed_by_their_own_names(capsys):
    assert [e.name for e in EXPERIMENTS.values()] == list(EXPERIMENTS)
    assert main(["run"]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in listed] == list(EXPERIMENTS)
    for line, experiment in zip(listed, EXPERIMENTS.values(), strict=True):
        assert line.endswith(f" {experiment.question}")


def test_an_unknown_experiment_is_an_error_in_words(capsys):
    assert main(["run", "diagonals"]) == 1
    told = capsys.readouterr().err
    assert "no experiment 'diagonals'" in told
    assert all(name in told for name in EXPERIMENTS)


@pytest.fixture
def on_the_command_line(monkeypatch, tmp_path):
    """Return a function that makes an experiment known, stored in a folder apart."""

    def known(experiment):
        monkeypatch.setitem(EXPERIMENTS, experiment.name, experiment)
        run_here = partial(runner.run, folder=tmp_path)
        monkeypatch.setattr(experiments, "run", run_here)

    return known


def test_a_run_on_the_command_line_tells_how_much_is_done(
    on_the_command_line, toy, tmp_path, capsys
):
    on_the_command_line(toy)
    assert main(["run", "toy"]) == 0
    assert "3 of 3 cases are in toy.csv" in capsys.readouterr().out
    assert stored_cases(tmp_path) == rows_of(*CASES)


def test_a_run_without_all_of_its_datasets_ends_with_1(
    on_the_command_line, tmp_path, monkeypatch, capsys
):
    def measure(dataset):
        return [{"model": "none", "n_items": recnb.load(dataset).n_items}]

    monkeypatch.setenv("RECNB_OFFLINE", "1")
    cases = [{"dataset": "ml-1m"}, {"dataset": "simulated"}]
    on_the_command_line(Experiment("toy", "How large?", cases, measure))
    assert main(["run", "toy"]) == 1
    told = capsys.readouterr().out
    assert "Left out: dataset ml-1m" in told
    assert "1 of 2 cases are in toy.csv" in told
    assert list(results("toy", tmp_path)["n_items"]) == [600]


def test_ctrl_c_on_the_command_line_says_that_what_was_done_is_kept(
    on_the_command_line, toy, measure, tmp_path, capsys
):
    measure.instead["b", 0] = failing(KeyboardInterrupt)
    on_the_command_line(toy)
    assert main(["run", "toy"]) == 130
    assert "what was done is kept" in capsys.readouterr().err
    assert stored_cases(tmp_path) == rows_of(*CASES[:2])


def test_two_runs_that_write_at_once_have_a_file_each_until_it_is_whole(
    tmp_path, monkeypatch
):
    parts = []
    monkeypatch.setattr(runner.os, "replace", lambda part, path: parts.append(part))
    for process in (1, 2):
        monkeypatch.setattr(runner.os, "getpid", lambda process=process: process)
        runner.write(pd.DataFrame({"n": [process]}), tmp_path / "toy.csv")
    assert len(set(parts)) == 2
