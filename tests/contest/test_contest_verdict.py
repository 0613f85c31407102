"""The verdict from hand-made results: ties, the answer, and what to trust."""

import numpy as np
import pandas as pd
import pytest

from recnb.contest import trust
from recnb.contest.trust import Found, is_outer, what_to_trust
from recnb.contest.verdict import answer, gap, linear_and_deep, table
from recnb.contestants import Between, Contestant
from recnb.models import EASE

N = 400
WIDE = {"l2": Between(1, 10_000)}


def contestant(name, kind="closed form", ranges=WIDE):
    return Contestant(name, kind, EASE, ranges)


def trials_of(**ends):
    """Return a trial a row; each has settings of its own, and half a minute."""
    rows = [
        {"model": model, "trial": number, "ended": ended, "seconds": 30.0}
        for model, all_ends in ends.items()
        for number, ended in enumerate(all_ends)
    ]
    trials = pd.DataFrame(rows)
    has_score = trials["ended"].isin(["done", "cut short"])
    return trials.assign(val=np.where(has_score, 0.5, np.nan))


@pytest.fixture
def users():
    """Quality of each test user by some model."""
    return np.random.default_rng(0).uniform(0.2, 0.6, N)


@pytest.fixture
def noise():
    return np.random.default_rng(1).normal(0, 0.1, N)


@pytest.fixture
def judged(users, noise, make_best):
    """Return what makes `Found` from each model's advantage over the users' quality."""

    def make(advantages, kinds=None, ends=None, **rest):
        kinds, ends = kinds or {}, ends or {}
        all_models = [contestant(n, kinds.get(n, "closed form")) for n in advantages]
        bests = {
            n: make_best(users + a + (noise - noise.mean()) * (k > 0))
            for k, (n, a) in enumerate(advantages.items())
            if a is not None
        }
        ended = {n: ends.get(n, ["done"] * 6) for n in advantages}
        trials = trials_of(**ended)
        found = table(all_models, trials, bests)
        return Found(found, trials, bests, all_models, **rest)

    return make


def test_the_table_is_sorted_by_test_users_and_has_paired_errors(judged, noise):
    found = judged({"A": 0.0, "B": 0.05, "C": 0.045}).table
    assert found.index.tolist() == ["B", "C", "A"]
    assert found["verdict"].tolist() == ["the first", "behind", "behind"]
    assert found["minus_first"].tolist() == pytest.approx([0, -0.005, -0.05])
    # B and C differ by a constant, and A from both by the same noise.
    errors = [0, 0, noise.std(ddof=1) / np.sqrt(N)]
    assert found["minus_first_error"].tolist() == pytest.approx(errors)
    assert found["error"].min() > 0.005
    assert found["minutes"].tolist() == [3.0] * 3


@pytest.mark.parametrize(("errors", "verdict"), [(1.9, "tied"), (2.1, "behind")])
def test_a_tie_is_a_difference_below_two_errors(judged, noise, errors, verdict):
    error = noise.std(ddof=1) / np.sqrt(N)
    found = judged({"A": errors * error, "B": 0.0}).table
    assert found.loc["B", "verdict"] == verdict


def test_equal_models_are_tied(judged, make_best, users):
    same = gap(make_best(users), make_best(users))
    assert same.is_tie and same.errors == 0


def test_users_without_a_value_do_not_count(make_best):
    between = gap(make_best([0.5, np.nan, 0.4]), make_best([0.3, np.nan, 0.3]))
    assert between.mean == pytest.approx(0.15)
    assert between.error == pytest.approx(0.05)


def test_a_model_without_a_result_stands_last(judged):
    found = judged({"A": None, "B": 0.0}, ends={"A": ["died", "failed"]}).table
    assert found.index.tolist() == ["B", "A"]
    assert found.loc["A", "verdict"] == "no result"
    assert found.loc["A", ["trials", "without"]].tolist() == [0, 2]


def test_nobody_has_a_result(judged):
    found = judged({"A": None, "B": None}, ends={"A": ["died"], "B": []})
    assert found.table["verdict"].tolist() == ["no result"] * 2


# ---- the answer ----


def test_the_answer_names_the_first_and_who_is_tied(judged):
    found = judged({"A": 0.001, "B": 0.0, "C": -0.1})
    first, _ = answer(found.table, found.bests)
    assert first.startswith("A leads, with an NDCG@100 of 0.")
    assert first.endswith("; tied with it: B.")
    alone = judged({"A": 0.1, "B": 0.0})
    assert "ahead of all others" in answer(alone.table, alone.bests)[0]
    only = judged({"A": 0.1})
    assert "the only model with a result" in answer(only.table, only.bests)[0]


@pytest.mark.parametrize(
    ("advantages", "words"),
    [
        ({"A": 0.1, "V": 0.0}, "The best linear model, A, is ahead of the best net, V"),
        ({"A": 0.0, "V": 0.1}, "The best net, V, is ahead of the best linear model, A"),
        ({"A": 0.001, "V": 0.0}, "are tied"),
        ({"A": 0.1, "V": None}, "stays open here: no net has a result"),
        ({"A": None, "V": 0.1}, "stays open here: no linear model has a result"),
    ],
)
def test_the_courses_question_is_answered(judged, noise, advantages, words):
    found = judged(advantages, {"V": "net"})
    said = linear_and_deep(found.table, found.bests)
    assert words in said
    if "ahead" in said:
        error = noise.std(ddof=1) / np.sqrt(N)
        assert f"{0.1 / error:.1f} of its errors, after 6 and 6 settings" in said


