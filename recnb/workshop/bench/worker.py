"""A process that measures cases: their names come in by a pipe, figures go out.

It is run as a script, by `recnb.workshop.bench.against`, and `recnb` is the build of
the course that PYTHONPATH names. The cases are those beside this file, whatever build
that is: they are imported as a package of another name.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

ROOM = Path(__file__).resolve().parent
NAME = "bench_of_this_build"


def main() -> None:
    """Answer each line, a case's name, by its figure; null if `recnb` lacks it."""
    figures = {case.name: case.figure for case in cases()}
    answers, sys.stdout = sys.stdout, sys.stderr  # what models print is no answer
    for name in names():
        try:
            figure = figures[name]()
        except ImportError:  # a model that this build does not have
            figure = None
        print(json.dumps(figure), file=answers, flush=True)


def names() -> Iterator[str]:
    """Yield the names as they come in; the process ends with the pipe.

    A thread reads them, so that a measurement of minutes does not outlive who asked.
    """
    asked = SimpleQueue()

    def read() -> None:
        for line in sys.stdin:
            asked.put(line.rstrip("\n"))
        os._exit(0)

    Thread(target=read, daemon=True).start()
    while True:
        yield asked.get()


def cases() -> tuple:
    """Import the list of cases beside this file."""
    folder = [str(ROOM)]
    init = ROOM / "__init__.py"
    spec = spec_from_file_location(NAME, init, submodule_search_locations=folder)
    sys.modules[NAME] = module_from_spec(spec)
    return import_module(f"{NAME}.cases").CASES


if __name__ == "__main__":
    main()
