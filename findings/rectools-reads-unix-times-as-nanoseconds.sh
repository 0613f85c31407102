#!/usr/bin/env bash
# RecTools takes times that are bare numbers for nanoseconds, so a whole dataset happens on 1
# January 1970.
#
# Versions: rectools 0.19.0, numpy 1.26.4, pandas 2.3.3, scipy 1.17.1, Python 3.11
#
# What happens:
#   Dataset.construct and Interactions turn the column "datetime" into datetimes without
#   asking for its unit, and a bare number is taken for nanoseconds since 1970. Unix seconds
#   (as in MovieLens) of three months all fall into 1 January 1970, less than a hundredth of
#   a second apart; milliseconds fall into a few seconds of the same night. No message is
#   given. The order of the rows in time is kept, so "the last item of each user" still
#   works, but everything that has a length does not: a split by days has no training rows
#   and no test rows. Convert with pandas.to_datetime(..., unit="s") first.
#
# What one would guess:
#   The documentation asks for "timestamp of interactions": a Unix timestamp in seconds is
#   one, and else there would be an error.
#
# Output seen:
#   whole seconds: first 1970-01-01 00:00, length 0 days 00:00:00.007689600, split by 7 days: 0 train, 0 test
#   whole milliseconds: first 1970-01-01 00:28, length 0 days 00:00:07.689600, split by 7 days: 0 train, 0 test
#   seconds as float: first 1970-01-01 00:00, length 0 days 00:00:00.007689600, split by 7 days: 0 train, 0 test
#   converted: first 2023-11-14 22:13, length 89 days 00:00:00, split by 7 days: 83 train, 7 test
#
# Measured 2026-11-27.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/env"
if ! "$dir/env/bin/pip" install -q --disable-pip-version-check \
    rectools==0.19.0 numpy==1.26.4 pandas==2.3.3 scipy==1.17.1 >"$dir/pip.log" 2>&1; then
    cat "$dir/pip.log" >&2
    echo "the packages could not be installed: nothing was measured" >&2
    exit 2
fi

"$dir/env/bin/python" - <<'PY'
import sys
import numpy as np
import pandas as pd
from rectools.dataset import Dataset
from rectools.model_selection import TimeRangeSplitter

def check(ok, what):
    if not ok:
        sys.exit("CHANGED: " + what)


day = 24 * 60 * 60
start = 1_700_000_000  # seconds: 14 November 2023
seconds = start + day * np.arange(90)
frame = pd.DataFrame({
    "user_id": [f"u{n % 9}" for n in range(90)],
    "item_id": [f"i{n % 20}" for n in range(90)],
    "weight": 1.0})
sizes = {}
for name, times in (
        ("whole seconds", seconds), ("whole milliseconds", seconds * 1000),
        ("seconds as float", seconds.astype(float)),
        ("converted", pd.to_datetime(seconds, unit="s"))):
    interactions = Dataset.construct(frame.assign(datetime=times)).interactions
    t = interactions.df["datetime"]
    (train, test, _), = TimeRangeSplitter("7D", n_splits=1).split(interactions)
    sizes[name] = len(train), len(test)
    print(f"{name}: first {t.min():%Y-%m-%d %H:%M}, length {t.max() - t.min()}, "
          f"split by 7 days: {len(train)} train, {len(test)} test")
for name in ("whole seconds", "whole milliseconds", "seconds as float"):
    check(sizes[name] == (0, 0), name + " can now be divided by days")
check(sizes["converted"][0] > 80, "converted times can no longer be divided by days")
PY
