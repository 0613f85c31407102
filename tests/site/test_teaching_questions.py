"""Misconceptions, discussion, exam: numbers come from outputs, links lead there."""

import re

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from teaching_lessons import lessons

from recnb.lesson.syllabus import find_lesson
from recnb.site import SiteError, lecturers
from recnb.site.teaching import classes, lay_out, question_pages, quotes
from recnb.site.teaching.plan_pages import lessons_of_days, lessons_of_weeks
from recnb.site.teaching.texts import TITLES, entries, source
from recnb.site.teaching.times import times

MISCONCEPTIONS = entries("misconceptions")
DISCUSSION = entries("discussion")
EXAM = entries("exam")
#: A course -> the function that names its lessons.
HELD = {"two_days": lessons_of_days, "semester": lessons_of_weeks}
DECIMAL = re.compile(r"(?<![\w.])[-−+]?\d*\.\d+")
#: Digits outside formulas that are no result: places in the course, and names.
PLACES = re.compile(r"(?:lesson|section) \d+b?|@\d+|MovieLens 1M|M[1-4]\b|λ = [\d,]+")
#: Typed decimals that are a bound or a setting of a lesson, and no result.
SET = {"0.001", "0.05"}
#: The points for what stands before them in an answer.
MARK = re.compile(r" \((\d+)\)")
FORMULA = re.compile(r"\$.*?\$", re.S)

CELL = new_code_cell(
    "show()",
    outputs=[
        new_output("stream", text="rise:\n  -0.5 ± 0.1"),
        new_output("execute_result", data={"text/plain": "last  7"}),
    ],
)
CELL.id = "one"
SMALL = new_notebook(cells=[new_markdown_cell("## 3. A *title* (2 minutes)"), CELL])


def test_numbers_are_read_from_outputs():
    found = quotes.numbers(SMALL, ["one"], r"rise: (\S+) ± (\S+) last (\d+)")
    assert found == {"0": "-0.5", "1": "0.1", "2": "7"}
    assert quotes.filled("<<0>> ± <<1>>, <<2>>", found) == "−0.5 ± 0.1, 7"
    assert quotes.numbers(SMALL, ["one"], "") == {}


def test_an_output_that_has_changed_is_an_error_that_says_so():
    with pytest.raises(SiteError, match=r"one, which say: rise: -0\.5"):
        quotes.numbers(SMALL, ["one"], r"fall: (\S+)")
    with pytest.raises(SiteError, match="two, which is not there"):
        quotes.numbers(SMALL, ["two"], r"(\S+)")


@pytest.mark.parametrize("text", ["<<0>>", "<<0>> <<1>> <<2>>"])
def test_slots_and_values_have_to_agree(text):
    with pytest.raises(SiteError, match="slots"):
        quotes.filled(text, {"0": "1", "1": "2"})


def test_a_cell_leads_to_its_section():
    title, anchor = quotes.section_of(SMALL, "one")
    assert title == "3. A *title* (2 minutes)"
    assert anchor == "3-a-title-2-minutes"


@pytest.mark.parametrize("label", list(lessons()))
def test_every_lesson_has_two_to_four_misconceptions_and_a_discussion(label):
    count = sum(each["lesson"] == label for each in MISCONCEPTIONS)
    assert 2 <= count <= 4
    assert sum(each["lesson"] == label for each in DISCUSSION) >= 2


@pytest.mark.parametrize("each", MISCONCEPTIONS, ids=lambda each: each["wrong"][:40])
def test_a_misconception_is_refuted_by_a_cell_of_its_lesson(each):
    assert each["wrong"].endswith(".")
    (words,) = question_pages.filled(lessons(), each, "right")
    assert "<<" not in words
    assert "<<0>>" in each["right"]
    typed = DECIMAL.findall(quotes.SLOT.sub("", each["right"]))
    assert set(typed) <= SET


@pytest.mark.parametrize("each", DISCUSSION, ids=lambda each: each["text"][:40])
def test_a_question_for_discussion_says_what_a_good_answer_holds(each):
    assert each["text"].rstrip("*").endswith(("?", ".", ":"))
    (good,) = question_pages.filled(lessons(), each, "good")
    assert len(good.split()) > 25
    assert not DECIMAL.findall(quotes.SLOT.sub("", each["good"]))


def test_a_question_names_what_the_45_minutes_leave_out():
    naming = [each for each in DISCUSSION if "needs" in each]
    page = question_pages.discussion_page(lessons())
    assert naming
    for each in naming:
        notebook = lessons()[each["lesson"]]
        held = {n for step in classes.lecture(notebook) for n in step.sections}
        assert set(each["needs"]) <= set(times(notebook).sections) - held
        asked = page.partition(f"**{each['text']}**")[2]
        assert f"*(needs section {each['needs'][0]})*" in asked.splitlines()[0]


def test_source_1_is_asked():
    assert sum(each.get("source", False) for each in DISCUSSION) >= 10


