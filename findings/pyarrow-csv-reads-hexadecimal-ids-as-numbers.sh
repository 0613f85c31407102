#!/usr/bin/env bash
# pyarrow.csv reads text ids like 0x00ff as hexadecimal numbers, long ones as negative
# numbers.
#
# Versions: pyarrow 26.0.1, pandas 3.1.1, polars 2.1.0, numpy 2.4.6, Python 3.11
#
# What happens:
#   If all ids of a column look like 0x1F, pyarrow.csv infers whole numbers. 0x00ff and 0xff
#   become one user, and so do 0x1F and 31. An id of sixteen hexadecimal digits, as devices
#   have, becomes a negative number if its first digit is 8 or more. One longer id anywhere
#   in the block makes the whole column text again. pandas.read_csv(engine="pyarrow") does
#   the same, while pandas with its own engine and polars keep the text, so a change of
#   engine "for speed" changes the ids. Likewise NA and null are missing values in a column
#   of numbers and plain text in a column of text. No message is given. Name the type:
#   ConvertOptions(column_types={"user": pyarrow.string()}), or dtype=str.
#
# What one would guess:
#   A text with letters in it stays text, and pandas gives the same frame with every engine.
#
# Output seen:
#   pyarrow:                 [255, 255, 31, 31]
#   pandas, engine pyarrow:  [255, 255, 31, 31]
#   pandas, its own engine:  ['0x00ff', '0xff', '0x1F', '31']
#   polars:                  ['0x00ff', '0xff', '0x1F', '31']
#   sixteen digits:          [-7332140831590795897, 1891231205263979911]
#   one is longer:           ['0x00ff', '0x1a3f00c2d1e4b58700']
#   NA, null, 7:             [None, None, 7]
#   NA, null, anna:          ['NA', 'null', 'anna']
#
# Measured 2026-11-27.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/env"
if ! "$dir/env/bin/pip" install -q --disable-pip-version-check \
    pyarrow==26.0.1 pandas==3.1.1 polars==2.1.0 numpy==2.4.6 >"$dir/pip.log" 2>&1; then
    cat "$dir/pip.log" >&2
    echo "the packages could not be installed: nothing was measured" >&2
    exit 2
fi

"$dir/env/bin/python" - <<'PY'
import io, sys
import pandas as pd
import polars as pl
import pyarrow.csv

def check(ok, what):
    if not ok:
        sys.exit("CHANGED: " + what)


def users(*ids):
    return ("user,item\n" + "".join(f"{u},i{n}\n" for n, u in enumerate(ids))).encode()


def arrow(data):
    return pyarrow.csv.read_csv(io.BytesIO(data))["user"].to_pylist()


short = users("0x00ff", "0xff", "0x1F", "31")
mixed = pd.read_csv(io.BytesIO(short), engine="pyarrow")["user"].tolist()
own = pd.read_csv(io.BytesIO(short))["user"].tolist()
lazy = pl.read_csv(io.BytesIO(short))["user"].to_list()
print("pyarrow:                ", arrow(short))
print("pandas, engine pyarrow: ", mixed)
print("pandas, its own engine: ", own)
print("polars:                 ", lazy)
long = arrow(users("0x9a3f00c2d1e4b587", "0x1a3f00c2d1e4b587"))
print("sixteen digits:         ", long)
longer = arrow(users("0x00ff", "0x1a3f00c2d1e4b58700"))
print("one is longer:          ", longer)
numbers, texts = arrow(users("NA", "null", "7")), arrow(users("NA", "null", "anna"))
print("NA, null, 7:            ", numbers)
print("NA, null, anna:         ", texts)

check(arrow(short) == mixed == [255, 255, 31, 31], "short ids are no longer numbers")
check(own == lazy == ["0x00ff", "0xff", "0x1F", "31"], "pandas or polars reads numbers now")
check(long[0] < 0 < long[1], "long ids are no longer signed numbers")
check(longer == ["0x00ff", "0x1a3f00c2d1e4b58700"], "one longer id no longer makes text")
check(numbers == [None, None, 7] and texts == ["NA", "null", "anna"],
      "NA no longer depends on the column")
PY
