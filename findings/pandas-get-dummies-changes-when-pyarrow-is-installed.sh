#!/usr/bin/env bash
# In pandas 3, installing pyarrow changes what str.get_dummies returns: an empty text, and
# the gap between two bars in a row, become a tag named "".
#
# Versions: pandas 3.1.1, pyarrow 26.0.1, numpy 2.4.6, Python 3.11
#
# What happens:
#   pandas 3 stores text in pyarrow's arrays if pyarrow is installed, and in Python objects
#   if not. str.get_dummies is another function for either. Without pyarrow, a row with no
#   tag has no column; with it, there is a column whose name is the empty text, and a 1 for
#   each such row. The same program on the same data so returns a wider table as soon as
#   another package has brought pyarrow along, and films without a genre have one in common.
#   No message is given. Drop the column "" (errors="ignore"), or name the dtype.
#
# What one would guess:
#   An optional dependency changes the speed and not the result.
#
# Output seen:
#   without pyarrow, str:             ['comedy', 'drama']
#   with pyarrow, str:                ['', 'comedy', 'drama']
#   with pyarrow, string[python]:     ['comedy', 'drama']
#   with pyarrow, object:             ['comedy', 'drama']
#   with pyarrow, film without genre: 1 under ''
#
# Measured 2026-11-30.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/env"

install() {
    if ! "$dir/env/bin/pip" install -q --disable-pip-version-check "$@" \
        >"$dir/pip.log" 2>&1; then
        cat "$dir/pip.log" >&2
        echo "the packages could not be installed: nothing was measured" >&2
        exit 2
    fi
}

cat >"$dir/show.py" <<'PY'
import importlib.util
import sys

import pandas as pd

has = importlib.util.find_spec("pyarrow") is not None
where = "with" if has else "without"
genres = ["comedy|drama", "", "drama"]


def columns(dtype, name):
    table = pd.Series(genres, dtype=dtype).str.get_dummies("|")
    label = f"{where} pyarrow, {name}:"
    print(f"{label:33} {list(table.columns)}")
    return table


def check(ok, what):
    if not ok:
        sys.exit("CHANGED: " + what)


plain = ["comedy", "drama"]
table = columns(None, "str")
if not has:
    check(list(table.columns) == plain, "there is another column without pyarrow")
    sys.exit()
check(list(table.columns) == ["", *plain], "an empty text is no tag with pyarrow")
for dtype in ("string[python]", "object"):
    check(list(columns(dtype, dtype).columns) == plain, f"{dtype} has another column")
print(f"with pyarrow, film without genre: {int(table.loc[1, ''])} under ''")
check(table.loc[1, ""] == 1, "the film without a genre has no tag")
PY

install pandas==3.1.1 numpy==2.4.6
"$dir/env/bin/python" "$dir/show.py"
install pyarrow==26.0.1
"$dir/env/bin/python" "$dir/show.py"
