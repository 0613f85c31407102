"""Drawings for the board: true to their numbers, within the board, said in words."""

import math
import re
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from teaching_lessons import lessons

from recnb import models
from recnb.site import SiteError
from recnb.site.lecturers import plan
from recnb.site.teaching import quotes, sketches
from recnb.site.teaching.board_page import board_page, board_pictures
from recnb.site.teaching.pen import Board
from recnb.site.teaching.texts import entries

DRAWN = [each for each in entries("board") if "lines" not in each]
OURS = [each for each in DRAWN if "sketch" in each]
#: Lessons whose own plan sends a derivation to the board, or to the blackboard.
DERIVED = {"02", "09", "10", "13", "13b", "14", "16"}
PNG = b"\x89PNG"


def test_every_lesson_has_a_drawing_or_two_and_every_sketch_a_lesson():
    counts = dict.fromkeys(lessons(), 0)
    for each in DRAWN:
        counts[each["lesson"]] += 1
    assert set(counts.values()) <= {1, 2}
    assert {each["sketch"] for each in OURS} == set(sketches.SKETCHES)
    assert len(OURS) >= 10


@pytest.mark.parametrize("name", sketches.SKETCHES)
def test_a_sketch_is_small_plain_svg_within_its_board(name):
    board = sketches.SKETCHES[name]()
    text = board.svg("a & b")
    root = ElementTree.fromstring(text)
    assert len(text) < 20_000
    assert root.find("{*}title").text == "a & b"
    assert "script" not in text
    assert text == sketches.SKETCHES[name]().svg("a & b")
    for points in re.findall(r'points="([^"]+)"', text):
        for point in points.split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= board.width
            assert 0 <= y <= board.height


@pytest.mark.parametrize("drawing", OURS, ids=lambda each: each["sketch"])
def test_a_sketch_has_a_sentence_and_an_order(drawing):
    assert drawing["sentence"].endswith(".")
    assert len(drawing["sentence"].split()) > 15


@pytest.mark.parametrize("drawing", DRAWN, ids=lambda each: each["title"])
def test_a_drawing_has_an_order_and_asks_nothing_without_an_answer(drawing):
    assert len(drawing["steps"]) >= 3
    assert all("(" in step for step in drawing["steps"] if "?" in step)


def test_what_a_plan_derives_on_the_board_has_its_lines():
    derived = [each for each in entries("board") if "lines" in each]
    assert {each["lesson"] for each in derived} == DERIVED
    page = board_page(lessons())
    for each in derived:
        assert 3 <= len(each["lines"]) <= 6
        assert f"1. {each['lines'][0]}" in page
    for label in DERIVED:
        assert "board" in plan(lessons()[label])[1]


def test_a_slope_by_hand_is_that_of_the_lessons_net():
    (drawing,) = [each for each in entries("board") if "by hand" in each["title"]]
    cells = {cell.id: cell.source for cell in lessons()["02"].cells}
    net = {"np": np}
    exec(f"{cells['ae-c03']}\n{cells['ae-c04']}", net)
    h = 1 / (1 + np.exp(-(net["W"] @ net["X5"][0] + net["b"])))
    rebuilt = 1 / (1 + np.exp(-(net["W_out"] @ h + net["b_out"])))
    rounded_h, x = np.round([h[0], rebuilt[0]], 2)
    blame = 2 * (x - 1) * x * (1 - x)
    exact = 2 * (rebuilt[0] - 1) * rebuilt[0] * (1 - rebuilt[0]) * h[0]
    said = " ".join(drawing["lines"])
    for value in (rounded_h, x, blame, round(blame, 3) * rounded_h, exact):
        number = f"{abs(value):.{2 if value > 0 else 3}f}".removeprefix("0")
        assert number in said, number


