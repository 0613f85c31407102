"""The command line: what it prints, and its exit codes."""

from recnb import check
from recnb.__main__ import main


def test_data_list_names_every_dataset(capsys):
    assert main(["data", "list"]) == 0
    listed = capsys.readouterr().out
    assert "simulated        bundled" in listed
    assert "ml-1m            not here" in listed


def test_data_get_says_what_to_do_when_there_is_no_way(capsys, monkeypatch):
    monkeypatch.setenv("RECNB_OFFLINE", "1")
    assert main(["data", "get", "ml-1m"]) == 1
    assert "set RECNB_DATA to a folder" in capsys.readouterr().err


def test_data_get_can_do_with_the_bundled_dataset(capsys, monkeypatch):
    monkeypatch.setenv("RECNB_OFFLINE", "1")
    assert main(["data", "get", "ml-1m", "--or-simulated"]) == 0
    assert "bundled simulated dataset" in capsys.readouterr().out


def test_an_unknown_name_is_an_error_in_words(capsys):
    assert main(["data", "get", "ml-2m"]) == 1
    assert "ml-1m" in capsys.readouterr().err
    assert main(["execute", "77"]) == 1
    assert "No notebook starts with '77'" in capsys.readouterr().err


def test_check_finds_what_is_installed():
    findings = check.check()
    assert all(f.fine for f in findings if ">=" in f.what)


def test_check_gives_advice_where_something_lacks():
    text = check.table([check.Finding("a kettle", "missing", False, "Buy one.")])
    assert text.splitlines() == [
        "--  a kettle                     missing",
        "    Buy one.",
    ]
