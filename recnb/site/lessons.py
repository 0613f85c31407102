"""A notebook as the site shows it: figures with their sentence, sliders in words.

myst-nb leaves out the words that `recnb.plots.show` stores with a picture; here they
become the picture's alternative text and its caption, by myst-nb's own settings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nbformat import NotebookNode
from nbformat.v4 import new_output

from recnb.lesson.frame import binder_link
from recnb.site.errors import SiteError

PICTURE = "image/png"
#: What a widget leaves in a notebook that is not running (`recnb.widgets`), in lines.
IN_WORDS = re.compile(r"\[(?P<words>.*\sin\sa\srunning\snotebook.*)\]", re.S)
#: An exercise's heading stands one lower in the lesson, which has "## Exercises".
ONE_UP = re.compile(r"^###(?= )", re.M)
#: Between these the lesson has dots; in the solutions they are of no use to a reader.
MARKS = re.compile(r"^ *# </?solution>\n?", re.M)
PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def as_page(notebook: NotebookNode, name: str) -> NotebookNode:
    """Return a notebook as the site shows it.

    Parameters
    ----------
    notebook : NotebookNode
        With its outputs; is changed.
    name : str
        Such as ``"notebooks/08_ease"``; for messages, and for the link to Binder.

    Raises
    ------
    SiteError
        If a cell has failed or was not run, or a figure has no sentence.
    """
    notebook.metadata.pop("recnb", None)
    cells = []
    for cell in notebook.cells:
        where = f"{name}.ipynb, cell {cell.get('id', '?')}"
        if cell.cell_type == "code":
            _refuse_failure(cell, where)
            cell.source = MARKS.sub("", cell.source).rstrip("\n")
            cell.outputs = list(_outputs(cell.outputs, name, where))
            cells.extend(_one_display_each(cell))
        else:
            if name.startswith("notebooks/solutions/"):
                cell.source = ONE_UP.sub("##", cell.source)
            cells.append(cell)
    notebook.cells = cells
    return notebook


def _refuse_failure(cell: NotebookNode, where: str) -> None:
    for output in cell.outputs:
        if output.output_type == "error":
            raise SiteError(f"{where} failed: {output.ename}: {output.evalue}")
    if cell.source.strip() and cell.execution_count is None:
        raise SiteError(f"{where} was not run: python -m recnb execute")


def _outputs(
    outputs: list[NotebookNode], name: str, where: str
) -> Iterator[NotebookNode]:
    """Yield the outputs, without the sentences that are printed under the figures."""
    sentence = ""
    for output in outputs:
        data = output.get("data", {})
        if sentence and output.output_type == "stream":
            output.text = _without(sentence, output.text)
        sentence = ""
        if PICTURE in data:
            sentence = sentence_of(output, where)
        elif words := IN_WORDS.fullmatch(data.get("text/plain", "")):
            output = _slider(words["words"], name)
        if output.get("text") != "":
            yield output


def sentence_of(output: NotebookNode, where: str) -> str:
    """Return what is to be seen in a figure, in words.

    Raises
    ------
    SiteError
        If the output's metadata do not hold it.
    """
    sentence = output.metadata.get(PICTURE, {}).get("alt", "").strip()
    if not sentence:
        raise SiteError(
            f"{where} has a figure without a sentence: plots.show(fig, alt='...')"
        )
    return sentence


def _without(sentence: str, text: str) -> str:
    """Return a text without the sentence at its start, however it was wrapped."""
    pattern = r"\s+".join(map(re.escape, sentence.split()))
    return re.sub(rf"\A{pattern}\s*\n", "", text)


def _slider(words: str, name: str) -> NotebookNode:
    """Say in words what stands here in a running notebook, and how to run it."""
    link = binder_link(name.removeprefix("notebooks/"))
    text = f"*{escaped(words)}* [Run it on Binder]({link}), or `python3 course.py lab`."
    return new_output("display_data", data={"text/markdown": text})


def _one_display_each(cell: NotebookNode) -> Iterator[NotebookNode]:
    """Yield a cell, or several: myst-nb's settings for a figure hold for a whole cell.

    The code stands in the first of them.
    """
    parts: list[list[NotebookNode]] = [[]]
    for output in cell.outputs:
        if "data" in output and any("data" in other for other in parts[-1]):
            parts.append([])
        parts[-1].append(output)
    for number, outputs in enumerate(parts):
        part = NotebookNode(cell | {"outputs": outputs})
        part.metadata = NotebookNode(cell.metadata)
        if number:
            part.id = f"{cell.id}-{number}"
            part.metadata.tags = [*cell.metadata.get("tags", ()), "remove-input"]
        for output in outputs:
            if PICTURE in output.get("data", {}):
                sentence = output.metadata[PICTURE]["alt"].strip()
                figure = {"caption": escaped(sentence)}
                part.metadata.mystnb = {"image": {"alt": sentence}, "figure": figure}
        yield part


def escaped(words: str) -> str:
    """Return words as Markdown that shows just them."""
    return PUNCTUATION.sub(r"\\\1", " ".join(words.split()))
