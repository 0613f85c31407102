"""The dashboard shows what is in the files, all of it, and says what is missing."""

import pandas as pd
import pytest

from recnb.__main__ import main
from recnb.experiments import EXPERIMENTS, results, runner, shown


@pytest.fixture
def folder(tmp_path):
    old = pd.DataFrame(
        {"dataset": ["a", "a", "b"], "seed": [0, 1, 0], "peak_memory_mib": [5, 7, 6]}
    )
    old["seconds"] = 1800
    old["protocol"] = "of " + old["dataset"]
    runner.write(old, tmp_path / "old.csv")
    new = pd.DataFrame(
        {"d": [1, 2], "thousandths": ["[1]", "[2]"], "empty": [None] * 2}
    )
    new["peak_memory_mib"] = 5
    new["measured_on"] = ["2026-12-01", "2026-12-03"]
    runner.write(new, tmp_path / "new.csv")
    return tmp_path


def test_the_overview_has_a_line_an_experiment(folder):
    found = shown.overview(folder)
    assert list(found.index) == ["new", "old"]
    assert found.loc["old"].to_dict() == {
        "rows": 3,
        "datasets": "a, b",
        "seeds": 2,
        "peak MiB": 7,
        "measured on": shown.UNKNOWN_DAY,
    }
    assert found.loc["new", "measured on"] == "2026-12-03"


def test_runs_are_the_rows_without_what_only_programs_read(folder):
    assert list(shown.runs("new", folder).columns) == [
        "d",
        "peak_memory_mib",
        "measured_on",
    ]
    assert list(shown.runs("old", folder)["measured_on"]) == [shown.UNKNOWN_DAY] * 3


def test_text_names_each_protocol_once(folder):
    text = shown.as_text("old", folder)
    assert text.count("of a") == text.count("of b") == 1
    assert "1800" in text


def test_what_is_not_there_says_how_to_make_it(tmp_path):
    with pytest.raises(FileNotFoundError, match="python -m recnb run"):
        shown.overview(tmp_path)
    with pytest.raises(FileNotFoundError, match="python -m recnb run nothing"):
        shown.runs("nothing", tmp_path)


def test_the_command_line_shows_every_experiment_of_the_course(capsys):
    assert main(["show"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert {line.split()[0] for line in lines[2:]} >= set(EXPERIMENTS)


def test_the_command_line_shows_an_experiment(capsys):
    assert main(["show", "diagonal"]) == 0
    told = capsys.readouterr().out
    assert told.count("\n") > len(results("diagonal"))
    assert "versions:" in told


def test_an_experiment_that_is_not_stored_is_an_error_in_words(capsys):
    assert main(["show", "diagonals"]) == 1
    assert "python -m recnb run diagonals" in capsys.readouterr().err
