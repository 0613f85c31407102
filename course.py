"""Run the course: one line to read it, one line to test it, on every system.

    python3 course.py lab     make the environment, get the data, open JupyterLab
    python3 course.py html    make the environment, write the course as a site to read
    python3 course.py test    make the environment, run all tests and all notebooks

Only Python >= 3.11 is needed; on Windows write ``py`` for ``python3``. Everything is
installed into the folder ``.venv`` here, and nothing outside it is changed.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "installed.txt"
INDEX = "notebooks/index.ipynb"
# Results differ in their last bits between one thread and two; two is what the
# committed outputs were made with, and what the smallest machines of the course have.
THREADS = {
    name: "2" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
}
# Tests and notebooks run side by side in processes of one thread each: two threads on
# two cores get less done than two processes. Claims have tolerances for the last bits.
ONE_THREAD = dict.fromkeys(THREADS, "1")
MOST_PROCESSES = 4  # a lesson may take 1.5 GB
# Where Python is told to keep no compiled files, each process would make them anew.
KEEP_COMPILED = {"PYTHONDONTWRITEBYTECODE": ""}
# Runs of 11 minutes (a machine with nothing else to do) to 40 were seen on two cores.
TEST_MINUTES = (12, 40)
HERMETIC = {
    "RECNB_DATA": "",
    "RECNB_CACHE": str(ROOT / "build" / "cache"),
    "RECNB_DATASET": "simulated",
    "RECNB_OFFLINE": "1",
    "RECNB_PROGRESS": "off",
}
# `python -m recnb measure --tests` reads where the time went.
TIMES = ROOT / "build" / "times"
# The news pop-up of a fresh JupyterLab would cover a corner of the first lesson.
NO_NEWS = (
    "-m",
    "jupyter",
    "labextension",
    "disable",
    "@jupyterlab/apputils-extension:announcements",
)
# A widget is dead without its kernel: what is saved of it are its words.
SAVE_WORDS = "--ContentsManager.pre_save_hook=recnb.widgets.saved.before_saving"
# The ceiling of a cell is generous: the machine may have other work.
NBVAL = ("--nbval-lax", "--nbval-current-env", "--nbval-cell-timeout=900", "notebooks")

# Among the tests is one that runs each of them on the same dataset, and looks closer.
NO_SOLUTIONS = ("--ignore=notebooks/solutions",)


def main() -> int:
    """Read the command line and run one command; return its exit code."""
    parser = argparse.ArgumentParser(
        prog="course.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=["lab", "html", "test"])
    parser.add_argument(
        "--real",
        action="store_true",
        help="with test: run the tests and notebooks that need the real MovieLens 1M",
    )
    parser.add_argument(
        "--run",
        action="store_true",
        help="with html: run all notebooks on this machine first, and show what they "
        "give; without it, the site has the committed outputs",
    )
    parser.add_argument(
        "--coverage",
        action="store_true",
        help="with test: count the lines of recnb that the tests run, which takes "
        "half as long again",
    )
    parser.add_argument(
        "--torch-index",
        metavar="ADDRESS",
        help="take PyTorch from this package index; on Linux, the one for CPU builds "
        "(shown on pytorch.org, 'Get Started', after --index-url)",
    )
    options = parser.parse_args()
    install(options.torch_index)
    if options.command == "lab":
        return lab()
    if options.command == "html":
        return html(options.run)
    return test_real() if options.real else test(options.coverage)


def lab() -> int:
    """Get the data, then open JupyterLab on the index."""
    run("-m", "recnb", "data", "get", "ml-1m", "--or-simulated")
    # In a container one is often root, and JupyterLab would stop with an error there.
    root = ["--allow-root"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
    return run("-m", "jupyterlab", *root, SAVE_WORDS, INDEX)


def html(run_notebooks: bool) -> int:
    """Build the site in build/html; if asked, get the data and run every notebook."""
    if run_notebooks:
        run("-m", "recnb", "data", "get", "ml-1m", "--or-simulated")
    return run("-m", "recnb", "html", *(["--run"] if run_notebooks else []))


def test(coverage: bool) -> int:
    """Run what gives the same answer everywhere: no network, the bundled dataset."""
    counted = ("--cov=recnb",) if coverage else ()
    print("On two cores this takes {} to {} minutes.".format(*TEST_MINUTES), flush=True)
    codes = [
        run("-m", "ruff", "check", "."),
        run("-m", "ruff", "format", "--check", "."),
        pytest("simulated-tests", "-rs", *counted, env=HERMETIC),
        pytest("simulated-notebooks", *NBVAL, *NO_SOLUTIONS, env=HERMETIC),
    ]
    return max(codes)


def test_real() -> int:
    """Run the tests and the notebooks on the real MovieLens 1M, found or downloaded."""
    if run("-m", "recnb", "data", "get", "ml-1m") != 0:
        return 1
    codes = [
        # A few tests take minutes, two of them in one file: no file to a process here.
        pytest("real-tests", "--dist", "worksteal", "-m", "real_data", *real_files()),
        pytest("real-notebooks", *NBVAL),
    ]
    return max(codes)


def real_files() -> list[str]:
    """Return the few files that have tests on real data: pytest reads no others."""
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    return [str(file) for file in files if "real_data" in file.read_text("utf-8")]


def pytest(name: str, *arguments: str, env: dict[str, str] | None = None) -> int:
    """Run pytest on all cores, a file a process; store the times under this name."""
    processes = min(os.cpu_count() or 1, MOST_PROCESSES)
    side_by_side = ("-n", str(processes), "--dist", "loadfile")
    times = f"--junitxml={TIMES / name}.xml"
    variables = ONE_THREAD | KEEP_COMPILED | (env or {})
    return run("-m", "pytest", "-q", *side_by_side, times, *arguments, env=variables)


def run(*arguments: str, env: dict[str, str] | None = None) -> int:
    """Run the environment's Python with these arguments; return its exit code."""
    print("\n$ python", *arguments, flush=True)
    command = [str(PYTHON), *arguments]
    variables = THREADS | dict(os.environ) | (env or {})
    try:
        return subprocess.call(command, cwd=ROOT, env=variables)
    except KeyboardInterrupt:
        return 130


