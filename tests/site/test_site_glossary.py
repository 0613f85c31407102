"""The glossary: every word and every symbol is in the lessons that it names."""

import re
from functools import cache

import pytest

from recnb.site.sources import ROOT, read
from recnb.workshop import notebooks

TEXT = (ROOT / "docs" / "glossary.md").read_text("utf-8")
LINK = re.compile(r"\[(\w+)\]\(\.\./notebooks/((\w+?)_\w+)\.ipynb\)")


def rows(section):
    """Return a section's rows: the word, its meaning, and the stems of the lessons."""
    part = TEXT.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")]
    for line in lines[1:]:
        word, meaning, lessons = (cell.strip() for cell in line.strip("|").split("|"))
        yield word, meaning, LINK.findall(lessons)


WORDS, SYMBOLS = list(rows("Words")), list(rows("Symbols"))


@cache
def lesson(stem):
    cells = read(notebooks.FOLDER / f"{stem}.ipynb").cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


@cache
def formulas(stem):
    found = re.findall(r"\$\$(.+?)\$\$|\$(.+?)\$", lesson(stem), re.S)
    return " ".join(block or inline for block, inline in found)


def test_the_words_are_in_order_and_each_is_there_once():
    words = [word.lower().replace("-", "") for word, *_ in WORDS]
    assert words == sorted(set(words))
    assert len(words) > 70


@pytest.mark.parametrize("row", WORDS + SYMBOLS, ids=lambda row: row[0])
def test_a_row_says_something_and_names_lessons(row):
    _, meaning, lessons = row
    assert meaning
    assert lessons
    for shown, stem, number in lessons:
        assert shown == number
        assert (notebooks.FOLDER / f"{stem}.ipynb").exists()


@pytest.mark.parametrize("row", WORDS, ids=lambda row: row[0])
def test_a_word_stands_in_its_lesson(row):
    word, _, ((_, stem, _),) = row
    pattern = r"[\s-]+".join(map(re.escape, re.split(r"[\s-]", word)))
    assert re.search(rf"(?<!\w){pattern}", lesson(stem), re.I), stem


@pytest.mark.parametrize("row", SYMBOLS, ids=lambda row: row[0])
def test_a_symbol_stands_in_the_formulas_of_its_lessons(row):
    symbols, _, lessons = row
    for _, stem, _ in lessons:
        for symbol in re.findall(r"\$(.+?)\$", symbols):
            letter = r"(?<![A-Za-z\\])" + re.escape(symbol) + r"(?![A-Za-z])"
            assert re.search(letter, formulas(stem)), (symbol, stem)
