#!/usr/bin/env bash
# numba's cache=True stops the import of a module where no cache folder is writable; it does
# not compile without a cache.
#
# Versions: numba 0.68.1, numpy 2.4.6, Python 3.11
#
# What happens:
#   With @njit(cache=True) numba looks for a place for its cache when the function is
#   decorated, that is, when the module is imported. If neither the __pycache__ beside the
#   module nor the user's cache folder can be made (a package installed for all, and a
#   service account without a home), a RuntimeError "no locator available" stops the import,
#   though no function was called. A program that comes from standard input is refused in
#   the same way, whoever runs it. Without cache=True both run. Setting NUMBA_CACHE_DIR to a
#   writable folder helps the module and not the program from standard input.
#
# What one would guess:
#   A cache is a matter of speed: where it cannot be written, numba warns and compiles anew
#   each time.
#
# Output seen:
#   import, cache=False: 2
#   import, cache=True: RuntimeError: cannot cache function 'plus': no locator available for file 'DIR/package/cached.py'
#   import, NUMBA_CACHE_DIR set: 2
#   standard input, cache=False: 2
#   standard input, cache=True: RuntimeError: cannot cache function 'plus': no locator available for file '<stdin>'
#   standard input, NUMBA_CACHE_DIR set: RuntimeError: cannot cache function 'plus': no locator available for file '<stdin>'
#
# Measured 2026-11-27.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/env"
if ! "$dir/env/bin/pip" install -q --disable-pip-version-check \
    numba==0.68.1 numpy==2.4.6 >"$dir/pip.log" 2>&1; then
    cat "$dir/pip.log" >&2
    echo "the packages could not be installed: nothing was measured" >&2
    exit 2
fi

"$dir/env/bin/python" - "$dir" <<'PY'
import os, pathlib, subprocess, sys

def check(ok, what):
    if not ok:
        sys.exit("CHANGED: " + what)


dir = pathlib.Path(sys.argv[1])
package = dir / "package"
package.mkdir()
# Plain files where the folders would be made: nobody can write there, root included.
(package / "__pycache__").touch()
(dir / "no-home").touch()
(dir / "cache").mkdir()
code = "from numba import njit\n@njit(cache={})\ndef plus(x):\n    return x + 1\n"
(package / "cached.py").write_text(code.format(True))
(package / "plain.py").write_text(code.format(False))
base = {k: v for k, v in os.environ.items() if not k.startswith(("NUMBA_", "XDG_"))}
base.update(PYTHONPATH=str(package), PYTHONDONTWRITEBYTECODE="1")
homeless = {"HOME": str(dir / "no-home"), "XDG_CACHE_HOME": str(dir / "no-home")}


def last_line(arguments, extra, text=None):
    done = subprocess.run([sys.executable, *arguments], env=base | extra, input=text,
                          capture_output=True, text=True)
    lines = (done.stdout if done.returncode == 0 else done.stderr).strip().splitlines()
    return lines[-1].replace(str(dir), "DIR")


result = {}
for name, arguments, extra, text in (
        ("import, cache=False", ["-c", "import plain; print(plain.plus(1))"], homeless, None),
        ("import, cache=True", ["-c", "import cached"], homeless, None),
        ("import, NUMBA_CACHE_DIR set", ["-c", "import cached; print(cached.plus(1))"],
         homeless | {"NUMBA_CACHE_DIR": str(dir / "cache")}, None),
        ("standard input, cache=False", ["-"], {}, code.format(False) + "print(plus(1))"),
        ("standard input, cache=True", ["-"], {}, code.format(True)),
        ("standard input, NUMBA_CACHE_DIR set", ["-"],
         {"NUMBA_CACHE_DIR": str(dir / "cache")}, code.format(True))):
    result[name] = last_line(arguments, extra, text)
    print(f"{name}: {result[name]}")
for name, line in result.items():
    works = "False" in name or name == "import, NUMBA_CACHE_DIR set"
    expected = line == "2" if works else line.startswith("RuntimeError") and "locator" in line
    check(expected, name)
PY
