"""Guards: what a committed notebook must be, to read well and to run anywhere."""

import re
from pathlib import Path

import nbformat
import pytest

from recnb.experiments.runner import digest
from recnb.lesson import progress
from recnb.lesson.frame import frame_index
from recnb.lesson.syllabus import LESSONS as SYLLABUS
from recnb.lesson.syllabus import SHORT_PATH, lesson_of
from recnb.workshop.authoring import framed_lesson

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))
SOLUTIONS = [path for path in NOTEBOOKS if path.parent.name == "solutions"]
LESSONS = [
    path for path in NOTEBOOKS if path.stem[:2].isdigit() and path not in SOLUTIONS
]
# Executed before a notebook kept the checksums of the results that it prints.
NO_CHECKSUMS = ("09", "10", "13_", "14")
PRIVATE = re.compile(r"/(?:home|root|work|tmp|Users)/|[A-Z]:\\\\|Warning:|\d+%\|")


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(notebook):
    return "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")


def lengths(notebook):
    return sorted(
        sum(bool(line.strip()) for line in cell.source.splitlines())
        for cell in code_cells(notebook)
    )


def each(paths):
    def name(path):
        return path.relative_to(ROOT / "notebooks").as_posix()

    return pytest.mark.parametrize("path", paths, ids=name)


def test_there_are_notebooks():
    assert LESSONS


@each(NOTEBOOKS)
def test_it_was_run_once_from_top_to_bottom(path):
    counts = [cell.execution_count for cell in code_cells(read(path))]
    assert counts == list(range(1, len(counts) + 1))


@each(NOTEBOOKS)
def test_its_outputs_hold_no_error_no_warning_and_nothing_private(path):
    for cell in code_cells(read(path)):
        for output in cell.outputs:
            assert output.output_type != "error"
            assert output.get("name") != "stderr"
            text = output.get("text", "") + str(output.get("data", ""))
            if "image/png" not in text:
                assert not PRIVATE.search(text), text


@each(NOTEBOOKS)
def test_its_metadata_are_those_every_front_end_takes(path):
    metadata = read(path).metadata
    assert metadata["kernelspec"]["name"] == "python3"
    assert "widgets" not in metadata
    assert path.stat().st_size < 2_000_000


@each(NOTEBOOKS)
def test_the_stored_numbers_that_it_prints_are_those_of_the_files(path):
    """Its outputs were made from the results as they are stored now."""
    read_then = read(path).metadata.get("recnb", {}).get("results", {})
    now = {name: digest(name) for name in read_then}
    changed = [name for name in read_then if read_then[name] != now[name]]
    assert not changed, f"Execute {path.name} anew: the results have changed."


@each(LESSONS)
def test_it_says_which_stored_numbers_it_prints(path):
    notebook = read(path)
    source = "\n".join(cell.source for cell in code_cells(notebook))
    named = set(re.findall(r'\bresults\("(\w+)"\)', source))
    said = notebook.metadata.get("recnb", {}).get("results")
    if said is None and (not named or path.stem.startswith(NO_CHECKSUMS)):
        return
    assert named <= set(said)


@each(NOTEBOOKS)
def test_no_dead_widget_is_stored(path):
    assert "application/vnd.jupyter.widget-view" not in path.read_text("utf-8")


@each(NOTEBOOKS)
def test_what_stands_for_a_widget_is_broken_between_words(path):
    """JupyterLab breaks a longer line within a word."""
    for cell in code_cells(read(path)):
        for output in cell.outputs:
            words = output.get("data", {}).get("text/plain", "")
            if words.startswith("[") and "running" in words:
                assert max(map(len, words.splitlines())) <= 70


@each(NOTEBOOKS)
def test_every_figure_says_what_to_see(path):
    for cell in code_cells(read(path)):
        for output in cell.outputs:
            if "image/png" in output.get("data", {}):
                assert len(output.metadata["image/png"]["alt"]) > 30