def test_the_rows_of_weights_on_the_board_are_those_of_the_lessons_people():
    (drawing,) = [each for each in DRAWN if each["lesson"] == "00"]
    cells = {cell.id: cell.source for cell in lessons()["00"].cells}
    tiny = {"pd": pd, "models": models}
    exec(cells["tiny-likes"], tiny)
    rows = [", ".join(f"{weight:.2f}" for weight in row) for row in tiny["B"]]
    rows = [re.sub(r"0(?=\.)", "", row.replace("-", "−")) for row in rows]
    said = " ".join(drawing["steps"])
    for film, row in zip(tiny["four_films"], rows, strict=True):
        row = row.replace(".00", "0")
        assert (f"*{film}* {row}" in said) == (film in ("Alien", "Toy Story"))


def test_the_board_shows_every_drawing_with_its_words():
    page = board_page(lessons())
    files = dict(board_pictures(lessons()))
    shown = re.findall(r"```\{figure\} (\S+)\n:alt: (.+)\n", page)
    assert [file for file, _ in shown] == list(files)
    assert all(len(words) > 40 for _, words in shown)
    for name, content in files.items():
        assert content[:4] == (PNG if name.endswith("png") else b"<svg")


def test_words_that_leave_the_board_are_refused():
    board = Board(100, 50)
    board.word(10, 20, "short")
    with pytest.raises(ValueError, match="no room"):
        board.word(60, 20, "much too long")
    with pytest.raises(ValueError, match="no room"):
        board.word(10, 60, "low")


def test_an_arrow_has_its_tip_at_its_end():
    board = Board(100, 100)
    board.line((10, 50), (90, 50), arrow=True)
    tip = re.search(r'<polygon points="([^ ]+) ', board.strokes[-1])
    assert tip[1] == "90.0,50.0"


def test_the_line_touches_the_contour_at_ease():
    A, g, start = sketches.two_weights()
    ease = np.array([0, g[1] / A[1, 1]])
    height = start - 2 * g @ ease + ease @ A @ ease
    points = sketches.contour(height, 2000)
    own, other = points[np.argmin(points[:, 0])]
    assert own == pytest.approx(0, abs=1e-6)
    assert other == pytest.approx(ease[1], abs=1e-2)
    slope = 2 * (A @ ease - g)
    assert slope[1] == pytest.approx(0)
    gamma = 1 / np.linalg.inv(A)[0, 0] - sketches.PENALTY
    assert slope[0] == pytest.approx(-2 * gamma)


def test_contours_have_their_height():
    A, g, start = sketches.two_weights()
    for b in sketches.contour(0.85, 7):
        assert start - 2 * g @ b + b @ A @ b == pytest.approx(0.85)


def test_common_fans_are_counted():
    text = sketches.gram_from_users().svg("")
    counts = sketches.LIKES.T @ sketches.LIKES
    assert text.count(f">{counts[0, 1]}<") >= 2
    assert counts[0, 1] == sum(row[0] and row[1] for row in sketches.LIKES)


def test_one_true_neighbour_lies_in_another_cell():
    text = sketches.cells().svg("")
    rings = re.findall(r'<circle fill="none" cx="(\S+)" cy="(\S+)" r="10"', text)
    filled = re.findall(r'<circle fill="#222222" cx="(\S+)" cy="(\S+)" r="5"', text)
    assert len(rings) == 3
    assert len(set(rings) - set(filled)) == 1


def test_a_unit_is_on_for_both_as_often_as_it_is_drawn():
    rng = np.random.default_rng(0)
    units = rng.normal(size=(200_000, 2))
    for angle in (0.0, math.pi / 3, math.pi):
        on = (units[:, 0] > 0) & (units @ [math.cos(angle), math.sin(angle)] > 0)
        assert on.mean() == pytest.approx(sketches.both_on(angle), abs=0.005)


def test_a_cell_without_a_figure_is_refused():
    with pytest.raises(SiteError, match="no figure"):
        quotes.figure(lessons()["08"], "35954941")
