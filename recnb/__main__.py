"""The command line of the course: ``python -m recnb --help``."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from recnb.data import CATALOGUE, DataError, DatasetUnavailableError, get, status

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from recnb.workshop.bench.against import Comparison
    from recnb.workshop.bench.budgets import Measurement
    from recnb.workshop.bench.cases import Case

INTERRUPTED = "\nInterrupted; the same command goes on with it."
ROLES = ("user", "item", "rating", "time", "title")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code: 0 if all is well, 1 if not."""
    given = sys.argv[1:] if arguments is None else arguments
    options = _parser().parse_args(given)
    options.command = shlex.join(["python", "-m", "recnb", *given])
    try:
        return options.run(options)
    except (DataError, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(
            "\nInterrupted; nothing half-written stays, and what was done is kept.",
            file=sys.stderr,
        )
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m recnb", description=__doc__)
    commands = parser.add_subparsers(required=True)

    data = commands.add_parser("data", help="list the datasets, or get one")
    actions = data.add_subparsers(required=True)
    listing = actions.add_parser("list", help="what there is, and what is here")
    listing.set_defaults(run=_data_list)
    getting = actions.add_parser("get", help="find or download a dataset")
    getting.add_argument("name", help=", ".join(CATALOGUE))
    getting.add_argument(
        "--or-simulated",
        action="store_true",
        help="if it can't be had, say so and do with the bundled dataset",
    )
    getting.set_defaults(run=_data_get)

    _add_describe(commands)
    _add_compare(commands)
    check = commands.add_parser("check", help="does this machine have what is needed?")
    check.set_defaults(run=_check)
    _add_bench(commands)
    execute = commands.add_parser("execute", help="run notebooks, store the outputs")
    execute.add_argument("names", nargs="*", help="such as 08; all, if none is named")
    execute.set_defaults(run=_execute)
    frame = commands.add_parser("frame", help="write headers, exercises, quizzes anew")
    frame.add_argument("names", nargs="*", help="such as 08; all, if none is named")
    frame.set_defaults(run=_frame)
    _add_measure(commands)
    peers = commands.add_parser(
        "peers", help="other libraries beside ours, each in an environment of its own"
    )
    peers.add_argument("names", nargs="*", help="such as cornac; none: all")
    peers.add_argument(
        "--page",
        action="store_true",
        help="ask nothing; write docs/peers.md from what is stored",
    )
    peers.set_defaults(run=_peers)
    new = commands.add_parser("new-lesson", help="lay out a lesson of the syllabus")
    new.add_argument("label", help="such as 09")
    new.add_argument("name", help="such as zero_diagonal")
    new.set_defaults(run=_new_lesson)
    release = commands.add_parser("release", help="is this tree ready to be tagged?")
    release.add_argument("--version", help="first write this one everywhere: 0.2.0")
    release.add_argument(
        "--repository",
        metavar="OWNER/NAME",
        help="first write this address everywhere, in place of the present one",
    )
    release.set_defaults(run=_release)
    house = commands.add_parser("house", help="draw the rooms of the package anew")
    house.set_defaults(run=_house)
    where = commands.add_parser("where", help="every file that a lesson lives in")
    where.add_argument("label", help="such as 07")
    where.set_defaults(run=_where)
    running = commands.add_parser("run", help="a long run, resumed where it stopped")
    running.add_argument("name", nargs="?", help="none: list what there is")
    running.add_argument(
        "--jobs", type=int, default=1, help="so many cases side by side, each a process"
    )
    running.set_defaults(run=_run)
    show = commands.add_parser("show", help="the stored runs: settings, metrics, costs")
    show.add_argument("name", nargs="?", help="of an experiment; none: an overview")
    show.set_defaults(run=_show)
    html = commands.add_parser("html", help="build the course's site in build/html")
    html.add_argument(
        "--run",
        dest="again",
        nargs="*",
        metavar="NAME",
        help="run these notebooks first, such as 08, and show what they give on this "
        "machine; all, if none is named",
    )
    html.set_defaults(run=_html)
    return parser


def _add_bench(commands: argparse._SubParsersAction) -> None:
    bench = commands.add_parser("bench", help="measure the course's speed budgets")
    bench.add_argument("names", nargs="*", help="parts of names of cases; none: all")
    bench.add_argument(
        "--against",
        metavar="FOLDER",
        help="time another checkout of the course, too, and print the ratios",
    )
    bench.set_defaults(run=_bench)


def _add_measure(commands: argparse._SubParsersAction) -> None:
    measure = commands.add_parser("measure", help="time and memory of notebooks")
    what = measure.add_mutually_exclusive_group()
    what.add_argument(
        "names", nargs="*", default=[], help="such as 08; all, if none is named"
    )
    what.add_argument(
        "--tests",
        action="store_true",
        help="in place of it, where the last `course.py test` spent its time",
    )
    what.add_argument(
        "--page",
        action="store_true",
        help="measure nothing; write docs/memory.md from what is stored",
    )
    measure.add_argument(
        "--store",
        action="store_true",
        help="keep the memory of lessons, run on MovieLens 1M, in data/measured.csv",
    )
    measure.set_defaults(run=_measure)


def _add_describe(commands: argparse._SubParsersAction) -> None:
    describing = commands.add_parser("describe", help="what data of your own is like")
    _add_table(describing)
    describing.set_defaults(run=_describe)


def _add_compare(commands: argparse._SubParsersAction) -> None:
    comparing = commands.add_parser(
        "compare", help="every model on data of your own: a table and a page"
    )
    _add_table(comparing)
    comparing.add_argument(
        "--minutes", type=float, default=20, help="of the search, all models together"
    )
    comparing.add_argument(
        "--models", nargs="+", metavar="MODEL", help="such as EASE; none: all"
    )
    comparing.add_argument(
        "--out",
        metavar="FOLDER",
        help="where everything is written, and taken up again",
    )
    comparing.add_argument("--seed", type=int, default=0, help="of the split")
    comparing.set_defaults(run=_compare)


def _add_table(parser: argparse.ArgumentParser) -> None:
    """Add what says how a table of one's own is read."""
    parser.add_argument("file", help="csv, tsv, with ::, gz or Parquet")
    for role in ROLES:
        parser.add_argument(
            f"--{role}", metavar="COLUMN", help="its name, or its position from 0"
        )
    parser.add_argument("--sep", help=r"what separates two fields, such as \t")
    parser.add_argument(
        "--header", action=argparse.BooleanOptionalAction, help="the first row is one"
    )
    parser.add_argument("--encoding", help="such as latin-1")
    parser.add_argument("--time-unit", choices=["s", "ms", "us", "ns"])
    parser.add_argument(
        "--repeated",
        choices=["last", "first", "mean"],
        default="last",
        help="which row of repeated pairs the protocols get",
    )


def _describe(options: argparse.Namespace) -> int:
    from recnb.describe import describe

    print(describe(options.file, _given(options), **_how(options)))
    return 0


def _compare(options: argparse.Namespace) -> int:
    from recnb.data import usual_columns

    data, columns = usual_columns.read(options.file, _given(options), **_how(options))
    print(f"columns: {columns}", flush=True)
    # Needs torch, which takes seconds: not before the file is known to be right.
    from recnb.contest import showdown

    try:
        contest = showdown(
            data,
            options.minutes,
            options.models,
            options.out,
            options.seed,
            command=options.command,
        )
    except (OSError, RuntimeError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # before the search, or once more after it
        print(INTERRUPTED, file=sys.stderr)
        return 130
    print(f"\n{contest!r}\n")
    for sentence in contest.trust:
        print(textwrap.fill(f"- {sentence}", 88, subsequent_indent="  "))
    if contest.page:
        print(f"\nTable and page: {contest.folder / 'table.csv'}, {contest.page}")
    if contest.interrupted:
        print(INTERRUPTED, file=sys.stderr)
        return 130
    return 0 if contest.page else 1


def _given(options: argparse.Namespace) -> dict[str, str | int]:
    """Return the columns that are named, by their roles."""
    names = {role: getattr(options, role) for role in ROLES}
    return {role: _column(name) for role, name in names.items() if name is not None}


def _how(options: argparse.Namespace) -> dict[str, str | bool | None]:
    """Return how a table is to be read."""
    return {
        "repeated": options.repeated,
        "sep": "\t" if options.sep == r"\t" else options.sep,
        "header": options.header,
        "encoding": options.encoding,
        "time_unit": options.time_unit,
    }


def _column(name: str) -> str | int:
    """Return a position as a number, and a name as it is."""
    return int(name) if name.isdecimal() else name


def _data_list(_options: argparse.Namespace) -> int:
    for name, dataset in CATALOGUE.items():
        print(f"{name:<16} {status(name):<22} {dataset.title}")
    return 0


def _data_get(options: argparse.Namespace) -> int:
    try:
        print(f"{options.name}: {get(options.name)}")
    except DatasetUnavailableError as error:
        print(error, file=sys.stderr)
        if not options.or_simulated:
            return 1
        print("The notebooks will run on the bundled simulated dataset, and say so.")
    return 0


def _check(_options: argparse.Namespace) -> int:
    from recnb import check

    findings = check.check()
    print(check.table(findings))
    return 0 if all(finding.fine for finding in findings) else 1


def _bench(options: argparse.Namespace) -> int:
    from recnb.workshop.bench.cases import choose

    try:
        cases = choose(options.names)
        if options.against:
            return _bench_against(cases, Path(options.against))
        return _bench_budgets(cases)
    except (ValueError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 1


def _bench_budgets(cases: list[Case]) -> int:
    from recnb.workshop.bench import budgets

    return _print_table(budgets.HEADING, budgets.measure(cases))


def _bench_against(cases: list[Case], folder: Path) -> int:
    from recnb.workshop.bench import against

    with against.worker(folder) as before, against.worker(against.ROOT) as now:
        return _print_table(against.HEADING, against.compare(cases, before, now))


def _print_table(heading: str, rows: Iterable[Measurement | Comparison]) -> int:
    """Print each row when it is there; return 0 if all are kept, or else 1."""
    print(heading, flush=True)
    kept = []
    for row in rows:
        print(row, flush=True)
        kept.append(row.kept)
    return 0 if all(kept) else 1


def _execute(options: argparse.Namespace) -> int:
    from recnb.workshop import notebooks

    for path in notebooks.find(options.names):
        notebook, seconds = notebooks.execute(path)
        notebooks.write(notebook, path)
        print(f"{_name(path):<36} {seconds:6.1f} s", flush=True)
    return 0


def _name(path: Path) -> str:
    """Return a notebook's name as it is printed: ``"solutions/08_ease"``."""
    from recnb.workshop.notebooks import FOLDER

    return path.relative_to(FOLDER).with_suffix("").as_posix()


def _new_lesson(options: argparse.Namespace) -> int:
    from recnb.workshop import authoring, notebooks

    try:
        files = authoring.new_lesson(options.label, options.name)
    except (ValueError, FileExistsError) as error:
        print(error, file=sys.stderr)
        return 1
    authoring.frame_files([f"{options.label}_"])
    print("\n".join(str(file.relative_to(notebooks.ROOT)) for file in files))
    print(f"Now run: python -m recnb execute {options.label}_")
    return 0


def _frame(options: argparse.Namespace) -> int:
    from recnb.workshop import authoring, notebooks

    for path in authoring.frame_files(options.names):
        lacks = path.suffix == ".ipynb" and authoring.lacks_outputs(path)
        rest = "; execute it to have its outputs" if lacks else ""
        print(f"{path.relative_to(notebooks.ROOT).as_posix()}: written anew{rest}")
    return 0


def _release(options: argparse.Namespace) -> int:
    from recnb.workshop import release

    asked = {"version": options.version, "repository": options.repository}
    try:
        identity = release.Identity(**{k: text for k, text in asked.items() if text})
        for path in release.rewrite(identity):
            print(f"{path.relative_to(release.ROOT).as_posix()}: written anew")
        problems = release.problems(identity=identity)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    if problems:
        print("\n".join(problems), file=sys.stderr)
        return 1
    print(release.next_steps(identity))
    return 0


def _house(options: argparse.Namespace) -> int:
    from recnb.workshop import house

    house.write()
    print(f"{house.PICTURE.relative_to(house.ROOT)} is drawn anew.")
    return 0


def _where(options: argparse.Namespace) -> int:
    from recnb.workshop.where import where

    try:
        places = where(options.label)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(map(str, places)))
    return 0


def _measure(options: argparse.Namespace) -> int:
    if options.tests:
        return _measure_tests()
    if options.page:
        from recnb.workshop.measure import memory

        memory.write_page()
        print(f"Written: {memory.PAGE}")
        return 0
    return _measure_notebooks(options.names, options.store)


def _measure_notebooks(names: list[str], store: bool) -> int:
    from recnb.lesson.syllabus import lesson_of
    from recnb.workshop import notebooks
    from recnb.workshop.measure import memory, notebook

    if store and os.environ.get("RECNB_DATASET"):
        print(
            "Only runs on MovieLens 1M are stored: unset RECNB_DATASET.",
            file=sys.stderr,
        )
        return 1
    if store:
        get("ml-1m")
    print(notebook.HEADING, flush=True)
    costs = []
    for path in notebooks.find(names):
        costs.append(notebook.measure(path))
        print(f"{_name(path):<36}{costs[-1]}", flush=True)
        if store and path.parent == notebooks.FOLDER and path.stem != "index":
            memory.store(lesson_of(path.stem), costs[-1])
    return 0 if all(cost.within for cost in costs) else 1


def _measure_tests() -> int:
    from recnb.workshop.measure import reports

    try:
        print(reports.report(reports.read(reports.FOLDER)))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _run(options: argparse.Namespace) -> int:
    from recnb.experiments import EXPERIMENTS, run
    from recnb.peers.environments import PeerError

    if options.name is None:
        for name, experiment in EXPERIMENTS.items():
            print(f"{name:<18} {experiment.question}")
        return 0
    if options.name not in EXPERIMENTS:
        known = ", ".join(EXPERIMENTS)
        print(f"There is no experiment {options.name!r}: {known}.", file=sys.stderr)
        return 1
    experiment = EXPERIMENTS[options.name]
    try:
        left_out = run(experiment, jobs=options.jobs)
    except PeerError as error:
        print(error, file=sys.stderr)
        return 1
    done = len(experiment.cases) - len(left_out)
    print(f"{done} of {len(experiment.cases)} cases are in {experiment.path().name}.")
    return 1 if left_out else 0


def _peers(options: argparse.Namespace) -> int:
    if options.page:
        from recnb.experiments import peers_page

        peers_page.write_page(peers_page.PAGE)
        print(f"Written: {peers_page.PAGE}")
        return 0
    from recnb.experiments import peers
    from recnb.peers.environments import PeerError

    try:
        done, asked = peers.run_peers(options.names)
    except (PeerError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{done} of {asked} questions have an answer in data/results.")
    return 0 if done == asked else 1


def _show(options: argparse.Namespace) -> int:
    from recnb.experiments.shown import as_text, overview

    if options.name is None:
        print(overview().to_string())
    else:
        print(as_text(options.name))
    return 0


def _html(options: argparse.Namespace) -> int:
    from recnb import site
    from recnb.workshop import notebooks

    again = () if options.again is None else notebooks.find(options.again)

    def read(path: Path) -> NotebookNode:
        if path not in again:
            return site.read(path)
        notebook, seconds = notebooks.execute(path)
        print(f"{_name(path):<36} {seconds:6.1f} s", flush=True)
        return notebook

    try:
        print(f"Open {site.build(read)} in a browser.")
    except site.SiteError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
