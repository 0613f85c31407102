"""A small source becomes a site; what is wrong in it is an error that says where."""

import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from recnb import site
from recnb.__main__ import main
from recnb.lesson.frame import site_address
from recnb.site import SiteError
from recnb.site.builder import read_once, run_sphinx
from recnb.site.lessons import as_page
from recnb.workshop import notebooks

PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6"
    "kgAAAABJRU5ErkJggg=="
)
WORDS = 'One "point" & nothing <else>.'


def build(folder, text, *cells):
    source = folder / "source"
    (source / "notebooks").mkdir(parents=True)
    toc = "\n\n```{toctree}\nnotebooks/08_ease\n```\n"
    (source / "index.md").write_text(f"# Start\n\n{text}{toc}", "utf-8")
    cells = [new_markdown_cell("# A lesson"), *cells]
    notebook = as_page(new_notebook(cells=cells), "notebooks/08_ease")
    notebook.metadata["language_info"] = {"name": "python"}
    nbformat.write(notebook, source / "notebooks" / "08_ease.ipynb")
    run_sphinx(source, folder / "site")
    return (folder / "site" / "index.html").read_text("utf-8"), (
        folder / "site" / "notebooks" / "08_ease.html"
    ).read_text("utf-8")


def test_a_small_site_needs_no_network_and_keeps_words_formulas_and_links(tmp_path):
    data = {"image/png": PNG, "text/plain": WORDS}
    output = new_output("display_data", data=data)
    output.metadata = {"image/png": {"alt": WORDS}}
    cell = new_code_cell("show()", execution_count=1, outputs=[output])
    text = (
        "See [the lesson](notebooks/08_ease.ipynb), [the licence](LICENSE), "
        f"[it once more]({site_address()}notebooks/08_ease.html), "
        "![a badge](https://example.org/badge.svg)."
    )
    first, lesson = build(tmp_path, text, new_markdown_cell("$$B_{ij}$$"), cell)
    assert '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">' in lesson
    said = WORDS.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert f'alt="{said.replace(chr(34), "&quot;")}"' in lesson
    caption = lesson.partition("<figcaption>")[2].partition("</figcaption>")[0]
    assert "nothing &lt;else&gt;." in caption
    assert 'href="notebooks/08_ease.html"' in first
    assert "it once more" in first
    assert site_address() not in first
    assert "/blob/" in first.partition("the licence")[0].rpartition("href=")[2]
    assert "a badge" in first
    for page in (first, lesson):
        assert 'src="http' not in page
        assert "MathJax" not in page


FAULTS = {
    "[gone](notebooks/99_gone.ipynb)": r"index\.md:3: WARNING: .*99_gone",
    "[gone](#no-such-section)": r"index\.md:5: WARNING: .*no-such-section",
    "$\\nosuch{x}$": r"index\.md:7: WARNING: .*nosuch",
    "![gone](gone.png)": r"index\.md:9: WARNING: .*gone\.png",
    "### Too deep": r"index\.md:11: WARNING: .*header",
    f"[gone]({site_address()}gone.html)": r"index\.md:13: WARNING: .*no page .*gone",
}


def test_every_fault_is_an_error_that_says_where(tmp_path):
    cell = new_markdown_cell("Text.\n\n[gone](98_gone.ipynb)")
    with pytest.raises(SiteError) as raised:
        build(tmp_path, "\n\n".join(FAULTS), cell)
    for fault in [*FAULTS.values(), r"08_ease\.ipynb:20004: WARNING: .*98_gone"]:
        assert re.search(fault, str(raised.value)), fault


@pytest.fixture
def built(monkeypatch):
    """Have the command line ask for one notebook, and for no site."""
    asked = {}

    def build(read):
        asked["notebook"] = read(notebooks.FOLDER / "08_ease.ipynb")
        return "index.html"

    monkeypatch.setattr(site, "build", build)
    monkeypatch.setattr(notebooks, "execute", lambda path: (f"run: {path.stem}", 1.5))
    return asked


@pytest.mark.parametrize("options", [["--run"], ["--run", "08"]])
def test_notebooks_are_run_if_asked(options, built, capsys):
    assert main(["html", *options]) == 0
    assert built["notebook"] == "run: 08_ease"
    assert "08_ease" in capsys.readouterr().out


@pytest.mark.parametrize("options", [[], ["--run", "09"]])
def test_notebooks_are_taken_as_committed_otherwise(options, built, capsys):
    assert main(["html", *options]) == 0
    assert built["notebook"].cells[0].source.startswith("# 08")
    assert "index.html" in capsys.readouterr().out


def test_a_notebook_is_run_once_for_site_and_slides():
    runs = []

    def run(path):
        runs.append(path)
        return new_notebook(cells=[new_markdown_cell(path)])

    read = read_once(run)
    read("a").cells.clear()  # what is made of it leaves the other as it is
    assert [cell.source for cell in read("a").cells] == ["a"]
    assert runs == ["a"]


def test_a_fault_is_said_and_the_command_fails(monkeypatch, capsys):
    def build(read):
        raise SiteError("08_ease.ipynb, cell c1 failed")

    monkeypatch.setattr(site, "build", build)
    assert main(["html"]) == 1
    assert "cell c1 failed" in capsys.readouterr().err
