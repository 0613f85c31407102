"""The summary that lesson 00 prints: what lacks and what to do, nothing private."""

from recnb.check import Finding, check, summary


def test_packages_share_a_row_and_figures_stay_out():
    rows = summary(check())
    assert rows[0][:2] == ("the Python packages", "yes")
    assert {here for _, here, _ in rows} <= {"yes", "no"}


def test_what_lacks_is_named_with_advice():
    lacking = check()
    package = next(each for each in lacking if each.what.startswith("numpy"))
    lacking[lacking.index(package)] = Finding(package.what, "missing", False, "Do so.")
    lacking.append(Finding("a kettle", "none", False, "Buy one."))
    rows = summary(lacking)
    assert rows[0][1:] == (f"missing or too old: {package.what}", "Do so.")
    assert rows[-1] == ("a kettle", "no", "Buy one.")
