"""`python -m recnb compare` and `recnb.showdown`: the way in, and what is refused."""

import os
import re
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from fields import choices, club_members, shop_orders

import recnb
from recnb.__main__ import main
from recnb.contest import search
from recnb.contest.showdown import checksum, default_folder

ROOT = Path(__file__).parents[2]


@pytest.fixture
def orders(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return shop_orders(tmp_path)


def test_from_a_file_to_a_page(orders, few_trials, capsys):
    command = ["compare", orders.name, "--models", "EASE", "Popularity"]
    assert main([*command, "--minutes", "2"]) == 0
    said = capsys.readouterr().out
    assert "user is 'customer' (a usual name), item is 'product'" in said
    assert "a like: every interaction" in said
    assert "why this protocol: strong generalisation" in said
    assert "EASE leads" in said
    assert "one split" in " ".join(said.split())
    folder = orders.parent / "shop-orders-contest"
    page = (folder / "index.html").read_text("utf-8")
    assert "python -m recnb compare &#x27;shop orders.csv&#x27; --models EASE" in page
    assert (folder / "table.csv").is_file()
    assert {"contest.json", "trials.csv"} < {file.name for file in folder.iterdir()}


def test_ctrl_c_keeps_what_there_is_and_the_same_command_goes_on(tmp_path, monkeypatch):
    club_members(tmp_path)
    command = [sys.executable, "-m", "recnb", "compare", "members.dat"]
    command += ["--user", "0", "--item", "1", "--minutes", "30", "--out", "out"]
    command += ["--models", "Popularity", "MultVAE"]
    where = {
        "cwd": tmp_path,
        "env": os.environ | {"PYTHONPATH": str(ROOT)},
        "stderr": subprocess.PIPE,
        "stdout": subprocess.DEVNULL,
        "text": True,
        "start_new_session": True,
        # A shell lets what it runs in the background ignore Ctrl-C.
        "preexec_fn": partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    }
    with subprocess.Popen(command, **where) as process:
        wait_for_trials(tmp_path / "out/trials.csv", 2)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all processes
        _, errors = process.communicate(timeout=120)
    assert process.returncode == 130, errors
    assert errors == "\nInterrupted; the same command goes on with it.\n"
    page = (tmp_path / "out/index.html").read_text("utf-8")
    assert "The search was interrupted" in page
    n_before = len(pd.read_csv(tmp_path / "out/trials.csv"))

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(search, "MOST_TRIALS", n_before + 1)
    assert main(command[3:]) == 0
    trials = pd.read_csv("out/trials.csv")
    numbers = trials.groupby("model")["trial"].apply(list)
    assert numbers["MultVAE"] == list(range(n_before + 1))
    assert numbers["Popularity"] == [0]
    assert "interrupted" not in Path("out/index.html").read_text("utf-8")


def test_ctrl_c_outside_the_search_is_no_traceback(orders, monkeypatch, capsys):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("recnb.contest.showdown", interrupt)
    assert main(["compare", orders.name]) == 130
    assert "the same command goes on" in capsys.readouterr().err


def wait_for_trials(path, n, seconds=300):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if path.is_file() and len(found := pd.read_csv(path)) >= n:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{path} has no {n} trials after {seconds} s")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none.csv"], "There is no file"),
        (["shop orders.csv", "--user", "who"], "no column 'who'"),
        (["shop orders.csv", "--models", "EASY"], "no model 'EASY'; there are Popul"),
        (["shop orders.csv", "--models", "EASE", "EASE"], "A model stands twice"),
        (["shop orders.csv", "--minutes", "0"], "minutes must be a number above 0"),
        (["shop orders.csv", "--minutes", "nan"], "minutes must be a number above 0"),
        (["shop orders.csv", "--out", "full"], "full holds other things"),
        (["few.csv"], "few: 2 of 2 users have at least 5 likes"),
        (["half.csv"], "line 2"),
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing(orders, capsys, arguments, message):
    folder = orders.parent
    (folder / "full").mkdir()
    (folder / "full/letter.txt").write_text("Dear")
    rows = [f"{user},{item}" for user in (1, 2) for item in range(5)]
    (folder / "few.csv").write_text("\n".join(["user,item", *rows]))
    (folder / "half.csv").write_text("user,item\n1\n")
    before = sorted(folder.rglob("*"))
    assert main(["compare", *arguments]) == 1
    errors = capsys.readouterr().err
    assert message in errors
    assert errors.count("\n") == 1
    assert sorted(folder.rglob("*")) == before


def test_another_contest_in_the_folder_is_refused(orders, capsys):
    command = ["compare", orders.name, "--models", "Popularity", "--minutes", "2"]
    assert main([*command, "--out", "out"]) == 0
    assert main([*command, "--out", "out", "--seed", "1"]) == 1
    error = capsys.readouterr().err
    assert "out holds another contest, with other protocol and seed" in error


def test_showdown_is_at_hand_and_says_what_it_takes():
    with pytest.raises(ValueError, match="takes Interactions"):
        recnb.showdown(pd.DataFrame())
    with pytest.raises(ValueError, match="list of names, not 'EASE'"):
        recnb.showdown(recnb.load("simulated"), models="EASE")


def test_the_checksum_is_of_who_met_what(data):
    frame = pd.DataFrame({"user": data.users, "item": data.items})
    same = recnb.read_table(frame, "user", "item", name="another name")
    assert checksum(same) == checksum(data)
    other = recnb.read_table(frame[:-1], "user", "item", name="mine")
    assert checksum(other) != checksum(data)


def test_the_folder_is_called_after_the_data():
    assert default_folder("ratings") == "ratings-contest"
    assert default_folder("own data/§ 1") == "own-data-1-contest"


def test_the_command_in_the_readme_is_one(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    users, items, _ = choices()
    columns = {"customer": users, "product": items, "name": items}
    pd.DataFrame(columns).to_csv("purchases.csv", index=False)
    page = (ROOT / "README.md").read_text("utf-8")
    (command,) = re.findall(r"^    python -m recnb (compare .*)$", page, re.MULTILINE)
    few = command.replace("--minutes 20", "--minutes 2 --models Popularity")
    assert main(few.split()) == 0
    assert "Popularity leads" in capsys.readouterr().out