def test_the_exam_is_large_and_mixed():
    kinds = [each["kind"] for each in EXAM]
    assert len(EXAM) >= 40
    assert all(kinds.count(kind) >= 10 for kind in question_pages.KINDS)
    names = [each["name"] for each in EXAM]
    assert len(set(names)) == len(names)
    assert {each["lesson"] for each in EXAM} >= set(lessons()) - {"00"}


@pytest.mark.parametrize("each", EXAM, ids=lambda each: each["name"])
def test_an_answer_types_no_number(each):
    assert 3 <= each["points"] <= 10
    assert all(question_pages.asked(lessons(), each))
    words = MARK.sub("", FORMULA.sub("", quotes.SLOT.sub("", each["answer"])))
    assert not re.findall(r"\d", PLACES.sub("", words))
    if each["kind"] == "compute":
        assert each["numbers"]
    if each["kind"] == "figure":
        assert len(each["axes"].split()) > 10


@pytest.mark.parametrize("each", EXAM, ids=lambda each: each["name"])
def test_the_points_in_an_answer_are_those_of_the_question(each):
    marks = [int(mark) for mark in MARK.findall(FORMULA.sub("", each["answer"]))]
    assert len(marks) >= 2
    assert sum(marks) == each["points"]


@pytest.mark.parametrize("paper", entries("papers"), ids=lambda paper: paper["title"])
def test_a_paper_has_90_points_of_all_kinds_and_only_lessons_that_were_held(paper):
    chosen = [each for each in EXAM if each["name"] in paper["questions"]]
    assert len(chosen) == len(paper["questions"])
    assert sum(each["points"] for each in chosen) == 90
    assert {each["kind"] for each in chosen} == set(question_pages.KINDS)
    course = source("courses")[paper["course"]]
    held = HELD[paper["course"]](course)
    assert {each["lesson"] for each in chosen} <= held
    total = f"**{paper['title']}.** {paper['text']}"
    assert total in question_pages.exam_page(lessons())


def test_a_paper_has_no_question_that_tells_the_answer_of_another():
    subjects = [each["subject"] for each in EXAM if "subject" in each]
    assert all(subjects.count(subject) > 1 for subject in subjects)
    for paper in entries("papers"):
        chosen = [each for each in EXAM if each["name"] in paper["questions"]]
        theirs = [each["subject"] for each in chosen if "subject" in each]
        assert len(set(theirs)) == len(theirs), paper["title"]
    names = ("gram-only", "closed-form", "ease-two-films")
    numbers = {
        each["name"]: str(number)
        for kind in question_pages.KINDS
        for number, each in question_pages.numbered(kind)
    }
    first, *rest = question_pages.together().split("; ")
    assert first == ", ".join(numbers[name] for name in names)
    assert len(rest) == len(set(subjects)) - 1
    assert f"{first}; {rest[0]}" in question_pages.exam_page(lessons())


def test_a_question_that_shows_a_number_reads_it_from_its_lesson():
    question = next(each for each in EXAM if each["name"] == "two-rankings")
    assert "<<0>>" in question["text"]
    text, _ = question_pages.asked(lessons(), question)
    assert text in question_pages.exam_page(lessons())
    assert re.search(r"has 0\.\d+ among a hundred films and 0\.\d+ among all", text)


def test_questions_and_answers_have_the_same_numbers():
    exam = question_pages.exam_page(lessons())
    asked = re.findall(r"^\*\*(\d+)\.\*\*", exam, re.M)
    answers = question_pages.answers_page(lessons())
    assert asked == [str(number) for number in range(1, len(EXAM) + 1)]
    assert re.findall(r"^\*\*(\d+)\.\*\*", answers, re.M) == asked


def test_the_answers_are_apart():
    answers = question_pages.answers_page(lessons())
    assert answers.startswith("---\norphan: true\nnosearch: true\n---\n")
    exam = question_pages.exam_page(lessons())
    assert "exam_answers" not in exam
    for each in EXAM:
        assert each["answer"][:40] not in exam


def test_only_the_lecturers_page_leads_to_the_answers():
    before, toctree = lecturers.pages().split("```{toctree}")
    assert "(./lecturers/exam_answers.md)" in before
    assert "exam_answers" not in toctree


def test_all_pages_are_laid_out_and_the_lecturers_page_leads_to_them(tmp_path):
    by_stem = {find_lesson(label).stem: each for label, each in lessons().items()}
    lay_out(tmp_path, by_stem)
    pages = {path.stem: path.read_text("utf-8") for path in tmp_path.glob("*.md")}
    assert set(pages) == set(TITLES)
    for name, text in pages.items():
        assert f"# {TITLES[name]}\n" in text
        assert "<<" not in text
        for target in re.findall(r"\]\(([\w-]+\.md)", text):
            assert (tmp_path / target).exists()
        for image in re.findall(r"\{figure\} (\S+)", text):
            assert (tmp_path / image).exists()
    listed = {page.partition("/")[2] for page in lecturers.PAGES}
    assert listed == set(TITLES) - {"exam_answers"}
