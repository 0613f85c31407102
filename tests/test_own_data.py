"""The whole chain on own data: file, protocol, models, metrics, reasons, picker."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import recnb
from recnb.__main__ import main
from recnb.data.titles import find_item
from recnb.evaluation import evaluate, leave_one_out, strong_generalization
from recnb.models import EASE, MultVAE, Popularity
from recnb.widgets import Picker, answer

N_ITEMS = 24


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Ids are text, titles have commas, and there are two kinds of taste."""
    rng = np.random.default_rng(0)
    rows = []
    for user in range(120):
        liked = rng.permutation(N_ITEMS // 2)[:8] * 2 + user % 2
        for place, item in enumerate(liked):
            when = pd.Timestamp("2024-01-01") + pd.Timedelta(hours=user, minutes=place)
            row = f"u{user:03}", f"A{item:02}", f"Film {item}, part two", 5, when
            rows.append(row)
    frame = pd.DataFrame(rows, columns=["who", "what", "called", "stars", "when"])
    path = tmp_path_factory.mktemp("own") / "mine.csv"
    frame.to_csv(path, index=False)
    return recnb.read_table(
        path, user="who", item="what", rating="stars", time="when", title="called"
    )


PROTOCOLS = {
    "NDCG@100": strong_generalization,
    "HR@10": lambda data: leave_one_out(data, candidates=10),
}


@pytest.mark.parametrize("metric", PROTOCOLS)
def test_a_linear_model_beats_popularity(data, metric):
    split = PROTOCOLS[metric](data)
    found = [
        evaluate(model.fit(split.train), split.test).metrics[metric]
        for model in (EASE(l2=10), Popularity())
    ]
    assert found[0] > found[1]


@pytest.mark.parametrize("metric", PROTOCOLS)
def test_a_net_can_be_trained_and_judged(data, metric):
    split = PROTOCOLS[metric](data)
    net = MultVAE(hidden=(), epochs=3, batch_size=32).fit(split.train)
    result = evaluate(net, split.test)
    assert result.dataset == "mine"
    assert 0 < result.metrics[metric] <= 1


def test_reasons_have_titles(data):
    split = strong_generalization(data)
    model = EASE(l2=10).fit(split.train)
    item = find_item(split.item_table, "film 4,")
    reasons = model.explain(split.test.history[[0]], item)
    titles = split.item_table["title"][reasons.index]
    assert titles.str.endswith(", part two").all()


def test_the_picker_of_lesson_00(data):
    split = strong_generalization(data)
    model = EASE(l2=10).fit(split.train)
    ticked = find_item(split.item_table, "Film 4,")
    table = answer(model, split.item_table, [ticked], k=5)
    assert table["title"].str.endswith(", part two").all()
    assert table["reason"].iloc[0] == "because you liked Film 4, part two"
    # The even ones are liked by the same people.
    assert (table["title"].str.extract(r"(\d+)")[0].astype(int) % 2 == 0).all()
    picker = Picker(model, split.item_table, Popularity().fit(split.train).counts_)
    picker.search.value = "film 6"
    picker.choices[0].value = True
    assert "1 film ticked" in picker.status.value
    assert "because you liked Film 6, part two" in picker.panel.value


def test_titles_are_ids_where_there_are_none(data):
    frame = pd.DataFrame({"user": data.users, "item": data.items + 100})
    own = recnb.read_table(frame, "user", "item")
    split = strong_generalization(own)
    model = EASE(l2=10).fit(split.train)
    table = answer(model, split.item_table, [0], k=3)
    assert table["reason"].iloc[0] == "because you liked 100"
    assert own.name == "own data"


def test_the_readme_tells_the_truth(data, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names = data.item_table["title"].to_numpy()[data.items]
    columns = {"customer": data.users, "product": data.items, "name": names}
    pd.DataFrame(columns).to_csv("purchases.csv", index=False)
    page = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (block,) = [block for block in blocks if "purchases" in block]
    *others, last = block.splitlines()
    names = {}
    exec("\n".join(others), names)
    assert 0 < eval(last, names).metrics["NDCG@100"] <= 1
    (command,) = re.findall(r"python -m recnb (describe [^`]*)`", page)
    assert main(command.split()) == 0
    assert "users      120" in capsys.readouterr().out