def test_a_net_whose_training_never_ended_is_no_clear_loser(judged):
    for ends, ended in ((["cut short"], False), (["done", "cut short"], True)):
        found = judged({"A": 0.1, "V": 0.0}, {"V": "net"}, {"V": ends})
        said = linear_and_deep(found.table, found.bests)
        assert ("no training of V came to its end." in said) is not ended


def test_nets_without_a_result_stand_beside_the_answer(judged):
    kinds = dict.fromkeys("VWX", "net")
    found = judged({"A": 0.1, "V": 0.0, "W": None, "X": None}, kinds)
    said = linear_and_deep(found.table, found.bests)
    assert said.endswith("settings tried; 2 of 3 nets have no result.")


def test_a_kernel_of_infinitely_wide_nets_is_on_neither_side(judged):
    found = judged({"K": 0.1, "V": 0.0}, {"K": "kernel", "V": "net"})
    assert "no linear model" in linear_and_deep(found.table, found.bests)


# ---- what to trust ----


def test_always_said(judged):
    said = what_to_trust(judged({"A": 0.1, "B": 0.0}))
    assert len([s for s in said if "one split" in s]) == 1
    assert any("by the judges themselves" in s for s in said)
    assert any("only a trial with people" in s for s in said)


def test_few_users(judged, make_best, users):
    found = judged({"A": 0.0})
    assert trust.few_users(found) == ""
    few = {"A": make_best(np.where(np.arange(N) < 60, users, np.nan))}
    said = trust.few_users(Found(found.table, found.trials, few, found.contestants))
    assert said.startswith("Only 60 people judge")


def test_a_gap_below_its_error(judged, noise):
    error = noise.std(ddof=1) / np.sqrt(N)
    assert "order says nothing" in trust.small_gap(judged({"A": 0.5 * error, "B": 0}))
    assert trust.small_gap(judged({"A": 1.5 * error, "B": 0})) == ""
    assert trust.small_gap(judged({"A": 0.0})) == ""


@pytest.mark.parametrize(
    ("value", "outer"),
    [(1, True), (2.4, True), (2.6, False), (3900, False), (5e3, True)],
)
def test_the_edge_of_a_range(value, outer):
    assert is_outer(value, Between(1, 10_000)) is outer


def test_a_winner_at_the_edge_is_named(judged, monkeypatch):
    found = judged({"A": 0.1, "B": 0.0})
    for value, said in ((9000.0, "l2 = 9000.0 (1 to 10000)"), (50.0, "")):
        monkeypatch.setattr(Contestant, "draw", lambda *_, v=value: {"l2": v})
        assert said in trust.at_edge(found)
        assert bool(trust.at_edge(found)) is bool(said)


def test_few_trials_are_named_but_not_of_models_with_nothing_to_tune(judged):
    found = judged({"A": 0.0, "B": 0.0, "C": 0.0}, ends={"A": ["done"] * 4})
    assert "settings tried: A (4)." in trust.few_trials(found)
    plain = [contestant("A", ranges={}), *found.contestants[1:]]
    fixed = Found(found.table, found.trials, found.bests, plain)
    assert trust.few_trials(fixed) == ""


def test_ends_of_trials_are_counted_by_model(judged):
    ends = {"A": ["done", "out of time"], "B": ["died", "died", "failed", "done"]}
    found = judged({"A": 0.0, "B": 0.1, "C": None}, ends={**ends, "C": []})
    assert "used up: A (1 ×)" in trust.out_of_time(found)
    assert "lack of memory: B (2 ×)" in trust.died(found)
    assert "B (1 ×)" in trust.failed(found)
    assert "nothing is said of them: C." in trust.no_result(found)
    fine = judged({"A": 0.0})
    for rule in (trust.out_of_time, trust.died, trust.failed, trust.no_result):
        assert rule(fine) == ""


def test_a_training_that_was_cut_short_is_named_until_it_is_repeated(judged):
    found = judged({"A": 0.1, "B": 0.0}, ends={"A": ["done", "cut short"]})
    assert found.table["trials"].tolist() == [2, 6]
    assert found.table["cut_short"].tolist() == [1, 0]
    assert "was judged: A. With more minutes" in trust.cut_short(found)
    repeated = found.trials.iloc[[1]].assign(ended="done")
    trials = pd.concat([found.trials, repeated])
    whole = table(found.contestants, trials, found.bests)
    assert whole["trials"].tolist() == [2, 6]
    assert whole["cut_short"].tolist() == [0, 0]


def test_interruptions_and_lost_items_are_said(judged):
    found = judged({"A": 0.0}, interrupted=True, left_out="5 of 9 items")
    said = what_to_trust(found)
    assert said[0].startswith("The search was interrupted")
    assert "Left out: 5 of 9 items." in said
    assert trust.less_data(judged({"A": 0.0})) == ""
