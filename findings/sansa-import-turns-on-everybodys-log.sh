#!/usr/bin/env bash
# Importing sansa turns on the log messages of all other packages: it sets the root
# logger of Python to INFO, and gives it a handler that writes to the error output.
#
# Versions: sansa 1.1.0, scikit-sparse 0.4.16, numpy 2.4.6, scipy 1.17.1, Python 3.11
#
# What happens:
#   Python's root logger stands at WARNING and has no handler, until the program says
#   otherwise. After "import sansa" it stands at INFO and has one, so that what any other
#   package tells at that level is printed, in a notebook in red, from then on. A
#   program that calls logging.basicConfig afterwards finds that it does nothing, since
#   there is a handler already. Put the level back after the import, and pass force=True.
#
# What one would guess:
#   A library adds messages to a logger of its own name, and leaves it to the program
#   which of them are shown.
#
# Output seen:
#   before: WARNING, 0 handlers
#   after:  INFO, 1 handler
#   after basicConfig(level=ERROR): INFO
#   printed: another package's message
#
# It builds scikit-sparse, which has no wheel: libsuitesparse-dev must be installed.
#
# Measured 2026-11-30.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/env"
if ! "$dir/env/bin/pip" install -q --disable-pip-version-check sansa==1.1.0 \
    scikit-sparse==0.4.16 numpy==2.4.6 scipy==1.17.1 >"$dir/pip.log" 2>&1; then
    tail -n 20 "$dir/pip.log" >&2
    echo "the packages could not be installed: nothing was measured" >&2
    exit 2
fi

cat >"$dir/show.py" <<'PY'
import io
import logging
import sys
from contextlib import redirect_stderr

root = logging.getLogger()


def check(ok, what):
    if not ok:
        sys.exit("CHANGED: " + what)


def level():
    return logging.getLevelName(root.level)


print(f"before: {level()}, {len(root.handlers)} handlers")
check(level() == "WARNING" and not root.handlers, "the root logger began otherwise")
shown = io.StringIO()
with redirect_stderr(shown):
    import sansa  # noqa: F401

    logging.getLogger("another").info("another package's message")
print(f"after:  {level()}, {len(root.handlers)} handler")
check(level() == "INFO" and len(root.handlers) == 1, "the import leaves the root alone")
logging.basicConfig(level=logging.ERROR)
print(f"after basicConfig(level=ERROR): {level()}")
check(level() == "INFO", "basicConfig has an effect after the import")
check("another package's message" in shown.getvalue(), "the message is not printed")
print("printed: another package's message")
PY
"$dir/env/bin/python" "$dir/show.py"
