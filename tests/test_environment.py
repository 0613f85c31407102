"""Binder, pip and the tested versions agree; imports go down and in no circle."""

import csv
import os
import re
import subprocess
import sys
import tomllib
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from recnb.workshop import house

ROOT = Path(__file__).parents[1]
CONDA_NAMES = {
    "pytorch-cpu": "torch",
    "matplotlib-base": "matplotlib",
    "dask-core": "dask",
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def pip_requirements():
    extras = PROJECT["optional-dependencies"]
    lines = PROJECT["dependencies"] + extras["test"] + extras["scale"]
    parsed = [Requirement(line) for line in lines]
    return {each.name: each.specifier for each in parsed}


def conda_packages():
    """Return the ranges by the names that conda-forge uses."""
    lines = re.findall(r"^  - ([a-z][^ #\n]*)", environment(), flags=re.MULTILINE)
    lines.remove("conda-forge")
    parsed = [Requirement(line.replace("python=", "python==")) for line in lines]
    return {each.name: each.specifier for each in parsed}


def conda_requirements():
    packages = conda_packages().items()
    return {CONDA_NAMES.get(name, name): specifier for name, specifier in packages}


def environment():
    return (ROOT / "environment.yml").read_text()


def test_conda_and_pip_name_the_same_packages_and_ranges():
    conda = conda_requirements()
    assert PROJECT["requires-python"] == f">={str(conda.pop('python'))[2:]}"
    assert conda == pip_requirements()


def test_nothing_local_disables_binders_cached_layer():
    assert "-e ." not in environment()
    assert "set -e" in (ROOT / "postBuild").read_text()


def test_conda_forge_has_every_package_in_its_range():
    """Each name was looked up in its feedstock's recipes, as they were in August 2026.

    The table has the newest recipe that is in the range and is built for this Python:
    its version and day. What is built for all of conda-forge's Pythons, or for none in
    particular (noarch), is built for 3.11, which its pinning had among them.
    """
    with (ROOT / "tests" / "conda_forge.csv").open(encoding="utf-8") as file:
        known = {row["name"]: row for row in csv.DictReader(file)}
    packages = conda_packages()
    assert set(known) == set(packages)
    python = str(packages.pop("python"))[2:]
    assert known["python"]["version"].startswith(f"{python}.")
    for name, specifier in packages.items():
        assert specifier.contains(known[name]["version"]), name
        assert known[name]["builds"] in (python, "all", "noarch"), name


#: What repo2docker looks for before environment.yml, or takes in addition to it.
#: A folder `binder` or `.binder` would hide the files at the top.
STRONGER = (
    ".binder", "binder", "Dockerfile", "Project.toml", "JuliaProject.toml", "REQUIRE",
    "default.nix", "runtime.txt", "install.R", "DESCRIPTION", "requirements.txt",
)  # fmt: skip


@pytest.mark.parametrize("name", STRONGER)
def test_nothing_takes_environment_ymls_place_on_binder(name):
    """repo2docker 2026.4 was asked: it takes environment.yml, postBuild and start."""
    assert not (ROOT / name).exists()


@pytest.mark.parametrize("name", ["postBuild", "start"])
def test_binders_scripts_can_be_run(name):
    text = (ROOT / name).read_text("utf-8")
    assert text.startswith("#!/usr/bin/env bash\n")
    assert "\r" not in text
    if os.name == "posix":
        assert os.access(ROOT / name, os.X_OK)
        subprocess.run(["bash", "-n", name], cwd=ROOT, check=True)


def test_binder_starts_what_it_is_asked_to_with_two_threads():
    assert (ROOT / "start").read_text("utf-8").endswith('exec "$@"\n')
    if os.name == "posix":
        command = ["./start", sys.executable, "-c", "import os; print(os.environ)"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        assert "'OMP_NUM_THREADS': '2'" in done.stdout


def test_no_data_goes_into_binders_image():
    """MovieLens may not be redistributed; a reader's first lesson downloads it."""
    commands = [
        line
        for line in (ROOT / "postBuild").read_text("utf-8").splitlines()
        if not line.startswith("#")
    ]
    assert not any("recnb data" in line for line in commands)


def test_every_package_has_a_tested_version_inside_its_range():
    text = (ROOT / "constraints.txt").read_text()
    pins = dict(re.findall(r"^([\w-]+)==(\S+)$", text, flags=re.MULTILINE))
    for name, specifier in pip_requirements().items():
        assert specifier.contains(pins[name]), name
    assert pins["torch"] == "2.13.0"


@pytest.mark.parametrize("heavy", ["dask", "distributed", "pyarrow.parquet"])
def test_the_room_of_large_data_asks_for_its_extra_when_it_is_used(heavy):
    code = f"import sys, recnb.scale; sys.exit({heavy!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


@pytest.mark.parametrize("heavy", ["torch", "matplotlib", "ipywidgets", "sklearn"])
def test_import_recnb_stays_light(heavy):
    code = f"import sys, recnb; sys.exit({heavy!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


@pytest.mark.parametrize("room", ["models", "widgets", "evaluation", "experiments"])
def test_torch_is_imported_with_the_first_net(room):
    code = f"import sys, recnb.{room}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


@pytest.mark.parametrize("file", house.modules().values(), ids=lambda f: str(f.name))
def test_imports_only_go_down(file):
    """A room may import from the floors below its own; see house.may_use."""
    room = house.room_of(file)
    if room == "__init__":
        return
    for other in house.imported_rooms(file) - {room}:
        assert house.may_use(room, other), f"{room} -> {other}"


def circle(graph):
    """Return modules that import one another in a circle, the first one twice."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def test_no_modules_import_one_another_in_a_circle():
    files = house.modules().items()
    graph = {name: house.imported_modules(file) for name, file in files}
    of_evaluate = graph["recnb.evaluation.evaluate"]
    assert {"recnb.ground.ranking", "recnb.ground.machine"} < of_evaluate
    assert "recnb.workshop.bench.clock" in graph["recnb.workshop.bench.linear"]
    assert circle(graph) == []
    graph["recnb.ground.ranking"].add("recnb.evaluation.evaluate")
    assert circle(graph)[0] == circle(graph)[-1]
