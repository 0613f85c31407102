"""The peers' results as tables and as the page ``docs/peers.md``."""

import numpy as np
import pandas as pd
import pytest

from recnb.__main__ import main
from recnb.experiments import peers_page, peers_shown
from recnb.experiments.peers import DATASETS, LEFT_OUT
from recnb.experiments.runner import results
from recnb.peers.catalogue import PEERS


def test_the_committed_page_is_what_the_command_writes(tmp_path, monkeypatch, capsys):
    """If this fails: python -m recnb peers --page."""
    committed = peers_page.PAGE.read_text("utf-8")
    monkeypatch.setattr(peers_page, "PAGE", tmp_path / "docs" / "peers.md")
    assert main(["peers", "--page"]) == 0
    assert peers_page.PAGE.read_text("utf-8") == committed
    assert "peers.md" in capsys.readouterr().out


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_answer_stands_in_the_table(dataset):
    table = peers_shown.beside_us(dataset)
    rows = results("peers").query("dataset == @dataset")
    assert len(table) == rows["their_name"].notna().sum() >= 6
    gaps = table["theirs"] - table["ours"]
    np.testing.assert_allclose(gaps, table["difference"], atol=2e-6)
    assert table.notna().all(axis=None)


def test_what_was_not_asked_has_its_reason():
    refused = peers_shown.not_asked()
    assert set(zip(refused["library"], refused["model"], strict=True)) >= {
        ("cornac", "iALS"),
        ("RecBole", "CDAE"),
    }
    assert refused["reason"].str.len().min() > 20


def test_every_library_is_named_as_it_calls_itself():
    assert set(peers_shown.TITLES) == {"recnb", *PEERS}
    assert set(peers_shown.libraries().index) == {
        title for name, title in peers_shown.TITLES.items() if name != "recnb"
    }


def test_the_defaults_that_are_said_to_bite_do():
    for dataset, library, model in peers_page.BITES:
        row = (
            peers_shown.beside_us(dataset)
            .query("settings == 'defaults'")
            .set_index(["library", "model"])
            .loc[(library, model)]
        )
        assert row["difference"] < -3 * row["error"], (dataset, library, model)
    assert len(peers_page.bites()) == len(peers_page.BITES)


def test_every_lead_of_a_library_has_its_reason():
    rows = pd.concat({name: peers_shown.ahead(name) for name in DATASETS}, names=["of"])
    leads = rows.reset_index("of")[["of", "library", "model"]]
    assert set(leads.itertuples(index=False, name=None)) == set(peers_page.AHEAD)
    assert len(peers_page.leads()) == len(leads)


def test_what_the_page_says_of_the_leads_is_stored():
    rows = peers_shown.controls().set_index(["dataset", "model", "arm"]).sort_index()
    assert (rows.loc["simulated", "trainings"] == 3).all()
    both = rows.loc[("simulated", "RecVAE", "noise and epsilon")]
    assert abs(both["minus peer"]) < both["minus peer error"]
    assert both["minus ours"] > 2 * both["minus ours error"]
    noise = rows.loc[("simulated", "RecVAE", "noise")]
    assert noise["minus ours"] > both["minus ours"] / 2
    real = rows.loc[("ml-1m", "RecVAE")].drop(index="ours")
    assert (real["minus ours"].abs() < real["minus ours error"]).all()
    seen = rows.loc[("simulated", "NeuMF", "negatives from all films")]
    for rival in ("ours", "peer"):
        assert seen[f"minus {rival}"] < -2 * seen[f"minus {rival} error"]
    assert peers_page.difference(both["minus ours"], both["minus ours error"]) in (
        peers_page.controls()
    )


def test_what_is_left_out_stands_on_the_page_with_its_minutes():
    page = peers_page.page()
    for (dataset, peer, model, settings), minutes in LEFT_OUT.items():
        place = f"| {dataset} | {peers_shown.TITLES[peer]} | {model} | {settings} |"
        assert f"{place} about {minutes} min of one core |" in page


def test_closed_forms_with_our_settings_are_the_same():
    for dataset in DATASETS:
        rows = peers_shown.beside_us(dataset).query(
            "settings == 'as ours' and model == 'EASE'"
        )
        assert len(rows) == 3
        assert rows["difference"].abs().max() < 1e-4


def test_every_other_figure_of_the_same_list_has_its_reason():
    lists = peers_shown.one_list()
    lists.index = [name.rsplit(" ", 1)[0] for name in lists.index]
    ours = lists.loc["the course"]
    assert len(lists) == 8
    for library, row in lists.drop("the course").iterrows():
        for metric in row.dropna().index.intersection(ours.dropna().index):
            differs = abs(row[metric] - ours[metric]) > 1e-4
            assert differs == ((library, metric) in peers_page.DISAGREE), (
                library,
                metric,
            )


def test_a_table_in_markdown():
    table = pd.DataFrame({"a": ["x", "y"], "b": ["1", ""]})
    expected = "| a | b |\n| --- | --- |\n| x | 1 |\n| y |  |\n"
    assert peers_page.markdown(table) == expected
    assert [peers_page.number(x) for x in (0.12344, np.nan)] == [".1234", ""]


def test_what_is_missing_is_said(tmp_path):
    with pytest.raises(FileNotFoundError, match="python -m recnb run peers"):
        peers_page.page(tmp_path)
    with pytest.raises(ValueError, match="No peer was asked on 'netflix'"):
        peers_shown.beside_us("netflix")
