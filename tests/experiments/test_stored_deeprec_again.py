"""The committed second look of lesson 04: complete, and still measured so."""

from collections import Counter

import pytest

from recnb.experiments import EXPERIMENTS, deeprec, deeprec_again
from recnb.experiments.runner import results

CASES = EXPERIMENTS["deeprec_again"].cases


def test_every_case_is_there_once():
    stored = results("deeprec_again")
    found = Counter(stored[list(CASES[0])].itertuples(index=False, name=None))
    assert found == Counter(tuple(case.values()) for case in CASES)
    assert stored[["val", "RMSE_81", "RMSE"]].notna().all(axis=None)


@pytest.mark.parametrize("case", CASES[-3:], ids=lambda case: "-".join(case.values()))
def test_one_thing_of_the_training_is_changed(case):
    usual = deeprec.stored_net(case["dataset"], "random", 0, case["model"])
    changed = deeprec_again.trial(**case).model
    known = usual.get_params()
    given = {n: v for n, v in changed.get_params().items() if v != known[n]}
    may_stop = {"epochs", "patience"}
    one = "seed" if case["changed"] == deeprec_again.SEED else "lr_decay"
    assert set(given) - may_stop == {one}


def test_a_slower_fall_takes_half_as_many_epochs_again():
    assert deeprec_again.slower(0.95) ** 90 == pytest.approx(0.95**60, rel=0.01)


def test_a_second_look_is_measured_again():
    case = {"dataset": "simulated", "model": "U-AutoRec", "changed": "another seed"}
    (again,) = deeprec_again.measure(**case)
    stored = results("deeprec_again").query(
        "dataset == 'simulated' and model == 'U-AutoRec' and changed == 'another seed'"
    )
    for name in ("val", "RMSE_81", "RMSE"):
        assert again[name] == pytest.approx(stored[name].item(), abs=5e-3)
