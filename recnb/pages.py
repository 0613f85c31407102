"""Executed notebooks as web pages that need nothing else, not even a network.

Formulas become MathML, which browsers draw and screen readers speak by themselves, and
pictures keep the words that describe them; nbconvert's own pages fetch a script for the
first and leave out the second.
"""

from __future__ import annotations

import os
from html import escape
from pathlib import Path

from jinja2 import DictLoader
from latex2mathml.converter import convert
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

# nbconvert's page without the scripts that it would fetch.
TEMPLATE = {
    "page.html.j2": "{% extends 'index.html.j2' %}"
    "{% block html_head_js %}{% endblock %}"
    "{% block html_head_js_mathjax %}{% endblock %}"
    "{% block html_head_js_mermaidjs %}{% endblock %}"
}
FOLDER = Path(__file__).resolve().parents[1] / "build" / "html"


def write_page(notebook: NotebookNode, name: str) -> Path:
    """Write an executed notebook into build/html; return the page's path.

    Parameters
    ----------
    notebook : NotebookNode
        Is changed: its pictures become HTML.
    name : str
        Name of the page, without an ending; may name a folder, ``"solutions/08_ease"``.
    """
    notebook.metadata["title"] = name.replace("_", " ")
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            _keep_alt_text(output)
    exporter = HTMLExporter(
        template_file="page.html.j2", extra_loaders=[DictLoader(TEMPLATE)]
    )
    exporter.register_filter("markdown2html", _markdown_to_html)
    html, _ = exporter.from_notebook_node(notebook)
    page = FOLDER / f"{name}.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    part = page.with_suffix(".part")
    part.write_text(html, encoding="utf-8")
    os.replace(part, page)
    return page


class _MathRenderer(IPythonRenderer):
    """Markdown as in a notebook, with formulas as MathML."""

    def block_math(self, body: str) -> str:
        return convert(body, display="block")

    def inline_math(self, body: str) -> str:
        return convert(body)


def _markdown_to_html(source: str) -> str:
    html = MarkdownWithMath(renderer=_MathRenderer(escape=False)).render(source)
    return html.replace('.ipynb"', '.html"')  # links between lessons stay links


def _keep_alt_text(output: NotebookNode) -> None:
    """Turn a picture into an <img> with its words, which nbconvert would leave out."""
    if "image/png" not in output.get("data", {}):
        return
    alt = escape(output.metadata.get("image/png", {}).get("alt", ""))
    source = f"data:image/png;base64,{output.data['image/png']}"
    output.data = {"text/html": f'<img alt="{alt}" src="{source}">'}
