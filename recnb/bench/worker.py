"""A process that measures cases: their names come in by a pipe, figures go out.

It is run as a script, by `recnb.bench.against`, and `recnb` is the build of the course
that PYTHONPATH names. The cases are those beside this file, whatever build that is:
they are imported as a package of another name.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

ROOM = Path(__file__).resolve().parent
NAME = "bench_of_this_build"


def main() -> None:
    """Answer each line, a case's name, by its figure; null if `recnb` lacks it."""
    figures = {case.name: case.figure for case in cases()}
    answers, sys.stdout = sys.stdout, sys.stderr  # what models print is no answer
    for line in sys.stdin:
        try:
            figure = figures[line.rstrip("\n")]()
        except ImportError:  # a model that this build does not have
            figure = None
        print(json.dumps(figure), file=answers, flush=True)


def cases() -> tuple:
    """Import the list of cases beside this file."""
    folder = [str(ROOM)]
    init = ROOM / "__init__.py"
    spec = spec_from_file_location(NAME, init, submodule_search_locations=folder)
    sys.modules[NAME] = module_from_spec(spec)
    return import_module(f"{NAME}.cases").CASES


if __name__ == "__main__":
    main()