@each(NOTEBOOKS)
def test_its_links_lead_somewhere(path):
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", prose(read(path))):
        assert (path.parent / target).exists(), target


@each(LESSONS)
def test_its_cells_fit_on_a_projector(path):
    notebook = read(path)
    sizes = lengths(notebook)
    assert sizes[len(sizes) // 2] <= 5
    assert sizes[int(len(sizes) * 0.9)] <= 12
    assert sizes[-1] <= 20
    widths = [len(li) for c in code_cells(notebook) for li in c.source.splitlines()]
    assert max(widths) <= 79


@each(LESSONS)
def test_prose_stands_before_code(path):
    notebook = read(path)
    kinds = [cell.cell_type for cell in notebook.cells]
    runs = "".join(kind[0] for kind in kinds)
    assert runs.startswith("m")
    assert "cccc" not in runs


@each(LESSONS)
def test_its_sections_take_the_minutes_of_the_lesson(path):
    lesson = lesson_of(path.stem)
    sections = re.findall(r"^## .*\((\d+) minutes?\)", prose(read(path)), re.M)
    assert sum(map(int, sections)) == lesson.minutes


@each(LESSONS)
def test_it_is_as_short_as_a_lesson_may_be(path):
    notebook = read(path)
    assert len(prose(notebook).split()) <= 4200
    assert len(code_cells(notebook)) <= 70
    assert lesson_of(path.stem).minutes <= 90


@each(LESSONS)
def test_it_has_the_parts_of_a_lesson(path):
    notebook = read(path)
    tags = {tag for cell in notebook.cells for tag in cell.metadata.get("tags", ())}
    assert {"header", "check", "quiz-question", "recap"} <= tags
    assert prose(notebook).count("### Exercise") >= 3
    assert prose(notebook).count("<summary>Hint 3</summary>") >= 3
    outputs = [output for cell in code_cells(notebook) for output in cell.outputs]
    assert sum("image/png" in output.get("data", {}) for output in outputs) >= 2


def test_what_is_generated_is_up_to_date():
    """If this fails: python -m recnb frame, then execute what it names."""
    index = ROOT / "notebooks" / "index.ipynb"
    assert frame_index(read(index)) == read(index)
    for path in LESSONS:
        framed = framed_lesson(lesson_of(path.stem), path.parent)
        for file, notebook in framed.items():
            sources = [cell.source for cell in read(file).cells]
            assert [cell.source for cell in notebook.cells] == sources


def output_of(name, words):
    """Return the output's text of the one cell that holds these words."""
    path = ROOT / "notebooks" / f"{name}.ipynb"
    (cell,) = [cell for cell in code_cells(read(path)) if words in cell.source]
    return cell.outputs[0].data["text/plain"]


def test_the_map_is_that_of_the_syllabus():
    """If this fails: python -m recnb execute 00_."""
    told = output_of("00_start_here", "plots.course_map")
    minutes = [lesson.minutes for lesson in SYLLABUS if lesson.ready]
    assert f"each of {len(SYLLABUS)} lessons" in told
    assert f"{len(minutes)} are written and take" in told
    assert f"take {sum(minutes)} minutes together" in told
    assert ", ".join(SHORT_PATH) in told


def test_the_index_counts_the_exercises_of_each_lesson(monkeypatch):
    """If this fails: python -m recnb execute index."""
    monkeypatch.setenv("RECNB_PROGRESS", "off")
    assert output_of("index", "progress()") == repr(progress())


def test_every_lesson_that_is_ready_is_there():
    ready = [lesson.stem for lesson in SYLLABUS if lesson.ready]
    assert [path.stem for path in LESSONS] == ready
    assert [path.stem for path in SOLUTIONS] == ready


@each(LESSONS)
def test_the_real_data_stand_behind_the_committed_outputs(path):
    outputs = str([cell.outputs for cell in code_cells(read(path))])
    assert "ml-1m" in outputs
    assert "bundled" not in outputs