def install(torch_index: str | None) -> None:
    """Make .venv and install the course there, unless that has been done already."""
    if sys.version_info < (3, 11):  # noqa: UP036 - runs before anything is installed
        sys.exit(
            f"The course needs Python 3.11 or newer; this is {sys.version.split()[0]}. "
            "Install a newer one from python.org and start again with it."
        )
    if STAMP.exists() and STAMP.read_text() == fingerprint():
        return
    if Path(sys.prefix).resolve() == VENV.resolve():
        sys.exit(
            "The environment in .venv has to be made anew, and this Python is its own. "
            "Type `deactivate`, then start again with the system's Python."
        )
    if VENV.is_symlink():
        sys.exit(
            f".venv is a link to {VENV.resolve()}, which would be cleared to be made "
            "anew. Remove the link, then start again."
        )
    print("Making the environment in .venv (once; some minutes).", flush=True)
    start = time.perf_counter()
    try:
        import venv

        venv.create(VENV, with_pip=True, clear=True)
    except (ImportError, subprocess.CalledProcessError):
        sys.exit(
            "Python could not make a virtual environment. On Debian and Ubuntu: "
            "sudo apt install python3-venv, then start again."
        )
    pip = [str(PYTHON), "-m", "pip", "install", "-q", "-c", "constraints.txt"]
    pip.append("--no-compile")  # pip compiles on one core; see below
    try:
        if torch_index:
            torch = ["--index-url", torch_index, "torch"]
            subprocess.run([*pip, *torch], cwd=ROOT, check=True)
        extras = ".[test,browser,site,scale]"
        subprocess.run([*pip, "-e", extras], cwd=ROOT, check=True)
        # A few files are for other versions of Python: that they fail says nothing.
        subprocess.run([str(PYTHON), "-m", "compileall", "-qq", "-j", "0", str(VENV)])
        subprocess.run([str(PYTHON), *NO_NEWS], cwd=ROOT, check=True)
    except subprocess.CalledProcessError:
        sys.exit(
            "The packages could not be installed: see the lines above. With the "
            "network back, start again; nothing has to be removed first."
        )
    STAMP.write_text(fingerprint())
    TIMES.mkdir(parents=True, exist_ok=True)
    seconds = time.perf_counter() - start
    (TIMES / "install.txt").write_text(f"{seconds:.1f}\n")


def fingerprint() -> str:
    """Return what the environment depends on, so that a change installs anew."""
    files = ("pyproject.toml", "constraints.txt")
    content = b"".join((ROOT / file).read_bytes() for file in files)
    return hashlib.sha256(content + sys.version.encode()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
